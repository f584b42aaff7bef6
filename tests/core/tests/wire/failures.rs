//! Failures: inside streams, as documents, as pages, by status.

use hub_contract::ErrorCode;
use hub_sim::Reply;

use crate::support::*;

const TEXT: &str = r#"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#;

#[tokio::test]
async fn q29_q30_errors_in_data() {
    for error in [r#"{"error":{"message":"m","code":500}}"#, r#"{"error":"m"}"#, r#"{"error":[{"message":"m"}]}"#] {
        let asked = ask_chunks(&[TEXT, error]).await;
        assert_eq!(asked.failed("a", ErrorCode::PlatformError).detail.text.as_deref(), Some("m"), "{error}");
    }
    ask_chunks(&[TEXT, r#"{"error":null,"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#])
        .await
        .stopped("a");
}

#[tokio::test]
async fn q31_an_event_named_error() {
    for data in [r#"{"error":{"message":"m"}}"#, r#"{"message":"m"}"#, "m"] {
        let asked = ask_stream(&format!("data: {TEXT}\n\nevent: error\ndata: {data}\n\n")).await;
        assert_eq!(asked.failed("a", ErrorCode::PlatformError).detail.text.as_deref(), Some("m"), "{data}");
    }
}

#[tokio::test]
async fn q33_a_bare_error_line_first_or_later() {
    let asked = ask_stream("{\"error\":{\"message\":\"m\",\"code\":429}}\n\ndata: [DONE]\n\n").await;
    asked.failed("", ErrorCode::RateLimited);
    let asked = ask_stream(&format!("data: {TEXT}\n\n{{\"error\":{{\"message\":\"m\"}}}}\n")).await;
    asked.failed("a", ErrorCode::PlatformError);
}

#[tokio::test]
async fn q34_errors_as_documents_at_200() {
    for (body, code) in [
        (r#"{"error":{"message":"m","code":"invalid_api_key"}}"#, ErrorCode::BadCredential),
        (r#"{"code":20012,"message":"m","data":null}"#, ErrorCode::NotFound),
        (r#"{"error_code":110,"error_msg":"m"}"#, ErrorCode::PlatformError),
    ] {
        ask(Reply::status(200).header("content-type", "application/json").send(body)).await.failed("", code);
    }
    ask(Reply::status(200).send("{}")).await.failed("", ErrorCode::BadAnswer);
    ask(Reply::status(200).send("{\"choices\":[{")).await.failed("", ErrorCode::BadAnswer);
    ask(Reply::status(200).send("\"Invalid token\"")).await.failed("", ErrorCode::NotStream);
}

#[tokio::test]
async fn q43_codes_of_every_type_are_shown() {
    for (code, shown) in [("400", Some("400")), ("\"1210\"", Some("1210")), ("null", None)] {
        let body = format!(r#"{{"error":{{"message":"m","code":{code},"param":{{"a":1}}}}}}"#);
        let asked = ask(Reply::status(400).send(body)).await;
        assert_eq!(asked.failed("", ErrorCode::InvalidRequest).detail.platform_code.as_deref(), shown);
    }
}

#[tokio::test]
async fn q44_bodies_that_are_no_json() {
    for (reply, code, hint, text) in [
        (Reply::text(401, "\"Invalid token\""), ErrorCode::BadCredential, None, "Invalid token"),
        (Reply::text(404, "404 page not found"), ErrorCode::NotFound, Some("address_path"), "404 page not found"),
        (Reply::html(502, "<html><h1>502 Bad Gateway</h1></html>"), ErrorCode::PlatformError, None, "502 Bad Gateway"),
    ] {
        let asked = ask(reply).await;
        let detail = &asked.failed("", code).detail;
        assert_eq!((detail.hint.as_deref(), detail.text.as_deref()), (hint, Some(text)));
    }
}

#[tokio::test]
async fn p12_a_page_instead_of_a_stream() {
    let page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome</body></html>";
    let asked = ask(Reply::html(200, page)).await;
    let detail = &asked.failed("", ErrorCode::NotStream).detail;
    assert_eq!((detail.hint.as_deref(), detail.text.as_deref()), (Some("html"), Some("Sign in Welcome")));
    ask(Reply::text(200, "It works!")).await.failed("", ErrorCode::NotStream);
}

#[tokio::test]
async fn a_part_that_is_no_json_ends_the_run_and_keeps_the_text() {
    let asked = ask_chunks(&[TEXT, "{\"choices\":[{]"]).await;
    assert_eq!(asked.failed("a", ErrorCode::BadAnswer).detail.hint.as_deref(), Some("bad_json"));
}

#[tokio::test]
async fn an_echoed_key_is_never_told() {
    let body = format!(r#"{{"error":{{"message":"wrong: Bearer {KEY}","code":"{KEY}"}}}}"#);
    for reply in [Reply::status(401).send(body.clone()), Reply::sse([body])] {
        let asked = ask(reply).await;
        assert!(!format!("{:?}", asked.events).contains(KEY));
    }
}

#[tokio::test]
async fn only_what_the_server_refused_is_asked_again() {
    for (reply, requests) in [
        (Reply::text(503, "later"), 3),
        (Reply::text(408, "slow"), 3),
        (Reply::status(408), 1),
        (Reply::text(500, "broken"), 1),
        (Reply::text(502, "broken"), 1),
        (Reply::text(400, "no"), 1),
        (Reply::text(503, "later").header("x-should-retry", "false"), 1),
        (Reply::text(503, "later").header("retry-after", "600"), 1),
    ] {
        let server = serve(reply.clone()).await;
        ask_of(&platforms(limits()), compatible(&server), turn()).await;
        assert_eq!(server.requests().len(), requests, "{reply:?}");
    }
}
