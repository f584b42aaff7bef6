//! Secrets for one session: in memory, gone with the process.

use std::collections::HashMap;

use zeroize::Zeroizing;

use crate::VaultError;
use crate::store::SecretStore;

/// Keeps secrets in memory.
#[derive(Default)]
pub(crate) struct Memory {
    items: HashMap<String, Zeroizing<String>>,
}

impl Memory {
    pub(crate) const NAME: &'static str = "memory";
}

impl SecretStore for Memory {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn read(&mut self, account: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        Ok(self.items.get(account).cloned())
    }

    fn write(&mut self, account: &str, text: &str) -> Result<(), VaultError> {
        self.items.insert(account.to_owned(), Zeroizing::new(text.to_owned()));
        Ok(())
    }

    fn delete(&mut self, account: &str) -> Result<(), VaultError> {
        self.items.remove(account);
        Ok(())
    }
}
