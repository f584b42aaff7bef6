//! Settings, connections and their models.

use std::collections::BTreeMap;

use hub_contract::connection::DependentAgents;
use hub_contract::connection::TestReport;
use hub_contract::id::{ConnectionId, ModelId};
use hub_contract::model::{Capabilities, CatalogItem, CatalogKind};
use hub_contract::secret::SecretHint;
use hub_contract::settings::ProxySetting;
use hub_contract::{ErrorCode, HubError, PlatformId};
use hub_store::{ConnectionRow, Store, StoreError};
use serde_json::json;

use crate::support::new_store;

fn connection(id: &str, created_at: i64) -> ConnectionRow {
    ConnectionRow {
        id: id.into(),
        platform: PlatformId::OpenaiCompatible,
        name: "Office".to_owned(),
        base_url: "https://models.example/v1".to_owned(),
        fields: BTreeMap::from([("app_id".to_owned(), "一".to_owned())]),
        secrets: BTreeMap::from([("api_key".to_owned(), SecretHint::of("sk-test-0123456789", 7))]),
        proxy: Some(ProxySetting::Custom {
            url: "http://proxy:1".to_owned(),
            user: "u".to_owned(),
            has_password: true,
        }),
        plain_http_allowed: true,
        last_test: Some(TestReport {
            at: 9,
            ok: false,
            latency_ms: Some(12),
            key_verified: Some(false),
            models: None,
            error: Some(HubError::new(ErrorCode::BadCredential, "refused")),
            steps: Vec::new(),
        }),
        catalog_at: None,
        created_at,
    }
}

fn listed(id: &str) -> CatalogItem {
    CatalogItem {
        remote_id: id.to_owned(),
        kind: CatalogKind::Model,
        name: id.to_owned(),
        description: None,
        capabilities: Capabilities { context: Some(8_192), ..Default::default() },
        shutdown_date: Some("2027-01-01".to_owned()),
        chats: true,
        enabled: false,
    }
}

/// `id`, `+` when enabled, `*` when typed in.
async fn models(store: &Store, connection: &str) -> Vec<String> {
    let rows = store.models(&connection.into()).await.unwrap();
    let mark = |yes: bool, mark: &'static str| if yes { mark } else { "" };
    rows.iter().map(|row| format!("{}{}{}", row.id, mark(row.enabled, "+"), mark(row.typed_in, "*"))).collect()
}

#[tokio::test]
async fn settings_are_kept_by_name() {
    let (_directory, store) = new_store();
    assert_eq!(store.setting("proxy").await.unwrap(), None);
    store.set_setting("proxy", &json!({ "mode": "system" })).await.unwrap();
    store.set_setting("proxy", &json!({ "mode": "none" })).await.unwrap();
    assert_eq!(store.setting("proxy").await.unwrap(), Some(json!({ "mode": "none" })));
}

#[tokio::test]
async fn connections_come_back_as_they_were_stored() {
    let (_directory, store) = new_store();
    let (second, first) = (connection("b", 2), connection("c", 1));
    store.insert_connection(second.clone()).await.unwrap();
    store.insert_connection(first.clone()).await.unwrap();
    assert_eq!(store.connections().await.unwrap(), [first.clone(), second]);

    let changed = ConnectionRow { proxy: None, last_test: None, secrets: BTreeMap::new(), ..first };
    store.update_connection(changed.clone()).await.unwrap();
    assert_eq!(store.connection(&changed.id).await.unwrap(), Some(changed));

    let missing = store.update_connection(connection("none", 1)).await;
    assert!(matches!(missing, Err(StoreError::NotFound { what: "connection", .. })), "{missing:?}");
    assert!(store.insert_connection(connection("b", 3)).await.is_err(), "an id is used once");
}

#[tokio::test]
async fn a_fetched_list_keeps_what_is_enabled_and_what_was_typed_in() {
    let (_directory, store) = new_store();
    let id = ConnectionId::from("k");
    store.insert_connection(connection("k", 1)).await.unwrap();
    store.replace_catalog(&id, vec![listed("z"), listed("a"), listed("m")], 50).await.unwrap();
    assert_eq!(models(&store, "k").await, ["z", "a", "m"], "in the platform's order");
    assert_eq!(store.connection(&id).await.unwrap().unwrap().catalog_at, Some(50));

    let own = ModelId::from("/models/own:7b.gguf");
    store.enable_models(&id, vec!["a".into(), own.clone()], true).await.unwrap();
    store.enable_models(&id, vec!["later".into()], false).await.unwrap();
    assert_eq!(models(&store, "k").await, ["z", "a+", "m", "/models/own:7b.gguf+*", "later*"]);

    store.replace_catalog(&id, vec![listed("new"), listed("later")], 60).await.unwrap();
    assert_eq!(
        models(&store, "k").await,
        ["new", "later", "/models/own:7b.gguf+*", "a+*"],
        "a is gone there, used here"
    );
    store.replace_catalog(&id, vec![listed("a"), listed("new")], 70).await.unwrap();
    assert_eq!(models(&store, "k").await, ["a+", "new", "/models/own:7b.gguf+*"]);

    let enabled = store.enabled_models().await.unwrap();
    assert_eq!(enabled.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["a", own.as_str()]);
    assert_eq!(enabled[0].capabilities.context, Some(8_192));
    assert_eq!(enabled[0].shutdown_date.as_deref(), Some("2027-01-01"));
}

#[tokio::test]
async fn the_catalogue_holds_bots_too_and_they_are_no_models() {
    let (_directory, store) = new_store();
    let id = ConnectionId::from("k");
    store.insert_connection(connection("k", 1)).await.unwrap();
    let bot = CatalogItem {
        kind: CatalogKind::Bot,
        name: "客服".to_owned(),
        description: Some("answers".to_owned()),
        shutdown_date: None,
        ..listed("7300")
    };
    store.replace_catalog(&id, vec![bot.clone(), listed("7300")], 1).await.unwrap();
    assert_eq!(store.catalog(&id).await.unwrap(), [bot, listed("7300")]);
    assert_eq!(models(&store, "k").await, ["7300"]);
}

#[tokio::test]
async fn models_go_with_their_connection_and_need_one() {
    let (_directory, store) = new_store();
    let id = ConnectionId::from("k");
    let early = store.enable_models(&id, vec!["m".into()], true).await;
    assert!(matches!(early, Err(StoreError::NotFound { what: "connection", .. })), "{early:?}");

    store.insert_connection(connection("k", 1)).await.unwrap();
    store.enable_models(&id, vec!["m".into()], true).await.unwrap();
    store.remove_connection(&id, DependentAgents::Refuse).await.unwrap();
    assert_eq!(store.enabled_models().await.unwrap(), []);
    let again = store.remove_connection(&id, DependentAgents::Refuse).await;
    assert!(matches!(again, Err(StoreError::NotFound { .. })), "{again:?}");
}
