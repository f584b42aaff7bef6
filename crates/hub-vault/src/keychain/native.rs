//! The keychains of macOS and Windows. Both are always there and ask the person themselves.

use keyring::{Entry, Error};

use crate::store::Pulse;

/// The system's own store, which `keyring` sets once a process; there is no connection that could die.
pub(super) struct System;

/// Neither keychain is a service that could end.
#[derive(Default)]
pub(super) struct ServicePulse;

impl Pulse for ServicePulse {
    fn has_ended(&self) -> bool {
        false
    }
}

/// Neither system has collections that a program has to know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "the other states belong to the Secret Service")]
pub(super) enum Collection {
    Unlocked,
    Locked,
    Missing,
}

impl System {
    #[cfg(target_os = "macos")]
    pub(super) const NAME: &'static str = "macOS Keychain";
    #[cfg(not(target_os = "macos"))]
    pub(super) const NAME: &'static str = "Windows Credential Manager";

    #[cfg(target_os = "macos")]
    pub(super) const ITEM_LIMIT: Option<usize> = None;
    /// CRED_MAX_CREDENTIAL_BLOB_SIZE: 5 * 512 bytes.
    #[cfg(not(target_os = "macos"))]
    pub(super) const ITEM_LIMIT: Option<usize> = Some(2560);

    pub(super) fn connect(_pulse: &ServicePulse) -> keyring::Result<Self> {
        match Entry::store_status() {
            Ok(()) => Ok(Self),
            Err(error) => Err(Error::PlatformFailure(error.to_string().into())),
        }
    }

    #[cfg(target_os = "macos")]
    pub(super) fn entry(&self, account: &str) -> keyring::Result<Entry> {
        Entry::new(super::SERVICE, account)
    }

    #[cfg(not(target_os = "macos"))]
    pub(super) fn entry(&self, account: &str) -> keyring::Result<Entry> {
        // Stays on this computer; the default would roam with a domain account.
        let local = std::collections::HashMap::from([("persistence", "Local")]);
        keyring_core::Entry::new_with_modifiers(super::SERVICE, account, &local).map(|inner| Entry { inner })
    }

    pub(super) fn collection(&self) -> keyring::Result<Collection> {
        Ok(Collection::Unlocked)
    }

    pub(super) fn unlock(&self) -> keyring::Result<()> {
        Ok(())
    }
}

pub(super) fn is_missing_collection(_cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    false
}

/// macOS reports a cancelled or impossible prompt as a failure with one of these codes: errSecUserCanceled,
/// errSecAuthFailed, errSecInteractionNotAllowed. The code is only in the `Debug` text of the error.
pub(super) fn is_refusal(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let text = format!("{cause:?}");
    cfg!(target_os = "macos")
        && ["code: -128,", "code: -25293,", "code: -25308,"].iter().any(|code| text.contains(code))
}
