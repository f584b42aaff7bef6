//! Links. Out: the one way to other programs, for links of people's choosing and the data directory. In: links of the
//! program's own scheme, which can finish an authorization and nothing else.

use std::ffi::OsString;
use std::path::Path;

use hub_contract::data::OpenLinkRequest;
use hub_contract::{ErrorCode, HubError};
use tauri::{AppHandle, Manager, Runtime};

use crate::state::Shell;

/// Opens a link in the person's browser. Only http and https with a host leave, whatever an answer contained.
pub(crate) async fn link_open<R: Runtime>(_: AppHandle<R>, request: OpenLinkRequest) -> Result<(), HubError> {
    let url = allowed(&request.url)?;
    open(move || tauri_plugin_opener::open_url(url, None::<&str>)).await
}

/// Opens the data directory in the file browser.
pub(crate) async fn data_dir_open<R: Runtime>(app: AppHandle<R>, (): ()) -> Result<(), HubError> {
    let folder = app.state::<Shell>().arguments().data_dir.clone();
    open(move || tauri_plugin_opener::open_path(folder, None::<&str>)).await
}

/// Takes the link that the program was started with, or that a second start handed over. The window comes to the front: the
/// person has just left it for the browser. The page says what became of it.
pub(crate) fn take<R: Runtime>(app: &AppHandle<R>, arguments: &[OsString]) {
    let Some(link) = hub_core::link_in(arguments) else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(hub) = app.state::<Shell>().hub() else {
            // Another program has this Hub open: its window says so, and the address can be pasted there.
            tracing::warn!("a link came, but the Hub is not open here");
            return;
        };
        if let Err(refused) = hub.authorize_link(&link).await {
            tracing::warn!("a link was refused: {refused}");
        }
        raise(&app);
    });
}

/// Brings the window to the front.
pub(crate) fn raise<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window("main") {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Makes this program the one that opens links of its scheme, beside the start and without hindering it. Only for the
/// person's own Hub: a link carries no data directory, so that of a demo or a test would be the wrong one.
pub(crate) fn register_scheme(data_dir: &Path) {
    if hub_core::default_data_dir().as_deref() != Some(data_dir) {
        return;
    }
    std::thread::spawn(|| {
        let registered = link_program().map(|program| hub_core::register_scheme(&program));
        if let Some(Err(error)) = registered {
            tracing::warn!("links will not come back by themselves: {error}");
        }
    });
}

/// What a desktop entry has to start: the AppImage, where this program was unpacked from one.
pub(crate) fn link_program() -> Option<std::path::PathBuf> {
    std::env::var_os("APPIMAGE").map(Into::into).or_else(|| std::env::current_exe().ok())
}

/// The link, if it may leave.
fn allowed(text: &str) -> Result<String, HubError> {
    let refused = || HubError::new(ErrorCode::InvalidRequest, "this link is not opened").hint("link");
    if text.len() > 8192 || text.chars().any(char::is_control) {
        return Err(refused());
    }
    let url = url::Url::parse(text).map_err(|_| refused())?;
    let plain = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    if !plain || !url.username().is_empty() || url.password().is_some() {
        return Err(refused());
    }
    // The parsed form, not the text: what was checked is what is opened.
    Ok(url.into())
}

async fn open<E: Send + 'static>(work: impl FnOnce() -> Result<(), E> + Send + 'static) -> Result<(), HubError> {
    let opened = tauri::async_runtime::spawn_blocking(work).await;
    match opened {
        Ok(Ok(())) => Ok(()),
        _ => Err(HubError::internal("no program could be started for it").hint("opener")),
    }
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn only_web_addresses_leave() {
        assert_eq!(allowed("https://example.com/a?b=1").unwrap(), "https://example.com/a?b=1");
        for hostile in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "smb://host/share",
            "data:text/html,x",
            "https://user:pass@example.com/",
            "https://exam\nple.com/",
            "-flag",
            "dev.hubdesktop.hub:/oauth",
        ] {
            assert!(allowed(hostile).is_err(), "{hostile} must stay inside");
        }
    }

    #[test]
    fn what_is_opened_is_quoted() {
        assert_eq!(allowed("https://x/\"&calc").unwrap(), "https://x/%22&calc");
    }
}
