//! What every place for secrets can do. Blocking; only ever called on the vault's thread.

use std::sync::Arc;

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::VaultError;

/// Tells from outside of a store whether what the store talks to is still there. A question to a service that has ended
/// is never answered.
pub(crate) trait Pulse: Send + Sync {
    /// Whether it has ended since the store reached it. Blocks for a moment.
    fn has_ended(&self) -> bool;
}

/// A place that keeps short texts under account names.
pub(crate) trait SecretStore: Send + 'static {
    /// Its name for people, for example "Secret Service".
    fn name(&self) -> &'static str;

    /// For stores that talk to a service.
    fn pulse(&self) -> Option<Arc<dyn Pulse>> {
        None
    }

    /// How many bytes one item may have; `None` where it does not matter.
    fn item_limit(&self) -> Option<usize> {
        None
    }

    /// Opens a store that needs a passphrase. The others have nothing to open.
    fn unlock(&mut self, _passphrase: &SecretString) -> Result<(), VaultError> {
        Ok(())
    }

    /// Whatever may ask the person before a write, so that a write after it does not wait.
    fn prepare(&mut self) -> Result<(), VaultError> {
        Ok(())
    }

    /// The text of an account, or `None` when the store is certain that there is none.
    fn read(&mut self, account: &str) -> Result<Option<Zeroizing<String>>, VaultError>;

    /// Keeps a text, in place of an earlier one.
    fn write(&mut self, account: &str, text: &str) -> Result<(), VaultError>;

    /// Forgets an account. One that does not exist is no error.
    fn delete(&mut self, account: &str) -> Result<(), VaultError>;

    /// The vault has moved elsewhere: removes what is left when it is empty.
    fn retire(&mut self) -> Result<(), VaultError> {
        Ok(())
    }
}
