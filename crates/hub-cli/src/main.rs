//! `hub`: the Hub without a window, for scripts, for provisioning and for testing connections. See docs/CLI.md.

mod args;
mod commands;
mod failure;
mod help;
mod language;
mod output;
mod progress;
mod secrets;
mod session;
mod table;

use std::process::ExitCode;

use clap::FromArgMatches;
use hub_text::Texts;

use args::Arguments;
use output::Output;
use session::Session;

fn main() -> ExitCode {
    let texts = Texts::new(language::choose(std::env::args_os()));
    let arguments = match help::command(&texts).try_get_matches().and_then(|found| Arguments::from_arg_matches(&found))
    {
        Ok(arguments) => arguments,
        // Help and version come this way too, with status 0; wrong usage ends with 2.
        Err(wrong) => {
            drop(wrong.print());
            return ExitCode::from(u8::try_from(wrong.exit_code()).unwrap_or(2));
        }
    };
    log_to_stderr();
    hub_core::install_crypto();
    let output = Output::new(texts, arguments.global.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.failure(&failure::Failure::of_io("tokio", &error)),
    };
    let session = Session::new(arguments.global);
    let code = match runtime.block_on(commands::run(arguments.command, &session, &output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.failure(&failure),
    };
    // A keychain that still asks its question may not keep the program from ending.
    runtime.shutdown_background();
    code
}

/// Silent unless `HUB_LOG` asks, for example `HUB_LOG=hub_vault=debug`.
fn log_to_stderr() {
    if let Ok(filter) = tracing_subscriber::EnvFilter::try_from_env("HUB_LOG") {
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    }
}
