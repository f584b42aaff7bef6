//! From the code to a connected account: the exchange, whose account it is, and what is stored when.
//!
//! What an exchange brings is stored before it is used. For an account that was authorised before, it is stored beside
//! the old authorization until it is known to be the same account, or the person said that it may be another.

use hub_contract::id::ConnectionId;
use hub_contract::secret::SecretHint;
use hub_contract::{ErrorCode, HubError};
use hub_platforms::{ACCESS_TOKEN, AccountInfo, TokenGrant, TokenRequest};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::account;
use super::machine::{self, Flow, Pending};
use crate::secrets::{origin_of, secret_id};
use crate::tokens::{AUTHORIZATION, Authorization};
use crate::{Hub, Result};

/// Key of an authorization that the person has not accepted yet, among its connection's secrets.
const CANDIDATE: &str = "authorization_candidate";

/// An authorization on its way in.
#[derive(Serialize, Deserialize)]
struct Candidate {
    authorization: Authorization,
    account: Option<(String, String)>,
}

impl Hub {
    /// Exchanges the code, once. Goes on to its end even when nobody waits any more.
    pub(super) async fn exchange_code(&self, pending: Box<Pending>, code: SecretString) {
        let hub = self.clone();
        let connection = pending.connection.clone();
        let work = tokio::spawn(async move {
            match hub.granted(&pending, code).await {
                Ok(granted) => hub.adopt_grant(&pending.connection, granted).await,
                Err(error) => hub.end_failed(&pending.connection, lost(error)),
            }
        });
        if work.await.is_err() {
            self.end_failed(&connection, HubError::internal("an exchange of tokens ended early"));
        }
    }

    async fn granted(&self, pending: &Pending, code: SecretString) -> Result<TokenGrant> {
        let row = self.connection_row(&pending.connection).await?;
        if origin_of(&row.base_url)? != pending.origin {
            // The address was changed meanwhile; the code belongs to the platform that was asked.
            return Err(machine::start_again());
        }
        let endpoint = self.signing_in(&row).await?;
        let request = TokenRequest::Code {
            code,
            redirect_uri: pending.redirect.clone(),
            verifier: pending.verifier.as_deref().map(SecretString::from),
        };
        self.inner.platforms.exchange_token(&endpoint, &request, self.now()).await
    }

    /// Stores what was granted and connects the account, or asks whether another account is welcome.
    pub(super) async fn adopt_grant(&self, connection: &ConnectionId, granted: TokenGrant) {
        if let Err(error) = self.try_adopt_grant(connection, granted).await {
            self.end_failed(connection, error);
        }
    }

    async fn try_adopt_grant(&self, connection: &ConnectionId, granted: TokenGrant) -> Result<()> {
        let row = self.connection_row(connection).await?;
        let authorization = Authorization::of(&granted, self.now());
        let before = if row.secrets.contains_key(AUTHORIZATION) {
            account::known(&self.inner.store, connection).await?
        } else {
            None
        };
        let Some(before) = before else {
            self.keep(connection, &authorization).await?;
            let account = self.account_of(connection, &granted).await?;
            return self.connected(connection, account).await;
        };
        let mut candidate = Candidate { authorization, account: None };
        self.keep_candidate(connection, &candidate).await?;
        let account = self.account_of(connection, &granted).await?;
        if let Some(now) = account.as_ref().filter(|now| now.id != before.id) {
            candidate.account = Some((now.id.clone(), now.name.clone()));
            self.keep_candidate(connection, &candidate).await?;
            let asked =
                Flow::OtherAccount { connection: connection.clone(), before: before.name, now: now.name.clone() };
            self.change_flow(|flow| *flow = asked);
            return Ok(());
        }
        self.keep(connection, &candidate.authorization).await?;
        self.forget_candidate(connection).await;
        self.connected(connection, account).await
    }

    /// The person said that the other account is meant.
    pub(super) async fn replace_account(&self, connection: &ConnectionId) {
        let replaced = async {
            let row = self.connection_row(connection).await?;
            let kept = self.inner.vault.get(&secret_id(connection, CANDIDATE), &origin_of(&row.base_url)?).await?;
            let kept = kept.and_then(|kept| serde_json::from_str::<Candidate>(kept.expose_secret()).ok());
            let Candidate { authorization, account } = kept.ok_or_else(machine::start_again)?;
            self.keep(connection, &authorization).await?;
            self.forget_candidate(connection).await;
            self.connected(connection, account.map(|(id, name)| AccountInfo { id, name })).await
        };
        if let Err(error) = replaced.await {
            self.end_failed(connection, error);
        }
    }

    pub(super) async fn forget_candidate(&self, connection: &ConnectionId) {
        if let Err(error) = self.inner.vault.remove(&secret_id(connection, CANDIDATE)).await {
            tracing::warn!(%error, "an authorization that nobody wants could not be deleted");
        }
    }

    /// From here on the connection uses this authorization.
    async fn keep(&self, connection: &ConnectionId, authorization: &Authorization) -> Result<()> {
        let lock = self.inner.accounts.lock(connection);
        // What an older exchange could not store is worthless now.
        let mut unsaved = lock.lock().await;
        let mut row = self.connection_row(connection).await?;
        let origin = origin_of(&row.base_url)?;
        let id = secret_id(connection, AUTHORIZATION);
        self.inner.vault.put(&id, &origin, &authorization.secret()?).await?;
        *unsaved = None;
        row.secrets.insert(AUTHORIZATION.to_owned(), SecretHint { last4: None, saved_at: self.now(), last_test: None });
        self.inner.store.update_connection(row).await?;
        Ok(())
    }

    async fn keep_candidate(&self, connection: &ConnectionId, candidate: &Candidate) -> Result<()> {
        let row = self.connection_row(connection).await?;
        let text = serde_json::to_string(candidate).map_err(|_| HubError::internal("an authorization is no text"))?;
        let id = secret_id(connection, CANDIDATE);
        self.inner.vault.put(&id, &origin_of(&row.base_url)?, &SecretString::from(text)).await?;
        Ok(())
    }

    /// Whose account it is; a platform that does not tell is no failure.
    async fn account_of(&self, connection: &ConnectionId, granted: &TokenGrant) -> Result<Option<AccountInfo>> {
        let row = self.connection_row(connection).await?;
        let mut endpoint = self.signing_in(&row).await?;
        endpoint.secrets.insert(ACCESS_TOKEN.to_owned(), granted.access_token.clone());
        Ok(self.inner.platforms.account(&endpoint).await.ok())
    }

    /// The tokens are saved; whether the account can be listed is told, and fails nothing.
    async fn connected(&self, connection: &ConnectionId, account: Option<AccountInfo>) -> Result<()> {
        account::note(&self.inner.store, connection, account.as_ref()).await?;
        let mut row = self.connection_row(connection).await?;
        let report = self.report(&self.endpoint(&row).await?).await;
        self.note_test(&mut row, &report);
        self.inner.store.update_connection(row).await?;
        let connected = Flow::Connected {
            connection: connection.clone(),
            account: account.map(|account| account.name),
            list_error: report.error,
        };
        self.change_flow(|flow| *flow = connected);
        Ok(())
    }

    fn end_failed(&self, connection: &ConnectionId, error: HubError) {
        self.change_flow(|flow| flow.fail(connection, error));
    }
}

/// A code is good once, so an exchange is never repeated; after some failures nobody knows whether it is spent.
fn lost(mut error: HubError) -> HubError {
    use ErrorCode::{BadAnswer, Connect, Overloaded, PlatformError, RateLimited, Reauthorize, Redirected, Silence};
    if error.detail.hint.as_deref().is_some_and(|hint| hint.starts_with("authorize_")) {
        return error;
    }
    match error.code {
        Reauthorize => error.detail.hint = Some("authorize_code_refused".to_owned()),
        BadAnswer | Connect | Overloaded | PlatformError | RateLimited | Redirected | Silence => {
            error.detail.hint = Some("authorize_exchange_lost".to_owned());
        }
        _ => {}
    }
    error
}
