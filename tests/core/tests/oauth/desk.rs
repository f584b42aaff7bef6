//! A Hub with a Coze connection that is yet to be authorised, and the platform behind it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use hub_contract::authorize::{AuthorizeRequest, AuthorizeView, AuthorizeWay, FinishAuthorizeRequest};
use hub_contract::catalogue::{CLIENT_ID, CLIENT_SECRET};
use hub_contract::connection::{ConnectRequest, ConnectionView, TestConnectionRequest, TestReport};
use hub_contract::id::ConnectionId;
use hub_contract::secret::SecretInput;
use hub_contract::settings::{EditSettingsRequest, VaultMode};
use hub_contract::{HubError, PlatformId, UtcMs};
use hub_core::{Clock, Hub, HubOptions, Limits, SystemClock};
use hub_sim::coze::{self, CozeOptions, CozeSim};
use secrecy::SecretString;

use crate::browser;

pub(crate) const RELAY: &str = "https://relay.example/oauth/coze";
pub(crate) const MINUTE: UtcMs = 60 * 1000;
const TOKEN: &str = "/api/permission/oauth2/token";

/// The system's clock, moved by a test, and broken by one.
#[derive(Default)]
pub(crate) struct SetClock {
    offset: AtomicI64,
    breaks: Mutex<Option<Moment>>,
}

type Moment = Box<dyn Fn() -> bool + Send>;

impl SetClock {
    pub(crate) fn pass(&self, time: UtcMs) {
        self.offset.fetch_add(time, Ordering::SeqCst);
    }

    /// Panics once, as soon as that moment has come.
    pub(crate) fn break_when(&self, moment: impl Fn() -> bool + Send + 'static) {
        *self.breaks.lock().unwrap() = Some(Box::new(moment));
    }
}

impl Clock for SetClock {
    fn now(&self) -> UtcMs {
        let broken = self.breaks.lock().unwrap().take_if(|moment| moment()).is_some();
        assert!(!broken, "the clock broke");
        SystemClock.now() + self.offset.load(Ordering::SeqCst)
    }
}

pub(crate) struct Desk {
    pub(crate) hub: Hub,
    pub(crate) sim: CozeSim,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) connection: ConnectionId,
    pub(crate) folder: tempfile::TempDir,
}

impl Desk {
    /// With the web client, whose secret is entered.
    pub(crate) async fn new() -> Self {
        Self::with(coze::CLIENT, Some(coze::CLIENT_SECRET)).await
    }

    pub(crate) async fn with(client: &str, secret: Option<&str>) -> Self {
        let sim = sim().await;
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock::default());
        let hub = open(&folder, &clock).await.unwrap();
        let connection = connect(&hub, &sim.base_url(), client, secret).await;
        Self { hub, sim, clock, connection, folder }
    }

    /// The program ends and starts again.
    pub(crate) async fn start_again(mut self) -> Self {
        self.hub.close().await;
        drop(self.hub);
        self.hub = open(&self.folder, &self.clock).await.unwrap();
        self
    }

    pub(crate) async fn begin(&self, way: AuthorizeWay) -> AuthorizeView {
        let request = AuthorizeRequest { connection: self.connection.clone(), way, without_pkce: false };
        self.hub.authorize_begin(request).await.unwrap()
    }

    /// Begins, and does what the person does in the browser; the link that comes out of the relay page.
    pub(crate) async fn link(&self) -> String {
        let url = url(&self.begin(AuthorizeWay::DeepLink).await);
        browser::relayed(&browser::open(&url).await.location().expect("sent on to the relay"))
    }

    /// Authorises as a person would who sees no error.
    pub(crate) async fn authorize(&self) -> AuthorizeView {
        let link = self.link().await;
        self.hub.authorize_link(&link).await.unwrap()
    }

    pub(crate) async fn paste(&self, address: &str) -> Result<AuthorizeView, HubError> {
        let address = Some(SecretInput::new(address));
        let request = FinishAuthorizeRequest { connection: self.connection.clone(), address, replace: false };
        self.hub.authorize_finish(request).await
    }

    pub(crate) async fn state(&self) -> AuthorizeView {
        self.hub.authorize_state(self.connection.clone()).await.unwrap()
    }

    pub(crate) async fn card(&self) -> ConnectionView {
        let all = self.hub.connections_list(()).await.unwrap();
        all.into_iter().find(|view| view.id == self.connection).unwrap()
    }

    pub(crate) async fn test(&self) -> TestReport {
        self.hub.connection_test(TestConnectionRequest { id: self.connection.clone(), deep: false }).await.unwrap()
    }

    /// The exchanges so far, by what was exchanged.
    pub(crate) fn exchanges(&self, grant_type: &str) -> usize {
        let requests = self.sim.requests_to(TOKEN);
        requests.iter().filter(|request| request.json()["grant_type"] == grant_type).count()
    }

    pub(crate) fn codes_redeemed(&self) -> usize {
        self.exchanges("authorization_code")
    }
}

pub(crate) async fn sim() -> CozeSim {
    let redirects = vec![RELAY.to_owned()];
    CozeSim::start(CozeOptions { redirects, ..CozeOptions::default() }).await.unwrap()
}

/// A Hub whose secrets outlive it, so that it can be started again.
pub(crate) async fn open(folder: &tempfile::TempDir, clock: &Arc<SetClock>) -> Result<Hub, HubError> {
    hub_core::install_crypto();
    let options = HubOptions {
        vault: Some(VaultMode::Passphrase),
        passphrase: Some(SecretString::from("correct horse")),
        limits: Limits { connect: std::time::Duration::from_secs(5), ..Limits::default() },
        clock: clock.clone(),
        // Any free port: the product's own two may be in use on this computer.
        loopback_ports: vec![0],
        scheduled_work: false,
        ..HubOptions::new(folder.path().join("hub"), "0.0.0")
    };
    let hub = Hub::open(options).await?;
    hub.settings_edit(EditSettingsRequest { relay: Some(RELAY.to_owned()), ..Default::default() }).await?;
    Ok(hub)
}

pub(crate) async fn connect(hub: &Hub, base_url: &str, client: &str, secret: Option<&str>) -> ConnectionId {
    let secrets = secret.map(|secret| (CLIENT_SECRET.to_owned(), SecretInput::new(secret)));
    let request = ConnectRequest {
        proxy: None,
        platform: PlatformId::Coze,
        name: None,
        base_url: Some(base_url.to_owned()),
        fields: BTreeMap::from([(CLIENT_ID.to_owned(), client.to_owned())]),
        secrets: secrets.into_iter().collect(),
        // Nothing is there yet that could be tested; saving such a client is no failure.
        verify: true,
        allow_plain_http: false,
        as_typed: false,
    };
    hub.connection_add(request).await.unwrap().id
}

/// The address to open of an authorization that waits.
pub(crate) fn url(view: &AuthorizeView) -> String {
    match view {
        AuthorizeView::Pending { url, .. } => url.clone(),
        other => panic!("it should wait: {other:?}"),
    }
}

pub(crate) fn hint(refused: Result<AuthorizeView, HubError>) -> String {
    refused.expect_err("refused").detail.hint.unwrap_or_default()
}

/// The hint of an authorization that failed.
pub(crate) fn failure(view: AuthorizeView) -> String {
    match view {
        AuthorizeView::Failed { error } => error.detail.hint.unwrap_or_default(),
        other => panic!("it should have failed: {other:?}"),
    }
}

pub(crate) fn account(view: AuthorizeView) -> Option<String> {
    match view {
        AuthorizeView::Connected { account, .. } => account,
        other => panic!("it should be connected: {other:?}"),
    }
}
