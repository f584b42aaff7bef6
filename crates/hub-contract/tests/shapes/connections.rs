//! Connections, their forms and their models.

use std::collections::BTreeMap;

use hub_contract::PlatformId;
use hub_contract::authorize::Authorized;
use hub_contract::connection::*;
use hub_contract::deep_test::{TestRemark, TestStage, TestStep, TestStepState};
use hub_contract::model::*;
use hub_contract::secret::{SecretHint, SecretInput};
use hub_contract::settings::ProxySetting;

use crate::{errors, shape, words};

pub(crate) fn passed_test() -> TestReport {
    TestReport {
        at: 1_780_000_000_000,
        ok: true,
        latency_ms: Some(412),
        key_verified: Some(false),
        models: Some(36),
        error: None,
        steps: vec![step()],
    }
}

pub(crate) fn failed_test() -> TestReport {
    TestReport {
        at: 1,
        ok: false,
        latency_ms: None,
        key_verified: None,
        models: None,
        error: Some(errors::minimal()),
        steps: Vec::new(),
    }
}

fn step() -> TestStep {
    TestStep::failed(TestStage::Tls, Some(80), errors::full()).remarking(TestRemark::KeyNotProven)
}

fn fields() -> BTreeMap<String, String> {
    BTreeMap::from([("workspace".into(), "ws-1".into())])
}

fn secrets() -> BTreeMap<String, SecretInput> {
    BTreeMap::from([("api_key".into(), SecretInput::new("sk-test-0000"))])
}

fn own_proxy() -> ProxySetting {
    ProxySetting::Custom { url: "socks5://127.0.0.1:1080".into(), user: "li".into(), has_password: true }
}

fn secret_state() -> SecretState {
    let hint = SecretHint { last4: Some("7890".into()), saved_at: 3, last_test: None };
    SecretState { has_secret: true, hint: Some(hint) }
}

#[test]
fn views() {
    shape(&[
        ConnectionView {
            id: "c-1".into(),
            platform: PlatformId::OpenaiCompatible,
            name: "公司 llama".into(),
            base_url: "http://127.0.0.1:8080/v1".into(),
            final_url: "http://127.0.0.1:8080/v1/chat/completions".into(),
            fields: fields(),
            secrets: BTreeMap::from([("api_key".into(), secret_state())]),
            authorized: Some(Authorized { account: Some("li".into()), at: 3 }),
            state: ConnectionState::Attention { error: errors::full() },
            models_enabled: 4,
            agents: 2,
            catalog_at: Some(2),
            last_test: Some(passed_test()),
            proxy: Some(own_proxy()),
            plain_http_allowed: true,
            created_at: 1,
        },
        ConnectionView {
            id: "c-2".into(),
            platform: PlatformId::Openai,
            name: "OpenAI".into(),
            base_url: "https://api.example.com/v1".into(),
            final_url: "https://api.example.com/v1/chat/completions".into(),
            fields: BTreeMap::new(),
            secrets: BTreeMap::new(),
            authorized: None,
            state: ConnectionState::Untested,
            models_enabled: 0,
            agents: 0,
            catalog_at: None,
            last_test: None,
            proxy: None,
            plain_http_allowed: false,
            created_at: 1,
        },
    ]);
    shape(&[secret_state(), SecretState { has_secret: false, hint: None }]);
    shape(&[
        ConnectionState::Untested,
        ConnectionState::Ready,
        ConnectionState::Attention { error: errors::minimal() },
        ConnectionState::CredentialMissing,
    ]);
}

#[test]
fn tests_of_connections() {
    shape(&[passed_test(), failed_test()]);
    shape(&[step(), TestStep::not_reached(TestStage::Stop)]);
    words(&TestStage::ALL);
    words(&TestRemark::ALL);
    words(&[TestStepState::Passed, TestStepState::Failed, TestStepState::Skipped, TestStepState::NotReached]);
    shape(&[
        TestConnectionRequest { id: "c".into(), deep: true },
        TestConnectionRequest { id: "c".into(), deep: false },
    ]);
}

#[test]
fn forms() {
    shape(&[
        ConnectRequest {
            platform: PlatformId::Bailian,
            name: Some("百炼".into()),
            base_url: Some("https://host.example/v1".into()),
            fields: fields(),
            secrets: secrets(),
            proxy: None,
            verify: false,
            allow_plain_http: true,
            as_typed: true,
        },
        serde_json::from_str(r#"{"platform": "openai"}"#).unwrap(),
    ]);
    shape(&[
        EditConnectionRequest {
            id: "c".into(),
            name: Some("new".into()),
            base_url: Some("https://host.example/v1".into()),
            fields: fields(),
            secrets: secrets(),
            proxy: Some(ProxyChoice::Own { proxy: own_proxy(), password: Some(SecretInput::new("p")) }),
            allow_plain_http: Some(true),
            as_typed: true,
            verify: false,
        },
        serde_json::from_str(r#"{"id": "c"}"#).unwrap(),
    ]);
    shape(&[
        ProxyChoice::Hub,
        ProxyChoice::Own { proxy: ProxySetting::None, password: None },
        ProxyChoice::Own { proxy: own_proxy(), password: Some(SecretInput::new("p")) },
    ]);
    let secret = SecretInput::new("sk-test-0000");
    shape(&[
        SetSecretRequest { id: "c".into(), field: "api_key".into(), secret: secret.clone(), verify: false },
        SetSecretRequest { id: "c".into(), field: "api_key".into(), secret, verify: true },
    ]);
    words(&[DependentAgents::Refuse, DependentAgents::Disable, DependentAgents::Remove]);
    shape(&[
        RemoveConnectionRequest { id: "c".into(), agents: DependentAgents::Disable },
        serde_json::from_str(r#"{"id": "c"}"#).unwrap(),
    ]);
}

#[test]
fn a_form_is_tested_unless_it_says_otherwise() {
    let connect: ConnectRequest = serde_json::from_str(r#"{"platform": "openai"}"#).unwrap();
    let edit: EditConnectionRequest = serde_json::from_str(r#"{"id": "c"}"#).unwrap();
    assert!(connect.verify && edit.verify);
    assert!(!connect.allow_plain_http && !connect.as_typed && !edit.as_typed);
}

#[test]
fn addresses() {
    shape(&[
        CheckAddressRequest { platform: PlatformId::Deepseek, base_url: " api.example.com ".into(), as_typed: true },
        serde_json::from_str(r#"{"platform": "deepseek", "base_url": ""}"#).unwrap(),
    ]);
    shape(&[
        AddressCheck {
            before: "https://host.example/v1/v1/".into(),
            after: "https://host.example/v1".into(),
            final_url: "https://host.example/v1/chat/completions".into(),
            notes: vec![AddressNote::Trimmed, AddressNote::VersionDoubled],
        },
        AddressCheck {
            before: String::new(),
            after: String::new(),
            final_url: String::new(),
            notes: vec![AddressNote::Empty],
        },
    ]);
    words(&[
        AddressNote::Empty,
        AddressNote::Spaces,
        AddressNote::NoScheme,
        AddressNote::OtherScheme,
        AddressNote::Credentials,
        AddressNote::NotAnAddress,
        AddressNote::PlainHttp,
        AddressNote::Trimmed,
        AddressNote::OperationRemoved,
        AddressNote::VersionDoubled,
        AddressNote::VersionAdded,
    ]);
}

#[test]
fn models() {
    let all = Capabilities { reasoning: Some(true), vision: Some(false), context: Some(131_072) };
    shape(&[all.clone(), Capabilities::default()]);
    shape(&[
        ModelView {
            connection: "c".into(),
            id: "deepseek-ai/DeepSeek-V3.2:exp".into(),
            enabled: true,
            typed_in: true,
            capabilities: all.clone(),
            shutdown_date: Some("2026-12-31".into()),
        },
        ModelView {
            connection: "c".into(),
            id: "m".into(),
            enabled: false,
            typed_in: false,
            capabilities: Capabilities::default(),
            shutdown_date: None,
        },
    ]);
    words(&[CatalogKind::Model, CatalogKind::Bot, CatalogKind::Workflow]);
    let full = CatalogItem {
        remote_id: "m".into(),
        kind: CatalogKind::Model,
        name: "m".into(),
        description: Some("a model".into()),
        capabilities: all,
        shutdown_date: Some("2026-12-31".into()),
        chats: false,
        enabled: true,
    };
    let minimal: CatalogItem = serde_json::from_str(r#"{"remote_id": "b", "kind": "bot", "name": "小助手"}"#).unwrap();
    assert!(minimal.chats, "what a platform does not say is no reason to hide it");
    shape(&[full.clone(), minimal]);
    shape(&[
        CatalogView { connection: "c".into(), fetched_at: Some(5), items: vec![full] },
        CatalogView { connection: "c".into(), fetched_at: None, items: Vec::new() },
    ]);
    shape(&[
        CatalogRequest { connection: "c".into(), search: Some("deep".into()), refresh: true },
        serde_json::from_str(r#"{"connection": "c"}"#).unwrap(),
    ]);
    shape(&[EnableModelsRequest { connection: "c".into(), models: vec!["a/b".into(), "c".into()], enabled: true }]);
}
