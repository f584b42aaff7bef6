//! The one way to the shell: typed commands, and runs that are followed frame by frame. No other module touches the
//! bridge's JavaScript.

mod bridge;
mod follow;
mod order;
mod reject;

use hub_contract::{Command, HubError};

pub use follow::attach;

/// Calls a command of the shell.
///
/// # Errors
/// The shell's own error; a refusal of the bridge itself becomes `internal` with the bridge's words in the detail.
pub async fn call<C: Command>(request: C::Request) -> Result<C::Reply, HubError> {
    let arguments = serde_json::to_string(&Arguments { request }).map_err(reject::unreadable)?;
    let reply = bridge::invoke(C::NAME, &arguments).await.map_err(|text| reject::error(C::NAME, &text))?;
    serde_json::from_str(&reply).map_err(reject::unreadable)
}

/// Every command takes one argument object.
#[derive(serde::Serialize)]
struct Arguments<R> {
    request: R,
}
