//! The suite `wire`, AppBuilder: the transcripts of `wire/cloud-llm.md` 1.7, and whole conversations with the simulated
//! platform.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

#[allow(dead_code, unused_macros, unused_imports, reason = "shared with the other platforms")]
#[path = "wire/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use hub_contract::catalogue::API_KEY;
use hub_contract::run::{FinishReason, NeedInput, RemoteIds, StepKind, StepState};
use hub_contract::{ErrorCode, PlatformId, RunEvent};
use hub_platforms::{App, Attachment, Endpoint, Opinion, Stopped, Turn};
use hub_sim::{AppBuilderOptions, AppBuilderSim, Reply, Script, appbuilder};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::support::*;

/// What other platforms have and AppBuilder has not, and why there is no test for it.
const NOT_OFFERED: &[(&str, &str)] = &[
    ("stop", "the interface has no call for it; dropping the connection is all there is"),
    ("length and filtered finish", "no event tells why an answer ended; content rules are told as failures"),
    ("input variables", "the interface does not tell a chat flow's variables"),
    ("workflow apps", "chat flows are chats: they answer in text and ask in between"),
    ("pictures of apps", "the interface names no address for them"),
];

macro_rules! appbuilder {
    ($name:literal) => {
        include_str!(concat!("wire/transcripts/appbuilder/", $name))
    };
}

fn app(text: &str) -> Turn {
    let app = App { id: Some(appbuilder::APP.to_owned()), ..App::default() };
    let remote = RemoteIds { conversation: Some("conv-aa01".to_owned()), ..RemoteIds::default() };
    Turn { app, remote, text: text.to_owned(), user: "person-1".to_owned(), ..Turn::default() }
}

fn fresh(text: &str) -> Turn {
    Turn { remote: RemoteIds::default(), ..app(text) }
}

async fn read(reply: Reply) -> Asked {
    let server = serve(reply).await;
    let endpoint = endpoint(PlatformId::Appbuilder, &format!("{}/v2", server.base_url()));
    ask_of(&platforms(limits()), endpoint, app("Hi")).await
}

async fn sim(options: AppBuilderOptions) -> (AppBuilderSim, Endpoint) {
    let mut options = options;
    options.keys.push(KEY.to_owned());
    let sim = AppBuilderSim::start(options).await.expect("a free port");
    let endpoint = endpoint(PlatformId::Appbuilder, &sim.base_url());
    (sim, endpoint)
}

async fn ask_sim(text: &str) -> Asked {
    let (_sim, endpoint) = sim(AppBuilderOptions::default()).await;
    ask_of(&platforms(limits()), endpoint, fresh(text)).await
}

fn need(asked: &Asked) -> NeedInput {
    let need = asked.events.iter().find_map(|event| match event {
        RunEvent::NeedInput(need) => Some(need.clone()),
        _ => None,
    });
    need.expect("something is asked")
}

fn states(asked: &Asked) -> Vec<(String, StepKind, StepState)> {
    let mut states: Vec<(String, StepKind, StepState)> = Vec::new();
    for event in &asked.events {
        let RunEvent::Step(step) = event else { continue };
        states.retain(|known| known.0 != step.title);
        states.push((step.title.clone(), step.kind, step.state));
    }
    states
}

fn sources(asked: &Asked) -> Vec<String> {
    let last = asked.events.iter().rev().find_map(|event| match event {
        RunEvent::Sources { items } => Some(items.iter().map(|item| item.title.clone()).collect()),
        _ => None,
    });
    last.unwrap_or_default()
}

fn questions(asked: &Asked) -> Vec<String> {
    let all = asked.events.iter().flat_map(|event| match event {
        RunEvent::Suggestions { questions } => questions.clone(),
        _ => Vec::new(),
    });
    all.collect()
}

// The transcripts.

#[tokio::test]
async fn t_ab_1_only_published_apps_over_two_pages() {
    let page = |body: &'static str| Reply::status(200).header("content-type", "application/json").send(body);
    let script = Script::new().next(page(appbuilder!("t-ab-1.json"))).next(page(appbuilder!("t-ab-1b.json")));
    let server = serve(script).await;
    let endpoint = endpoint(PlatformId::Appbuilder, &format!("{}/v2", server.base_url()));
    let items = platforms(limits()).catalog(&endpoint).await.expect("a list");
    let told: Vec<_> = items.iter().map(|item| (item.remote_id.as_str(), item.name.as_str())).collect();
    assert_eq!(told, [("app-1111", "报销助手"), ("app-3333", "入职流程")]);
    let asked: Vec<_> = server.requests().iter().map(|request| (request.query.clone(), request.json())).collect();
    assert_eq!(asked[0], ("Action=DescribeApps".to_owned(), json!({"maxKeys": 100})), "no marker at first");
    assert_eq!(asked[1].1, json!({"maxKeys": 100, "marker": "mk-2"}));
}

#[tokio::test]
async fn t_ab_2_and_3_a_conversation_then_the_question() {
    let script = Script::new()
        .on("/v2/app/conversation", Reply::status(200).send(appbuilder!("t-ab-2.json")))
        .on("/v2/app/conversation/runs", Reply::sse_body(appbuilder!("t-ab-3.sse")));
    let server = serve(script).await;
    let endpoint = endpoint(PlatformId::Appbuilder, &format!("{}/v2", server.base_url()));
    let asked = ask_of(&platforms(limits()), endpoint, fresh("高铁能报吗？")).await;
    asked.stopped("二等座可全额报销^[1]^。");
    assert_eq!(asked.reasoning(), "先查制度。");
    assert_eq!(asked.usage(), Some((Some(120), Some(14), Some(134))));
    assert_eq!(sources(&asked), ["差旅制度.docx"]);
    assert_eq!(questions(&asked), ["商务座呢?", "住宿标准是多少?"]);
    assert_eq!(states(&asked), [("知识问答".to_owned(), StepKind::Retrieval, StepState::Done)]);
    let ids = (asked.remote.conversation.as_deref(), asked.remote.message.as_deref());
    assert_eq!(ids, (Some("conv-aa01"), Some("msg-01")));
    assert_eq!(server.requests()[0].json(), json!({"app_id": "app-1111"}));
    assert_eq!(
        server.requests()[1].json(),
        json!({"app_id": "app-1111", "conversation_id": "conv-aa01", "query": "高铁能报吗？", "stream": true,
            "end_user_id": "person-1"})
    );
}

#[tokio::test]
async fn t_ab_4_a_function_waits_for_its_output() {
    let server = serve(Reply::sse_body(appbuilder!("t-ab-4.sse"))).await;
    let endpoint = endpoint(PlatformId::Appbuilder, &format!("{}/v2", server.base_url()));
    let platforms = platforms(limits());
    let asked = ask_of(&platforms, endpoint.clone(), app("北京冷吗？")).await;
    asked.finished("", FinishReason::NeedsInput);
    let need = need(&asked);
    assert_eq!((need.fields[0].name.as_str(), need.prompt.as_str()), ("call-77", "需要查天气"));
    let answer = BTreeMap::from([("call-77".to_owned(), json!({"temp": 3}))]);
    ask_of(&platforms, endpoint, Turn { waits_for: Some(need), answer, user: String::new(), ..app("") }).await;
    let expected: Value = serde_json::from_str(appbuilder!("t-ab-4b.json")).unwrap();
    assert_eq!(server.requests()[1].json(), expected);
}

#[tokio::test]
async fn t_ab_5_a_chat_flow_asks_and_goes_on() {
    let server = serve(Reply::sse_body(appbuilder!("t-ab-5.sse"))).await;
    let endpoint = endpoint(PlatformId::Appbuilder, &format!("{}/v2", server.base_url()));
    let platforms = platforms(limits());
    let flow = App { id: Some(appbuilder::FLOW.to_owned()), ..App::default() };
    let remote = RemoteIds { conversation: Some("conv-bb01".to_owned()), ..RemoteIds::default() };
    let question = Turn { app: flow, remote, user: String::new(), ..app("入职") };
    let asked = ask_of(&platforms, endpoint.clone(), question.clone()).await;
    asked.finished("请提供工号", FinishReason::NeedsInput);
    let need = need(&asked);
    assert_eq!((need.kind.as_str(), need.prompt.as_str()), ("text", "请提供工号"));
    ask_of(&platforms, endpoint, Turn { waits_for: Some(need), text: "A10086".to_owned(), ..question }).await;
    let expected: Value = serde_json::from_str(appbuilder!("t-ab-5b.json")).unwrap();
    assert_eq!(server.requests()[1].json(), expected);
}

#[tokio::test]
async fn t_ab_6_a_wrong_key() {
    let asked =
        read(Reply::status(401).header("content-type", "application/json").send(appbuilder!("t-ab-6.json"))).await;
    let detail = &asked.failed("", ErrorCode::BadCredential).detail;
    assert_eq!(
        (detail.platform_code.as_deref(), detail.text.as_deref()),
        (Some("PermissionDeniedError"), Some("没有权限"))
    );
    assert_eq!(detail.request_id.as_deref(), Some("req-ab-0007"));
}

#[tokio::test]
async fn t_ab_7_a_failure_inside_a_200_is_a_forgotten_conversation() {
    let expired = || Reply::status(200).header("content-type", "application/json").send(appbuilder!("t-ab-7.json"));
    let script = Script::new()
        .on("/v2/app/conversation/runs", expired())
        .on("/v2/app/conversation", Reply::status(200).send(appbuilder!("t-ab-2.json")))
        .on("/v2/app/conversation/runs", expired());
    let server = serve(script).await;
    let endpoint = endpoint(PlatformId::Appbuilder, &format!("{}/v2", server.base_url()));
    let asked = ask_of(&platforms(limits()), endpoint, app("Hi")).await;
    assert_eq!(asked.notices(), ["conversation_gone"]);
    assert_eq!(
        asked.failed("", ErrorCode::ConversationGone).detail.platform_code.as_deref(),
        Some("ConversationNotFound")
    );
    assert_eq!(server.requests().len(), 3, "begun again once, asked again once");
}

#[tokio::test]
async fn t_ab_8_a_component_fails() {
    let asked = read(Reply::sse_body(appbuilder!("t-ab-8.sse"))).await;
    let detail = &asked.failed("正在查询", ErrorCode::PlatformError).detail;
    assert_eq!((detail.platform_code.as_deref(), detail.text.as_deref()), (Some("1013"), Some("component timeout")));
    assert!(states(&asked).contains(&("WeatherQuery".to_owned(), StepKind::Tool, StepState::Failed)));
}

#[tokio::test]
async fn the_same_events_however_the_bytes_are_cut() {
    for body in
        [appbuilder!("t-ab-3.sse"), appbuilder!("t-ab-4.sse"), appbuilder!("t-ab-5.sse"), appbuilder!("t-ab-8.sse")]
    {
        let whole = read(Reply::sse_body(body)).await;
        assert_eq!(whole.events, read(Reply::sse_body(body).pieces_of(1)).await.events);
        assert_eq!(whole.events, read(Reply::sse_body(body.replace('\n', "\r\n"))).await.events);
    }
}

// Questions to the simulated platform.

#[tokio::test]
async fn a_question_and_the_next_one_in_its_conversation() {
    let (sim, endpoint) = sim(AppBuilderOptions::default()).await;
    let platforms = platforms(limits());
    let first = ask_of(&platforms, endpoint.clone(), fresh("二等座能报吗？")).await;
    assert_eq!(first.end(), &RunEvent::Finished { reason: FinishReason::Stop }, "{:?}", first.events);
    assert!(!first.text().is_empty() && !first.reasoning().is_empty());
    assert_eq!(first.usage(), Some((Some(120), Some(14), Some(134))));
    assert_eq!((sources(&first).len(), questions(&first).len()), (1, 2));
    ask_of(&platforms, endpoint, Turn { remote: first.remote.clone(), ..fresh("那商务座呢？") }).await;
    assert_eq!(sim.requests_to("/v2/app/conversation").len(), 1, "one conversation for both");
    let runs = sim.requests_to("/v2/app/conversation/runs");
    assert_eq!(runs[1].json()["conversation_id"].as_str(), first.remote.conversation.as_deref());
    assert_eq!(runs[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[tokio::test]
async fn what_a_run_waits_for_is_answered_in_the_next_turn() {
    let (_sim, endpoint) = sim(AppBuilderOptions::default()).await;
    let platforms = platforms(limits());
    for (scenario, reply) in [("sim:ask", "收到：3 度"), ("sim:form", "收到：3 度")] {
        let asked = ask_of(&platforms, endpoint.clone(), fresh(scenario)).await;
        assert_eq!(asked.end(), &RunEvent::Finished { reason: FinishReason::NeedsInput });
        let missing = Turn { waits_for: Some(need(&asked)), remote: asked.remote.clone(), ..fresh("") };
        let error = ask_of(&platforms, endpoint.clone(), missing.clone()).await;
        assert!(error.failed("", ErrorCode::InputRequired).detail.field.is_some());
        ask_of(&platforms, endpoint.clone(), Turn { text: "3 度".to_owned(), ..missing }).await.stopped(reply);
    }
}

#[tokio::test]
async fn the_code_interpreter_with_its_files() {
    let asked = ask_sim("sim:code").await;
    asked.stopped("图表已生成。");
    let files: Vec<_> = asked
        .events
        .iter()
        .filter_map(|event| match event {
            RunEvent::File(file) => Some(file.name.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(files, ["out.csv", "chart.png"]);
    let code = asked.events.iter().find_map(|event| match event {
        RunEvent::Step(step) if step.input.is_some() => Some((step.input.clone(), step.output.clone())),
        _ => None,
    });
    assert_eq!(code, Some((Some("print(1)".to_owned()), Some("1".to_owned()))));
}

#[tokio::test]
async fn failures_keep_what_was_received() {
    let asked = ask_sim("sim:fail").await;
    assert!(!asked.text().is_empty());
    asked.failed(&asked.text(), ErrorCode::PlatformError);
    let whole = ask_sim("sim:ok").await;
    let asked = ask_sim("sim:recover sim:ok").await;
    asked.stopped(&whole.text());
    assert!(states(&asked).iter().any(|(title, _, state)| title == "WeatherQuery" && *state == StepState::Failed));
    let asked = ask_sim("sim:cut").await;
    assert!(!asked.text().is_empty());
    asked.truncated(&asked.text());
    ask_sim("sim:json").await.failed("", ErrorCode::PlatformError);
    ask_sim("sim:html").await.failed("", ErrorCode::PlatformError);
    ask_sim("sim:403").await.failed("", ErrorCode::PermissionDenied);
    ask_sim("sim:500").await.failed("", ErrorCode::PlatformError);
}

#[tokio::test]
async fn empty_whole_and_unknown_answers() {
    let asked = ask_sim("sim:empty").await;
    asked.stopped("");
    assert_eq!(asked.notices(), ["empty_answer"]);
    let whole = ask_sim("sim:ok").await;
    ask_sim("sim:whole sim:ok").await.stopped(&whole.text());
    ask_sim("sim:unknown sim:ok").await.stopped(&whole.text());
    let asked = read(Reply::json(200, &json!({"code": 0, "request_id": "r"}))).await;
    assert_eq!(asked.failed("", ErrorCode::BadAnswer).detail.hint.as_deref(), Some("empty_answer"));
    let asked = read(Reply::sse_body(": keep-alive\n\n: keep-alive\n\n")).await;
    assert_eq!(asked.truncated("").expect("why").detail.hint.as_deref(), Some("empty_answer"));
    let open = r#"data: {"answer":"半","is_completion":false,"content":[]}"#;
    read(Reply::sse_body(format!("{open}\n\n"))).await.truncated("半");
}

#[tokio::test]
async fn silence_ends_a_run_and_keeps_its_text() {
    let (_sim, endpoint) = sim(AppBuilderOptions::default()).await;
    let limits = hub_platforms::Limits { silence: Duration::from_millis(200), ..limits() };
    let asked = ask_of(&platforms(limits), endpoint, fresh("sim:stall")).await;
    assert_eq!(asked.truncated(&asked.text()).expect("why").code, ErrorCode::Silence);
    assert!(!asked.text().is_empty());
}

#[tokio::test]
async fn a_rate_limit_is_waited_for() {
    let (sim, endpoint) = sim(AppBuilderOptions { runs_left: Some(0), ..AppBuilderOptions::default() }).await;
    let asked = ask_of(&platforms(limits()), endpoint, fresh("Hi")).await;
    asked.failed("", ErrorCode::RateLimited);
    assert_eq!(sim.requests_to("/v2/app/conversation/runs").len(), 3, "two repeats");
    assert_eq!(asked.notices(), ["repeating", "repeating"]);
}

#[tokio::test]
async fn an_ended_conversation_is_begun_again_with_its_files() {
    let (sim, endpoint) = sim(AppBuilderOptions::default()).await;
    let platforms = platforms(limits());
    let first = ask_of(&platforms, endpoint.clone(), fresh("Hi")).await;
    sim.platform().end_conversations();
    let attachments = vec![Attachment {
        name: "a.txt".to_owned(),
        mime: "text/plain".to_owned(),
        bytes: "words".into(),
        uploaded: None,
    }];
    let asked = ask_of(&platforms, endpoint.clone(), Turn { attachments: attachments.clone(), ..fresh("看看") }).await;
    assert_eq!(asked.end(), &RunEvent::Finished { reason: FinishReason::Stop }, "{:?}", asked.events);
    let upload = &sim.requests_to("/v2/app/conversation/file/upload")[0];
    let form = String::from_utf8_lossy(&upload.body).into_owned();
    for part in ["name=\"app_id\"", "name=\"conversation_id\"", "name=\"file\"; filename=\"a.txt\"", "words"] {
        assert!(form.contains(part), "{part} in {form}");
    }
    let asked = ask_of(&platforms, endpoint, Turn { remote: first.remote.clone(), ..fresh("还在吗？") }).await;
    assert_eq!(asked.end(), &RunEvent::Finished { reason: FinishReason::Stop }, "{:?}", asked.events);
    assert_eq!(asked.notices(), ["conversation_gone"]);
    assert_ne!(asked.remote.conversation, first.remote.conversation);
}

// The account.

#[tokio::test]
async fn a_server_that_repeats_its_marker_is_not_asked_for_ever() {
    let (sim, endpoint) = sim(AppBuilderOptions { repeats_marker: true, ..AppBuilderOptions::default() }).await;
    let items = platforms(limits()).catalog(&endpoint).await.expect("a list");
    assert_eq!(items[0].remote_id, appbuilder::APP);
    assert_eq!(sim.requests().len(), 2);
}

#[tokio::test]
async fn the_test_proves_the_key() {
    let (sim, endpoint) = sim(AppBuilderOptions::default()).await;
    let tested = platforms(limits()).test(&endpoint).await.expect("a good key");
    assert_eq!((tested.key_verified, tested.models), (Some(true), None));
    assert_eq!(sim.requests()[0].json(), json!({"maxKeys": 1}));
    let secrets = BTreeMap::from([(API_KEY.to_owned(), SecretString::from("test-wrong-key"))]);
    let error = platforms(limits()).test(&Endpoint { secrets, ..endpoint.clone() }).await.expect_err("a wrong one");
    assert_eq!((error.code, error.detail.status), (ErrorCode::BadCredential, Some(401)));
    assert!(error.detail.request_id.is_some());
    let error = platforms(limits()).test(&Endpoint { secrets: BTreeMap::new(), ..endpoint }).await.expect_err("none");
    assert_eq!(error.code, ErrorCode::CredentialMissing);
}

#[tokio::test]
async fn apps_tell_about_themselves() {
    let (_sim, endpoint) = sim(AppBuilderOptions::default()).await;
    let info = platforms(limits()).app(&endpoint, &app("").app).await.expect("an app");
    assert_eq!((info.name.as_deref(), info.opening.as_str()), (Some("报销助手"), "你好，问我报销的事。"));
    assert_eq!(info.suggestions.len(), 2);
    assert!(!format!("{info:?}").contains("not for members"), "the instruction stays there");
    let unknown = App { id: Some("app-9".to_owned()), ..App::default() };
    let error = platforms(limits()).app(&endpoint, &unknown).await.expect_err("no such app");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::NotFound, Some("app_unknown")));
    let draft = Turn { app: App { id: Some(appbuilder::DRAFT_APP.to_owned()), ..App::default() }, ..fresh("Hi") };
    ask_of(&platforms(limits()), endpoint, draft).await.failed("", ErrorCode::NotFound);
}

#[tokio::test]
async fn an_opinion_is_handed_on_and_taken_back() {
    let (sim, endpoint) = sim(AppBuilderOptions::default()).await;
    let platforms = platforms(limits());
    let asked = ask_of(&platforms, endpoint.clone(), fresh("Hi")).await;
    for (helpful, word) in [(Some(true), "upvote"), (Some(false), "downvote"), (None, "cancel")] {
        let opinion = Opinion { helpful, reason: None };
        platforms.feedback(&endpoint, &app("").asker(), &asked.remote, &opinion).await.expect("taken");
        let told = sim.requests_to("/v2/app/conversation/feedback").pop().unwrap().json();
        assert_eq!(
            told,
            json!({"app_id": appbuilder::APP, "conversation_id": asked.remote.conversation,
                "message_id": asked.remote.message, "type": word})
        );
    }
    assert_eq!(platforms.stop(&endpoint, &app("").asker(), &asked.remote).await, Stopped::Unconfirmed);
}

#[test]
fn what_is_not_offered_has_a_reason() {
    assert!(NOT_OFFERED.iter().all(|(case, reason)| !case.is_empty() && reason.len() > 20));
}
