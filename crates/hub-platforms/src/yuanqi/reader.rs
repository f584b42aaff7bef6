//! Reads one answer of an agent. A `finish_reason` that says something makes it complete; moderation ends it too.

use std::collections::BTreeMap;

use hub_contract::run::{FinishReason, RemoteIds, Step, StepState, Usage};
use hub_contract::{ErrorCode, HubError, RunEvent};

use super::tools::Tools;
use crate::chat::ChatSignal;
use crate::dialect::{Progress, Reader};
use crate::error_body::{self, Said};
use crate::json::{self, Documents, Value, lenient_u64, member};
use crate::openai::errors;
use crate::report::Report;
use crate::sse::{Frame, Item};

/// The reader of an agent's answer, streamed or not.
#[derive(Debug, Default)]
pub(super) struct AnswerReader {
    documents: Documents,
    /// Earlier messages that were not sent; told before the answer.
    left_out: usize,
    report: Report,
    tools: Tools,
    reason: Option<FinishReason>,
}

type Signals = Vec<ChatSignal>;

impl AnswerReader {
    /// A reader; `left_out` counts the earlier messages that were not sent.
    pub(super) fn new(left_out: usize) -> Self {
        Self { left_out, ..Self::default() }
    }
}

impl Reader for AnswerReader {
    fn item(&mut self, item: &Item, signals: &mut Signals) -> Progress {
        if !self.report.is_over() {
            match item {
                Item::Frame(frame) => self.frame(frame, signals),
                Item::Stray { name, value } if name.is_empty() => {
                    if let Ok(document) = json::parse(value) {
                        self.chunk(&document, signals);
                    }
                }
                Item::Comment(_) | Item::Stray { .. } => {}
            }
        }
        match self.report.progress() {
            Progress::Going if self.reason.is_some() => Progress::Complete,
            progress => progress,
        }
    }

    fn document(&mut self, document: &Value, signals: &mut Signals) {
        self.chunk(document, signals);
        self.end(None, signals);
    }

    fn end(&mut self, broken: Option<HubError>, signals: &mut Signals) {
        match self.reason {
            Some(reason) => {
                self.close_steps(StepState::Done, signals);
                self.report.finish(reason, signals);
            }
            None => {
                self.close_steps(StepState::Failed, signals);
                self.report.end(broken, signals);
            }
        }
    }
}

impl AnswerReader {
    fn frame(&mut self, frame: &Frame, signals: &mut Signals) {
        let data = frame.data.trim();
        if data.is_empty() {
            return;
        }
        if data.starts_with("[DONE]") || data.starts_with("\"[DONE]") {
            return self.end(None, signals);
        }
        if frame.name == "error" {
            return self.refused(&error_body::read(data.as_bytes()), signals);
        }
        match self.documents.parse(data) {
            Ok(document) => {
                self.chunk(&document, signals);
                self.documents.give_back(document);
            }
            // The stream broke off inside; its end says so.
            Err(_) if frame.cut => {}
            Err(_) if data.starts_with(['{', '[']) => {
                let mut error =
                    HubError::new(ErrorCode::BadAnswer, "A part of the answer is no JSON.").hint("bad_json");
                error.detail.text = error_body::shown(data);
                self.fail(error, signals);
            }
            // Keep-alives in words.
            Err(_) => {}
        }
    }

    fn chunk(&mut self, document: &Value, signals: &mut Signals) {
        if let Some(said) = error_body::in_document(document) {
            return self.refused(&said, signals);
        }
        self.tell_left_out(signals);
        if let Some(id) = member(document, "id") {
            self.report.remote(RemoteIds { message: Some(id.to_owned()), ..RemoteIds::default() }, signals);
        }
        self.report.usage(usage(document));
        let Some(choice) = document.pointer("/choices/0") else {
            return;
        };
        if let Some(delta) = choice.get("delta") {
            self.message(delta, signals);
        }
        if let Some(message) = choice.get("message") {
            self.whole(message, signals);
        }
        self.finish(choice, signals);
    }

    /// A whole answer: its steps, of which the last one repeats its text, then its text.
    fn whole(&mut self, message: &Value, signals: &mut Signals) {
        for step in message.get("steps").and_then(Value::as_array).into_iter().flatten() {
            self.tools_of(step, signals);
        }
        self.message(message, signals);
    }

    fn message(&mut self, message: &Value, signals: &mut Signals) {
        // What a tool answers is a step, never text.
        if member(message, "role") != Some("tool") {
            self.report.reasoning(member(message, "reasoning_content").unwrap_or_default(), None, signals);
            self.report.text(&text_of(message), None, signals);
        }
        self.tools_of(message, signals);
    }

    fn tools_of(&mut self, message: &Value, signals: &mut Signals) {
        let mut steps = self.tools.call(message);
        if member(message, "role") == Some("tool") {
            steps.extend(self.tools.answer(message, text_of(message)));
        }
        self.tell(steps, signals);
    }

    fn finish(&mut self, choice: &Value, signals: &mut Signals) {
        let Some(reason) = member(choice, "finish_reason") else {
            return;
        };
        if reason == "tool_fail" {
            let mut error = HubError::new(ErrorCode::PlatformError, "A tool of the agent failed.").hint("tool_failed");
            error.detail.platform_code = Some(reason.to_owned());
            return self.fail(error, signals);
        }
        // `1` is said of blocked and `2` of limited contents, however the answer ends.
        let moderated = choice.get("moderation_level").and_then(json::text_of).is_some_and(|level| level != "0");
        self.reason.get_or_insert(match reason {
            "sensitive" | "content_filter" => FinishReason::Filtered,
            _ if moderated => FinishReason::Filtered,
            "length" => FinishReason::Length,
            _ => FinishReason::Stop,
        });
    }

    /// What the platform has no room for is not left out in silence.
    fn tell_left_out(&mut self, signals: &mut Signals) {
        let left_out = std::mem::take(&mut self.left_out);
        if left_out > 0 {
            // Not through the report: it is no part of the answer, which may still turn out to be empty.
            signals.push(ChatSignal::Event(RunEvent::Notice {
                code: "history_cut".to_owned(),
                facts: BTreeMap::from([("count".to_owned(), left_out.to_string())]),
                message: format!("The platform takes at most 40 messages; the {left_out} oldest were not sent."),
            }));
        }
    }

    fn refused(&mut self, said: &Said, signals: &mut Signals) {
        self.fail(errors::in_answer(said), signals);
    }

    /// Ends the run with a failure, unless the answer is complete already.
    fn fail(&mut self, error: HubError, signals: &mut Signals) {
        if self.reason.is_none() {
            self.close_steps(StepState::Failed, signals);
            self.report.fail(error, signals);
        }
    }

    fn close_steps(&mut self, state: StepState, signals: &mut Signals) {
        let steps = self.tools.finish(state);
        self.tell(steps, signals);
    }

    fn tell(&mut self, steps: Vec<Step>, signals: &mut Signals) {
        for step in steps {
            self.report.event(RunEvent::Step(step), signals);
        }
    }
}

/// A text, or a list of parts.
fn text_of(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(|part| member(part, "text")).collect(),
        _ => String::new(),
    }
}

/// The counts, which are all zero before the last chunk.
fn usage(document: &Value) -> Option<Usage> {
    let usage = document.get("usage")?;
    let count = |name: &str| usage.get(name).and_then(lenient_u64);
    let usage = Usage {
        input: count("prompt_tokens"),
        output: count("completion_tokens"),
        total: count("total_tokens"),
        ..Usage::default()
    };
    [usage.input, usage.output, usage.total].into_iter().flatten().any(|count| count > 0).then_some(usage)
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    fn events(document: &Value) -> Vec<RunEvent> {
        let (mut reader, mut signals) = (AnswerReader::new(0), Vec::new());
        reader.document(document, &mut signals);
        let event = |signal| match signal {
            ChatSignal::Event(event) => Some(event),
            _ => None,
        };
        signals.into_iter().filter_map(event).collect()
    }

    #[test]
    fn a_whole_answer_says_its_text_once_and_its_tools_as_steps() {
        let events = events(&json!({"id": "y", "choices": [{"finish_reason": "stop", "message": {
            "role": "assistant", "content": [{"type": "text", "text": "晴"}],
            "steps": [
                {"role": "assistant", "content": "", "tool_calls": [{"id": "c", "function": {"name": "w", "arguments": "{}"}}]},
                {"role": "tool", "tool_call_id": "c", "content": "clear", "time_cost": 5},
                {"role": "assistant", "content": "晴"},
            ],
        }}]}));
        assert_eq!(events.len(), 4, "{events:?}");
        assert!(matches!(&events[1], RunEvent::Step(step) if step.output.as_deref() == Some("clear")));
        assert_eq!(events[2], RunEvent::Text { delta: "晴".to_owned(), part: None });
        assert_eq!(events[3], RunEvent::Finished { reason: FinishReason::Stop });
    }

    #[test]
    fn moderation_is_told_however_the_answer_ends() {
        for (level, reason) in [
            (json!("2"), FinishReason::Filtered),
            (json!(1), FinishReason::Filtered),
            (json!(""), FinishReason::Stop),
            (json!("0"), FinishReason::Stop),
            (Value::Null, FinishReason::Stop),
        ] {
            let choice = json!({"finish_reason": "stop", "moderation_level": level, "message": {"content": "x"}});
            let events = events(&json!({ "choices": [choice] }));
            assert_eq!(events.last(), Some(&RunEvent::Finished { reason }), "{level}");
        }
    }
}
