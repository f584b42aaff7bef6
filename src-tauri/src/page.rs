//! What the page asks first and tells once.

use hub_contract::HubError;
use hub_contract::data::{AppInfo, PageFailed, PageReady};
use tauri::{AppHandle, Manager, Runtime};

use crate::setup;
use crate::state::Shell;

/// What this program is. Without a Hub it tries to open it once more, and says why it cannot.
pub(crate) async fn app_info<R: Runtime>(app: AppHandle<R>, (): ()) -> Result<AppInfo, HubError> {
    let shell = app.state::<Shell>();
    match shell.open_again().await {
        Ok(hub) => hub.app_info().await,
        Err(error) => Ok(AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_dir: shell.arguments().data_dir.display().to_string(),
            is_empty: false,
            vault: Default::default(),
            blocked: Some(error),
        }),
    }
}

/// The page is on the screen: this start reached its first paint.
pub(crate) async fn page_ready<R: Runtime>(app: AppHandle<R>, _: PageReady) -> Result<(), HubError> {
    let shell = app.state::<Shell>();
    shell.closing.page_listens();
    let data_dir = shell.arguments().data_dir.clone();
    let _ = tauri::async_runtime::spawn_blocking(move || setup::first_paint_reached(&data_dir)).await;
    Ok(())
}

/// The page stopped by a fault of its own: it says so itself and offers to be loaded again; where it was is for the log.
pub(crate) async fn page_failed<R: Runtime>(_: AppHandle<R>, failed: PageFailed) -> Result<(), HubError> {
    let place: String = failed.place.chars().filter(|c| !c.is_control()).take(PLACE).collect();
    tracing::error!("the page stopped in its functions {place}");
    Ok(())
}

/// The longest place that goes into the log, in characters.
const PLACE: usize = 200;
