//! What the administrator of a computer has decided for every Hub on it.

use serde::{Deserialize, Serialize};

use crate::HubError;

/// A setting of the Hub that can be locked, by its name in the policy and in [`crate::settings::Settings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingKey {
    /// The proxy, also in place of one that a connection has for itself.
    Proxy,
    /// The PEM file with further certificate authorities.
    CaFile,
    /// Where secrets are kept.
    Vault,
    /// How many earlier messages a stateless model gets.
    HistoryLimit,
    /// The relay page of authorizations.
    Relay,
}

impl SettingKey {
    /// Every one of them.
    pub const ALL: [Self; 5] = [Self::Proxy, Self::CaFile, Self::Vault, Self::HistoryLimit, Self::Relay];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::CaFile => "ca_file",
            Self::Vault => "vault",
            Self::HistoryLimit => "history_limit",
            Self::Relay => "relay",
        }
    }
}

/// What holds on this computer. Without a policy everything in it is empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyView {
    /// The file that it was read from; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Why it is not obeyed, or which of it could not be read and is as strict as it can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<HubError>,
    /// A folder, a file or an HTTPS address where bundles for this computer lie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_path: Option<String>,
    /// A bundle waits there, and this Hub has imported none yet.
    pub bundle_waits: bool,
    /// The fingerprints of keys that are trusted without a question.
    pub trusted_issuer_keys: Vec<String>,
    /// The only hosts that may be connected to; absent allows all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_hosts: Option<Vec<String>>,
    /// The program does not update itself.
    pub disable_updates: bool,
    /// Nothing is written out of the Hub.
    pub disable_export: bool,
    /// The settings that cannot be changed here.
    pub locked_settings: Vec<SettingKey>,
    /// Keys that this version does not know.
    pub unknown_keys: Vec<String>,
}

impl PolicyView {
    /// Whether a setting cannot be changed here.
    pub fn locks(&self, setting: SettingKey) -> bool {
        self.locked_settings.contains(&setting)
    }
}
