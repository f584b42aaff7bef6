//! How an agent of a connection is added: by what its platform is connected as. Pure.

use hub_contract::catalogue;
use hub_contract::connection::ConnectionView;
use hub_contract::platform::{ConnectedAs, FieldKind, PlatformSpec};

use crate::pages::connection_uses::Uses;

/// What the form asks for beside name, group and description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// The account lists its bots and workflows; any number of them is picked.
    Pick,
    /// The connection itself is the app, or one app of a server that lists none.
    App {
        /// The app may be named here, because the connection's own form has no field for it.
        asks_id: bool,
    },
    /// A model of the connection with a role prompt.
    Prompt,
}

impl Flow {
    /// The flow of a connection.
    pub(super) fn of(connection: &ConnectionView) -> Self {
        let spec = catalogue::spec(connection.platform);
        match spec.connected_as {
            _ if !Uses::of(connection).apps => Self::Prompt,
            ConnectedAs::Whole => Self::Pick,
            ConnectedAs::OneByOne | ConnectedAs::Models => Self::App { asks_id: !names_the_app(spec) },
        }
    }
}

/// Whether the connection form asks which app is meant: every such field is an id.
fn names_the_app(spec: &PlatformSpec) -> bool {
    spec.fields.iter().any(|field| field.kind == FieldKind::Text && field.key.ends_with("_id"))
}

#[cfg(test)]
mod tests {
    use hub_contract::PlatformId;

    use super::*;
    use crate::pages::platforms::test_connection as connection;

    #[test]
    fn the_flow_follows_how_the_platform_is_connected() {
        for id in PlatformId::ALL {
            let flow = Flow::of(&connection("1", *id, 0));
            match catalogue::spec(*id).connected_as {
                ConnectedAs::Whole => assert_eq!(flow, Flow::Pick, "{id}"),
                ConnectedAs::Models => assert_eq!(flow, Flow::Prompt, "{id}"),
                // Without an app only its models are left.
                ConnectedAs::OneByOne if catalogue::offers_models(*id) => assert_eq!(flow, Flow::Prompt, "{id}"),
                ConnectedAs::OneByOne => assert!(matches!(flow, Flow::App { .. }), "{id}"),
            }
        }
    }

    #[test]
    fn an_app_is_asked_for_only_where_the_connection_does_not_name_it() {
        let asks = |id: PlatformId, field: &str| {
            let mut connection = connection("1", id, 0);
            connection.fields.insert(field.into(), "app-1".into());
            Flow::of(&connection) == Flow::App { asks_id: true }
        };
        assert!(asks(PlatformId::Dify, "name") && asks(PlatformId::Studio53, "name"));
        for (id, field) in [
            (PlatformId::Yuanqi, "assistant_id"),
            (PlatformId::Fastgpt, "app_id"),
            (PlatformId::Bailian, "app_id"),
            (PlatformId::Ark, "bot_id"),
        ] {
            assert!(!asks(id, field), "{id}: its form has a field for the app");
        }
    }
}
