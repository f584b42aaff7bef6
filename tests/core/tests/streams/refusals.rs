//! Refused calls: what each status means, how long to wait, what is asked again.

use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hub_contract::{ErrorCode, RunEvent};
use hub_platforms::{ChatSignal, Limits};
use hub_sim::{Reply, Script, ScriptedServer};

use crate::dialects::{Dialect, speaking};
use crate::support::*;

#[tokio::test]
async fn s41_every_status_has_its_meaning() {
    for dialect in speaking(41) {
        let table = [
            (401, ErrorCode::BadCredential),
            (403, ErrorCode::PermissionDenied),
            (404, ErrorCode::NotFound),
            (408, ErrorCode::Overloaded),
            (409, ErrorCode::InvalidRequest),
            (413, ErrorCode::TooLarge),
            (422, ErrorCode::InvalidRequest),
            (429, ErrorCode::RateLimited),
            (500, ErrorCode::PlatformError),
            (502, ErrorCode::PlatformError),
            (503, ErrorCode::Overloaded),
            (504, ErrorCode::PlatformError),
        ];
        let of_gateways =
            (520..529).map(|status| (status, ErrorCode::PlatformError)).chain([(529, ErrorCode::Overloaded)]);
        for (status, code) in table.into_iter().chain(of_gateways) {
            let asked = dialect.ask(Reply::html(status, "<html><h1>no</h1></html>")).await;
            let detail = &asked.failed("", code).detail;
            assert_eq!((detail.status, detail.text.as_deref()), (Some(status), Some("no")), "{status}");
            assert_eq!(detail.host.as_deref(), Some("127.0.0.1"));
        }
    }
}

#[tokio::test]
async fn s42_a_wait_of_up_to_a_minute_is_kept_and_told() {
    for dialect in speaking(42) {
        let in_time = |seconds: i64| http_date(seconds_now() + seconds);
        for (value, seconds) in [("3".to_owned(), 3..=3), ("60".to_owned(), 60..=60), (in_time(5), 3..=5)] {
            let (server, mut chat) = refused_once(dialect, &value).await;
            let told = repeating(&mut chat).await.unwrap_or_else(|| panic!("{value}: not asked again"));
            assert!(seconds.contains(&told), "{value}: {told}");
            assert_eq!(server.requests().len(), 1, "{value}: it waits");
        }
    }
}

#[tokio::test]
async fn s42_a_longer_wait_is_left_to_the_person_and_nonsense_is_none() {
    for dialect in speaking(42) {
        for (value, milliseconds) in [("1000000000000", Some(1_000_000_000_000_000)), ("61", Some(61_000))] {
            let (server, mut chat) = refused_once(dialect, value).await;
            assert_eq!(repeating(&mut chat).await, None, "{value}: the person decides");
            let asked = dialect.ask_at(&server.base_url()).await;
            asked.stopped("a");
            let server = serve(Reply::text(429, "later").header("retry-after", value)).await;
            let asked = dialect.ask_at(&server.base_url()).await;
            assert_eq!(asked.failed("", ErrorCode::RateLimited).detail.retry_after_ms, milliseconds);
        }
        // Broken, negative, and past as a wrong clock sees it: the usual short wait.
        for value in ["-1", "soon", "", "NaN", &http_date(seconds_now() - 2 * 24 * 3600)] {
            let (server, chat) = refused_once(dialect, value).await;
            finish(chat).await.stopped("a");
            assert_eq!(server.requests().len(), 2, "{value:?}");
        }
    }
}

#[tokio::test]
async fn s43_only_what_surely_did_not_run_is_asked_again_and_at_most_twice() {
    for dialect in speaking(43) {
        for (reply, requests) in [
            (Reply::text(429, "later"), 3),
            (Reply::text(503, "later"), 3),
            (Reply::text(408, "slow"), 3),
            (Reply::status(408), 1),
            (Reply::text(500, "broken"), 1),
            (Reply::text(502, "broken"), 1),
            (Reply::text(504, "slow"), 1),
            (Reply::nothing(), 1),
            (Reply::nothing().reset(), 1),
            (Reply::sse_body(dialect.says("a")).reset(), 1),
            (Reply::sse_body(dialect.fails("overloaded")), 1),
        ] {
            let server = serve(reply.clone()).await;
            dialect.ask_at(&server.base_url()).await;
            assert_eq!(server.requests().len(), requests, "{reply:?}");
        }
    }
}

async fn refused_once(dialect: &Dialect, retry_after: &str) -> (ScriptedServer, hub_platforms::Chat) {
    let refusal = Reply::text(429, "later").header("retry-after", retry_after);
    let server = serve(Script::new().next(refusal).otherwise(Reply::sse_body(dialect.answer("a")))).await;
    let limits = Limits { repeat_wait: Duration::from_millis(1), ..Limits::default() };
    let chat = platforms(limits).chat(dialect.endpoint(&server.base_url()), dialect.turn());
    (server, chat)
}

/// The seconds of the countdown before a repeat; `None` when the run fails instead.
async fn repeating(chat: &mut hub_platforms::Chat) -> Option<u64> {
    while let Some(signal) = chat.next().await {
        match signal {
            ChatSignal::Event(RunEvent::Notice { code, facts, .. }) if code == "repeating" => {
                return facts["seconds"].parse().ok();
            }
            ChatSignal::Event(RunEvent::Failed { .. }) => return None,
            _ => {}
        }
    }
    panic!("neither repeated nor failed")
}

fn seconds_now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

/// The date as HTTP writes it, by the calendar of the machine's own `date`.
fn http_date(seconds: i64) -> String {
    let mut date = Command::new("date");
    date.env("LC_ALL", "C").args(["-u", "-d", &format!("@{seconds}"), "+%a, %d %b %Y %H:%M:%S GMT"]);
    String::from_utf8(date.output().unwrap().stdout).unwrap().trim().to_owned()
}
