//! The connection test and what Dify tells about an app.

use hub_contract::model::CatalogKind;
use hub_contract::{ErrorCode, PlatformId};
use hub_platforms::{App, Platforms};
use hub_sim::dify::{DifyOptions, DifySim, Mode};
use hub_sim::{Reply, Script};
use serde_json::json;

use crate::support::*;
use crate::{app_of, sim, with_key};

#[tokio::test]
async fn a_test_proves_the_key() {
    let sim = sim().await;
    let tested = platforms(limits()).test(&app_of(&sim, Mode::Chat)).await.expect("it answers");
    assert_eq!((tested.key_verified, tested.models), (Some(true), None));
    let error = platforms(limits()).test(&with_key(&sim, "app-wrong")).await.expect_err("refused");
    assert_eq!(error.code, ErrorCode::BadCredential);
    assert_eq!((error.detail.platform, error.detail.host.as_deref()), (Some(PlatformId::Dify), Some("127.0.0.1")));
}

#[tokio::test]
async fn an_address_without_v1_is_told() {
    let sim = sim().await;
    let mut endpoint = app_of(&sim, Mode::Chat);
    endpoint.base_url = sim.server().base_url();
    let error = platforms(limits()).test(&endpoint).await.expect_err("nothing there");
    assert_eq!((error.detail.hint.as_deref(), error.detail.field.as_deref()), (Some("address_v1"), Some("base_url")));
}

#[tokio::test]
async fn other_servers_at_the_address_are_told() {
    for (reply, code, hint) in [
        (Reply::html(200, "<!doctype html><html>Dify</html>"), ErrorCode::BadAnswer, "html"),
        (Reply::text(404, "404 page not found"), ErrorCode::NotFound, "address_path"),
        (Reply::json(200, &json!({"models": []})), ErrorCode::BadAnswer, "other_platform"),
    ] {
        let server = serve(Script::new().otherwise(reply)).await;
        let endpoint = endpoint(PlatformId::Dify, &format!("{}/v1", server.base_url()));
        let error = platforms(limits()).test(&endpoint).await.expect_err("no Dify");
        assert_eq!((error.code, error.detail.hint.as_deref()), (code, Some(hint)));
    }
}

#[test]
fn addresses_of_one_s_own_network_are_taken_as_typed() {
    for (typed, after) in [
        ("http://10.0.3.12", "http://10.0.3.12/v1"),
        ("http://192.168.1.5:8080/v1/", "http://192.168.1.5:8080/v1"),
        ("http://dify.local/v1/chat-messages", "http://dify.local/v1"),
        ("http://h:8080/tools/dify/v1", "http://h:8080/tools/dify/v1"),
        ("http://h/v1/v1", "http://h/v1"),
    ] {
        let check = Platforms::check_address(PlatformId::Dify, typed, false);
        assert_eq!(check.after, after, "{typed}");
        assert_eq!(check.final_url, format!("{after}/chat-messages"), "{typed}");
    }
}

#[tokio::test]
async fn an_app_tells_about_itself() {
    let sim = sim().await;
    let info = platforms(limits()).app(&app_of(&sim, Mode::Workflow), &App::default()).await.expect("told");
    assert_eq!(
        (info.name.as_deref(), info.mode.as_deref(), info.workflow),
        (Some("Demo workflow"), Some("workflow"), true)
    );
    assert_eq!(
        (info.opening.as_str(), info.suggestions.as_slice()),
        ("Hello from Demo workflow", ["What can you do?".to_owned()].as_slice())
    );
    let kinds: Vec<_> =
        info.inputs.iter().map(|input| (input.name.as_str(), input.kind.as_str(), input.required)).collect();
    assert_eq!(
        kinds,
        [
            ("topic", "paragraph", true),
            ("tone", "select", false),
            ("points", "number", false),
            ("table", "checkbox", false),
            ("doc", "file", false)
        ]
    );
    assert_eq!((info.inputs[0].max_chars, &info.inputs[1].default), (Some(2000), &Some(json!("short"))));
    assert_eq!(info.inputs[1].options, ["short", "long"]);
}

#[tokio::test]
async fn an_older_server_tells_as_much_as_it_can() {
    let sim = DifySim::start(DifyOptions { tells_mode: false, ..DifyOptions::default() }).await.expect("a free port");
    for (mode, told) in [(Mode::Chat, Some("chat")), (Mode::Workflow, Some("workflow")), (Mode::Completion, None)] {
        let info = platforms(limits()).app(&app_of(&sim, mode), &App::default()).await.expect("told");
        assert_eq!((info.mode.as_deref(), info.workflow), (told, mode == Mode::Workflow), "{mode:?}");
    }
}

#[tokio::test]
async fn the_list_is_the_one_app_of_the_key() {
    let sim = sim().await;
    let items = platforms(limits()).catalog(&app_of(&sim, Mode::Workflow)).await.expect("a list");
    assert_eq!(items.len(), 1);
    assert_eq!((items[0].kind, items[0].name.as_str()), (CatalogKind::Workflow, "Demo workflow"));
}
