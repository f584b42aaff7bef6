//! Offline bundles: requests and replies of what the operator hands out.

use serde::{Deserialize, Serialize};

use crate::id::{ConnectionId, GroupId, MemberId, PlanId};
use crate::secret::SecretInput;
use crate::{HubError, PlatformId, UtcMs};

/// Who a bundle is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Audience {
    /// One member.
    Member {
        /// Which.
        member: MemberId,
    },
    /// Everybody with one of these plans or groups.
    Grants {
        /// Plans.
        plans: Vec<PlanId>,
        /// User groups.
        groups: Vec<GroupId>,
    },
}

/// What a bundle for an audience would hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleContents {
    /// How many agents.
    pub agents: u32,
    /// The connections they stand on.
    pub connections: Vec<BundleConnection>,
    /// What readers of bundles know this Hub by.
    pub issuer: String,
}

/// A connection of a bundle, and what its credential would open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleConnection {
    /// Which.
    pub id: ConnectionId,
    /// Its name.
    pub name: String,
    /// Its platform.
    pub platform: PlatformId,
    /// Whether its credential can go along.
    pub credential: BundleCredential,
    /// The names of the audience's agents that stand on it.
    pub agents: Vec<String>,
}

/// Whether a connection's credential can go along in a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BundleCredential {
    /// It can, if the operator says so.
    Key,
    /// An authorised account never does: its tokens rotate, and shared ones die. Each member authorises one of his own.
    Account,
    /// Nothing is stored.
    None,
}

/// Writes a bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportBundleRequest {
    /// The file to write.
    pub path: String,
    /// Who it is for.
    pub audience: Audience,
    /// Connections whose credentials go along.
    #[serde(default)]
    pub credentials_of: Vec<ConnectionId>,
    /// A passphrase that locks it.
    #[serde(default)]
    pub passphrase: Option<SecretInput>,
    /// Keys that open it.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// When it stops being accepted.
    #[serde(default)]
    pub not_after: Option<UtcMs>,
    /// What its readers know this Hub by; absent keeps the name of the bundle before.
    #[serde(default)]
    pub issuer: Option<String>,
}

/// Reads a bundle, and imports it when `apply` is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportBundleRequest {
    /// The file to read; only its name where its content comes along.
    pub path: String,
    /// Its bytes in base64, where a page was handed a file without being told where it lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Its passphrase.
    #[serde(default)]
    pub passphrase: Option<SecretInput>,
    /// The fingerprint the person compared.
    #[serde(default)]
    pub trust: Option<String>,
    /// Import it; otherwise only say what would change.
    #[serde(default)]
    pub apply: bool,
    /// Accept an older serial than the installed one.
    #[serde(default)]
    pub restore_older: bool,
}

/// What a bundle is and would change, or has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleView {
    /// The name of the Hub that signed it.
    pub issuer: String,
    /// The fingerprint of its key, in words that can be read out on the phone.
    pub fingerprint: String,
    /// Whether that key is trusted here.
    pub trusted: bool,
    /// Its serial; rises with every export.
    pub serial: u64,
    /// When it was made.
    pub created_at: UtcMs,
    /// When it stops being accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<UtcMs>,
    /// The name of the member it was made for; absent where it was made for plans and user groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// How many agents it holds.
    #[serde(default)]
    pub agents: u32,
    /// How many credentials it carries.
    #[serde(default)]
    pub credentials: u32,
    /// Exactly this bundle is installed.
    #[serde(default)]
    pub installed: bool,
    /// Names of connections that need a credential of the person's own afterwards.
    #[serde(default)]
    pub credentials_needed: Vec<String>,
    /// Names that mix letters which look alike; somebody may want to be taken for somebody else.
    #[serde(default)]
    pub look_alikes: Vec<String>,
    /// What would change, one entry a line of the diff.
    pub changes: Vec<BundleChange>,
}

/// One line of the diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleChange {
    /// `add`, `change` or `remove`.
    pub change: String,
    /// `agent`, `connection`, `model`, `plan`, `group`, `member` or `credential`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Another host would get what is asked here. Shown in red; the stored secret is dropped.
    #[serde(default)]
    pub danger: bool,
    /// What changes, as old and new text by field.
    pub fields: Vec<BundleFieldChange>,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleFieldChange {
    /// Which.
    pub field: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// Writes a bundle into a folder that members follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishBundleRequest {
    /// The folder.
    pub address: String,
    /// Who it is for.
    pub audience: Audience,
    /// Connections whose credentials go along.
    #[serde(default)]
    pub credentials_of: Vec<ConnectionId>,
    /// A passphrase that locks it.
    #[serde(default)]
    pub passphrase: Option<SecretInput>,
    /// Keys that open it.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// When it stops being accepted.
    #[serde(default)]
    pub not_after: Option<UtcMs>,
    /// What its readers know this Hub by; absent keeps the name of the bundle before.
    #[serde(default)]
    pub issuer: Option<String>,
}

/// Follows a place for newer bundles of the Hub that manages this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FollowBundleRequest {
    /// A folder, or the HTTPS address of a bundle; empty follows nothing any more.
    pub address: String,
    /// Opens bundles that are locked by a passphrase; kept in the vault.
    #[serde(default)]
    pub passphrase: Option<SecretInput>,
    /// How often to look, in minutes; 0 means only when somebody asks.
    #[serde(default)]
    pub every_minutes: u32,
}

/// Looks for a newer bundle in the followed place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckBundleRequest {
    /// Import it; otherwise only say what would change.
    pub apply: bool,
    /// The fingerprint the person compared, where the Hub that manages this one has another key than before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<String>,
}

/// The place that is followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FollowView {
    /// A folder, or the HTTPS address of a bundle.
    pub address: String,
    /// How often it is looked at, in minutes; 0 means only when somebody asks.
    pub every_minutes: u32,
    /// When it was last looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<UtcMs>,
    /// Why that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<HubError>,
    /// The serial of a newer bundle that waits there to be looked at and imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<u64>,
}

/// Which other Hub manages this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipView {
    /// Its name.
    pub issuer: String,
    /// The fingerprint of its key.
    pub fingerprint: String,
    /// The serial of the installed bundle.
    pub serial: u64,
    /// When that bundle was made.
    pub created_at: UtcMs,
    /// When it was imported.
    pub imported_at: UtcMs,
    /// The member's name; absent where the bundle was made for plans and user groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The connections that came in its bundle: read-only but for a credential of the person's own.
    pub connections: Vec<ConnectionId>,
    /// Names of connections that need a credential of the person's own.
    pub credentials_needed: Vec<String>,
    /// Where newer bundles are looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<FollowView>,
}

/// The keys of this Hub that others may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleKeys {
    /// Whoever makes a bundle for this Hub alone locks it for this key (`age1…`).
    pub recipient: String,
    /// The fingerprint of the key that signs this Hub's own bundles; absent before the first export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}
