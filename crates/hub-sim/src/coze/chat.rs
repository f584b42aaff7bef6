//! A chat: its question checked, its answer as events.

use serde_json::{Value, json};

use super::frames::Frames;
use super::refusal::Refusal;
use super::{CozeOptions, CozeScenario, catalogue};
use crate::openai::answer::answer_to;
use crate::openai::fields::Fields;
use crate::{Action, Gate, Recorded, Reply};

/// Most messages of one call.
const MOST_MESSAGES: usize = 100;

/// The question of a chat that may be answered.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) bot: String,
    pub(super) text: String,
    pub(super) files: Vec<String>,
}

impl Question {
    /// Reads a chat's body and refuses what Coze refuses.
    pub(super) fn check(request: &Recorded) -> Result<Self, Refusal> {
        let body = request.json();
        let text = |name| body.field(name).as_str().filter(|text| !text.is_empty());
        let bot = text("bot_id").ok_or_else(|| Refusal::bad("bot_id is missing"))?;
        text("user_id").ok_or_else(|| Refusal::bad("user_id is missing"))?;
        let (messages, question) = messages_of(&body)?;
        let mut files = Vec::new();
        for message in &messages {
            files.extend(files_of(message, &messages)?);
        }
        Ok(Self { bot: bot.to_owned(), text: text_of(&question), files })
    }

    /// Reads the body of a chat with a chat flow and refuses what Coze refuses.
    pub(super) fn of_flow(request: &Recorded) -> Result<Self, Refusal> {
        let body = request.json();
        let text = |name| body.field(name).as_str().filter(|text| !text.is_empty());
        let workflow = text("workflow_id").ok_or_else(|| Refusal::bad("workflow_id is missing"))?;
        if text("bot_id").is_some() && text("app_id").is_some() {
            return Err(Refusal::bad("bot_id and app_id exclude each other"));
        }
        catalogue::check_chat_flow(workflow, body.field("parameters"))?;
        let (messages, question) = messages_of(&body)?;
        if messages.iter().any(|message| message.field("content_type") != "text") {
            return Err(Refusal::bad("a chat flow takes text; files go into its parameters"));
        }
        Ok(Self { bot: workflow.to_owned(), text: text_of(&question), files: Vec::new() })
    }
}

/// All messages of a call, and the last of them, which is the question.
fn messages_of(body: &Value) -> Result<(Vec<Value>, Value), Refusal> {
    let messages = body.field("additional_messages").as_array().cloned().unwrap_or_default();
    if messages.len() > MOST_MESSAGES {
        return Err(Refusal::new(4004, "too many messages"));
    }
    let question = messages.last().filter(|last| last.field("role") == "user").cloned();
    let question = question.ok_or_else(|| Refusal::bad("the last message must be the question"))?;
    Ok((messages, question))
}

/// The files of a message whose parts are as Coze wants them.
fn files_of(message: &Value, all: &[Value]) -> Result<Vec<String>, Refusal> {
    let content = message.field("content").as_str().ok_or_else(|| Refusal::bad("content must be a string"))?;
    if message.field("content_type") != "object_string" {
        return Ok(Vec::new());
    }
    let parts: Vec<Value> =
        serde_json::from_str(content).map_err(|_| Refusal::bad("content is no list of parts in a string"))?;
    let texts = parts.iter().filter(|part| part.field("type") == "text").count();
    if texts > 1 || texts == parts.len() {
        return Err(Refusal::bad("an object_string holds files and at most one text"));
    }
    let plain = |message: &Value| message.field("content_type") == "text" && message.field("role") == "user";
    if texts == 0 && !all.iter().any(plain) {
        return Err(Refusal::bad("files need a text beside them"));
    }
    Ok(parts.iter().filter_map(|part| part.field("file_id").as_str()).map(str::to_owned).collect())
}

fn text_of(message: &Value) -> String {
    let content = message.field("content").as_str().unwrap_or_default();
    if message.field("content_type") != "object_string" {
        return content.to_owned();
    }
    let parts: Vec<Value> = serde_json::from_str(content).unwrap_or_default();
    parts.iter().filter_map(|part| part.field("text").as_str()).collect()
}

/// An answer on its way.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    pub(super) conversation: &'a str,
    pub(super) chat: &'a str,
    pub(super) bot: &'a str,
    pub(super) options: &'a CozeOptions,
    /// Passed when everything was sent.
    pub(super) end: Gate,
}

impl Answer<'_> {
    /// The reply that plays `scenario`.
    pub(super) fn reply(&self, scenario: &CozeScenario, question: &str) -> Reply {
        let mut frames = Frames::new(self.options);
        let answer = answer_to(question);
        match scenario {
            CozeScenario::Code(code) => {
                return Refusal::new(*code, "asked for").reply().then(Action::Wait(self.end.clone()));
            }
            CozeScenario::Html => return Reply::html(502, "<html><h1>502 Bad Gateway</h1></html>"),
            CozeScenario::FailBare => {
                frames.event("conversation.chat.failed", &json!({ "code": 4013, "msg": "sim: the model is busy" }));
            }
            CozeScenario::KeepAlives => {
                let beat =
                    vec![Action::Send(": alive\n\n".into()), Action::Delay(std::time::Duration::from_millis(50))];
                frames.then(Action::Repeat(beat, None));
            }
            scenario => {
                self.begin(&mut frames);
                self.play(scenario, answer.reasoning, answer.text, &mut frames);
            }
        }
        frames.then(Action::Wait(self.end.clone()));
        frames.into_reply()
    }

    /// What follows the outputs of the tools that a chat waited for.
    pub(super) fn after_tools(&self, outputs: &str) -> Reply {
        let mut frames = Frames::new(self.options);
        self.say("m_out", &format!("收到：{outputs}"), &mut frames);
        self.complete(&mut frames);
        frames.then(Action::Wait(self.end.clone()));
        frames.into_reply()
    }

    fn play(&self, scenario: &CozeScenario, reasoning: &str, text: &str, frames: &mut Frames) {
        let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
        let (first, second) = text.split_at(middle);
        match scenario {
            CozeScenario::Tools => self.tools(frames),
            CozeScenario::Ask => self.ask(frames),
            CozeScenario::Files => {
                let parts = json!([{ "type": "text", "text": "图表见附件。" },
                    { "type": "image", "file_url": "https://files.example.invalid/chart.png?sign=1" }]);
                self.completed_message("m_f", "answer", &parts.to_string(), "object_string", frames);
                self.complete(frames);
            }
            CozeScenario::FailMidway => {
                self.delta("m1", "content", first, frames);
                let failed = json!({ "code": 5000, "msg": "sim: something broke" });
                frames.event("conversation.chat.failed", &self.chat("failed", json!({ "last_error": failed })));
                frames.event("error", &failed);
                frames.send("event:done\ndata:\"[DONE]\"".to_owned());
            }
            CozeScenario::Filtered => {
                self.delta("m1", "content", first, frames);
                frames.event("error", &json!({ "code": 4105, "msg": "sim: sensitive" }));
            }
            CozeScenario::Empty => self.complete(frames),
            CozeScenario::Unknown => {
                frames.event("conversation.chat.later_event", &json!({ "x": 1 }));
                self.completed_message("m_x", "later_type", "not for readers", "text", frames);
                frames.event("conversation.audio.delta", &json!({ "id": "au", "content": "AAAA" }));
                self.say("m1", text, frames);
                self.complete(frames);
            }
            CozeScenario::Cut => {
                self.delta("m1", "content", first, frames);
                frames.send("event:conversation.message.delta\ndata:{\"id\":\"m1\",\"type\":\"ans".to_owned());
                frames.then(Action::Close);
            }
            CozeScenario::Stall => {
                self.delta("m1", "content", first, frames);
                frames.then(Action::HoldOpen);
            }
            CozeScenario::Held(gate) => {
                self.delta("m1", "content", first, frames);
                frames.then(Action::Wait(gate.clone()));
                self.delta("m1", "content", second, frames);
                self.completed_message("m1", "answer", text, "text", frames);
                self.complete(frames);
            }
            _ => {
                self.delta("m1", "reasoning_content", reasoning, frames);
                self.say("m1", text, frames);
                self.completed_message(
                    "m2",
                    "verbose",
                    &json!({ "msg_type": "generate_answer_finish", "data": "{}" }).to_string(),
                    "text",
                    frames,
                );
                self.completed_message("m3", "follow_up", "还能问什么？", "text", frames);
                self.completed_message("m4", "follow_up", "请给一个例子。", "text", frames);
                self.complete(frames);
            }
        }
    }

    fn tools(&self, frames: &mut Frames) {
        let recall = json!({ "msg_type": "knowledge_recall", "data": json!({ "chunks": [
            { "slice": "内部制度原文：不得外传", "score": 0.9, "meta": { "document": { "name": "差旅制度.docx" } } },
        ]}).to_string() });
        self.completed_message("k1", "verbose", &recall.to_string(), "text", frames);
        let call = json!({ "name": "search", "arguments": { "q": "高铁" } });
        self.completed_message("t1", "function_call", &call.to_string(), "text", frames);
        self.completed_message("t2", "tool_response", "{\"hits\":1}", "text", frames);
        self.say("a1", "查到了。", frames);
        self.completed_message("c1", "answer", "{\"card\":\"demo\"}", "card", frames);
        self.say("a2", "另外补充。", frames);
        self.complete(frames);
    }

    fn ask(&self, frames: &mut Frames) {
        let call = json!({ "id": "call_1", "type": "function",
            "function": { "name": "pick_color", "arguments": "{\"of\":[\"red\",\"blue\"]}" } });
        let required = json!({ "type": "submit_tool_outputs", "submit_tool_outputs": { "tool_calls": [call] } });
        frames.event(
            "conversation.chat.requires_action",
            &self.chat("requires_action", json!({ "required_action": required })),
        );
        frames.event("done", &json!("[DONE]"));
    }

    fn begin(&self, frames: &mut Frames) {
        let none = json!({ "last_error": { "code": 0, "msg": "" } });
        frames.event("conversation.chat.created", &self.chat("created", none.clone()));
        frames.event("conversation.chat.in_progress", &self.chat("in_progress", none));
    }

    fn complete(&self, frames: &mut Frames) {
        let usage = json!({ "usage": { "token_count": 30, "output_count": 12, "input_count": 18 } });
        frames.event("conversation.chat.completed", &self.chat("completed", usage));
        frames.event("done", &json!("[DONE]"));
    }

    /// Deltas, then the whole message.
    fn say(&self, id: &str, text: &str, frames: &mut Frames) {
        self.delta(id, "content", text, frames);
        self.completed_message(id, "answer", text, "text", frames);
    }

    fn delta(&self, id: &str, field: &str, text: &str, frames: &mut Frames) {
        frames.pieces("conversation.message.delta", text, |piece| {
            let mut message = self.message(id, "answer", "", "text");
            message.set(field, piece);
            message
        });
    }

    fn completed_message(&self, id: &str, kind: &str, content: &str, content_type: &str, frames: &mut Frames) {
        frames.event("conversation.message.completed", &self.message(id, kind, content, content_type));
    }

    fn message(&self, id: &str, kind: &str, content: &str, content_type: &str) -> Value {
        json!({ "id": format!("{}{id}", self.chat), "conversation_id": self.conversation, "bot_id": self.bot,
            "chat_id": self.chat, "role": "assistant", "type": kind, "content": content, "content_type": content_type })
    }

    fn chat(&self, status: &str, more: Value) -> Value {
        let mut chat = json!({ "id": self.chat, "conversation_id": self.conversation, "bot_id": self.bot,
            "status": status });
        for (name, value) in more.as_object().into_iter().flatten() {
            chat.set(name, value.clone());
        }
        chat
    }
}
