//! Reads one answer. `[DONE]`, status 200 and a clean end prove nothing: a `finish_reason` makes an answer complete.

use std::collections::BTreeMap;

use hub_contract::run::{FinishReason, RemoteIds, StepState, Usage};
use hub_contract::{ErrorCode, HubError, RunEvent};

use super::sources::Sources;
use super::tools::ToolCalls;
use super::{content, errors, first_choice, platform_error, usage};
use crate::chat::ChatSignal;
use crate::dialect::{Progress, Reader};
use crate::error_body::{self, Said};
use crate::json::{self, Documents, Joiner, Value, member};
use crate::sse::{Frame, Item};
use crate::think::{Piece, ThinkTags};

/// The reader of chat completions, streamed or not.
#[derive(Debug, Default)]
pub(crate) struct AnswerReader {
    documents: Documents,
    text: Joiner,
    thoughts: Joiner,
    tags: ThinkTags,
    tools: ToolCalls,
    sources: Sources,
    usage: Option<Usage>,
    reason: Option<FinishReason>,
    /// Thoughts of a tag that is still open, in case that nothing else comes.
    open_thoughts: String,
    said_text: bool,
    said_anything: bool,
    told_id: bool,
    over: bool,
}

type Signals = Vec<ChatSignal>;

impl Reader for AnswerReader {
    fn item(&mut self, item: &Item, signals: &mut Signals) -> Progress {
        if !self.over {
            match item {
                Item::Comment(_) => {}
                Item::Frame(frame) => self.frame(frame, signals),
                Item::Stray { name, value } => self.stray(name, value, signals),
            }
        }
        match (self.over, self.reason) {
            (true, _) => Progress::Over,
            (false, Some(_)) => Progress::Complete,
            (false, None) => Progress::Going,
        }
    }

    fn document(&mut self, document: &Value, signals: &mut Signals) {
        if let Some(said) = error_body::in_document(document) {
            self.fail(errors::in_answer(&said), signals);
        } else if first_choice(document).is_some() {
            self.chunk(document, signals);
            self.end(None, signals);
        } else {
            let error = HubError::new(ErrorCode::BadAnswer, "The answer holds no choice.").hint("no_answer");
            self.fail(error, signals);
        }
    }

    fn end(&mut self, broken: Option<HubError>, signals: &mut Signals) {
        if self.over {
            return;
        }
        self.flush(signals);
        let event = match (self.reason, broken) {
            (Some(reason), _) => {
                self.say_open_thoughts(reason, signals);
                self.close_steps(StepState::Done, signals);
                RunEvent::Finished { reason }
            }
            (None, broken) => {
                self.close_steps(StepState::Failed, signals);
                match broken {
                    Some(error) if !self.said_anything => RunEvent::Failed { error },
                    None if !self.said_anything => RunEvent::Truncated { error: Some(empty_answer()) },
                    broken => RunEvent::Truncated { error: broken },
                }
            }
        };
        self.close(event, signals);
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
            return self.fail(errors::in_answer(&error_body::read(data.as_bytes())), signals);
        }
        match self.documents.parse(data) {
            Ok(document) => {
                self.document_of_stream(&document, signals);
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

    /// Lines outside the standard: `error: {…}` (llama.cpp, 2025), bare errors and bare chunks.
    fn stray(&mut self, name: &str, value: &str, signals: &mut Signals) {
        match name {
            "error" => {
                let said = match json::parse(value) {
                    Ok(error) => {
                        error_body::in_document(&serde_json::json!({ "error": error }).into()).unwrap_or_default()
                    }
                    Err(_) => Said { message: error_body::shown(value), ..Said::default() },
                };
                self.fail(errors::in_answer(&said), signals);
            }
            "" => {
                if let Ok(document) = json::parse(value) {
                    self.document_of_stream(&document, signals);
                }
            }
            _ => {}
        }
    }

    fn document_of_stream(&mut self, document: &Value, signals: &mut Signals) {
        match error_body::in_document(document) {
            // A complete answer stays complete, whatever follows it.
            Some(_) if self.reason.is_some() => {}
            Some(said) => self.fail(errors::in_answer(&said), signals),
            None => self.chunk(document, signals),
        }
    }

    fn chunk(&mut self, document: &Value, signals: &mut Signals) {
        if !self.told_id
            && let Some(id) = member(document, "id")
        {
            self.told_id = true;
            signals.push(ChatSignal::Remote(RemoteIds { message: Some(id.to_owned()), ..RemoteIds::default() }));
        }
        if let Some(usage) = usage::of(document) {
            self.usage = Some(usage);
        }
        if let Some(choice) = first_choice(document) {
            if let Some(delta) = choice.get("delta").or_else(|| choice.get("message")) {
                self.delta(delta, signals);
            }
            if let Some(reason) = member(choice, "finish_reason") {
                self.finish(reason, signals);
            }
        }
        if let Some(items) = self.sources.take(document) {
            signals.push(ChatSignal::Event(RunEvent::Sources { items }));
        }
    }

    fn delta(&mut self, delta: &Value, signals: &mut Signals) {
        let (mut text, thinking) = content(delta);
        let thoughts = reasoning(delta).unwrap_or(thinking);
        if !thoughts.is_empty() {
            self.tags.give_up();
            let thoughts = self.thoughts.push(&thoughts);
            self.say_thoughts(thoughts, signals);
        }
        // A refusal is an answer too.
        text.push_str(member(delta, "refusal").unwrap_or_default());
        if !text.is_empty() {
            let text = self.text.push(&text);
            let pieces = self.tags.push(&text);
            self.say(pieces, signals);
        }
        for step in self.tools.take(delta) {
            self.said_anything = true;
            signals.push(ChatSignal::Event(RunEvent::Step(step)));
        }
    }

    fn finish(&mut self, reason: &str, signals: &mut Signals) {
        if self.reason.is_some() {
            return;
        }
        match reason {
            "length" | "max_tokens" | "model_length" | "model_context_window_exceeded" => {
                self.reason = Some(FinishReason::Length);
            }
            "content_filter" | "sensitive" | "safety" | "SAFETY" => self.reason = Some(FinishReason::Filtered),
            "error" | "network_error" => {
                let mut error = platform_error("The platform broke the answer off.");
                error.detail.platform_code = Some(reason.to_owned());
                self.fail(error, signals);
            }
            "insufficient_system_resource" => {
                let mut error = HubError::new(ErrorCode::Overloaded, "The platform had no resources to go on.");
                error.detail.platform_code = Some(reason.to_owned());
                self.fail(error, signals);
            }
            // `stop`, `tool_calls`, `eos` and every word not known: the platform itself says that it is done.
            _ => self.reason = Some(FinishReason::Stop),
        }
    }

    fn say(&mut self, pieces: Vec<Piece>, signals: &mut Signals) {
        for piece in pieces {
            match piece {
                Piece::Text(delta) => {
                    self.said_text = true;
                    self.said_anything = true;
                    signals.push(ChatSignal::Event(RunEvent::Text { delta, part: None }));
                }
                Piece::Thought(delta) => {
                    self.open_thoughts.push_str(&delta);
                    self.say_thoughts(delta, signals);
                }
                Piece::WasThought(thoughts) => {
                    if self.said_text {
                        signals.push(ChatSignal::Event(RunEvent::Replace { text: String::new(), part: None }));
                        self.said_text = false;
                    }
                    self.say_thoughts(thoughts, signals);
                }
            }
        }
        if !self.tags.is_thinking() {
            self.open_thoughts = String::new();
        }
    }

    fn say_thoughts(&mut self, delta: String, signals: &mut Signals) {
        if !delta.is_empty() {
            self.said_anything = true;
            signals.push(ChatSignal::Event(RunEvent::Reasoning { delta, part: None }));
        }
    }

    /// What was held back because it could have gone on.
    fn flush(&mut self, signals: &mut Signals) {
        let thoughts = self.thoughts.finish();
        self.say_thoughts(thoughts, signals);
        let text = self.text.finish();
        let mut pieces = self.tags.push(&text);
        pieces.extend(self.tags.finish());
        self.say(pieces, signals);
    }

    /// A model that never closed its tag has put its answer among the thoughts: they are shown as the answer too.
    fn say_open_thoughts(&mut self, reason: FinishReason, signals: &mut Signals) {
        let thoughts = std::mem::take(&mut self.open_thoughts);
        if reason != FinishReason::Stop || self.said_text {
            return;
        }
        if !thoughts.is_empty() {
            signals.push(ChatSignal::Event(RunEvent::Text { delta: thoughts, part: None }));
        } else if self.tools.is_empty() {
            signals.push(ChatSignal::Event(RunEvent::Notice {
                code: "empty_answer".to_owned(),
                facts: BTreeMap::new(),
                message: "The platform finished without an answer.".to_owned(),
            }));
        }
    }

    fn close_steps(&mut self, state: StepState, signals: &mut Signals) {
        signals.extend(self.tools.finish(state).into_iter().map(|step| ChatSignal::Event(RunEvent::Step(step))));
    }

    fn fail(&mut self, error: HubError, signals: &mut Signals) {
        if self.over {
            return;
        }
        self.flush(signals);
        self.close_steps(StepState::Failed, signals);
        self.close(RunEvent::Failed { error }, signals);
    }

    fn close(&mut self, event: RunEvent, signals: &mut Signals) {
        if let Some(usage) = self.usage.take() {
            signals.push(ChatSignal::Event(RunEvent::Usage(usage)));
        }
        signals.push(ChatSignal::Event(event));
        self.over = true;
    }
}

/// Reasoning in the vendors' spellings; the same words in several of them count once.
fn reasoning(delta: &Value) -> Option<String> {
    ["reasoning_content", "reasoning"].iter().find_map(|name| member(delta, name)).map(str::to_owned).or_else(|| {
        let details = delta.get("reasoning_details")?.as_array()?;
        let words: String =
            details.iter().filter_map(|detail| member(detail, "text").or_else(|| member(detail, "summary"))).collect();
        (!words.is_empty()).then_some(words)
    })
}

fn empty_answer() -> HubError {
    HubError::new(ErrorCode::BadAnswer, "The platform ended the answer before it began.").hint("empty_answer")
}
