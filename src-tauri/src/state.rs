//! What the commands of one window share.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError, RwLock};

use hub_contract::{ErrorCode, HubError, settings::Preferences};
use hub_core::{Hub, HubOptions};
use secrecy::SecretString;

use crate::closing::Closing;
use crate::{Arguments, links};

/// The shell's state, managed by Tauri.
pub struct Shell {
    hub: RwLock<Result<Hub, HubError>>,
    arguments: Arguments,
    /// Held while the data directory is used without an open Hub: two at once would take each other for another program.
    pub(crate) unopened: tokio::sync::Mutex<()>,
    /// The preferences were damaged at this start and nobody was told yet.
    pub(crate) recovered: Mutex<bool>,
    /// The preferences as last read or written, so that a read never waits for the disk.
    pub(crate) preferences: Mutex<Preferences>,
    pub(crate) closing: Closing,
    /// A bundle that the page has not been told of yet.
    pub(crate) opened: Mutex<Option<PathBuf>>,
}

impl Shell {
    /// The state around an open Hub, or around the reason why there is none.
    pub fn new(hub: Result<Hub, HubError>, arguments: Arguments) -> Self {
        Self {
            hub: RwLock::new(hub),
            arguments,
            unopened: tokio::sync::Mutex::default(),
            recovered: Mutex::new(false),
            preferences: Mutex::default(),
            closing: Closing::default(),
            opened: Mutex::default(),
        }
    }

    /// The Hub.
    ///
    /// # Errors
    /// Why it could not be opened; every command of the core then answers with that.
    pub fn hub(&self) -> Result<Hub, HubError> {
        self.hub.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens the Hub again, if it is not open. What stood in the way may be gone: another program, or the damage.
    pub(crate) async fn open_again(&self) -> Result<Hub, HubError> {
        let _alone = self.unopened.lock().await;
        self.open_alone().await
    }

    /// The same for who holds [`Self::unopened`].
    pub(crate) async fn open_alone(&self) -> Result<Hub, HubError> {
        if let Ok(hub) = self.hub() {
            return Ok(hub);
        }
        let hub = Hub::open(options(&self.arguments)).await;
        self.hub.write().unwrap_or_else(PoisonError::into_inner).clone_from(&hub);
        hub
    }

    /// Why the Hub is not open, when its database is the reason and can be put aside.
    pub(crate) fn damage(&self) -> Option<HubError> {
        let can_be_replaced = |code| matches!(code, ErrorCode::DatabaseDamaged | ErrorCode::DatabaseNewer);
        self.hub().err().filter(|error| can_be_replaced(error.code))
    }

    /// What the program was started with.
    pub fn arguments(&self) -> &Arguments {
        &self.arguments
    }
}

/// How a Hub is opened with those arguments.
pub(crate) fn options(arguments: &Arguments) -> HubOptions {
    HubOptions {
        vault: arguments.vault,
        passphrase: std::env::var("HUB_PASSPHRASE").ok().map(SecretString::from),
        // As in `links::register_scheme`: the doctor of another Hub looks, and mends nothing.
        link_program: links::link_program()
            .filter(|_| hub_core::default_data_dir().as_deref() == Some(arguments.data_dir.as_path())),
        ..HubOptions::new(&arguments.data_dir, env!("CARGO_PKG_VERSION"))
    }
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell").field("arguments", &self.arguments).finish_non_exhaustive()
    }
}
