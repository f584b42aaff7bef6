//! The Hub: use cases and rules. The shell and `hub` are thin around [`Hub`], which has one method for every command of
//! [`hub_contract::command`] that the core answers. No window, no SQL text and no HTTP here: those are `src-tauri`,
//! `hub-store` and `hub-platforms`.
#![deny(missing_docs)]
// Every command is async, also the few that have nothing to wait for: whoever calls one need not know which.
#![allow(clippy::unused_async)]

pub mod access;
mod addressee;
mod agent_icons;
mod agents;
mod asking;
mod authorize;
mod backups;
mod branches;
mod bundle;
mod clock;
mod comparisons;
mod connections;
mod conversations;
mod data;
mod deep_test;
mod export;
mod feedback;
mod formulas;
mod history;
mod hub;
mod icon;
mod membership;
mod models;
mod moving;
mod names;
mod past_runs;
mod people;
mod policy;
mod progress;
mod recall;
mod restore;
mod runs;
mod schedule;
mod scheme;
mod secrets;
mod send;
mod service_account;
mod settings;
mod title;
mod tokens;

pub use authorize::link_in;
pub use clock::{Clock, Ids, RandomIds, SystemClock};
pub use data::default_data_dir;
pub use hub::{Hub, HubOptions};
pub use hub_platforms::{Limits, install_crypto};
pub use policy::PolicyPlace;
pub use scheme::register_scheme;

/// A result that crosses to the page or the terminal.
pub type Result<T> = std::result::Result<T, hub_contract::HubError>;
