//! Servers that say nothing, nothing of use, or too little. The one value of limits is scaled down; time is real.

use std::time::Duration;

use hub_contract::{ErrorCode, RunEvent};
use hub_platforms::{ChatSignal, Limits};
use hub_sim::{Action, Reply, ScriptedServer};

use crate::dialects::{Dialect, speaking};
use crate::support::*;
use crate::{child, times};

const SHORT: Duration = Duration::from_millis(150);

/// Every wait is short but those that a test is not about.
fn short(silence: Duration) -> Limits {
    Limits { connect: Duration::from_secs(5), silence, silence_long: silence, silence_slow_start: silence, ..limits() }
}

#[tokio::test]
async fn s12_keep_alives_are_no_answer_and_no_end() {
    for dialect in speaking(12) {
        // 600 of them; ten minutes are scaled to as many hundredths of a second.
        let ping = vec![Action::Send(": ping\n\n".into()), Action::Delay(Duration::from_millis(10))];
        let pings = times(600) as u64;
        let reply = Reply::event_stream().then(Action::Repeat(ping, Some(pings))).send(dialect.answer("a"));
        let server = serve(reply).await;
        let limits = Limits { no_content: Duration::from_millis(40), ..limits() };
        let asked = ask_of(&platforms(limits), dialect.endpoint(&server.base_url()), dialect.turn()).await;
        asked.stopped("a");
        assert_eq!(asked.notices(), ["no_content"], "told once");
    }
}

#[tokio::test]
async fn s23_a_byte_now_and_then_is_noticed_and_can_be_stopped_at_once() {
    for dialect in speaking(23) {
        let frame = dialect.says("never whole");
        let bytes = frame.into_bytes().into_iter().map(|byte| {
            Action::Repeat(vec![Action::Send(vec![byte].into()), Action::Delay(Duration::from_millis(30))], Some(1))
        });
        let reply = bytes.take(20).fold(Reply::event_stream(), Reply::then).hold_open();
        let server = serve(reply).await;
        let limits = Limits { no_content: SHORT, ..limits() };
        let mut chat = platforms(limits).chat(dialect.endpoint(&server.base_url()), dialect.turn());
        loop {
            match chat.next().await {
                Some(ChatSignal::Event(RunEvent::Notice { code, .. })) if code == "no_content" => break,
                Some(ChatSignal::Event(event)) => panic!("{event:?}"),
                Some(_) => {}
                None => panic!("ended by itself"),
            }
        }
        assert!(server.connections()[0].end.is_none(), "a notice ends nothing");
        drop(chat);
        assert!(server.wait_for_end(0).await.unwrap().by.is_client());
    }
}

#[tokio::test]
async fn s24_without_a_head_the_call_ends() {
    for dialect in speaking(24) {
        let server = serve(Reply::silence()).await;
        let limits = Limits { connect: SHORT, ..short(SHORT) };
        let asked = ask_of(&platforms(limits), dialect.endpoint(&server.base_url()), dialect.turn()).await;
        asked.failed("", ErrorCode::Silence);
        assert_eq!(server.requests().len(), 1, "it may have run, so it is not sent again");
        assert!(server.wait_for_end(0).await.unwrap().by.is_client());
    }
}

#[tokio::test]
async fn s25_silence_behind_the_head_and_behind_a_text() {
    for dialect in speaking(25) {
        let server = serve(Reply::event_stream().hold_open()).await;
        let asked = ask_of(&platforms(short(SHORT)), dialect.endpoint(&server.base_url()), dialect.turn()).await;
        asked.failed("", ErrorCode::Silence);

        let server = serve(Reply::sse_body(dialect.says("kept")).hold_open()).await;
        let limits = Limits { silence_slow_start: Duration::from_secs(30), ..short(SHORT) };
        let asked = ask_of(&platforms(limits), dialect.endpoint(&server.base_url()), dialect.turn()).await;
        assert_eq!(asked.truncated("kept").map(|error| error.code), Some(ErrorCode::Silence));
        assert!(server.wait_for_end(0).await.unwrap().by.is_client());
    }
}

/// The idle limit of the program that is put to sleep.
#[cfg(unix)]
const IDLE: Duration = Duration::from_secs(1);

/// The client sleeps for three of its idle limits, before the head and in mid-answer, and goes on: what came meanwhile
/// lies in the socket, and time in which the program stood still is no silence of the server.
#[cfg(unix)]
#[tokio::test]
async fn s58_an_answer_goes_on_behind_a_sleep_of_three_idle_limits() {
    const NAME: &str = "silence::s58_an_answer_goes_on_behind_a_sleep_of_three_idle_limits";
    if let Some(task) = child::task() {
        return ask_as_child(&task).await;
    }
    for dialect in speaking(58) {
        for before_head in [true, false] {
            let gate = hub_sim::Gate::new();
            let reply = if before_head {
                Reply::sse_body(dialect.answer("ab")).before_head(Action::Wait(gate.clone()))
            } else {
                Reply::sse_body(dialect.says("a")).wait(&gate).send(dialect.answer("b"))
            };
            let server = serve(reply).await;
            let child = child::command(NAME, &format!("{} {}", dialect.name, server.base_url())).spawn().unwrap();
            gate.reached().await;
            signal(child.id(), "STOP");
            tokio::time::sleep(IDLE * 3).await;
            gate.open();
            // The rest is on its way before the client wakes.
            let sent = server.log().wait_for("the rest", |log| {
                (log.connections()[0].sent as usize >= dialect.answer("ab").len()).then_some(())
            });
            sent.await.unwrap();
            signal(child.id(), "CONT");
            let said = child::heard(child).await;
            assert_eq!(said.get("text").map(String::as_str), Some("ab"), "{said:?}");
            assert!(said["end"].starts_with("Finished"), "{said:?}");
        }
    }
}

#[cfg(unix)]
async fn ask_as_child(task: &str) {
    let (name, server) = task.split_once(' ').unwrap();
    let dialect: &Dialect = speaking(58).find(|dialect| dialect.name == name).unwrap();
    let asked = ask_of(&platforms(short(IDLE)), dialect.endpoint(server), dialect.turn()).await;
    child::say("text", asked.text());
    child::say("end", format!("{:?}", asked.end()));
}

#[cfg(unix)]
fn signal(process: u32, name: &str) {
    let status = std::process::Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status();
    assert!(status.unwrap().success());
}

/// A server that is gone for a while, as when a wireless network comes back under the same address.
#[tokio::test]
async fn s58_a_network_that_is_gone_and_back_costs_one_answer() {
    for dialect in speaking(58) {
        let server = serve(Reply::sse_body(dialect.says("kept")).hold_open()).await;
        let address = server.address();
        let platforms = platforms(short(SHORT));
        let limits = *platforms.limits();
        assert_eq!(limits.silence, SHORT);
        let asked = ask_of(&platforms, dialect.endpoint(&server.base_url()), dialect.turn()).await;
        asked.truncated("kept");
        drop(server);
        let gone = ask_of(&platforms, dialect.endpoint(&format!("http://{address}")), dialect.turn()).await;
        gone.failed("", ErrorCode::Connect);
        assert_eq!(gone.facts.retries, limits.repeats, "nothing was sent, so it was tried again");
        let back = listen_again(address.port(), Reply::sse_body(dialect.answer("b"))).await;
        ask_of(&platforms, dialect.endpoint(&back.base_url()), dialect.turn()).await.stopped("b");
    }
}

/// The port is free once the last connection of the old server is gone.
async fn listen_again(port: u16, reply: Reply) -> ScriptedServer {
    let began = std::time::Instant::now();
    loop {
        match ScriptedServer::start_on(port, reply.clone()).await {
            Ok(server) => return server,
            Err(error) => assert!(began.elapsed().as_secs() < 30, "{error}"),
        }
        tokio::task::yield_now().await;
    }
}
