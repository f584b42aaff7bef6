//! What the commands of one window share.

use std::sync::Mutex;

use hub_contract::{HubError, settings::Preferences};
use hub_core::Hub;

use crate::Arguments;
use crate::closing::Closing;

/// The shell's state, managed by Tauri.
pub struct Shell {
    hub: Result<Hub, HubError>,
    arguments: Arguments,
    /// The preferences were damaged at this start and nobody was told yet.
    pub(crate) recovered: Mutex<bool>,
    /// The preferences as last read or written, so that a read never waits for the disk.
    pub(crate) preferences: Mutex<Preferences>,
    pub(crate) closing: Closing,
}

impl Shell {
    /// The state around an open Hub, or around the reason why there is none.
    pub fn new(hub: Result<Hub, HubError>, arguments: Arguments) -> Self {
        Self {
            hub,
            arguments,
            recovered: Mutex::new(false),
            preferences: Mutex::default(),
            closing: Closing::default(),
        }
    }

    /// The Hub.
    ///
    /// # Errors
    /// Why it could not be opened; every command of the core then answers with that.
    pub fn hub(&self) -> Result<&Hub, HubError> {
        self.hub.as_ref().map_err(Clone::clone)
    }

    /// What the program was started with.
    pub fn arguments(&self) -> &Arguments {
        &self.arguments
    }
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell").field("arguments", &self.arguments).finish_non_exhaustive()
    }
}
