//! Reads one answer of an app. `finish_reason: "stop"` makes it complete; failures are events in between.

use std::collections::BTreeMap;

use hub_contract::run::{FinishReason, RemoteIds, Step, StepKind, StepState, Usage};
use hub_contract::{ErrorCode, HubError, RunEvent};

use super::answer::Answer;
use super::sources::Sources;
use super::steps::Steps;
use super::thoughts::Thoughts;
use super::{errors, usage};
use crate::chat::ChatSignal;
use crate::dialect::{Progress, Reader};
use crate::error_body::{self, Said};
use crate::json::{self, Documents, Value, member};
use crate::report::empty_answer;
use crate::sse::{Frame, Item};

/// The reader of an app's answer, streamed or not.
#[derive(Debug, Default)]
pub(super) struct AppReader {
    documents: Documents,
    /// The question carried its history, so the session it was answered in knows nothing of it.
    outside_sessions: bool,
    /// The status of the frame that is being read, as a comment tells it.
    status: u16,
    answer: Answer,
    thoughts: Thoughts,
    steps: Steps,
    sources: Sources,
    session: String,
    usage: Option<Usage>,
    reason: Option<FinishReason>,
    rejected: bool,
    began: bool,
    over: bool,
}

type Signals = Vec<ChatSignal>;

impl AppReader {
    /// A reader; `outside_sessions` when the question carried its history.
    pub(super) fn new(outside_sessions: bool) -> Self {
        Self { outside_sessions, status: 200, ..Self::default() }
    }
}

impl Reader for AppReader {
    fn item(&mut self, item: &Item, signals: &mut Signals) -> Progress {
        if !self.over {
            match item {
                Item::Comment(comment) => self.note_status(comment.strip_prefix("HTTP_STATUS/")),
                Item::Stray { name, value } if name == "status" => self.note_status(Some(value)),
                Item::Stray { name, value } if name.is_empty() => {
                    if let Ok(document) = json::parse(value) {
                        self.event(&document, false, signals);
                    }
                }
                Item::Stray { .. } => {}
                Item::Frame(frame) => self.frame(frame, signals),
            }
        }
        match (self.over, self.reason) {
            (true, _) => Progress::Over,
            (false, Some(_)) => Progress::Complete,
            (false, None) => Progress::Going,
        }
    }

    fn document(&mut self, document: &Value, signals: &mut Signals) {
        self.event(document, false, signals);
        self.end(None, signals);
    }

    fn end(&mut self, broken: Option<HubError>, signals: &mut Signals) {
        if self.over {
            return;
        }
        let event = match (self.reason, broken) {
            (Some(reason), _) => RunEvent::Finished { reason },
            (None, Some(error)) if !self.began => RunEvent::Failed { error },
            (None, None) if !self.began => RunEvent::Truncated { error: Some(empty_answer()) },
            (None, broken) => RunEvent::Truncated { error: broken },
        };
        self.close(event, signals);
    }
}

impl AppReader {
    fn note_status(&mut self, status: Option<&str>) {
        if let Some(status) = status.and_then(|status| status.trim().parse().ok()) {
            self.status = status;
        }
    }

    fn frame(&mut self, frame: &Frame, signals: &mut Signals) {
        let data = frame.data.trim();
        // Other events, `done` among them, say nothing that is needed.
        if data.is_empty() || !matches!(frame.name.as_str(), "" | "result" | "error") {
            return;
        }
        match self.documents.parse(data) {
            Ok(document) => {
                self.event(&document, frame.name == "error", signals);
                self.documents.give_back(document);
            }
            // The stream broke off inside; its end says so.
            Err(_) if frame.cut => {}
            Err(_) if frame.name == "error" => self.fail(&error_body::read(data.as_bytes()), signals),
            Err(_) if data.starts_with(['{', '[']) => {
                let mut error =
                    HubError::new(ErrorCode::BadAnswer, "A part of the answer is no JSON.").hint("bad_json");
                error.detail.text = error_body::shown(data);
                self.close_if_open(error, signals);
            }
            // Keep-alives in words.
            Err(_) => {}
        }
    }

    fn event(&mut self, document: &Value, is_error: bool, signals: &mut Signals) {
        // A complete answer stays complete, whatever follows it; only counts may.
        if let Some(said) = failure_in(document, is_error) {
            return self.fail(&said, signals);
        }
        if let Some(usage) = usage::of(document) {
            self.usage = Some(usage);
        }
        match document.get("output") {
            Some(output) if output.is_object() => self.output(output, signals),
            _ if self.reason.is_some() => {}
            _ => {
                let error = HubError::new(ErrorCode::BadAnswer, "The answer holds no output.").hint("no_answer");
                self.close_if_open(error, signals);
            }
        }
    }

    fn output(&mut self, output: &Value, signals: &mut Signals) {
        if let Some(session) = member(output, "session_id")
            && session != self.session
            && !self.outside_sessions
        {
            session.clone_into(&mut self.session);
            let remote = RemoteIds { conversation: Some(session.to_owned()), ..RemoteIds::default() };
            signals.push(ChatSignal::Remote(remote));
        }
        self.rejected |= output.get("reject_status") == Some(&Value::Bool(true));
        let finish = member(output, "finish_reason").filter(|reason| *reason != "null");
        let told = signals.len();
        self.thoughts.take(output, &mut self.steps, signals);
        if let Some(message) = output.get("workflow_message").filter(|message| message.is_object()) {
            self.node(message, signals);
        }
        // Where nodes speak for themselves, the whole at the end says it once more. Behind the end nothing is said.
        if !self.answer.has_nodes() && self.reason.is_none() {
            let text = member(output, "text").unwrap_or_default();
            self.answer.take("", text, finish.is_some(), signals);
        }
        self.sources.take(output, signals);
        self.began |= signals.len() > told;
        if let Some(reason) = finish {
            self.reason.get_or_insert(match reason {
                _ if self.rejected => FinishReason::Filtered,
                "length" => FinishReason::Length,
                "content_filter" => FinishReason::Filtered,
                _ => FinishReason::Stop,
            });
        }
    }

    /// What a node of a workflow says, and how far it is.
    fn node(&mut self, message: &Value, signals: &mut Signals) {
        let id = member(message, "node_id").unwrap_or("node");
        let completed = match message.get("node_is_completed") {
            Some(Value::Bool(completed)) => *completed,
            Some(Value::String(word)) => word.eq_ignore_ascii_case("true"),
            _ => false,
        };
        let state = match member(message, "node_status").unwrap_or_default() {
            "fail" | "failed" | "error" => StepState::Failed,
            _ if completed => StepState::Done,
            "success" | "finished" => StepState::Done,
            _ => StepState::Running,
        };
        let step = Step {
            id: id.to_owned(),
            parent: member(message, "parent_node_id").map(str::to_owned),
            title: member(message, "node_name").unwrap_or(id).to_owned(),
            kind: StepKind::Node,
            state,
            input: None,
            output: None,
            ms: None,
        };
        self.steps.tell(step, signals);
        if let Some(text) = message.pointer("/message/content").and_then(Value::as_str) {
            self.answer.take(id, text, completed, signals);
        }
    }

    fn fail(&mut self, said: &Said, signals: &mut Signals) {
        let mut error = errors::of(self.status, said);
        error.message = "The platform reported a failure.".to_owned();
        self.close_if_open(error, signals);
    }

    /// Ends the run with a failure, unless the answer is complete already.
    fn close_if_open(&mut self, error: HubError, signals: &mut Signals) {
        if self.reason.is_none() {
            self.close(RunEvent::Failed { error }, signals);
        }
    }

    fn close(&mut self, event: RunEvent, signals: &mut Signals) {
        if self.over {
            return;
        }
        self.over = true;
        self.thoughts.finish(signals);
        self.answer.finish(signals);
        let finished = matches!(event, RunEvent::Finished { .. });
        self.steps.finish(if finished { StepState::Done } else { StepState::Failed }, signals);
        let stopped = matches!(event, RunEvent::Finished { reason: FinishReason::Stop });
        if stopped && !self.answer.has_text() && self.steps.is_empty() {
            let message = "The platform finished without an answer.".to_owned();
            let notice = RunEvent::Notice { code: "empty_answer".to_owned(), facts: BTreeMap::new(), message };
            signals.push(ChatSignal::Event(notice));
        }
        signals.extend(self.usage.take().map(|usage| ChatSignal::Event(RunEvent::Usage(usage))));
        signals.push(ChatSignal::Event(event));
    }
}

/// A frame is a failure by its event, or by a code that is none of success.
fn failure_in(document: &Value, is_error: bool) -> Option<Said> {
    error_body::in_document(document).or_else(|| {
        let coded = member(document, "code").is_some_and(|code| !matches!(code, "0" | "200" | "Success"));
        (is_error || coded).then(|| error_body::read(document.to_string().as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn item() -> impl Strategy<Value = Item> {
        let data = prop_oneof![
            Just(r#"{"output":{"session_id":"s","finish_reason":"null","text":"您好"}}"#.to_owned()),
            Just(r#"{"output":{"finish_reason":"stop","text":""},"usage":{"models":[{"input_tokens":1}]}}"#.to_owned()),
            Just(r#"{"output":{"thoughts":[{"action_type":"api","action_name":"t"}],"text":null}}"#.to_owned()),
            Just(r#"{"output":{"workflow_message":{"node_id":"n","message":{"content":"x"}}}}"#.to_owned()),
            Just(r#"{"code":"InternalError","message":"m"}"#.to_owned()),
            Just("{}".to_owned()),
            "\\PC{0,20}",
            "[{}\\[\\]\",:a-z0-9]{0,30}",
        ];
        let name = prop_oneof![4 => Just(String::new()), 4 => Just("result".to_owned()), 1 => Just("error".to_owned()), 1 => "[a-z]{1,6}"];
        prop_oneof![
            6 => (data.clone(), name, any::<bool>())
                .prop_map(|(data, name, cut)| Item::Frame(Frame { data, name, cut, ..Frame::default() })),
            1 => data.prop_map(|value| Item::Stray { name: String::new(), value }),
            1 => Just(Item::Comment("HTTP_STATUS/500".to_owned())),
        ]
    }

    proptest! {
        #[test]
        fn whatever_comes_one_event_ends_the_run_and_comes_last(items in prop::collection::vec(item(), 0..12)) {
            let (mut reader, mut signals) = (AppReader::new(false), Vec::new());
            let over = items.iter().any(|item| reader.item(item, &mut signals) == Progress::Over);
            let ends = |signals: &[ChatSignal]| {
                let ends = |signal: &&ChatSignal| matches!(signal, ChatSignal::Event(event) if event.ends_run());
                signals.iter().filter(ends).count()
            };
            prop_assert_eq!(ends(&signals), usize::from(over));
            reader.end(None, &mut signals);
            prop_assert_eq!(ends(&signals), 1);
            prop_assert!(matches!(signals.last(), Some(ChatSignal::Event(event)) if event.ends_run()));
        }
    }
}
