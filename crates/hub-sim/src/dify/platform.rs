//! The platform: which app a key opens, and what belongs to whom.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::app::{App, Mode};
use super::forms::Form;
use super::frames::{Frames, Ids};
use super::performance::Performance;
use super::refusal::Refusal;
use super::{DifyOptions, Scenario};
use crate::openai::fields::Fields;
use crate::{Gate, Recorded, Reply, Responder, icons};

/// A Dify, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`]. Paths are `/v1/…`.
#[derive(Debug)]
pub struct DifyPlatform {
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) options: DifyOptions,
    /// Conversation to (app key, user).
    conversations: HashMap<String, (String, String)>,
    /// Upload to user.
    pub(super) uploads: HashMap<String, String>,
    /// Message to user.
    messages: HashMap<String, String>,
    /// (task, user) to the gate that lets a stopped answer end.
    tasks: HashMap<(String, String), Gate>,
    pub(super) forms: HashMap<String, Form>,
    pub(super) answered: Vec<(String, String, Value)>,
    turned_away: HashSet<String>,
    pub(super) count: u64,
}

impl DifyPlatform {
    /// A platform with these options.
    pub fn new(options: DifyOptions) -> Self {
        Self {
            state: Mutex::new(State {
                options,
                conversations: HashMap::new(),
                uploads: HashMap::new(),
                messages: HashMap::new(),
                tasks: HashMap::new(),
                forms: HashMap::new(),
                answered: Vec::new(),
                turned_away: HashSet::new(),
                count: 0,
            }),
        }
    }

    /// Forgets every conversation.
    pub fn forget_conversations(&self) {
        self.state().conversations.clear();
    }

    /// The app of that key works in another mode from now on.
    pub fn switch_mode(&self, key: &str, mode: Mode) {
        for app in self.state().options.apps.iter_mut().filter(|app| app.key == key) {
            app.mode = mode;
        }
    }

    /// Forms that were answered: (form token, action, inputs).
    pub fn answered_forms(&self) -> Vec<(String, String, Value)> {
        self.state().answered.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Responder for DifyPlatform {
    fn respond(&self, request: &Recorded) -> Reply {
        let mut state = self.state();
        state.count += 1;
        let id = format!("req-sim-{}", state.count);
        state.answer(request).unwrap_or_else(Refusal::reply).header("x-request-id", id)
    }
}

impl State {
    fn answer(&mut self, request: &Recorded) -> Result<Reply, Refusal> {
        if let Some(icon) = request.path.strip_prefix("/files/") {
            // Its address is signed; a key has no business here.
            return Ok(icons::reply(icon));
        }
        let path = request.path.strip_prefix("/v1/").ok_or(Refusal::NoSuchPath)?;
        let segments: Vec<&str> = path.split('/').collect();
        let app = self.app(request)?;
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["info"]) => Ok(Reply::json(200, &self.info(&app))),
            ("GET", ["parameters"]) => Ok(Reply::json(200, &parameters(&app))),
            ("GET", ["site"]) if self.options.tells_mode => Ok(Reply::json(
                200,
                &json!({ "title": app.name, "icon_type": if app.icon.is_some() { "image" } else { "emoji" },
                    "icon": "🤖", "icon_url": app.icon }),
            )),
            ("GET", ["conversations"]) if app.mode.is_chat() => {
                Ok(Reply::json(200, &json!({ "limit": 1, "has_more": false, "data": [] })))
            }
            ("GET", ["conversations"]) => Err(Refusal::NotChatApp),
            ("POST", ["files", "upload"]) => self.upload(request),
            ("POST", ["chat-messages"]) if app.mode.is_chat() => self.ask(&app, request),
            ("POST", ["chat-messages"]) => Err(Refusal::NotChatApp),
            ("POST", ["completion-messages"]) if app.mode == Mode::Completion => self.ask(&app, request),
            ("POST", ["completion-messages"]) => Err(Refusal::AppUnavailable),
            ("POST", ["workflows", "run"]) if app.mode == Mode::Workflow => self.ask(&app, request),
            ("POST", ["workflows", "run"]) => Err(Refusal::NotWorkflowApp),
            ("POST", ["chat-messages", task, "stop"]) if app.mode.is_chat() => self.stop(task, request),
            ("POST", ["chat-messages", _, "stop"]) => Err(Refusal::NotChatApp),
            ("POST", ["completion-messages", task, "stop"]) if app.mode == Mode::Completion => self.stop(task, request),
            ("POST", ["completion-messages", _, "stop"]) => Err(Refusal::AppUnavailable),
            ("POST", ["workflows", "tasks", task, "stop"]) if app.mode == Mode::Workflow => self.stop(task, request),
            ("POST", ["workflows", "tasks", _, "stop"]) => Err(Refusal::NotWorkflowApp),
            ("GET", ["messages", message, "suggested"]) => self.suggested(&app, message, request),
            ("POST", ["messages", message, "feedbacks"]) => self.feedback(message, request),
            ("POST", ["form", "human_input", token]) => self.submit(token, request),
            ("GET", ["workflow", run, "events"]) if app.mode.is_drawn() => self.events(&app, run, request),
            _ => Err(Refusal::NoSuchPath),
        }
    }

    fn app(&self, request: &Recorded) -> Result<App, Refusal> {
        let key = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        self.options.apps.iter().find(|app| Some(app.key.as_str()) == key).cloned().ok_or(Refusal::NoKey)
    }

    fn info(&self, app: &App) -> Value {
        let mut info = json!({ "name": app.name, "description": "A simulated app", "tags": [], "author_name": "sim" });
        if self.options.tells_mode {
            info.set("mode", app.mode.word());
        }
        info
    }

    fn ask(&mut self, app: &App, request: &Recorded) -> Result<Reply, Refusal> {
        let body = request.json();
        let user = text(&body, "user");
        if user.is_empty() {
            return Err(Refusal::Invalid("sim: `user` is required".to_owned()));
        }
        if !body.field("inputs").is_object() {
            return Err(Refusal::Invalid("sim: `inputs` is required".to_owned()));
        }
        if app.mode.is_chat() && text(&body, "query").is_empty() {
            return Err(Refusal::Invalid("sim: `query` is required".to_owned()));
        }
        if body.field("response_mode") != "streaming" {
            return Err(Refusal::Invalid("sim: only streaming is simulated".to_owned()));
        }
        if let Some(name) = app.missing_input(body.field("inputs")) {
            return Err(Refusal::Invalid(format!("{name} is required in input form")));
        }
        self.check_files(&body, &user)?;
        let conversation = Some(text(&body, "conversation_id")).filter(|id| !id.is_empty());
        if let Some(id) = &conversation
            && self.conversations.get(id) != Some(&(app.key.clone(), user.clone()))
        {
            return Err(Refusal::NoConversation);
        }
        let question = question(&body);
        let scenario = self.scenario(&question)?;
        let ids = Ids::numbered(self.count, conversation);
        if app.mode.is_chat() {
            self.conversations.insert(ids.conversation.clone(), (app.key.clone(), user.clone()));
        }
        self.messages.insert(ids.message.clone(), user.clone());
        let stopped = Gate::new();
        self.tasks.insert((ids.task.clone(), user.clone()), stopped.clone());
        if scenario == Scenario::Form {
            self.forms.insert(format!("ft-{}", ids.run), Form::new(ids.clone(), user));
        }
        let frames = Frames { ids, mode: app.mode };
        let inputs = body.field("inputs").clone();
        Ok(Performance { frames, scenario, options: &self.options, question, inputs, stopped }.reply())
    }

    fn scenario(&mut self, question: &str) -> Result<Scenario, Refusal> {
        match Scenario::in_text(question).unwrap_or(Scenario::Answer) {
            Scenario::BusyOnce if self.turned_away.insert(question.to_owned()) => Err(Refusal::TooManyRequests),
            Scenario::BusyOnce => Ok(Scenario::Answer),
            Scenario::TooManyRequests => Err(Refusal::TooManyRequests),
            Scenario::Quota => Err(Refusal::Quota),
            Scenario::ApiDisabled => Err(Refusal::ApiDisabled),
            Scenario::ServerError => Err(Refusal::ServerError),
            other => Ok(other),
        }
    }

    /// Says success in any case; only the same person's task really ends.
    fn stop(&mut self, task: &str, request: &Recorded) -> Result<Reply, Refusal> {
        let user = text(&request.json(), "user");
        if user.is_empty() {
            return Err(Refusal::Invalid("sim: `user` is required".to_owned()));
        }
        if let Some(gate) = self.tasks.get(&(task.to_owned(), user)) {
            gate.open();
        }
        Ok(Reply::json(200, &json!({ "result": "success" })))
    }

    fn suggested(&self, app: &App, message: &str, request: &Recorded) -> Result<Reply, Refusal> {
        if !app.mode.is_chat() {
            return Err(Refusal::NotChatApp);
        }
        if self.messages.get(message).map(String::as_str) != request.query_value("user") {
            return Err(Refusal::NoMessage);
        }
        if app.mode == Mode::Agent {
            return Err(Refusal::SuggestionsOff);
        }
        Ok(Reply::json(200, &json!({ "result": "success", "data": ["And then?", "Why?"] })))
    }

    fn feedback(&self, message: &str, request: &Recorded) -> Result<Reply, Refusal> {
        let body = request.json();
        if self.messages.get(message) != Some(&text(&body, "user")) {
            return Err(Refusal::NoMessage);
        }
        if !(body.field("rating").is_null() || body.field("rating") == "like" || body.field("rating") == "dislike") {
            return Err(Refusal::Invalid("sim: `rating` is like, dislike or null".to_owned()));
        }
        Ok(Reply::json(200, &json!({ "result": "success" })))
    }
}

fn parameters(app: &App) -> Value {
    json!({
        "opening_statement": app.opening,
        "suggested_questions": app.suggestions,
        "suggested_questions_after_answer": { "enabled": app.mode.is_chat() },
        "user_input_form": app.form,
        "file_upload": { "image": { "enabled": true, "number_limits": 3 } },
        "system_parameters": { "image_file_size_limit": 10, "file_size_limit": 15 },
    })
}

/// The query, or for apps without one all input variables.
fn question(body: &Value) -> String {
    let query = text(body, "query");
    if !query.is_empty() {
        return query;
    }
    let inputs = body.field("inputs").as_object().into_iter().flat_map(|inputs| inputs.values());
    inputs.filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

pub(super) fn text(value: &Value, name: &str) -> String {
    value.field(name).as_str().unwrap_or_default().to_owned()
}
