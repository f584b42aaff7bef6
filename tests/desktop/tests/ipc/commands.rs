//! Every command of the contract, with a request that it accepts and with ones that it does not.

use std::collections::BTreeMap;

use hub_contract::ErrorCode;
use hub_contract::command::COMMANDS;
use hub_sim::openai::TEST_KEY;
use serde_json::{Value, json};

use crate::world::{MODEL, World};

/// What a command answers to its example.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Expected {
    /// A reply; the pointer leads to a value that shows that it is the right one.
    Reply(&'static str),
    /// Nothing, as commands that only do something.
    Nothing,
    /// An error.
    Error(ErrorCode),
}

use Expected::{Error, Nothing, Reply};

/// Things that exist, for the examples.
struct Known {
    address: String,
    connection: Value,
    spare_connection: Value,
    conversation: Value,
    spare_conversation: Value,
    question: Value,
    answer: Value,
    run: Value,
    exports: String,
    backup: String,
    moved: String,
}

/// One example for every command.
fn examples(known: &Known) -> BTreeMap<&'static str, (Value, Expected)> {
    let connect = |name: &str| {
        json!({
            "platform": "openai", "name": name, "base_url": known.address, "secrets": { "api_key": TEST_KEY },
        })
    };
    let Known { connection, spare_connection, conversation, spare_conversation, question, answer, run, .. } = known;
    let model = json!({ "type": "model", "connection": connection, "model": MODEL });
    let member = json!({ "name": "李雷", "plan": null, "until": null, "groups": [] });
    BTreeMap::from([
        ("app_info", (json!(null), Reply("/version"))),
        ("page_ready", (json!({ "language": "en" }), Nothing)),
        ("page_failed", (json!({ "place": "2778 < 2070" }), Nothing)),
        ("preferences_read", (json!(null), Reply("/preferences/theme"))),
        ("preferences_write", (json!({ "theme": "dark" }), Reply("/preferences/theme"))),
        // Without a page to ask nothing keeps the window open.
        ("window_close", (json!({ "stop_runs": false }), Reply("/active"))),
        // It would leave for a browser; which links may is tested in the shell.
        ("link_open", (json!({ "url": "javascript:alert(1)" }), Error(ErrorCode::InvalidRequest))),
        // The folder does not exist here, so nothing is started.
        ("data_dir_open", (json!(null), Error(ErrorCode::Internal))),
        ("connections_list", (json!(null), Reply("/0/id"))),
        ("address_check", (json!({ "platform": "openai", "base_url": "https://host.example" }), Reply("/final_url"))),
        ("connection_try", (connect("Tried"), Reply("/ok"))),
        ("connection_add", (connect("Second"), Reply("/id"))),
        ("connection_edit", (json!({ "id": connection, "name": "Renamed" }), Reply("/name"))),
        (
            "connection_set_secret",
            (json!({ "id": connection, "field": "api_key", "secret": TEST_KEY }), Reply("/secrets/api_key/has_secret")),
        ),
        ("connection_test", (json!({ "id": connection }), Reply("/latency_ms"))),
        ("connection_remove", (json!({ "id": spare_connection }), Nothing)),
        // The connection is one of a platform without accounts; the suite `oauth` has the others.
        ("authorize_begin", (json!({ "connection": connection, "way": "loopback" }), Error(ErrorCode::InvalidRequest))),
        ("authorize_state", (json!(connection), Reply("/state"))),
        (
            "authorize_finish",
            (
                json!({ "connection": connection, "address": "https://x.example/?code=a&state=b" }),
                Error(ErrorCode::InvalidRequest),
            ),
        ),
        ("authorize_cancel", (json!(connection), Nothing)),
        ("catalog_list", (json!({ "connection": connection, "refresh": true }), Reply("/items/0/remote_id"))),
        ("models_list", (json!(null), Reply("/0/id"))),
        (
            "models_enable",
            (json!({ "connection": connection, "models": ["typed/in:1"], "enabled": true }), Reply("/0/enabled")),
        ),
        ("agents_list", (json!({}), Reply(""))),
        (
            "agent_add",
            (
                json!({ "source": { "type": "remote", "connection": connection }, "name": "A" }),
                Error(ErrorCode::InvalidRequest),
            ),
        ),
        ("agent_edit", (json!({ "id": "a" }), Error(ErrorCode::NotFound))),
        ("agent_set_icon", (json!({ "id": "a", "icon": { "from": "nothing" } }), Error(ErrorCode::NotFound))),
        ("agent_remove", (json!("a"), Error(ErrorCode::NotFound))),
        ("plans_list", (json!(null), Reply(""))),
        ("plan_add", (json!({ "name": "标准版" }), Reply("/id"))),
        ("plan_edit", (json!({ "id": "p", "name": "专业版" }), Error(ErrorCode::NotFound))),
        ("plan_remove", (json!({ "id": "p" }), Error(ErrorCode::NotFound))),
        ("groups_list", (json!(null), Reply(""))),
        ("group_add", (json!({ "name": "售后" }), Reply("/id"))),
        ("group_edit", (json!({ "id": "g", "name": "质量" }), Error(ErrorCode::NotFound))),
        ("group_remove", (json!({ "id": "g" }), Error(ErrorCode::NotFound))),
        ("members_list", (json!(null), Reply(""))),
        ("member_add", (member.clone(), Reply("/id"))),
        ("member_edit", (json!({ "id": "m", "member": member }), Error(ErrorCode::NotFound))),
        ("member_remove", (json!("m"), Error(ErrorCode::NotFound))),
        ("grants_preview", (json!({ "plans": [], "groups": ["g"] }), Reply("/of"))),
        ("chat_send", (json!({ "target": model, "text": "你好" }), Reply("/run"))),
        ("chat_regenerate", (json!({ "message": answer }), Reply("/run"))),
        ("chat_edit", (json!({ "message": question, "text": "早上好" }), Reply("/question/siblings/1"))),
        ("chat_compare", (json!({ "whom": { "targets": [model] }, "text": "你好" }), Error(ErrorCode::InvalidRequest))),
        ("comparison_show", (json!("v"), Error(ErrorCode::NotFound))),
        ("comparison_choose", (json!(conversation), Error(ErrorCode::NotFound))),
        ("run_attach", (json!({ "run": run }), Nothing)),
        ("run_stop", (json!({ "run": run }), Nothing)),
        ("runs_list", (json!(null), Reply(""))),
        ("past_runs_list", (json!({ "agent": "a" }), Error(ErrorCode::NotFound))),
        ("feedback_send", (json!({ "message": answer, "helpful": true }), Error(ErrorCode::NotFound))),
        ("conversations_list", (json!({}), Reply("/0/title"))),
        ("conversation_show", (json!({ "id": conversation }), Reply("/messages/1/text"))),
        ("conversation_earlier", (json!({ "message": answer, "count": 10 }), Reply("/0/text"))),
        ("branch_choose", (json!(answer), Reply("/messages/1/id"))),
        ("conversation_branch", (json!(answer), Reply("/title"))),
        ("conversation_edit", (json!({ "id": conversation, "pinned": true }), Reply("/pinned"))),
        ("conversation_remove", (json!(spare_conversation), Nothing)),
        ("conversation_export", (json!({ "id": conversation, "format": "md" }), Reply("/text"))),
        (
            "conversation_write",
            (json!({ "id": conversation, "format": "html", "folder": known.exports }), Reply("/path")),
        ),
        ("search", (json!({ "text": "修" }), Reply("/hits/0/passage"))),
        ("formulas_read", (json!({ "formulas": [{ "source": "x^2", "display": false }] }), Reply("/0/tag"))),
        ("bundle_contents", (json!({ "for": "member", "member": "m" }), Error(ErrorCode::NotFound))),
        (
            "bundle_export",
            (
                json!({ "path": "/x", "audience": { "for": "member", "member": "m" }, "not_after": null }),
                Error(ErrorCode::NotFound),
            ),
        ),
        ("bundle_import", (json!({ "path": "/x" }), Error(ErrorCode::NotFound))),
        (
            "bundle_publish",
            (
                json!({ "address": "/x", "audience": { "for": "member", "member": "m" } }),
                Error(ErrorCode::InvalidRequest),
            ),
        ),
        ("bundle_follow", (json!({ "address": "/x" }), Error(ErrorCode::InvalidRequest))),
        ("bundle_check", (json!({}), Error(ErrorCode::NotFound))),
        ("bundle_opened", (json!(null), Nothing)),
        ("bundle_keys", (json!(null), Reply("/recipient"))),
        ("membership_read", (json!(null), Nothing)),
        ("settings_read", (json!(null), Reply("/vault"))),
        ("settings_edit", (json!({ "history_limit": 20 }), Reply("/history_limit"))),
        ("policy_read", (json!(null), Reply("/locked_settings"))),
        ("vault_check", (json!(null), Reply("/backend"))),
        ("vault_unlock", (json!({ "passphrase": "a passphrase of a test" }), Reply("/mode"))),
        ("progress_read", (json!(null), Nothing)),
        ("data_read", (json!(null), Reply("/database_bytes"))),
        ("backup_make", (json!({ "path": known.backup }), Reply("/bytes"))),
        ("backups_list", (json!(null), Reply(""))),
        ("backup_restore", (json!({ "path": known.backup }), Reply("/messages"))),
        // It is open.
        ("hub_start_anew", (json!(null), Error(ErrorCode::InvalidRequest))),
        ("hub_move", (json!({ "path": known.moved, "passphrase": "a passphrase of a test" }), Reply("/bytes"))),
        ("doctor", (json!(null), Reply("/checks/0/id"))),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_contract_answers() {
    let world = World::start().await;
    let folder = tempfile::tempdir().unwrap();
    let (connection, target) = world.connect().await;
    let (spare_connection, _) = world.connect().await;
    let sent = world.ask(&target, "How is the repair rate? 修").await;
    world.follow(&sent.run, 0, 1).await.unwrap();
    let spare = world.ask(&target, "spare").await;
    world.follow(&spare.run, 0, 2).await.unwrap();
    let known = Known {
        address: world.sim.base_url(),
        connection: json!(connection.id),
        spare_connection: json!(spare_connection.id),
        conversation: json!(sent.conversation.id),
        spare_conversation: json!(spare.conversation.id),
        question: json!(sent.question.id),
        answer: json!(sent.answer.id),
        run: json!(sent.run),
        exports: folder.path().join("exports").display().to_string(),
        backup: folder.path().join("a.hubbackup").display().to_string(),
        moved: folder.path().join("a.hubmove").display().to_string(),
    };

    let mut examples = examples(&known);
    let mut wrong = Vec::new();
    for (name, _) in COMMANDS {
        let (request, expected) = examples.remove(name).unwrap_or_else(|| panic!("{name} has no example here"));
        let arguments = json!({ "request": request, "events": "__CHANNEL__:3" });
        let answer = world.invoke(name, arguments).await;
        let is_right = match (&answer, expected) {
            (Ok(reply), Reply(pointer)) => reply.pointer(pointer).is_some_and(|value| !value.is_null()),
            (Ok(reply), Nothing) => reply.is_null(),
            (Err(error), Error(code)) => error["code"] == code.as_str(),
            _ => false,
        };
        if !is_right {
            wrong.push(format!("{name}: expected {expected:?}, got {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(examples.is_empty(), "the contract has no commands {:?}", examples.keys());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_request_is_refused_and_not_repeated() {
    const CANARY: &str = "sk-test-canary-0123456789";
    let world = World::start().await;
    for (name, _) in COMMANDS {
        // Neither an id, nor nothing, nor any request with fields.
        let arguments = json!({ "request": [[CANARY]], "events": "__CHANNEL__:1" });
        let error = world.invoke(name, arguments).await.expect_err(name);
        assert_eq!(error["code"], ErrorCode::InvalidRequest.as_str(), "{name}: {error}");
        assert!(!error.to_string().contains("canary"), "{name} repeats what it was sent: {error}");
    }
    let nested = json!({ "request": { "platform": "openai", "secrets": { "api_key": { "value": CANARY } } } });
    let error = world.invoke("connection_add", nested).await.unwrap_err();
    assert_eq!(error["code"], "invalid_request");
    assert!(!error.to_string().contains("canary"), "{error}");
    world.still_works().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_request_or_channel_is_refused() {
    let world = World::start().await;
    for arguments in [json!({}), json!(null), json!([1]), json!({ "request": null })] {
        let error = world.invoke("connection_test", arguments.clone()).await.unwrap_err();
        assert_eq!(error["code"], "invalid_request", "{arguments}");
    }
    for events in [json!(null), json!(7), json!("7"), json!("__CHANNEL__:x")] {
        let arguments = json!({ "request": { "run": "r" }, "events": events });
        let error = world.invoke("run_attach", arguments).await.unwrap_err();
        assert_eq!(error["code"], "invalid_request", "{events} is no channel");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_reply_holds_a_key() {
    let world = World::start().await;
    let (connection, target) = world.connect().await;
    let sent = world.ask(&target, "hello").await;
    world.follow(&sent.run, 0, 1).await.unwrap();
    for (name, request) in [
        ("connections_list", json!(null)),
        ("connection_test", json!({ "id": connection.id })),
        ("catalog_list", json!({ "connection": connection.id, "refresh": true })),
        ("conversation_show", json!({ "id": sent.conversation.id })),
        ("conversation_export", json!({ "id": sent.conversation.id, "format": "json" })),
        ("settings_read", json!(null)),
        ("data_read", json!(null)),
        ("doctor", json!(null)),
    ] {
        let reply = world.invoke(name, json!({ "request": request })).await.unwrap();
        assert!(!reply.to_string().contains(TEST_KEY), "{name} gives the key away: {reply}");
    }
}
