//! The one error that crosses a boundary. Callers branch on [`ErrorCode`] only; words for people come from `hub-text`,
//! keyed by the code and refined by [`ErrorDetail::hint`].

use serde::{Deserialize, Serialize};

use crate::PlatformId;

/// What went wrong, as a closed list. A code exists only if somebody acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    // From a platform.
    /// The platform does not accept the key or token.
    BadCredential,
    /// The credential is valid but lacks a permission.
    PermissionDenied,
    /// The agent, app, model or address does not exist there.
    NotFound,
    /// The agent exists but is not published for API use.
    NotPublished,
    /// The app works in another mode than the one called.
    WrongMode,
    /// The account belongs to another region of the platform.
    WrongRegion,
    /// The platform refused the request as malformed.
    InvalidRequest,
    /// A required input variable is missing.
    InputRequired,
    /// A message, file or event is larger than allowed.
    TooLarge,
    /// The platform does not take this type of file.
    UnsupportedFile,
    /// Too many requests for now.
    RateLimited,
    /// No balance or quota left.
    QuotaExhausted,
    /// The platform is overloaded.
    Overloaded,
    /// The platform's content rules stopped the answer.
    Filtered,
    /// The platform no longer knows the conversation.
    ConversationGone,
    /// The platform still answers an earlier question of the conversation.
    ConversationBusy,
    /// Any other failure that the platform reported.
    PlatformError,
    // From the way there.
    /// This computer has no network.
    Offline,
    /// The host name could not be resolved.
    Dns,
    /// The certificate or the TLS handshake failed.
    Tls,
    /// The proxy refused or failed.
    Proxy,
    /// The connection could not be made or broke.
    Connect,
    /// No byte arrived within the limit.
    Silence,
    /// The server answered with a redirect, which is never followed with a credential.
    Redirected,
    /// The answer is not a stream, for example a web page.
    NotStream,
    /// The answer could not be understood.
    BadAnswer,
    // From here.
    /// The keychain is locked.
    KeychainLocked,
    /// There is no keychain service.
    KeychainAbsent,
    /// The keychain has no default collection.
    KeychainNoCollection,
    /// Several keychain items match one secret.
    KeychainAmbiguous,
    /// The connection has no stored credential.
    CredentialMissing,
    /// The authorisation ended; the account has to be authorised again.
    Reauthorize,
    /// The access rule forbids it.
    Forbidden,
    /// The member's plan has expired.
    ExpiredGrant,
    /// The disk is full.
    DiskFull,
    /// The database was written by a newer version.
    DatabaseNewer,
    /// The database is damaged.
    DatabaseDamaged,
    /// Another instance uses the data directory.
    InstanceRunning,
    /// The bundle is damaged or not a bundle.
    BundleInvalid,
    /// The bundle's signature is not trusted.
    BundleUntrusted,
    /// The bundle is older than the one installed.
    BundleOlder,
    /// This version cannot do it yet; the page says so instead of offering it.
    NotBuilt,
    /// A fault of this program.
    Internal,
}

impl ErrorCode {
    /// Every code, in the order of the list.
    pub const ALL: &[ErrorCode] = &[
        Self::BadCredential,
        Self::PermissionDenied,
        Self::NotFound,
        Self::NotPublished,
        Self::WrongMode,
        Self::WrongRegion,
        Self::InvalidRequest,
        Self::InputRequired,
        Self::TooLarge,
        Self::UnsupportedFile,
        Self::RateLimited,
        Self::QuotaExhausted,
        Self::Overloaded,
        Self::Filtered,
        Self::ConversationGone,
        Self::ConversationBusy,
        Self::PlatformError,
        Self::Offline,
        Self::Dns,
        Self::Tls,
        Self::Proxy,
        Self::Connect,
        Self::Silence,
        Self::Redirected,
        Self::NotStream,
        Self::BadAnswer,
        Self::KeychainLocked,
        Self::KeychainAbsent,
        Self::KeychainNoCollection,
        Self::KeychainAmbiguous,
        Self::CredentialMissing,
        Self::Reauthorize,
        Self::Forbidden,
        Self::ExpiredGrant,
        Self::DiskFull,
        Self::DatabaseNewer,
        Self::DatabaseDamaged,
        Self::InstanceRunning,
        Self::BundleInvalid,
        Self::BundleUntrusted,
        Self::BundleOlder,
        Self::NotBuilt,
        Self::Internal,
    ];

    /// The name on the wire, for example `bad_credential`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadCredential => "bad_credential",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::NotPublished => "not_published",
            Self::WrongMode => "wrong_mode",
            Self::WrongRegion => "wrong_region",
            Self::InvalidRequest => "invalid_request",
            Self::InputRequired => "input_required",
            Self::TooLarge => "too_large",
            Self::UnsupportedFile => "unsupported_file",
            Self::RateLimited => "rate_limited",
            Self::QuotaExhausted => "quota_exhausted",
            Self::Overloaded => "overloaded",
            Self::Filtered => "filtered",
            Self::ConversationGone => "conversation_gone",
            Self::ConversationBusy => "conversation_busy",
            Self::PlatformError => "platform_error",
            Self::Offline => "offline",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::Proxy => "proxy",
            Self::Connect => "connect",
            Self::Silence => "silence",
            Self::Redirected => "redirected",
            Self::NotStream => "not_stream",
            Self::BadAnswer => "bad_answer",
            Self::KeychainLocked => "keychain_locked",
            Self::KeychainAbsent => "keychain_absent",
            Self::KeychainNoCollection => "keychain_no_collection",
            Self::KeychainAmbiguous => "keychain_ambiguous",
            Self::CredentialMissing => "credential_missing",
            Self::Reauthorize => "reauthorize",
            Self::Forbidden => "forbidden",
            Self::ExpiredGrant => "expired_grant",
            Self::DiskFull => "disk_full",
            Self::DatabaseNewer => "database_newer",
            Self::DatabaseDamaged => "database_damaged",
            Self::InstanceRunning => "instance_running",
            Self::BundleInvalid => "bundle_invalid",
            Self::BundleUntrusted => "bundle_untrusted",
            Self::BundleOlder => "bundle_older",
            Self::NotBuilt => "not_built",
            Self::Internal => "internal",
        }
    }

    /// True when the Hub's own state stands in the way (`hub` then ends with status 3).
    pub fn is_own_state(self) -> bool {
        matches!(
            self,
            Self::KeychainLocked
                | Self::KeychainAbsent
                | Self::KeychainNoCollection
                | Self::KeychainAmbiguous
                | Self::CredentialMissing
                | Self::DiskFull
                | Self::DatabaseNewer
                | Self::DatabaseDamaged
                | Self::InstanceRunning
        )
    }
}

/// An error as pages, terminals and stored messages see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HubError {
    /// What to branch on.
    pub code: ErrorCode,
    /// One plain sentence for logs and for readers without `hub-text`. Never holds a secret.
    pub message: String,
    /// What the other side said, for the details panel.
    #[serde(default, skip_serializing_if = "ErrorDetail::is_empty")]
    pub detail: ErrorDetail,
}

/// The facts behind an error. All optional; nothing here is branched on except `hint`, which only refines the words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorDetail {
    /// The platform that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<PlatformId>,
    /// The host that was called, without path and query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The platform's own error code, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_code: Option<String>,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The platform's request id, for its support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How long the platform asks to wait, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The platform's own words: plain text, at most 500 characters, redacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Key of a more exact sentence in `hub-text` (`error-hint-…`), for example `html` or `key_newline`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The form field that is wrong, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl ErrorDetail {
    /// True when nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl HubError {
    /// An error without details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), detail: ErrorDetail::default() }
    }

    /// A fault of this program.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Internal, message)
    }

    /// The same error with a more exact sentence.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.detail.hint = Some(hint.to_owned());
        self
    }

    /// The same error, blamed on a form field.
    #[must_use]
    pub fn field(mut self, field: &str) -> Self {
        self.detail.field = Some(field.to_owned());
        self
    }
}

impl std::fmt::Display for HubError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for HubError {}
