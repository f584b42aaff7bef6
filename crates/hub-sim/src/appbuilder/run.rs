//! Frames of a run: nothing but `data:` lines, no `[DONE]`.

use std::time::Duration;

use serde_json::{Value, json};

use super::{AppBuilderOptions, AppBuilderScenario};
use crate::openai::answer::answer_to;
use crate::openai::tokens::tokens;
use crate::{Action, Reply};

/// A run on its way.
pub(super) struct Run<'a> {
    pub(super) conversation: &'a str,
    pub(super) message: &'a str,
    pub(super) options: &'a AppBuilderOptions,
    pub(super) reply: Reply,
}

impl Run<'_> {
    /// Plays `scenario`.
    pub(super) fn play(mut self, scenario: &AppBuilderScenario, question: &str) -> Reply {
        let answer = answer_to(question);
        let middle = answer.text.char_indices().nth(answer.text.chars().count() / 2).map_or(0, |(at, _)| at);
        let (first, second) = answer.text.split_at(middle);
        self.then(Action::Delay(self.options.first_token));
        match scenario {
            AppBuilderScenario::Ask => self.ask(),
            AppBuilderScenario::Form => {
                self.frame(
                    "请提供工号",
                    &[event(
                        "chatflow",
                        "running",
                        "publish_message",
                        json!({ "message": "请提供工号", "message_id": "pm-1" }),
                    )],
                );
                let outputs = json!({ "interrupt_event_id": "int-5", "interrupt_event_type": "chat" });
                self.last(&[event("chatflow", "interrupt", "chatflow_interrupt", outputs)]);
            }
            AppBuilderScenario::Code => self.code(),
            AppBuilderScenario::Fail => {
                self.say(first);
                self.last(&[failure()]);
            }
            AppBuilderScenario::Recover => {
                self.say(first);
                self.frame("", &[failure()]);
                self.say(second);
                self.last(&[]);
            }
            AppBuilderScenario::Empty => self.last(&[]),
            AppBuilderScenario::Unknown => {
                self.frame("", &[event("LaterAgent", "later", "later_type", json!({ "x": 1 }))]);
                self.frame("", &[event("Component", "running", "multiple_dialog_event", json!({ "y": [1] }))]);
                self.say(answer.text);
                self.last(&[]);
            }
            AppBuilderScenario::Cut => {
                self.say(first);
                self.then(Action::Send("data: {\"answer\":\"ha".into()));
                self.then(Action::Close);
            }
            AppBuilderScenario::Stall => {
                self.say(first);
                self.then(Action::HoldOpen);
            }
            _ => self.answer(answer.reasoning, answer.text),
        }
        self.reply
    }

    /// The whole answer as one document.
    pub(super) fn whole(&self, question: &str) -> Value {
        let text = answer_to(question).text;
        let mut document = self.document(text, &[event("ChatAgent", "success", "text", json!({ "text": text }))]);
        if let Some(document) = document.as_object_mut() {
            document.remove("is_completion");
        }
        document
    }

    /// What follows an answer to what the run waited for.
    pub(super) fn goes_on(mut self, with: &str) -> Reply {
        self.say(&format!("收到：{with}"));
        self.last(&[]);
        self.reply
    }

    fn answer(&mut self, reasoning: &str, text: &str) {
        let call = json!({ "text": { "arguments": { "query": "高铁" }, "component_code": "RAGAgent", "component_name": "知识问答" } });
        self.frame("", &[event("function_call", "done", "function_call", call)]);
        self.frame("", &[event("RAGAgent", "preparing", "status", json!({}))]);
        for piece in tokens(reasoning) {
            self.frame("", &[event("RAGAgent", "running", "chat_reasoning", json!({ "text": piece }))]);
        }
        for piece in tokens(text) {
            self.pace();
            self.frame(&piece, &[event("RAGAgent", "running", "rag", json!({ "text": piece, "references": [] }))]);
        }
        let reference = json!({ "id": "1", "from": "knowledgebase", "url": "", "content": "差旅制度.docx", "document_name": "差旅制度.docx" });
        let mut done = event("RAGAgent", "done", "rag", json!({ "text": "", "references": [reference] }));
        if let Some(done) = done.as_object_mut() {
            let usage = json!({ "prompt_tokens": 120, "completion_tokens": 14, "total_tokens": 134, "name": "sim" });
            done.insert("usage".to_owned(), usage);
        }
        self.frame("", &[done]);
        self.frame("", &[event("RAGAgent", "success", "status", json!({}))]);
        let questions = json!({ "json": { "follow_up_querys": ["商务座呢？", "住宿标准是多少？"] } });
        self.frame("", &[event("FollowUpQuery", "success", "json", questions)]);
        self.last(&[]);
    }

    fn ask(&mut self) {
        let call = json!({ "thought": "需要查天气", "name": "get_weather", "arguments": { "city": "北京" }, "tool_call_id": "call-77" });
        let mut waits =
            event("Interrupt", "interrupt", "contexts", json!({ "text": { "function_call": call, "used_tool": [] } }));
        if let Some(waits) = waits.as_object_mut() {
            let function = json!({ "name": "get_weather", "arguments": { "city": "北京" } });
            waits.insert(
                "tool_calls".to_owned(),
                json!([{ "id": "call-77", "type": "function", "function": function }]),
            );
        }
        self.frame("", &[waits]);
        self.last(&[]);
    }

    fn code(&mut self) {
        let outputs =
            json!({ "code": "print(1)", "text": "1", "files": ["https://files.example.invalid/out.csv?sign=1"] });
        self.frame("", &[event("CodeInterpreter", "running", "status", json!({}))]);
        self.frame("", &[event("CodeInterpreter", "done", "code", outputs)]);
        let image = json!({ "image": "https://files.example.invalid/chart.png" });
        self.frame("", &[event("CodeInterpreter", "success", "image", image)]);
        self.say("图表已生成。");
        self.last(&[]);
    }

    fn say(&mut self, text: &str) {
        for piece in tokens(text) {
            self.pace();
            self.frame(&piece, &[event("ChatAgent", "running", "text", json!({ "text": piece }))]);
        }
    }

    fn frame(&mut self, answer: &str, events: &[Value]) {
        let document = self.document(answer, events);
        self.then(Action::Send(format!("data: {document}\n\n").into()));
    }

    fn last(&mut self, events: &[Value]) {
        let mut document = self.document("", events);
        if let Some(document) = document.as_object_mut() {
            document.insert("is_completion".to_owned(), json!(true));
        }
        self.then(Action::Send(format!("data: {document}\n\n").into()));
    }

    fn document(&self, answer: &str, events: &[Value]) -> Value {
        json!({ "request_id": "req-sim", "date": "2026-11-03T02:00:00Z", "answer": answer,
            "conversation_id": self.conversation, "message_id": self.message, "is_completion": false, "content": events })
    }

    fn pace(&mut self) {
        if let Some(rate) = self.options.tokens_per_second {
            self.then(Action::Delay(Duration::from_secs(1) / rate.max(1)));
        }
    }

    fn then(&mut self, action: Action) {
        self.reply = std::mem::replace(&mut self.reply, Reply::nothing()).then(action);
    }
}

fn event(kind: &str, status: &str, content_type: &str, outputs: Value) -> Value {
    json!({ "event_code": 0, "event_message": "", "event_type": kind, "event_id": "1", "event_status": status,
        "content_type": content_type, "outputs": outputs })
}

fn failure() -> Value {
    json!({ "event_code": 1013, "event_message": "sim: the component took too long", "event_type": "WeatherQuery",
        "event_id": "2", "event_status": "error", "content_type": "status", "outputs": {} })
}
