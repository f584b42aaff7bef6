//! Dify: one key is one app (facts: wire document `agents.md`, sections 5 and 10).
//!
//! It keeps what the real one keeps: conversations, uploads and runs belong to the `user` who made them, a key opens one
//! app in one mode, and the wrong route for the mode is refused. In a question, or in any input variable, `sim:` and a
//! name choose what happens ([`Scenario`]).

mod app;
mod forms;
mod frames;
mod performance;
mod platform;
mod refusal;
mod scenario;
mod uploads;

use std::io;
use std::sync::Arc;
use std::time::Duration;

pub use app::{App, Mode};
pub use platform::DifyPlatform;
pub use scenario::Scenario;

use crate::{Recorded, Reply, Responder, ScriptedServer};

/// The key of the chat app that every simulator has.
pub const TEST_KEY: &str = "app-test-chat";

/// How a simulated Dify behaves.
#[derive(Debug, Clone)]
pub struct DifyOptions {
    /// Its apps; the key of a call chooses one.
    pub apps: Vec<App>,
    /// False for servers before 1.0: `/info` has no mode and there is no `/site`.
    pub tells_mode: bool,
    /// How fast an answer comes; `None` is without pauses.
    pub tokens_per_second: Option<u32>,
    /// Pause before the first token.
    pub first_token: Duration,
    /// Largest upload, in bytes.
    pub upload_bytes: usize,
}

impl Default for DifyOptions {
    /// An app of every mode, with keys `app-test-<mode>`, as the newest server.
    fn default() -> Self {
        Self {
            apps: Mode::ALL.into_iter().map(|mode| App::new(&format!("app-test-{}", mode.short()), mode)).collect(),
            tells_mode: true,
            tokens_per_second: None,
            first_token: Duration::ZERO,
            upload_bytes: 15 * 1024 * 1024,
        }
    }
}

/// A running Dify.
#[derive(Debug)]
pub struct DifySim {
    server: ScriptedServer,
    platform: Arc<DifyPlatform>,
}

impl DifySim {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start(options: DifyOptions) -> io::Result<Self> {
        let platform = Arc::new(DifyPlatform::new(options));
        let server = ScriptedServer::start(Arc::clone(&platform)).await?;
        Ok(Self { server, platform })
    }

    /// `http://127.0.0.1:PORT/v1`: what a connection's base URL is.
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.server.base_url())
    }

    /// Forgets every conversation, as after it was deleted there.
    pub fn forget_conversations(&self) {
        self.platform.forget_conversations();
    }

    /// The app of that key works in another mode from now on.
    pub fn switch_mode(&self, key: &str, mode: Mode) {
        self.platform.switch_mode(key, mode);
    }

    /// Where forms were answered: (form token, action, inputs).
    pub fn answered_forms(&self) -> Vec<(String, String, serde_json::Value)> {
        self.platform.answered_forms()
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests()
    }

    /// The socket server under it.
    pub fn server(&self) -> &ScriptedServer {
        &self.server
    }
}

impl Responder for Arc<DifyPlatform> {
    fn respond(&self, request: &Recorded) -> Reply {
        self.as_ref().respond(request)
    }
}
