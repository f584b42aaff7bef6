//! How an agent of a connection is added: by what its platform is connected as. Pure.

use hub_contract::platform::{ConnectedAs, FieldKind, PlatformSpec};

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
    /// The flow of a platform.
    pub(super) fn of(spec: &PlatformSpec) -> Self {
        match spec.connected_as {
            ConnectedAs::Whole => Self::Pick,
            ConnectedAs::OneByOne => Self::App { asks_id: !names_the_app(spec) },
            ConnectedAs::Models => Self::Prompt,
        }
    }
}

/// Whether the connection form asks which app is meant: every such field is an id.
fn names_the_app(spec: &PlatformSpec) -> bool {
    spec.fields.iter().any(|field| field.kind == FieldKind::Text && field.key.ends_with("_id"))
}

#[cfg(test)]
mod tests {
    use hub_contract::{PlatformId, catalogue};

    use super::*;

    #[test]
    fn the_flow_follows_how_the_platform_is_connected() {
        for id in PlatformId::ALL {
            let spec = catalogue::spec(*id);
            let flow = Flow::of(spec);
            match spec.connected_as {
                ConnectedAs::Whole => assert_eq!(flow, Flow::Pick, "{id}"),
                ConnectedAs::Models => assert_eq!(flow, Flow::Prompt, "{id}"),
                ConnectedAs::OneByOne => assert!(matches!(flow, Flow::App { .. }), "{id}"),
            }
        }
    }

    #[test]
    fn an_app_is_asked_for_only_where_the_connection_does_not_name_it() {
        let asks = |id: PlatformId| Flow::of(catalogue::spec(id)) == Flow::App { asks_id: true };
        assert!(asks(PlatformId::Dify) && asks(PlatformId::Studio53));
        for id in [PlatformId::Yuanqi, PlatformId::Fastgpt, PlatformId::Bailian, PlatformId::Ark] {
            assert!(!asks(id), "{id}: its form has a field for the app");
        }
    }
}
