//! What has been read in this session, so that the keychain is asked once a secret.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;

use crate::item::Item;

/// Secrets by id, with the origin they belong to. Wiped when it goes.
#[derive(Default)]
pub(crate) struct Cache {
    items: Mutex<HashMap<String, Item>>,
}

impl Cache {
    /// `None` when the secret has not been read; `Some(None)` when it belongs to another origin.
    pub(crate) fn get(&self, id: &str, origin: &str) -> Option<Option<SecretString>> {
        self.lock().get(id).map(|item| item.for_origin(origin))
    }

    pub(crate) fn keep(&self, id: &str, item: Item) {
        self.lock().insert(id.to_owned(), item);
    }

    pub(crate) fn forget(&self, id: &str) {
        self.lock().remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Item>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
