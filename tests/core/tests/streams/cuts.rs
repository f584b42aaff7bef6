//! Bodies that end early, late, never, or in a framing that is broken.

use std::time::Duration;

use bytes::Bytes;
use hub_contract::ErrorCode;
use hub_platforms::Limits;
use hub_sim::{Action, Framing, Reply};

use crate::dialects::speaking;
use crate::support::*;

#[tokio::test]
async fn s26_a_lost_connection_keeps_the_text_and_sends_nothing_again() {
    for dialect in speaking(26) {
        let begun = Reply::sse_body(dialect.says("kept"));
        for reply in [
            begun.clone().reset(),
            begun.clone().close(),
            // The connection ends inside a chunk.
            begun.clone().then(Action::SendRaw(Bytes::from_static(b"ff\r\ndata: "))).close(),
            // … and before as much came as was announced.
            Reply::sse_body(dialect.says("kept")).framing(Framing::Declared(100_000)).close(),
        ] {
            let server = serve(reply).await;
            let asked = dialect.ask_at(&server.base_url()).await;
            let error = asked.truncated("kept").expect("why");
            assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::Connect, Some("broke_off")));
            assert_eq!(server.requests().len(), 1, "it may have run, so it is not sent again");
            assert_eq!(asked.facts.retries, 0);
        }
    }
}

#[tokio::test]
async fn s28_an_end_without_the_word_for_it_is_no_proof() {
    for dialect in speaking(28) {
        for framing in [Framing::UntilClose, Framing::Chunked, Framing::ContentLength] {
            let reply = Reply::sse_body(dialect.says("kept")).framing(framing);
            assert_eq!(dialect.ask(reply).await.truncated("kept"), None, "{framing:?}");
        }
    }
}

#[tokio::test]
async fn s34_answers_without_a_body_and_heads_that_are_none() {
    let short = Limits { connect: Duration::from_millis(300), silence: Duration::from_millis(300), ..limits() };
    let short = Limits { silence_slow_start: short.silence, ..short };
    for dialect in speaking(34) {
        for reply in [Reply::status(200), Reply::status(204), Reply::status(206), Reply::event_stream()] {
            let asked = dialect.ask(reply).await;
            let error = asked.truncated("").expect("why");
            assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::BadAnswer, Some("empty_answer")));
        }
        let part = Reply::status(206).header("content-range", "bytes 0-9/99").send(dialect.says("kept"));
        assert_eq!(dialect.ask(part).await.truncated("kept"), None);

        let hints = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
        let body = dialect.answer("a");
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        dialect.ask(Reply::raw(format!("{}{head}{body}", hints.repeat(50)))).await.stopped("a");

        let flood = Action::Repeat(vec![Action::SendRaw(hints.into()), Action::Delay(Duration::from_millis(1))], None);
        let server = serve(Reply::nothing().then(flood)).await;
        let asked = ask_of(&platforms(short), dialect.endpoint(&server.base_url()), dialect.turn()).await;
        asked.failed("", ErrorCode::Silence);
        assert!(server.wait_for_end(0).await.unwrap().by.is_client(), "a head that never comes is not waited for");
    }
}

#[tokio::test]
async fn s38_chunks_that_are_none_end_the_answer() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n";
    for dialect in speaking(38) {
        let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
        let good = chunk(&dialect.says("kept"));
        for broken in ["zz\r\n", "-5\r\nab\r\n", "ffffffffffffffffff\r\nx", "5 x\r\nabcde\r\n", "3\r\nabcdef\r\n"] {
            let server = serve(Reply::raw(format!("{head}\r\n{good}{broken}"))).await;
            let asked = dialect.ask_at(&server.base_url()).await;
            let error = asked.truncated("kept").expect("why");
            assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::Connect, Some("broke_off")), "{broken}");
            assert_eq!(server.requests().len(), 1);
        }
        // Extensions and trailers are allowed.
        let whole = dialect.answer("a");
        let extended = format!("{:x};name=\"v\"\r\n{whole}\r\n0\r\nx-trailer: t\r\n\r\n", whole.len());
        dialect.ask(Reply::raw(format!("{head}\r\n{extended}"))).await.stopped("a");
        // Two framings at once: the chunks count (RFC 9112, 6.3), and nothing behind them does.
        let smuggled = format!("{head}content-length: 5\r\n\r\n{}0\r\n\r\n{good}", chunk(&whole));
        dialect.ask(Reply::raw(smuggled)).await.stopped("a");
        let two_lengths = format!("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 9\r\n\r\n{whole}");
        let asked = dialect.ask(Reply::raw(two_lengths)).await;
        asked.failed("", ErrorCode::BadAnswer);
    }
}
