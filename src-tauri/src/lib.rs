//! The desktop shell: a window around [`hub_core::Hub`]. Everything it does is thin: it opens the Hub, hands commands
//! over and keeps what only a window has (preferences, links, the window itself).

mod arguments;
mod closing;
mod dispatch;
mod links;
mod opening;
mod page;
mod preferences;
mod setup;
mod state;
mod unopened;
mod web_process;

use std::process::ExitCode;

use tauri::{Builder, Runtime};

/// Runs the program until its window is closed.
pub fn run() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("HUB_LOG").unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .init();
    hub_core::install_crypto();
    let arguments = match arguments::read(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            tracing::error!("{message}");
            return ExitCode::from(2);
        }
    };
    match setup::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A builder that answers every command and has what they need, except for a managed [`Shell`]. Generic, so that tests
/// run it on Tauri's mock runtime.
pub fn with_commands<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder.plugin(tauri_plugin_store::Builder::default().build()).invoke_handler(dispatch::dispatch)
}

/// The compiled-in context: configuration, assets and access control.
pub fn context<R: Runtime>() -> tauri::Context<R> {
    tauri::generate_context!()
}

pub use arguments::Arguments;
pub use state::Shell;
