//! The suite `wire` for Yuanqi: its transcripts and cases through the real transport over real sockets, with the
//! requests that were sent asserted beside the events that came of the answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "wire/support.rs"]
#[allow(dead_code, unused_macros, unused_imports)]
mod support;

#[path = "wire/census.rs"]
mod census;

use std::sync::Arc;

use hub_contract::conversation::Role;
use hub_contract::run::{FinishReason, RemoteIds, Step, StepState};
use hub_contract::{ErrorCode, PlatformId, RunEvent};
use hub_platforms::{Asker, Attachment, Endpoint, Opinion, PastMessage, Stopped, Turn};
use hub_sim::yuanqi::{ASSISTANT, TOKEN};
use hub_sim::{Reply, Scenario, ScriptedServer, YuanqiOptions, YuanqiPlatform};
use secrecy::SecretString;
use serde_json::json;
use support::*;

/// What the platform does not have, so that no test here is about it.
const NOT_OFFERED: &[(&str, &str)] = &[
    ("Lists the account's apps or models", "one token is one agent"),
    ("Tells about an app (opening, first questions)", "no call tells about an agent"),
    ("Workflow apps", "no workflow apps"),
    ("Models asked directly", "agents only"),
    ("Describes input variables", "no call tells about an agent"),
    ("Remembers the conversation", "the history goes along"),
    ("Several answers in one run", "a run has one answer"),
    ("Replaced text", "text is only added"),
    ("Workflow nodes", "its steps are tools"),
    ("Sources", "no member for it"),
    ("Generated files", "files stand in the text as links"),
    ("Typed outputs of workflows", "no workflow apps"),
    ("Follow-up questions", "no member for it"),
    ("Waits for an answer", "a question is an ordinary answer"),
    ("Images with a question", "public addresses only"),
    ("Other documents with a question", "public addresses only"),
    ("Stop on its side", "no call for it"),
    ("Feedback", "no call for it"),
];

macro_rules! transcript {
    ($name:literal) => {
        include_str!(concat!("wire/transcripts/yuanqi/", $name))
    };
}

const STREAMS: &[&str] = &[transcript!("stream.sse"), transcript!("sensitive.sse")];
const CHAT: &str = "/openapi/v1/agent/chat/completions";

fn of_agent(server: &ScriptedServer) -> Endpoint {
    let mut endpoint = endpoint(PlatformId::Yuanqi, &format!("{}/openapi/v1/agent", server.base_url()));
    endpoint.fields.insert("assistant_id".to_owned(), ASSISTANT.to_owned());
    endpoint.secrets = [("token".to_owned(), SecretString::from(TOKEN))].into();
    endpoint
}

fn question(text: &str) -> Turn {
    Turn { text: text.to_owned(), user: "local-1".to_owned(), ..Turn::default() }
}

async fn answer_of(reply: Reply) -> Asked {
    let server = serve(reply).await;
    ask_of(&platforms(limits()), of_agent(&server), question("Hi")).await
}

/// A platform with its rules, and the server that it stands on.
async fn simulated() -> (Arc<YuanqiPlatform>, ScriptedServer) {
    let platform = Arc::new(YuanqiPlatform::new(YuanqiOptions::default()));
    (Arc::clone(&platform), serve(platform).await)
}

/// The last step that was told.
fn last_step(asked: &Asked) -> &Step {
    let told = asked.events.iter().rev().find_map(|event| match event {
        RunEvent::Step(step) => Some(step),
        _ => None,
    });
    told.expect("a step")
}

#[test]
fn what_is_not_tested_is_not_offered() {
    census::agrees(PlatformId::Yuanqi, NOT_OFFERED);
}

#[tokio::test]
async fn yuanqi_stream_a_tool_its_answer_and_counts() {
    let server = serve(Reply::sse_body(transcript!("stream.sse"))).await;
    let turn = Turn { inputs: [("city".to_owned(), json!("X"))].into(), ..question("出门吗") };
    let asked = ask_of(&platforms(limits()), of_agent(&server), turn).await;
    asked.stopped("晴，适合出门");
    assert_eq!(asked.steps(), [("c1", "weather", "{\"city\":\"X\"}")]);
    let step = last_step(&asked);
    assert_eq!(
        (step.state, step.output.as_deref(), step.ms),
        (StepState::Done, Some("{\"sky\":\"clear\"}"), Some(120))
    );
    assert_eq!(asked.usage(), Some((Some(15), Some(5), Some(20))));
    assert_eq!(asked.remote.message.as_deref(), Some("y1"));
    let sent = &server.requests()[0];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", CHAT));
    assert_eq!(sent.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(sent.header("x-source"), Some("openapi"));
    assert_eq!(
        sent.json(),
        json!({
            "assistant_id": ASSISTANT, "user_id": "local-1", "stream": true, "chat_type": "published",
            "messages": [{"role": "user", "content": [{"type": "text", "text": "出门吗"}]}],
            "custom_variables": {"city": "X"},
        })
    );
}

#[tokio::test]
async fn yuanqi_sensitive_is_filtered() {
    let asked = answer_of(Reply::sse_body(transcript!("sensitive.sse"))).await;
    asked.finished("", FinishReason::Filtered);
    assert!(asked.notices().is_empty());
}

#[tokio::test]
async fn yuanqi_error_401() {
    let asked = answer_of(Reply::status(401).send(transcript!("error-401.json"))).await;
    let detail = &asked.failed("", ErrorCode::BadCredential).detail;
    assert_eq!(
        (detail.platform_code.as_deref(), detail.text.as_deref()),
        (Some("synthetic_auth"), Some("synthetic invalid key"))
    );
}

#[tokio::test]
async fn every_transcript_in_single_bytes() {
    for body in STREAMS {
        let whole = answer_of(Reply::sse_body(*body)).await;
        let bytewise = answer_of(Reply::sse_body(*body).pieces_of(1)).await;
        assert_eq!(whole.events, bytewise.events, "{body}");
    }
}

#[tokio::test]
async fn errors_in_every_shape() {
    for (status, body, code) in [
        (403, r#"{"error":{"message":"m","code":"c"}}"#, ErrorCode::BadCredential),
        (429, "too many", ErrorCode::RateLimited),
        (400, r#"{"code":4001,"msg":"m"}"#, ErrorCode::InvalidRequest),
        (200, r#"{"code":4001,"msg":"m"}"#, ErrorCode::PlatformError),
        (502, "<html>Bad Gateway</html>", ErrorCode::PlatformError),
        (404, "404 page not found", ErrorCode::NotFound),
    ] {
        answer_of(Reply::status(status).send(body)).await.failed("", code);
    }
    let asked = answer_of(Reply::sse(["{\"error\":{\"message\":\"m\",\"code\":\"c\"}}"])).await;
    asked.failed("", ErrorCode::PlatformError);
}

#[tokio::test]
async fn what_is_cut_off_is_kept_and_told() {
    let body = transcript!("stream.sse");
    let cut = body.find("适合出门").expect("the last piece");
    let asked = answer_of(Reply::sse_body(&body[..cut]).close()).await;
    asked.truncated("晴，");
    assert_eq!(last_step(&asked).state, StepState::Done);
    let tool_alone = body
        .find("data:{\"id\":\"y1\",\"created\":1900000000,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"tool\"")
        .expect("the tool's answer");
    let asked = answer_of(Reply::sse_body(&body[..tool_alone]).close()).await;
    asked.truncated("");
    assert_eq!(last_step(&asked).state, StepState::Failed, "a cut run leaves no running step");
}

#[tokio::test]
async fn keep_alives_alone_are_no_answer_and_done_proves_nothing() {
    for body in [": keep-alive\n\n", "data: [DONE]\n\n"] {
        let asked = answer_of(Reply::sse_body(body)).await;
        assert_eq!(asked.truncated("").and_then(|error| error.detail.hint.as_deref()), Some("empty_answer"));
    }
}

#[tokio::test]
async fn unknown_events_change_nothing() {
    let body = format!("event:progress\ndata:{{\"x\":1}}\n\nfoo:bar\ndata: null\n\n{}", transcript!("stream.sse"));
    answer_of(Reply::sse_body(body)).await.stopped("晴，适合出门");
}

#[tokio::test]
async fn the_history_goes_along_and_its_oldest_part_is_told_when_it_does_not() {
    let (platform, server) = simulated().await;
    let past = |n: u32| PastMessage {
        role: if n.is_multiple_of(2) { Role::User } else { Role::Assistant },
        text: n.to_string(),
        attachments: Vec::new(),
    };
    platform.next(Scenario::Echo);
    let turn = Turn { history: (0..4).map(past).collect(), ..question("Q") };
    let asked = ask_of(&platforms(limits()), of_agent(&server), turn).await;
    asked.stopped("messages: 5");
    assert!(asked.notices().is_empty());
    platform.next(Scenario::Echo);
    let turn = Turn { history: (0..60).map(past).collect(), ..question("Q") };
    let asked = ask_of(&platforms(limits()), of_agent(&server), turn).await;
    asked.stopped("messages: 39");
    let facts = asked.events.iter().find_map(|event| match event {
        RunEvent::Notice { code, facts, .. } if code == "history_cut" => facts.get("count"),
        _ => None,
    });
    assert_eq!(facts.map(String::as_str), Some("22"));
}

#[tokio::test]
async fn scenarios_of_the_simulator_are_understood() {
    let (platform, server) = simulated().await;
    let ask = |scenario: Scenario| {
        platform.next(scenario);
        ask_of_owned(of_agent(&server), "返修率")
    };
    for (scenario, code) in [
        (Scenario::BadKey, ErrorCode::BadCredential),
        (Scenario::Forbidden, ErrorCode::BadCredential),
        (Scenario::RateLimited { retry_after: None }, ErrorCode::RateLimited),
        (Scenario::ServerError, ErrorCode::PlatformError),
        (Scenario::Overloaded, ErrorCode::Overloaded),
    ] {
        ask(scenario).await.failed("", code);
    }
    let asked = ask(Scenario::Tools).await;
    assert_eq!(asked.steps(), [("call_sim_a", "query_repair_orders", "{\"quarter\":\"2026Q3\"}")]);
    assert!(asked.text().contains("1.83%") && !asked.reasoning().is_empty(), "{:?}", asked.end());
    let failed = ask(Scenario::Refusal).await;
    let error = failed.failed(&failed.text(), ErrorCode::PlatformError);
    assert_eq!(
        (error.detail.hint.as_deref(), error.detail.platform_code.as_deref()),
        (Some("tool_failed"), Some("tool_fail"))
    );
    ask(Scenario::Filtered).await.finished("", FinishReason::Filtered);
    let empty = ask(Scenario::Empty).await;
    empty.stopped("");
    assert_eq!(empty.notices(), ["empty_answer"]);
    let broken = ask(Scenario::ErrorInStream).await;
    assert!(!broken.text().is_empty());
    broken.failed(&broken.text(), ErrorCode::PlatformError);
    assert!(matches!(ask(Scenario::Cut).await.end(), RunEvent::Truncated { .. }));
}

async fn ask_of_owned(endpoint: Endpoint, text: &str) -> Asked {
    ask_of(&platforms(limits()), endpoint, question(text)).await
}

#[tokio::test]
async fn texts_go_along_and_other_files_are_refused_before_anything_is_sent() {
    let (platform, server) = simulated().await;
    let file = |name: &str, mime: &str, bytes: &'static [u8]| Attachment {
        name: name.to_owned(),
        mime: mime.to_owned(),
        bytes: bytes.into(),
        uploaded: None,
    };
    let with = |file| Turn { attachments: vec![file], ..question("Hi") };
    let asked = ask_of(&platforms(limits()), of_agent(&server), with(file("a.pdf", "application/pdf", b"%PDF"))).await;
    let error = asked.failed("", ErrorCode::UnsupportedFile);
    assert_eq!(error.detail.hint.as_deref(), Some("text_files_only"));
    assert!(server.requests().is_empty());
    platform.next(Scenario::Echo);
    ask_of(&platforms(limits()), of_agent(&server), with(file("a.txt", "text/plain", b"t")))
        .await
        .stopped("messages: 1");
    let sent = server.requests()[0].json();
    assert_eq!(sent["messages"][0]["content"][0]["text"], "Hi\n\na.txt\n```\nt\n```");
}

#[tokio::test]
async fn an_agent_is_tested_without_a_question() {
    let (_, server) = simulated().await;
    let platforms = platforms(limits());
    let tested = platforms.test(&of_agent(&server)).await.expect("it is there");
    assert_eq!((tested.key_verified, tested.models), (None, None));
    assert_eq!(server.requests()[0].json()["messages"], json!([]));
    let mut stranger = of_agent(&server);
    stranger.secrets.insert("token".to_owned(), SecretString::from("yuanqi-test-another"));
    assert_eq!(platforms.test(&stranger).await.expect_err("refused").code, ErrorCode::BadCredential);
    let page = serve(Reply::html(200, "<html><title>Sign in</title></html>")).await;
    let error = platforms.test(&of_agent(&page)).await.expect_err("a page");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::BadAnswer, Some("html")));
    let error = platforms.catalog(&of_agent(&server)).await.expect_err("no list");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::NotFound, Some("no_app_list")));
}

#[tokio::test]
async fn what_it_has_no_call_for_is_not_called() {
    let (_, server) = simulated().await;
    let platforms = platforms(limits());
    let stopped = platforms.stop(&of_agent(&server), &Asker::default(), &RemoteIds::default()).await;
    let opinion = Opinion { helpful: Some(true), reason: None };
    let told = platforms.feedback(&of_agent(&server), &Asker::default(), &RemoteIds::default(), &opinion).await;
    assert_eq!(stopped, Stopped::Unconfirmed);
    assert_eq!(told.expect_err("no call").detail.hint.as_deref(), Some("no_feedback"));
    assert!(server.requests().is_empty());
    let mut without = of_agent(&server);
    without.fields.clear();
    let asked = ask_of(&platforms, without, question("Hi")).await;
    let field = asked.failed("", ErrorCode::InvalidRequest).detail.field.clone();
    assert_eq!(field.as_deref(), Some("assistant_id"));
}
