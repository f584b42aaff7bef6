//! Tokens of authorised accounts: the credential port, answered from the vault.
//!
//! Access tokens end after minutes and refresh tokens are good once: whoever loses the answer to an exchange has lost
//! the account. So an exchange is made by one at a time, goes on when nobody waits for it any more, and what it brought
//! is stored before anybody uses it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use hub_contract::connection::TestReport;
use hub_contract::id::ConnectionId;
use hub_contract::{ErrorCode, HubError, UtcMs};
use hub_platforms::{Endpoint, Platforms, Token, TokenGrant, TokenRequest, TokenSource};
use hub_store::Store;
use hub_vault::Vault;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::clock::Clock;
use crate::service_account::ServiceToken;

/// Key of an account's authorization among its connection's secrets.
pub(crate) const AUTHORIZATION: &str = "authorization";
/// So long before its end a token is exchanged, in milliseconds.
const EARLY: UtcMs = 4 * 60 * 1000;
/// So long a new token is used, whatever this computer's clock says of its end, in milliseconds.
const SHORTEST_USE: UtcMs = 60 * 1000;

/// One lock for each account, so that however many ask at once, one exchange is made.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    locks: Mutex<HashMap<ConnectionId, Lock>>,
    services: Mutex<HashMap<ConnectionId, ServiceToken>>,
}

/// Holds what an exchange brought while it could not be stored.
type Lock = Arc<tokio::sync::Mutex<Option<Unsaved>>>;

/// An authorization that is nowhere but in memory.
#[derive(Clone)]
pub(crate) struct Unsaved {
    /// The refresh token that it was given for, which is dead.
    replaces: Option<String>,
    newer: Authorization,
}

impl fmt::Debug for Unsaved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unsaved(…)")
    }
}

impl Accounts {
    /// The token of a connection's service app.
    pub(crate) fn service(&self, connection: &ConnectionId) -> ServiceToken {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(services.entry(connection.clone()).or_default())
    }

    /// The lock of a connection's account.
    pub(crate) fn lock(&self, connection: &ConnectionId) -> Lock {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(locks.entry(connection.clone()).or_default())
    }
}

/// One authorised account as its calls see it. Clones are the same account.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) store: Store,
    pub(crate) connection: ConnectionId,
    pub(crate) vault: Vault,
    pub(crate) platforms: Platforms,
    pub(crate) clock: Arc<dyn Clock>,
    /// Where tokens are exchanged: the connection's endpoint with its client.
    pub(crate) endpoint: Endpoint,
    /// The id of the authorization in the vault.
    pub(crate) secret_id: String,
    /// Where it may be sent.
    pub(crate) origin: String,
    pub(crate) lock: Lock,
}

impl TokenSource for Account {
    fn current(&self) -> Token<'_> {
        let account = self.clone();
        Box::pin(unhurried(async move {
            let mut unsaved = account.lock.lock().await;
            let authorization = account.load(&mut unsaved).await?;
            let now = account.clock.now();
            if !authorization.is_due(now) {
                return Ok(authorization.access_token());
            }
            match account.exchange(&authorization, &mut unsaved).await {
                // The way there may be open again before the token ends.
                Err(error) if error.code != ErrorCode::Reauthorize && !authorization.has_ended(now) => {
                    Ok(authorization.access_token())
                }
                exchanged => exchanged,
            }
        }))
    }

    fn refresh(&self, refused: &SecretString) -> Token<'_> {
        let (account, refused) = (self.clone(), refused.clone());
        Box::pin(unhurried(async move {
            let mut unsaved = account.lock.lock().await;
            let authorization = account.load(&mut unsaved).await?;
            if authorization.access_token != refused.expose_secret() {
                // Somebody else was faster.
                return Ok(authorization.access_token());
            }
            account.exchange(&authorization, &mut unsaved).await
        }))
    }
}

impl Account {
    /// What is stored; what could not be stored last time is stored first, unless somebody authorised anew meanwhile.
    async fn load(&self, unsaved: &mut Option<Unsaved>) -> Result<Authorization> {
        let stored = self.vault.get(&self.secret_id, &self.origin).await?;
        let stored = stored.ok_or_else(|| self.reauthorize("no authorization is stored"))?;
        let stored: Authorization = serde_json::from_str(stored.expose_secret())
            .map_err(|_| self.reauthorize("the authorization is damaged"))?;
        let Some(Unsaved { newer, .. }) = unsaved.clone().filter(|kept| kept.replaces == stored.refresh_token) else {
            *unsaved = None;
            return Ok(stored);
        };
        self.store(&newer).await?;
        *unsaved = None;
        Ok(newer)
    }

    async fn exchange(&self, old: &Authorization, unsaved: &mut Option<Unsaved>) -> Result<SecretString> {
        let Some(refresh_token) = &old.refresh_token else {
            return Err(self.reauthorize("the authorization cannot be renewed"));
        };
        let request = TokenRequest::Refresh { refresh_token: SecretString::from(refresh_token.as_str()) };
        let now = self.clock.now();
        let granted = match self.platforms.exchange_token(&self.endpoint, &request, now).await {
            Ok(granted) => granted,
            Err(error) => {
                if error.code == ErrorCode::Reauthorize {
                    self.note_end(&error, now).await;
                }
                return Err(error);
            }
        };
        let newer = Authorization::of(&granted, now).renewing(old);
        // From here on the old refresh token is dead.
        if let Err(error) = self.store(&newer).await {
            *unsaved = Some(Unsaved { replaces: old.refresh_token.clone(), newer });
            return Err(error);
        }
        Ok(newer.access_token())
    }

    async fn store(&self, authorization: &Authorization) -> Result<()> {
        self.vault.put(&self.secret_id, &self.origin, &authorization.secret()?).await?;
        Ok(())
    }

    /// The card says that the account has to be authorised again. Everything else stays: agents, history, the client.
    async fn note_end(&self, error: &HubError, now: UtcMs) {
        let Ok(Some(mut row)) = self.store.connection(&self.connection).await else { return };
        row.last_test = Some(TestReport::failed(now, error.clone()));
        if let Err(error) = self.store.update_connection(row).await {
            tracing::warn!(%error, "the end of an authorization could not be noted");
        }
    }

    fn reauthorize(&self, why: &str) -> HubError {
        let mut error = HubError::new(ErrorCode::Reauthorize, why);
        error.detail.platform = Some(self.endpoint.platform);
        error
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("secret_id", &self.secret_id).finish_non_exhaustive()
    }
}

/// Runs to its end even when nobody waits any more: a stopped run must not lose the answer to an exchange.
async fn unhurried<F>(work: F) -> Result<SecretString>
where
    F: Future<Output = Result<SecretString>> + Send + 'static,
{
    tokio::spawn(work).await.map_err(|_| HubError::internal("an exchange of tokens ended early"))?
}

/// An authorization as it lies in the vault.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Authorization {
    access_token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// By the platform's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<UtcMs>,
    /// By this computer's clock.
    obtained_at: UtcMs,
}

impl Authorization {
    /// What was granted now.
    pub(crate) fn of(granted: &TokenGrant, now: UtcMs) -> Self {
        Self {
            access_token: granted.access_token.expose_secret().to_owned(),
            refresh_token: granted.refresh_token.as_ref().map(|token| token.expose_secret().to_owned()),
            expires_at: granted.expires_at,
            obtained_at: now,
        }
    }

    /// The text to be stored.
    ///
    /// # Errors
    /// `internal`, never seen.
    pub(crate) fn secret(&self) -> Result<SecretString> {
        let text = serde_json::to_string(self).map_err(|_| HubError::internal("an authorization cannot be written"))?;
        Ok(SecretString::from(text))
    }

    /// A platform that does not rotate refresh tokens names none.
    fn renewing(mut self, old: &Self) -> Self {
        self.refresh_token = self.refresh_token.or_else(|| old.refresh_token.clone());
        self
    }

    fn access_token(&self) -> SecretString {
        SecretString::from(self.access_token.as_str())
    }

    /// About to end. With a clock that runs ahead every token would look so; a refusal tells what the clock hides.
    fn is_due(&self, now: UtcMs) -> bool {
        self.ends_before(now.saturating_add(EARLY)) && now >= self.obtained_at.saturating_add(SHORTEST_USE)
    }

    fn has_ended(&self, now: UtcMs) -> bool {
        self.ends_before(now)
    }

    fn ends_before(&self, time: UtcMs) -> bool {
        self.expires_at.is_some_and(|end| end <= time)
    }
}

#[cfg(test)]
mod tests;
