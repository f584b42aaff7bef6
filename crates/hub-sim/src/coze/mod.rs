//! Coze (`wire/agents.md` 4): workspaces with bots and workflows, chats in conversations, uploads, and the tokens of
//! authorised accounts, which end and rotate.
//!
//! Answers are deterministic: the words `sim:` and a name in the question choose a [`CozeScenario`], else the question
//! chooses its topic. A chat that nobody reads to its end goes on until it is cancelled, as on the real platform: its
//! conversation is busy until then.

mod catalogue;
mod chat;
mod consent;
mod conversations;
mod frames;
mod oauth;
mod platform;
mod refusal;
mod scenario;
mod service;
mod workflow;

use std::io;
use std::sync::Arc;
use std::time::Duration;

pub use consent::Consent;
pub use platform::CozePlatform;
pub use scenario::CozeScenario;
pub use service::{SERVICE, SERVICE_KEY_ID};

use crate::openai::TEST_KEY;
use crate::{Identity, Log, Recorded, Reply, Responder, ScriptedServer, Welcome};

/// A bot that is published to the API.
pub const BOT: &str = "7001";
/// A bot that is not.
pub const DRAFT_BOT: &str = "7009";
/// A workflow that greets: a name that it needs and a count.
pub const WORKFLOW: &str = "7301";
/// A workflow that asks for a city before it goes on.
pub const ASKING_WORKFLOW: &str = "7302";
/// A chat flow, which needs a level beside the question.
pub const CHAT_FLOW: &str = "7401";
/// The OAuth client.
pub const CLIENT: &str = "client-sim";
/// The secret of that client, which is one of the type Web.
pub const CLIENT_SECRET: &str = "secret-sim-0000";
/// An OAuth client without a secret, which must prove itself with PKCE.
pub const PKCE_CLIENT: &str = "client-pkce-sim";

/// How the simulated platform behaves.
#[derive(Debug, Clone)]
pub struct CozeOptions {
    /// Personal and service tokens of the account that owns everything.
    pub tokens: Vec<String>,
    /// Tokens of another account, which sees none of it.
    pub strangers: Vec<String>,
    /// How long an access token is said to be good.
    pub token_lifetime: Duration,
    /// What `expires_in` says instead.
    pub expires_in: Option<serde_json::Value>,
    /// The redirect addresses that are registered with both clients.
    pub redirects: Vec<String>,
    /// What the person in front of the consent page does.
    pub consent: Consent,
    /// The public key of the service app (PKCS #1, DER).
    pub service_key: Option<Vec<u8>>,
    /// How often a device may look.
    pub device_interval: Duration,
    /// Tells nobody whose token it is, as without that permission.
    pub hides_account: bool,
    /// Refuses to list workspaces, as without that permission.
    pub closed_lists: bool,
    /// How fast an answer comes; `None` is without pauses.
    pub tokens_per_second: Option<u32>,
    /// Pause before the first token.
    pub first_token: Duration,
    /// Most entries of a list's page.
    pub page_size: usize,
    /// Knows no page numbers: every page is the first one.
    pub ignores_pages: bool,
    /// Refuses to list what the second workspace holds.
    pub closed_workspace: bool,
    /// What every bot says first.
    pub welcome: Welcome,
}

impl Default for CozeOptions {
    /// [`TEST_KEY`] is a token; answers come without pauses; two entries a page.
    fn default() -> Self {
        Self {
            tokens: vec![TEST_KEY.to_owned()],
            strangers: Vec::new(),
            token_lifetime: Duration::from_secs(900),
            expires_in: None,
            redirects: Vec::new(),
            consent: Consent::Allows,
            service_key: None,
            device_interval: Duration::from_secs(1),
            hides_account: false,
            closed_lists: false,
            tokens_per_second: None,
            first_token: Duration::ZERO,
            page_size: 2,
            ignores_pages: false,
            closed_workspace: false,
            welcome: Welcome::saying("你好{{user_name}}，问我报销的事。"),
        }
    }
}

/// Whose token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Account {
    Owner,
    Stranger,
}

/// A running Coze.
#[derive(Debug)]
pub struct CozeSim {
    server: ScriptedServer,
    platform: Arc<CozePlatform>,
}

impl CozeSim {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start(options: CozeOptions) -> io::Result<Self> {
        let platform = Arc::new(CozePlatform::new(options));
        let server = ScriptedServer::start(Arc::clone(&platform)).await?;
        Ok(Self { server, platform })
    }

    /// The same over TLS, as this identity.
    pub async fn start_tls(identity: &Identity, options: CozeOptions) -> io::Result<Self> {
        let platform = Arc::new(CozePlatform::new(options));
        let server = ScriptedServer::start_tls(identity, Arc::clone(&platform)).await?;
        Ok(Self { server, platform })
    }

    /// `http://127.0.0.1:PORT`, or https: what a connection's base URL is.
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// The platform, to change what happens next.
    pub fn platform(&self) -> &CozePlatform {
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

    /// Everything it saw.
    pub fn log(&self) -> &Log {
        self.server.log()
    }
}

impl Responder for Arc<CozePlatform> {
    fn respond(&self, request: &Recorded) -> Reply {
        self.as_ref().respond(request)
    }
}
