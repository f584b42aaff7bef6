//! Questions against the simulator: bodies, routes, conversations, uploads, stops.

use std::collections::BTreeMap;

use hub_contract::run::RemoteIds;
use hub_contract::{ErrorCode, RunEvent};
use hub_platforms::{App, ChatSignal, Limits, Opinion, Stopped, Turn};
use hub_sim::dify::{DifyOptions, DifySim, Mode};
use serde_json::json;

use crate::support::*;
use crate::{app_of, attachment, sim, turn_of, with_key};

fn paths(sim: &DifySim) -> Vec<String> {
    sim.requests().iter().map(|request| format!("{} {}", request.method, request.path)).collect()
}

#[tokio::test]
async fn a_question_carries_what_dify_wants_and_no_more() {
    let sim = sim().await;
    let turn = Turn {
        system: Some("not for apps".to_owned()),
        inputs: BTreeMap::from([("city".to_owned(), json!("青禾"))]),
        parameters: json!({"temperature": 1}),
        ..turn_of("chat")
    };
    let asked = ask_of(&platforms(limits()), app_of(&sim, Mode::Chat), turn).await;
    let request = &sim.requests()[0];
    assert_eq!(
        request.json(),
        json!({"query": "Hi", "inputs": {"city": "青禾"}, "response_mode": "streaming", "user": "local-1",
            "auto_generate_name": false})
    );
    assert_eq!(request.header("authorization"), Some("Bearer app-test-chat"));
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    assert!(asked.facts.url.ends_with("/v1/chat-messages"), "{}", asked.facts.url);
    assert_eq!(asked.facts.request_id.as_deref(), Some("req-sim-1"));
}

#[tokio::test]
async fn a_sub_path_and_a_port_stay() {
    let server = hub_sim::ScriptedServer::start(
        hub_sim::Router::new().mount("/tools/dify", hub_sim::DifyPlatform::new(DifyOptions::default())),
    )
    .await
    .expect("a free port");
    let mut endpoint = endpoint(hub_contract::PlatformId::Dify, &format!("{}/tools/dify/v1", server.base_url()));
    endpoint.secrets.insert("api_key".to_owned(), "app-test-agent".into());
    let asked =
        ask_of(&platforms(limits()), endpoint, Turn { text: "sim:file".to_owned(), ..turn_of("agent-chat") }).await;
    assert_eq!(server.requests()[0].path, "/tools/dify/v1/chat-messages");
    let url = asked.events.iter().find_map(|event| match event {
        RunEvent::File(file) => Some(file.url.clone()),
        _ => None,
    });
    assert!(url.expect("a file").contains("/tools/dify/files/tools/f-1.png"));
}

#[tokio::test]
async fn every_mode_has_its_route() {
    let sim = sim().await;
    for (mode, path) in [
        (Mode::Chat, "POST /v1/chat-messages"),
        (Mode::Agent, "POST /v1/chat-messages"),
        (Mode::Chatflow, "POST /v1/chat-messages"),
        (Mode::Completion, "POST /v1/completion-messages"),
        (Mode::Workflow, "POST /v1/workflows/run"),
    ] {
        let before = sim.requests().len();
        let turn =
            Turn { app: App::default(), inputs: BTreeMap::from([("topic".to_owned(), json!("x"))]), ..turn_of("chat") };
        let asked = ask_of(&platforms(limits()), app_of(&sim, mode), turn).await;
        assert!(matches!(asked.end(), RunEvent::Finished { .. }), "{mode:?} {:?}", asked.end());
        assert_eq!(paths(&sim)[before..before + 2], ["GET /v1/info", path], "{mode:?}");
    }
}

#[tokio::test]
async fn an_older_server_is_found_out_by_what_it_accepts() {
    let sim = DifySim::start(DifyOptions { tells_mode: false, ..DifyOptions::default() }).await.expect("a free port");
    for (mode, tried) in [(Mode::Chat, 1), (Mode::Workflow, 2), (Mode::Completion, 2)] {
        let before = sim.requests().len();
        let turn =
            Turn { app: App::default(), inputs: BTreeMap::from([("topic".to_owned(), json!("x"))]), ..turn_of("chat") };
        let asked = ask_of(&platforms(limits()), app_of(&sim, mode), turn).await;
        assert!(matches!(asked.end(), RunEvent::Finished { .. }), "{mode:?} {:?}", asked.end());
        let asks = &paths(&sim)[before..];
        assert_eq!(asks.iter().position(|path| path.contains("-messages") || path.ends_with("/run")), Some(1 + tried));
    }
}

#[tokio::test]
async fn an_app_that_changed_its_mode_is_asked_anew_once() {
    let sim = sim().await;
    sim.switch_mode("app-test-chat", Mode::Workflow);
    let turn = Turn { inputs: BTreeMap::from([("topic".to_owned(), json!("x"))]), ..turn_of("chat") };
    let asked = ask_of(&platforms(limits()), app_of(&sim, Mode::Chat), turn).await;
    assert_eq!(paths(&sim), ["POST /v1/chat-messages", "GET /v1/info", "POST /v1/workflows/run"]);
    assert!(asked.events.iter().any(|event| matches!(event, RunEvent::Outputs { .. })), "{:?}", asked.events);
}

#[tokio::test]
async fn a_conversation_goes_on_and_a_forgotten_one_begins_again() {
    let sim = sim().await;
    let platforms = platforms(limits());
    let first = ask_of(&platforms, app_of(&sim, Mode::Chat), turn_of("chat")).await;
    let turn = Turn { remote: first.remote.clone(), ..turn_of("chat") };
    let second = ask_of(&platforms, app_of(&sim, Mode::Chat), turn.clone()).await;
    assert_eq!(second.remote.conversation, first.remote.conversation);
    assert!(second.notices().is_empty());

    sim.forget_conversations();
    let third = ask_of(&platforms, app_of(&sim, Mode::Chat), turn.clone()).await;
    assert_eq!(third.notices(), ["conversation_gone"]);
    assert!(matches!(third.end(), RunEvent::Finished { .. }));
    let other = Turn { user: "somebody-else".to_owned(), ..turn };
    let fourth = ask_of(&platforms, app_of(&sim, Mode::Chat), other).await;
    assert_eq!(fourth.notices(), ["conversation_gone"], "a conversation belongs to one person");
}

#[tokio::test]
async fn files_are_uploaded_as_the_same_person_and_named_in_the_question() {
    let sim = sim().await;
    let platforms = platforms(limits());
    let turn = Turn {
        attachments: vec![
            attachment("合同.pdf", "application/pdf"),
            attachment("p.png", "image/png"),
            attachment("x.bin", ""),
        ],
        ..turn_of("chat")
    };
    let asked = ask_of(&platforms, app_of(&sim, Mode::Chat), turn).await;
    assert!(matches!(asked.end(), RunEvent::Finished { .. }), "{:?}", asked.end());
    let requests = sim.requests();
    let upload = String::from_utf8_lossy(&requests[0].body).into_owned();
    assert!(upload.contains("name=\"user\"") && upload.contains("local-1") && upload.contains("%PDF"), "{upload}");
    let files = requests[3].json()["files"].clone();
    let kinds: Vec<_> = files.as_array().expect("files").iter().map(|file| file["type"].clone()).collect();
    assert_eq!(kinds, ["document", "image", "custom"]);
    assert!(files.as_array().expect("files").iter().all(|file| file["transfer_method"] == "local_file"));

    // A file that an input variable names goes there, and nowhere else.
    let turn = Turn {
        attachments: vec![attachment("a.pdf", "application/pdf")],
        inputs: BTreeMap::from([("topic".to_owned(), json!("x")), ("doc".to_owned(), json!("a.pdf"))]),
        ..turn_of("workflow")
    };
    ask_of(&platforms, app_of(&sim, Mode::Workflow), turn).await;
    let body = sim.requests().last().expect("a run").json();
    assert_eq!(body["inputs"]["doc"]["type"], "document");
    assert_eq!((&body["inputs"]["topic"], body.get("files")), (&json!("x"), None));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_sent() {
    let sim = sim().await;
    let turn = Turn { attachments: vec![attachment("a.pdf", "application/pdf")], ..turn_of("chat") };
    let small = Limits { attachment_bytes: 3, ..limits() };
    ask_of(&platforms(small), app_of(&sim, Mode::Chat), turn.clone()).await.failed("", ErrorCode::TooLarge);
    assert!(sim.requests().is_empty());
    let strict = DifySim::start(DifyOptions { upload_bytes: 1, ..DifyOptions::default() }).await.expect("a free port");
    let asked = ask_of(&platforms(limits()), app_of(&strict, Mode::Chat), turn).await;
    let error = asked.failed("", ErrorCode::TooLarge);
    assert_eq!(error.detail.platform_code.as_deref(), Some("file_too_large"));
}

#[tokio::test]
async fn questions_to_go_on_with_come_before_the_end() {
    let sim = sim().await;
    let asked = ask_of(&platforms(limits()), app_of(&sim, Mode::Chat), turn_of("chat")).await;
    let suggestions = asked
        .events
        .iter()
        .position(|event| matches!(event, RunEvent::Suggestions { questions } if questions == &["And then?", "Why?"]));
    assert_eq!(suggestions, Some(asked.events.len() - 2));
    let asked = ask_of(&platforms(limits()), app_of(&sim, Mode::Agent), turn_of("agent-chat")).await;
    assert!(matches!(asked.end(), RunEvent::Finished { .. }), "their refusal is no failure");
}

#[tokio::test]
async fn stopping_reaches_the_right_task_as_the_same_person() {
    let sim = sim().await;
    let platforms = platforms(limits());
    for (mode, word) in [(Mode::Chat, "chat"), (Mode::Workflow, "workflow"), (Mode::Completion, "completion")] {
        let endpoint = app_of(&sim, mode);
        let turn = Turn {
            text: "sim:endless".to_owned(),
            inputs: BTreeMap::from([("topic".to_owned(), json!("sim:endless"))]),
            ..turn_of(word)
        };
        let mut chat = platforms.chat(endpoint.clone(), turn.clone());
        let mut remote = RemoteIds::default();
        let mut text = String::new();
        while remote.task.is_none() || text.is_empty() {
            match chat.next().await.expect("more") {
                ChatSignal::Remote(ids) => remote.merge(ids),
                ChatSignal::Event(RunEvent::Text { delta, .. }) => text.push_str(&delta),
                _ => {}
            }
        }
        assert_eq!(platforms.stop(&endpoint, &turn.asker(), &remote).await, Stopped::Confirmed);
        // The platform's own stream ends now, as if the answer were complete.
        let rest = finish(chat).await;
        assert!(matches!(rest.end(), RunEvent::Finished { .. }), "{mode:?}");
    }
    let nothing = platforms.stop(&app_of(&sim, Mode::Chat), &turn_of("chat").asker(), &RemoteIds::default()).await;
    assert_eq!(nothing, Stopped::Unconfirmed, "without a task there is nothing to stop");
}

#[tokio::test]
async fn what_a_person_thinks_is_told() {
    let sim = sim().await;
    let platforms = platforms(limits());
    let turn = turn_of("chat");
    let remote = ask_of(&platforms, app_of(&sim, Mode::Chat), turn.clone()).await.remote;
    for (helpful, rating) in [(Some(true), json!("like")), (Some(false), json!("dislike")), (None, json!(null))] {
        let opinion = Opinion { helpful, reason: helpful.map(|_| "so".to_owned()) };
        platforms.feedback(&app_of(&sim, Mode::Chat), &turn.asker(), &remote, &opinion).await.expect("taken");
        let body = sim.requests().last().expect("sent").json();
        assert_eq!((&body["rating"], &body["user"]), (&rating, &json!("local-1")));
    }
    let (endpoint, asker) = (app_of(&sim, Mode::Workflow), turn_of("workflow").asker());
    let refused = platforms.feedback(&endpoint, &asker, &remote, &Opinion::default()).await;
    assert_eq!(refused.expect_err("workflows take none").detail.hint.as_deref(), Some("no_feedback"));
}

#[tokio::test]
async fn scenarios_of_the_simulator() {
    let sim = sim().await;
    let ask = async |text: &str, mode: Mode, word: &str| {
        let turn = Turn {
            text: text.to_owned(),
            inputs: BTreeMap::from([("topic".to_owned(), json!(text))]),
            ..turn_of(word)
        };
        ask_of(&platforms(limits()), app_of(&sim, mode), turn).await
    };
    let asked = ask("sim:think", Mode::Chat, "chat").await;
    assert!(asked.reasoning().len() > 10 && !asked.text().contains("think>"));
    let asked = ask("sim:sources", Mode::Chat, "chat").await;
    assert!(asked.events.iter().any(|event| matches!(event, RunEvent::Sources { items } if items.len() == 2)));
    ask("sim:replace", Mode::Chat, "chat").await.stopped("[removed]");
    ask("sim:replace", Mode::Workflow, "workflow").await.stopped("[removed]");
    assert_eq!(ask("sim:empty", Mode::Chat, "chat").await.notices(), ["empty_answer"]);
    let pings = ask("sim:alive", Mode::Chat, "chat").await;
    assert_eq!(pings.truncated("").expect("why").detail.hint.as_deref(), Some("empty_answer"));
    for (mode, word) in [(Mode::Chat, "chat"), (Mode::Chatflow, "advanced-chat"), (Mode::Workflow, "workflow")] {
        let asked = ask("sim:failed", mode, word).await;
        assert_eq!(
            asked.failed("", ErrorCode::PlatformError).detail.text.as_deref(),
            Some("sim: the model answered 500")
        );
    }
    let asked = ask("sim:quota", Mode::Chat, "chat").await;
    asked.failed(&asked.text(), ErrorCode::QuotaExhausted);
    let asked = ask("sim:cut", Mode::Chat, "chat").await;
    asked.truncated(&asked.text());
    ask("sim:403", Mode::Chat, "chat").await.failed("", ErrorCode::NotPublished);
    ask("sim:500", Mode::Chat, "chat").await.failed("", ErrorCode::PlatformError);
    let asked = ask("sim:400quota", Mode::Chat, "chat").await;
    assert_eq!(asked.failed("", ErrorCode::QuotaExhausted).detail.status, Some(400));
    let asked = ask("sim:busy", Mode::Chat, "chat").await;
    assert_eq!((asked.notices(), asked.facts.retries), (vec!["repeating"], 1));
}

#[tokio::test]
async fn refusals_before_the_answer() {
    let sim = sim().await;
    let platforms = platforms(limits());
    let asked = ask_of(&platforms, with_key(&sim, "app-wrong"), turn_of("chat")).await;
    let error = asked.failed("", ErrorCode::BadCredential);
    assert_eq!((error.detail.status, error.detail.platform_code.as_deref()), (Some(401), Some("unauthorized")));
    assert!(error.detail.request_id.is_some());
    let asked = ask_of(&platforms, app_of(&sim, Mode::Workflow), turn_of("workflow")).await;
    let error = asked.failed("", ErrorCode::InputRequired);
    assert_eq!(error.detail.field.as_deref(), Some("topic"));
    let mut endpoint = app_of(&sim, Mode::Chat);
    endpoint.secrets.clear();
    ask_of(&platforms, endpoint, turn_of("chat")).await.failed("", ErrorCode::CredentialMissing);
}
