//! FastGPT: one key is one app, an app or a plugin (facts: wire document `agents.md`, section 6).
//!
//! The question, or any variable, chooses by `sim:` and a name what happens: `tools`, `select`, `form`, `sources`,
//! `think`, `endless` (until it is stopped), `error`, `cut`, `empty`, `alive`, `429`, `500`, `balance`.

mod frames;
mod platform;
mod refusal;

use std::io;
use std::sync::Arc;
use std::time::Duration;

pub use platform::FastGptPlatform;

use crate::{Recorded, Reply, Responder, ScriptedServer};

/// The key of the app that every simulator has.
pub const TEST_KEY: &str = "fastgpt-test-app";
/// Its id.
pub const TEST_APP: &str = "65f000000000000000000001";

/// How a simulated FastGPT behaves.
#[derive(Debug, Clone)]
pub struct FastGptOptions {
    /// Its apps; the key of a call chooses one.
    pub apps: Vec<FastGptApp>,
    /// An older server: results come after `[DONE]`, every failure is a 500 or an event without a content type.
    pub older: bool,
    /// How fast an answer comes; `None` is without pauses.
    pub tokens_per_second: Option<u32>,
    /// Pause before the first token.
    pub first_token: Duration,
}

/// One app.
#[derive(Debug, Clone)]
pub struct FastGptApp {
    /// Its key.
    pub key: String,
    /// Its id.
    pub id: String,
    /// A form in, results out.
    pub plugin: bool,
    /// It offers questions to go on with.
    pub questions: bool,
    /// What it says first; a line in brackets is a question to begin with.
    pub welcome: String,
}

impl Default for FastGptOptions {
    /// An app and a plugin (`fastgpt-test-plugin`) on the newest server.
    fn default() -> Self {
        let app = |key: &str, id: &str, plugin| FastGptApp {
            key: key.to_owned(),
            id: id.to_owned(),
            plugin,
            questions: !plugin,
            welcome: "Hello\n[What can you do?]".to_owned(),
        };
        Self {
            apps: vec![app(TEST_KEY, TEST_APP, false), app("fastgpt-test-plugin", "65f000000000000000000002", true)],
            older: false,
            tokens_per_second: None,
            first_token: Duration::ZERO,
        }
    }
}

/// A running FastGPT.
#[derive(Debug)]
pub struct FastGptSim {
    server: ScriptedServer,
}

impl FastGptSim {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start(options: FastGptOptions) -> io::Result<Self> {
        Ok(Self { server: ScriptedServer::start(FastGptPlatform::new(options)).await? })
    }

    /// `http://127.0.0.1:PORT/api`: what a connection's base URL is.
    pub fn base_url(&self) -> String {
        format!("{}/api", self.server.base_url())
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests()
    }
}

impl Responder for Arc<FastGptPlatform> {
    fn respond(&self, request: &Recorded) -> Reply {
        self.as_ref().respond(request)
    }
}
