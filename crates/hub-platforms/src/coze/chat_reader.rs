//! Reads the events of a chat (`wire/agents.md` 4.8). Only `conversation.chat.completed` makes an answer complete; what
//! comes at `message.completed` repeats the deltas and is told only where they lack something.

use std::collections::VecDeque;

use hub_contract::run::{FinishReason, InputField, NeedInput, RemoteIds, Source, Step, StepKind, StepState};
use hub_contract::{ErrorCode, HubError, RunEvent};

use super::message::{self, Content};
use super::{errors, usage};
use crate::chat::ChatSignal;
use crate::dialect::{Progress, Reader};
use crate::error_body;
use crate::json::{self, Documents, Value, member};
use crate::report::{self, Report};
use crate::sse::{Frame, Item};

/// The reader of a chat with a bot.
#[derive(Debug, Default)]
pub(super) struct ChatReader {
    documents: Documents,
    report: Report,
    /// Tool calls without a result yet; results come in their order and name no call.
    open_calls: VecDeque<Step>,
    sources: Vec<Source>,
    questions: Vec<String>,
}

type Signals = Vec<ChatSignal>;

impl Reader for ChatReader {
    fn item(&mut self, item: &Item, signals: &mut Signals) -> Progress {
        if !self.report.is_over() {
            match item {
                Item::Frame(frame) => self.frame(frame, signals),
                // An error as one bare line, as the gateway in front of Coze writes it.
                Item::Stray { name, value } if name.is_empty() => self.bare(value, signals),
                Item::Stray { .. } | Item::Comment(_) => {}
            }
        }
        self.report.progress()
    }

    fn document(&mut self, document: &Value, signals: &mut Signals) {
        let error = match error_body::in_document(document) {
            Some(said) => errors::of(200, &said),
            None => report::empty_answer(),
        };
        self.fail(error, signals);
    }

    fn end(&mut self, broken: Option<HubError>, signals: &mut Signals) {
        self.close_calls(StepState::Failed, signals);
        self.report.end(broken, signals);
    }
}

impl ChatReader {
    fn frame(&mut self, frame: &Frame, signals: &mut Signals) {
        let data = frame.data.trim();
        match frame.name.trim() {
            // It may hold `[DONE]`, an address for debugging, or nothing, and proves nothing.
            "done" => {}
            "error" => self.fail(errors::in_event(&json::parse(data).unwrap_or_default()), signals),
            name => match self.documents.parse(data) {
                Ok(document) => {
                    self.event(name, &document, signals);
                    self.documents.give_back(document);
                }
                // The stream broke off inside; its end says so.
                Err(_) if frame.cut || !data.starts_with(['{', '[']) => {}
                Err(_) => self.fail(damaged(data), signals),
            },
        }
    }

    fn bare(&mut self, line: &str, signals: &mut Signals) {
        if let Ok(document) = json::parse(line)
            && errors::has_code(&document)
        {
            self.fail(errors::in_event(&document), signals);
        }
    }

    fn event(&mut self, name: &str, document: &Value, signals: &mut Signals) {
        match name {
            "conversation.chat.created" | "conversation.chat.in_progress" => self.remember(document, signals),
            "conversation.message.delta" => self.delta(document, signals),
            "conversation.message.completed" => self.message(document, signals),
            "conversation.chat.requires_action" => self.requires_action(document, signals),
            "conversation.chat.completed" => self.completed(document, signals),
            "conversation.chat.failed" => {
                self.remember(document, signals);
                self.fail(errors::in_event(document), signals);
            }
            "" if errors::has_code(document) => self.fail(errors::in_event(document), signals),
            _ => {}
        }
    }

    /// The chat's ids, wherever a chat is told.
    fn remember(&mut self, chat: &Value, signals: &mut Signals) {
        let id = |name| member(chat, name).map(str::to_owned);
        let ids = RemoteIds { conversation: id("conversation_id"), task: id("id"), message: None };
        self.report.remote(ids, signals);
    }

    fn delta(&mut self, message: &Value, signals: &mut Signals) {
        if member(message, "type") != Some("answer") || member(message, "content_type") == Some("card") {
            return;
        }
        let part = self.part(message, signals);
        self.report.reasoning(member(message, "reasoning_content").unwrap_or_default(), part, signals);
        // Files come as a whole when the message is complete.
        if member(message, "content_type") != Some("object_string") {
            self.report.text(member(message, "content").unwrap_or_default(), part, signals);
        }
    }

    fn message(&mut self, message: &Value, signals: &mut Signals) {
        match message::read(message) {
            Content::Answer { text, files } => {
                let part = self.part(message, signals);
                if !text.is_empty() {
                    self.report.whole(&text, part, signals);
                }
                for file in files {
                    self.report.event(RunEvent::File(file), signals);
                }
            }
            Content::Card(card) => {
                let step = step(message, "card", StepKind::Tool, StepState::Done);
                self.report.event(RunEvent::Step(Step { output: Some(card), ..step }), signals);
            }
            Content::ToolCall { name, arguments } => {
                let step = Step {
                    input: Some(arguments).filter(|arguments| !arguments.is_empty()),
                    ..step(message, &name, StepKind::Tool, StepState::Running)
                };
                self.open_calls.push_back(step.clone());
                self.report.event(RunEvent::Step(step), signals);
            }
            Content::ToolResult(output) => {
                let called = self.open_calls.pop_front();
                let called = called.unwrap_or_else(|| step(message, "tool", StepKind::Tool, StepState::Running));
                let done = Step { state: StepState::Done, output: Some(output), ..called };
                self.report.event(RunEvent::Step(done), signals);
            }
            Content::Knowledge(sources) => self.knowledge(message, sources, signals),
            Content::Question(question) => self.questions.push(question),
            Content::Nothing => {}
        }
    }

    fn knowledge(&mut self, message: &Value, sources: Vec<Source>, signals: &mut Signals) {
        self.report.event(RunEvent::Step(step(message, "knowledge", StepKind::Retrieval, StepState::Done)), signals);
        let before = self.sources.len();
        for source in sources {
            if !self.sources.contains(&source) {
                self.sources.push(source);
            }
        }
        if self.sources.len() > before {
            self.report.event(RunEvent::Sources { items: self.sources.clone() }, signals);
        }
    }

    fn requires_action(&mut self, chat: &Value, signals: &mut Signals) {
        self.remember(chat, signals);
        self.report.usage(usage(chat));
        let calls = chat.pointer("/required_action/submit_tool_outputs/tool_calls").and_then(Value::as_array);
        let fields: Vec<InputField> = calls.into_iter().flatten().filter_map(field).collect();
        let Some(first) = fields.first() else {
            let error = HubError::new(ErrorCode::BadAnswer, "Coze waits for something that it does not name.");
            return self.fail(error.hint("no_question"), signals);
        };
        let need = NeedInput {
            id: member(chat, "id").unwrap_or_default().to_owned(),
            kind: "form".to_owned(),
            prompt: first.label.clone(),
            fields,
        };
        self.report.event(RunEvent::NeedInput(need), signals);
        self.report.finish(FinishReason::NeedsInput, signals);
    }

    fn completed(&mut self, chat: &Value, signals: &mut Signals) {
        self.remember(chat, signals);
        self.report.usage(usage(chat));
        if chat.get("last_error").is_some_and(errors::has_code) {
            return self.fail(errors::in_event(chat), signals);
        }
        self.close_calls(StepState::Done, signals);
        let questions = std::mem::take(&mut self.questions);
        if !questions.is_empty() {
            self.report.event(RunEvent::Suggestions { questions }, signals);
        }
        self.report.finish(FinishReason::Stop, signals);
    }

    /// Which answer a message belongs to: a bot may give several.
    fn part<'m>(&mut self, message: &'m Value, signals: &mut Signals) -> Option<&'m str> {
        let id = member(message, "id")?;
        self.report.remote(RemoteIds { message: Some(id.to_owned()), ..RemoteIds::default() }, signals);
        Some(id)
    }

    fn close_calls(&mut self, state: StepState, signals: &mut Signals) {
        for step in std::mem::take(&mut self.open_calls) {
            self.report.event(RunEvent::Step(Step { state, ..step }), signals);
        }
    }

    fn fail(&mut self, error: HubError, signals: &mut Signals) {
        self.close_calls(StepState::Failed, signals);
        self.report.fail(error, signals);
    }
}

/// A tool call that waits for its output: the arguments tell what is asked.
fn field(call: &Value) -> Option<InputField> {
    let id = member(call, "id")?;
    let function = call.get("function").unwrap_or(&Value::Null);
    let name = member(function, "name").unwrap_or(id);
    let label = match member(function, "arguments") {
        Some(arguments) if arguments != "{}" => format!("{name} {arguments}"),
        _ => name.to_owned(),
    };
    Some(InputField {
        name: id.to_owned(),
        label,
        kind: "paragraph".to_owned(),
        required: true,
        options: Vec::new(),
        default: None,
        max_chars: None,
    })
}

fn step(message: &Value, title: &str, kind: StepKind, state: StepState) -> Step {
    Step {
        id: member(message, "id").unwrap_or(title).to_owned(),
        parent: None,
        title: title.to_owned(),
        kind,
        state,
        input: None,
        output: None,
        ms: None,
    }
}

/// An event whose data is no JSON.
pub(super) fn damaged(data: &str) -> HubError {
    let mut error = HubError::new(ErrorCode::BadAnswer, "A part of the answer is no JSON.").hint("bad_json");
    error.detail.text = error_body::shown(data);
    error
}
