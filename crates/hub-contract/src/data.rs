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
    /// Where secrets are kept now; an argument of the program may differ from the setting.
    #[serde(default)]
    pub vault: VaultMode,
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
    /// How many attachments and generated files there are.
    #[serde(default)]
    pub files: u64,
    /// Bytes of attachments and generated files.
    pub files_bytes: u64,
    /// Bytes of backups.
    pub backups_bytes: u64,
    /// How many backups there are.
    pub backups: u32,
    /// When the newest backup was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_backup: Option<UtcMs>,
    /// Why the last automatic backup could not be made; absent once one could. The older ones are still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_error: Option<HubError>,
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
    /// Which: `version`, `data_dir`, `database`, `keychain`, `proxy`, `ca_file`, `scheme`, `policy`.
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
    /// What it was made for.
    #[serde(default)]
    pub kind: BackupKind,
    /// Files that messages hold but that were lost before it was made; known only when it has just been made.
    #[serde(default)]
    pub missing_files: u64,
}

/// What a backup was made for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupKind {
    /// A person asked for it.
    #[default]
    Asked,
    /// Made by itself, once a day.
    Automatic,
    /// What was there before a restore: restoring it undoes that.
    Undo,
    /// The database before a newer version changed its format.
    Migration,
    /// Everything for another computer, with credentials, locked by a passphrase.
    Move,
}

/// Puts a backup, or what was moved from another computer, in place of the Hub's data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestoreRequest {
    /// The file.
    pub path: String,
    /// Do it; otherwise only read and verify all of it and say what it holds.
    #[serde(default)]
    pub apply: bool,
    /// Opens a file that was locked when the Hub was moved.
    #[serde(default)]
    pub passphrase: Option<SecretInput>,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreView {
    /// What it was made for: `move` when it was locked by a passphrase, else `asked`.
    #[serde(default)]
    pub kind: BackupKind,
    /// When it was made.
    pub made_at: UtcMs,
    /// Its connections.
    #[serde(default)]
    pub connections: u64,
    /// Its conversations.
    pub conversations: u64,
    /// Its messages.
    pub messages: u64,
    /// Its attachments and generated files.
    #[serde(default)]
    pub files: u64,
    /// Files that were lost before it was made.
    #[serde(default)]
    pub missing_files: u64,
    /// Its credentials; 0 in a backup, which holds none.
    #[serde(default)]
    pub credentials: u64,
    /// It is of another Hub and holds no credentials, so they have to be entered again.
    #[serde(default)]
    pub credentials_needed: bool,
    /// Where the present data was put aside, once it is done. Restoring this undoes it, except after the database could
    /// not be opened: then it is a folder with the damaged files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

/// What was put aside for a new Hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartAnewView {
    /// The folder with the database that could not be opened.
    pub aside: String,
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

/// Tells the shell that the page stopped by a fault of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFailed {
    /// Where in the page's code: numbers of functions. Never what the fault says: that may hold what somebody wrote.
    pub place: String,
}

/// Closes the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseRequest {
    /// Stop the answers that are still being written. Otherwise the window stays open while there are any.
    #[serde(default)]
    pub stop_runs: bool,
}

/// Whether the window closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseView {
    /// How many answers are still being written and keep the window open; 0 when it closes.
    pub active: u32,
}
