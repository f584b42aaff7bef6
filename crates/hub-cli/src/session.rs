//! One call of `hub`: which Hub, how it is opened, and its vault.

use std::future::Future;
use std::path::PathBuf;

use hub_contract::conversation::Target;
use hub_contract::data::{RestoreRequest, RestoreView};
use hub_contract::id::ConnectionId;
use hub_contract::settings::{UnlockVaultRequest, VaultMode};
use hub_contract::{ErrorCode, HubError};
use hub_core::{Hub, HubOptions, default_data_dir};

use crate::args::Global;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::progress;
use crate::secrets;

/// What the global arguments say.
#[derive(Debug)]
pub(crate) struct Session {
    data_dir: Option<PathBuf>,
    vault: Option<VaultMode>,
}

/// What a command does with the Hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reads: works beside a running window.
    Reading,
    /// Writes: needs the Hub for itself.
    Writing,
    /// Writes if it can, reads beside a running window.
    Either,
}

impl Session {
    pub(crate) fn new(global: Global) -> Self {
        Self { data_dir: global.data_dir, vault: global.vault }
    }

    /// Opens the Hub, runs the work and closes the Hub, also when the work failed.
    pub(crate) async fn with<T, Work>(&self, access: Access, work: impl FnOnce(Hub) -> Work) -> Result<T>
    where
        Work: Future<Output = Result<T>>,
    {
        let hub = self.open(access).await?;
        let result = work(hub.clone()).await;
        hub.close().await;
        result
    }

    /// Opens the passphrase vault if that is where this Hub keeps its secrets. For commands that need one.
    pub(crate) async fn unlock(&self, hub: &Hub, output: &Output) -> Result<()> {
        let mode = match self.vault {
            Some(mode) => mode,
            None => hub.settings_read(()).await?.vault,
        };
        if mode == VaultMode::Passphrase {
            let is_new = !hub.data_dir().join("vault.bin").exists();
            let passphrase = secrets::passphrase(output, is_new)?;
            hub.vault_unlock(UnlockVaultRequest { passphrase }).await?;
        }
        Ok(())
    }

    async fn open(&self, access: Access) -> Result<Hub> {
        let alone = || async { Hub::open(self.options()?).await.map_err(Failure::from) };
        let beside = || async { Hub::open_reading(self.options()?).await.map_err(Failure::from) };
        match access {
            Access::Writing => alone().await,
            Access::Reading => match beside().await {
                // There is no Hub yet: it is made, so that the first command of all is no error.
                Err(failure) if has_code(&failure, ErrorCode::NotFound) => alone().await,
                other => other,
            },
            Access::Either => match alone().await {
                Err(failure) if has_code(&failure, ErrorCode::InstanceRunning) => beside().await,
                other => other,
            },
        }
    }

    /// Restores into a Hub, also into one that cannot be opened any more.
    pub(crate) async fn restore(&self, request: RestoreRequest, output: &Output) -> Result<RestoreView> {
        let opened = match request.apply {
            true => self.open(Access::Writing).await,
            false => self.open(Access::Reading).await,
        };
        let hub = match opened {
            Err(failure)
                if has_code(&failure, ErrorCode::DatabaseDamaged) || has_code(&failure, ErrorCode::DatabaseNewer) =>
            {
                return Ok(Hub::restore_unopened(self.options()?, request).await?);
            }
            opened => opened?,
        };
        let restored = async {
            if request.apply && request.passphrase.is_some() {
                self.unlock(&hub, output).await?;
            }
            Ok(progress::shown(&hub, output, hub.backup_restore(request)).await?)
        }
        .await;
        hub.close().await;
        restored
    }

    fn options(&self) -> Result<HubOptions> {
        let data_dir = match &self.data_dir {
            Some(data_dir) => data_dir.clone(),
            None => default_data_dir().ok_or_else(|| Failure::usage("cli-no-data-dir", "--data-dir"))?,
        };
        let mut options = HubOptions::new(data_dir, env!("CARGO_PKG_VERSION"));
        options.vault = self.vault;
        // A call of `hub` is over before one could be due.
        options.scheduled_work = false;
        Ok(options)
    }
}

/// The id of a connection that a person named by its id or by its name, if only one has it.
pub(crate) async fn connection_id(hub: &Hub, asked: &str) -> Result<ConnectionId> {
    let connections = hub.connections_list(()).await?;
    let mut named = connections.iter().filter(|connection| connection.name == asked);
    if let Some(found) = connections.iter().find(|connection| connection.id.as_str() == asked) {
        return Ok(found.id.clone());
    }
    match (named.next(), named.next()) {
        (Some(one), None) => Ok(one.id.clone()),
        (Some(_), Some(_)) => Err(Failure::usage("cli-name-not-unique", asked)),
        (None, _) => {
            Err(HubError::new(ErrorCode::NotFound, format!("no connection {asked}")).hint("connection_gone").into())
        }
    }
}

/// The agent or model that a person named, if they named one.
pub(crate) async fn target(hub: &Hub, agent: Option<&str>, model: Option<&(String, String)>) -> Result<Option<Target>> {
    if let Some(agent) = agent {
        return Ok(Some(Target::Agent { agent: agent.into() }));
    }
    let Some((connection, model)) = model else { return Ok(None) };
    let connection = connection_id(hub, connection).await?;
    Ok(Some(Target::Model { connection, model: model.as_str().into() }))
}

fn has_code(failure: &Failure, code: ErrorCode) -> bool {
    matches!(failure, Failure::Hub(error) if error.code == code)
}
