//! From the arguments to a window: the single instance, the Hub, the window, and the end.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use hub_core::Hub;
use sha2::{Digest, Sha256};
use tauri::webview::{Color, NewWindowResponse, PageLoadEvent};
use tauri::{App, AppHandle, Manager, RunEvent, WebviewUrl, WebviewWindowBuilder, WindowEvent, Wry};

use crate::state::{Shell, options};
use crate::{Arguments, closing, context, links, opening, preferences, web_process, with_commands};

/// Exists from a start until its first paint: a start that finds it knows that the last one never got there.
const STARTING: &str = "starting";
/// How long the end may take: runs are stopped and stored, then the program ends whatever hangs.
const END_WAIT: std::time::Duration = std::time::Duration::from_secs(15);

/// Opens the window and serves it until it is closed.
pub(crate) fn run(arguments: Arguments) -> tauri::Result<()> {
    let _ = std::fs::create_dir_all(&arguments.data_dir);
    cure_blank_window(&arguments.data_dir);
    // First, so that a second start hands over before it opens anything.
    let builder = tauri::Builder::default().plugin(single_instance(&arguments.data_dir));
    let app = web_process::revive_all(with_commands(builder))
        .setup(move |app| {
            let hub = tauri::async_runtime::block_on(Hub::open(options(&arguments)));
            if let Err(error) = &hub {
                tracing::warn!("the Hub is not open: {error}");
            }
            // Not earlier: a second start hands over and never paints, which would look like a blank window.
            let _ = std::fs::write(arguments.data_dir.join(STARTING), "");
            app.manage(Shell::new(hub, arguments.clone()));
            preferences::load(app.handle());
            open_window(app, &arguments.data_dir)?;
            links::register_scheme(&arguments.data_dir);
            let started_with: Vec<OsString> = std::env::args_os().skip(1).collect();
            links::take(app.handle(), &started_with);
            opening::take(app.handle(), &started_with, &std::env::current_dir().unwrap_or_default());
            Ok(())
        })
        .build(context())?;
    app.run(|app, event| match event {
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } if closing::asks_page(app) => {
            api.prevent_close();
        }
        // The system's own way to quit, past the window.
        RunEvent::ExitRequested { api, .. } if closing::asks_page(app) => api.prevent_exit(),
        RunEvent::Exit => close(app),
        _ => {}
    });
    Ok(())
}

/// The page was painted: the next start needs no cure.
pub(crate) fn first_paint_reached(data_dir: &Path) {
    let _ = std::fs::remove_file(data_dir.join(STARTING));
}

fn close(app: &AppHandle) {
    let Some(shell) = app.try_state::<Shell>() else { return };
    if let Ok(hub) = shell.hub() {
        tauri::async_runtime::block_on(async move {
            let _ = tokio::time::timeout(END_WAIT, hub.close()).await;
        });
    }
}

/// One window for each Hub: the name on the bus holds the data directory, so a demo never raises the real one.
fn single_instance(data_dir: &Path) -> tauri::plugin::TauriPlugin<Wry> {
    let place = std::path::absolute(data_dir).unwrap_or_else(|_| PathBuf::from(data_dir));
    let hash = Sha256::digest(place.to_string_lossy().as_bytes());
    let short: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(format!("dev.hubdesktop.hub.h{short}"))
        .callback(|app, arguments, folder| {
            links::raise(app);
            let arguments: Vec<OsString> = arguments.into_iter().skip(1).map(OsString::from).collect();
            links::take(app, &arguments);
            opening::take(app, &arguments, Path::new(&folder));
        })
        .build()
}

fn open_window(app: &App, data_dir: &Path) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title("Hub Desktop")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        .background_color(Color(0xf6, 0xf6, 0xf8, 0xff))
        .data_directory(data_dir.join("webview"))
        // Files are dropped on the page itself.
        .disable_drag_drop_handler()
        // The page stays the page: links leave through `link_open` only.
        .on_navigation(|url| matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost"))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Started {
                closing::page_is_gone(window.app_handle());
            }
        })
        .build()?;
    web_process::revive(&window)
}

/// Some graphics stacks show a blank window with WebKit's DMA-BUF renderer. When the last start did not reach its first
/// paint, this one starts itself again without that renderer.
#[cfg(target_os = "linux")]
fn cure_blank_window(data_dir: &Path) {
    use std::os::unix::process::CommandExt;
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let marker = data_dir.join(STARTING);
    if marker.exists() && std::env::var_os(SWITCH).is_none() {
        tracing::warn!("the last start did not reach its first paint; starting without the DMA-BUF renderer");
        if let Ok(program) = std::env::current_exe() {
            let error = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(SWITCH, "1").exec();
            tracing::warn!("could not start again: {error}");
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn cure_blank_window(_: &Path) {}
