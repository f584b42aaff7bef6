//! The Secret Service of Linux and the BSDs (GNOME Keyring, KWallet, KeePassXC).
//!
//! Items go through `keyring`'s store. Beside it stands a connection of our own that only looks at the default
//! collection, because the store answers "no such item" also when there is no collection at all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use keyring::{Entry, Error};
use keyring_core::api::CredentialStoreApi;
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;
use zbus_secret_service_keyring_store::Store;

use crate::store::Pulse;

/// A connection to the service that runs now.
pub(super) struct System {
    items: Arc<Store>,
    service: SecretService<'static>,
}

/// Which process is the service. While it asks the person, the library waits for a signal of that process; one that has
/// ended sends none.
#[derive(Default)]
pub(super) struct ServicePulse {
    /// Its unique name on the bus; `None` before the first connection.
    owner: Mutex<Option<String>>,
}

impl ServicePulse {
    fn note(&self) {
        *self.owner.lock().unwrap_or_else(PoisonError::into_inner) = owner().ok();
    }
}

impl Pulse for ServicePulse {
    fn has_ended(&self) -> bool {
        let known = self.owner.lock().unwrap_or_else(PoisonError::into_inner).clone();
        known.is_some_and(|known| owner().ok() != Some(known))
    }
}

/// The unique name of whoever is the service now. Starts nobody.
fn owner() -> zbus::Result<String> {
    let bus = zbus::blocking::Connection::session()?;
    let names = zbus::blocking::fdo::DBusProxy::new(&bus)?;
    Ok(names.get_name_owner("org.freedesktop.secrets".try_into()?)?.to_string())
}

/// The collection that new items go into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Unlocked,
    Locked,
    Missing,
}

impl System {
    pub(super) const NAME: &'static str = "Secret Service";
    /// 100 KB and more were tried.
    pub(super) const ITEM_LIMIT: Option<usize> = None;

    pub(super) fn connect(pulse: &ServicePulse) -> keyring::Result<Self> {
        let items = Store::new()?;
        // No secret crosses this connection, so it needs no encrypted session.
        let service = SecretService::connect(EncryptionType::Plain).map_err(failure)?;
        pulse.note();
        Ok(Self { items, service })
    }

    pub(super) fn entry(&self, account: &str) -> keyring::Result<Entry> {
        let label = format!("Hub Desktop {account}");
        let shown_as = HashMap::from([("label", label.as_str())]);
        self.items.build(super::SERVICE, account, Some(&shown_as)).map(|inner| Entry { inner })
    }

    /// Never asks the person.
    pub(super) fn collection(&self) -> keyring::Result<Collection> {
        match self.service.get_default_collection() {
            Ok(collection) if collection.is_locked().map_err(failure)? => Ok(Collection::Locked),
            Ok(_) => Ok(Collection::Unlocked),
            Err(secret_service::Error::NoResult) => Ok(Collection::Missing),
            Err(error) => Err(failure(error)),
        }
    }

    /// Asks the person, for as long as they take.
    pub(super) fn unlock(&self) -> keyring::Result<()> {
        let collection = self.service.get_default_collection().map_err(failure)?;
        collection.unlock().map_err(failure)
    }
}

pub(super) fn is_missing_collection(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(cause.downcast_ref(), Some(secret_service::Error::NoResult))
}

/// Refused prompts come as `NoStorageAccess` here.
pub(super) fn is_refusal(_cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    false
}

/// As the store's own errors: what the person or the lock refused is apart from what failed.
fn failure(error: secret_service::Error) -> Error {
    use secret_service::Error::{Locked, NoResult, Prompt};
    match error {
        Locked | NoResult | Prompt => Error::NoStorageAccess(Box::new(error)),
        other => Error::PlatformFailure(Box::new(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VaultError;
    use crate::keychain::classify;

    #[test]
    fn a_refused_prompt_is_not_a_missing_collection() {
        assert_eq!(classify(failure(secret_service::Error::Prompt), "a"), VaultError::Locked);
        assert_eq!(classify(failure(secret_service::Error::Locked), "a"), VaultError::Locked);
        assert_eq!(classify(failure(secret_service::Error::NoResult), "a"), VaultError::NoCollection);
        assert!(matches!(classify(failure(secret_service::Error::Unavailable), "a"), VaultError::Absent { .. }));
    }
}
