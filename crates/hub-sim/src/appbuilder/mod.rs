//! Qianfan AppBuilder (`wire/cloud-llm.md` 1): apps of an account, conversations that end, files that belong to them,
//! runs.
//!
//! Answers are deterministic: the words `sim:` and a name in the question choose an [`AppBuilderScenario`], else the
//! question chooses its topic.

mod catalogue;
mod platform;
mod run;
mod scenario;

use std::io;
use std::sync::Arc;
use std::time::Duration;

pub use platform::AppBuilderPlatform;
pub use scenario::AppBuilderScenario;

use crate::openai::TEST_KEY;
use crate::{Recorded, Reply, Responder, ScriptedServer, Welcome};

/// A published agent.
pub const APP: &str = "app-1111";
/// An app that is not published.
pub const DRAFT_APP: &str = "app-2222";
/// A chat flow.
pub const FLOW: &str = "app-3333";

/// How the simulated platform behaves.
#[derive(Debug, Clone)]
pub struct AppBuilderOptions {
    /// Keys of the account.
    pub keys: Vec<String>,
    /// How fast an answer comes; `None` is without pauses.
    pub tokens_per_second: Option<u32>,
    /// Pause before the first token.
    pub first_token: Duration,
    /// Most entries of a list's page.
    pub page_size: usize,
    /// Says that there is more and gives the same marker for ever.
    pub repeats_marker: bool,
    /// How many runs are allowed until the limit is lifted; `None` is without limit.
    pub runs_left: Option<u32>,
    /// What every app says first.
    pub welcome: Welcome,
}

impl Default for AppBuilderOptions {
    /// [`TEST_KEY`] is the key; answers come without pauses; two entries a page.
    fn default() -> Self {
        Self {
            keys: vec![TEST_KEY.to_owned()],
            tokens_per_second: None,
            first_token: Duration::ZERO,
            page_size: 2,
            repeats_marker: false,
            runs_left: None,
            welcome: Welcome::saying("你好，问我报销的事。"),
        }
    }
}

/// A running AppBuilder.
#[derive(Debug)]
pub struct AppBuilderSim {
    server: ScriptedServer,
    platform: Arc<AppBuilderPlatform>,
}

impl AppBuilderSim {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start(options: AppBuilderOptions) -> io::Result<Self> {
        let platform = Arc::new(AppBuilderPlatform::new(options));
        let server = ScriptedServer::start(Arc::clone(&platform)).await?;
        Ok(Self { server, platform })
    }

    /// `http://127.0.0.1:PORT/v2`: what a connection's base URL is.
    pub fn base_url(&self) -> String {
        format!("{}/v2", self.server.base_url())
    }

    /// The platform, to change what happens next.
    pub fn platform(&self) -> &AppBuilderPlatform {
        &self.platform
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests()
    }

    /// The requests to that path.
    pub fn requests_to(&self, path: &str) -> Vec<Recorded> {
        self.requests().into_iter().filter(|request| request.path == path).collect()
    }
}

impl Responder for Arc<AppBuilderPlatform> {
    fn respond(&self, request: &Recorded) -> Reply {
        self.as_ref().respond(request)
    }
}
