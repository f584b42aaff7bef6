//! Opening and closing a Hub.

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use hub_contract::policy::SettingKey;
use hub_contract::settings::{Settings, VaultMode};
use hub_contract::{HubError, UtcMs};
use hub_platforms::{Limits, Platforms};
use hub_store::{Store, StoreOptions};
use hub_vault::{Vault, VaultOptions};
use secrecy::SecretString;

use crate::authorize::Authorizing;
use crate::backups::{self, Copies};
use crate::bundle::{self, Guesses};
use crate::clock::{Clock, Ids, RandomIds, SystemClock};
use crate::membership::{self, Membership};
use crate::policy::{Policy, PolicyPlace};
use crate::progress::Board;
use crate::runs::Runs;
use crate::tokens::Accounts;
use crate::{Result, settings};

/// An open Hub. Cheap to clone; all clones are the same Hub.
#[derive(Clone)]
pub struct Hub {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) platforms: Platforms,
    pub(crate) runs: Runs,
    pub(crate) accounts: Accounts,
    pub(crate) authorizing: Authorizing,
    pub(crate) link_program: Option<PathBuf>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    /// As the person made them; the policy may have others in their place.
    pub(crate) settings: RwLock<Settings>,
    pub(crate) policy: Policy,
    pub(crate) membership: RwLock<Option<Membership>>,
    /// Held while a bundle is imported.
    pub(crate) importing: tokio::sync::Mutex<()>,
    pub(crate) guesses: Guesses,
    pub(crate) copies: Copies,
    pub(crate) board: Board,
    version: String,
}

/// How to open a Hub.
pub struct HubOptions {
    /// Where its data lies; made when missing.
    pub data_dir: PathBuf,
    /// Where secrets are kept; absent takes the Hub's own setting.
    pub vault: Option<VaultMode>,
    /// Opens the passphrase vault.
    pub passphrase: Option<SecretString>,
    /// Every limit of the network.
    pub limits: Limits,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The id maker.
    pub ids: Arc<dyn Ids>,
    /// This program's version, for the doctor.
    pub version: String,
    /// Back up once a day, and look for newer bundles where a place is followed, while the Hub is open. Off for programs that
    /// open it for a moment.
    pub scheduled_work: bool,
    /// The ports of the loopback address that an authorization comes back to; empty takes the product's own two.
    pub loopback_ports: Vec<u16>,
    /// The program that opens the scheme's links, for the doctor to give them back to; absent looks only.
    pub link_program: Option<PathBuf>,
    /// Where the administrator's policy lies.
    pub policy: PolicyPlace,
}

impl HubOptions {
    /// The product's own options for a data directory.
    pub fn new(data_dir: impl Into<PathBuf>, version: &str) -> Self {
        Self {
            data_dir: data_dir.into(),
            vault: None,
            passphrase: None,
            limits: Limits::default(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            version: version.to_owned(),
            scheduled_work: true,
            loopback_ports: Vec::new(),
            link_program: None,
            policy: PolicyPlace::system(),
        }
    }
}

impl std::fmt::Debug for HubOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HubOptions")
            .field("data_dir", &self.data_dir)
            .field("vault", &self.vault)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hub({})", self.inner.store.data_dir().display())
    }
}

impl Hub {
    /// Opens the Hub in its data directory, alone: a second one gets `instance_running`. No secret is read and no
    /// network is used.
    ///
    /// # Errors
    /// `instance_running`, `database_newer`, `database_damaged`, `disk_full`; with a passphrase also `keychain_locked`;
    /// `forbidden` for another vault than the policy's.
    pub async fn open(options: HubOptions) -> Result<Self> {
        let store_options =
            StoreOptions { data_dir: options.data_dir.clone(), now: options.clock.now(), hub_id: options.ids.new_id() };
        let store = blocking(move || Store::open(store_options)).await??;
        let scheduled_work = options.scheduled_work;
        let hub = Self::with_store(store, options).await?;
        if scheduled_work {
            backups::schedule(&hub);
            bundle::schedule(&hub);
        }
        Ok(hub)
    }

    /// Opens the Hub for reading beside a running one. Commands that write fail with `instance_running`.
    ///
    /// # Errors
    /// As [`Hub::open`], and `not_found` when there is no Hub.
    pub async fn open_reading(options: HubOptions) -> Result<Self> {
        let data_dir = options.data_dir.clone();
        let store = blocking(move || Store::open_reading(&data_dir)).await??;
        Self::with_store(store, options).await
    }

    async fn with_store(store: Store, options: HubOptions) -> Result<Self> {
        let stored = settings::load(&store).await?;
        let membership = membership::load(&store).await?;
        let place = options.policy;
        let policy = blocking(move || Policy::read(&place)).await?;
        let own_vault = policy.over(stored.clone()).vault;
        if options.vault.is_some_and(|asked| asked != own_vault) {
            policy.refuse_locked(SettingKey::Vault)?;
        }
        let vault = Vault::open(VaultOptions {
            hub: store.hub_id().to_owned(),
            mode: options.vault.unwrap_or(own_vault),
            data_dir: options.data_dir,
        });
        if let Some(passphrase) = options.passphrase
            && vault.mode() == VaultMode::Passphrase
        {
            vault.unlock(passphrase).await?;
        }
        let platforms = match policy.hosts() {
            Some(hosts) => Platforms::within(options.limits, hosts),
            None => Platforms::new(options.limits),
        };
        let runs = Runs::new(store.clone(), options.clock.clone());
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                vault,
                platforms,
                runs,
                accounts: Accounts::default(),
                link_program: options.link_program,
                authorizing: Authorizing::new(options.loopback_ports),
                clock: options.clock,
                ids: options.ids,
                settings: RwLock::new(stored),
                policy,
                membership: RwLock::new(membership),
                importing: tokio::sync::Mutex::new(()),
                guesses: Guesses::default(),
                copies: Copies::default(),
                board: Board::default(),
                version: options.version,
            }),
        })
    }

    /// Where the data lies.
    pub fn data_dir(&self) -> &Path {
        self.inner.store.data_dir()
    }

    /// This program's version.
    pub fn version(&self) -> &str {
        &self.inner.version
    }

    /// Ends every run, keeping its text, and finishes all writing.
    pub async fn close(&self) {
        self.inner.runs.end_all().await;
        self.inner.store.close().await;
    }

    pub(crate) fn now(&self) -> UtcMs {
        self.inner.clock.now()
    }

    /// The settings that hold.
    pub(crate) fn settings_now(&self) -> Settings {
        self.inner.policy.over(self.own_settings())
    }

    /// The settings as the person made them; only to change or keep them.
    pub(crate) fn own_settings(&self) -> Settings {
        self.inner.settings.read().map(|stored| stored.clone()).unwrap_or_default()
    }
}

/// Runs blocking work beside the async threads.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| HubError::internal("a worker ended early"))
}
