//! The scripted server, looked at byte by byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod raw;

use bytes::Bytes;
use hub_sim::{Action, Coding, EndedBy, Framing, Gate, Recorder, Reply, Router, Script, ScriptedServer};
use raw::Client;

async fn serve(reply: Reply) -> (ScriptedServer, Client) {
    let server = ScriptedServer::start(reply).await.unwrap();
    let client = Client::connect(server.address()).await;
    (server, client)
}

/// The body bytes of an answer that ended with the connection.
fn body_of(answer: &[u8]) -> Vec<u8> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    answer[end..].to_vec()
}

#[tokio::test]
async fn a_body_has_its_length_and_the_connection_stays() {
    let (server, mut client) = serve(Reply::text(200, "abc")).await;
    client.get("/one?x=1").await;
    assert!(client.until("abc").await.contains("content-length: 3\r\n"));
    client.send("POST /two HTTP/1.1\r\ncontent-length: 2\r\nX-A: b\r\n\r\nhi").await;
    client.until("abc").await;

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!((requests[0].path.as_str(), requests[0].query.as_str()), ("/one", "x=1"));
    assert_eq!(requests[0].query_value("x"), Some("1"));
    assert_eq!((requests[1].method.as_str(), &requests[1].body[..]), ("POST", &b"hi"[..]));
    assert_eq!(requests[1].header("x-a"), Some("b"));
    assert_eq!(requests[1].connection, 0, "one connection for both");
}

#[tokio::test]
async fn a_chunked_request_is_put_together() {
    let (server, mut client) = serve(Reply::status(204)).await;
    client
        .send("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nt: u\r\n\r\n")
        .await;
    let requests = server.wait_for_requests(1).await.unwrap();
    assert_eq!(&requests[0].body[..], b"abcde");
}

#[tokio::test]
async fn a_proxy_request_shows_its_target() {
    let (server, mut client) = serve(Reply::status(204)).await;
    client.get("http://other.invalid:81/v1/models?type=text").await;
    let request = server.wait_for_requests(1).await.unwrap().remove(0);
    assert_eq!((request.path.as_str(), request.query.as_str()), ("/v1/models", "type=text"));
    assert_eq!(request.target, "http://other.invalid:81/v1/models?type=text");
}

#[tokio::test]
async fn chunks_have_the_size_that_the_script_says() {
    let (_server, mut client) =
        serve(Reply::event_stream().header("connection", "close").send("世界").pieces_of(1)).await;
    client.get("/").await;
    let body = body_of(&client.rest().await.unwrap());
    assert_eq!(body, b"1\r\n\xe4\r\n1\r\n\xb8\r\n1\r\n\x96\r\n1\r\n\xe7\r\n1\r\n\x95\r\n1\r\n\x8c\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_gate_holds_the_answer_until_the_test_opens_it() {
    let gate = Gate::new();
    let (_server, mut client) =
        serve(Reply::status(200).framing(Framing::UntilClose).send("first ").wait(&gate).send("second")).await;
    client.get("/").await;
    gate.reached().await;
    assert!(client.until("first ").await.ends_with("first "));
    gate.open();
    assert_eq!(client.rest_text().await, "second");
}

#[tokio::test]
async fn the_framing_can_be_wrong_on_purpose() {
    let (server, mut client) = serve(Reply::status(200).framing(Framing::Declared(10)).send("abc")).await;
    client.get("/").await;
    let answer = client.rest_text().await;
    assert!(answer.contains("content-length: 10\r\n") && answer.ends_with("\r\n\r\nabc"), "{answer}");
    assert_eq!(server.wait_for_end(0).await.unwrap().by, EndedBy::Server);

    let bad_chunk = Reply::event_stream().send("ab").then(Action::SendRaw(Bytes::from_static(b"zz\r\n"))).close();
    let (_server, mut client) = serve(bad_chunk).await;
    client.get("/").await;
    assert!(client.rest_text().await.ends_with("2\r\nab\r\nzz\r\n"));

    let (_server, mut client) = serve(Reply::raw("not HTTP at all")).await;
    client.get("/").await;
    assert_eq!(client.rest_text().await, "not HTTP at all");
}

#[tokio::test]
async fn a_reset_is_a_reset_and_a_close_is_none() {
    let (server, mut client) = serve(Reply::event_stream().send("a").reset()).await;
    client.get("/").await;
    let error = client.rest().await.expect_err("a reset");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(server.wait_for_end(0).await.unwrap().by, EndedBy::ServerReset);

    let (server, mut client) = serve(Reply::nothing()).await;
    client.get("/").await;
    assert_eq!(client.rest().await.unwrap(), b"");
    assert_eq!(server.wait_for_end(0).await.unwrap().by, EndedBy::Server);
}

#[tokio::test]
async fn the_server_sees_the_client_leave_whatever_it_is_doing() {
    let endless = Reply::event_stream().then(Action::Repeat(
        vec![Action::Send("data: x\n\n".into()), Action::Delay(std::time::Duration::from_millis(5))],
        None,
    ));
    for reply in [Reply::silence(), Reply::event_stream().send("a").hold_open(), endless] {
        let (server, mut client) = serve(reply).await;
        client.get("/").await;
        server.wait_for_requests(1).await.unwrap();
        assert!(server.connections()[0].end.is_none());
        drop(client);
        assert!(server.wait_for_end(0).await.unwrap().by.is_client());
    }
}

#[tokio::test]
async fn the_next_reply_is_found_in_order() {
    let script = Script::new()
        .on("/a", Reply::text(200, "a1."))
        .next(Reply::text(200, "any."))
        .always("/a", Reply::text(200, "a-standing."))
        .otherwise(Reply::text(200, "otherwise."));
    let server = ScriptedServer::start(script.clone()).await.unwrap();
    let mut client = Client::connect(server.address()).await;
    let mut answers = Vec::new();
    for path in ["/a", "/b", "/a", "/b"] {
        client.get(path).await;
        client.until("\r\n\r\n").await;
        answers.push(client.until(".").await);
    }
    assert_eq!(answers, ["a1.", "any.", "a-standing.", "otherwise."]);
    assert_eq!(script.left(), 0);
    script.push_on("/b", Reply::text(200, "later."));
    assert_eq!(script.left(), 1);
    client.get("/b").await;
    client.until("later.").await;
}

#[tokio::test]
async fn an_unscripted_request_is_named() {
    let server = ScriptedServer::start(Script::new()).await.unwrap();
    let mut client = Client::connect(server.address()).await;
    client.get("/x").await;
    let answer = client.until("GET /x").await;
    assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
}

#[tokio::test]
async fn nonsense_is_answered_and_the_connection_ends() {
    for nonsense in ["\u{16}\u{3}\u{1}hello", "GET /\r\n\r\n", "GET / HTTP/2\r\n\r\n"] {
        let (server, mut client) = serve(Reply::status(204)).await;
        client.send(nonsense).await;
        assert!(client.rest_text().await.starts_with("HTTP/1.1 400 "));
        assert!(server.requests().is_empty());
    }
}

#[tokio::test]
async fn a_router_takes_the_prefix_away() {
    let answer = |request: &hub_sim::Recorded| Reply::text(200, format!("[{}]", request.path));
    let server = ScriptedServer::start(Router::new().mount("/one", answer).mount("/two/", answer)).await.unwrap();
    let mut client = Client::connect(server.address()).await;
    for (path, expected) in [("/one/v1/x", "[/v1/x]"), ("/two/y", "[/y]"), ("/onemore", "404 page not found")] {
        client.get(path).await;
        client.until(expected).await;
    }
    assert_eq!(server.requests()[0].path, "/one/v1/x", "the log has the whole path");
}

#[tokio::test]
async fn a_real_client_reads_every_coding_and_piece_size() {
    let text: String = "返修率 repair rate 🌏\n".repeat(500);
    for coding in [Coding::Identity, Coding::Gzip, Coding::Deflate, Coding::Brotli] {
        for framing in [Framing::ContentLength, Framing::Chunked, Framing::UntilClose] {
            let mut reply = Reply::status(200).coding(coding).framing(framing);
            for part in text.as_bytes().chunks(1000) {
                reply = reply.send(part.to_vec());
            }
            let server = ScriptedServer::start(reply.pieces_of(7)).await.unwrap();
            let answer = client().get(server.base_url()).send().await.unwrap();
            assert_eq!(answer.text().await.unwrap(), text, "{coding:?} {framing:?}");
        }
    }
}

#[tokio::test]
async fn compressed_parts_arrive_before_the_body_ends() {
    for coding in [Coding::Gzip, Coding::Deflate, Coding::Brotli] {
        let gate = Gate::new();
        let server = ScriptedServer::start(Reply::event_stream().coding(coding).send("one").wait(&gate).send("two"))
            .await
            .unwrap();
        let mut answer = client().get(server.base_url()).send().await.unwrap();
        let mut received = Vec::new();
        while received.len() < 3 {
            received.extend_from_slice(&answer.chunk().await.unwrap().unwrap());
        }
        assert_eq!(received, b"one", "{coding:?}");
        gate.open();
        while let Some(more) = answer.chunk().await.unwrap() {
            received.extend_from_slice(&more);
        }
        assert_eq!(received, b"onetwo", "{coding:?}");
    }
}

#[tokio::test]
async fn a_bomb_is_small_on_the_wire() {
    let megabyte = Action::Send(vec![0; 1 << 20].into());
    let bomb = Reply::status(200).coding(Coding::Gzip).then(Action::Repeat(vec![megabyte], Some(20)));
    let (server, mut client) = serve(bomb.header("connection", "close")).await;
    client.get("/").await;
    let wire = client.rest().await.unwrap();
    assert!(wire.len() < 200_000, "{} bytes", wire.len());
    server.wait_for_end(0).await.unwrap();
    assert_eq!(server.connections()[0].sent, wire.len() as u64);
}

#[tokio::test]
async fn a_redirect_is_followed_to_a_recorder_that_keeps_what_came() {
    let recorder = Recorder::start().await.unwrap();
    assert_eq!(recorder.connections(), 0);
    let server = ScriptedServer::start(Reply::redirect(307, format!("{}/v1", recorder.base_url()))).await.unwrap();
    client().post(server.base_url()).header("x-mark", "here").body("hello").send().await.unwrap();
    recorder.visited().await;
    assert_eq!(recorder.connections(), 1);
    assert!(recorder.received_text("x-mark: here") && !recorder.received_text("sk-test"));
}

fn client() -> reqwest::Client {
    // Fails when another test was first, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}
