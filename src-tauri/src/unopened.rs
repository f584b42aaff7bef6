//! What can be done about a Hub whose database cannot be opened. With an open Hub these are its own commands.

use hub_contract::data::{BackupView, RestoreRequest, RestoreView, StartAnewView};
use hub_contract::{ErrorCode, HubError};
use hub_core::Hub;
use tauri::{AppHandle, Manager, Runtime};

use crate::state::{Shell, options};

/// The backups; they can be listed without a database.
pub(crate) async fn backups_list<R: Runtime>(app: AppHandle<R>, (): ()) -> Result<Vec<BackupView>, HubError> {
    let shell = app.state::<Shell>();
    match shell.hub() {
        Ok(hub) => hub.backups_list(()).await,
        Err(_) => Hub::backups_unopened(shell.arguments().data_dir.clone()).await,
    }
}

/// Restores a backup, also in place of a database that cannot be opened; then the Hub is open.
pub(crate) async fn backup_restore<R: Runtime>(
    app: AppHandle<R>,
    request: RestoreRequest,
) -> Result<RestoreView, HubError> {
    let shell = app.state::<Shell>();
    if let Ok(hub) = shell.hub() {
        return hub.backup_restore(request).await;
    }
    let _alone = shell.unopened.lock().await;
    if shell.damage().is_none() {
        // Another program has it, or it was opened meanwhile.
        return shell.hub()?.backup_restore(request).await;
    }
    let applies = request.apply;
    let view = Hub::restore_unopened(options(shell.arguments()), request).await?;
    if applies {
        shell.open_alone().await?;
    }
    Ok(view)
}

/// Puts a damaged database aside and begins with an empty one.
pub(crate) async fn hub_start_anew<R: Runtime>(app: AppHandle<R>, (): ()) -> Result<StartAnewView, HubError> {
    let shell = app.state::<Shell>();
    let _alone = shell.unopened.lock().await;
    match shell.hub() {
        Err(error) if error.code == ErrorCode::DatabaseDamaged => {
            let view = Hub::start_anew(&options(shell.arguments())).await?;
            shell.open_alone().await?;
            Ok(view)
        }
        Err(error) => Err(error),
        Ok(_) => Err(HubError::new(ErrorCode::InvalidRequest, "the Hub is open, so nothing is put aside")),
    }
}
