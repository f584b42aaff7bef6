//! Much, and too much.

use hub_contract::ErrorCode;
use hub_platforms::Limits;
use hub_sim::{Action, Coding, EndedBy, Framing, Reply};

use crate::dialects::speaking;
use crate::support::*;

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn s18_one_line_of_a_megabyte() {
    for dialect in speaking(18) {
        let text = "界".repeat(MIB / 3);
        for size in [16 * 1024, 2 * MIB] {
            let reply = Reply::sse_body(dialect.answer(&text)).pieces_of(size);
            dialect.ask(reply).await.stopped(&text);
        }
        // What a workflow's last event may weigh (P13).
        let text = "x".repeat(300 * 1024);
        dialect.ask(Reply::sse_body(dialect.answer(&text)).pieces_of(7 * 1024)).await.stopped(&text);
    }
}

#[tokio::test]
async fn s20_an_event_beyond_the_limit_keeps_the_text_before_it() {
    for dialect in speaking(20) {
        let limits = Limits { event_bytes: MIB, ..limits() };
        let line = Action::Repeat(vec![Action::Send(vec![b'x'; 64 * 1024].into())], None);
        let server = serve(Reply::sse_body(dialect.says("kept") + "data: ").then(line)).await;
        let asked = ask_of(&platforms(limits), dialect.endpoint(&server.base_url()), dialect.turn()).await;
        assert_eq!(asked.failed("kept", ErrorCode::TooLarge).detail.hint.as_deref(), Some("event_size"));
        assert!(server.wait_for_end(0).await.unwrap().by.is_client(), "closed by us");
    }
}

#[tokio::test]
async fn s21_endless_small_texts_end_at_the_limit_of_a_stream() {
    for dialect in speaking(21) {
        let limits = Limits { stream_bytes: MIB as u64, ..limits() };
        let endless = Action::Repeat(vec![Action::Send(dialect.says("x").repeat(100).into())], None);
        let server = serve(Reply::event_stream().then(endless)).await;
        let asked = ask_of(&platforms(limits), dialect.endpoint(&server.base_url()), dialect.turn()).await;
        let text = asked.text();
        assert!(text.len() > 1000 && text.bytes().all(|byte| byte == b'x'));
        assert_eq!(asked.failed(&text, ErrorCode::TooLarge).detail.hint.as_deref(), Some("answer_size"));
        assert!(server.wait_for_end(0).await.unwrap().by.is_client(), "closed by us");
    }
}

#[tokio::test]
async fn s37_compressed_whole_cut_broken_twice_and_as_a_bomb() {
    for dialect in speaking(37) {
        let body = dialect.says("kept") + &dialect.answer(" and whole");
        for coding in [Coding::Gzip, Coding::Brotli, Coding::Deflate] {
            for size in [1, 5, 4096] {
                let reply = Reply::sse_body(body.clone()).coding(coding).pieces_of(size);
                dialect.ask(reply).await.stopped("kept and whole");
            }
            // Cut after what was flushed with the first text.
            let cut = Reply::sse_body(dialect.says("kept")).coding(coding);
            assert_eq!(dialect.ask(cut.clone()).await.truncated("kept"), None, "{coding:?}");
            let error = dialect.ask(cut.close()).await.truncated("kept").map(|error| error.code);
            assert_eq!(error, Some(ErrorCode::Connect), "{coding:?}");
        }
        let garbage = Reply::sse_body(body.clone()).header("content-encoding", "gzip");
        let asked = dialect.ask(garbage).await;
        assert_eq!(asked.failed("", ErrorCode::BadAnswer).detail.hint.as_deref(), Some("encoding"));
        let unknown = Reply::sse_body(body.clone()).header("content-encoding", "zstd, gzip");
        let asked = dialect.ask(unknown).await;
        assert_eq!(asked.failed("", ErrorCode::BadAnswer).detail.hint.as_deref(), Some("encoding"));
        let twice = Reply::sse_body(gzip(body.as_bytes())).coding(Coding::Gzip);
        dialect.ask(twice).await.failed("", ErrorCode::NotStream);

        let bomb = Action::Repeat(vec![Action::Send(vec![b'x'; MIB].into())], Some(50));
        let bomb = Reply::sse_body(dialect.says("kept") + ": ").coding(Coding::Gzip).then(bomb);
        let server = serve(bomb.framing(Framing::Chunked)).await;
        let asked = dialect.ask_at(&server.base_url()).await;
        assert_eq!(asked.failed("kept", ErrorCode::TooLarge).detail.hint.as_deref(), Some("inflation"));
        let end = server.wait_for_end(0).await.unwrap();
        assert_ne!(end.by, EndedBy::ServerReset);
    }
}

#[tokio::test]
async fn s63_heads_beyond_the_limit() {
    for dialect in speaking(63) {
        let body = dialect.answer("a");
        let usual = Reply::sse_body(body.clone()).header("x-long", "x".repeat(16 * 1024));
        dialect.ask(usual).await.stopped("a");
        let many = (0..1000).fold(Reply::sse_body(body.clone()), |reply, n| reply.header(format!("x-{n}"), "y"));
        for reply in [
            Reply::sse_body(body.clone()).header("x-long", "x".repeat(100 * 1024)),
            many,
            Reply::sse_body(body.clone()).header("x-long", "x".repeat(500 * 1024)),
        ] {
            let server = serve(reply).await;
            let asked = dialect.ask_at(&server.base_url()).await;
            assert_eq!(asked.failed("", ErrorCode::TooLarge).detail.hint.as_deref(), Some("answer_size"));
            assert_eq!(server.requests().len(), 1);
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
