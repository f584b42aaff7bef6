//! Reads one answer (`wire/agents.md` 6.3). What it ends with depends on the server's age: `[DONE]` may come before or
//! after the results of the nodes, so everything is read to the end of the stream.

use std::collections::BTreeMap;

use hub_contract::run::{FinishReason, NeedInput, RemoteIds, Step, StepState};
use hub_contract::{ErrorCode, HubError, RunEvent};

use super::nodes::Nodes;
use super::tools::Tools;
use super::{errors, interactive};
use crate::answer_text::AnswerText;
use crate::chat::ChatSignal;
use crate::dialect::{Progress, Reader};
use crate::error_body;
use crate::json::{self, Documents, Value, member};
use crate::sse::{Frame, Item};

/// The reader of FastGPT's answers.
#[derive(Debug)]
pub(super) struct AnswerReader {
    documents: Documents,
    plugin: bool,
    /// What the client called conversation and answer; told with the first sign of the platform.
    ids: Option<RemoteIds>,
    answer: AnswerText,
    tools: Tools,
    nodes: Nodes,
    question: Option<NeedInput>,
    reason: Option<FinishReason>,
    done: bool,
    over: bool,
}

type Signals = Vec<ChatSignal>;

impl Reader for AnswerReader {
    fn item(&mut self, item: &Item, signals: &mut Signals) -> Progress {
        if !self.over {
            match item {
                Item::Frame(frame) => self.frame(frame, signals),
                Item::Stray { name, value } if name.is_empty() => {
                    if let Some(said) = json::parse(value).ok().as_ref().and_then(error_body::in_document) {
                        self.fail(errors::of_status(200, &said), signals);
                    }
                }
                Item::Comment(_) | Item::Stray { .. } => {}
            }
        }
        match (self.over, self.is_complete()) {
            (true, _) => Progress::Over,
            (false, true) => Progress::Complete,
            (false, false) => Progress::Going,
        }
    }

    /// An answer that was not streamed. Its text may be a list of parts.
    fn document(&mut self, document: &Value, signals: &mut Signals) {
        if let Some(said) = error_body::in_document(document) {
            return self.fail(errors::of_status(200, &said), signals);
        }
        let Some(message) = document.pointer("/choices/0/message") else {
            return self.fail(super::not_fastgpt(), signals);
        };
        self.tell_ids(signals);
        self.answer.reasoning(member(message, "reasoning_content").unwrap_or_default(), signals);
        match message.get("content") {
            Some(Value::String(text)) => self.answer.text(text, signals),
            Some(Value::Array(parts)) => parts.iter().for_each(|part| self.part(part, signals)),
            _ => {}
        }
        let results = document.get("responseData").unwrap_or(&Value::Null);
        say_steps(self.nodes.results(results), signals);
        self.done = true;
        self.end(None, signals);
    }

    fn end(&mut self, broken: Option<HubError>, signals: &mut Signals) {
        if self.over {
            return;
        }
        if let Some(question) = self.question.take() {
            self.settle(StepState::Done, false, signals);
            signals.push(ChatSignal::Event(RunEvent::NeedInput(question)));
            return self.close(RunEvent::Finished { reason: FinishReason::NeedsInput }, signals);
        }
        if self.is_complete() {
            self.settle(StepState::Done, true, signals);
            self.note_emptiness(signals);
            let reason = self.reason.unwrap_or(FinishReason::Stop);
            return self.close(RunEvent::Finished { reason }, signals);
        }
        let begun = self.answer.has_begun() || !self.tools.is_empty() || !self.nodes.is_empty();
        self.settle(StepState::Failed, false, signals);
        let event = match broken {
            Some(error) if !begun => RunEvent::Failed { error },
            None if !begun => RunEvent::Truncated { error: Some(empty_answer()) },
            broken => RunEvent::Truncated { error: broken },
        };
        self.close(event, signals);
    }
}

impl AnswerReader {
    pub(super) fn new(plugin: bool, ids: RemoteIds) -> Self {
        Self {
            documents: Documents::default(),
            plugin,
            ids: Some(ids),
            answer: AnswerText::default(),
            tools: Tools::default(),
            nodes: Nodes::default(),
            question: None,
            reason: None,
            done: false,
            over: false,
        }
    }

    fn is_complete(&self) -> bool {
        self.reason.is_some() || self.done
    }

    fn frame(&mut self, frame: &Frame, signals: &mut Signals) {
        let data = frame.data.trim();
        if data.is_empty() {
            return;
        }
        if data.starts_with("[DONE]") || data.starts_with("\"[DONE]") {
            self.done = true;
            return;
        }
        match self.documents.parse(data) {
            Ok(document) => {
                self.event(&frame.name, &document, signals);
                self.documents.give_back(document);
            }
            // The stream broke off inside; its end says so.
            Err(_) if frame.cut => {}
            Err(_) if frame.name == "error" => self.fail(errors::in_stream(&Value::String(data.to_owned())), signals),
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

    fn event(&mut self, name: &str, document: &Value, signals: &mut Signals) {
        if name == "error" {
            return self.fail(errors::in_stream(document), signals);
        }
        match name {
            "answer" | "fastAnswer" | "" | "response" => self.chunk(document, signals),
            "flowNodeStatus" | "moduleStatus" => {
                self.tell_ids(signals);
                say_steps(self.nodes.running(document), signals);
            }
            "flowNodeResponse" => say_steps(self.nodes.result(document), signals),
            "flowResponses" | "appStreamResponse" => say_steps(self.nodes.results(document), signals),
            "toolCall" | "toolParams" | "toolResponse" => {
                self.tell_ids(signals);
                say_steps(self.tools.take(name, document), signals);
            }
            "interactive" => {
                self.tell_ids(signals);
                self.question = document.get("interactive").map(interactive::read);
            }
            _ => {}
        }
    }

    fn chunk(&mut self, document: &Value, signals: &mut Signals) {
        let Some(choice) = document.pointer("/choices/0") else {
            if let Some(said) = error_body::in_document(document).filter(|_| !self.is_complete()) {
                self.fail(errors::of_status(200, &said), signals);
            }
            return;
        };
        self.tell_ids(signals);
        let delta = choice.get("delta").unwrap_or(&Value::Null);
        self.answer.reasoning(member(delta, "reasoning_content").unwrap_or_default(), signals);
        self.answer.text(member(delta, "content").unwrap_or_default(), signals);
        if self.reason.is_none() {
            self.reason = member(choice, "finish_reason").map(|reason| match reason {
                "length" => FinishReason::Length,
                "content_filter" => FinishReason::Filtered,
                _ => FinishReason::Stop,
            });
        }
    }

    /// A part of an answer that was not streamed.
    fn part(&mut self, part: &Value, signals: &mut Signals) {
        let content =
            |name: &str| part.pointer(&format!("/{name}/content")).and_then(Value::as_str).unwrap_or_default();
        self.answer.reasoning(content("reasoning"), signals);
        self.answer.text(content("text"), signals);
        if let Some(question) = part.get("interactive").filter(|question| question.is_object()) {
            self.question = Some(interactive::read(question));
        }
    }

    fn tell_ids(&mut self, signals: &mut Signals) {
        signals.extend(self.ids.take().map(ChatSignal::Remote));
    }

    /// What stands beside the text, once nothing more comes.
    fn settle(&mut self, state: StepState, complete: bool, signals: &mut Signals) {
        self.answer.end(complete, signals);
        say_steps(self.tools.finish(state), signals);
        say_steps(self.nodes.finish(state), signals);
        let items = self.nodes.sources();
        if !items.is_empty() {
            signals.push(ChatSignal::Event(RunEvent::Sources { items }));
        }
        let items = if self.plugin { self.nodes.outputs() } else { Vec::new() };
        if !items.is_empty() {
            signals.push(ChatSignal::Event(RunEvent::Outputs { items }));
        }
    }

    fn note_emptiness(&mut self, signals: &mut Signals) {
        if !self.answer.has_text() && !self.plugin {
            signals.push(ChatSignal::Event(RunEvent::Notice {
                code: "empty_answer".to_owned(),
                facts: BTreeMap::new(),
                message: "The platform finished without an answer.".to_owned(),
            }));
        }
    }

    fn fail(&mut self, error: HubError, signals: &mut Signals) {
        // A complete answer stays complete, whatever follows it.
        if self.over || self.is_complete() {
            return;
        }
        self.settle(StepState::Failed, false, signals);
        self.close(RunEvent::Failed { error }, signals);
    }

    fn close(&mut self, event: RunEvent, signals: &mut Signals) {
        if let Some(usage) = self.nodes.usage() {
            signals.push(ChatSignal::Event(RunEvent::Usage(usage)));
        }
        signals.push(ChatSignal::Event(event));
        self.over = true;
    }
}

fn say_steps(steps: impl IntoIterator<Item = Step>, signals: &mut Signals) {
    signals.extend(steps.into_iter().map(|step| ChatSignal::Event(RunEvent::Step(step))));
}

fn empty_answer() -> HubError {
    HubError::new(ErrorCode::BadAnswer, "The platform ended the answer before it began.").hint("empty_answer")
}
