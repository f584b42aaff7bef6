//! The account of a service app: no person lets it in, its tokens are signed for. There is nothing to renew and nothing
//! to lose, so they are kept in memory only.

use std::fmt;
use std::sync::Arc;

use hub_contract::UtcMs;
use hub_platforms::{Endpoint, Platforms, Token, TokenGrant, TokenRequest, TokenSource};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::Result;
use crate::clock::{Clock, Ids, RandomIds};

/// So long before its end a token is replaced, in milliseconds.
const EARLY: UtcMs = 60 * 1000;

/// The token of a service app, shared by all calls of its connection.
pub(crate) type ServiceToken = Arc<Mutex<Option<TokenGrant>>>;

/// A service app as its calls see it.
pub(crate) struct ServiceAccount {
    pub(crate) platforms: Platforms,
    pub(crate) clock: Arc<dyn Clock>,
    /// The connection's endpoint with the app's id and key.
    pub(crate) endpoint: Endpoint,
    pub(crate) token: ServiceToken,
}

impl TokenSource for ServiceAccount {
    fn current(&self) -> Token<'_> {
        Box::pin(async {
            let mut kept = self.token.lock().await;
            let due = self.clock.now().saturating_add(EARLY);
            match kept.as_ref().filter(|token| token.expires_at.is_none_or(|end| end > due)) {
                Some(token) => Ok(token.access_token.clone()),
                None => self.sign_in(&mut kept).await,
            }
        })
    }

    fn refresh(&self, refused: &SecretString) -> Token<'_> {
        let refused = refused.clone();
        Box::pin(async move {
            let mut kept = self.token.lock().await;
            match kept.as_ref().filter(|token| token.access_token.expose_secret() != refused.expose_secret()) {
                // Somebody else was faster.
                Some(token) => Ok(token.access_token.clone()),
                None => self.sign_in(&mut kept).await,
            }
        })
    }
}

impl ServiceAccount {
    async fn sign_in(&self, kept: &mut Option<TokenGrant>) -> Result<SecretString> {
        let now = self.clock.now();
        // Never used twice, whoever makes the Hub's other ids.
        let request = TokenRequest::Service { now, id: RandomIds.new_id() };
        let granted = self.platforms.exchange_token(&self.endpoint, &request, now).await?;
        let token = granted.access_token.clone();
        *kept = Some(granted);
        Ok(token)
    }
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceAccount(…)")
    }
}
