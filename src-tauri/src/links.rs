//! The one way out to other programs: links of people's choosing, and the data directory.

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
