//! One module a subject; each command is the core's own, with arguments turned into a request and a reply into words.

mod agents;
mod authorize;
mod bundle;
mod chat;
mod connect;
mod connections;
mod conversations;
mod data;
mod doctor;
mod models;
mod people;
mod platforms;

use crate::args::Command;
use crate::failure::Result;
use crate::output::Output;
use crate::session::Session;

/// Runs a command to its end.
pub(crate) async fn run(command: Command, session: &Session, output: &Output) -> Result<()> {
    match command {
        Command::Platforms => platforms::list(session, output).await,
        Command::Connect(request) => connect::connect(request, session, output).await,
        Command::Connections(command) => connections::run(command, session, output).await,
        Command::Catalog(request) => models::catalog(request, session, output).await,
        Command::Models(command) => models::run(command, session, output).await,
        Command::Chat(request) => chat::chat(request, session, output).await,
        Command::Conversations(command) => conversations::run(command, session, output).await,
        Command::Doctor => doctor::doctor(session, output).await,
        Command::Backup { out } => data::backup(out, session, output).await,
        Command::Authorize(request) => authorize::authorize(request, session, output).await,
        Command::Agents(command) => agents::run(command, session, output).await,
        Command::Plans(command) => people::plans(command, session, output).await,
        Command::Groups(command) => people::groups(command, session, output).await,
        Command::Members(command) => people::members(command, session, output).await,
        Command::Feedback(request) => agents::feedback(request, session, output).await,
        Command::Bundle(command) => bundle::run(command, session, output).await,
        Command::Restore(request) => data::restore(request, session, output).await,
        Command::Move(request) => data::move_hub(request, session, output).await,
    }
}
