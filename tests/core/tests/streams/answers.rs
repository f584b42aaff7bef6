//! What stands in an answer: errors, pages, other types, JSON of every kind.

use hub_contract::{ErrorCode, RunEvent};
use hub_sim::{Recorder, Reply};

use crate::dialects::{Said, speaking};
use crate::support::*;

#[tokio::test]
async fn s32_an_error_document_under_200_tells_the_platforms_words() {
    for dialect in speaking(32) {
        let document = (dialect.failure)("\"the quota is gone\"").data;
        let reply = Reply::status(200).header("content-type", "application/json").send(document);
        let asked = dialect.ask(reply).await;
        let error = asked.failed("", ErrorCode::PlatformError);
        assert_eq!(error.detail.text.as_deref(), Some("the quota is gone"));
    }
}

#[tokio::test]
async fn s33_a_page_of_the_network_is_named_with_its_host_and_not_shown_as_markup() {
    let page = "<!DOCTYPE html><html><head><title>Guest Wi-Fi</title><script>steal()</script></head>\
                <body><form action=/login>Sign in <b>here</b></form></body></html>";
    for dialect in speaking(33) {
        for reply in [Reply::html(200, page), Reply::html(200, format!("\n\n  {page}")).without_header("content-type")]
        {
            let asked = dialect.ask(reply).await;
            let detail = &asked.failed("", ErrorCode::NotStream).detail;
            assert_eq!(detail.hint.as_deref(), Some("html"));
            assert_eq!(detail.host.as_deref(), Some("127.0.0.1"));
            assert_eq!(detail.text.as_deref(), Some("Guest Wi-Fi Sign in here"));
        }
    }
}

#[tokio::test]
async fn s35_a_stream_under_any_content_type_and_no_stream_under_its_own() {
    for dialect in speaking(35) {
        for content_type in ["text/plain", "application/json", "text/html", "application/octet-stream", "nonsense"] {
            let reply = Reply::sse_body(dialect.answer("a")).with_header("content-type", content_type);
            dialect.ask(reply).await.stopped("a");
        }
        dialect.ask(Reply::sse_body(dialect.answer("a")).without_header("content-type")).await.stopped("a");
        dialect.ask(Reply::sse_body("It works!")).await.failed("", ErrorCode::NotStream);
    }
}

#[tokio::test]
async fn s36_a_failure_in_the_middle_keeps_the_text_and_tells_the_message_as_plain_text() {
    for dialect in speaking(36) {
        let long = format!("<b>broken</b>\n{}", "界".repeat(2000));
        for (message, shown) in [("no more room", "no more room"), (long.as_str(), "broken")] {
            let asked =
                dialect.ask_stream(dialect.says("kept") + &dialect.fails(message) + &dialect.says("late")).await;
            let error = asked.failed("kept", ErrorCode::PlatformError);
            let text = error.detail.text.as_deref().unwrap();
            assert!(text.contains(shown), "{text}");
            assert!(text.chars().count() <= 500 && !text.contains('\n') && !text.contains('<'), "{text}");
        }
    }
}

#[tokio::test]
async fn s40_a_redirect_to_itself_and_one_to_nowhere_end_at_once() {
    for dialect in speaking(40) {
        for location in ["", dialect.chat_path, "//", "http://", "?again"] {
            let server = serve(Reply::redirect(307, location)).await;
            let asked = dialect.ask_at(&server.base_url()).await;
            asked.failed("", ErrorCode::Redirected);
            assert_eq!(server.requests().len(), 1, "{location:?}");
        }
        let server = serve(Reply::status(302)).await;
        let asked = dialect.ask_at(&server.base_url()).await;
        assert_eq!(asked.failed("", ErrorCode::Redirected).detail.text, None, "there is no address to tell");
    }
}

/// The suite `redirects` goes through every kind; this is the row's own sentence.
#[tokio::test]
async fn s39_a_redirect_is_told_and_not_followed() {
    for dialect in speaking(39) {
        let elsewhere = Recorder::start().await.unwrap();
        for status in [301, 302, 303, 307, 308] {
            let server = serve(Reply::redirect(status, format!("{}/next?key=1", elsewhere.base_url()))).await;
            let asked = dialect.ask_at(&server.base_url()).await;
            let told = asked.failed("", ErrorCode::Redirected).detail.text.clone();
            assert_eq!(told, Some(format!("{}/next", elsewhere.base_url())));
        }
        assert_eq!(elsewhere.received(), b"");
    }
}

#[tokio::test]
async fn s50_texts_out_of_order_and_without_a_role_are_no_panic() {
    for dialect in speaking(50) {
        let Said { data, event } = (dialect.text)("\"other\"");
        for other in [data.replace("\"index\":0", "\"index\":1"), data.replace("\"index\":0", "\"index\":-1")] {
            if other == data {
                continue;
            }
            let body = Said { data: other, event }.frame() + &dialect.says("a") + &dialect.ends();
            dialect.ask_stream(body).await.stopped("a");
        }
        let reversed = dialect.says("b") + &dialect.says("a") + &dialect.ends();
        dialect.ask_stream(reversed).await.stopped("ba");
    }
}

#[tokio::test]
async fn s51_deep_json_is_read_to_127_levels_and_refused_far_below() {
    for dialect in speaking(51) {
        let nested = |depth: usize| {
            let Said { event, data } = (dialect.text)("\"\"");
            let deep = format!(r#"{{"deep":{}{},"#, "[".repeat(depth - 1), "]".repeat(depth - 1));
            Said { event, data: data.replacen('{', &deep, 1) }
        };
        let body = dialect.says("a") + &nested(127).frame() + &dialect.ends();
        dialect.ask_stream(body).await.stopped("a");
        let body = dialect.says("a") + &nested(100_000).frame() + &dialect.ends();
        let asked = dialect.ask_stream(body).await;
        assert_eq!(asked.failed("a", ErrorCode::BadAnswer).detail.hint.as_deref(), Some("bad_json"));
    }
}

#[tokio::test]
async fn s52_numbers_that_are_none_never_fail_an_answer() {
    for dialect in speaking(52) {
        for number in ["1e400", "-1e400", "-0", "18446744073709551616", "NaN", "Infinity", "-Infinity", "\"NaN\""] {
            let Said { event, data } = (dialect.text)("\"a\"");
            let data = data.strip_suffix('}').unwrap();
            let usage =
                format!(r#""usage":{{"prompt_tokens":{number},"completion_tokens":2,"total_tokens":{number}}}"#);
            let body = Said { event, data: format!("{data},{usage},\"odd\":{number}}}") }.frame() + &dialect.ends();
            let asked = dialect.ask_stream(body).await;
            asked.stopped("a");
            assert_eq!(asked.full_usage().and_then(|usage| usage.output), Some(2), "{number}");
        }
    }
}

#[tokio::test]
async fn s53_other_types_and_keys_twice_are_read_or_passed_over() {
    for dialect in speaking(53) {
        for (literal, text) in [
            ("null", ""),
            ("5", ""),
            ("true", ""),
            ("{}", ""),
            (r#"[{"type":"text","text":"part"}]"#, "part"),
            ("[null, 1]", ""),
        ] {
            let body = dialect.says_literally(literal) + &dialect.says("a") + &dialect.ends();
            dialect.ask_stream(body).await.stopped(&format!("{text}a"));
        }
        // A key twice: the later one counts; keys that nobody knows do not.
        let Said { event, data } = (dialect.text)("\"a\"");
        let twice = data.replacen('{', r#"{"unknown":{"x":[]},"unknown":1,"#, 1);
        let asked = dialect.ask_stream(Said { event, data: twice }.frame() + &dialect.ends()).await;
        asked.stopped("a");
        let texts = asked.events.iter().filter(|event| matches!(event, RunEvent::Text { .. })).count();
        assert_eq!(texts, 1);
    }
}
