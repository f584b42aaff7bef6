//! A bundle that the program was asked to open: by a file manager, or in a terminal. It is only shown, until a person imports
//! it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use hub_contract::HubError;
use tauri::{AppHandle, Manager, Runtime};

use crate::state::Shell;

/// What files with bundles end with.
const ENDING: &str = "hubbundle";
/// Tells the page that there is something to open; it answers with the command `bundle_opened`.
const TELL: &str = "dispatchEvent(new Event('hub-open'))";

/// Takes the bundle that the program was started with, or that a second start in `folder` handed over.
pub(crate) fn take<R: Runtime>(app: &AppHandle<R>, arguments: &[OsString], folder: &Path) {
    let (Some(bundle), Some(shell)) = (bundle_in(arguments, folder), app.try_state::<Shell>()) else { return };
    shell.opened.lock().unwrap_or_else(std::sync::PoisonError::into_inner).replace(bundle);
    // A page that is not there yet asks when it is.
    if let Some(window) = app.get_webview_window("main")
        && let Err(error) = window.eval(TELL)
    {
        tracing::warn!("the page is not told of a bundle to open: {error}");
    }
}

/// The bundle to open, once.
pub(crate) async fn bundle_opened<R: Runtime>(app: AppHandle<R>, (): ()) -> Result<Option<String>, HubError> {
    let shell = app.state::<Shell>();
    let bundle = shell.opened.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    Ok(bundle.map(|path| path.display().to_string()))
}

/// The last argument, where it names a bundle: as a path, or as file managers write it.
fn bundle_in(arguments: &[OsString], folder: &Path) -> Option<PathBuf> {
    let last = arguments.last()?;
    let address = last.to_str().filter(|text| text.starts_with("file:"));
    let path = match address {
        Some(address) => url::Url::parse(address).ok()?.to_file_path().ok()?,
        None => folder.join(last),
    };
    (path.extension()? == ENDING).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(arguments: &[&str]) -> Option<PathBuf> {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        bundle_in(&arguments, Path::new("/home/li"))
    }

    #[test]
    fn a_bundle_is_found_as_a_path_and_as_an_address() {
        for (argument, path) in [
            ("/srv/售后.hubbundle", "/srv/售后.hubbundle"),
            ("team.hubbundle", "/home/li/team.hubbundle"),
            ("file:///srv/a%20b.hubbundle", "/srv/a b.hubbundle"),
        ] {
            assert_eq!(found(&["--data-dir", "/srv/hub", argument]), Some(path.into()), "{argument}");
        }
    }

    #[test]
    fn nothing_else_is_opened() {
        for argument in
            ["", "notes.txt", "hubbundle", "dev.hubdesktop.hub:/x.hubbundle?", "file://host/x.txt", "--vault"]
        {
            assert_eq!(found(&[argument]), None, "{argument}");
        }
        assert_eq!(found(&["/srv/a.hubbundle", "--vault", "session"]), None);
        assert_eq!(found(&[]), None);
    }
}
