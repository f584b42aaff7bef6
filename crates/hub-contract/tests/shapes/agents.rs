//! Agents, bundles and authorisations.

use hub_contract::agent::*;
use hub_contract::authorize::*;
use hub_contract::bundle::*;
use hub_contract::secret::SecretInput;
use hub_contract::{ErrorCode, HubError, PlatformId};
use serde_json::json;

use crate::runs::field;
use crate::{errors, shape, words};

fn prompt() -> AgentSource {
    AgentSource::Prompt {
        connection: "k".into(),
        model: "deepseek-chat".into(),
        prompt: "你是售后专家".into(),
        parameters: json!({ "temperature": 0.2 }),
    }
}

#[test]
fn agents() {
    shape(&[
        prompt(),
        AgentSource::Remote { connection: "k".into(), remote_id: Some("bot-1".into()), workflow: true },
        serde_json::from_str(r#"{"type": "remote", "connection": "k"}"#).unwrap(),
    ]);
    shape(&[
        AgentView {
            id: "a".into(),
            name: "备件查询".into(),
            group: Some("售后".into()),
            description: "查库存".into(),
            icon: Some("data:image/png;base64,AAAA".into()),
            icon_error: None,
            source: Some(prompt()),
            platform: PlatformId::Deepseek,
            enabled: true,
            access: Access::Allowed,
            opened_by: Some(OpenedBy::Plan("专业版".into())),
            plans: vec!["p".into()],
            groups: vec!["g".into()],
            opening: "你好".into(),
            suggestions: vec!["有货吗？".into()],
            inputs: vec![field()],
            position: 3,
            created_at: 1,
        },
        AgentView {
            id: "a".into(),
            name: "n".into(),
            group: None,
            description: String::new(),
            icon: None,
            icon_error: Some(HubError::new(ErrorCode::UnsupportedFile, "x").hint("icon_kind")),
            source: None,
            platform: PlatformId::Coze,
            enabled: false,
            access: Access::Disabled,
            opened_by: None,
            plans: Vec::new(),
            groups: Vec::new(),
            opening: String::new(),
            suggestions: Vec::new(),
            inputs: Vec::new(),
            position: 0,
            created_at: 1,
        },
    ]);
    shape(&[OpenedBy::Plan("专业版".into()), OpenedBy::Group("售后".into())]);
    shape(&[
        Access::Allowed,
        Access::Disabled,
        Access::Locked { plans: vec!["专业版".into()], groups: vec!["售后".into()] },
        Access::Expired { plan: "专业版".into(), until: 5 },
    ]);
}

#[test]
fn requests() {
    shape(&[
        ViewAs::Operator,
        ViewAs::Member { member: "m".into() },
        ViewAs::Plan { plan: "p".into() },
        ViewAs::Group { group: "g".into() },
    ]);
    shape(&[ListAgentsRequest { view: ViewAs::Member { member: "m".into() } }, ListAgentsRequest::default()]);
    shape(&[
        AddAgentRequest {
            source: prompt(),
            name: "n".into(),
            group: Some("g".into()),
            description: "d".into(),
            plans: vec!["p".into()],
            groups: vec!["g".into()],
        },
        serde_json::from_str(r#"{"source": {"type": "remote", "connection": "k"}, "name": "n"}"#).unwrap(),
    ]);
    shape(&[
        EditAgentRequest {
            id: "a".into(),
            name: Some("n".into()),
            group: Some(String::new()),
            description: Some("d".into()),
            prompt: Some(EditPrompt::default()),
            enabled: Some(false),
            plans: Some(vec!["p".into()]),
            groups: Some(Vec::new()),
        },
        serde_json::from_str(r#"{"id": "a"}"#).unwrap(),
    ]);
    shape(&[IconChoice::Platform, IconChoice::File { base64: "AAAA".into() }, IconChoice::Nothing]);
    shape(&[SetAgentIconRequest { id: "a".into(), icon: IconChoice::File { base64: "AAAA".into() } }]);
    let model = ModelAddress { connection: "k".into(), model: "m".into() };
    shape(&[EditPrompt {
        model: Some(model.clone()),
        prompt: Some("You are kind.".into()),
        parameters: Some(serde_json::json!({"temperature": 0.5})),
    }]);
    shape(&[model]);
}

#[test]
fn bundles() {
    let member = Audience::Member { member: "m".into() };
    shape(&[member.clone(), Audience::Grants { plans: vec!["p".into()], groups: vec!["g".into()] }]);
    shape(&[
        ExportBundleRequest {
            path: "/tmp/售后.hub".into(),
            audience: member,
            credentials_of: vec!["k".into()],
            passphrase: Some(SecretInput::new("p")),
            recipients: vec!["key".into()],
            not_after: Some(9),
            issuer: Some("示例制造".into()),
        },
        serde_json::from_str(r#"{"path": "/x", "audience": {"for": "grants", "plans": [], "groups": []}}"#).unwrap(),
    ]);
    shape(&[
        ImportBundleRequest {
            path: "/x".into(),
            content: Some("YQ==".into()),
            passphrase: Some(SecretInput::new("p")),
            trust: Some("ab:cd".into()),
            apply: true,
            restore_older: true,
        },
        serde_json::from_str(r#"{"path": "/x"}"#).unwrap(),
    ]);
    let change = || BundleFieldChange { field: "name".into(), before: "a".into(), after: "b".into() };
    let line = || BundleChange {
        change: "change".into(),
        kind: "agent".into(),
        name: "备件查询".into(),
        danger: true,
        fields: vec![change()],
    };
    shape(&[change()]);
    shape(&[line()]);
    let view = |not_after, changes| BundleView {
        issuer: "总部".into(),
        fingerprint: "ab:cd".into(),
        trusted: false,
        serial: 4,
        created_at: 1,
        not_after,
        member: not_after.map(|_| "李雷".into()),
        agents: 2,
        credentials: 1,
        installed: false,
        credentials_needed: vec!["DeepSeek".into()],
        look_alikes: vec!["Sаles".into()],
        changes,
    };
    shape(&[view(Some(9), vec![line()]), view(None, Vec::new())]);
}

#[test]
fn following() {
    shape(&[
        PublishBundleRequest {
            address: "/srv/bundles".into(),
            audience: Audience::Member { member: "m".into() },
            credentials_of: vec!["k".into()],
            passphrase: Some(SecretInput::new("p")),
            recipients: vec!["age1".into()],
            not_after: Some(9),
            issuer: Some("示例制造".into()),
        },
        serde_json::from_str(r#"{"address": "/x", "audience": {"for": "member", "member": "m"}}"#).unwrap(),
    ]);
    shape(&[
        FollowBundleRequest {
            address: "https://host.example/li.hubbundle".into(),
            passphrase: Some(SecretInput::new("p")),
            every_minutes: 60,
        },
        serde_json::from_str(r#"{"address": "/x"}"#).unwrap(),
    ]);
    shape(&[CheckBundleRequest { apply: true, trust: Some("babab".into()) }, serde_json::from_str("{}").unwrap()]);
    let follows = |checked_at: Option<i64>| FollowView {
        address: "/srv/bundles".into(),
        every_minutes: 60,
        checked_at,
        error: checked_at.map(|_| errors::minimal()),
        newer: checked_at.map(|_| 5),
    };
    shape(&[follows(Some(9)), follows(None)]);
    let membership = |follows: Option<FollowView>| MembershipView {
        issuer: "总部".into(),
        fingerprint: "lusab-babad".into(),
        serial: 4,
        created_at: 1,
        imported_at: 2,
        member: follows.as_ref().map(|_| "李雷".into()),
        connections: vec!["k".into()],
        credentials_needed: vec!["DeepSeek".into()],
        follows,
    };
    shape(&[membership(Some(follows(None))), membership(None)]);
    let keys = |fingerprint| BundleKeys { recipient: "age1".into(), fingerprint };
    shape(&[keys(Some("lusab-babad".into())), keys(None)]);
    words(&[BundleCredential::Key, BundleCredential::Account, BundleCredential::None]);
    let connection = || BundleConnection {
        id: "c".into(),
        name: "Dify".into(),
        platform: PlatformId::Dify,
        credential: BundleCredential::Key,
        agents: vec!["备件助手".into()],
    };
    shape(&[connection()]);
    shape(&[BundleContents { agents: 2, connections: vec![connection()], issuer: "示例制造".into() }]);
}

#[test]
fn authorisations() {
    words(&[AuthorizeWay::DeepLink, AuthorizeWay::Loopback, AuthorizeWay::Device, AuthorizeWay::Paste]);
    shape(&[AuthorizeRequest { connection: "k".into(), way: AuthorizeWay::Loopback, without_pkce: true }]);
    let address = SecretInput::new("http://127.0.0.1:17643/oauth/coze?code=a");
    shape(&[Authorized { account: Some("li".into()), at: 3 }, Authorized { account: None, at: 3 }]);
    shape(&[FinishAuthorizeRequest { connection: "k".into(), address: Some(address), replace: true }]);
    shape(&[
        AuthorizeView::Idle,
        AuthorizeView::Pending {
            way: AuthorizeWay::Device,
            url: "https://host.example/authorize".into(),
            user_code: Some("ABCD".into()),
            expires_at: 9,
            refused: Some(errors::minimal()),
        },
        AuthorizeView::Exchanging,
        AuthorizeView::OtherAccount { before: "li".into(), now: "han".into() },
        AuthorizeView::Connected { account: Some("li".into()), list_error: Some(errors::minimal()) },
        AuthorizeView::Failed { error: errors::minimal() },
    ]);
}
