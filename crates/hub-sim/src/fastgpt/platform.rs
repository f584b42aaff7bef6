//! The platform: which app a key opens, its conversations and its store of files.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::frames::{self, delta, done, event, stop};
use super::refusal::{Refusal, refused};
use super::{FastGptApp, FastGptOptions};
use crate::openai::answer_to;
use crate::openai::fields::Fields;
use crate::{Action, Gate, Recorded, Reply, Responder};

/// A FastGPT, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`]. Paths are `/api/…`, and
/// `/store/…` for its files.
#[derive(Debug)]
pub struct FastGptPlatform {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    options: FastGptOptions,
    /// (app, chat) to the gate that lets a stopped answer end.
    running: HashMap<(String, String), Gate>,
    /// (app, chat) to what it waits for: `select` or `form`.
    waiting: HashMap<(String, String), &'static str>,
    /// (chat, answer)
    answers: HashSet<(String, String)>,
    stored: HashSet<String>,
    count: u64,
}

impl FastGptPlatform {
    /// A platform with these options.
    pub fn new(options: FastGptOptions) -> Self {
        Self {
            state: Mutex::new(State {
                options,
                running: HashMap::new(),
                waiting: HashMap::new(),
                answers: HashSet::new(),
                stored: HashSet::new(),
                count: 0,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Responder for FastGptPlatform {
    fn respond(&self, request: &Recorded) -> Reply {
        let mut state = self.state();
        state.count += 1;
        if let Some(key) = request.path.strip_prefix("/store/") {
            return state.store(key, request);
        }
        if request.path == "/icon.svg" {
            return Reply::status(200).header("content-type", "image/svg+xml").send(AVATAR);
        }
        let Some(path) = request.path.strip_prefix("/api/") else {
            return Reply::html(404, "<!doctype html><html><body>404</body></html>");
        };
        let streams = path.ends_with("chat/completions");
        let older = state.options.older;
        state.answer(path, request).unwrap_or_else(|refusal| refused(&refusal, older, streams))
    }
}

impl State {
    fn answer(&mut self, path: &str, request: &Recorded) -> Result<Reply, Refusal> {
        let key = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let app = self.options.apps.iter().find(|app| Some(app.key.as_str()) == key).cloned();
        let app = app.ok_or((514, "unAuthApiKey", "sim: the API key is wrong".to_owned()))?;
        let body = request.json();
        match (request.method.as_str(), path) {
            ("POST", "v1/chat/completions" | "v2/chat/completions") => self.chat(&app, &body),
            ("GET", "core/chat/init") => {
                own(&app, request.query_value("appId").unwrap_or_default())?;
                Ok(success(&init(&app)))
            }
            ("POST", "core/chat/history/getHistories") => Ok(success(&json!({ "list": [], "total": 0 }))),
            ("POST", "core/ai/agent/v2/createQuestionGuide") => {
                own(&app, text(&body, "appId"))?;
                Ok(success(&json!(["And then?", "Why?"])))
            }
            ("POST", "v2/chat/stop") => {
                own(&app, text(&body, "appId"))?;
                if let Some(gate) = self.running.get(&(app.id.clone(), text(&body, "chatId").to_owned())) {
                    gate.open();
                }
                Ok(success(&json!({ "success": true })))
            }
            ("POST", "core/chat/feedback/updateUserFeedback") => {
                own(&app, text(&body, "appId"))?;
                let answer = (text(&body, "chatId").to_owned(), text(&body, "dataId").to_owned());
                if !self.answers.contains(&answer) {
                    return Err((500, "error", "sim: there is no such answer".to_owned()));
                }
                Ok(success(&Value::Null))
            }
            ("POST", "core/chat/file/presignChatFilePostUrl") => {
                own(&app, text(&body, "appId"))?;
                let key = format!("{}-{}", self.count, text(&body, "filename").replace(['/', '?', ' '], "_"));
                let url = format!("{}/store/{}", root(request), self.count);
                let headers = json!({ "content-type": "application/pdf", "x-amz-meta-upload-time": "now" });
                Ok(success(&json!({ "url": url, "key": key, "headers": headers, "maxSize": 1_000_000 })))
            }
            ("POST", "core/chat/file/presignChatFileGetUrl") => {
                own(&app, text(&body, "appId"))?;
                let number = text(&body, "key").split('-').next().unwrap_or_default().to_owned();
                if !self.stored.contains(&number) {
                    return Err((500, "error", "sim: there is no such file".to_owned()));
                }
                Ok(success(&json!(format!("{}/store/{number}?sign=x", root(request)))))
            }
            _ => Err((404, "unExist", "sim: there is nothing at this path".to_owned())),
        }
    }

    /// A store with an address for each file, which needs no key and wants none.
    fn store(&mut self, key: &str, request: &Recorded) -> Reply {
        let fits = request.method == "PUT" && request.header("x-amz-meta-upload-time") == Some("now");
        if !fits || request.header("authorization").is_some() {
            return Reply::text(403, "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code></Error>");
        }
        self.stored.insert(key.to_owned());
        Reply::status(200)
    }

    fn chat(&mut self, app: &FastGptApp, body: &Value) -> Result<Reply, Refusal> {
        if body.field("stream") != true || body.field("detail") != true {
            return Err((400, "error", "sim: only detailed streams are simulated".to_owned()));
        }
        let chat = text(body, "chatId").to_owned();
        if chat.len() >= 250 {
            return Err((400, "error", "sim: the chatId is too long".to_owned()));
        }
        let question = if app.plugin { variables(body) } else { question(body)? };
        let place = (app.id.clone(), chat.clone());
        if let Some(kind) = self.waiting.remove(&place) {
            let understood = match kind {
                "select" => matches!(question.as_str(), "Red" | "Blue"),
                _ => serde_json::from_str::<Value>(&question).is_ok_and(|form| form.get("name").is_some()),
            };
            let words = if understood { format!("You said {question}") } else { "That is no answer".to_owned() };
            return Ok(self.stream(vec![delta("content", &words), stop()], false, None));
        }
        self.answers.insert((chat, text(body, "responseChatItemId").to_owned()));
        let text = answer_to(&question);
        let deltas = self.deltas("content", text.text);
        let half = deltas.get(..deltas.len() / 2).unwrap_or_default().to_vec();
        let mut actions = vec![event("flowNodeStatus", &json!({ "status": "running", "name": "AI" }))];
        match scenario(&question) {
            "429" => return Err((429, "", "sim: too many requests".to_owned())),
            "500" => return Err((500, "error", "sim: something broke".to_owned())),
            "balance" => return Err((500_000, "aiPointsNotEnough", "sim: no points left".to_owned())),
            "tools" => {
                actions.extend(frames::tool());
                actions.extend(deltas);
            }
            "select" | "form" => {
                let select = scenario(&question) == "select";
                self.waiting.insert(place, if select { "select" } else { "form" });
                actions.push(if select { frames::select() } else { frames::form() });
                actions.push(done());
                return Ok(plain(actions));
            }
            "think" => {
                actions.extend(self.deltas("reasoning_content", text.reasoning));
                actions.extend(deltas);
            }
            "endless" => {
                let gate = Gate::new();
                self.running.insert(place, gate.clone());
                actions.extend(half);
                actions.push(Action::Wait(gate));
            }
            "error" => {
                actions.extend(half);
                actions.push(event(
                    "error",
                    &json!({ "code": 500, "statusText": "sim", "message": "sim: a node failed" }),
                ));
                return Ok(plain(actions));
            }
            "cut" => {
                actions.extend(half);
                actions.push(Action::Close);
                return Ok(plain(actions));
            }
            "alive" => return Ok(plain((0..5).map(|_| delta("content", "")).collect())),
            "empty" => {}
            _ if app.plugin => {
                let output = json!({ "result": text.text, "count": 0, "ok": false });
                return Ok(self.stream(actions, false, Some(&output)));
            }
            _ => actions.extend(deltas),
        }
        actions.push(stop());
        Ok(self.stream(actions, scenario(&question) == "sources", None))
    }

    /// The end, in the order of the server's age.
    fn stream(&self, mut actions: Vec<Action>, sources: bool, output: Option<&Value>) -> Reply {
        let results = frames::results(sources, output);
        if self.options.older {
            actions.extend([done(), results]);
        } else {
            actions.push(event("chatTitle", &json!({ "title": "T" })));
            actions.extend([results, done()]);
        }
        plain(actions)
    }

    fn deltas(&self, name: &str, text: &str) -> Vec<Action> {
        let chars: Vec<char> = text.chars().collect();
        let gap = self.options.tokens_per_second.map(|rate| Duration::from_secs(1) / rate.max(1));
        let first = Some(self.options.first_token).filter(|pause| !pause.is_zero()).map(Action::Delay);
        let pieces = chars.chunks(4).map(|piece| delta(name, &piece.iter().collect::<String>()));
        let paced = pieces.flat_map(|piece| gap.map(Action::Delay).into_iter().chain([piece]));
        first.into_iter().chain(paced).collect()
    }
}

/// Where the platform stands, also below a path.
fn root(request: &Recorded) -> String {
    let prefix = request.target.split("/api/").next().unwrap_or_default();
    format!("http://{}{prefix}", request.header("host").unwrap_or_default())
}

fn plain(actions: Vec<Action>) -> Reply {
    actions.into_iter().fold(Reply::event_stream().header("x-accel-buffering", "no"), Reply::then)
}

/// The picture of an app that nobody gave one.
const AVATAR: &str =
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M1 1h6v6H1z" fill="#36f"/></svg>"##;

fn success(data: &Value) -> Reply {
    Reply::json(200, &json!({ "code": 200, "statusText": "", "message": "", "data": data }))
}

fn own(app: &FastGptApp, id: &str) -> Result<(), Refusal> {
    if app.id == id { Ok(()) } else { Err((502_000, "appUnExist", "sim: there is no such app".to_owned())) }
}

fn init(app: &FastGptApp) -> Value {
    let inputs = json!([{ "key": "topic", "label": "Topic", "renderTypeList": ["textarea"], "required": true }]);
    let variables = json!([{ "key": "city", "label": "City", "type": "input", "required": false, "maxLen": 50 }]);
    json!({ "appId": app.id, "chatId": "", "variables": {}, "app": {
        "name": if app.plugin { "Demo plugin" } else { "Demo app" }, "intro": "A simulated app", "avatar": "/icon.svg",
        "type": if app.plugin { "plugin" } else { "simple" }, "pluginInputs": inputs,
        "chatConfig": { "welcomeText": app.welcome, "variables": variables,
            "questionGuide": { "open": app.questions } } } })
}

/// The text of the last message, which must be a person's.
fn question(body: &Value) -> Result<String, Refusal> {
    let last = body.field("messages").as_array().and_then(|messages| messages.last());
    let last = last.filter(|message| message.field("role") == "user");
    let content = last.ok_or((400, "error", "sim: the question is missing".to_owned()))?.field("content");
    Ok(match content {
        Value::String(text) => text.clone(),
        parts => {
            let parts = parts.as_array().into_iter().flatten();
            parts.filter_map(|part| part.get("text").and_then(Value::as_str)).collect()
        }
    })
}

fn variables(body: &Value) -> String {
    let values = body.field("variables").as_object().into_iter().flat_map(|values| values.values());
    values.filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

fn scenario(question: &str) -> &str {
    let name = question.split_once("sim:").map_or("", |(_, name)| name);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    name.get(..end).unwrap_or_default()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.field(name).as_str().unwrap_or_default()
}
