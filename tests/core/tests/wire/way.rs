//! The way there and back: silence, cuts, redirects, proxies, certificates, sizes, Stop.

use std::io::Write;
use std::time::Duration;

use hub_contract::{ErrorCode, RunEvent};
use hub_platforms::{ChatSignal, Limits, Network, Proxy};
use hub_sim::{Action, Coding, Framing, Recorder, Reply};
use secrecy::SecretString;

use crate::support::*;

const TEXT: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
const SHORT: Duration = Duration::from_millis(80);

fn impatient() -> Limits {
    Limits { connect: Duration::from_secs(1), silence: SHORT, silence_slow_start: SHORT, ..limits() }
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let server = serve(Reply::silence()).await;
    ask_of(&platforms(impatient()), compatible(&server), turn()).await.failed("", ErrorCode::Silence);
    assert_eq!(server.requests().len(), 1, "it may run there, so it is not sent again");
    let error = platforms(impatient()).test(&compatible(&server)).await.expect_err("silence");
    assert_eq!(error.code, ErrorCode::Silence);
    assert!(server.wait_for_end(0).await.expect("closed").by.is_client());
}

#[tokio::test]
async fn p17_silence_after_text_keeps_it() {
    let asked = {
        // The first byte may take its time, so that only the silence behind the text counts.
        let limits = Limits { silence: SHORT, ..limits() };
        let server = serve(Reply::event_stream().send(TEXT).hold_open()).await;
        ask_of(&platforms(limits), compatible(&server), turn()).await
    };
    assert_eq!(asked.truncated("a").map(|error| error.code), Some(ErrorCode::Silence));
}

#[tokio::test]
async fn q42_comments_keep_a_stream_alive() {
    // Longer than silence may last, in steps that are each far shorter than it.
    let limits = Limits { silence: Duration::from_secs(2), silence_slow_start: Duration::from_secs(2), ..limits() };
    let waiting = Action::Repeat(
        vec![Action::Send(": keep-alive\n\n".into()), Action::Delay(Duration::from_millis(250))],
        Some(10),
    );
    let server = serve(Reply::event_stream().then(waiting).send(transcript!("t-oa-1.sse"))).await;
    ask_of(&platforms(limits), compatible(&server), turn()).await.stopped("Hello 世界 🌏");
}

#[tokio::test]
async fn a_stream_without_content_is_noticed_once_and_goes_on() {
    let limits = Limits { no_content: SHORT, ..limits() };
    let gate = hub_sim::Gate::new();
    let server =
        serve(Reply::event_stream().send(": keep-alive\n\n").wait(&gate).send(transcript!("t-oa-1.sse"))).await;
    let mut chat = platforms(limits).chat(compatible(&server), turn());
    loop {
        if let Some(ChatSignal::Event(event)) = chat.next().await {
            assert!(matches!(&event, RunEvent::Notice { code, .. } if code == "no_content"), "{event:?}");
            break;
        }
    }
    gate.open();
    finish(chat).await.stopped("Hello 世界 🌏");
}

#[tokio::test]
async fn a_call_ends_after_its_total_time() {
    let limits = Limits { total: Duration::from_secs(2), ..limits() };
    let alive =
        Action::Repeat(vec![Action::Send(": keep-alive\n\n".into()), Action::Delay(Duration::from_millis(20))], None);
    let server = serve(Reply::event_stream().send(TEXT).then(alive)).await;
    let asked = ask_of(&platforms(limits), compatible(&server), turn()).await;
    assert_eq!(asked.truncated("a").and_then(|error| error.detail.hint.as_deref()), Some("total_time"));
}

#[tokio::test]
async fn q56_redirects_are_never_followed() {
    let trap = Recorder::start().await.expect("a free port");
    for status in [301, 302, 303, 307, 308] {
        let server = serve(Reply::redirect(status, format!("{}/v1/chat/completions?k=1", trap.base_url()))).await;
        let asked = ask_of(&platforms(limits()), compatible(&server), turn()).await;
        let error = asked.failed("", ErrorCode::Redirected);
        assert_eq!(error.detail.text.as_deref(), Some(format!("{}/v1/chat/completions", trap.base_url()).as_str()));
        assert_eq!(error.detail.status, Some(status));
        let error = platforms(limits()).test(&compatible(&server)).await.expect_err("redirected");
        assert_eq!(error.code, ErrorCode::Redirected);
    }
    let server = serve(Reply::redirect(308, "https://127.0.0.1/v1")).await;
    let error = platforms(limits()).catalog(&compatible(&server)).await.expect_err("redirected");
    assert_eq!(error.detail.hint.as_deref(), Some("redirected_https"));
    assert_eq!(trap.connections(), 0, "the key went nowhere else");
}

#[tokio::test]
async fn q58_retry_after_in_every_spelling() {
    for (value, milliseconds) in
        [("7", Some(7000)), ("0.5", Some(500)), ("600", Some(600_000)), ("-1", None), ("abc", None)]
    {
        let limits = Limits { repeats: 0, ..limits() };
        let server = serve(Reply::text(503, "later").header("retry-after", value)).await;
        let asked = ask_of(&platforms(limits), compatible(&server), turn()).await;
        assert_eq!(asked.failed("", ErrorCode::Overloaded).detail.retry_after_ms, milliseconds, "{value}");
    }
}

#[tokio::test]
async fn q59_dropped_before_the_head() {
    for reply in [Reply::nothing(), Reply::nothing().reset()] {
        let server = serve(reply).await;
        let asked = ask_of(&platforms(limits()), compatible(&server), turn()).await;
        asked.failed("", ErrorCode::Connect);
        assert_eq!(server.requests().len(), 1, "it may have run, so it is not sent again");
    }
}

#[tokio::test]
async fn q59_reset_in_the_middle_of_the_body() {
    for reply in [
        Reply::event_stream().send(TEXT).reset(),
        Reply::event_stream().send(TEXT).close(),
        Reply::event_stream().send(TEXT).framing(Framing::Declared(10_000)).close(),
    ] {
        let asked = ask(reply).await;
        let error = asked.truncated("a").expect("why");
        assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::Connect, Some("broke_off")));
    }
}

#[tokio::test]
async fn q59_nobody_listens() {
    let server = serve(Reply::nothing()).await;
    let endpoint = compatible(&server);
    drop(server);
    let asked = ask_of(&platforms(limits()), endpoint, turn()).await;
    asked.failed("", ErrorCode::Connect);
    assert_eq!((asked.facts.retries, asked.facts.status), (2, None), "nothing was sent, so it was tried again");
}

#[tokio::test]
async fn q59_no_such_host() {
    let endpoint = endpoint(hub_contract::PlatformId::OpenaiCompatible, "http://no-such-host.invalid/v1");
    let error = platforms(limits()).test(&endpoint).await.expect_err("no such name");
    assert!(matches!(error.code, ErrorCode::Dns | ErrorCode::Offline), "{error:?}");
    assert_eq!(error.detail.host.as_deref(), Some("no-such-host.invalid"));
}

#[tokio::test]
async fn q59_tls_to_a_server_that_speaks_none() {
    let server = serve(Reply::raw("not TLS at all\r\n\r\n")).await;
    let base_url = compatible(&server).base_url.replace("http://", "https://");
    let endpoint = endpoint(hub_contract::PlatformId::OpenaiCompatible, &base_url);
    let error = platforms(limits()).test(&endpoint).await.expect_err("no TLS");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::Tls, Some("not_https")), "{error:?}");
}

#[tokio::test]
async fn q60_dropping_a_chat_closes_its_connection() {
    let server = serve(Reply::event_stream().send(TEXT).hold_open()).await;
    let mut chat = platforms(limits()).chat(compatible(&server), turn());
    while let Some(signal) = chat.next().await {
        if matches!(signal, ChatSignal::Event(RunEvent::Text { .. })) {
            break;
        }
    }
    drop(chat);
    assert!(server.wait_for_end(0).await.expect("closed").by.is_client());
}

#[tokio::test]
async fn q60_nothing_is_sent_before_the_first_signal_is_wanted() {
    let server = serve(Reply::nothing()).await;
    drop(platforms(limits()).chat(compatible(&server), turn()));
    assert!(server.connections().is_empty());
}

#[tokio::test]
async fn a_compressed_bomb_is_refused() {
    let zeros = vec![b' '; 8 * 1024 * 1024];
    let server = serve(Reply::status(200).send(zeros).coding(Coding::Gzip)).await;
    let error = platforms(limits()).catalog(&compatible(&server)).await.expect_err("swells");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::TooLarge, Some("inflation")));
    ask_of(&platforms(limits()), compatible(&server), turn()).await.failed("", ErrorCode::TooLarge);
}

#[tokio::test]
async fn a_list_that_never_ends_is_refused() {
    let limits = Limits { document_bytes: 10_000, ..limits() };
    let endless = Action::Repeat(vec![Action::Send("        ".repeat(100).into())], None);
    let server = serve(Reply::status(200).send("[").then(endless)).await;
    let error = platforms(limits).catalog(&compatible(&server)).await.expect_err("too much");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::TooLarge, Some("answer_size")));
}

#[tokio::test]
async fn a_proxy_is_asked_and_told_for_every_host_but_this_computers() {
    let proxy = serve(Reply::sse_body(transcript!("t-oa-1.sse"))).await;
    let custom = Proxy::Custom { url: proxy.base_url(), user: "u".into(), password: Some(SecretString::from("pw")) };
    let network = Network { proxy: custom, ca_file: None };
    let mut far = endpoint(hub_contract::PlatformId::OpenaiCompatible, "http://llm.example/v1");
    far.network = network.clone();
    let asked = ask_of(&platforms(limits()), far, turn()).await;
    asked.stopped("Hello 世界 🌏");
    let request = &proxy.requests()[0];
    assert_eq!(request.target, "http://llm.example/v1/chat/completions");
    assert_eq!(request.header("proxy-authorization"), Some("Basic dTpwdw=="));
    assert_eq!(asked.facts.proxy, Some(proxy.base_url()));

    let server = serve(Reply::sse_body(transcript!("t-oa-1.sse"))).await;
    let mut near = compatible(&server);
    near.network = network;
    let asked = ask_of(&platforms(limits()), near, turn()).await;
    asked.stopped("Hello 世界 🌏");
    assert_eq!((asked.facts.proxy.as_deref(), proxy.requests().len()), (None, 1));
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_none() {
    let proxy = serve(Reply::status(407)).await;
    let through =
        |url: String| Network { proxy: Proxy::Custom { url, user: String::new(), password: None }, ca_file: None };
    for (base_url, url) in [
        ("http://llm.example/v1", proxy.base_url()),
        ("https://llm.example/v1", proxy.base_url()),
        ("http://llm.example/v1", "::no address::".to_owned()),
    ] {
        let mut endpoint = endpoint(hub_contract::PlatformId::OpenaiCompatible, base_url);
        endpoint.network = through(url.clone());
        let error = platforms(limits()).test(&endpoint).await.expect_err("no way through");
        assert_eq!(error.code, ErrorCode::Proxy, "{base_url} through {url}: {error:?}");
    }
}

#[tokio::test]
async fn a_ca_file_that_is_none_is_told() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all("no certificate".as_bytes()).expect("written");
    for path in [file.path().to_owned(), "/no/such/file.pem".into()] {
        let mut endpoint = endpoint(hub_contract::PlatformId::OpenaiCompatible, "https://127.0.0.1:9/v1");
        endpoint.network.ca_file = Some(path);
        let error = platforms(limits()).test(&endpoint).await.expect_err("no CA file");
        assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::Tls, Some("ca_file")));
    }
}

#[tokio::test]
async fn answers_share_a_connection() {
    let server = serve(Reply::json(200, &serde_json::json!({"data": []}))).await;
    let platforms = platforms(limits());
    for _ in 0..3 {
        platforms.catalog(&compatible(&server)).await.expect("a list");
    }
    assert_eq!((server.requests().len(), server.connections().len()), (3, 1));
}
