//! 53AI Studio: an account with bots and workflows (facts: wire document `agents.md`, section 7).
//!
//! The question chooses by `sim:` and a name what happens: `append`, `error`, `cut`, `empty`, `429`, `500`.

mod platform;

use std::io;

pub use platform::Studio53Platform;

use crate::{Recorded, ScriptedServer};

/// The secret that every simulator accepts.
pub const TEST_SECRET: &str = "studio53-test-secret";

/// How a simulated 53AI Studio behaves.
#[derive(Debug, Clone)]
pub struct Studio53Options {
    /// Secrets that are accepted.
    pub secrets: Vec<String>,
    /// How many bots there are; `b-1` and so on.
    pub bots: usize,
    /// How many workflows there are; `w-1` and so on.
    pub workflows: usize,
}

impl Default for Studio53Options {
    fn default() -> Self {
        Self { secrets: vec![TEST_SECRET.to_owned()], bots: 120, workflows: 2 }
    }
}

/// A running 53AI Studio.
#[derive(Debug)]
pub struct Studio53Sim {
    server: ScriptedServer,
}

impl Studio53Sim {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start(options: Studio53Options) -> io::Result<Self> {
        Ok(Self { server: ScriptedServer::start(Studio53Platform::new(options)).await? })
    }

    /// `http://127.0.0.1:PORT`: what a connection's base URL is.
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests()
    }
}
