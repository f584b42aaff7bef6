//! The suite `wire`, Coze: the transcripts of `wire/agents.md` 4.12, and whole conversations with the simulated platform.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

#[allow(dead_code, unused_macros, unused_imports, reason = "shared with the other platforms")]
#[path = "wire/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use hub_contract::catalogue::{CLIENT_ID, CLIENT_SECRET, TOKEN};
use hub_contract::conversation::Role;
use hub_contract::model::CatalogKind;
use hub_contract::run::{FinishReason, NeedInput, RemoteIds, StepKind, StepState};
use hub_contract::{ErrorCode, HubError, PlatformId, RunEvent};
use hub_platforms::{
    App, Attachment, ChatSignal, Endpoint, Opinion, PastMessage, Stopped, TokenGrant, TokenRequest, Turn,
};
use hub_sim::{CozeOptions, CozeScenario, CozeSim, Gate, Recorded, Reply, coze};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::support::*;

/// What other platforms have and Coze has not, and why there is no test for it.
const NOT_OFFERED: &[(&str, &str)] = &[
    ("quotes of sources", "what a bot finds in its knowledge is private; only names are told"),
    ("stop of a workflow", "the interface has no call for it; dropping the connection is all there is"),
    ("length finish", "no event tells that an answer was cut at a length"),
    ("inputs of bots", "the interface does not tell a bot's variables"),
];

const ACCOUNT: &str = "test-token-of-the-account";

macro_rules! coze {
    ($name:literal) => {
        include_str!(concat!("wire/transcripts/coze/", $name))
    };
}

fn account(base_url: &str, token: &str) -> Endpoint {
    Endpoint {
        secrets: BTreeMap::from([(TOKEN.to_owned(), SecretString::from(token))]),
        ..endpoint(PlatformId::Coze, base_url)
    }
}

fn bot(text: &str) -> Turn {
    turn_of(coze::BOT, false, text)
}

fn workflow(id: &str, inputs: Value) -> Turn {
    let inputs = inputs.as_object().cloned().unwrap_or_default().into_iter().collect();
    Turn { inputs, ..turn_of(id, true, "") }
}

fn turn_of(id: &str, workflow: bool, text: &str) -> Turn {
    let app = App { id: Some(id.to_owned()), workflow, mode: None };
    Turn { app, text: text.to_owned(), user: "person-1".to_owned(), ..Turn::default() }
}

async fn read(reply: Reply, workflow: bool) -> Asked {
    let server = serve(reply).await;
    ask_of(&platforms(limits()), account(&server.base_url(), ACCOUNT), turn_of("7001", workflow, "Hi")).await
}

async fn sim(options: CozeOptions) -> (CozeSim, Endpoint) {
    let mut options = options;
    options.tokens.push(ACCOUNT.to_owned());
    let sim = CozeSim::start(options).await.expect("a free port");
    let endpoint = account(&sim.base_url(), ACCOUNT);
    (sim, endpoint)
}

async fn ask_sim(text: &str) -> (CozeSim, Asked) {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let asked = ask_of(&platforms(limits()), endpoint, bot(text)).await;
    (sim, asked)
}

/// The text of each answer, by part.
fn parts(asked: &Asked) -> Vec<String> {
    let mut parts: Vec<(Option<&str>, String)> = Vec::new();
    for event in &asked.events {
        let (part, text, whole) = match event {
            RunEvent::Text { delta, part } => (part.as_deref(), delta, false),
            RunEvent::Replace { text, part } => (part.as_deref(), text, true),
            _ => continue,
        };
        match parts.iter_mut().find(|known| known.0 == part) {
            Some(known) if whole => known.1.clone_from(text),
            Some(known) => known.1.push_str(text),
            None => parts.push((part, text.clone())),
        }
    }
    parts.into_iter().map(|(_, text)| text).collect()
}

fn need(asked: &Asked) -> NeedInput {
    let need = asked.events.iter().find_map(|event| match event {
        RunEvent::NeedInput(need) => Some(need.clone()),
        _ => None,
    });
    need.expect("something is asked")
}

fn steps(asked: &Asked) -> Vec<(StepKind, StepState, String)> {
    let mut steps: Vec<(String, StepKind, StepState, String)> = Vec::new();
    for event in &asked.events {
        let RunEvent::Step(step) = event else { continue };
        steps.retain(|known| known.0 != step.id);
        steps.push((step.id.clone(), step.kind, step.state, step.title.clone()));
    }
    steps.into_iter().map(|(_, kind, state, title)| (kind, state, title)).collect()
}

fn questions(asked: &Asked) -> Vec<String> {
    asked
        .events
        .iter()
        .flat_map(|event| match event {
            RunEvent::Suggestions { questions } => questions.clone(),
            _ => Vec::new(),
        })
        .collect()
}

fn sources(asked: &Asked) -> Vec<String> {
    let last = asked.events.iter().rev().find_map(|event| match event {
        RunEvent::Sources { items } => Some(items.iter().map(|item| item.title.clone()).collect()),
        _ => None,
    });
    last.unwrap_or_default()
}

// The transcripts.

#[tokio::test]
async fn chat_basic() {
    let asked = read(Reply::sse_body(coze!("chat.basic.sse")), false).await;
    asked.stopped("你好，Hub！");
    assert_eq!(asked.reasoning(), "greet first");
    assert_eq!(asked.usage(), Some((Some(18), Some(12), Some(30))));
    assert_eq!(questions(&asked), ["你能做什么？"]);
    let ids = (asked.remote.conversation.as_deref(), asked.remote.task.as_deref(), asked.remote.message.as_deref());
    assert_eq!(ids, (Some("8001"), Some("9001"), Some("m1")));
}

#[tokio::test]
async fn chat_tools_two_answers() {
    let asked = read(Reply::sse_body(coze!("chat.tools_two_answers.sse")), false).await;
    assert_eq!(asked.end(), &RunEvent::Finished { reason: FinishReason::Stop });
    assert_eq!(parts(&asked), ["查到了。", "另外补充。"]);
    let step = |kind, title: &str| (kind, StepState::Done, title.to_owned());
    assert_eq!(
        steps(&asked),
        [step(StepKind::Retrieval, "knowledge"), step(StepKind::Tool, "demo-search"), step(StepKind::Tool, "card")]
    );
    assert_eq!(sources(&asked).len(), 1);
    assert!(!format!("{:?}", asked.events).contains("slice A"), "the passage stays private");
    assert_eq!(asked.usage(), Some((Some(5), Some(4), Some(9))));
    let result = asked.events.iter().find_map(|event| match event {
        RunEvent::Step(step) if step.id == "t1" && step.state == StepState::Done => step.output.as_deref(),
        _ => None,
    });
    assert_eq!(result, Some(r#"{"hits":1}"#));
}

#[tokio::test]
async fn chat_failed_midway() {
    let asked = read(Reply::sse_body(coze!("chat.failed_midway.sse")), false).await;
    let detail = &asked.failed("开始", ErrorCode::PlatformError).detail;
    assert_eq!((detail.platform_code.as_deref(), detail.text.as_deref()), (Some("5000"), Some("synthetic failure")));
}

#[tokio::test]
async fn chat_failed_bare() {
    let asked = read(Reply::sse_body(coze!("chat.failed_bare.sse")), false).await;
    let error = asked.failed("", ErrorCode::Overloaded);
    assert_eq!(error.detail.platform_code.as_deref(), Some("4013"));
    assert_eq!(asked.events.len(), 1, "nothing was delivered: {:?}", asked.events);
}

#[tokio::test]
async fn chat_busy_json() {
    let reply = Reply::status(200)
        .header("content-type", "application/json")
        .header("x-tt-logid", "SYNTHLOG0001")
        .send(coze!("chat.busy_json.json"));
    let asked = read(reply, false).await;
    let detail = &asked.failed("", ErrorCode::ConversationBusy).detail;
    assert_eq!((detail.platform_code.as_deref(), detail.request_id.as_deref()), (Some("4016"), Some("SYNTHLOG0001")));
}

#[tokio::test]
async fn chat_requires_action() {
    let asked = read(Reply::sse_body(coze!("chat.requires_action.sse")), false).await;
    asked.finished("", FinishReason::NeedsInput);
    let need = need(&asked);
    assert_eq!((need.id.as_str(), need.fields[0].name.as_str()), ("9004", "call_1"));
    assert!(need.prompt.contains("pick_color") && need.prompt.contains("red"), "{}", need.prompt);
}

#[tokio::test]
async fn workflow_stream() {
    let asked = read(Reply::sse_body(coze!("workflow.stream.sse")), true).await;
    asked.stopped("第一段第二段");
    assert_eq!(asked.usage(), Some((Some(3), Some(4), Some(7))));
    assert_eq!(steps(&asked), [(StepKind::Node, StepState::Done, "Out".to_owned())]);
    assert_eq!(asked.notices(), Vec::<&str>::new(), "nothing is missing");
    let hole = coze!("workflow.stream.sse").replace("id: 1\nevent: PING\n\n", "");
    let asked = read(Reply::sse_body(hole), true).await;
    asked.stopped("第一段第二段");
    assert_eq!(asked.notices(), ["events_lost"]);
}

#[tokio::test]
async fn workflow_interrupt() {
    let asked = read(Reply::sse_body(coze!("workflow.interrupt.sse")), true).await;
    asked.finished("哪个城市？", FinishReason::NeedsInput);
    let need = need(&asked);
    assert_eq!((need.id.as_str(), need.kind.as_str(), need.prompt.as_str()), ("2:ev/1", "text", "哪个城市？"));
}

#[tokio::test]
async fn workflow_error() {
    let asked = read(Reply::sse_body(coze!("workflow.error.sse")), true).await;
    let detail = &asked.failed("", ErrorCode::InvalidRequest).detail;
    let told = (detail.platform_code.as_deref(), detail.text.as_deref());
    assert_eq!(told, (Some("4000"), Some("synthetic bad parameter")));
}

#[tokio::test]
async fn the_same_events_however_the_bytes_are_cut() {
    for (body, workflow) in [
        (coze!("chat.basic.sse"), false),
        (coze!("chat.tools_two_answers.sse"), false),
        (coze!("chat.failed_midway.sse"), false),
        (coze!("chat.failed_bare.sse"), false),
        (coze!("chat.requires_action.sse"), false),
        (coze!("workflow.stream.sse"), true),
        (coze!("workflow.interrupt.sse"), true),
        (coze!("workflow.error.sse"), true),
    ] {
        let whole = read(Reply::sse_body(body), workflow).await;
        let bytes = read(Reply::sse_body(body).pieces_of(1), workflow).await;
        let crlf = read(Reply::sse_body(body.replace('\n', "\r\n")), workflow).await;
        assert_eq!(without_facts(&whole), without_facts(&bytes));
        assert_eq!(without_facts(&whole), without_facts(&crlf));
    }
}

/// The events, without the host of errors: each server has its own port.
fn without_facts(asked: &Asked) -> Vec<RunEvent> {
    asked.events.clone()
}

// Questions to the simulated platform.

#[tokio::test]
async fn a_question_and_the_next_one_in_its_conversation() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let platforms = platforms(limits());
    let first = ask_of(&platforms, endpoint.clone(), bot("二等座能报吗？")).await;
    assert_eq!(first.end(), &RunEvent::Finished { reason: FinishReason::Stop });
    assert!(!first.text().is_empty() && !first.reasoning().is_empty());
    assert_eq!(first.usage(), Some((Some(18), Some(12), Some(30))));
    assert_eq!(questions(&first).len(), 2);

    let said = |role, text: &str| PastMessage { role, text: text.to_owned(), attachments: Vec::new() };
    let next = Turn {
        history: vec![said(Role::User, "二等座能报吗？"), said(Role::Assistant, "能")],
        remote: first.remote.clone(),
        ..bot("那商务座呢？")
    };
    ask_of(&platforms, endpoint, next).await;
    let chats = sim.requests_to("/v3/chat");
    assert_eq!(chats[0].header("authorization"), Some(format!("Bearer {ACCOUNT}").as_str()));
    assert_eq!(
        chats[0].json(),
        json!({
            "bot_id": coze::BOT, "user_id": "person-1", "stream": true, "auto_save_history": true,
            "additional_messages": [
                {"role": "user", "type": "question", "content_type": "text", "content": "二等座能报吗？"}
            ],
        })
    );
    assert_eq!(chats[0].query, "");
    assert_eq!(chats[1].query_value("conversation_id"), first.remote.conversation.as_deref());
    assert_eq!(chats[1].json()["additional_messages"].as_array().map(Vec::len), Some(1), "Coze keeps the history");
}

#[tokio::test]
async fn tools_knowledge_and_two_answers() {
    let (_sim, asked) = ask_sim("sim:tools").await;
    assert_eq!(parts(&asked), ["查到了。", "另外补充。"]);
    assert_eq!(sources(&asked), ["差旅制度.docx"]);
    assert!(!format!("{:?}", asked.events).contains("不得外传"), "the passage stays private");
    assert_eq!(steps(&asked).len(), 3);
}

#[tokio::test]
async fn an_answer_with_a_picture() {
    let (_sim, asked) = ask_sim("sim:files").await;
    asked.stopped("图表见附件。");
    let files: Vec<_> = asked
        .events
        .iter()
        .filter_map(|event| match event {
            RunEvent::File(file) => Some((file.name.as_str(), file.url.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(files, [("chart.png", "https://files.example.invalid/chart.png?sign=1")]);
}

#[tokio::test]
async fn what_a_chat_waits_for_is_answered_in_the_next_turn() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let platforms = platforms(limits());
    let asked = ask_of(&platforms, endpoint.clone(), bot("sim:ask")).await;
    asked.finished("", FinishReason::NeedsInput);
    let answer = Turn {
        waits_for: Some(need(&asked)),
        answer: BTreeMap::from([("call_1".to_owned(), json!("blue"))]),
        remote: asked.remote.clone(),
        ..bot("")
    };
    ask_of(&platforms, endpoint.clone(), answer.clone()).await.stopped("收到：blue");
    let sent = &sim.requests_to("/v3/chat/submit_tool_outputs")[0];
    assert_eq!(sent.json(), json!({"tool_outputs": [{"tool_call_id": "call_1", "output": "blue"}], "stream": true}));
    let again = ask_of(&platforms, endpoint, answer).await;
    again.failed("", ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn failures_keep_what_was_received() {
    let (_sim, asked) = ask_sim("sim:fail").await;
    assert!(!asked.text().is_empty());
    asked.failed(&asked.text(), ErrorCode::PlatformError);
    let (_sim, asked) = ask_sim("sim:filtered").await;
    assert!(!asked.text().is_empty());
    asked.failed(&asked.text(), ErrorCode::Filtered);
    let (_sim, asked) = ask_sim("sim:cut").await;
    assert!(!asked.text().is_empty());
    asked.truncated(&asked.text());
    let (_sim, asked) = ask_sim("sim:html").await;
    asked.failed("", ErrorCode::PlatformError);
}

#[tokio::test]
async fn an_empty_answer_and_unknown_events() {
    let (_sim, asked) = ask_sim("sim:empty").await;
    asked.stopped("");
    assert_eq!(asked.notices(), ["empty_answer"]);
    let (_sim, known) = ask_sim("sim:ok").await;
    let (_sim, asked) = ask_sim("sim:unknown sim:ok").await;
    asked.stopped(&known.text());
    assert!(!format!("{:?}", asked.events).contains("not for readers"));
    let asked = read(Reply::json(200, &json!({"code": 0, "msg": "", "data": {}})), false).await;
    assert_eq!(asked.failed("", ErrorCode::BadAnswer).detail.hint.as_deref(), Some("empty_answer"));
    let asked = read(Reply::sse_body(": keep-alive\n\n: keep-alive\n\n"), false).await;
    assert_eq!(asked.truncated("").expect("why").detail.hint.as_deref(), Some("empty_answer"));
    let asked = read(Reply::sse_body("event:done\ndata:[DONE]\n\n"), false).await;
    asked.truncated("");
}

#[tokio::test]
async fn codes_of_the_table() {
    for (code, expected) in [
        (4000, ErrorCode::InvalidRequest),
        (4008, ErrorCode::QuotaExhausted),
        (4009, ErrorCode::Overloaded),
        (4011, ErrorCode::QuotaExhausted),
        (4015, ErrorCode::NotPublished),
        (4020, ErrorCode::RateLimited),
        (4100, ErrorCode::BadCredential),
        (4101, ErrorCode::PermissionDenied),
        (4105, ErrorCode::Filtered),
        (4200, ErrorCode::NotFound),
        (5000, ErrorCode::PlatformError),
    ] {
        let limits = hub_platforms::Limits { repeats: 0, ..limits() };
        let (sim, endpoint) = sim(CozeOptions::default()).await;
        let asked = ask_of(&platforms(limits), endpoint, bot(&format!("sim:{code}"))).await;
        let error = asked.failed("", expected);
        assert_eq!(error.detail.platform_code, Some(code.to_string()));
        assert!(error.detail.request_id.is_some(), "{error:?}");
        assert_eq!(sim.requests().len(), 1);
    }
    let (_sim, endpoint) = sim(CozeOptions::default()).await;
    let draft = turn_of(coze::DRAFT_BOT, false, "Hi");
    ask_of(&platforms(limits()), endpoint, draft).await.failed("", ErrorCode::NotPublished);
}

#[tokio::test]
async fn stop_is_told_to_coze_which_goes_on_sending() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let platforms = platforms(limits());
    let gate = Gate::new();
    sim.platform().next(CozeScenario::Held(gate.clone()));
    let question = bot("二等座能报吗？");
    let mut chat = platforms.chat(endpoint.clone(), question.clone());
    let mut remote = RemoteIds::default();
    loop {
        match chat.next().await.expect("a text") {
            ChatSignal::Remote(ids) => remote.merge(ids),
            ChatSignal::Event(RunEvent::Text { .. }) => break,
            _ => {}
        }
    }
    let same = Turn { remote: remote.clone(), ..question.clone() };
    ask_of(&platforms, endpoint.clone(), same.clone()).await.failed("", ErrorCode::ConversationBusy);
    assert_eq!(platforms.stop(&endpoint, &question.asker(), &remote).await, Stopped::Confirmed);
    let cancel = &sim.requests_to("/v3/chat/cancel")[0];
    assert_eq!(cancel.json(), json!({"conversation_id": remote.conversation, "chat_id": remote.task}));
    gate.open();
    let rest = finish(chat).await;
    assert!(!rest.text().is_empty(), "cancelling is logical only");
    ask_of(&platforms, endpoint.clone(), same).await.end().ends_run();
    assert_eq!(platforms.stop(&endpoint, &question.asker(), &remote).await, Stopped::Unconfirmed, "it is over");
    let app = hub_platforms::Asker { app: App { workflow: true, ..App::default() }, ..Default::default() };
    assert_eq!(platforms.stop(&endpoint, &app, &remote).await, Stopped::Unconfirmed);
}

#[tokio::test]
async fn a_forgotten_conversation_is_begun_again_with_what_was_said() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let platforms = platforms(limits());
    let first = ask_of(&platforms, endpoint.clone(), bot("二等座能报吗？")).await;
    sim.platform().forget_conversations();
    let said = |role, text: &str| PastMessage { role, text: text.to_owned(), attachments: Vec::new() };
    let next = Turn {
        history: vec![said(Role::User, "二等座能报吗？"), said(Role::Assistant, "能")],
        remote: first.remote.clone(),
        ..bot("那商务座呢？")
    };
    let asked = ask_of(&platforms, endpoint, next).await;
    assert_eq!(asked.end(), &RunEvent::Finished { reason: FinishReason::Stop });
    assert_eq!(asked.notices(), ["conversation_gone"]);
    assert_ne!(asked.remote.conversation, first.remote.conversation);
    let sent = sim.requests_to("/v3/chat")[2].json();
    let told: Vec<_> =
        sent["additional_messages"].as_array().unwrap().iter().map(|m| (&m["type"], &m["content"])).collect();
    assert_eq!(
        told,
        [
            (&json!("question"), &json!("二等座能报吗？")),
            (&json!("answer"), &json!("能")),
            (&json!("question"), &json!("那商务座呢？"))
        ]
    );
}

fn file(name: &str, mime: &str) -> Attachment {
    Attachment { name: name.to_owned(), mime: mime.to_owned(), bytes: "bytes".into(), uploaded: None }
}

#[tokio::test]
async fn files_are_uploaded_before_the_question() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let attachments = vec![file("a.png", "image/png"), file("b.pdf", "application/pdf")];
    let asked = ask_of(&platforms(limits()), endpoint.clone(), Turn { attachments, ..bot("看看") }).await;
    assert_eq!(asked.end(), &RunEvent::Finished { reason: FinishReason::Stop }, "{:?}", asked.events);
    let paths: Vec<_> = sim.requests().iter().map(|request| request.path.clone()).collect();
    assert_eq!(paths, ["/v1/files/upload", "/v1/files/upload", "/v3/chat"]);
    let upload = String::from_utf8_lossy(&sim.requests()[0].body).into_owned();
    assert!(upload.contains("name=\"file\"") && upload.contains("filename=\"a.png\""), "{upload}");
    let message = &sim.requests()[2].json()["additional_messages"][0];
    assert_eq!(message["content_type"], "object_string");
    let content: Value = serde_json::from_str(message["content"].as_str().unwrap()).unwrap();
    let kinds: Vec<_> = content.as_array().unwrap().iter().map(|part| part["type"].clone()).collect();
    assert_eq!(kinds, ["text", "image", "file"]);

    let alone = Turn { attachments: vec![file("a.png", "image/png")], ..bot("") };
    let asked = ask_of(&platforms(limits()), endpoint.clone(), alone).await;
    assert_eq!(asked.end(), &RunEvent::Finished { reason: FinishReason::Stop }, "{:?}", asked.events);

    let limits = hub_platforms::Limits { attachment_bytes: 3, ..limits() };
    let before = sim.requests().len();
    let large = Turn { attachments: vec![file("a.png", "image/png")], ..bot("看看") };
    let asked = ask_of(&platforms(limits), endpoint, large).await;
    assert_eq!(asked.failed("", ErrorCode::TooLarge).detail.hint.as_deref(), Some("attachment_size"));
    assert_eq!(sim.requests().len(), before, "nothing was sent");
}

#[tokio::test]
async fn files_and_conversations_belong_to_their_account() {
    let (sim, owner) =
        sim(CozeOptions { strangers: vec!["test-stranger-token".to_owned()], ..CozeOptions::default() }).await;
    let stranger = account(&sim.base_url(), "test-stranger-token");
    let mut theirs = file("a.png", "image/png");
    let platforms = platforms(limits());
    let first = ask_of(&platforms, owner, Turn { attachments: vec![theirs.clone()], ..bot("看看") }).await;
    theirs.uploaded = Some("f0002".to_owned());
    let asked = ask_of(&platforms, stranger.clone(), Turn { attachments: vec![theirs], ..bot("看看") }).await;
    asked.failed("", ErrorCode::InvalidRequest);
    let asked = ask_of(&platforms, stranger, Turn { remote: first.remote, ..bot("再说") }).await;
    assert_eq!(asked.notices(), ["conversation_gone"], "another account's conversation does not exist");
}

#[tokio::test]
async fn a_workflow_gives_typed_results() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let platforms = platforms(limits());
    let asked = ask_of(&platforms, endpoint.clone(), workflow(coze::WORKFLOW, json!({"name": "甲", "count": 0}))).await;
    asked.stopped("第一段第二段");
    let outputs = asked.events.iter().find_map(|event| match event {
        RunEvent::Outputs { items } => Some(items.clone()),
        _ => None,
    });
    let outputs: BTreeMap<_, _> = outputs.unwrap().into_iter().map(|output| (output.name, output.value)).collect();
    assert_eq!(
        Value::from_iter(outputs),
        json!({"greeting": "你好，甲", "count": 0, "ok": false, "note": "", "zero": 0}),
        "0, false and an empty text are values"
    );
    assert_eq!(steps(&asked).len(), 2);
    let sent = &sim.requests_to("/v1/workflow/stream_run")[0];
    assert_eq!(sent.json(), json!({"workflow_id": coze::WORKFLOW, "parameters": {"name": "甲", "count": 0}}));

    let asked = ask_of(&platforms, endpoint.clone(), workflow(coze::WORKFLOW, json!({}))).await;
    asked.failed("", ErrorCode::InvalidRequest);
    let asked = ask_of(&platforms, endpoint.clone(), workflow("7999", json!({"name": "甲"}))).await;
    asked.failed("", ErrorCode::NotFound);
    let asked = ask_of(&platforms, endpoint.clone(), workflow(coze::WORKFLOW, json!({"name": "sim:4011"}))).await;
    asked.failed("", ErrorCode::QuotaExhausted);
    let asked = ask_of(&platforms, endpoint, workflow(coze::WORKFLOW, json!({"name": "sim:cut"}))).await;
    asked.truncated("第一段");
    assert_eq!(steps(&asked), [(StepKind::Node, StepState::Failed, "Out".to_owned())]);
}

#[tokio::test]
async fn a_workflow_that_asks_goes_on_with_the_answer() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let platforms = platforms(limits());
    let asked = ask_of(&platforms, endpoint.clone(), workflow(coze::ASKING_WORKFLOW, json!({}))).await;
    asked.finished("哪个城市？", FinishReason::NeedsInput);
    let answer =
        Turn { waits_for: Some(need(&asked)), text: "北京".to_owned(), ..workflow(coze::ASKING_WORKFLOW, json!({})) };
    ask_of(&platforms, endpoint, answer).await.stopped("北京：晴");
    assert_eq!(
        sim.requests_to("/v1/workflow/stream_resume")[0].json(),
        json!({"workflow_id": coze::ASKING_WORKFLOW, "event_id": "ev/1", "interrupt_type": 2, "resume_data": "北京"})
    );
}

fn chat_flow(text: &str, inputs: Value) -> Turn {
    let inputs = inputs.as_object().cloned().unwrap_or_default().into_iter().collect();
    Turn { inputs, ..turn_of(&format!("chatflow:{}", coze::CHAT_FLOW), false, text) }
}

#[tokio::test]
async fn a_chat_flow_is_chatted_with_in_its_conversation() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let platforms = platforms(limits());
    let info = platforms.app(&endpoint, &chat_flow("", json!({})).app).await.expect("a chat flow");
    let inputs: Vec<_> = info.inputs.iter().map(|field| (field.name.as_str(), field.required)).collect();
    assert_eq!((info.workflow, info.name.as_deref(), inputs), (false, Some("选型顾问"), vec![("level", true)]));

    let first = ask_of(&platforms, endpoint.clone(), chat_flow("二等座能报吗？", json!({"level": 0}))).await;
    assert_eq!(first.end(), &RunEvent::Finished { reason: FinishReason::Stop }, "{:?}", first.events);
    assert_eq!(first.usage(), Some((Some(18), Some(12), Some(30))));
    assert_eq!(questions(&first).len(), 2);
    let next = Turn { remote: first.remote.clone(), ..chat_flow("那商务座呢？", json!({"level": 0})) };
    let second = ask_of(&platforms, endpoint.clone(), next.clone()).await;
    assert_eq!(second.end(), &RunEvent::Finished { reason: FinishReason::Stop });
    let sent: Vec<_> = sim.requests_to("/v1/workflows/chat").iter().map(Recorded::json).collect();
    assert_eq!(
        sent[0],
        json!({"workflow_id": coze::CHAT_FLOW, "parameters": {"level": 0}, "additional_messages": [
            {"role": "user", "type": "question", "content_type": "text", "content": "二等座能报吗？"}]})
    );
    assert_eq!(sent[1]["conversation_id"], json!(first.remote.conversation));

    sim.platform().forget_conversations();
    let asked = ask_of(&platforms, endpoint.clone(), next).await;
    assert_eq!(asked.notices(), ["conversation_gone"]);
    ask_of(&platforms, endpoint.clone(), chat_flow("Hi", json!({}))).await.failed("", ErrorCode::InvalidRequest);
    let gone = turn_of("chatflow:7999", false, "Hi");
    ask_of(&platforms, endpoint.clone(), gone).await.failed("", ErrorCode::NotFound);

    let before = sim.requests().len();
    let attachments = vec![file("a.png", "image/png")];
    let asked = ask_of(&platforms, endpoint, Turn { attachments, ..chat_flow("看看", json!({"level": 0})) }).await;
    assert_eq!(asked.failed("", ErrorCode::UnsupportedFile).detail.hint.as_deref(), Some("text_files_only"));
    assert_eq!(sim.requests().len(), before, "nothing was sent");
}

#[tokio::test]
async fn a_chat_flow_is_stopped_like_a_chat() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let platforms = platforms(limits());
    let gate = Gate::new();
    sim.platform().next(CozeScenario::Held(gate.clone()));
    let question = chat_flow("二等座能报吗？", json!({"level": 1}));
    let mut chat = platforms.chat(endpoint.clone(), question.clone());
    let mut remote = RemoteIds::default();
    loop {
        match chat.next().await.expect("a text") {
            ChatSignal::Remote(ids) => remote.merge(ids),
            ChatSignal::Event(RunEvent::Text { .. }) => break,
            _ => {}
        }
    }
    assert_eq!(platforms.stop(&endpoint, &question.asker(), &remote).await, Stopped::Confirmed);
    gate.open();
    finish(chat).await;
}

// The account.

async fn listed(options: CozeOptions) -> (Result<Vec<String>, HubError>, Vec<Recorded>) {
    let (sim, endpoint) = sim(options).await;
    let items = platforms(limits()).catalog(&endpoint).await;
    (items.map(|items| items.into_iter().map(|item| item.remote_id).collect()), sim.requests())
}

#[tokio::test]
async fn the_catalogue_is_every_workspace_page_by_page() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let items = platforms(limits()).catalog(&endpoint).await.expect("a list");
    let told: Vec<_> = items.iter().map(|item| (item.remote_id.as_str(), item.kind, item.name.as_str())).collect();
    assert_eq!(
        told,
        [
            ("7001", CatalogKind::Bot, "报销助手"),
            ("7002", CatalogKind::Bot, "会议纪要"),
            ("7003", CatalogKind::Bot, "翻译"),
            ("7301", CatalogKind::Workflow, "问候"),
            ("chatflow:7401", CatalogKind::Bot, "选型顾问"),
            ("7004", CatalogKind::Bot, "团队问答"),
            ("7302", CatalogKind::Workflow, "城市天气"),
        ]
    );
    let bots = &sim.requests_to("/v1/bots")[1];
    let asked = |name| bots.query_value(name);
    assert_eq!((asked("page_num"), asked("page_index"), asked("connector_id")), (Some("2"), Some("2"), Some("1024")));
}

#[tokio::test]
async fn a_server_that_repeats_its_first_page_is_not_asked_for_ever() {
    let (items, requests) = listed(CozeOptions { ignores_pages: true, ..CozeOptions::default() }).await;
    assert_eq!(items.expect("a list"), ["7001", "7002", "7301", "chatflow:7401", "7004", "7302"]);
    assert!(requests.len() < 12, "{}", requests.len());
}

#[tokio::test]
async fn a_workspace_that_may_not_be_listed_is_passed_over() {
    let (items, _) = listed(CozeOptions { closed_workspace: true, ..CozeOptions::default() }).await;
    assert_eq!(items.expect("the rest"), ["7001", "7002", "7003", "7301", "chatflow:7401"]);
}

#[tokio::test]
async fn the_test_proves_the_token() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let tested = platforms(limits()).test(&endpoint).await.expect("a good token");
    assert_eq!((tested.key_verified, tested.models), (Some(true), None));
    assert_eq!(sim.requests()[0].path, "/v1/workspaces");
    let error = platforms(limits()).test(&account(&sim.base_url(), "test-wrong-token")).await.expect_err("a wrong one");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::BadCredential, Some("coze_token")));
    assert_eq!((error.detail.platform, error.detail.status), (Some(PlatformId::Coze), Some(401)));
    let none = Endpoint { secrets: BTreeMap::new(), ..endpoint };
    let error = platforms(limits()).test(&none).await.expect_err("none");
    assert_eq!((error.code, error.detail.field.as_deref()), (ErrorCode::CredentialMissing, Some(TOKEN)));
}

#[tokio::test]
async fn a_wrong_address_is_told_as_such() {
    let server = serve(Reply::html(200, "<html><title>Console</title></html>")).await;
    let error = platforms(limits()).test(&account(&server.base_url(), ACCOUNT)).await.expect_err("a page");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::BadAnswer, Some("html")));
    let server = serve(Reply::text(404, "404 page not found")).await;
    let error = platforms(limits()).test(&account(&server.base_url(), ACCOUNT)).await.expect_err("nothing there");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::NotFound, Some("address_path")));
}

#[tokio::test]
async fn apps_tell_about_themselves() {
    let (_sim, endpoint) = sim(CozeOptions::default()).await;
    let platforms = platforms(limits());
    let info = platforms.app(&endpoint, &bot("").app).await.expect("a bot");
    assert_eq!((info.name.as_deref(), info.opening.as_str()), (Some("报销助手"), "你好，问我报销的事。"));
    assert_eq!(info.suggestions.len(), 2);
    let info = platforms.app(&endpoint, &workflow(coze::WORKFLOW, json!({})).app).await.expect("a workflow");
    let inputs: Vec<_> = info.inputs.iter().map(|field| (field.name.as_str(), field.required)).collect();
    assert_eq!((info.workflow, inputs), (true, vec![("count", false), ("name", true)]));
    let error = platforms.app(&endpoint, &turn_of(coze::DRAFT_BOT, false, "").app).await.expect_err("a draft");
    assert_eq!(error.code, ErrorCode::NotPublished);
}

#[tokio::test]
async fn an_opinion_is_handed_on_and_taken_back() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    let platforms = platforms(limits());
    let asked = ask_of(&platforms, endpoint.clone(), bot("Hi")).await;
    let path = format!(
        "/v1/conversations/{}/messages/{}/feedback",
        asked.remote.conversation.as_deref().unwrap(),
        asked.remote.message.as_deref().unwrap()
    );
    for helpful in [Some(true), Some(false), None] {
        let opinion = Opinion { helpful, reason: helpful.map(|_| "清楚".to_owned()) };
        platforms.feedback(&endpoint, &bot("").asker(), &asked.remote, &opinion).await.expect("taken");
    }
    let told: Vec<_> = sim.requests_to(&path).iter().map(|request| (request.method.clone(), request.json())).collect();
    assert_eq!(told[0], ("POST".to_owned(), json!({"feedback_type": "like", "comment": "清楚"})));
    assert_eq!(told[1].1["feedback_type"], "unlike");
    assert_eq!(told[2].0, "DELETE");
    let error = platforms.feedback(&endpoint, &bot("").asker(), &RemoteIds::default(), &Opinion::default()).await;
    assert_eq!(error.expect_err("nothing to judge").detail.hint.as_deref(), Some("no_feedback"));
}

#[tokio::test]
async fn silence_ends_a_run_and_keeps_its_text() {
    let (sim, endpoint) = sim(CozeOptions::default()).await;
    sim.platform().next(CozeScenario::Stall);
    let limits = hub_platforms::Limits { silence: Duration::from_millis(200), ..limits() };
    let asked = ask_of(&platforms(limits), endpoint, bot("Hi")).await;
    let why = asked.truncated(&asked.text()).expect("why");
    assert_eq!(why.code, ErrorCode::Silence);
    assert!(!asked.text().is_empty());
}

// Tokens.

fn client(base_url: &str) -> Endpoint {
    Endpoint {
        fields: BTreeMap::from([(CLIENT_ID.to_owned(), coze::CLIENT.to_owned())]),
        secrets: BTreeMap::from([(CLIENT_SECRET.to_owned(), SecretString::from(coze::CLIENT_SECRET))]),
        ..endpoint(PlatformId::Coze, base_url)
    }
}

async fn exchange(endpoint: &Endpoint, request: TokenRequest) -> Result<TokenGrant, HubError> {
    platforms(limits()).exchange_token(endpoint, &request, 1_900_000_000_000).await
}

fn refresh(token: &str) -> TokenRequest {
    TokenRequest::Refresh { refresh_token: SecretString::from(token) }
}

#[tokio::test]
async fn token_transcripts() {
    let answer = |status, body: &'static str| async move {
        let server = serve(Reply::status(status).header("content-type", "application/json").send(body)).await;
        exchange(&client(&server.base_url()), refresh("rt_SYNTHETIC_0")).await
    };
    let granted = answer(200, coze!("token.ok.json")).await.expect("a token");
    assert_eq!(granted.expires_at, Some(1_900_000_900_000));
    assert_eq!(granted.access_token.expose_secret(), "czu_SYNTHETIC_A");
    assert_eq!(granted.refresh_token.expect("the next one").expose_secret(), "rt_SYNTHETIC_1");
    assert_eq!(answer(400, coze!("token.rotated_reuse.json")).await.expect_err("used").code, ErrorCode::Reauthorize);
    let waiting = answer(400, coze!("device.pending.json")).await.expect_err("not yet");
    assert_eq!(waiting.detail.hint.as_deref(), Some("oauth_pending"));
}

#[tokio::test]
async fn tokens_rotate_and_old_ones_die() {
    const REDIRECT: &str = "http://127.0.0.1:8080/callback";
    let (sim, _) = sim(CozeOptions::default()).await;
    let web = client(&sim.base_url());
    let code = TokenRequest::Code {
        code: SecretString::from(sim.platform().code(REDIRECT)),
        redirect_uri: REDIRECT.to_owned(),
        verifier: None,
    };
    let first = exchange(&web, code.clone()).await.expect("a grant");
    assert_eq!(exchange(&web, code).await.expect_err("good once").code, ErrorCode::Reauthorize);
    let old = first.refresh_token.expect("one to renew with");
    exchange(&web, refresh(old.expose_secret())).await.expect("renewed");
    let error = exchange(&web, refresh(old.expose_secret())).await.expect_err("rotated");
    assert_eq!(error.code, ErrorCode::Reauthorize);
    assert!(!format!("{error:?}").contains(old.expose_secret()));
    let wrong = Endpoint { secrets: BTreeMap::new(), ..web };
    let error = exchange(&wrong, refresh("rt")).await.expect_err("no secret");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::BadCredential, Some("oauth_client")));
}

#[test]
fn what_is_not_offered_has_a_reason() {
    assert!(NOT_OFFERED.iter().all(|(case, reason)| !case.is_empty() && reason.len() > 20));
}
