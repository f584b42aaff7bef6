//! Reads one answer (`wire/agents.md` 5.4). The event's name stands in its JSON; there is no `[DONE]`, and a clean end of
//! the stream proves nothing: `message_end` or `workflow_finished` makes an answer complete.

mod ending;
mod workflow;

use hub_contract::run::{RemoteFile, RemoteIds, Usage};
use hub_contract::{ErrorCode, HubError, RunEvent};

use super::errors;
use super::metadata::{self, Files, Sources};
use super::steps::Steps;
use super::thoughts::{self, Thoughts};
use crate::answer_text::AnswerText;
use crate::chat::ChatSignal;
use crate::dialect::{Progress, Reader};
use crate::error_body;
use crate::json::{self, Documents, Value, member};
use crate::sse::{Frame, Item};

use ending::{empty_answer, stopped_there};
use workflow::{Finish, Pending};

/// What the app's answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expecting {
    /// A text: chats, agents, chatflows, completions.
    Text,
    /// Typed outputs: workflows.
    Outputs,
}

/// The reader of answers in Dify's language.
#[derive(Debug)]
pub(crate) struct AnswerReader {
    documents: Documents,
    expecting: Expecting,
    /// The form that this turn answered: it is not asked for again.
    answered: Option<String>,
    run: Option<String>,
    told: RemoteIds,
    answer: AnswerText,
    /// `agent_message` came: a `message` is the full text then.
    by_agent: bool,
    thoughts: Thoughts,
    steps: Steps,
    sources: Sources,
    files: Files,
    forms: Vec<Pending>,
    usage: Option<Usage>,
    outputs: bool,
    in_workflow: bool,
    message_ended: bool,
    finish: Option<Finish>,
    over: bool,
}

type Signals = Vec<ChatSignal>;

impl Reader for AnswerReader {
    fn item(&mut self, item: &Item, signals: &mut Signals) -> Progress {
        if !self.over {
            match item {
                Item::Comment(_) => {}
                Item::Frame(frame) => self.frame(frame, signals),
                Item::Stray { name, value } if name.is_empty() => {
                    if let Ok(document) = json::parse(value) {
                        self.event(&document, signals);
                    }
                }
                Item::Stray { .. } => {}
            }
        }
        if self.over {
            Progress::Over
        } else if self.is_complete() {
            Progress::Complete
        } else {
            Progress::Going
        }
    }

    /// A server that was asked to stream and answered at once.
    fn document(&mut self, document: &Value, signals: &mut Signals) {
        if let Some(said) = error_body::in_document(document) {
            return self.fail(errors::of_status(200, &said), signals);
        }
        self.ids(document, signals);
        if let Some(answer) = document.get("answer").and_then(Value::as_str) {
            self.answer.text(answer, signals);
            self.message_end(document, signals);
        } else if let Some(data) = document.get("data").filter(|data| data.get("status").is_some()) {
            self.workflow_finished(data, signals);
        } else {
            return self.fail(super::not_dify(), signals);
        }
        self.end(None, signals);
    }

    fn end(&mut self, broken: Option<HubError>, signals: &mut Signals) {
        if self.over {
            return;
        }
        if !self.forms.is_empty() {
            return self.wait(signals);
        }
        let complete = match self.finish.take() {
            Some(Finish::Failed(error)) => return self.fail(error, signals),
            Some(Finish::Stopped) => return self.break_off(Some(stopped_there()), signals),
            Some(Finish::Succeeded) => true,
            None => self.message_ended,
        };
        if complete {
            return self.complete(signals);
        }
        let begun = self.answer.has_begun() || !self.steps.is_empty();
        match broken {
            Some(error) if !begun => self.fail(error, signals),
            None if !begun => self.break_off(Some(empty_answer()), signals),
            broken => self.break_off(broken, signals),
        }
    }
}

impl AnswerReader {
    /// A reader for answers from an interface that stands at `interface` below the place of installation.
    pub(crate) fn new(base_url: &str, interface: &'static str, expecting: Expecting, answered: Option<String>) -> Self {
        Self {
            documents: Documents::default(),
            expecting,
            answered,
            run: None,
            told: RemoteIds::default(),
            answer: AnswerText::default(),
            by_agent: false,
            thoughts: Thoughts::default(),
            steps: Steps::default(),
            sources: Sources::default(),
            files: Files::new(base_url, interface),
            forms: Vec::new(),
            usage: None,
            outputs: false,
            in_workflow: expecting == Expecting::Outputs,
            message_ended: false,
            finish: None,
            over: false,
        }
    }

    fn is_complete(&self) -> bool {
        // A chatflow's run goes on behind its message.
        self.finish.is_some() || (self.message_ended && !self.in_workflow)
    }

    fn frame(&mut self, frame: &Frame, signals: &mut Signals) {
        let data = frame.data.trim();
        if data.is_empty() {
            return;
        }
        if data.starts_with("[DONE]") || data.starts_with("\"[DONE]") {
            // Nobody but gateways and 53AI says so; it completes nothing that was not complete.
            return self.end(None, signals);
        }
        match self.documents.parse(data) {
            Ok(document) => {
                self.event(&document, signals);
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

    fn event(&mut self, event: &Value, signals: &mut Signals) {
        let Some(name) = member(event, "event") else {
            // An error that something between here and Dify wrote into the stream.
            if let Some(said) = error_body::in_document(event).filter(|_| !self.is_complete()) {
                self.fail(errors::of_status(200, &said), signals);
            }
            return;
        };
        self.ids(event, signals);
        let data = event.get("data").unwrap_or(&Value::Null);
        match name {
            "message" => self.message(event, signals),
            "agent_message" => {
                self.by_agent = true;
                self.answer.text(text(event, "answer"), signals);
            }
            "message_replace" => self.answer.becomes(text(event, "answer"), signals),
            "agent_thought" => self.agent_thought(event, signals),
            "agent_log" => self.steps.agent_log(data, signals),
            "message_file" => {
                let file = self.files.take(event);
                say_files(file, signals);
            }
            "message_end" => self.message_end(event, signals),
            "reasoning_chunk" => self.answer.reasoning(text(data, "reasoning"), signals),
            "text_chunk" => self.answer.text(text(data, "text"), signals),
            "text_replace" => self.answer.becomes(text(data, "text"), signals),
            "workflow_started" => self.workflow_started(event, data),
            "node_started"
            | "node_retry"
            | "node_finished"
            | "iteration_started"
            | "iteration_completed"
            | "loop_started"
            | "loop_completed" => self.node(name, data, signals),
            "human_input_required" => self.human_input(event, data),
            "human_input_form_filled" | "human_input_form_timeout" => self.form_closed(data),
            "workflow_paused" => self.paused(signals),
            "workflow_finished" => self.workflow_finished(data, signals),
            "error" => self.error(event, signals),
            _ => {}
        }
    }

    /// A frame without an id never erases one.
    fn ids(&mut self, event: &Value, signals: &mut Signals) {
        if let Some(run) = member(event, "workflow_run_id").filter(|run| self.run.as_deref() != Some(run)) {
            self.run = Some(run.to_owned());
        }
        let is_new =
            |name: &str, told: &Option<String>| member(event, name).is_some_and(|id| told.as_deref() != Some(id));
        if is_new("conversation_id", &self.told.conversation)
            || is_new("message_id", &self.told.message)
            || is_new("task_id", &self.told.task)
        {
            let id = |name: &str| member(event, name).map(str::to_owned);
            let ids = RemoteIds { conversation: id("conversation_id"), message: id("message_id"), task: id("task_id") };
            self.told.merge(ids.clone());
            signals.push(ChatSignal::Remote(ids));
        }
    }

    fn message(&mut self, event: &Value, signals: &mut Signals) {
        let answer = text(event, "answer");
        if self.by_agent {
            self.answer.becomes(answer, signals);
        } else {
            self.answer.text(answer, signals);
        }
        // 53AI puts parts of the answer beside it.
        for part in event.get("append_content").and_then(Value::as_array).into_iter().flatten() {
            let content = text(part, "content");
            match member(part, "type") {
                Some("text") => self.answer.text(content, signals),
                Some(kind) => {
                    let file = self.files.take(&serde_json::json!({ "type": kind, "url": content }).into());
                    say_files(file, signals);
                }
                None => {}
            }
        }
    }

    fn message_end(&mut self, event: &Value, signals: &mut Signals) {
        self.message_ended = true;
        let metadata = event.get("metadata").unwrap_or(&Value::Null);
        if let Some(usage) = metadata::usage(metadata.get("usage")) {
            self.usage = Some(usage);
        }
        if let Some(items) = self.sources.take(metadata.get("retriever_resources")) {
            signals.push(ChatSignal::Event(RunEvent::Sources { items }));
        }
        let files = event.get("files").map(|files| self.files.take_all(files)).unwrap_or_default();
        say_files(files, signals);
    }

    fn agent_thought(&mut self, event: &Value, signals: &mut Signals) {
        if let Some(words) = self.thoughts.reasoning(event, self.answer.received()) {
            self.answer.reasoning(words, signals);
        }
        for step in thoughts::steps(event) {
            self.steps.tell(step, None, signals);
        }
    }

    fn error(&mut self, event: &Value, signals: &mut Signals) {
        // A complete answer stays complete, whatever follows it.
        if matches!(self.finish, Some(Finish::Succeeded)) || (self.message_ended && !self.in_workflow) {
            return;
        }
        self.fail(errors::in_stream(event), signals);
    }
}

fn say_files(files: impl IntoIterator<Item = RemoteFile>, signals: &mut Signals) {
    signals.extend(files.into_iter().map(|file| ChatSignal::Event(RunEvent::File(file))));
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
