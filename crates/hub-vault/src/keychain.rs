//! The system's keychain: Secret Service, macOS Keychain or Windows Credential Manager, through `keyring`.
//! One item a secret: service [`SERVICE`], account `<hub id>/<secret id>`.

#[cfg_attr(all(unix, not(target_os = "macos")), path = "keychain/secret_service.rs")]
#[cfg_attr(not(all(unix, not(target_os = "macos"))), path = "keychain/native.rs")]
mod system;

use std::sync::Arc;

use keyring::Error;
use system::{Collection, System};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::store::{Pulse, SecretStore};

/// The service of every item of every Hub.
const SERVICE: &str = "dev.hubdesktop.hub";

/// The system's keychain. Connects on first use, and again when the connection has died.
#[derive(Default)]
pub(crate) struct Keychain {
    system: Option<System>,
    pulse: Arc<system::ServicePulse>,
}

impl Keychain {
    pub(crate) const NAME: &'static str = System::NAME;
}

impl SecretStore for Keychain {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn pulse(&self) -> Option<Arc<dyn Pulse>> {
        Some(self.pulse.clone())
    }

    fn item_limit(&self) -> Option<usize> {
        System::ITEM_LIMIT
    }

    fn prepare(&mut self) -> Result<(), VaultError> {
        self.with(SERVICE, |system| match system.collection()? {
            Collection::Unlocked => Ok(Ok(())),
            Collection::Locked => system.unlock().map(Ok),
            Collection::Missing => Ok(Err(VaultError::NoCollection)),
        })?
    }

    fn read(&mut self, account: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        let bytes = self.with(account, |system| {
            match system.entry(account)?.get_secret() {
                Ok(bytes) => Ok(Ok(Some(bytes))),
                // "No such item" is also what a missing collection and some locked ones answer.
                Err(Error::NoEntry) => match system.collection()? {
                    Collection::Unlocked => Ok(Ok(None)),
                    Collection::Missing => Ok(Err(VaultError::NoCollection)),
                    Collection::Locked => {
                        system.unlock()?;
                        match system.entry(account)?.get_secret() {
                            Ok(bytes) => Ok(Ok(Some(bytes))),
                            Err(Error::NoEntry) => Ok(Ok(None)),
                            Err(error) => Err(error),
                        }
                    }
                },
                Err(error) => Err(error),
            }
        })??;
        bytes.map(text).transpose()
    }

    fn write(&mut self, account: &str, text: &str) -> Result<(), VaultError> {
        // Bytes, never `set_password`: Windows would keep UTF-16 and so half as much.
        self.with(account, |system| system.entry(account)?.set_secret(text.as_bytes()))
    }

    fn delete(&mut self, account: &str) -> Result<(), VaultError> {
        self.with(account, |system| match system.entry(account)?.delete_credential() {
            Ok(()) => Ok(Ok(())),
            Err(Error::NoEntry) => match system.collection()? {
                Collection::Missing => Ok(Err(VaultError::NoCollection)),
                Collection::Unlocked | Collection::Locked => Ok(Ok(())),
            },
            Err(error) => Err(error),
        })?
    }
}

impl Keychain {
    /// Runs one action. A connection that was kept from an earlier action may be dead (the keychain was restarted), so
    /// its failure is tried once more on a new one; a fresh connection's failure is final. A refused prompt is no
    /// failure of that kind: the person is never asked twice.
    fn with<T>(&mut self, account: &str, action: impl Fn(&System) -> keyring::Result<T>) -> Result<T, VaultError> {
        if let Some(system) = self.system.take() {
            match action(&system) {
                Err(Error::PlatformFailure(error)) => {
                    tracing::debug!(%error, "the keychain's connection failed; connecting again");
                }
                other => {
                    self.system = Some(system);
                    return other.map_err(|error| classify(error, account));
                }
            }
        }
        let system = System::connect(&self.pulse).map_err(|error| classify(error, account))?;
        let result = action(&system).map_err(|error| classify(error, account));
        self.system = Some(system);
        result
    }
}

fn text(bytes: Vec<u8>) -> Result<Zeroizing<String>, VaultError> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(VaultError::ItemDamaged)
        }
    }
}

/// What an error of `keyring` means for a person. `NoEntry` is handled where it occurs, since its meaning depends on
/// whether there is a collection.
fn classify(error: Error, account: &str) -> VaultError {
    match error {
        Error::NoStorageAccess(cause) if system::is_missing_collection(cause.as_ref()) => VaultError::NoCollection,
        Error::NoStorageAccess(_) => VaultError::Locked,
        Error::PlatformFailure(cause) if system::is_refusal(cause.as_ref()) => VaultError::Locked,
        Error::PlatformFailure(cause) => VaultError::Absent { text: cause.to_string() },
        Error::NoDefaultStore => VaultError::Absent { text: error.to_string() },
        Error::Ambiguous(items) => VaultError::Ambiguous { account: account.to_owned(), count: items.len() },
        Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            VaultError::ItemDamaged
        }
        other => VaultError::Internal(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(text: &str) -> Box<dyn std::error::Error + Send + Sync> {
        Box::new(std::io::Error::other(text.to_owned()))
    }

    #[test]
    fn errors_of_the_keychain_are_told_apart() {
        assert_eq!(classify(Error::NoStorageAccess(boxed("refused")), "a"), VaultError::Locked);
        assert_eq!(
            classify(Error::PlatformFailure(boxed("no bus")), "a"),
            VaultError::Absent { text: "no bus".into() }
        );
        assert!(matches!(classify(Error::NoDefaultStore, "a"), VaultError::Absent { .. }));
        assert_eq!(classify(Error::BadEncoding(vec![0xff]), "a"), VaultError::ItemDamaged);
        assert!(matches!(classify(Error::TooLong("secret".into(), 2560), "a"), VaultError::Internal(_)));
    }

    #[test]
    fn bytes_that_are_no_text_are_damage() {
        assert_eq!(text(vec![0xff, 0xfe]), Err(VaultError::ItemDamaged));
        assert_eq!(text("密钥".into()).unwrap().as_str(), "密钥");
    }
}
