//! One HTTP client a network, with the proxy and the certificates that belong to it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use hub_contract::{ErrorCode, HubError};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Certificate, NoProxy, Url};
use secrecy::ExposeSecret;
use tokio::net::lookup_host;

use crate::address;
use crate::allowed_hosts::AllowedHosts;
use crate::endpoint::{Network, Proxy};
use crate::limits::Limits;
use crate::reach::{NotPublic, Reach};
use crate::resolver::Resolver;

/// Hosts of this computer are never asked for from a proxy.
const NEVER_PROXIED: &str = "localhost,.localhost,127.0.0.0/8,::1";
/// The port of SOCKS proxies whose address names none (RFC 1928, 3).
const SOCKS_PORT: u16 = 1080;

/// The clients made so far. Building one reads certificates, so they are kept.
#[derive(Debug)]
pub(super) struct Clients {
    made: Mutex<Vec<(Key, Client)>>,
    resolver: Option<Arc<dyn Resolver>>,
    /// Absent allows every host.
    hosts: Option<AllowedHosts>,
}

/// What two calls must have in common to share a client.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    network: Network,
    /// The system's proxy for the call, where it counts: a client keeps the one it was made with, and systems change
    /// theirs while programs run.
    system_proxy: Option<String>,
    encrypted: bool,
    /// Open connections are shared only with calls that may lead as far.
    reach: Reach,
}

/// A client and the proxy it would use.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) http: reqwest::Client,
    /// The proxy that its calls go through, as `scheme://host:port`.
    pub(super) proxy: Option<String>,
}

/// The host that a call connects to: the platform's, or the proxy's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FirstHop {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) is_proxy: bool,
}

impl Client {
    /// What a call to `url` connects to first.
    pub(super) fn first_hop(&self, url: &Url) -> FirstHop {
        let proxy = self.proxy.as_deref().and_then(|proxy| Url::parse(proxy).ok());
        let first = proxy.as_ref().unwrap_or(url);
        FirstHop {
            host: first.host_str().unwrap_or_default().to_owned(),
            port: first.port_or_known_default().unwrap_or(SOCKS_PORT),
            is_proxy: proxy.is_some(),
        }
    }
}

impl Clients {
    /// Without a resolver the system resolves host names.
    pub(super) fn new(resolver: Option<Arc<dyn Resolver>>, hosts: Option<AllowedHosts>) -> Self {
        Self { made: Mutex::default(), resolver, hosts }
    }

    /// The client for a call to `url`. Nothing is sent without one, so hosts that are not allowed are refused here.
    ///
    /// # Errors
    /// `forbidden` for a host that is not allowed, `tls` for a CA file that cannot be read, `proxy` for a proxy address that
    /// is none.
    pub(super) async fn client(
        &self,
        network: &Network,
        url: &Url,
        reach: Reach,
        limits: &Limits,
    ) -> Result<Client, HubError> {
        self.refuse_host(url)?;
        let key = Key::of(network, url, reach);
        let find = |made: &[(Key, Client)]| made.iter().find(|(of, _)| *of == key).map(|(_, client)| client.clone());
        if let Some(client) = find(&self.made.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(client);
        }
        let client = self.build(&key, limits).await?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = find(&made) {
            return Ok(client);
        }
        made.push((key, client.clone()));
        Ok(client)
    }

    /// A client for one call to `url`, without any connection that is still open.
    ///
    /// # Errors
    /// As [`client`](Self::client).
    pub(super) async fn unshared(&self, network: &Network, url: &Url, limits: &Limits) -> Result<Client, HubError> {
        self.refuse_host(url)?;
        self.build(&Key::of(network, url, Reach::Anywhere), limits).await
    }

    /// What resolves names; `None` is the system.
    pub(super) fn resolver(&self) -> Option<&dyn Resolver> {
        self.resolver.as_deref()
    }

    /// Refuses a host that may not be connected to.
    ///
    /// # Errors
    /// `forbidden` with the hint `policy_host`.
    pub(super) fn refuse_host(&self, url: &Url) -> Result<(), HubError> {
        if self.hosts.as_ref().is_none_or(|hosts| hosts.allows(url)) {
            return Ok(());
        }
        let host = url.host_str().unwrap_or_default();
        let mut error = HubError::new(ErrorCode::Forbidden, format!("connections to {host} are not allowed here"));
        error.detail.host = Some(host.to_owned());
        Err(error.hint("policy_host"))
    }

    async fn build(&self, key: &Key, limits: &Limits) -> Result<Client, HubError> {
        let (key, limits, resolver) = (key.clone(), *limits, self.resolver.clone());
        // Reads certificate files, so not on a thread of the runtime.
        let built = tokio::task::spawn_blocking(move || build(&key, &limits, resolver)).await;
        built.map_err(|_| HubError::internal("Building the HTTP client failed."))?
    }
}

impl Key {
    fn of(network: &Network, url: &Url, reach: Reach) -> Self {
        let proxy = if address::is_loopback(url) { Proxy::None } else { network.proxy.clone() };
        let system_proxy = if proxy == Proxy::System { system_proxy(url) } else { None };
        let own_proxy = match &proxy {
            Proxy::Custom { url, .. } => Some(url),
            Proxy::System | Proxy::None => system_proxy.as_ref(),
        };
        // Plain http needs no certificates, and must work on a computer that has none.
        let encrypted = url.scheme() == "https" || own_proxy.is_some_and(|proxy| proxy.starts_with("https://"));
        Self { network: Network { proxy, ..network.clone() }, system_proxy, encrypted, reach }
    }
}

/// The proxy that the system has for `url`, as `scheme://host:port`.
fn system_proxy(url: &Url) -> Option<String> {
    let proxy = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
    let uri = proxy.uri();
    let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{}{port}", uri.scheme_str().unwrap_or("http"), uri.host()?))
}

fn build(key: &Key, limits: &Limits, resolver: Option<Arc<dyn Resolver>>) -> Result<Client, HubError> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(HubError::internal("No crypto library is installed."));
    }
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("HubDesktop/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits.connect)
        .redirect(Policy::none())
        .referer(false)
        // Bodies are decoded by our own decoder, which knows how far one may swell.
        .no_gzip()
        .no_brotli()
        .no_deflate();

    let mut shown_proxy = key.system_proxy.clone();
    match &key.network.proxy {
        Proxy::System => {}
        Proxy::None => builder = builder.no_proxy(),
        Proxy::Custom { url, user, password } => {
            let mut proxy = reqwest::Proxy::all(url).map_err(|_| bad_proxy())?;
            if !user.is_empty() {
                proxy = proxy.basic_auth(user, password.as_ref().map_or("", |password| password.expose_secret()));
            }
            builder = builder.proxy(proxy.no_proxy(NoProxy::from_string(NEVER_PROXIED)));
            shown_proxy = Some(address::shown_proxy(url).ok_or_else(bad_proxy)?);
        }
    }

    // Through a proxy only the proxy's own name is resolved here, and that one a person chose.
    let reach = if shown_proxy.is_some() { Reach::Anywhere } else { key.reach };
    if resolver.is_some() || reach != Reach::Anywhere {
        builder = builder.dns_resolver(Resolved { resolver, reach });
    }

    builder = if !key.encrypted {
        builder.tls_certs_only([])
    } else {
        match &key.network.ca_file {
            Some(path) => {
                let pem = std::fs::read(path).map_err(|error| bad_ca_file(&error.to_string()))?;
                let certificates = Certificate::from_pem_bundle(&pem).map_err(|_| bad_ca_file("It is no PEM file."))?;
                if certificates.is_empty() {
                    return Err(bad_ca_file("It holds no certificate."));
                }
                builder.tls_certs_merge(certificates)
            }
            None => builder,
        }
    };
    let http = builder.build().map_err(|error| {
        let mut wrong = HubError::new(ErrorCode::Tls, "The certificates of this computer could not be loaded.");
        wrong.detail.text = std::error::Error::source(&error).map(ToString::to_string);
        wrong.hint("no_certificates")
    })?;
    Ok(Client { http, proxy: shown_proxy })
}

/// A resolver as the HTTP client wants it.
struct Resolved {
    /// `None` is the system.
    resolver: Option<Arc<dyn Resolver>>,
    reach: Reach,
}

impl Resolve for Resolved {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolver, reach) = (self.resolver.clone(), self.reach);
        Box::pin(async move {
            let mut found = match resolver {
                Some(resolver) => resolver.resolve(name.as_str()).await?,
                None => lookup_host((name.as_str(), 0)).await?.map(|address| address.ip()).collect(),
            };
            let resolves = !found.is_empty();
            found.retain(|ip| reach.holds(*ip));
            if resolves && found.is_empty() {
                return Err(NotPublic.into());
            }
            // The client puts the port of the URL in.
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}

fn bad_proxy() -> HubError {
    HubError::new(ErrorCode::Proxy, "The proxy's address is not one.").hint("proxy_address").field("proxy")
}

fn bad_ca_file(why: &str) -> HubError {
    let mut error = HubError::new(ErrorCode::Tls, "The file with certificate authorities cannot be used.");
    error.detail.text = Some(why.to_owned());
    error.hint("ca_file").field("ca_file")
}
