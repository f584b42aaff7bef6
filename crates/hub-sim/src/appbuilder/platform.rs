//! The platform: who may ask what, and what it remembers.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::run::Run;
use super::{AppBuilderOptions, AppBuilderScenario, catalogue};
use crate::openai::fields::Fields;
use crate::{Recorded, Reply, Responder};

/// Longest question, in characters.
const LONGEST_QUESTION: usize = 2000;

/// AppBuilder, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`]. Paths are `/v2/…`.
#[derive(Debug)]
pub struct AppBuilderPlatform {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    options: AppBuilderOptions,
    conversations: HashMap<String, Conversation>,
    issued: u64,
}

#[derive(Debug)]
struct Conversation {
    app: String,
    /// Files that were uploaded into it.
    files: Vec<String>,
    waits: Waits,
}

/// What a conversation waits for.
#[derive(Debug, PartialEq, Eq)]
enum Waits {
    Nothing,
    Tool,
    Person,
}

type Refused = Result<Reply, Reply>;

impl AppBuilderPlatform {
    /// A platform with these options.
    pub fn new(options: AppBuilderOptions) -> Self {
        Self { state: Mutex::new(State { options, conversations: HashMap::new(), issued: 0 }) }
    }

    /// Changes the options from the next request on.
    pub fn change(&self, change: impl FnOnce(&mut AppBuilderOptions)) {
        change(&mut self.state().options);
    }

    /// Ends every conversation and its files, as seven days do.
    pub fn end_conversations(&self) {
        self.state().conversations.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Responder for AppBuilderPlatform {
    fn respond(&self, request: &Recorded) -> Reply {
        let mut state = self.state();
        let id = format!("req-sim-{:04}", state.number());
        let (Ok(reply) | Err(reply)) = state.answer(request);
        reply.header("x-appbuilder-request-id", id)
    }
}

impl State {
    fn answer(&mut self, request: &Recorded) -> Refused {
        let key = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        if !key.is_some_and(|key| self.options.keys.iter().any(|known| known == key)) {
            return Err(refusal(401, "PermissionDeniedError", "没有权限"));
        }
        if request.method != "POST" {
            return Err(refusal(405, "MethodNotAllowed", "sim: only POST"));
        }
        let body = request.json();
        match (request.path.as_str(), request.query_value("Action")) {
            ("/v2/app", Some("DescribeApps")) => Ok(Reply::json(200, &catalogue::list(request, &self.options))),
            ("/v2/app", Some("DescribeApp")) => {
                catalogue::describe(body.field("id").as_str().unwrap_or_default(), &self.options.welcome)
                    .map(|app| Reply::json(200, &app))
                    .ok_or_else(|| refusal(404, "AppNotFound", "sim: there is no such app"))
            }
            ("/v2/app/conversation", _) => self.begin(&body),
            ("/v2/app/conversation/file/upload", _) => self.upload(request),
            ("/v2/app/conversation/runs", _) => self.run(&body),
            ("/v2/app/conversation/feedback", _) => self.feedback(&body),
            _ => Err(Reply::text(404, "404 page not found")),
        }
    }

    fn begin(&mut self, body: &Value) -> Refused {
        let app = self.app(body)?;
        let id = format!("conv-{:04}", self.number());
        self.conversations.insert(id.clone(), Conversation { app, files: Vec::new(), waits: Waits::Nothing });
        Ok(Reply::json(200, &json!({ "request_id": "req-sim", "conversation_id": id })))
    }

    fn upload(&mut self, request: &Recorded) -> Refused {
        let form = String::from_utf8_lossy(&request.body).into_owned();
        let id = format!("file-{:04}", self.number());
        let Some((name, conversation)) =
            self.conversations.iter_mut().find(|(name, known)| form.contains(*name) && form.contains(&known.app))
        else {
            return Err(gone());
        };
        if !form.contains("name=\"file\"") {
            return Err(refusal(400, "InvalidRequestArgumentError", "sim: there is no file"));
        }
        conversation.files.push(id.clone());
        Ok(Reply::json(200, &json!({ "request_id": "req-sim", "id": id, "conversation_id": name })))
    }

    fn run(&mut self, body: &Value) -> Refused {
        let app = self.app(body)?;
        if let Some(left) = &mut self.options.runs_left {
            *left = left.checked_sub(1).ok_or_else(|| refusal(429, "RateLimitExceeded", "sim: too many runs"))?;
        }
        let number = self.number();
        let id = body.field("conversation_id").as_str().unwrap_or_default().to_owned();
        let conversation = self.conversations.get_mut(&id).filter(|known| known.app == app).ok_or_else(gone)?;
        let query = body.field("query").as_str().unwrap_or_default();
        check(body, query, conversation)?;
        let message = format!("msg-{number:04}");
        let run = Run { conversation: &id, message: &message, options: &self.options, reply: Reply::event_stream() };
        match std::mem::replace(&mut conversation.waits, Waits::Nothing) {
            Waits::Tool => {
                let output = body.pointer("/tool_outputs/0/output").and_then(Value::as_str).unwrap_or_default();
                return Ok(run.goes_on(output));
            }
            Waits::Person => return Ok(run.goes_on(query)),
            Waits::Nothing => {}
        }
        let scenario = AppBuilderScenario::in_text(query).unwrap_or(AppBuilderScenario::Answer);
        match &scenario {
            AppBuilderScenario::Ask => conversation.waits = Waits::Tool,
            AppBuilderScenario::Form => conversation.waits = Waits::Person,
            AppBuilderScenario::Json => return Err(refusal(200, "InternalServerError", "sim: broken inside a 200")),
            AppBuilderScenario::Html => {
                return Err(Reply::html(502, "<html><h1>502 Bad Gateway</h1></html>"));
            }
            AppBuilderScenario::Status(status) => return Err(refusal(*status, "AskedFor", "sim: asked for")),
            AppBuilderScenario::Whole => return Ok(Reply::json(200, &run.whole(query))),
            _ => {}
        }
        Ok(run.play(&scenario, query))
    }

    fn feedback(&self, body: &Value) -> Refused {
        let id = body.field("conversation_id").as_str().unwrap_or_default();
        if !self.conversations.contains_key(id) {
            return Err(gone());
        }
        match body.field("type").as_str() {
            Some("upvote" | "downvote" | "cancel") => Ok(Reply::json(200, &json!({ "request_id": "req-sim" }))),
            _ => Err(refusal(400, "InvalidRequestArgumentError", "sim: there is no such type")),
        }
    }

    fn app(&self, body: &Value) -> Result<String, Reply> {
        let app = body.field("app_id").as_str().unwrap_or_default();
        if catalogue::is_published(app) {
            Ok(app.to_owned())
        } else {
            Err(refusal(404, "AppNotFound", "sim: there is no such app, or it is not published"))
        }
    }

    fn number(&mut self) -> u64 {
        self.issued += 1;
        self.issued
    }
}

fn check(body: &Value, query: &str, conversation: &Conversation) -> Result<(), Reply> {
    let bad = |message: &str| Err(refusal(400, "InvalidRequestArgumentError", message));
    if body.field("stream").as_bool().is_none() {
        return bad("sim: stream is missing");
    }
    if query.chars().count() > LONGEST_QUESTION {
        return bad("sim: the query is longer than 2000 characters");
    }
    let tools = body.field("tool_outputs").as_array().is_some_and(|outputs| !outputs.is_empty());
    if query.is_empty() && !tools {
        return bad("sim: the query is empty");
    }
    let resumes = body.pointer("/action/parameters/interrupt_event/id").and_then(Value::as_str);
    let fits = match conversation.waits {
        Waits::Nothing => !tools && resumes.is_none(),
        Waits::Tool => tools,
        Waits::Person => resumes == Some("int-5"),
    };
    if !fits {
        return bad("sim: nothing waits for this, or something waits for an answer");
    }
    let user = body.field("end_user_id");
    if !user.is_null() && !user.as_str().is_some_and(|user| (6..=64).contains(&user.chars().count())) {
        return bad("sim: end_user_id has 6 to 64 characters");
    }
    let mut files = body.field("file_ids").as_array().into_iter().flatten().filter_map(Value::as_str);
    if files.any(|file| !conversation.files.iter().any(|known| known == file)) {
        return bad("sim: there is no such file in this conversation");
    }
    Ok(())
}

fn gone() -> Reply {
    refusal(400, "ConversationNotFound", "sim: conversation expired")
}

fn refusal(status: u16, code: &str, message: &str) -> Reply {
    // The documents have both spellings of the id.
    let id = if status == 400 { "requestId" } else { "request_id" };
    let mut body = json!({ "code": code, "message": message });
    body.set(id, "req-sim");
    Reply::json(status, &body)
}
