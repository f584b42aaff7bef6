//! Offline bundles: requests and replies of what the operator hands out.

use serde::{Deserialize, Serialize};

use crate::UtcMs;
use crate::id::{ConnectionId, GroupId, MemberId, PlanId};
use crate::secret::SecretInput;

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
}

/// Reads a bundle, and imports it when `apply` is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportBundleRequest {
    /// The file to read.
    pub path: String,
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

/// What a bundle is and would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleView {
    /// The Hub that signed it.
    pub issuer: String,
    /// The fingerprint of its key.
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
    /// What would change, one entry a line of the diff.
    pub changes: Vec<BundleChange>,
}

/// One line of the diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleChange {
    /// `add`, `change` or `remove`.
    pub change: String,
    /// `agent`, `connection`, `model`, `plan`, `group` or `setting`.
    pub kind: String,
    /// Its name.
    pub name: String,
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

/// Publishes bundles to a place or follows one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleAddressRequest {
    /// A folder or an HTTPS address.
    pub address: String,
}
