//! Signing in to an account on a platform (OAuth): how the answer comes back, and how far it is.

use serde::{Deserialize, Serialize};

use crate::id::ConnectionId;
use crate::secret::SecretInput;
use crate::{HubError, UtcMs};

/// The program's own scheme. A private one must be a domain read backwards (RFC 8252 7.1).
pub const SCHEME: &str = "dev.hubdesktop.hub";
/// The one path that an answer of Coze comes back on: each platform has its own, so that answers cannot be mixed up.
pub const COZE_PATH: &str = "/oauth/coze";
/// The ports of this computer that answers come back to. Coze compares addresses letter by letter, so they are fixed.
pub const LOOPBACK_PORTS: [u16; 2] = [17643, 17644];
/// The static page of `relay/`, where the project publishes it. Any HTTPS address with that page will do.
pub const RELAY: &str = "https://hubdesktop.dev/oauth/coze";
/// The permissions that a Coze app needs for everything that the Hub does (`wire/agents.md` 4.4).
pub const COZE_PERMISSIONS: &[&str] = &[
    "listWorkspace",
    "listBot",
    "listWorkflow",
    "getMetadata",
    "chat",
    "getChat",
    "cancelChat",
    "submitToolChat",
    "createConversation",
    "uploadFile",
    "run",
    "feedback",
];

/// The loopback address of a port.
pub fn loopback_address(port: u16) -> String {
    format!("http://127.0.0.1:{port}{COZE_PATH}")
}

/// The three addresses to register with the app on Coze; it takes three at most.
pub fn redirect_addresses(relay: &str) -> [String; 3] {
    let [first, second] = LOOPBACK_PORTS;
    [relay.to_owned(), loopback_address(first), loopback_address(second)]
}

/// How an answer comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizeWay {
    /// The program's scheme, through the relay page.
    DeepLink,
    /// A fixed address of this computer.
    Loopback,
    /// A code that the person types in on another device.
    Device,
    /// The person pastes the final address.
    Paste,
}

/// Begins an authorization. One that is going on for any account is given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizeRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// How the answer comes back.
    pub way: AuthorizeWay,
    /// Without PKCE: for a web client whose server refuses it. Ignored where there is no client secret.
    #[serde(default)]
    pub without_pkce: bool,
}

/// Goes on with an authorization: brings the pasted address, or says that another account is welcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FinishAuthorizeRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// The address, with its code: treated as a secret.
    #[serde(default)]
    pub address: Option<SecretInput>,
    /// The account that answered takes the place of the one before.
    #[serde(default)]
    pub replace: bool,
}

/// How far the authorization of a connection is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AuthorizeView {
    /// None is going on.
    Idle,
    /// The browser is waited for.
    Pending {
        /// How the answer comes back.
        way: AuthorizeWay,
        /// The address to open in the browser.
        url: String,
        /// The code to type in there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_code: Option<String>,
        /// When it is given up.
        expires_at: UtcMs,
        /// Why the last link was not the answer, where one came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refused: Option<HubError>,
    },
    /// The answer came and is exchanged for tokens.
    Exchanging,
    /// Another account than before answered; its tokens are kept until the person says which one is meant.
    OtherAccount {
        /// The account before.
        before: String,
        /// The account that answered.
        now: String,
    },
    /// It succeeded.
    Connected {
        /// The account that answered, where the platform tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<String>,
        /// The tokens are saved, but what the account offers could not be listed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        list_error: Option<HubError>,
    },
    /// It failed; nothing that was saved before has changed.
    Failed {
        /// Why.
        error: HubError,
    },
}

impl AuthorizeView {
    /// True while something is still to come without the person's doing in the Hub.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Self::Pending { .. } | Self::Exchanging)
    }
}

/// What is known of the authorization that a connection has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorized {
    /// The account, where the platform told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// When it was authorized.
    pub at: UtcMs,
}
