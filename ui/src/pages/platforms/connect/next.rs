//! Where a new connection leads, so that a person gets from a card to the first conversation in one go.

use hub_contract::catalogue;
use hub_contract::connection::{ConnectionState, ConnectionView};

use crate::pages::connection_uses::Uses;
use crate::route::Route;

/// The page that comes after a connection was made: its models to tick, or its agents to add.
pub(in crate::pages::platforms) fn next_page(connection: &ConnectionView) -> Route {
    let connection_id = connection.id.0.clone();
    if Uses::of(connection).apps {
        Route::AddAgent { connection: connection_id }
    } else {
        Route::ModelsOf { connection: connection_id }
    }
}

/// True for a client that was entered without a token and whose account nobody has authorised yet.
pub(in crate::pages::platforms) fn waits_for_authorization(connection: &ConnectionView) -> bool {
    connection.state == ConnectionState::CredentialMissing
        && connection.authorized.is_none()
        && connection.fields.contains_key(catalogue::CLIENT_ID)
}

#[cfg(test)]
mod tests {
    use hub_contract::PlatformId;

    use super::super::super::card_state::tests::connection;
    use super::*;

    #[test]
    fn a_client_without_an_account_is_authorised_first() {
        let mut client = connection("c-1", PlatformId::Coze, 0);
        assert!(!waits_for_authorization(&client), "it has a token");
        client.state = ConnectionState::CredentialMissing;
        assert!(!waits_for_authorization(&client), "there is no client to authorise");
        client.fields.insert(catalogue::CLIENT_ID.to_owned(), "42".to_owned());
        assert!(waits_for_authorization(&client));
    }

    #[test]
    fn models_are_ticked_and_apps_become_agents() {
        let next = |platform: PlatformId| next_page(&connection("c-1", platform, 0));
        assert_eq!(next(PlatformId::Deepseek), Route::ModelsOf { connection: "c-1".into() });
        assert_eq!(next(PlatformId::Dify), Route::AddAgent { connection: "c-1".into() });
        assert_eq!(next(PlatformId::Coze), Route::AddAgent { connection: "c-1".into() });
        assert_eq!(next(PlatformId::Ark), Route::ModelsOf { connection: "c-1".into() }, "no bot was named");
    }
}
