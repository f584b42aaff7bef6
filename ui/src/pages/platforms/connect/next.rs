//! Where a new connection leads, so that a person gets from a card to the first conversation in one go.

use hub_contract::connection::ConnectionView;

use crate::pages::connection_uses::Uses;
use crate::route::Route;

/// The page that comes after a connection was made: its models to tick, or its agents to add.
pub(super) fn next_page(connection: &ConnectionView) -> Route {
    let connection_id = connection.id.0.clone();
    if Uses::of(connection).apps {
        Route::AddAgent { connection: connection_id }
    } else {
        Route::ModelsOf { connection: connection_id }
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::PlatformId;

    use super::super::super::card_state::tests::connection;
    use super::*;

    #[test]
    fn models_are_ticked_and_apps_become_agents() {
        let next = |platform: PlatformId| next_page(&connection("c-1", platform, 0));
        assert_eq!(next(PlatformId::Deepseek), Route::ModelsOf { connection: "c-1".into() });
        assert_eq!(next(PlatformId::Dify), Route::AddAgent { connection: "c-1".into() });
        assert_eq!(next(PlatformId::Coze), Route::AddAgent { connection: "c-1".into() });
        assert_eq!(next(PlatformId::Ark), Route::ModelsOf { connection: "c-1".into() }, "no bot was named");
    }
}
