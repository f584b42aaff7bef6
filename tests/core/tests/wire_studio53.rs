//! 53AI Studio over real sockets: the transcripts of the wire document, and the simulator for what needs state.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

#[allow(dead_code, unused_imports, unused_macros, reason = "other suites use the rest")]
#[path = "wire/support.rs"]
mod support;

use hub_contract::model::CatalogKind;
use hub_contract::{ErrorCode, PlatformId, RunEvent};
use hub_platforms::{App, Attachment, Endpoint, Turn};
use hub_sim::studio53::{Studio53Options, Studio53Sim, TEST_SECRET};
use hub_sim::{Reply, Script};
use secrecy::SecretString;
use serde_json::json;
use support::{Asked, ask_of, endpoint, limits, platforms, serve};

/// What no source tells of 53AI Studio.
#[allow(dead_code, reason = "for the census of all platforms")]
const NOT_OFFERED: &[(&str, &str)] = &[
    ("stop", "no such call is known"),
    ("feedback", "no such call is known"),
    ("follow-ups", "only the app's own questions to begin with"),
    ("reasoning", "no event is known; tags in the text are told apart"),
    ("citations", "no event is known"),
    ("usage in a stream", "not known whether message_end carries it; it is read where it does"),
    ("filtered", "no mark is known"),
];

macro_rules! transcript {
    ($name:literal) => {
        include_str!(concat!("wire/transcripts/studio53/", $name))
    };
}

fn account(base_url: &str, secret: &str) -> Endpoint {
    let mut endpoint = endpoint(PlatformId::Studio53, base_url);
    endpoint.secrets.insert("secret".to_owned(), SecretString::from(secret));
    endpoint
}

fn turn(bot: &str, text: &str) -> Turn {
    let app = App { id: Some(bot.to_owned()), workflow: bot.starts_with('w'), mode: None };
    Turn { app, text: text.to_owned(), user: "local-1".to_owned(), ..Turn::default() }
}

async fn sim() -> Studio53Sim {
    Studio53Sim::start(Studio53Options::default()).await.expect("a free port")
}

async fn ask(sim: &Studio53Sim, turn: Turn) -> Asked {
    ask_of(&platforms(limits()), account(&sim.base_url(), TEST_SECRET), turn).await
}

/// The same events come however the bytes are cut.
async fn stream(body: &'static str) -> Asked {
    let server = serve(Script::new().next(Reply::sse_body(body)).next(Reply::sse_body(body).pieces_of(1))).await;
    let endpoint = account(&server.base_url(), TEST_SECRET);
    let whole = ask_of(&platforms(limits()), endpoint.clone(), turn("b-1", "Hi")).await;
    let pieces = ask_of(&platforms(limits()), endpoint, turn("b-1", "Hi")).await;
    assert_eq!((&pieces.events, &pieces.remote), (&whole.events, &whole.remote));
    whole
}

#[tokio::test]
async fn transcript_chat() {
    let asked = stream(transcript!("chat.sse")).await;
    asked.stopped("您好，附：清单");
    assert_eq!(asked.remote.conversation.as_deref(), Some("cv-1"), "the last event's empty id erases nothing");
    assert!(
        asked
            .events
            .iter()
            .any(|event| matches!(event, RunEvent::File(file) if file.url == "https://example.invalid/a.png"))
    );
}

#[tokio::test]
async fn transcript_error() {
    let asked = stream(transcript!("error.sse")).await;
    let error = asked.failed("", ErrorCode::PlatformError);
    assert_eq!(error.detail.text.as_deref(), Some("synthetic quota"));
}

#[tokio::test]
async fn transcript_apps() {
    let lists = Script::new()
        .on("/v3/apps", Reply::status(200).send(transcript!("apps.json")))
        .on("/v3/workflows", Reply::json(200, &json!([])));
    let server = serve(lists).await;
    let items = platforms(limits()).catalog(&account(&server.base_url(), TEST_SECRET)).await.expect("a list");
    assert_eq!((items.len(), items[0].remote_id.as_str(), items[0].name.as_str()), (1, "b-1", "Demo"));
}

#[tokio::test]
async fn a_question_names_its_bot_in_a_header() {
    let sim = sim().await;
    let first = ask(&sim, turn("b-7", "Hi")).await;
    assert!(matches!(first.end(), RunEvent::Finished { .. }), "{:?}", first.end());
    let request = &sim.requests()[0];
    assert_eq!((request.path.as_str(), request.header("bot-id")), ("/v3/chat-messages", Some("b-7")));
    assert_eq!(
        request.json(),
        json!({"conversation_id": "", "query": "Hi", "user": "local-1", "response_mode": "streaming", "files": [], "inputs": {}})
    );
    let second = ask(&sim, Turn { remote: first.remote.clone(), ..turn("b-7", "More") }).await;
    assert_eq!(second.remote.conversation, first.remote.conversation);
    let other = ask(&sim, Turn { remote: first.remote.clone(), ..turn("b-8", "More") }).await;
    assert_eq!(other.notices(), ["conversation_gone"], "a conversation belongs to one bot");
}

#[tokio::test]
async fn scenarios_of_the_simulator() {
    let sim = sim().await;
    ask(&sim, turn("b-1", "sim:append")).await.stopped("first and more");
    let asked = ask(&sim, turn("b-1", "sim:error")).await;
    asked.failed(&asked.text(), ErrorCode::PlatformError);
    let asked = ask(&sim, turn("b-1", "sim:cut")).await;
    asked.truncated(&asked.text());
    assert_eq!(ask(&sim, turn("b-1", "sim:empty")).await.notices(), ["empty_answer"]);
    ask(&sim, turn("b-1", "sim:429")).await.failed("", ErrorCode::RateLimited);
    ask(&sim, turn("b-1", "sim:500")).await.failed("", ErrorCode::PlatformError);
    ask(&sim, turn("b-999", "Hi")).await.failed("", ErrorCode::NotFound);
    let nobody = Turn { app: App::default(), ..turn("b-1", "Hi") };
    assert_eq!(
        ask(&sim, nobody).await.failed("", ErrorCode::InvalidRequest).detail.hint.as_deref(),
        Some("bot_missing")
    );
}

#[tokio::test]
async fn a_workflow_gives_outputs() {
    let sim = sim().await;
    let asked = ask(&sim, turn("w-1", "topic")).await;
    assert!(matches!(asked.end(), RunEvent::Finished { .. }), "{:?}", asked.end());
    assert!(asked.events.iter().any(|event| matches!(event, RunEvent::Outputs { items } if items.len() == 2)));
    let request = &sim.requests()[0];
    assert_eq!(
        (request.path.as_str(), request.json()["inputs"]["input"].as_str()),
        ("/v3/workflows/run", Some("topic"))
    );
    ask(&sim, turn("w-1", "")).await.failed("", ErrorCode::InputRequired);
}

#[tokio::test]
async fn files_are_uploaded_for_the_bot() {
    let sim = sim().await;
    let file = Attachment {
        name: "a.pdf".to_owned(),
        mime: "application/pdf".to_owned(),
        bytes: b"%PDF".as_slice().into(),
        uploaded: None,
    };
    let asked = ask(&sim, Turn { attachments: vec![file], ..turn("b-1", "Hi") }).await;
    assert!(matches!(asked.end(), RunEvent::Finished { .. }), "{:?}", asked.end());
    let requests = sim.requests();
    assert_eq!((requests[0].path.as_str(), requests[0].header("bot-id")), ("/v3/files/upload", Some("b-1")));
    assert_eq!(requests[1].json()["files"][0]["upload_file_id"], "up-1");
}

#[tokio::test]
async fn the_account_lists_bots_and_workflows_over_all_pages() {
    let sim = sim().await;
    let endpoint = account(&sim.base_url(), TEST_SECRET);
    let items = platforms(limits()).catalog(&endpoint).await.expect("a list");
    let workflows = items.iter().filter(|item| item.kind == CatalogKind::Workflow).count();
    assert_eq!((items.len(), workflows), (122, 2));
    let tested = platforms(limits()).test(&endpoint).await.expect("it answers");
    assert_eq!((tested.key_verified, tested.models), (Some(true), None));
    let error = platforms(limits()).test(&account(&sim.base_url(), "wrong")).await.expect_err("refused");
    assert_eq!(error.code, ErrorCode::BadCredential);
    let info = platforms(limits()).app(&endpoint, &turn("b-3", "").app).await.expect("told");
    assert_eq!((info.name.as_deref(), info.opening.as_str()), (Some("Demo b 3"), "Hi"));
    assert_eq!((info.inputs[0].name.as_str(), info.inputs[0].kind.as_str()), ("input", "paragraph"));
}
