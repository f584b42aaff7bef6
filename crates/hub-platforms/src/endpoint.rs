//! Where a call goes: a platform, its address, its credentials and the way there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use hub_contract::PlatformId;
use secrecy::{ExposeSecret, SecretString};

use crate::token::TokenSource;

/// One connection, ready to be called. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The platform.
    pub platform: PlatformId,
    /// The stored base URL; a dialect only appends its own path.
    pub base_url: String,
    /// Fields that are not secret.
    pub fields: BTreeMap<String, String>,
    /// Secret fields.
    pub secrets: BTreeMap<String, SecretString>,
    /// Where its access token comes from, for accounts that were authorised instead of given a key. What it yields
    /// stands in `secrets` under [`ACCESS_TOKEN`](crate::ACCESS_TOKEN) when a dialect looks.
    pub token: Option<Arc<dyn TokenSource>>,
    /// The way there.
    pub network: Network,
}

/// The way to a platform. Calls with equal networks share one HTTP client and its open connections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The proxy.
    pub proxy: Proxy,
    /// A PEM file with further certificate authorities, trusted beside the system's.
    pub ca_file: Option<PathBuf>,
}

/// Which proxy is used. Hosts on this computer (`localhost`, 127.0.0.0/8, `::1`) are always reached directly.
#[derive(Debug, Clone, Default)]
pub enum Proxy {
    /// As the system and the environment say.
    #[default]
    System,
    /// None.
    None,
    /// This one.
    Custom {
        /// `http://`, `https://`, `socks5://` or `socks5h://`, host and port.
        url: String,
        /// The user name; empty for none.
        user: String,
        /// Its password.
        password: Option<SecretString>,
    },
}

impl PartialEq for Proxy {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::System, Self::System) | (Self::None, Self::None) => true,
            (
                Self::Custom { url, user, password },
                Self::Custom { url: other_url, user: other_user, password: other_password },
            ) => {
                let expose = |password: &Option<SecretString>| password.as_ref().map(|p| p.expose_secret().to_owned());
                url == other_url && user == other_user && expose(password) == expose(other_password)
            }
            _ => false,
        }
    }
}

impl Eq for Proxy {}
