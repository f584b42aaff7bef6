//! Everything that crosses from the core to a page or a terminal: commands, their requests and replies, the events of
//! a run, error codes and the platform catalogue. Compiles natively and to wasm, does no I/O.
//!
//! Three rules hold here. A secret travels only towards the core: it enters as [`secret::SecretInput`], and no reply
//! type has a field that could carry a stored one back. Times are UTC milliseconds. Ids are strings.
#![deny(missing_docs)]

pub mod agent;
pub mod authorize;
pub mod bundle;
pub mod catalogue;
pub mod command;
pub mod comparison;
pub mod connection;
pub mod conversation;
pub mod data;
pub mod deep_test;
pub mod error;
mod fold;
pub mod id;
pub mod math;
pub mod model;
pub mod name;
pub mod past_run;
pub mod people;
pub mod platform;
pub mod policy;
pub mod progress;
pub mod run;
pub mod secret;
pub mod settings;

pub use command::Command;
pub use error::{ErrorCode, ErrorDetail, HubError};
pub use platform::PlatformId;
pub use run::RunEvent;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
pub type UtcMs = i64;
