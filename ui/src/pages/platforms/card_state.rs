//! What a card says and offers, from the connections of its platform. Pure.

use hub_contract::ErrorCode;
use hub_contract::connection::{ConnectionState, ConnectionView};
use hub_contract::id::ConnectionId;
use hub_contract::platform::{ConnectedAs, PlatformSpec};
use hub_text::Texts;

use super::connect::waits_for_authorization;
use crate::components::StatusKind;
use crate::pages::connection_uses::Uses;

/// The status line of a card.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CardState {
    /// The shape before the words.
    pub kind: StatusKind,
    /// The words.
    pub text: String,
    /// The connection that needs attention, and why.
    pub attention: Option<Attention>,
}

/// What needs attention.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Attention {
    /// The last test or call failed.
    Failed,
    /// A key has to be entered.
    KeyMissing(ConnectionId),
    /// The account has to be let in for the first time.
    Unauthorized(ConnectionId),
    /// The authorization has ended.
    AuthorizeAgain(ConnectionId),
    /// The account is authorised, but what it offers could not be listed.
    ListFailed,
}

impl CardState {
    /// The state of a platform with these connections.
    pub(super) fn of(spec: &PlatformSpec, connections: &[&ConnectionView], testing: bool, t: &Texts) -> Self {
        if testing {
            return Self { kind: StatusKind::Wait, text: t.get("testing"), attention: None };
        }
        if let Some((attention, name)) = connections.iter().find_map(|one| Some((attention(one)?, &one.name))) {
            let words = match &attention {
                Attention::Failed => t.get("status-failed"),
                Attention::KeyMissing(_) => t.get("status-key-missing"),
                Attention::Unauthorized(_) => t.get("status-unauthorized"),
                Attention::AuthorizeAgain(_) => t.get("status-authorize-again"),
                Attention::ListFailed => t.get("status-list-failed"),
            };
            let text = if connections.len() > 1 { format!("{name} · {words}") } else { words };
            return Self { kind: StatusKind::Warn, text, attention: Some(attention) };
        }
        let calm = |kind: StatusKind, text: String| Self { kind, text, attention: None };
        match spec.connected_as {
            ConnectedAs::Models => {
                let enabled: u32 = connections.iter().map(|one| one.models_enabled).sum();
                let kind = if enabled == 0 { StatusKind::Hollow } else { StatusKind::Ok };
                match connections.len() {
                    0 => calm(StatusKind::Hollow, t.get("status-not-connected")),
                    1 => calm(kind, t.with("status-models", &[("n", enabled.into())])),
                    many => calm(
                        kind,
                        t.with("status-connections-models", &[("connections", many.into()), ("n", enabled.into())]),
                    ),
                }
            }
            ConnectedAs::OneByOne => {
                // A connection is an app of its own, and more than one where several agents stand on it.
                let of_apps = connections.iter().filter(|one| Uses::of(one).apps);
                let apps: u32 = of_apps.map(|one| one.agents.max(1)).sum();
                let models: u32 = connections.iter().map(|one| one.models_enabled).sum();
                let words = [
                    (apps > 0 || models == 0).then(|| t.with("status-apps", &[("n", apps.into())])),
                    (models > 0).then(|| t.with("status-models", &[("n", models.into())])),
                ];
                let kind = if apps + models == 0 { StatusKind::Hollow } else { StatusKind::Ok };
                calm(kind, words.into_iter().flatten().collect::<Vec<_>>().join(" · "))
            }
            ConnectedAs::Whole if connections.is_empty() => calm(StatusKind::Hollow, t.get("status-not-connected")),
            ConnectedAs::Whole => calm(StatusKind::Ok, t.get("status-connected")),
        }
    }
}

fn attention(connection: &ConnectionView) -> Option<Attention> {
    match &connection.state {
        ConnectionState::Attention { error } if connection.authorized.is_some() => Some(match error.code {
            ErrorCode::Reauthorize => Attention::AuthorizeAgain(connection.id.clone()),
            _ => Attention::ListFailed,
        }),
        ConnectionState::Attention { .. } => Some(Attention::Failed),
        ConnectionState::CredentialMissing if waits_for_authorization(connection) => {
            Some(Attention::Unauthorized(connection.id.clone()))
        }
        ConnectionState::CredentialMissing => Some(Attention::KeyMissing(connection.id.clone())),
        ConnectionState::Untested | ConnectionState::Ready => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use hub_contract::authorize::Authorized;
    use hub_contract::platform::Language;
    use hub_contract::{HubError, PlatformId, catalogue};

    use super::*;

    pub(in crate::pages) fn connection(id: &str, platform: PlatformId, models: u32) -> ConnectionView {
        ConnectionView {
            id: id.into(),
            platform,
            name: format!("connection {id}"),
            base_url: "https://api.example.com/v1".into(),
            final_url: "https://api.example.com/v1/chat/completions".into(),
            fields: BTreeMap::new(),
            secrets: BTreeMap::new(),
            authorized: None,
            state: ConnectionState::Ready,
            models_enabled: models,
            agents: 0,
            catalog_at: None,
            last_test: None,
            proxy: None,
            plain_http_allowed: false,
            created_at: 0,
        }
    }

    fn state(platform: PlatformId, connections: &[ConnectionView]) -> CardState {
        let connections: Vec<&ConnectionView> = connections.iter().collect();
        CardState::of(catalogue::spec(platform), &connections, false, &Texts::new(Language::ZhCn))
    }

    #[test]
    fn the_words_are_those_of_the_specification() {
        let deepseek = PlatformId::Deepseek;
        assert_eq!(state(deepseek, &[]).text, "未接入");
        assert_eq!(state(deepseek, &[connection("1", deepseek, 2)]).text, "2 个模型已启用");
        let two = [connection("1", deepseek, 2), connection("2", deepseek, 3)];
        assert_eq!(state(deepseek, &two).text, "2 个连接 · 5 个模型已启用");
        assert_eq!(state(PlatformId::Dify, &[]).text, "已接入 0 个应用");
        assert_eq!(state(PlatformId::Coze, &[]).text, "未接入");
    }

    #[test]
    fn every_connection_of_an_app_platform_counts_as_an_app() {
        let mut several = connection("2", PlatformId::Studio53, 0);
        several.agents = 3;
        let connections = [connection("1", PlatformId::Studio53, 0), several];
        assert_eq!(state(PlatformId::Studio53, &connections).text, "已接入 4 个应用");
    }

    #[test]
    fn models_of_an_app_platform_are_counted_beside_its_apps() {
        let (bailian, mut app) = (PlatformId::Bailian, connection("1", PlatformId::Bailian, 0));
        app.fields.insert("app_id".into(), "app-1".into());
        assert_eq!(state(bailian, &[connection("2", bailian, 0)]).text, "已接入 0 个应用");
        assert_eq!(state(bailian, &[connection("2", bailian, 3)]).text, "3 个模型已启用");
        assert_eq!(state(bailian, &[app, connection("2", bailian, 3)]).text, "已接入 1 个应用 · 3 个模型已启用");
    }

    #[test]
    fn a_connection_without_models_is_not_green() {
        let one = [connection("1", PlatformId::Openai, 0)];
        assert_eq!(state(PlatformId::Openai, &one).kind, StatusKind::Hollow);
    }

    #[test]
    fn an_authorised_account_has_states_of_its_own() {
        let mut account = connection("1", PlatformId::Coze, 0);
        account.authorized = Some(Authorized { account: Some("李雷".into()), at: 0 });
        assert_eq!(state(PlatformId::Coze, std::slice::from_ref(&account)).text, "已接入");
        account.state = ConnectionState::Attention { error: HubError::new(ErrorCode::Reauthorize, "x") };
        let ended = state(PlatformId::Coze, std::slice::from_ref(&account));
        assert_eq!((ended.text.as_str(), ended.attention), ("需重新授权", Some(Attention::AuthorizeAgain("1".into()))));
        account.state = ConnectionState::Attention { error: HubError::new(ErrorCode::PermissionDenied, "x") };
        assert_eq!(state(PlatformId::Coze, &[account]).text, "已授权 · 列表获取失败");
        let mut client = connection("2", PlatformId::Coze, 0);
        client.state = ConnectionState::CredentialMissing;
        client.fields.insert(catalogue::CLIENT_ID.into(), "42".into());
        assert_eq!(state(PlatformId::Coze, &[client]).text, "未授权");
    }

    #[test]
    fn one_failed_connection_makes_the_card_amber_and_says_which() {
        let mut bad = connection("2", PlatformId::Openai, 1);
        bad.state = ConnectionState::Attention { error: HubError::new(ErrorCode::Tls, "x") };
        let state = state(PlatformId::Openai, &[connection("1", PlatformId::Openai, 1), bad]);
        assert_eq!(state.kind, StatusKind::Warn);
        assert_eq!(state.text, "connection 2 · 连接失败");
        assert_eq!(state.attention, Some(Attention::Failed));
    }
}
