//! The front of the crate: what the core asks of platforms.

use std::collections::BTreeMap;
use std::sync::Arc;

use hub_contract::connection::AddressCheck;
use hub_contract::deep_test::TestStep;
use hub_contract::error::HubError;
use hub_contract::model::CatalogItem;
use hub_contract::run::RemoteIds;
use hub_contract::{PlatformId, UtcMs};

use crate::allowed_hosts::AllowedHosts;
use crate::authorize::{AccountInfo, AuthorizeAsk, DeviceGrant};
use crate::chat::Chat;
use crate::endpoint::{Endpoint, Network};
use crate::learned::Memory;
use crate::limits::Limits;
use crate::queue::Queue;
use crate::reason::Reason;
use crate::resolver::Resolver;
use crate::token::{TokenGrant, TokenRequest};
use crate::transport::Transport;
use crate::turn::{App, AppInfo, Asker, Opinion, Turn};
use crate::{address, dialect, exchange, fetch, icon, inquiry, run};

/// All platforms. Cheap to clone; clones share their HTTP clients and what was learned about endpoints.
#[derive(Debug, Clone)]
pub struct Platforms {
    transport: Arc<Transport>,
    memory: Arc<Memory>,
    queue: Arc<Queue>,
}

/// A connection test that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tested {
    /// From the request to the complete answer, in milliseconds.
    pub latency_ms: u64,
    /// Whether the credential is proven: `Some(false)` when the same call succeeds without it, `None` when there is
    /// none or it could not be told.
    pub key_verified: Option<bool>,
    /// How many models the platform listed.
    pub models: Option<u32>,
}

/// How stopping a run on the platform's side ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The platform said that it stopped.
    Confirmed,
    /// There is no such call, or it failed.
    Unconfirmed,
}

impl Platforms {
    /// Platforms within these limits. [`crate::install_crypto`] must have been called before the first https call.
    pub fn new(limits: Limits) -> Self {
        Self::over(Transport::new(limits, None, None))
    }

    /// As [`new`](Self::new), with connections to these hosts only. To any other every call fails with `forbidden` before
    /// anything is sent or its name is looked up.
    pub fn within(limits: Limits, hosts: AllowedHosts) -> Self {
        Self::over(Transport::new(limits, None, Some(hosts)))
    }

    /// As [`new`](Self::new), with names resolved by `resolver` instead of the system.
    pub fn with_resolver(limits: Limits, resolver: Arc<dyn Resolver>) -> Self {
        Self::over(Transport::new(limits, Some(resolver), None))
    }

    fn over(transport: Transport) -> Self {
        Self { transport: Arc::new(transport), memory: Arc::default(), queue: Arc::default() }
    }

    /// How many calls were made for which reason so far; there are no others.
    pub fn calls(&self) -> BTreeMap<Reason, u64> {
        self.transport.calls()
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        self.transport.limits()
    }

    /// What the form shows below an address; `as_typed` completes and removes nothing. Pure.
    pub fn check_address(platform: PlatformId, text: &str, as_typed: bool) -> AddressCheck {
        address::check(platform, text, as_typed)
    }

    /// The address that a chat request goes to. Pure.
    pub fn final_url(platform: PlatformId, base_url: &str) -> String {
        dialect::of(platform).chat_url(base_url)
    }

    /// `scheme://host:port` with the port always written; `None` for what is no http address.
    pub fn origin(base_url: &str) -> Option<String> {
        address::origin(base_url)
    }

    /// Tests an endpoint with the cheapest call that a wrong credential is refused. Never repeated.
    ///
    /// # Errors
    /// `credential_missing`, and what the way or the platform said.
    pub async fn test(&self, endpoint: &Endpoint) -> Result<Tested, HubError> {
        inquiry::test(&self.transport, endpoint).await
    }

    /// Walks the way to an endpoint's server and stops before its credential is shown: name, connection, proxy, TLS.
    /// Ends with the first step that fails.
    pub async fn walk(&self, endpoint: &Endpoint) -> Vec<TestStep> {
        inquiry::walk(&self.transport, endpoint).await
    }

    /// What the account offers, in the platform's order.
    ///
    /// # Errors
    /// As [`test`](Self::test); `not_found` with the hint `models_unlisted` where the server has no list.
    pub async fn catalog(&self, endpoint: &Endpoint) -> Result<Vec<CatalogItem>, HubError> {
        inquiry::catalog(&self.transport, endpoint).await
    }

    /// What the platform tells about an app.
    ///
    /// # Errors
    /// As [`test`](Self::test).
    pub async fn app(&self, endpoint: &Endpoint, app: &App) -> Result<AppInfo, HubError> {
        inquiry::app(&self.transport, endpoint, app).await
    }

    /// Fetches the picture of an app, once, from the address that [`AppInfo::icon_url`] tells. No credential goes along; what
    /// the bytes are is for the caller to judge.
    ///
    /// # Errors
    /// `invalid_request` with the hint `icon_address` for an address that may not be called; `redirected`, `not_found`,
    /// `too_large`; what kept it from coming.
    pub async fn icon(&self, endpoint: &Endpoint, url: &str) -> Result<Vec<u8>, HubError> {
        icon::fetch(&self.transport, endpoint, url).await
    }

    /// Asks a question. Nothing is sent before [`Chat::next`] is awaited, nor while the server already gives as many
    /// answers as [`Limits::at_once`] allows.
    pub fn chat(&self, endpoint: Endpoint, turn: Turn) -> Chat {
        let Self { transport, memory, queue } = self.clone();
        Chat::driven(|signals| async move {
            let _place = queue.place(&endpoint.base_url, transport.limits().at_once).await;
            run::drive(transport, memory, endpoint, turn, signals).await;
        })
    }

    /// Stops a run on the platform's side. Dropping its [`Chat`] is what closes the connection.
    pub async fn stop(&self, endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds) -> Stopped {
        inquiry::stop(&self.transport, endpoint, asker, remote).await
    }

    /// True where the platform has a call that stops this run.
    pub fn can_stop(endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds) -> bool {
        inquiry::can_stop(endpoint, asker, remote)
    }

    /// Tells the platform what a person thinks of an answer.
    ///
    /// # Errors
    /// `not_found` with the hint `no_feedback` where the platform has no call for it; else as [`test`](Self::test).
    pub async fn feedback(
        &self,
        endpoint: &Endpoint,
        asker: &Asker,
        remote: &RemoteIds,
        opinion: &Opinion,
    ) -> Result<(), HubError> {
        inquiry::feedback(&self.transport, endpoint, asker, remote, opinion).await
    }

    /// Refuses a question that could not even leave this computer; sends nothing.
    ///
    /// # Errors
    /// `forbidden` for a host that is not allowed; `offline`.
    pub async fn refuse_cut_off(&self, endpoint: &Endpoint) -> Result<(), HubError> {
        match endpoint.base_url.parse() {
            Ok(url) => self.transport.refuse_cut_off(&endpoint.network, &url).await,
            // The call itself says what is wrong with such an address.
            Err(_) => Ok(()),
        }
    }

    /// Refuses an address whose host may not be connected to. Pure.
    ///
    /// # Errors
    /// `forbidden` with the hint `policy_host`.
    pub fn refuse_host(&self, base_url: &str) -> Result<(), HubError> {
        base_url.parse().map_or(Ok(()), |url| self.transport.refuse_host(&url))
    }

    /// Fetches a file of at most `limit` bytes from an address that a person chose; no credential goes along.
    ///
    /// # Errors
    /// `not_found` unless it is there; `redirected`; what kept it from coming.
    pub async fn fetch(&self, url: &str, network: &Network, limit: usize) -> Result<Vec<u8>, HubError> {
        fetch::file(&self.transport, url, network, limit).await
    }

    /// The address where a person lets the Hub into an account with a browser. Pure.
    ///
    /// # Errors
    /// `invalid_request` with the hint `authorize_platform` where there is none, `credential_missing` without a client.
    pub fn authorize_url(endpoint: &Endpoint, ask: &AuthorizeAsk) -> Result<String, HubError> {
        dialect::of(endpoint.platform).authorize_url(endpoint, ask)
    }

    /// Gets the codes with which a person lets the Hub in from another device.
    ///
    /// # Errors
    /// As [`authorize_url`](Self::authorize_url), and what the way or the platform said.
    pub async fn device_codes(&self, endpoint: &Endpoint) -> Result<DeviceGrant, HubError> {
        inquiry::device_codes(&self.transport, endpoint).await
    }

    /// Whose account the endpoint's token belongs to.
    ///
    /// # Errors
    /// As [`test`](Self::test).
    pub async fn account(&self, endpoint: &Endpoint) -> Result<AccountInfo, HubError> {
        inquiry::account(&self.transport, endpoint).await
    }

    /// Exchanges a code or an older token for a token. Never repeated: a refresh token may be used only once.
    ///
    /// # Errors
    /// `reauthorize` when the platform no longer takes what was brought; else as [`test`](Self::test).
    pub async fn exchange_token(
        &self,
        endpoint: &Endpoint,
        request: &TokenRequest,
        now: UtcMs,
    ) -> Result<TokenGrant, HubError> {
        exchange::token(&self.transport, endpoint, request, now).await
    }
}
