//! The frames of an answer, as Dify 1.12 writes them.

use serde_json::{Value, json};

use super::Mode;
use crate::Action;

/// When everything happened, in seconds.
const CREATED: u64 = 1_760_000_000;

/// The ids of one run.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    pub(super) task: String,
    pub(super) message: String,
    pub(super) conversation: String,
    pub(super) run: String,
}

impl Ids {
    pub(super) fn numbered(number: u64, conversation: Option<String>) -> Self {
        let id = |kind: u32| format!("{kind:08x}-0000-4000-8000-{number:012x}");
        Self { task: id(1), message: id(2), conversation: conversation.unwrap_or_else(|| id(3)), run: id(4) }
    }
}

/// Writes the frames of one run.
#[derive(Debug)]
pub(super) struct Frames {
    pub(super) ids: Ids,
    pub(super) mode: Mode,
}

impl Frames {
    pub(super) fn ping() -> Action {
        Action::Send("event: ping\n\n".into())
    }

    /// An event with the ids that every event of the mode has.
    pub(super) fn event(&self, name: &str, mut event: Value) -> Action {
        if let Some(members) = event.as_object_mut() {
            members.insert("event".to_owned(), json!(name));
            members.insert("task_id".to_owned(), json!(self.ids.task));
            members.insert("created_at".to_owned(), json!(CREATED));
            if self.mode != Mode::Workflow {
                members.insert("message_id".to_owned(), json!(self.ids.message));
                members.insert("conversation_id".to_owned(), json!(self.ids.conversation));
            }
            if self.mode.is_drawn() {
                members.insert("workflow_run_id".to_owned(), json!(self.ids.run));
            }
        }
        Action::Send(format!("data: {event}\n\n").into())
    }

    pub(super) fn text(&self, delta: &str) -> Action {
        match self.mode {
            Mode::Agent => self.event("agent_message", json!({ "answer": delta })),
            Mode::Workflow => self
                .event("text_chunk", json!({ "data": { "text": delta, "from_variable_selector": ["llm", "text"] } })),
            _ => self.event("message", json!({ "answer": delta })),
        }
    }

    pub(super) fn begin(&self, inputs: &Value) -> Vec<Action> {
        match self.mode {
            Mode::Chat | Mode::Completion => Vec::new(),
            Mode::Agent => {
                vec![self.thought("", ""), self.thought("weather", ""), self.thought("weather", "{\"weather\":\"22\"}")]
            }
            Mode::Chatflow | Mode::Workflow => vec![
                self.event(
                    "workflow_started",
                    json!({ "data": { "id": self.ids.run, "workflow_id": "wf-sim", "inputs": inputs,
                        "created_at": CREATED } }),
                ),
                self.node("node_started", "llm", "llm", None),
            ],
        }
    }

    fn thought(&self, tool: &str, observation: &str) -> Action {
        let input = if tool.is_empty() { "" } else { "{\"weather\":{\"city\":\"X\"}}" };
        self.event(
            "agent_thought",
            json!({ "id": format!("th-{}", self.ids.message), "position": 1, "thought": "", "observation": observation,
                "tool": tool, "tool_labels": {}, "tool_input": input, "message_files": [] }),
        )
    }

    pub(super) fn node(&self, name: &str, node: &str, kind: &str, failure: Option<&str>) -> Action {
        let mut data = json!({ "id": format!("{node}-{}", self.ids.run), "node_id": node, "node_type": kind,
            "title": node.to_uppercase(), "index": 1, "created_at": CREATED });
        if let Some(members) = data.as_object_mut().filter(|_| name == "node_finished") {
            members.insert("status".to_owned(), json!(if failure.is_some() { "failed" } else { "succeeded" }));
            members.insert("error".to_owned(), json!(failure));
            members.insert("elapsed_time".to_owned(), json!(0.25));
            members.insert("finished_at".to_owned(), json!(CREATED));
        }
        self.event(name, json!({ "data": data }))
    }

    pub(super) fn message_end(&self, sources: bool) -> Action {
        let resources = if sources {
            json!([
                { "position": 1, "dataset_id": "d-1", "dataset_name": "demo", "document_id": "doc-1",
                    "document_name": "handbook.pdf", "segment_id": "s-1", "score": 0.91, "content": "Page 3" },
                { "position": 2, "dataset_id": "d-1", "dataset_name": "demo", "document_id": "doc-2",
                    "document_name": "faq.md", "segment_id": "s-2", "score": 0.5, "content": "Q: x" },
            ])
        } else {
            json!([])
        };
        let usage = json!({ "prompt_tokens": 6, "prompt_unit_price": "0.01", "prompt_price_unit": "0.001",
            "prompt_price": "0.00006", "completion_tokens": 3, "completion_unit_price": "0.01",
            "completion_price_unit": "0.001", "completion_price": "0.00003", "total_tokens": 9,
            "total_price": "0.0001", "currency": "USD", "latency": 0.4 });
        self.event(
            "message_end",
            json!({ "metadata": { "usage": usage, "retriever_resources": resources }, "files": null }),
        )
    }

    pub(super) fn workflow_finished(&self, status: &str, outputs: &Value, error: Option<&str>) -> Action {
        self.event(
            "workflow_finished",
            json!({ "data": { "id": self.ids.run, "workflow_id": "wf-sim", "status": status, "outputs": outputs,
                "error": error, "elapsed_time": 0.5, "total_tokens": 9, "total_steps": 2,
                "created_at": CREATED, "finished_at": CREATED } }),
        )
    }

    pub(super) fn error(&self, code: &str, message: &str) -> Action {
        self.event("error", json!({ "status": 400, "code": code, "message": message }))
    }

    pub(super) fn form(&self, token: &str) -> Vec<Action> {
        let form = json!({
            "form_id": format!("form-{token}"), "form_token": token, "node_id": "ask", "node_title": "Approve",
            "form_content": "Send it?\n\n{{#$output.note#}}",
            "inputs": [{ "type": "paragraph", "output_variable_name": "note", "default": { "type": "constant", "value": "" } }],
            "actions": [{ "id": "yes", "title": "Send" }, { "id": "no", "title": "Discard" }],
            "resolved_default_values": {}, "expiration_time": 4_102_444_800_i64,
        });
        let paused = json!({ "workflow_run_id": self.ids.run, "paused_nodes": ["ask"], "reasons": [], "outputs": {} });
        vec![
            self.event("human_input_required", json!({ "data": form })),
            self.event("workflow_paused", json!({ "data": paused })),
        ]
    }
}
