//! Connections: one account or endpoint on a platform.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::authorize::Authorized;
use crate::deep_test::TestStep;
use crate::id::{ConnectionId, ModelId};
use crate::secret::{SecretHint, SecretInput};
use crate::settings::ProxySetting;
use crate::{HubError, PlatformId, UtcMs};

/// A connection as pages and terminals see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectionView {
    /// Its id.
    pub id: ConnectionId,
    /// Its platform.
    pub platform: PlatformId,
    /// The operator's name for it.
    pub name: String,
    /// The stored base URL; the dialect only appends its own path.
    pub base_url: String,
    /// The address a chat request goes to.
    pub final_url: String,
    /// Fields that are not secret.
    pub fields: BTreeMap<String, String>,
    /// What is known of each secret field.
    pub secrets: BTreeMap<String, SecretState>,
    /// Its authorization, for accounts that were authorized.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized: Option<Authorized>,
    /// Whether it works, as far as the last test or call told.
    pub state: ConnectionState,
    /// How many of its models are enabled.
    pub models_enabled: u32,
    /// How many agents stand on it.
    pub agents: u32,
    /// When its model list was last fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_at: Option<UtcMs>,
    /// The last test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_test: Option<TestReport>,
    /// A proxy of its own; absent means the Hub's setting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<ProxySetting>,
    /// The operator allowed plain http to this public host.
    #[serde(default)]
    pub plain_http_allowed: bool,
    /// When it was made.
    pub created_at: UtcMs,
}

/// What is known of one secret field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SecretState {
    /// Whether a secret is stored for it.
    pub has_secret: bool,
    /// The hint, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<SecretHint>,
}

/// Whether a connection works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConnectionState {
    /// Saved, never tested.
    Untested,
    /// The last test or call succeeded.
    Ready,
    /// The last test or call failed; the card is amber and says why.
    Attention {
        /// What failed.
        error: HubError,
    },
    /// A credential has to be entered.
    CredentialMissing,
}

/// Makes a connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectRequest {
    /// The platform.
    pub platform: PlatformId,
    /// A name; empty or absent takes the platform's own.
    #[serde(default)]
    pub name: Option<String>,
    /// The confirmed address; absent takes the catalogue's.
    #[serde(default)]
    pub base_url: Option<String>,
    /// Fields that are not secret.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Secret fields.
    #[serde(default)]
    pub secrets: BTreeMap<String, SecretInput>,
    /// A proxy of its own; absent takes the Hub's setting.
    #[serde(default)]
    pub proxy: Option<ProxyChoice>,
    /// Test before saving; a failed test then saves nothing.
    #[serde(default = "yes")]
    pub verify: bool,
    /// The operator accepts plain http to a public host.
    #[serde(default)]
    pub allow_plain_http: bool,
    /// The address is stored as it was typed: nothing is completed or removed.
    #[serde(default)]
    pub as_typed: bool,
}

/// Changes a connection. Absent parts stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditConnectionRequest {
    /// Which.
    pub id: ConnectionId,
    /// New name.
    #[serde(default)]
    pub name: Option<String>,
    /// New address. Another scheme, host or port drops the stored secrets.
    #[serde(default)]
    pub base_url: Option<String>,
    /// New fields that are not secret.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// New secrets.
    #[serde(default)]
    pub secrets: BTreeMap<String, SecretInput>,
    /// A proxy of its own, or the Hub's again.
    #[serde(default)]
    pub proxy: Option<ProxyChoice>,
    /// The operator accepts plain http to a public host.
    #[serde(default)]
    pub allow_plain_http: Option<bool>,
    /// The new address is stored as it was typed: nothing is completed or removed.
    #[serde(default)]
    pub as_typed: bool,
    /// Test before saving.
    #[serde(default = "yes")]
    pub verify: bool,
}

/// Whose proxy a connection uses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "use", rename_all = "snake_case")]
pub enum ProxyChoice {
    /// The Hub's setting.
    Hub,
    /// One of its own.
    Own {
        /// The setting.
        proxy: ProxySetting,
        /// Its password, when it changes; an empty one removes it. A stored one is kept only for the same address.
        #[serde(default)]
        password: Option<SecretInput>,
    },
}

/// Stores a secret of an existing connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetSecretRequest {
    /// Which connection.
    pub id: ConnectionId,
    /// Which field, for example `api_key`.
    pub field: String,
    /// The secret.
    pub secret: SecretInput,
    /// Test before saving.
    #[serde(default = "yes")]
    pub verify: bool,
}

/// Tests a saved connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestConnectionRequest {
    /// Which.
    pub id: ConnectionId,
    /// Walk the whole way, from the host's name to a stopped answer: [`TestStage`](crate::deep_test::TestStage). Asks one
    /// or two short questions where there is somebody to ask, which costs what such questions cost.
    #[serde(default)]
    pub deep: bool,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestReport {
    /// When.
    pub at: UtcMs,
    /// Whether the platform accepted it.
    pub ok: bool,
    /// From the request to the complete answer, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// False when the call succeeds without a key, so the key is not proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_verified: Option<bool>,
    /// How many models the platform offers, when the test listed them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<u32>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<HubError>,
    /// Every step of a deep test, in order; empty for a plain one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<TestStep>,
}

impl TestReport {
    /// A test that was refused.
    pub fn failed(at: UtcMs, error: HubError) -> Self {
        Self {
            at,
            ok: false,
            latency_ms: None,
            key_verified: None,
            models: None,
            error: Some(error),
            steps: Vec::new(),
        }
    }
}

/// Looks at an address while it is typed. Nothing is sent anywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckAddressRequest {
    /// The platform of the form.
    pub platform: PlatformId,
    /// What the form holds.
    pub base_url: String,
    /// The operator wants it as typed: nothing is completed or removed.
    #[serde(default)]
    pub as_typed: bool,
}

/// What the form shows below the address: before, after and the final URL. The operator confirms; nothing is guessed later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddressCheck {
    /// What was typed.
    pub before: String,
    /// The proposed base URL; empty when there is none.
    pub after: String,
    /// Where a chat request would go; empty when there is no proposal.
    pub final_url: String,
    /// What stands in the way or was mended.
    pub notes: Vec<AddressNote>,
}

impl AddressCheck {
    /// True when the address can be used as proposed.
    pub fn is_usable(&self) -> bool {
        !self.after.is_empty() && !self.notes.iter().any(|note| note.blocks())
    }
}

/// One remark on an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressNote {
    /// Nothing was typed.
    Empty,
    /// There are spaces inside.
    Spaces,
    /// `http://` or `https://` is missing.
    NoScheme,
    /// Another scheme than http or https.
    OtherScheme,
    /// A user name or password stands in the address.
    Credentials,
    /// Not an address at all.
    NotAnAddress,
    /// Plain http to a public host: needs the operator's tick.
    PlainHttp,
    /// Surrounding space or a closing slash was removed.
    Trimmed,
    /// A pasted operation such as `/chat/completions` was removed.
    OperationRemoved,
    /// A doubled version such as `/v1/v1` was made one.
    VersionDoubled,
    /// `/v1` was added to an address without a path.
    VersionAdded,
}

impl AddressNote {
    /// True for a guess at what was meant, which the operator can refuse by using the address as typed.
    pub fn is_guess(self) -> bool {
        matches!(self, Self::OperationRemoved | Self::VersionDoubled | Self::VersionAdded)
    }

    /// True when the form cannot be saved with it.
    pub fn blocks(self) -> bool {
        matches!(
            self,
            Self::Empty | Self::Spaces | Self::NoScheme | Self::OtherScheme | Self::Credentials | Self::NotAnAddress
        )
    }
}

/// Removes a connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RemoveConnectionRequest {
    /// Which.
    pub id: ConnectionId,
    /// What becomes of the agents that stand on it.
    #[serde(default)]
    pub agents: DependentAgents,
}

/// What becomes of agents whose connection goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DependentAgents {
    /// Nothing is removed while agents stand on it.
    #[default]
    Refuse,
    /// They stay, switched off.
    Disable,
    /// They go too.
    Remove,
}

/// Asks what an account can offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Only what contains this text, ignoring case.
    #[serde(default)]
    pub search: Option<String>,
    /// Ask the platform again instead of using the stored list.
    #[serde(default)]
    pub refresh: bool,
}

/// Switches models on or off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnableModelsRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which models; ids the list does not hold are kept as typed-in ones.
    pub models: Vec<ModelId>,
    /// On or off.
    pub enabled: bool,
}

fn yes() -> bool {
    true
}
