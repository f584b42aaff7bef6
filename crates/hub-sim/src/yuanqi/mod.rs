//! 腾讯元器: one agent a token, stateless, at most 40 messages whose roles alternate (wire document `agents.md`, 8).
//!
//! Refuses what the platform refuses: another token, another agent, files that are no public address, messages out of
//! order. The last message chooses a [`Scenario`] by a word such as `sim:429`.

mod chat;
mod frames;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;

use crate::backlog::Backlog;
use crate::play::{self, Pace};
use crate::{Recorded, Reply, Responder, Scenario};
use chat::Chat;

/// The agent that every simulator has.
pub const ASSISTANT: &str = "as-demo-0001";
/// Its token.
pub const TOKEN: &str = "yuanqi-test-0000-accepted";

/// How the simulated platform behaves.
#[derive(Debug, Clone)]
pub struct YuanqiOptions {
    /// Agents and the token of each.
    pub assistants: Vec<(String, String)>,
    /// How fast answers come.
    pub pace: Pace,
}

impl Default for YuanqiOptions {
    fn default() -> Self {
        Self { assistants: vec![(ASSISTANT.to_owned(), TOKEN.to_owned())], pace: Pace::default() }
    }
}

/// The platform, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`]. Its paths stand below
/// `/openapi/v1/agent`.
#[derive(Debug)]
pub struct YuanqiPlatform {
    options: YuanqiOptions,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    backlog: Backlog,
    answered: u64,
}

impl YuanqiPlatform {
    /// A platform with these options.
    pub fn new(options: YuanqiOptions) -> Self {
        Self { options, state: Mutex::default() }
    }

    /// The next chat gets this scenario.
    pub fn next(&self, scenario: Scenario) {
        self.state().backlog.push(scenario);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn chat(&self, request: &Recorded) -> Result<Reply, Reply> {
        let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let known = self.options.assistants.iter().filter(|(_, accepted)| Some(accepted.as_str()) == token);
        let own: Vec<&str> = known.map(|(assistant, _)| assistant.as_str()).collect();
        if own.is_empty() {
            return Err(refusal(401, "sim_unauthorized", "the token is not known"));
        }
        let chat = Chat::check(&request.json(), &own).map_err(|why| refusal(400, "sim_invalid", &why))?;
        let mut state = self.state();
        state.answered += 1;
        let number = state.answered;
        let scenario = state.backlog.next(&chat.question);
        drop(state);
        match scenario {
            Scenario::BadKey => Err(refusal(401, "sim_unauthorized", "the token is not known")),
            Scenario::Forbidden => Err(refusal(403, "sim_forbidden", "the token may not do this")),
            Scenario::RateLimited { .. } => Err(refusal(429, "sim_concurrency", "10 of 10 answers are being given")),
            Scenario::ServerError => Err(refusal(500, "sim_internal", "something broke")),
            Scenario::Overloaded => Err(refusal(503, "sim_overloaded", "the model is overloaded")),
            scenario => Ok(match play::page_of(&scenario) {
                Some(page) => page,
                None if chat.stream => play::play(frames::of(&chat, &scenario, number), &scenario, self.options.pace),
                None => Reply::json(200, &frames::whole(&chat, &scenario, number)),
            }),
        }
    }
}

impl Responder for YuanqiPlatform {
    fn respond(&self, request: &Recorded) -> Reply {
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/openapi/v1/agent/chat/completions") => self.chat(request).unwrap_or_else(|refusal| refusal),
            _ => Reply::text(404, "404 page not found"),
        }
    }
}

impl Responder for Arc<YuanqiPlatform> {
    fn respond(&self, request: &Recorded) -> Reply {
        self.as_ref().respond(request)
    }
}

fn refusal(status: u16, code: &str, why: &str) -> Reply {
    Reply::json(status, &json!({ "error": { "message": format!("sim: {why}"), "code": code } }))
}
