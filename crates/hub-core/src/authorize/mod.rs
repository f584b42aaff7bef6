//! Lets the Hub into an account (OAuth): commands, and what happens between the browser and the keychain.
//!
//! However an answer comes back (a link of the program's scheme, a loopback address, a pasted address, a device code), it
//! goes through the one state machine in [`machine`]. What is waited for is one item in the vault, so that a program that
//! was closed meanwhile can go on; it is deleted before its code is used.

mod account;
mod answer;
mod exchange;
mod loopback;
mod machine;
mod proof;
mod waiting;

use std::sync::{Mutex, PoisonError};

use hub_contract::authorize::{
    AuthorizeRequest, AuthorizeView, AuthorizeWay, FinishAuthorizeRequest, LOOPBACK_PORTS, RELAY, loopback_address,
};
use hub_contract::catalogue::{CLIENT_SECRET, TOKEN};
use hub_contract::id::ConnectionId;
use hub_contract::{ErrorCode, HubError, UtcMs};
use hub_platforms::{AuthorizeAsk, Endpoint, Platforms};
use hub_store::ConnectionRow;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::secrets::origin_of;
use crate::{Hub, Result};
use answer::Answer;
use loopback::Loopback;
use machine::{Flow, Next, Pending};

pub(crate) use account::{forget, known};
pub use answer::link_in;

/// How long a browser is waited for, in milliseconds.
const LIFE: UtcMs = 10 * 60 * 1000;
/// The item in the vault, and the name that it is bound to: it is sent nowhere.
const PENDING: &str = "authorization/pending";
const NOWHERE: &str = "dev.hubdesktop.hub";
/// So many links are looked at in so many milliseconds; a person follows one.
const MOST_LINKS: usize = 20;
const LINKS_WITHIN: UtcMs = 10 * 1000;

/// The authorization of an open Hub.
#[derive(Debug)]
pub(crate) struct Authorizing {
    flow: watch::Sender<Flow>,
    /// One beginning, giving up or taking out of the vault at a time.
    turn: tokio::sync::Mutex<Turn>,
    links: Mutex<Vec<UtcMs>>,
    refused: Mutex<Option<HubError>>,
    ports: Vec<u16>,
}

/// What is changed by one at a time.
#[derive(Debug, Default)]
struct Turn {
    /// The vault was asked for what an earlier start of the program waited for.
    resumed: bool,
    /// The listener, the poll or the end of time of the attempt that is waited for.
    waiting: Option<JoinHandle<()>>,
}

impl Authorizing {
    /// Nothing is waited for. `ports` are those of the loopback address; none takes the product's own.
    pub(crate) fn new(ports: Vec<u16>) -> Self {
        let ports = if ports.is_empty() { LOOPBACK_PORTS.to_vec() } else { ports };
        Self {
            flow: watch::Sender::new(Flow::Idle),
            turn: Default::default(),
            links: Mutex::default(),
            refused: Mutex::default(),
            ports,
        }
    }

    /// Changes the flow and tells everybody who waits.
    fn change<T>(&self, change: impl FnOnce(&mut Flow) -> T) -> Option<T> {
        let mut changed = None;
        self.flow.send_modify(|flow| changed = Some(change(flow)));
        changed
    }

    fn view(&self, connection: &ConnectionId) -> AuthorizeView {
        let mut view = self.flow.borrow().view(connection);
        if let AuthorizeView::Pending { refused, .. } = &mut view {
            refused.clone_from(&self.refused.lock().unwrap_or_else(PoisonError::into_inner));
        }
        view
    }

    /// A link that was not the answer is told to the person who waits.
    fn note_refused(&self, refused: Option<HubError>) {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = refused;
    }

    /// False for a flood of links: they cost nothing then.
    fn admits_link(&self, now: UtcMs) -> bool {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|at| (0..LINKS_WITHIN).contains(&now.saturating_sub(*at)));
        let admitted = links.len() < MOST_LINKS;
        if admitted {
            links.push(now);
        }
        admitted
    }
}

impl Hub {
    /// Begins an authorization and says which address to open. One that waited before is given up.
    ///
    /// # Errors
    /// `not_found`; `credential_missing` without a client id; `invalid_request` with the hint `authorize_platform` where
    /// a platform has no accounts to sign in to, `authorize_relay` for a relay that no browser can be sent to,
    /// `authorize_ports` when both loopback addresses are taken; the vault's errors.
    pub async fn authorize_begin(&self, request: AuthorizeRequest) -> Result<AuthorizeView> {
        let mut turn = self.inner.authorizing.turn.lock().await;
        let row = self.connection_row(&request.connection).await?;
        let endpoint = self.signing_in(&row).await?;
        self.give_up(&mut turn).await;
        turn.waiting = Some(match request.way {
            AuthorizeWay::Device => self.begin_device(&row, &endpoint).await?,
            way => self.begin_browser(&row, &endpoint, way, request.without_pkce).await?,
        });
        Ok(self.inner.authorizing.view(&row.id))
    }

    /// How far the authorization of a connection is.
    ///
    /// # Errors
    /// None today; a result because every command has one.
    pub async fn authorize_state(&self, connection: ConnectionId) -> Result<AuthorizeView> {
        self.expire().await;
        Ok(self.inner.authorizing.view(&connection))
    }

    /// As [`authorize_state`](Self::authorize_state), as soon as nothing is to come any more without the person.
    ///
    /// # Errors
    /// None today.
    pub async fn authorize_ended(&self, connection: ConnectionId) -> Result<AuthorizeView> {
        let mut flow = self.inner.authorizing.flow.subscribe();
        let _ = flow.wait_for(|flow| !flow.view(&connection).is_under_way()).await;
        self.authorize_state(connection).await
    }

    /// Takes the pasted address, or the person's word that another account is welcome.
    ///
    /// # Errors
    /// `invalid_request` with a hint for an address that is not the answer that is waited for; the flow goes on waiting.
    pub async fn authorize_finish(&self, request: FinishAuthorizeRequest) -> Result<AuthorizeView> {
        if let Some(address) = &request.address {
            let answer = answer::read(address.expose().trim()).map_err(machine::no_answer)?;
            self.take_answer(answer).await?;
        } else if request.replace && self.change_flow(|flow| flow.replace(&request.connection)) == Some(true) {
            self.replace_account(&request.connection).await;
        }
        self.authorize_state(request.connection).await
    }

    /// Gives an authorization up, or puts away how it ended.
    ///
    /// # Errors
    /// None: what cannot be deleted is worthless without its attempt.
    pub async fn authorize_cancel(&self, connection: ConnectionId) -> Result<()> {
        let mut turn = self.inner.authorizing.turn.lock().await;
        let is_its = self.inner.authorizing.flow.borrow().can_be_cancelled_by(&connection);
        if is_its {
            self.give_up(&mut turn).await;
        }
        Ok(())
    }

    /// Takes a link of the program's scheme, wherever it comes from. Only an answer to what is waited for does anything.
    ///
    /// # Errors
    /// `invalid_request` with a hint for everything else.
    pub async fn authorize_link(&self, link: &str) -> Result<AuthorizeView> {
        if !self.inner.authorizing.admits_link(self.now()) {
            return Err(machine::no_answer(answer::NoAnswer::Malformed));
        }
        match self.take_link(link).await {
            Ok(connection) => self.authorize_state(connection).await,
            Err(refused) => {
                self.inner.authorizing.note_refused(Some(refused.clone()));
                Err(refused)
            }
        }
    }

    async fn take_link(&self, link: &str) -> Result<ConnectionId> {
        let answer = answer::read(link).map_err(machine::no_answer)?;
        if answer.address != answer::scheme_address() {
            return Err(machine::no_answer(answer::NoAnswer::Foreign));
        }
        self.take_answer(answer).await
    }

    /// Gives an answer to the machine and does what it says. Answers whose authorization it was.
    async fn take_answer(&self, answer: Answer) -> Result<ConnectionId> {
        self.resume().await;
        self.expire().await;
        let taken = self.change_flow(|flow| (flow.answer(answer), flow.connection().cloned()));
        let (next, connection) = taken.unwrap_or_else(|| (Err(machine::start_again()), None));
        let (next, connection) = (next?, connection.ok_or_else(machine::start_again)?);
        // Deleted before it is used: whatever happens now, it is not used twice.
        self.forget_pending().await;
        if let Next::Exchange { pending, code } = next {
            self.exchange_code(pending, code).await;
        }
        Ok(connection)
    }

    /// Gives up what was waited for too long, and what the vault has of it.
    async fn expire(&self) {
        let now = self.now();
        if self.change_flow(|flow| flow.expire(now)) == Some(true) {
            self.forget_pending().await;
        }
    }

    /// Takes up what an earlier start of the program waited for. Asks the vault once.
    async fn resume(&self) {
        let mut turn = self.inner.authorizing.turn.lock().await;
        if std::mem::replace(&mut turn.resumed, true) {
            return;
        }
        match self.inner.vault.get(PENDING, NOWHERE).await {
            Ok(Some(kept)) => {
                if let Ok(pending) = serde_json::from_str::<Pending>(kept.expose_secret()) {
                    self.change_flow(|flow| flow.begin(pending));
                }
            }
            Ok(None) => {}
            // A keychain that is locked now may be open for the next answer.
            Err(_) => turn.resumed = false,
        }
    }

    async fn begin_browser(
        &self,
        row: &ConnectionRow,
        endpoint: &Endpoint,
        way: AuthorizeWay,
        without_pkce: bool,
    ) -> Result<JoinHandle<()>> {
        let loopback = if way == AuthorizeWay::Loopback { Some(self.bind_loopback().await?) } else { None };
        let redirect = match (&loopback, way) {
            (Some(loopback), _) => loopback_address(loopback.port()),
            (None, AuthorizeWay::DeepLink) => relay(&self.settings_now().relay)?,
            // Nobody listens there: the person takes the address out of the browser's address bar.
            (None, _) => loopback_address(self.inner.authorizing.ports.first().copied().unwrap_or_default()),
        };
        let has_secret = endpoint.secrets.contains_key(CLIENT_SECRET);
        let verifier = if without_pkce && has_secret { None } else { Some(proof::random()?) };
        let state = proof::random()?;
        let ask = AuthorizeAsk {
            redirect_uri: redirect.clone(),
            state: SecretString::from(state.as_str()),
            challenge: verifier.as_deref().map(proof::challenge),
        };
        let url = Platforms::authorize_url(endpoint, &ask)?;
        let pending = Pending {
            connection: row.id.clone(),
            way,
            redirect,
            issuer: url::Url::parse(&url).map(|url| url.origin().ascii_serialization()).unwrap_or_default(),
            origin: origin_of(&row.base_url)?,
            state,
            verifier,
            url,
            user_code: None,
            expires_at: self.now().saturating_add(LIFE),
        };
        let kept = serde_json::to_string(&pending).map_err(|_| HubError::internal("a pending state is no text"))?;
        self.inner.vault.put(PENDING, NOWHERE, &SecretString::from(kept)).await?;
        Ok(self.wait_for_browser(pending, loopback))
    }

    async fn bind_loopback(&self) -> Result<Loopback> {
        Loopback::bind(&self.inner.authorizing.ports).await.map_err(|error| {
            let mut fault = HubError::new(ErrorCode::InvalidRequest, "no loopback address is free");
            fault.detail.text = Some(error.kind().to_string());
            fault.hint("authorize_ports")
        })
    }

    /// Gives up whatever is waited for, also what the vault still holds of another start. An exchange is waited for: its
    /// code is spent, and what it brings must not be lost.
    async fn give_up(&self, turn: &mut Turn) {
        let mut flow = self.inner.authorizing.flow.subscribe();
        let _ = flow.wait_for(|flow| !matches!(flow, Flow::Exchanging { .. })).await;
        if let Some(waiting) = turn.waiting.take() {
            // Its end is awaited because it holds the port.
            waiting.abort();
            let _ = waiting.await;
        }
        let before = self.change_flow(std::mem::take);
        self.inner.authorizing.note_refused(None);
        turn.resumed = true;
        match before {
            Some(Flow::Pending(_)) => self.forget_pending().await,
            Some(Flow::OtherAccount { connection, .. }) => self.forget_candidate(&connection).await,
            _ => {}
        }
    }

    /// The endpoint of a connection as its client, without the account that it may have already.
    async fn signing_in(&self, row: &ConnectionRow) -> Result<Endpoint> {
        let mut endpoint = self.endpoint(row).await?;
        endpoint.token = None;
        endpoint.secrets.remove(TOKEN);
        Ok(endpoint)
    }

    fn change_flow<T>(&self, change: impl FnOnce(&mut Flow) -> T) -> Option<T> {
        self.inner.authorizing.change(change)
    }

    async fn forget_pending(&self) {
        if let Err(error) = self.inner.vault.remove(PENDING).await {
            tracing::warn!(%error, "the pending authorization could not be deleted");
        }
    }
}

/// The relay page of the settings, or the project's own.
///
/// # Errors
/// `invalid_request` for what no platform would send a browser to.
pub(crate) fn relay(setting: &str) -> Result<String> {
    let setting = setting.trim();
    if setting.is_empty() {
        return Ok(RELAY.to_owned());
    }
    let fits = url::Url::parse(setting).is_ok_and(|url| {
        url.scheme() == "https" && url.host().is_some() && url.query().is_none() && url.fragment().is_none()
    });
    // Letter by letter as it is registered: no form but the parser's own would come back.
    if fits && setting.is_ascii() {
        return Ok(setting.to_owned());
    }
    Err(HubError::new(ErrorCode::InvalidRequest, "not the address of a relay").hint("authorize_relay").field("relay"))
}
