//! Settings. [`Preferences`] are lost without harm and live in the shell's store file; [`Settings`] belong to the Hub
//! and live in its database.

use serde::{Deserialize, Serialize};

use crate::conversation::Target;
use crate::platform::Language;
use crate::secret::SecretInput;

/// How the window looks and where it was left.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The language; absent follows the system.
    pub language: Option<Language>,
    /// The theme.
    pub theme: Theme,
    /// The text size.
    pub text_size: TextSize,
    /// Width of the list column, in CSS pixels; 0 is the usual one.
    pub list_width: u32,
    /// Whether the list column is hidden.
    pub list_hidden: bool,
    /// The page that was open, as a path.
    pub last_page: Option<String>,
    /// Whom the last new conversation was with.
    pub last_target: Option<Target>,
    /// The person has left the first page, so it does not come back.
    pub onboarded: bool,
    /// What Enter does in the composer.
    pub send_key: SendKey,
}

/// Themes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Text sizes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextSize {
    /// 100 %
    #[default]
    Usual,
    /// 112.5 %
    Large,
    /// 125 %
    Larger,
}

/// Which key sends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendKey {
    /// Enter sends, Shift + Enter makes a line.
    #[default]
    Enter,
    /// Ctrl (or ⌘) + Enter sends, Enter makes a line.
    ModEnter,
}

/// Preferences with what the page has to know beside them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreferencesView {
    /// The preferences.
    pub preferences: Preferences,
    /// The language to use: the chosen one or the system's.
    pub language: Language,
    /// The system's theme is dark.
    pub system_dark: bool,
    /// The store file was damaged and the defaults hold; the page says so once.
    pub recovered: bool,
}

/// What belongs to the Hub.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The proxy for connections without one of their own.
    pub proxy: ProxySetting,
    /// A PEM file with further certificate authorities.
    pub ca_file: Option<String>,
    /// Where secrets are kept.
    pub vault: VaultMode,
    /// How many earlier messages a stateless model gets at most; 0 means as many as fit.
    pub history_limit: u32,
    /// The relay page that hands Coze's answer to this program; empty means the project's own.
    pub relay: String,
}

/// A proxy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum ProxySetting {
    /// As the system and the environment say.
    #[default]
    System,
    /// None.
    None,
    /// This one.
    Custom {
        /// `http://`, `https://` or `socks5://`, host and port; never a password.
        url: String,
        /// The user name.
        #[serde(default)]
        user: String,
        /// Whether a password is stored in the keychain.
        #[serde(default)]
        has_password: bool,
    },
}

/// Where secrets are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultMode {
    /// The system's keychain.
    #[default]
    Keychain,
    /// In memory: entered anew at every start.
    Session,
    /// A file, locked by a passphrase.
    Passphrase,
}

/// Changes settings. Absent parts stay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditSettingsRequest {
    /// New proxy.
    pub proxy: Option<ProxySetting>,
    /// Its password.
    pub proxy_password: Option<SecretInput>,
    /// New CA file; empty removes it.
    pub ca_file: Option<String>,
    /// Another place for secrets from now on.
    pub vault: Option<VaultMode>,
    /// New history limit.
    pub history_limit: Option<u32>,
    /// New relay page; empty means the project's own.
    pub relay: Option<String>,
}

/// Opens the passphrase vault, or makes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnlockVaultRequest {
    /// The passphrase.
    pub passphrase: SecretInput,
}
