//! The platform: its lists, and conversations that belong to a bot and a person.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::Studio53Options;
use crate::openai::answer_to;
use crate::openai::fields::Fields;
use crate::{Recorded, Reply, Responder};

/// A 53AI Studio, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`]. Paths are `/v3/…`.
#[derive(Debug)]
pub struct Studio53Platform {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    options: Studio53Options,
    /// Conversation to (bot, person).
    conversations: HashMap<String, (String, String)>,
    uploads: HashSet<String>,
    count: u64,
}

type Refusal = (u16, &'static str, &'static str);

impl Studio53Platform {
    /// A platform with these options.
    pub fn new(options: Studio53Options) -> Self {
        Self { state: Mutex::new(State { options, conversations: HashMap::new(), uploads: HashSet::new(), count: 0 }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Responder for Studio53Platform {
    fn respond(&self, request: &Recorded) -> Reply {
        let mut state = self.state();
        state.count += 1;
        state.answer(request).unwrap_or_else(|(status, code, message)| {
            Reply::json(status, &json!({ "code": code, "message": message, "status": status }))
        })
    }
}

impl State {
    fn answer(&mut self, request: &Recorded) -> Result<Reply, Refusal> {
        let secret = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        if !self.options.secrets.iter().any(|known| Some(known.as_str()) == secret) {
            return Err((401, "unauthorized", "sim: the secret is wrong"));
        }
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/v3/apps") => Ok(list(request, "b", self.options.bots)),
            ("GET", "/v3/workflows") => Ok(list(request, "w", self.options.workflows)),
            ("GET", "/v3/parameters") => {
                self.bot(request)?;
                let field = json!({ "type_53ai": "textarea", "options_53ai": [], "label": "Input", "variable": "input",
                    "required": true, "multiple": false, "max_length": 500 });
                Ok(Reply::json(200, &json!({ "user_input_form": [field] })))
            }
            ("POST", "/v3/files/upload") => {
                self.bot(request)?;
                let id = format!("up-{}", self.count);
                self.uploads.insert(id.clone());
                Ok(Reply::json(200, &json!({ "id": id, "name": "x", "size": 4, "extension": "pdf" })))
            }
            ("POST", "/v3/chat-messages") => self.chat(request),
            ("POST", "/v3/workflows/run") => self.run(request),
            _ => Err((404, "not_found", "sim: there is nothing at this path")),
        }
    }

    /// The bot or workflow that the header names.
    fn bot(&self, request: &Recorded) -> Result<String, Refusal> {
        let id = request.header("bot-id").unwrap_or_default();
        let (kind, number) = id.split_once('-').unwrap_or_default();
        let last = if kind == "w" { self.options.workflows } else { self.options.bots };
        let known = matches!(kind, "b" | "w") && number.parse().is_ok_and(|number: usize| (1..=last).contains(&number));
        if known { Ok(id.to_owned()) } else { Err((404, "not_found", "sim: there is no such bot")) }
    }

    fn chat(&mut self, request: &Recorded) -> Result<Reply, Refusal> {
        let bot = self.bot(request)?;
        let body = request.json();
        let text = |name: &str| body.field(name).as_str().unwrap_or_default().to_owned();
        let (question, user) = (text("query"), text("user"));
        if question.is_empty() || user.is_empty() || body.field("response_mode") != "streaming" {
            return Err((400, "invalid_param", "sim: `query` and `user` are required, and streaming"));
        }
        let files = body.field("files").as_array().into_iter().flatten();
        if files.clone().any(|file| file.field("upload_file_id").as_str().is_none_or(|id| !self.uploads.contains(id))) {
            return Err((400, "invalid_param", "sim: there is no such file"));
        }
        let conversation = text("conversation_id");
        let owner = (bot, user);
        if !conversation.is_empty() && self.conversations.get(&conversation) != Some(&owner) {
            return Err((404, "not_found", "Conversation Not Exists."));
        }
        let conversation = if conversation.is_empty() { format!("cv-{}", self.count) } else { conversation };
        self.conversations.insert(conversation.clone(), owner);
        let ids = |event: &str, conversation: &str| {
            json!({ "event": event, "conversation_id": conversation, "message_id": format!("mm-{}", self.count),
                "task_id": format!("tk-{}", self.count), "created_at": 1_900_000_000, "answer": "" })
        };
        let say = |words: &str| {
            let mut frame = ids("message", &conversation);
            frame.set("answer", words);
            frame.to_string()
        };
        let answer = answer_to(&question).text;
        let half: String = answer.chars().take(answer.chars().count() / 2).collect();
        let rest: String = answer.chars().skip(answer.chars().count() / 2).collect();
        // The real one names no conversation in its last event.
        let end = ids("message_end", "").to_string();
        Ok(match scenario(&question) {
            "429" => return Err((429, "too_many_requests", "sim: too many requests")),
            "500" => return Err((500, "internal_server_error", "sim: something broke")),
            "empty" => Reply::sse([end]),
            "cut" => Reply::sse([say(&half)]).close(),
            "error" => {
                let mut error = ids("error", &conversation);
                error.set("message", "sim: the quota is used up");
                Reply::sse([say(&half), error.to_string()])
            }
            "append" => {
                let mut frame = ids("message", &conversation);
                frame.set(
                    "append_content",
                    json!([{ "type": "text", "content": "and more" },
                        { "type": "image", "content": "https://example.invalid/a.png" }]),
                );
                Reply::sse([say("first "), frame.to_string(), end])
            }
            _ => Reply::sse([say(&half), say(&rest), end]),
        })
    }

    fn run(&mut self, request: &Recorded) -> Result<Reply, Refusal> {
        self.bot(request)?;
        let body = request.json();
        let Some(input) = body.field("inputs").field("input").as_str().filter(|input| !input.is_empty()) else {
            return Err((400, "invalid_param", "input is required in input form"));
        };
        let run = format!("run-{}", self.count);
        let frame = |event: &str, data: Value| {
            json!({ "event": event, "task_id": format!("tk-{}", self.count), "workflow_run_id": run, "data": data })
                .to_string()
        };
        let answer = answer_to(input).text;
        let started = frame("workflow_started", json!({ "id": run }));
        let chunk = frame("text_chunk", json!({ "text": answer }));
        let node = frame(
            "node_finished",
            json!({ "id": "n", "node_id": "n", "node_type": "llm", "title": "LLM", "status": "succeeded" }),
        );
        Ok(match scenario(input) {
            "error" => {
                let error = json!({ "event": "error", "message": "sim: a node failed" }).to_string();
                Reply::sse([started, error])
            }
            _ => {
                let outputs = json!({ "status": "succeeded", "outputs": { "output": answer, "count": 0 } });
                Reply::sse([started, chunk, node, frame("workflow_finished", outputs), "[DONE]".to_owned()])
            }
        })
    }
}

/// A bare array, by offset and limit.
fn list(request: &Recorded, kind: &str, count: usize) -> Reply {
    let number = |name: &str| request.query_value(name).and_then(|value| value.parse::<usize>().ok());
    let (offset, limit) = (number("offset").unwrap_or(0), number("limit").unwrap_or(20));
    let entry = |number: usize| {
        json!({ "bot_id": format!("{kind}-{number}"), "name": format!("Demo {kind} {number}"), "nickname": "",
            "description": null, "logo": "/l.png", "opening_statement": "Hi",
            "suggested_questions": ["Q1"], "updated_at": "2030-01-01 00:00:00" })
    };
    let entries: Vec<Value> = (1..=count).skip(offset).take(limit).map(entry).collect();
    Reply::json(200, &Value::from(entries))
}

fn scenario(question: &str) -> &str {
    let name = question.split_once("sim:").map_or("", |(_, name)| name);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    name.get(..end).unwrap_or_default()
}
