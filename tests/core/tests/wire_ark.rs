//! The suite `wire` for Ark: its transcripts and cases through the real transport over real sockets, with the requests
//! that were sent asserted beside the events that came of the answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "wire/support.rs"]
#[allow(dead_code, unused_macros, unused_imports)]
mod support;

#[path = "wire/census.rs"]
mod census;

use std::sync::Arc;

use hub_contract::conversation::Role;
use hub_contract::run::{FinishReason, RemoteIds, Step, StepKind, StepState};
use hub_contract::{ErrorCode, PlatformId, RunEvent};
use hub_platforms::{App, Asker, Attachment, Endpoint, PastMessage, Stopped, Turn};
use hub_sim::ark::{BOT, ENDPOINT};
use hub_sim::{ArkOptions, ArkPlatform, Reply, Scenario, ScriptedServer};
use serde_json::json;
use support::*;

/// What the platform does not have, so that no test here is about it.
const NOT_OFFERED: &[(&str, &str)] = &[
    ("Tells about an app (opening, first questions)", "no call tells about a bot"),
    ("Workflow apps", "no workflow apps"),
    ("Describes input variables", "no call tells about a bot"),
    ("Takes input variables", "a bot takes messages only"),
    ("Remembers the conversation", "the history goes along"),
    ("Several answers in one run", "a run has one answer"),
    ("Replaced text", "text is only added"),
    ("Workflow nodes", "no workflow apps"),
    ("Generated files", "files stand in the text as links"),
    ("Typed outputs of workflows", "no workflow apps"),
    ("Follow-up questions", "no member for it"),
    ("Waits for an answer", "a question is an ordinary answer"),
    ("Other documents with a question", "texts and images only"),
    ("Stop on its side", "no call for it"),
    ("Feedback", "no call for it"),
];

macro_rules! transcript {
    ($name:literal) => {
        include_str!(concat!("wire/transcripts/ark/", $name))
    };
}

const STREAMS: &[&str] = &[transcript!("t-ark-1.sse"), transcript!("t-ark-3.sse"), transcript!("t-ark-5.sse")];

fn of_bot(server: &ScriptedServer, bot: &str) -> Endpoint {
    let mut endpoint = endpoint(PlatformId::Ark, &format!("{}/api/v3", server.base_url()));
    endpoint.fields.insert("bot_id".to_owned(), bot.to_owned());
    endpoint
}

fn question(text: &str) -> Turn {
    Turn { text: text.to_owned(), ..Turn::default() }
}

async fn answer_of(reply: Reply) -> Asked {
    let server = serve(reply).await;
    ask_of(&platforms(limits()), of_bot(&server, BOT), question("Hi")).await
}

/// A platform with its rules, and the server that it stands on.
async fn simulated() -> (Arc<ArkPlatform>, ScriptedServer) {
    let platform = Arc::new(ArkPlatform::new(ArkOptions { keys: vec![KEY.to_owned()], ..ArkOptions::default() }));
    (Arc::clone(&platform), serve(platform).await)
}

fn sources(asked: &Asked) -> Vec<&str> {
    let told = asked.events.iter().rev().find_map(|event| match event {
        RunEvent::Sources { items } => Some(items),
        _ => None,
    });
    told.into_iter().flatten().map(|source| source.title.as_str()).collect()
}

fn search(asked: &Asked) -> &Step {
    let told = asked.events.iter().find_map(|event| match event {
        RunEvent::Step(step) if step.title == "search" => Some(step),
        _ => None,
    });
    told.expect("a search")
}

#[test]
fn what_is_not_tested_is_not_offered() {
    census::agrees(PlatformId::Ark, NOT_OFFERED);
}

#[tokio::test]
async fn t_ark_1_search_reasoning_and_counts() {
    let server = serve(Reply::sse_body(transcript!("t-ark-1.sse"))).await;
    let past = |role, text: &str| PastMessage { role, text: text.to_owned(), attachments: Vec::new() };
    let history = vec![past(Role::User, "a"), past(Role::Assistant, "b")];
    let parameters = json!({"temperature": 0.5, "model": "other"});
    let turn = Turn { history, parameters, ..question("c") };
    let asked = ask_of(&platforms(limits()), of_bot(&server, BOT), turn).await;
    asked.stopped("据报道,已开通。");
    assert_eq!(asked.reasoning(), "先搜索");
    assert_eq!(sources(&asked), ["示例新闻"]);
    let step = search(&asked);
    assert_eq!((step.kind, step.state, step.ms), (StepKind::Retrieval, StepState::Done, Some(1000)));
    assert_eq!(step.input.as_deref(), Some(r#"{"q":"x"}"#));
    let usage = asked.full_usage().expect("counts");
    assert_eq!((usage.input, usage.output, usage.total, usage.reasoning), (Some(300), Some(20), Some(320), Some(4)));
    assert_eq!(asked.remote.message.as_deref(), Some("ark-0001"));
    let sent = &server.requests()[0];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/api/v3/bots/chat/completions"));
    assert_eq!(sent.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(
        sent.json(),
        json!({
            "model": BOT, "stream": true, "stream_options": {"include_usage": true}, "temperature": 0.5,
            "messages": [
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": "b"},
                {"role": "user", "content": "c"},
            ]
        })
    );
}

#[tokio::test]
async fn t_ark_2_an_unknown_bot() {
    let asked = answer_of(Reply::status(404).send(transcript!("t-ark-2.json"))).await;
    let detail = &asked.failed("", ErrorCode::NotFound).detail;
    assert_eq!((detail.hint.as_deref(), detail.request_id.as_deref()), (Some("app_unknown"), Some("0217000000")));
}

#[tokio::test]
async fn t_ark_3_a_bare_error_line_keeps_the_text() {
    let asked = answer_of(Reply::sse_body(transcript!("t-ark-3.sse"))).await;
    let detail = &asked.failed("部分", ErrorCode::PlatformError).detail;
    assert_eq!(detail.platform_code.as_deref(), Some("InternalServiceError"));
    assert_eq!(detail.request_id.as_deref(), Some("0217000001"));
}

#[tokio::test]
async fn t_ark_4_a_limit_is_left_to_the_person_for_a_bot_and_waited_for_for_a_model() {
    let server = serve(Reply::status(429).send(transcript!("t-ark-4.json"))).await;
    ask_of(&platforms(limits()), of_bot(&server, BOT), question("Hi")).await.failed("", ErrorCode::RateLimited);
    assert_eq!(server.requests().len(), 1);
    let turn = Turn { model: Some(ENDPOINT.into()), ..question("Hi") };
    ask_of(&platforms(limits()), of_bot(&server, BOT), turn).await.failed("", ErrorCode::RateLimited);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn t_ark_5_a_moderated_end() {
    answer_of(Reply::sse_body(transcript!("t-ark-5.sse"))).await.finished("……", FinishReason::Filtered);
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
async fn what_is_cut_off_is_kept_and_told() {
    let body = transcript!("t-ark-1.sse");
    let cut = body.find(",已开通").expect("the third chunk");
    let asked = answer_of(Reply::sse_body(&body[..cut]).close()).await;
    asked.truncated("据报道");
    assert_eq!(sources(&asked), ["示例新闻"]);
    let reset = answer_of(Reply::sse_body(&body[..cut]).reset()).await;
    assert_eq!(reset.truncated("据报道").map(|error| error.code), Some(ErrorCode::Connect));
}

#[tokio::test]
async fn keep_alives_alone_are_no_answer() {
    let asked = answer_of(Reply::sse_body(": keep-alive\n\n: keep-alive\n\n")).await;
    assert_eq!(asked.truncated("").and_then(|error| error.detail.hint.as_deref()), Some("empty_answer"));
}

#[tokio::test]
async fn unknown_members_and_events_change_nothing() {
    let body = format!("event: progress\ndata: {{\"x\":1}}\n\nfoo: bar\n{}", transcript!("t-ark-1.sse"));
    answer_of(Reply::sse_body(body)).await.stopped("据报道,已开通。");
}

#[tokio::test]
async fn an_empty_answer_and_one_without_an_end() {
    let (platform, server) = simulated().await;
    platform.next(Scenario::Text { text: String::new(), reasoning: None });
    let asked = ask_of(&platforms(limits()), of_bot(&server, BOT), question("x")).await;
    asked.stopped("");
    platform.next(Scenario::Empty);
    let asked = ask_of(&platforms(limits()), of_bot(&server, BOT), question("x")).await;
    assert!(matches!(asked.end(), RunEvent::Truncated { .. }), "[DONE] proves nothing: {:?}", asked.end());
}

#[tokio::test]
async fn refusals_of_the_simulator_are_understood() {
    let (platform, server) = simulated().await;
    for (scenario, code) in [
        (Scenario::BadKey, ErrorCode::BadCredential),
        (Scenario::NoBalance, ErrorCode::QuotaExhausted),
        (Scenario::Forbidden, ErrorCode::PermissionDenied),
        (Scenario::RateLimited { retry_after: None }, ErrorCode::RateLimited),
        (Scenario::Overloaded, ErrorCode::Overloaded),
        (Scenario::ServerError, ErrorCode::PlatformError),
        (Scenario::ContextTooLong, ErrorCode::TooLarge),
    ] {
        platform.next(scenario);
        let asked = ask_of(&platforms(limits()), of_bot(&server, BOT), question("x")).await;
        assert!(asked.failed("", code).detail.request_id.is_some());
    }
    platform.next(Scenario::ErrorInStream);
    let asked = ask_of(&platforms(limits()), of_bot(&server, BOT), question("返修率")).await;
    assert!(!asked.text().is_empty());
    asked.failed(&asked.text(), ErrorCode::PlatformError);
}

#[tokio::test]
async fn the_simulator_answers_bots_with_what_they_looked_up_and_models_without() {
    let (_, server) = simulated().await;
    let platforms = platforms(limits());
    let app = App { id: Some(BOT.to_owned()), ..App::default() };
    let account = endpoint(PlatformId::Ark, &format!("{}/api/v3", server.base_url()));
    let asked = ask_of(&platforms, account.clone(), Turn { app, ..question("返修率") }).await;
    assert!(asked.text().contains("1.83%") && !asked.reasoning().is_empty(), "{:?}", asked.end());
    assert_eq!(sources(&asked), ["示例新闻", "返修手册.pdf · 计算口径"]);
    assert_eq!(search(&asked).input.as_deref(), Some(r#"{"q":"返修率"}"#));
    let asked = ask_of(&platforms, account, Turn { model: Some(ENDPOINT.into()), ..question("返修率") }).await;
    assert!(asked.text().contains("1.83%"), "{:?}", asked.end());
    assert_eq!(sources(&asked), Vec::<&str>::new());
    assert_eq!(server.requests()[1].path, "/api/v3/chat/completions");
    assert_eq!(server.requests()[1].json()["model"], ENDPOINT);
}

#[tokio::test]
async fn images_and_texts_go_along() {
    let server = serve(Reply::sse_body(transcript!("t-ark-5.sse"))).await;
    let file = |name: &str, mime: &str, bytes: &'static [u8]| Attachment {
        name: name.to_owned(),
        mime: mime.to_owned(),
        bytes: bytes.into(),
        uploaded: None,
    };
    let attachments = vec![file("a.png", "image/png", b"\x89PNG"), file("b.txt", "text/plain", b"t")];
    ask_of(&platforms(limits()), of_bot(&server, BOT), Turn { attachments, ..question("Hi") }).await;
    let content = &server.requests()[0].json()["messages"][0]["content"];
    assert_eq!(content[0]["text"], "Hi\n\nb.txt\n```\nt\n```");
    assert_eq!(content[1]["image_url"]["url"], "data:image/png;base64,iVBORw==");
}

#[tokio::test]
async fn an_account_without_a_list_is_tested_by_half_a_question() {
    let (_, server) = simulated().await;
    let platforms = platforms(limits());
    let tested = platforms.test(&of_bot(&server, BOT)).await.expect("the interface is there");
    assert_eq!((tested.key_verified, tested.models), (None, None));
    let asked: Vec<String> = server.requests().iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    assert_eq!(asked, ["GET /api/v3/models", "POST /api/v3/chat/completions"]);
    let mut stranger = of_bot(&server, BOT);
    stranger.secrets.insert("api_key".to_owned(), "sk-test-another-key".into());
    assert_eq!(platforms.test(&stranger).await.expect_err("refused").code, ErrorCode::BadCredential);
    let error = platforms.catalog(&of_bot(&server, BOT)).await.expect_err("no list");
    assert_eq!(error.detail.hint.as_deref(), Some("models_unlisted"));
}

#[tokio::test]
async fn models_are_listed_where_there_is_a_list() {
    let list = r#"{"object":"list","data":[{"id":"doubao-demo"},{"id":"doubao-embedding-demo"}]}"#;
    let server = serve(Reply::status(200).send(list)).await;
    let items = platforms(limits()).catalog(&of_bot(&server, BOT)).await.expect("a list");
    assert_eq!(
        items.iter().map(|item| (item.remote_id.as_str(), item.chats)).collect::<Vec<_>>(),
        [("doubao-demo", true), ("doubao-embedding-demo", false)]
    );
}

#[tokio::test]
async fn without_a_bot_nothing_is_sent_and_a_run_cannot_be_stopped_there() {
    let (_, server) = simulated().await;
    let account = endpoint(PlatformId::Ark, &format!("{}/api/v3", server.base_url()));
    let asked = ask_of(&platforms(limits()), account.clone(), question("Hi")).await;
    let error = asked.failed("", ErrorCode::InvalidRequest);
    assert_eq!((error.detail.hint.as_deref(), error.detail.field.as_deref()), (Some("app_id_needed"), Some("bot_id")));
    let stopped = platforms(limits()).stop(&account, &Asker::default(), &RemoteIds::default()).await;
    assert_eq!((stopped, server.requests().len()), (Stopped::Unconfirmed, 0));
}
