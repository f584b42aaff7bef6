//! The suite `wire` for Bailian: its transcripts and cases through the real transport over real sockets, with the
//! requests that were sent asserted beside the events that came of the answers.
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
use hub_platforms::{App, AppInfo, Asker, Attachment, Endpoint, PastMessage, Stopped, Turn};
use hub_sim::bailian::{AGENT, WORKFLOW};
use hub_sim::{BailianOptions, BailianPlatform, Gate, Reply, Scenario, Script, ScriptedServer};
use serde_json::json;
use support::*;

/// What the platform does not have, so that no test here is about it.
const NOT_OFFERED: &[(&str, &str)] = &[
    ("Tells about an app (opening, first questions)", "apps are described to the console alone"),
    ("Describes input variables", "apps are described to the console alone"),
    ("Several answers in one run", "a run has one answer"),
    ("Generated files", "files stand in the text as links"),
    ("Typed outputs of workflows", "a workflow answers with text"),
    ("Follow-up questions", "no member for it"),
    ("Waits for an answer", "a question is an ordinary answer"),
    ("Images with a question", "apps take public addresses only"),
    ("Other documents with a question", "apps take public addresses only"),
    ("Stop on its side", "no call for it"),
    ("Feedback", "no call for it"),
];

macro_rules! transcript {
    ($name:literal) => {
        include_str!(concat!("wire/transcripts/bailian/", $name))
    };
}

const STREAMS: &[&str] = &[
    transcript!("t-bl-1.sse"),
    transcript!("t-bl-2.sse"),
    transcript!("t-bl-3.sse"),
    transcript!("t-bl-4.sse"),
    transcript!("t-bl-7.sse"),
];

const APP_PATH: &str = "/api/v1/apps/app-demo-01/completion";

fn of_app(server: &ScriptedServer, app: &str) -> Endpoint {
    let mut endpoint = endpoint(PlatformId::Bailian, &format!("{}/api/v1", server.base_url()));
    endpoint.fields.insert("app_id".to_owned(), app.to_owned());
    endpoint
}

fn question(text: &str) -> Turn {
    Turn { text: text.to_owned(), ..Turn::default() }
}

async fn answer_of(reply: Reply) -> Asked {
    let server = serve(reply).await;
    ask_of(&platforms(limits()), of_app(&server, AGENT), question("Hi")).await
}

/// A platform with state, and the server that it stands on.
async fn simulated(options: BailianOptions) -> (Arc<BailianPlatform>, ScriptedServer) {
    let keys = vec![KEY.to_owned()];
    let platform = Arc::new(BailianPlatform::new(BailianOptions { keys, ..options }));
    (Arc::clone(&platform), serve(platform).await)
}

fn sources(asked: &Asked) -> Vec<&str> {
    let told = asked.events.iter().rev().find_map(|event| match event {
        RunEvent::Sources { items } => Some(items),
        _ => None,
    });
    told.into_iter().flatten().map(|source| source.title.as_str()).collect()
}

/// The step of that name, as it was told last.
fn step<'a>(asked: &'a Asked, title: &str) -> &'a Step {
    let told = asked.events.iter().rev().find_map(|event| match event {
        RunEvent::Step(step) if step.title == title => Some(step),
        _ => None,
    });
    told.unwrap_or_else(|| panic!("no step {title}: {:?}", asked.events))
}

#[test]
fn what_is_not_tested_is_not_offered() {
    census::agrees(PlatformId::Bailian, NOT_OFFERED);
}

#[tokio::test]
async fn t_bl_1_pieces_with_session_and_counts() {
    let server = serve(Reply::sse_body(transcript!("t-bl-1.sse"))).await;
    let mut endpoint = of_app(&server, AGENT);
    endpoint.fields.insert("workspace".to_owned(), "llm-demo".to_owned());
    let turn = Turn { inputs: [("city".to_owned(), json!("杭州"))].into(), ..question("Hi") };
    let asked = ask_of(&platforms(limits()), endpoint, turn).await;
    asked.stopped("您好,有什么可以帮您?");
    assert_eq!(asked.usage(), Some((Some(40), Some(8), None)));
    assert_eq!(asked.remote.conversation.as_deref(), Some("s-100"));
    let sent = &server.requests()[0];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", APP_PATH));
    assert_eq!(sent.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(sent.header("x-dashscope-sse"), Some("enable"));
    assert_eq!(sent.header("x-dashscope-workspace"), Some("llm-demo"));
    assert_eq!(
        sent.json(),
        json!({
            "input": {"prompt": "Hi", "biz_params": {"city": "杭州"}},
            "parameters": {"has_thoughts": true, "incremental_output": true}
        })
    );
}

#[tokio::test]
async fn t_bl_2_whole_texts_although_pieces_were_asked_for() {
    answer_of(Reply::sse_body(transcript!("t-bl-2.sse"))).await.stopped("今天的会议室已预订成功。");
}

#[tokio::test]
async fn t_bl_3_thoughts_retrieval_and_references() {
    let asked = answer_of(Reply::sse_body(transcript!("t-bl-3.sse"))).await;
    asked.stopped("每年5天[1]");
    assert_eq!(asked.reasoning(), "用户问年假");
    let search = step(&asked, "知识检索");
    assert_eq!((search.kind, search.state), (StepKind::Retrieval, StepState::Done));
    assert_eq!(search.output.as_deref(), Some(r#"[{"title":"年假制度"}]"#), "what was recalled is a step, not text");
    assert_eq!(sources(&asked), ["年假制度"]);
}

#[tokio::test]
async fn t_bl_4_a_wrong_app_is_told_inside_a_200() {
    let asked = answer_of(Reply::sse_body(transcript!("t-bl-4.sse"))).await;
    let detail = &asked.failed("", ErrorCode::NotFound).detail;
    assert_eq!((detail.hint.as_deref(), detail.status), (Some("app_unknown"), Some(400)));
    assert_eq!(detail.platform_code.as_deref(), Some("InvalidParameter"));
    assert_eq!(detail.request_id.as_deref(), Some("r-bl-4"));
}

#[tokio::test]
async fn t_bl_5_a_wrong_key() {
    let asked = answer_of(Reply::status(401).send(transcript!("t-bl-5.json"))).await;
    let detail = &asked.failed("", ErrorCode::BadCredential).detail;
    assert_eq!((detail.text.as_deref(), detail.request_id.as_deref()), (Some("demo: bad key"), Some("r-bl-5")));
}

#[tokio::test]
async fn t_bl_6_a_refusal_may_be_an_event_and_is_not_repeated() {
    let reply = Reply::status(429).header("content-type", "text/event-stream").send(transcript!("t-bl-6.sse"));
    let server = serve(reply).await;
    let asked = ask_of(&platforms(limits()), of_app(&server, AGENT), question("Hi")).await;
    let detail = &asked.failed("", ErrorCode::RateLimited).detail;
    assert_eq!((detail.status, detail.request_id.as_deref()), (Some(429), Some("r-bl-6")));
    assert_eq!(server.requests().len(), 1, "an app's call is left to the person");
}

#[tokio::test]
async fn t_bl_7_nodes_speak_one_after_the_other() {
    let server = serve(Reply::sse_body(transcript!("t-bl-7.sse"))).await;
    let app = App { workflow: true, ..App::default() };
    let asked = ask_of(&platforms(limits()), of_app(&server, AGENT), Turn { app, ..question("Hi") }).await;
    asked.stopped("第一段。第二段。");
    assert_eq!((step(&asked, "输出").kind, step(&asked, "结束").state), (StepKind::Node, StepState::Done));
    assert_eq!(step(&asked, "输出").state, StepState::Done, "a finished run leaves no running step");
    assert_eq!(server.requests()[0].json()["parameters"]["flow_stream_mode"], "message_format");
}

#[tokio::test]
async fn t_bl_8_a_document_instead_of_a_stream() {
    let asked = answer_of(Reply::status(200).send(transcript!("t-bl-8.json"))).await;
    asked.stopped("好的。");
    assert_eq!(asked.usage(), Some((Some(12), Some(2), None)));
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
    let body = transcript!("t-bl-1.sse");
    let second = body.find("id:2").expect("a second event");
    for end in [second, second + 90] {
        let asked = answer_of(Reply::sse_body(&body[..end]).close()).await;
        asked.truncated("您好");
    }
    let reset = answer_of(Reply::sse_body(&body[..second]).reset()).await;
    assert_eq!(reset.truncated("您好").map(|error| error.code), Some(ErrorCode::Connect));
}

#[tokio::test]
async fn keep_alives_alone_are_no_answer() {
    let asked = answer_of(Reply::sse_body(":HTTP_STATUS/200\n\n: keep-alive\n\n")).await;
    assert_eq!(asked.truncated("").and_then(|error| error.detail.hint.as_deref()), Some("empty_answer"));
}

#[tokio::test]
async fn unknown_events_and_members_change_nothing() {
    let body = format!(
        "event:progress\ndata:{{\"percent\":3}}\n\nfoo:bar\n{}event:done\ndata:{{}}\n\n",
        transcript!("t-bl-1.sse")
    );
    answer_of(Reply::sse_body(body)).await.stopped("您好,有什么可以帮您?");
}

#[tokio::test]
async fn a_failure_in_the_middle_keeps_the_text() {
    let (platform, server) = simulated(BailianOptions::default()).await;
    platform.next(Scenario::ErrorInStream);
    let asked = ask_of(&platforms(limits()), of_app(&server, AGENT), question("返修率")).await;
    assert!(!asked.text().is_empty());
    let error = asked.failed(&asked.text(), ErrorCode::PlatformError);
    assert_eq!((error.detail.platform_code.as_deref(), error.detail.status), (Some("InternalError.Algo"), Some(500)));
}

#[tokio::test]
async fn a_filtered_answer_and_an_empty_one() {
    let (platform, server) = simulated(BailianOptions::default()).await;
    let endpoint = of_app(&server, WORKFLOW);
    platform.next(Scenario::Filtered);
    let asked = ask_of(&platforms(limits()), endpoint.clone(), question("x")).await;
    assert_eq!(asked.end(), &RunEvent::Finished { reason: FinishReason::Filtered });
    platform.next(Scenario::Text { text: String::new(), reasoning: None });
    let asked = ask_of(&platforms(limits()), endpoint.clone(), question("x")).await;
    asked.stopped("");
    assert_eq!(asked.notices(), ["empty_answer"]);
    platform.next(Scenario::Refusal);
    ask_of(&platforms(limits()), endpoint, question("x")).await.failed("", ErrorCode::Filtered);
}

#[tokio::test]
async fn a_session_goes_on_and_a_forgotten_one_begins_anew() {
    let (platform, server) = simulated(BailianOptions::default()).await;
    let platforms = platforms(limits());
    let first = ask_of(&platforms, of_app(&server, AGENT), question("你好")).await;
    let session = first.remote.conversation.clone().expect("a session");
    let remote = RemoteIds { conversation: Some(session.clone()), ..RemoteIds::default() };
    let second = Turn { remote, ..question("返修率") };
    let asked = ask_of(&platforms, of_app(&server, AGENT), second.clone()).await;
    assert_eq!((asked.remote.conversation.as_deref(), asked.notices()), (Some(session.as_str()), vec![]));
    assert_eq!(server.requests()[1].json()["input"]["session_id"], json!(session));

    platform.forget_sessions();
    let asked = ask_of(&platforms, of_app(&server, AGENT), second).await;
    assert!(matches!(asked.end(), RunEvent::Finished { reason: FinishReason::Stop }), "{:?}", asked.end());
    assert_eq!(asked.notices(), ["conversation_gone"]);
    assert_ne!(asked.remote.conversation, Some(session));
    assert_eq!(server.requests().len(), 4);
    assert_eq!(server.requests()[3].json()["input"], json!({"prompt": "返修率"}));
}

#[tokio::test]
async fn without_a_session_the_history_goes_along_and_none_is_kept() {
    let (platform, server) = simulated(BailianOptions::default()).await;
    platform.next(Scenario::Echo);
    let past = |role, text: &str| PastMessage { role, text: text.to_owned(), attachments: Vec::new() };
    let history = vec![past(Role::User, "a"), past(Role::Assistant, "b")];
    let asked = ask_of(&platforms(limits()), of_app(&server, AGENT), Turn { history, ..question("c") }).await;
    asked.stopped("messages: 3");
    assert_eq!(asked.remote.conversation, None);
    assert_eq!(server.requests()[0].json()["input"].get("prompt"), None);
}

#[tokio::test]
async fn the_simulator_speaks_as_agent_as_workflow_and_in_whole_texts() {
    for cumulative in [false, true] {
        let (_, server) = simulated(BailianOptions { cumulative, ..BailianOptions::default() }).await;
        let asked = ask_of(&platforms(limits()), of_app(&server, AGENT), question("返修率")).await;
        assert!(asked.text().ends_with("[1]") && asked.text().matches("1.83%").count() == 1, "{}", asked.text());
        assert!(!asked.reasoning().is_empty());
        assert_eq!((sources(&asked), step(&asked, "知识检索").state), (vec!["返修手册"], StepState::Done));
    }
    let (_, server) = simulated(BailianOptions::default()).await;
    let app = App { id: Some(WORKFLOW.to_owned()), workflow: true, mode: None };
    let asked = ask_of(&platforms(limits()), of_app(&server, AGENT), Turn { app, ..question("返修率") }).await;
    assert!(asked.text().ends_with("[1]"), "{}", asked.text());
    assert_eq!(step(&asked, "结束").state, StepState::Done);
}

#[tokio::test]
async fn texts_go_along_and_other_files_are_refused_before_anything_is_sent() {
    let server = serve(Reply::sse_body(transcript!("t-bl-1.sse"))).await;
    let file = |name: &str, mime: &str, bytes: &'static [u8]| Attachment {
        name: name.to_owned(),
        mime: mime.to_owned(),
        bytes: bytes.into(),
        uploaded: None,
    };
    let with = |file| Turn { attachments: vec![file], ..question("Hi") };
    let picture = with(file("a.png", "image/png", b"\x89PNG"));
    let asked = ask_of(&platforms(limits()), of_app(&server, AGENT), picture).await;
    let error = asked.failed("", ErrorCode::UnsupportedFile);
    assert_eq!((error.detail.hint.as_deref(), error.detail.text.as_deref()), (Some("text_files_only"), Some("a.png")));
    assert!(server.requests().is_empty());
    let text = with(file("a.csv", "text/csv", b"x,y"));
    ask_of(&platforms(limits()), of_app(&server, AGENT), text).await.stopped("您好,有什么可以帮您?");
    assert_eq!(server.requests()[0].json()["input"]["prompt"], "Hi\n\na.csv\n```\nx,y\n```");
}

#[tokio::test]
async fn stopping_closes_the_connection_and_is_not_confirmed() {
    let (platform, server) = simulated(BailianOptions::default()).await;
    let gate = Gate::new();
    platform.next(Scenario::Held(gate.clone()));
    let platforms = platforms(limits());
    let mut chat = platforms.chat(of_app(&server, AGENT), question("返修率"));
    chat.next().await.expect("it begins");
    let reached = gate.reached();
    tokio::pin!(reached);
    loop {
        tokio::select! {
            () = &mut reached => break,
            signal = chat.next() => assert!(signal.is_some(), "it waits at the gate"),
        }
    }
    drop(chat);
    assert!(server.wait_for_end(0).await.expect("it ends").by.is_client());
    let stopped = platforms.stop(&of_app(&server, AGENT), &Asker::default(), &RemoteIds::default()).await;
    assert_eq!((stopped, server.requests().len()), (Stopped::Unconfirmed, 1));
}

#[tokio::test]
async fn an_app_is_tested_without_a_question() {
    let (_, server) = simulated(BailianOptions::default()).await;
    let platforms = platforms(limits());
    let tested = platforms.test(&of_app(&server, AGENT)).await.expect("it is there");
    assert_eq!((tested.key_verified, tested.models), (None, None));
    assert_eq!(server.requests()[0].json(), json!({"input": {"prompt": ""}, "parameters": {}}));
    let error = platforms.test(&of_app(&server, "app-nope")).await.expect_err("unknown");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::NotFound, Some("app_unknown")));
    let mut stranger = of_app(&server, AGENT);
    stranger.secrets.insert("api_key".to_owned(), "sk-test-another-key".into());
    assert_eq!(platforms.test(&stranger).await.expect_err("refused").code, ErrorCode::BadCredential);
    let mut elsewhere = of_app(&server, AGENT);
    elsewhere.fields.insert("workspace".to_owned(), "llm-other".to_owned());
    let error = platforms.test(&elsewhere).await.expect_err("another workspace");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::PermissionDenied, Some("app_workspace")));
    let info = platforms.app(&of_app(&server, AGENT), &App::default()).await.expect("nothing to ask");
    assert_eq!(info, AppInfo::default());
}

#[tokio::test]
async fn models_of_the_account_speak_the_familys_language() {
    let (_, server) = simulated(BailianOptions::default()).await;
    let platforms = platforms(limits());
    let account = endpoint(PlatformId::Bailian, &format!("{}/api/v1", server.base_url()));
    let tested = platforms.test(&account).await.expect("a list");
    assert_eq!((tested.key_verified, tested.models), (Some(true), Some(2)));
    let items = platforms.catalog(&account).await.expect("a list");
    assert_eq!(items[0].remote_id, "qwen-demo");
    let turn = Turn { model: Some("qwen-demo".into()), ..question("返修率") };
    let asked = ask_of(&platforms, account.clone(), turn).await;
    assert!(asked.text().contains("1.83%"), "{:?}", asked.end());
    let paths: Vec<String> = server.requests().iter().map(|request| request.path.clone()).collect();
    let models = "/compatible-mode/v1/models";
    assert_eq!(paths, [models, models, "/compatible-mode/v1/chat/completions"]);

    let asked = ask_of(&platforms, account, question("Hi")).await;
    let error = asked.failed("", ErrorCode::InvalidRequest);
    assert_eq!((error.detail.hint.as_deref(), error.detail.field.as_deref()), (Some("app_id_needed"), Some("app_id")));
}

#[tokio::test]
async fn a_host_without_a_model_list_is_tested_by_half_a_question() {
    let (_, server) = simulated(BailianOptions { no_model_list: true, ..BailianOptions::default() }).await;
    let account = endpoint(PlatformId::Bailian, &format!("{}/api/v1", server.base_url()));
    let tested = platforms(limits()).test(&account).await.expect("the interface is there");
    assert_eq!((tested.key_verified, tested.models), (None, None));
    let error = platforms(limits()).catalog(&account).await.expect_err("no list");
    assert_eq!(error.detail.hint.as_deref(), Some("models_unlisted"));
}

#[tokio::test]
async fn a_model_call_is_repeated_where_an_apps_is_not() {
    let limited = || Reply::status(429).header("retry-after-ms", "1").send(transcript!("t-bl-6.sse"));
    let script = Script::new()
        .next(limited())
        .otherwise(Reply::sse(["{\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}"]));
    let server = serve(script).await;
    let account = endpoint(PlatformId::Bailian, &format!("{}/api/v1", server.base_url()));
    let asked = ask_of(&platforms(limits()), account, Turn { model: Some("m".into()), ..question("x") }).await;
    asked.stopped("ok");
    assert_eq!(asked.notices(), ["repeating"]);
}

#[tokio::test]
async fn a_page_instead_of_an_answer() {
    let asked = answer_of(Reply::html(200, "<html><title>Sign in</title></html>")).await;
    assert_eq!(asked.failed("", ErrorCode::NotStream).detail.hint.as_deref(), Some("html"));
}
