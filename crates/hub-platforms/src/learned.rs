//! What was found out about endpoints while the program runs.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hub_contract::PlatformId;

use crate::dialect::Learned;
use crate::endpoint::Endpoint;

/// Shapes that endpoints need, by platform and base URL.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    known: Mutex<HashMap<(PlatformId, String), Learned>>,
}

impl Memory {
    /// What is known of an endpoint.
    pub(crate) fn of(&self, endpoint: &Endpoint) -> Learned {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&key(endpoint)).cloned().unwrap_or_default()
    }

    /// Remembers a shape that worked.
    pub(crate) fn learn(&self, endpoint: &Endpoint, learned: Learned) {
        if !learned.is_empty() {
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key(endpoint), learned);
        }
    }
}

fn key(endpoint: &Endpoint) -> (PlatformId, String) {
    (endpoint.platform, endpoint.base_url.clone())
}
