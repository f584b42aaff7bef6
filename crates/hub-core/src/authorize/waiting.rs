//! Waits for an answer: at the loopback address, at the platform's token endpoint, or only for the end of time.

use std::sync::Arc;
use std::time::Duration;

use hub_contract::authorize::{AuthorizeView, AuthorizeWay};
use hub_contract::id::ConnectionId;
use hub_contract::{ErrorCode, HubError, UtcMs};
use hub_platforms::{Endpoint, TokenGrant, TokenRequest};
use hub_store::ConnectionRow;
use secrecy::SecretString;
use tokio::task::JoinHandle;

use super::loopback::{Loopback, Shown};
use super::machine::Pending;
use super::{LIFE, answer, machine, proof};
use crate::hub::Inner;
use crate::secrets::origin_of;
use crate::{Hub, Result};

/// What the standard adds to the interval when a server asks to be looked at less often, and the most that is waited.
const SLOWER: Duration = Duration::from_secs(5);
const SLOWEST: Duration = Duration::from_secs(30);
/// However often a server wants to be looked at.
const FASTEST: Duration = Duration::from_secs(1);

impl Hub {
    /// Waits for the browser; the listener, where there is one, is open no longer than that.
    pub(super) fn wait_for_browser(&self, pending: Pending, loopback: Option<Loopback>) -> JoinHandle<()> {
        let (state, connection) = (pending.state.clone(), pending.connection.clone());
        let life = life(pending.expires_at, self.now());
        self.change_flow(|flow| flow.begin(pending));
        let mut flow = self.inner.authorizing.flow.subscribe();
        // The Hub may be closed meanwhile; who waits must not keep it open.
        let weak = Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            let over = async {
                let answered = flow.wait_for(|flow| !flow.waits_for(&state));
                if tokio::time::timeout(life, answered).await.is_err() {
                    end_of_time(&weak).await;
                }
            };
            match loopback {
                Some(loopback) => {
                    let weak = weak.clone();
                    loopback.serve(move |address| taken(weak.clone(), connection.clone(), address), over).await;
                }
                None => over.await,
            }
        })
    }

    /// Gets the codes for a device and looks whether the person has let it in.
    pub(super) async fn begin_device(&self, row: &ConnectionRow, endpoint: &Endpoint) -> Result<JoinHandle<()>> {
        let given = self.inner.platforms.device_codes(endpoint).await?;
        let seconds = UtcMs::try_from(given.expires_in).unwrap_or(UtcMs::MAX);
        let pending = Pending {
            connection: row.id.clone(),
            way: AuthorizeWay::Device,
            redirect: String::new(),
            issuer: String::new(),
            origin: origin_of(&row.base_url)?,
            state: proof::random()?,
            verifier: None,
            url: given.url,
            user_code: Some(given.user_code),
            expires_at: self.now().saturating_add(seconds.saturating_mul(1000).min(LIFE)),
        };
        let (state, life) = (pending.state.clone(), life(pending.expires_at, self.now()));
        self.change_flow(|flow| flow.begin(pending));
        let look = Look {
            hub: Arc::downgrade(&self.inner),
            connection: row.id.clone(),
            endpoint: endpoint.clone(),
            device_code: given.device_code,
            state,
        };
        let interval = Duration::from_secs(given.interval).max(FASTEST);
        Ok(tokio::spawn(async move {
            if tokio::time::timeout(life, look.until_allowed(interval)).await.is_err() {
                end_of_time(&look.hub).await;
            }
        }))
    }
}

/// An address came to the loopback listener.
async fn taken(hub: std::sync::Weak<Inner>, connection: ConnectionId, address: String) -> Shown {
    let Some(inner) = hub.upgrade() else { return Shown::NotThisOne };
    let hub = Hub { inner };
    let Ok(answer) = answer::read(&address) else { return Shown::NotThisOne };
    if hub.take_answer(answer).await.is_err() {
        return Shown::NotThisOne;
    }
    match hub.inner.authorizing.view(&connection) {
        AuthorizeView::Connected { .. } => Shown::Connected,
        _ => Shown::LookAtTheHub,
    }
}

/// Nobody answered.
async fn end_of_time(hub: &std::sync::Weak<Inner>) {
    let Some(inner) = hub.upgrade() else { return };
    Hub { inner }.expire().await;
}

fn life(expires_at: UtcMs, now: UtcMs) -> Duration {
    Duration::from_millis(u64::try_from(expires_at.saturating_sub(now)).unwrap_or_default())
}

/// Looks whether a device was let in.
struct Look {
    hub: std::sync::Weak<Inner>,
    connection: ConnectionId,
    endpoint: Endpoint,
    device_code: SecretString,
    state: String,
}

impl Look {
    /// Until the person said yes or no.
    async fn until_allowed(&self, mut interval: Duration) {
        loop {
            tokio::time::sleep(interval).await;
            let Some(inner) = self.hub.upgrade() else { return };
            let hub = Hub { inner };
            let waits = hub.inner.authorizing.flow.borrow().waits_for(&self.state);
            if !waits {
                return;
            }
            match self.look(&hub).await {
                Ok(granted) => {
                    if hub.change_flow(|flow| flow.device_allowed(&self.state)) == Some(true) {
                        hub.adopt_grant(&self.connection, granted).await;
                    }
                    return;
                }
                Err(Not::Yet) => {}
                Err(Not::SoOften) => interval = interval.saturating_add(SLOWER).min(SLOWEST),
                Err(Not::Ever(error)) => {
                    hub.change_flow(|flow| {
                        if flow.waits_for(&self.state) {
                            flow.fail(&self.connection, error);
                        }
                    });
                    return;
                }
            }
        }
    }

    async fn look(&self, hub: &Hub) -> std::result::Result<TokenGrant, Not> {
        let request = TokenRequest::Device { device_code: self.device_code.clone() };
        hub.inner.platforms.exchange_token(&self.endpoint, &request, hub.now()).await.map_err(Not::of)
    }
}

/// Why there is no token for the device.
enum Not {
    Yet,
    SoOften,
    Ever(HubError),
}

impl Not {
    fn of(error: HubError) -> Self {
        match (error.detail.hint.as_deref(), error.detail.platform_code.as_deref()) {
            (Some("oauth_pending"), _) => Self::Yet,
            (Some("oauth_slow_down"), _) => Self::SoOften,
            (_, Some("expired_token")) => Self::Ever(machine::expired()),
            (_, Some(code)) if code.starts_with("access_den") => Self::Ever(machine::refused(code, error.detail.text)),
            // The way there may be open again before the code ends.
            _ if is_passing(error.code) => Self::Yet,
            _ => Self::Ever(error),
        }
    }
}

fn is_passing(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Offline
            | ErrorCode::Dns
            | ErrorCode::Connect
            | ErrorCode::Silence
            | ErrorCode::Overloaded
            | ErrorCode::RateLimited
    )
}
