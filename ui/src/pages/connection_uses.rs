//! What a connection is for: apps that become agents, models, or both. Pure.

use hub_contract::catalogue;
use hub_contract::connection::ConnectionView;
use hub_contract::platform::{ConnectedAs, FieldKind};

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uses {
    /// Agents can stand on apps of it.
    pub apps: bool,
    /// Models of it can be enabled.
    pub models: bool,
}

impl Uses {
    /// What that connection is for. Where an account has apps and models, the form's field for the app may stay empty:
    /// then only its models are used.
    pub fn of(connection: &ConnectionView) -> Self {
        let spec = catalogue::spec(connection.platform);
        let models = catalogue::offers_models(connection.platform);
        let names_an_app = || {
            let ids = spec.fields.iter().filter(|field| field.kind == FieldKind::Text && field.key.ends_with("_id"));
            ids.filter_map(|field| connection.fields.get(field.key)).any(|id| !id.trim().is_empty())
        };
        let apps = match spec.connected_as {
            ConnectedAs::Models => false,
            ConnectedAs::Whole | ConnectedAs::OneByOne => !models || names_an_app(),
        };
        Self { apps, models }
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::PlatformId;

    use super::*;
    use crate::pages::platforms::test_connection as connection;

    #[test]
    fn every_connection_is_for_something() {
        for id in PlatformId::ALL {
            let uses = Uses::of(&connection("1", *id, 0));
            assert!(uses.apps || uses.models, "{id}");
            assert_eq!(uses.models, catalogue::offers_models(*id), "{id}");
        }
    }

    #[test]
    fn an_account_without_an_app_is_for_its_models_only() {
        for (id, field) in [(PlatformId::Bailian, "app_id"), (PlatformId::Ark, "bot_id")] {
            let mut account = connection("1", id, 0);
            assert_eq!(Uses::of(&account), Uses { apps: false, models: true }, "{id}");
            account.fields.insert(field.into(), "app-1".into());
            assert_eq!(Uses::of(&account), Uses { apps: true, models: true }, "{id}");
        }
    }
}
