//! The platform: who may ask what, and what is answered.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::chat::ChatRequest;
use super::fields::Fields;
use super::refusal::Refusal;
use super::{OpenAiOptions, Profile, Scenario, SimModel, performance};
use crate::{Recorded, Reply, Responder};

/// A platform of the family, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`]. Paths are
/// `/v1/…`; DeepSeek's work without `/v1` too.
#[derive(Debug)]
pub struct OpenAiPlatform {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    options: OpenAiOptions,
    queue: VecDeque<Queued>,
    /// Questions that [`Scenario::BusyOnce`] turned away.
    turned_away: HashSet<String>,
    answered: u64,
}

#[derive(Debug)]
enum Queued {
    Scenario(Scenario),
    Reply(Reply),
}

impl OpenAiPlatform {
    /// A platform with these options.
    pub fn new(options: OpenAiOptions) -> Self {
        Self { state: Mutex::new(State { options, queue: VecDeque::new(), turned_away: HashSet::new(), answered: 0 }) }
    }

    /// The next chat gets this scenario, the one after that the next of them.
    pub fn next(&self, scenario: Scenario) {
        self.state().queue.push_back(Queued::Scenario(scenario));
    }

    /// The next chat that is asked with a good key gets exactly this, unchecked.
    pub fn next_reply(&self, reply: Reply) {
        self.state().queue.push_back(Queued::Reply(reply));
    }

    /// Changes the options from the next request on.
    pub fn change(&self, change: impl FnOnce(&mut OpenAiOptions)) {
        change(&mut self.state().options);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Responder for OpenAiPlatform {
    fn respond(&self, request: &Recorded) -> Reply {
        let mut state = self.state();
        state.answered += 1;
        let profile = state.options.profile;
        let id = format!("req_sim_{:04}", state.answered);
        let reply = state.answer(request).unwrap_or_else(|refusal| refusal.reply(profile));
        drop(state);
        match profile {
            Profile::SiliconFlow => reply.header("x-siliconcloud-trace-id", id),
            Profile::DeepSeek => reply.header("x-ds-trace-id", id),
            Profile::OpenAi | Profile::Compatible => reply.header("x-request-id", id),
        }
    }
}

impl State {
    fn answer(&mut self, request: &Recorded) -> Result<Reply, Refusal> {
        let root = self.options.profile == Profile::DeepSeek;
        let path = match request.path.strip_prefix("/v1") {
            Some(path) => path,
            None if root => request.path.as_str(),
            None => return Err(Refusal::NoSuchPath),
        };
        match (request.method.as_str(), path) {
            ("GET", "/models") => {
                if self.options.quirks.no_list {
                    return Err(Refusal::NoSuchPath);
                }
                if self.options.quirks.list_needs_key {
                    self.check_key(request)?;
                }
                Ok(Reply::json(200, &self.model_list(request)))
            }
            ("POST", "/chat/completions") => {
                self.check_key(request)?;
                self.chat(request)
            }
            ("GET", "/user/balance") if self.options.profile == Profile::DeepSeek => {
                self.check_key(request)?;
                Ok(Reply::json(200, &deepseek_balance()))
            }
            ("GET", "/user/info") if self.options.profile == Profile::SiliconFlow => {
                self.check_key(request)?;
                Ok(Reply::json(200, &siliconflow_user()))
            }
            (_, "/models" | "/chat/completions") => Err(Refusal::WrongMethod),
            _ => Err(Refusal::NoSuchPath),
        }
    }

    fn check_key(&self, request: &Recorded) -> Result<(), Refusal> {
        if self.options.keys.is_empty() {
            return Ok(());
        }
        let Some(value) = request.header("authorization") else {
            return Err(Refusal::NoKey);
        };
        match value.strip_prefix("Bearer ") {
            Some(key) if self.options.keys.iter().any(|accepted| accepted == key) => Ok(()),
            _ => Err(Refusal::BadKey),
        }
    }

    fn model_list(&self, request: &Recorded) -> Value {
        let items: Vec<_> =
            self.options.models.iter().filter(|model| self.is_asked_for(model, request)).map(SimModel::item).collect();
        let mut list = json!({ "object": "list", "data": items });
        if self.options.profile == Profile::Compatible {
            // llama.cpp has both lists.
            let names: Vec<_> =
                self.options.models.iter().map(|model| json!({ "name": model.id, "model": model.id })).collect();
            list.set("models", names);
        }
        list
    }

    /// SiliconFlow's `?type=text&sub_type=chat`; the others have no filter.
    fn is_asked_for(&self, model: &SimModel, request: &Recorded) -> bool {
        if self.options.profile != Profile::SiliconFlow {
            return true;
        }
        let (kind, sub_kind) = model.filter_words();
        let fits = |name, word| request.query_value(name).is_none_or(|wanted| wanted == word);
        fits("type", kind) && fits("sub_type", sub_kind)
    }

    fn chat(&mut self, request: &Recorded) -> Result<Reply, Refusal> {
        let queued = match self.queue.pop_front() {
            Some(Queued::Reply(reply)) => return Ok(reply),
            Some(Queued::Scenario(scenario)) => Some(scenario),
            None => None,
        };
        let chat = ChatRequest::check(&request.body, &self.options)?;
        let scenario = queued
            .or_else(|| Scenario::in_text(&chat.question))
            .or_else(|| self.options.scenario.clone())
            .unwrap_or(Scenario::Answer);
        let scenario = match scenario {
            Scenario::BusyOnce if self.turned_away.insert(chat.question.clone()) => {
                Scenario::RateLimited { retry_after: Some("1".to_owned()) }
            }
            Scenario::BusyOnce => Scenario::Answer,
            other => other,
        };
        performance::reply_to(&chat, &scenario, &self.options, self.answered)
    }
}

fn deepseek_balance() -> Value {
    json!({ "is_available": true, "balance_infos": [{
        "currency": "CNY", "total_balance": "88.60", "granted_balance": "8.60", "topped_up_balance": "80.00",
    }]})
}

fn siliconflow_user() -> Value {
    json!({ "code": 20000, "message": "OK", "status": true, "data": {
        "id": "u-demo", "name": "demo", "image": "", "email": "demo@example.invalid", "isAdmin": false,
        "balance": "0.88", "status": "normal", "introduction": "", "role": "",
        "chargeBalance": "88.00", "totalBalance": "88.88",
    }})
}
