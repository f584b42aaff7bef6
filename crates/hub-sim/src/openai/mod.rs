//! The OpenAI family: OpenAI, SiliconFlow, DeepSeek and whatever calls itself compatible.
//!
//! One simulator with four profiles. A profile differs in the shape of errors, the models, where reasoning and usage
//! stand, and what is refused (facts: wire document `cloud-llm.md`, sections 5 to 8). Answers are deterministic: the
//! last user message chooses a [`Scenario`] by a word such as `sim:429`, or a topic by its words, in its language.

pub(crate) mod answer;
mod catalogue;
mod chat;
mod chunk;
mod completion;
pub(crate) mod fields;
mod performance;
mod platform;
mod refusal;
mod scenario;
pub(crate) mod tokens;

use std::io;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use answer::answer_to;
pub use catalogue::{ModelKind, ReasoningIn, SimModel};
pub use platform::OpenAiPlatform;
pub use scenario::Scenario;
pub(crate) use tokens::tokens;

use crate::{Connection, ConnectionEnd, Log, Recorded, Reply, Responder, ScriptedServer, WaitTimeout};

/// A key that every simulator accepts unless told otherwise.
pub const TEST_KEY: &str = "sk-test-0000-accepted";

/// Which platform is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// OpenAI.
    OpenAi,
    /// 硅基流动
    SiliconFlow,
    /// 深度求索
    DeepSeek,
    /// A server of one's own (llama.cpp, Ollama, vLLM): no key needed unless options name one.
    Compatible,
}

impl Profile {
    /// All four.
    pub const ALL: [Self; 4] = [Self::OpenAi, Self::SiliconFlow, Self::DeepSeek, Self::Compatible];

    /// Its name in paths and in the line that the binary prints.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::SiliconFlow => "siliconflow",
            Self::DeepSeek => "deepseek",
            Self::Compatible => "compatible",
        }
    }
}

/// How a simulated platform behaves.
#[derive(Debug, Clone)]
pub struct OpenAiOptions {
    /// Which platform.
    pub profile: Profile,
    /// Keys that are accepted. Empty: any key and none.
    pub keys: Vec<String>,
    /// What `GET /v1/models` lists and what can be asked.
    pub models: Vec<SimModel>,
    /// How fast an answer comes; `None` is without pauses.
    pub tokens_per_second: Option<u32>,
    /// Pause before the first token.
    pub first_token: Duration,
    /// What every chat gets that does not choose for itself; `None` leaves it to the topic of the question.
    pub scenario: Option<Scenario>,
    /// What it is picky about.
    pub quirks: Quirks,
}

/// Where real servers of the family differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quirks {
    /// Whether the model list needs the key; llama.cpp and OpenRouter give it to everybody.
    pub list_needs_key: bool,
    /// Answers 404 to the model list.
    pub no_list: bool,
    /// Takes any model name, as llama.cpp does.
    pub any_model: bool,
    /// 400 for `stream_options`, as old servers and Venice do.
    pub refuses_stream_options: bool,
    /// 400 for `max_tokens` on every model. OpenAI's reasoning models refuse it without this.
    pub refuses_max_tokens: bool,
    /// 400 for `max_completion_tokens`.
    pub refuses_max_completion_tokens: bool,
    /// 400 for `content` as a list of parts when all of them are text.
    pub refuses_text_parts: bool,
    /// 400 for a message whose content is empty. Not every server does, but a client should not send one.
    pub refuses_empty_content: bool,
    /// Ends streams without `[DONE]`.
    pub no_done: bool,
    /// How usage is told in a stream.
    pub usage: UsageIn,
}

/// How usage is told in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageIn {
    /// In a chunk of its own without choices, when `stream_options.include_usage` asks for it (OpenAI).
    OwnChunk,
    /// On the last chunk with a choice (DeepSeek).
    LastChoice,
    /// A running total on every chunk (SiliconFlow).
    EveryChunk,
    /// Not at all.
    Nowhere,
}

impl OpenAiOptions {
    /// A platform as it is by default: [`TEST_KEY`] accepted (none needed by [`Profile::Compatible`]), answers without
    /// pauses.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            keys: if profile == Profile::Compatible { Vec::new() } else { vec![TEST_KEY.to_owned()] },
            models: catalogue::models_of(profile),
            tokens_per_second: None,
            first_token: Duration::ZERO,
            scenario: None,
            quirks: Quirks::of(profile),
        }
    }

    /// Accepts this key too.
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.keys.push(key.into());
        self
    }

    /// Gives every chat this scenario.
    pub fn with_scenario(mut self, scenario: Scenario) -> Self {
        self.scenario = Some(scenario);
        self
    }
}

impl Default for OpenAiOptions {
    fn default() -> Self {
        Self::new(Profile::OpenAi)
    }
}

impl Quirks {
    fn of(profile: Profile) -> Self {
        let compatible = profile == Profile::Compatible;
        Self {
            list_needs_key: !compatible,
            no_list: false,
            any_model: compatible,
            refuses_stream_options: false,
            refuses_max_tokens: false,
            refuses_max_completion_tokens: false,
            refuses_text_parts: false,
            refuses_empty_content: true,
            no_done: false,
            usage: match profile {
                Profile::DeepSeek => UsageIn::LastChoice,
                Profile::SiliconFlow => UsageIn::EveryChunk,
                Profile::OpenAi | Profile::Compatible => UsageIn::OwnChunk,
            },
        }
    }
}

/// A running platform of the family.
#[derive(Debug)]
pub struct OpenAiSim {
    server: ScriptedServer,
    platform: Arc<OpenAiPlatform>,
}

impl OpenAiSim {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start(options: OpenAiOptions) -> io::Result<Self> {
        let platform = Arc::new(OpenAiPlatform::new(options));
        let server = ScriptedServer::start(Arc::clone(&platform)).await?;
        Ok(Self { server, platform })
    }

    /// `http://127.0.0.1:PORT/v1`: what a connection's base URL is.
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.server.base_url())
    }

    /// The next chat gets this scenario, the one after that the next of them.
    pub fn next(&self, scenario: Scenario) {
        self.platform.next(scenario);
    }

    /// The next chat that is asked with a good key gets exactly this, unchecked.
    pub fn next_reply(&self, reply: Reply) {
        self.platform.next_reply(reply);
    }

    /// Changes the options from the next request on: another key, other models, another quirk.
    pub fn change(&self, change: impl FnOnce(&mut OpenAiOptions)) {
        self.platform.change(change);
    }

    /// The bodies of all chats so far.
    pub fn chats(&self) -> Vec<serde_json::Value> {
        let is_chat = |request: &Recorded| request.path.ends_with("/chat/completions");
        self.requests().iter().filter(|request| is_chat(request)).map(Recorded::json).collect()
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests()
    }

    /// All connections so far.
    pub fn connections(&self) -> Vec<Connection> {
        self.server.connections()
    }

    /// Waits until there are at least so many requests, and returns all of them.
    pub async fn wait_for_requests(&self, count: usize) -> Result<Vec<Recorded>, WaitTimeout> {
        self.server.wait_for_requests(count).await
    }

    /// Waits until that connection ended.
    pub async fn wait_for_end(&self, connection: usize) -> Result<ConnectionEnd, WaitTimeout> {
        self.server.wait_for_end(connection).await
    }

    /// Everything it saw.
    pub fn log(&self) -> &Log {
        self.server.log()
    }

    /// The socket server under it.
    pub fn server(&self) -> &ScriptedServer {
        &self.server
    }
}

impl Responder for Arc<OpenAiPlatform> {
    fn respond(&self, request: &Recorded) -> Reply {
        self.as_ref().respond(request)
    }
}
