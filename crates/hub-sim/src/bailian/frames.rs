//! The answers of apps as the platform writes them.

use serde_json::{Value, json};

use super::app::{App, AppKind, Question};
use super::refusal::Refusal;
use crate::Scenario;
use crate::openai::fields::Fields;
use crate::openai::{answer_to, tokens};
use crate::play::Frames;

/// The id of a request.
pub(super) fn request_id(number: u64) -> String {
    format!("r-sim{number:04}")
}

/// One answer.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    pub(super) app: &'a App,
    pub(super) question: &'a Question,
    pub(super) scenario: &'a Scenario,
    pub(super) number: u64,
}

impl Answer<'_> {
    /// The frames of a streamed answer; `cumulative` when every frame holds the whole text although pieces were asked
    /// for.
    pub(super) fn frames(&self, cumulative: bool) -> Frames {
        let whole = (cumulative || !self.question.incremental) && !self.speaks_by_nodes();
        let (reasoning, text) = self.said();
        let mut place = 0;
        let mut frame = |output: Value, count: usize| {
            place += 1;
            self.frame(place, output, count)
        };
        let mut opening = Vec::new();
        if self.question.thoughts && self.app.kind == AppKind::Agent {
            opening.extend(
                thoughts(&reasoning)
                    .into_iter()
                    .map(|thought| frame(json!({ "finish_reason": "null", "thoughts": [thought], "text": "" }), 0)),
            );
        }
        let pieces = tokens(&text);
        let count = pieces.len();
        let mut so_far = String::new();
        let pieces = pieces
            .into_iter()
            .enumerate()
            .map(|(index, piece)| {
                so_far.push_str(&piece);
                let said = if whole { so_far.clone() } else { piece };
                frame(self.output(&said, index * 2 >= count), index + 1)
            })
            .collect();
        let mut last =
            json!({ "finish_reason": self.finish(), "thoughts": null, "text": if whole { text.as_str() } else { "" } });
        if self.app.kind == AppKind::Agent {
            last.set("doc_references", references());
        }
        if self.speaks_by_nodes() {
            last.set("text", Value::Null);
        }
        last.set("reject_status", matches!(self.scenario, Scenario::Filtered));
        let empty = matches!(self.scenario, Scenario::Empty);
        Frames {
            opening,
            pieces,
            ending: if empty { Vec::new() } else { vec![frame(last, count)] },
            failure: Refusal::ServerError.frame(&request_id(self.number)),
        }
    }

    /// The whole answer as one document.
    pub(super) fn whole(&self) -> Value {
        let (_, text) = self.said();
        let output = json!({ "finish_reason": self.finish(), "text": text, "reject_status": false });
        self.document(output, tokens(&text).len())
    }

    fn said(&self) -> (String, String) {
        let answer = answer_to(&self.question.text);
        match self.scenario {
            Scenario::Text { text, reasoning } => (reasoning.clone().unwrap_or_default(), text.clone()),
            Scenario::Echo => (String::new(), format!("messages: {}", self.question.messages)),
            Scenario::Empty => Default::default(),
            Scenario::Long => (answer.reasoning.to_owned(), [answer.text; 6].join("\n\n---\n\n")),
            _ => (answer.reasoning.to_owned(), format!("{}<ref>[1]</ref>", answer.text)),
        }
    }

    fn finish(&self) -> &'static str {
        if matches!(self.scenario, Scenario::Length) { "length" } else { "stop" }
    }

    fn speaks_by_nodes(&self) -> bool {
        self.app.kind == AppKind::Workflow && self.question.node_messages
    }

    /// A workflow speaks through its first node, then through its end.
    fn output(&self, said: &str, second_half: bool) -> Value {
        if !self.speaks_by_nodes() {
            return json!({ "finish_reason": "null", "text": said });
        }
        let (id, name, kind) = if second_half { ("End_9", "结束", "End") } else { ("Output_1", "输出", "Output") };
        json!({ "finish_reason": "null", "workflow_message": {
            "node_id": id, "node_name": name, "node_type": kind, "node_status": "executing",
            "node_is_completed": false, "node_msg_seq_id": 0, "message": { "role": "assistant", "content": said },
        }})
    }

    fn frame(&self, place: usize, output: Value, count: usize) -> String {
        format!("id:{place}\nevent:result\n:HTTP_STATUS/200\ndata:{}\n\n", self.document(output, count))
    }

    fn document(&self, mut output: Value, count: usize) -> Value {
        if let Some(session) = &self.question.session {
            output.set("session_id", session.as_str());
        }
        let sent = tokens(&self.question.text).len() + 40;
        json!({
            "output": output, "request_id": request_id(self.number),
            "usage": { "models": [{ "model_id": "demo-qwen", "input_tokens": sent, "output_tokens": count }] },
        })
    }
}

/// Reasoning, then a search in a knowledge base.
fn thoughts(reasoning: &str) -> Vec<Value> {
    let mut thoughts = Vec::new();
    if !reasoning.is_empty() {
        thoughts.push(json!({
            "action_type": "reasoning", "action_name": "思考过程", "action": "reasoning", "thought": reasoning,
        }));
    }
    thoughts.push(json!({
        "action_type": "agentRag", "action_name": "知识检索", "action": "rag", "action_input_stream": "{}",
        "action_input": {}, "observation": "[{\"title\":\"返修手册\"}]",
    }));
    thoughts
}

fn references() -> Value {
    json!([{
        "index_id": "1", "title": "返修手册", "doc_id": "file_1", "doc_name": "返修手册.pdf",
        "doc_url": "https://example.invalid/a.pdf", "text": "返修率按保修期内的台数计算。", "images": [], "page_number": [2],
    }])
}
