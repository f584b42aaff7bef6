//! The platform: which app a key opens, and what belongs to whom.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::app::{App, Mode};
use super::frames::{Frames, Ids};
use super::performance::Performance;
use super::refusal::Refusal;
use super::{DifyOptions, Scenario};
use crate::openai::fields::Fields;
use crate::{Gate, Recorded, Reply, Responder};

/// A Dify, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`]. Paths are `/v1/…`.
#[derive(Debug)]
pub struct DifyPlatform {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    options: DifyOptions,
    /// Conversation to (app key, user).
    conversations: HashMap<String, (String, String)>,
    /// Upload to user.
    uploads: HashMap<String, String>,
    /// Message to user.
    messages: HashMap<String, String>,
    /// (task, user) to the gate that lets a stopped answer end.
    tasks: HashMap<(String, String), Gate>,
    forms: HashMap<String, Form>,
    answered: Vec<(String, String, Value)>,
    turned_away: HashSet<String>,
    count: u64,
}

/// A form that a run waits for.
#[derive(Debug)]
struct Form {
    ids: Ids,
    user: String,
    answer: Option<(String, Value)>,
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
        let path = request.path.strip_prefix("/v1/").ok_or(Refusal::NoSuchPath)?;
        let segments: Vec<&str> = path.split('/').collect();
        let app = self.app(request)?;
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["info"]) => Ok(Reply::json(200, &self.info(&app))),
            ("GET", ["parameters"]) => Ok(Reply::json(200, &parameters(&app))),
            ("GET", ["site"]) if self.options.tells_mode => Ok(Reply::json(
                200,
                &json!({ "title": app.name, "icon_type": "emoji", "icon": "🤖", "icon_url": null }),
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

    fn upload(&mut self, request: &Recorded) -> Result<Reply, Refusal> {
        let form = String::from_utf8_lossy(&request.body);
        let user = form.split("name=\"user\"").nth(1).and_then(|rest| rest.split("\r\n\r\n").nth(1));
        let user = user.and_then(|rest| rest.split("\r\n").next()).unwrap_or_default().to_owned();
        let Some(file) = form.split("name=\"file\"; filename=\"").nth(1) else {
            return Err(Refusal::Invalid("sim: please upload your file".to_owned()));
        };
        if request.body.len() > self.options.upload_bytes {
            return Err(Refusal::FileTooLarge);
        }
        let head = file.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase();
        let Some(mime) = head.split("content-type:").nth(1).map(|mime| mime.trim().to_owned()) else {
            return Err(Refusal::UnsupportedFile);
        };
        let name = file.split('"').next().unwrap_or_default();
        let id = format!("{:08x}-0000-4000-8000-{:012x}", 9, self.count);
        self.uploads.insert(id.clone(), user);
        let document = json!({ "id": id, "name": name, "size": request.body.len(), "mime_type": mime,
            "extension": name.rsplit('.').next(), "created_by": "sim", "created_at": 1_900_000_000 });
        Ok(Reply::json(201, &document))
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
            self.forms.insert(format!("ft-{}", ids.run), Form { ids: ids.clone(), user, answer: None });
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

    /// Files belong to the person who uploaded them.
    fn check_files(&self, body: &Value, user: &str) -> Result<(), Refusal> {
        let listed = body.field("files").as_array().into_iter().flatten();
        let variables = body.field("inputs").as_object().into_iter().flat_map(|inputs| inputs.values());
        let files = listed.chain(variables).filter_map(|file| file.get("upload_file_id").and_then(Value::as_str));
        for id in files {
            match self.uploads.get(id) {
                Some(owner) if owner == user => {}
                Some(_) => return Err(Refusal::FileDenied),
                None => return Err(Refusal::Invalid("sim: invalid upload file".to_owned())),
            }
        }
        Ok(())
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

    fn submit(&mut self, token: &str, request: &Recorded) -> Result<Reply, Refusal> {
        let body = request.json();
        let form = self.forms.get_mut(token).filter(|form| form.user == text(&body, "user")).ok_or(Refusal::NoForm)?;
        if form.answer.is_some() {
            return Err(Refusal::FormSubmitted);
        }
        let action = text(&body, "action");
        if !matches!(action.as_str(), "yes" | "no") {
            return Err(Refusal::Invalid(format!("sim: there is no action `{action}`")));
        }
        let inputs = body.field("inputs").clone();
        form.answer = Some((action.clone(), inputs.clone()));
        self.answered.push((token.to_owned(), action, inputs));
        Ok(Reply::json(200, &json!({})))
    }

    fn events(&mut self, app: &App, run: &str, request: &Recorded) -> Result<Reply, Refusal> {
        let token = format!("ft-{run}");
        let form = self.forms.get(&token).filter(|form| Some(form.user.as_str()) == request.query_value("user"));
        let form = form.ok_or(Refusal::NoRun)?;
        let (action, inputs) = form.answer.clone().ok_or(Refusal::NoRun)?;
        let performance = Performance {
            frames: Frames { ids: form.ids.clone(), mode: app.mode },
            scenario: Scenario::Answer,
            options: &self.options,
            question: String::new(),
            inputs: Value::Null,
            stopped: Gate::new(),
        };
        Ok(performance.resumed(&token, &action, &inputs))
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

fn text(value: &Value, name: &str) -> String {
    value.field(name).as_str().unwrap_or_default().to_owned()
}
