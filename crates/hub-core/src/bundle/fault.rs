//! Why a bundle is not accepted.

use hub_contract::{ErrorCode, HubError};

/// A bundle that cannot be right. `hint` picks the words for people.
pub(super) fn invalid(message: impl Into<String>, hint: &str) -> HubError {
    HubError::new(ErrorCode::BundleInvalid, message).hint(hint)
}

/// Changed or damaged on its way.
pub(super) fn damaged(message: &str) -> HubError {
    invalid(message, "bundle_damaged")
}

/// Signed and whole, and still nothing that one of ours would hold.
pub(super) fn content(message: impl Into<String>) -> HubError {
    let message = message.into();
    let mut error = invalid(message.clone(), "bundle_content");
    error.detail.text = Some(message);
    error
}
