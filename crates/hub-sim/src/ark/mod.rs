//! 火山方舟: bots and models at one address (wire document `cloud-llm.md`, 3). Stateless; models are not listed.
//!
//! Refuses what the platform refuses: another key, an unknown bot or endpoint, tool calls without their answers, a
//! temperature above 1. The last user message chooses a [`Scenario`] by a word such as `sim:429`.

mod chat;
mod frames;
mod refusal;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::backlog::Backlog;
use crate::openai::TEST_KEY;
use crate::play::{self, Pace};
use crate::{Recorded, Reply, Responder, Scenario};
use chat::Chat;
use refusal::Refusal;

/// The bot that every simulator has.
pub const BOT: &str = "bot-20260101-demo";
/// The endpoint for models that every simulator has.
pub const ENDPOINT: &str = "ep-20260101-demo";

/// How the simulated platform behaves.
#[derive(Debug, Clone)]
pub struct ArkOptions {
    /// Keys that are accepted.
    pub keys: Vec<String>,
    /// Bots that can be asked.
    pub bots: Vec<String>,
    /// Models and endpoints that can be asked.
    pub models: Vec<String>,
    /// How fast answers come.
    pub pace: Pace,
}

impl Default for ArkOptions {
    fn default() -> Self {
        Self {
            keys: vec![TEST_KEY.to_owned()],
            bots: vec![BOT.to_owned()],
            models: vec![ENDPOINT.to_owned(), "doubao-demo".to_owned()],
            pace: Pace::default(),
        }
    }
}

/// The platform, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`]. Its paths stand below
/// `/api/v3`.
#[derive(Debug)]
pub struct ArkPlatform {
    options: ArkOptions,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    backlog: Backlog,
    answered: u64,
}

impl ArkPlatform {
    /// A platform with these options.
    pub fn new(options: ArkOptions) -> Self {
        Self { options, state: Mutex::default() }
    }

    /// The next chat gets this scenario.
    pub fn next(&self, scenario: Scenario) {
        self.state().backlog.push(scenario);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: &Recorded, number: u64) -> Result<Reply, Refusal> {
        let known = match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/api/v3/bots/chat/completions") => &self.options.bots,
            ("POST", "/api/v3/chat/completions") => &self.options.models,
            _ => return Err(Refusal::NoSuchPath),
        };
        let key = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        if !self.options.keys.iter().any(|accepted| Some(accepted.as_str()) == key) {
            return Err(Refusal::BadKey);
        }
        let chat = Chat::check(&request.json(), known)?;
        let scenario = self.state().backlog.next(&chat.question);
        if let Some(refusal) = Refusal::of(&scenario) {
            return Err(refusal);
        }
        Ok(match play::page_of(&scenario) {
            Some(page) => page,
            None if chat.stream => play::play(frames::of(&chat, &scenario, number), &scenario, self.options.pace),
            None => Reply::json(200, &frames::whole(&chat, &scenario, number)),
        })
    }
}

impl Responder for ArkPlatform {
    fn respond(&self, request: &Recorded) -> Reply {
        let mut state = self.state();
        state.answered += 1;
        let number = state.answered;
        drop(state);
        let id = format!("02170000{number:04}");
        self.answer(request, number).unwrap_or_else(|refusal| refusal.reply(&id)).header("x-request-id", id)
    }
}

impl Responder for Arc<ArkPlatform> {
    fn respond(&self, request: &Recorded) -> Reply {
        self.as_ref().respond(request)
    }
}
