//! What people and platforms get wrong after a connection was made, seen from the whole Hub: a conversation or an agent
//! that is gone there, inputs that are missing, another server at the address, a stop that fails. What only one
//! platform's language shows stands in that platform's file; `SHOWN` says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

#[path = "wire/desk.rs"]
mod desk;
#[allow(dead_code, unused_macros, unused_imports, reason = "shared with the platforms' tests")]
#[path = "wire/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hub_contract::catalogue::{API_KEY, TOKEN};
use hub_contract::connection::CatalogRequest;
use hub_contract::conversation::MessageState;
use hub_contract::run::{AttachRunRequest, FinishReason, StopRunRequest};
use hub_contract::{ErrorCode, PlatformId, RunEvent};
use hub_platforms::{App, Endpoint, Turn};
use hub_sim::dify::{Mode, TEST_KEY as DIFY_KEY};
use hub_sim::openai::TEST_KEY;
use hub_sim::{
    CozeOptions, CozeScenario, CozeSim, DifyOptions, DifyPlatform, Recorded, Reply, Responder, ScriptedServer, coze,
};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::support::*;

const HERE: &str = include_str!("wire_bad_input.rs");
const APPBUILDER: &str = include_str!("wire_appbuilder.rs");
const ARK: &str = include_str!("wire_ark.rs");
const BAILIAN: &str = include_str!("wire_bailian.rs");
const COZE: &str = include_str!("wire_coze.rs");
const DIFY_APPS: &str = include_str!("wire_dify/apps.rs");
const DIFY_ASKING: &str = include_str!("wire_dify/asking.rs");
const DOCTOR: &str = include_str!("wire_doctor.rs");
const MODELS: &str = include_str!("wire/requests.rs");
const STUDIO53: &str = include_str!("wire_studio53.rs");
const YUANQI: &str = include_str!("wire_yuanqi.rs");

/// What is bad, and the tests that show what comes of it.
const SHOWN: &[(&str, &[(&str, &str)])] = &[
    (
        "a conversation that the platform has forgotten",
        &[
            (HERE, "a_forgotten_conversation_is_begun_anew_once_and_stays_here"),
            (COZE, "a_forgotten_conversation_is_begun_again_with_what_was_said"),
            (COZE, "a_chat_flow_is_chatted_with_in_its_conversation"),
            (APPBUILDER, "an_ended_conversation_is_begun_again_with_its_files"),
            (DIFY_ASKING, "a_conversation_goes_on_and_a_forgotten_one_begins_again"),
            (BAILIAN, "a_session_goes_on_and_a_forgotten_one_begins_anew"),
        ],
    ),
    (
        "an agent that was deleted, unpublished or switched to another mode there",
        &[
            (HERE, "an_agent_that_is_gone_there_is_told_and_the_question_stays"),
            (COZE, "codes_of_the_table"),
            (DIFY_ASKING, "an_app_that_changed_its_mode_is_asked_anew_once"),
            (BAILIAN, "t_bl_4_a_wrong_app_is_told_inside_a_200"),
            (ARK, "t_ark_2_an_unknown_bot"),
            (STUDIO53, "scenarios_of_the_simulator"),
        ],
    ),
    (
        "a file too large or of a refused type",
        &[
            (COZE, "files_are_uploaded_before_the_question"),
            (DIFY_ASKING, "a_file_that_is_too_large_is_not_sent"),
            (BAILIAN, "texts_go_along_and_other_files_are_refused_before_anything_is_sent"),
            (YUANQI, "texts_go_along_and_other_files_are_refused_before_anything_is_sent"),
            (MODELS, "a_file_that_no_model_takes_is_told_and_nothing_is_sent"),
        ],
    ),
    (
        "required inputs that are missing",
        &[
            (HERE, "inputs_that_are_missing_are_named_and_nothing_is_sent"),
            (DIFY_ASKING, "refusals_before_the_answer"),
            (STUDIO53, "a_workflow_gives_outputs"),
        ],
    ),
    (
        "another dialect at the address",
        &[
            (HERE, "another_dialect_at_the_address_is_told_on_every_platform"),
            (DIFY_APPS, "other_servers_at_the_address_are_told"),
        ],
    ),
    (
        "HTML from a wrong base path",
        &[
            (HERE, "a_page_at_the_address_is_told_on_every_platform"),
            (COZE, "a_wrong_address_is_told_as_such"),
            (BAILIAN, "a_page_instead_of_an_answer"),
        ],
    ),
    (
        "code 0 with an empty answer",
        &[(COZE, "an_empty_answer_and_unknown_events"), (APPBUILDER, "empty_whole_and_unknown_answers")],
    ),
    (
        "a list that fails half-way, a workspace that the user has left",
        &[
            (HERE, "a_list_that_fails_half_way_leaves_the_one_before"),
            (COZE, "a_workspace_that_may_not_be_listed_is_passed_over"),
        ],
    ),
    (
        "a stop call that fails",
        &[
            (HERE, "a_stop_that_the_platform_refuses_ends_the_run_all_the_same"),
            (DOCTOR, "a_stop_call_that_fails_is_told_as_the_last_step"),
        ],
    ),
];

#[test]
fn everything_bad_is_shown_by_tests_that_are_there() {
    for (what, tests) in SHOWN {
        for (source, name) in *tests {
            assert!(source.contains(&format!("async fn {name}()")), "{what}: no test is called {name}");
        }
    }
}

#[tokio::test]
async fn a_forgotten_conversation_is_begun_anew_once_and_stays_here() {
    let (sim, desk) = coze().await;
    let bot = desk.agent(Some(coze::BOT), false).await.unwrap();
    let first = desk.ask(Some(&bot), None, "二等座能报吗？", json!({})).await.unwrap();
    let conversation = first.conversation.id.clone();
    assert_eq!(desk.notices(&first).await, Vec::<String>::new());

    sim.platform().forget_conversations();
    let second = desk.ask(None, Some(&conversation), "那商务座呢？", json!({})).await.unwrap();
    assert_eq!(desk.notices(&second).await, ["conversation_gone"]);
    let third = desk.ask(None, Some(&conversation), "住宿呢？", json!({})).await.unwrap();
    assert_eq!(desk.notices(&third).await, Vec::<String>::new(), "the new one goes on");

    let chats = sim.requests_to("/v3/chat");
    let conversation_of = |chat: &Recorded| chat.query_value("conversation_id").map(str::to_owned);
    let (gone, last) = (conversation_of(&chats[1]), conversation_of(&chats[3]));
    assert_eq!((chats.len(), conversation_of(&chats[2])), (4, None), "a new conversation, once");
    assert!(last.is_some() && last != gone);
    let told: Vec<Value> =
        chats.iter().map(|chat| chat.json()["additional_messages"].as_array().map(Vec::len).into()).collect();
    assert_eq!(told, [1, 1, 3, 1], "only the new conversation is told what was said");

    let kept = desk.show(&conversation).await;
    let texts: Vec<&str> = kept.messages.iter().step_by(2).map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["二等座能报吗？", "那商务座呢？", "住宿呢？"]);
    let stopped = MessageState::Finished { reason: FinishReason::Stop };
    assert!(kept.messages.iter().skip(1).step_by(2).all(|answer| answer.state == stopped && !answer.text.is_empty()));
}

#[tokio::test]
async fn an_agent_that_is_gone_there_is_told_and_the_question_stays() {
    let (sim, desk) = coze().await;
    let chat_flow = format!("chatflow:{}", coze::CHAT_FLOW);
    for (id, inputs, gone, code) in [
        (coze::BOT, json!({}), 4015, ErrorCode::NotPublished),
        (coze::BOT, json!({}), 4006, ErrorCode::NotFound),
        (chat_flow.as_str(), json!({"level": 1}), 4200, ErrorCode::NotFound),
    ] {
        let agent = desk.agent(Some(id), false).await.unwrap();
        sim.platform().next(CozeScenario::Code(gone));
        let sent = desk.ask(Some(&agent), None, "Hi", inputs).await.unwrap();
        let events = desk.events(&sent).await;
        let Some(RunEvent::Failed { error }) = events.last() else { panic!("{id}: {events:?}") };
        assert_eq!((error.code, error.detail.platform), (code, Some(PlatformId::Coze)), "{id}: {error:?}");
        let kept = desk.show(&sent.conversation.id).await;
        assert_eq!(kept.messages[0].text, "Hi", "{id}");
        assert!(matches!(kept.messages[1].state, MessageState::Failed { .. }), "{id}");
    }
}

#[tokio::test]
async fn inputs_that_are_missing_are_named_and_nothing_is_sent() {
    let (sim, desk) = coze().await;
    let chat_flow = format!("chatflow:{}", coze::CHAT_FLOW);
    for (id, workflow, text, field) in
        [(coze::WORKFLOW, true, "", "name"), (chat_flow.as_str(), false, "推荐什么？", "level")]
    {
        let agent = desk.agent(Some(id), workflow).await.unwrap();
        let before = sim.requests().len();
        let error = desk.ask(Some(&agent), None, text, json!({"other": 1})).await.unwrap_err();
        assert_eq!((error.code, error.detail.field.as_deref()), (ErrorCode::InputRequired, Some(field)));
        assert_eq!(sim.requests().len(), before, "nothing is sent");
        let kept = desk.hub.conversations_list(Default::default()).await.unwrap();
        assert!(kept.is_empty(), "nothing is stored, and the text stays with the person");
    }
}

#[tokio::test]
async fn a_page_at_the_address_is_told_on_every_platform() {
    for platform in PlatformId::ALL {
        let server = serve(Reply::html(200, "<!doctype html><html><title>Console</title></html>")).await;
        let (endpoint, turn) = known(*platform, &server.base_url());
        let platforms = platforms(limits());
        let error = platforms.test(&endpoint).await.expect_err("a page is no platform");
        assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::BadAnswer, Some("html")), "{platform}");
        let asked = ask_of(&platforms, endpoint, turn).await;
        let RunEvent::Failed { error } = asked.end() else { panic!("{platform}: {:?}", asked.events) };
        // Where a call goes before the question, its document is missed; else the answer's stream.
        assert!(matches!(error.code, ErrorCode::NotStream | ErrorCode::BadAnswer), "{platform}: {error:?}");
        assert_eq!((asked.text().as_str(), error.detail.hint.as_deref()), ("", Some("html")), "{platform}");
    }
}

#[tokio::test]
async fn another_dialect_at_the_address_is_told_on_every_platform() {
    for platform in PlatformId::ALL {
        // A stream that each reader knows as such, in nobody's words, ended in nobody's way.
        let body = "event: greeting\ndata: {\"kind\":\"hello\",\"words\":\"from somebody else\"}\n\n";
        let server = serve(Reply::sse_body(body)).await;
        let (endpoint, turn) = known(*platform, &server.base_url());
        let asked = ask_of(&platforms(limits()), endpoint, turn).await;
        assert_eq!(asked.text(), "", "{platform}: nothing of it is an answer");
        assert!(
            matches!(asked.end(), RunEvent::Truncated { .. } | RunEvent::Failed { .. }),
            "{platform}: {:?}",
            asked.events
        );
        assert!(!asked.events.iter().any(|event| matches!(event, RunEvent::Finished { .. })), "{platform}");
    }
}

#[tokio::test]
async fn a_stop_that_the_platform_refuses_ends_the_run_all_the_same() {
    let platform = Arc::new(DifyPlatform::new(DifyOptions { tokens_per_second: Some(1), ..DifyOptions::default() }));
    let server = ScriptedServer::start(move |request: &Recorded| match request.path.ends_with("/stop") {
        true => Reply::text(500, "cannot stop"),
        false => platform.respond(request),
    })
    .await
    .unwrap();
    let key = DIFY_KEY.replace("chat", Mode::Chat.short());
    let desk = Desk::connect(PlatformId::Dify, &format!("{}/v1", server.base_url()), API_KEY, &key).await;
    let agent = desk.agent(None, false).await.unwrap();
    let sent = desk.ask(Some(&agent), None, "返修率", json!({})).await.unwrap();
    let (hub, run) = (desk.hub.clone(), sent.run.clone());
    let mut stopping = None;
    let mut end = None;
    desk.hub
        .run_attach(AttachRunRequest { run: sent.run.clone(), from_seq: 0 }, |frame| {
            if matches!(frame.event, RunEvent::Text { .. }) && stopping.is_none() {
                let (hub, run) = (hub.clone(), run.clone());
                stopping = Some(tokio::spawn(async move { hub.run_stop(StopRunRequest { run }).await }));
            }
            end = Some(frame.event);
        })
        .await
        .unwrap();
    assert!(matches!(end, Some(RunEvent::Cancelled { confirmed: false })), "{end:?}");
    stopping.expect("a text came").await.unwrap().unwrap();
    assert!(server.requests().iter().any(|request| request.path.ends_with("/stop")), "Dify was told");
    let kept = desk.show(&sent.conversation.id).await;
    assert!(matches!(kept.messages[1].state, MessageState::Cancelled { .. }));
    assert!(!kept.messages[1].text.is_empty(), "what was received stays");
}

#[tokio::test]
async fn a_list_that_fails_half_way_leaves_the_one_before() {
    let fails = Arc::new(AtomicBool::new(false));
    let down = Arc::clone(&fails);
    let bot = |id: &str| json!({ "id": id, "name": id, "is_published": true });
    let server = serve(move |request: &Recorded| {
        let data = match (request.path.as_str(), request.query_value("page_num")) {
            ("/v1/workspaces", _) => json!({ "workspaces": [{ "id": "1" }], "total_count": 1 }),
            ("/v1/bots", Some("1")) => json!({ "items": [bot("7001"), bot("7002")], "total": 3 }),
            ("/v1/bots", _) if down.load(Ordering::SeqCst) => return Reply::text(503, "later"),
            ("/v1/bots", _) => json!({ "items": [bot("7003")], "total": 3 }),
            _ => json!({ "items": [], "has_more": false }),
        };
        Reply::json(200, &json!({ "code": 0, "data": data }))
    })
    .await;
    let desk = Desk::connect(PlatformId::Coze, &server.base_url(), TOKEN, TEST_KEY).await;
    let list = async |refresh: bool| {
        let request = CatalogRequest { connection: desk.connection.clone(), search: None, refresh };
        desk.hub.catalog_list(request).await
    };
    let whole = list(true).await.unwrap();
    assert_eq!(whole.items.len(), 3);
    fails.store(true, Ordering::SeqCst);
    let error = list(true).await.expect_err("half a list is none");
    assert_eq!((error.code, error.detail.status), (ErrorCode::Overloaded, Some(503)));
    assert_eq!(list(false).await.unwrap(), whole, "the one before, with its time");
}

/// An endpoint with every credential and id that some platform wants, and a question to it.
fn known(platform: PlatformId, base_url: &str) -> (Endpoint, Turn) {
    let secret = || SecretString::from(KEY);
    let fields = ["app_id", "bot_id", "assistant_id"].map(|name| (name.to_owned(), "app-1".to_owned()));
    let secrets = [API_KEY, TOKEN, "secret"].map(|name| (name.to_owned(), secret()));
    let endpoint = Endpoint {
        fields: BTreeMap::from(fields),
        secrets: BTreeMap::from(secrets),
        ..endpoint(platform, &format!("{base_url}/v1"))
    };
    let app = App { id: Some("app-1".to_owned()), workflow: false, mode: Some("chat".to_owned()) };
    let is_model = matches!(
        platform,
        PlatformId::Openai | PlatformId::Siliconflow | PlatformId::Deepseek | PlatformId::OpenaiCompatible
    );
    let model = is_model.then(|| "demo".into());
    (endpoint, Turn { model, app, text: "Hi".to_owned(), user: "person-1".to_owned(), ..Turn::default() })
}

async fn coze() -> (CozeSim, Desk) {
    let sim = CozeSim::start(CozeOptions::default()).await.unwrap();
    let desk = Desk::connect(PlatformId::Coze, &sim.base_url(), TOKEN, TEST_KEY).await;
    (sim, desk)
}
