//! The one way to the shell: typed commands, and runs that are followed frame by frame. No other module touches the
//! bridge's JavaScript.

mod bridge;
mod follow;
mod order;
mod read;
mod reject;

use hub_contract::{Command, HubError};

pub use follow::attach;

/// Calls a command of the shell.
///
/// # Errors
/// The shell's own error; a refusal of the bridge itself becomes `internal` with the bridge's words in the detail.
pub async fn call<C: Command>(request: C::Request) -> Result<C::Reply, HubError> {
    let arguments = serde_json::to_string(&Arguments { request });
    let reply = ask(C::NAME, arguments).await?;
    read::from_str(&reply).map_err(reject::unreadable)
}

/// What calling is the same for every command.
async fn ask(command: &'static str, arguments: serde_json::Result<String>) -> Result<String, HubError> {
    let arguments = arguments.map_err(reject::unreadable)?;
    bridge::invoke(command, &arguments).await.map_err(|text| reject::error(command, &text))
}

/// Every command takes one argument object.
#[derive(serde::Serialize)]
struct Arguments<R> {
    request: R,
}
