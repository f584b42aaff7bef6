//! The Hub's own state: where its data lies, how it fares, backups, the doctor.

use serde::{Deserialize, Serialize};

use crate::platform::Language;
use crate::secret::SecretInput;
use crate::settings::VaultMode;
use crate::{HubError, UtcMs};

/// What this program is and whose Hub it has open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppInfo {
    /// Its version.
    pub version: String,
    /// The data directory.
    pub data_dir: String,
    /// True while nothing has been connected or said.
    pub is_empty: bool,
    /// What the person has to be told before anything else, for example that the database was written by a newer version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<HubError>,
}

/// Where the data lies and how much there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataView {
    /// The data directory.
    pub data_dir: String,
    /// Bytes of conversations and configuration.
    pub database_bytes: u64,
    /// Bytes of attachments and generated files.
    pub files_bytes: u64,
    /// Bytes of backups.
    pub backups_bytes: u64,
    /// How many backups there are.
    pub backups: u32,
    /// When the newest backup was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_backup: Option<UtcMs>,
    /// How many conversations there are.
    pub conversations: u64,
    /// How many messages there are.
    pub messages: u64,
    /// The vault.
    pub vault: VaultView,
}

/// How the place for secrets fares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VaultView {
    /// Where secrets are kept.
    pub mode: VaultMode,
    /// The keychain's own name, for example `Secret Service`.
    pub backend: String,
    /// How many secrets the Hub knows of.
    pub secrets: u32,
    /// Why it cannot be used now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<HubError>,
    /// Nobody has used it since the start, so its state is unknown; asking would read the keychain.
    #[serde(default)]
    pub unused: bool,
}

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoctorReport {
    /// The checks, in order.
    pub checks: Vec<DoctorCheck>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoctorCheck {
    /// Which: `version`, `data_dir`, `database`, `keychain`, `proxy`, `ca_file`, `scheme`.
    pub id: String,
    /// How it stands.
    pub state: CheckState,
    /// The fact, for example a path or a version. Nothing secret.
    pub fact: String,
    /// What is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<HubError>,
}

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Good.
    Ok,
    /// Works, with something to know.
    Warn,
    /// Broken.
    Fail,
}

/// Writes a verified copy of the Hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackupRequest {
    /// The file to write; absent takes a dated name in the backups folder.
    #[serde(default)]
    pub path: Option<String>,
}

/// A backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupView {
    /// Where it lies.
    pub path: String,
    /// Its size, in bytes.
    pub bytes: u64,
    /// When it was made.
    pub made_at: UtcMs,
}

/// Puts a backup in place of the Hub's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreRequest {
    /// The backup.
    pub path: String,
    /// Do it; otherwise only say what it holds.
    #[serde(default)]
    pub apply: bool,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreView {
    /// When it was made.
    pub made_at: UtcMs,
    /// Its conversations.
    pub conversations: u64,
    /// Its messages.
    pub messages: u64,
    /// Where the present data was put aside, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

/// Writes everything for another computer into one locked file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveRequest {
    /// The file to write.
    pub path: String,
    /// The passphrase that locks it.
    pub passphrase: SecretInput,
}

/// Opens a web page in the person's browser, through the one allow-list of links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLinkRequest {
    /// The address: http or https.
    pub url: String,
}

/// Tells the shell the page's language and theme once they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageReady {
    /// The language shown.
    pub language: Language,
}
