//! Reads a run (`wire/cloud-llm.md` 1.5). `answer` is a delta and repeats what stands in the events: one of the two is
//! taken. Only `is_completion` makes an answer complete.

use hub_contract::run::{FinishReason, InputField, NeedInput, RemoteFile, RemoteIds, Source, StepState, Usage};
use hub_contract::{ErrorCode, HubError, RunEvent};

use super::step::Steps;
use super::{errors, request};
use crate::chat::ChatSignal;
use crate::dialect::{Progress, Reader};
use crate::error_body::{self, Said, Shape};
use crate::json::{self, Documents, Value, lenient_u64, member};
use crate::report::{self, Report};
use crate::sse::{Frame, Item};

/// The reader of a run, streamed or not.
#[derive(Debug, Default)]
pub(super) struct RunReader {
    documents: Documents,
    report: Report,
    steps: Steps,
    sources: Vec<Source>,
    need: Option<NeedInput>,
    /// A component failed and nothing was said since: the run may still recover.
    failure: Option<HubError>,
    message: String,
}

type Signals = Vec<ChatSignal>;

impl Reader for RunReader {
    fn item(&mut self, item: &Item, signals: &mut Signals) -> Progress {
        if !self.report.is_over() {
            match item {
                Item::Frame(frame) => self.frame(frame, signals),
                Item::Stray { name, value } if name.is_empty() => {
                    if let Ok(document) = json::parse(value) {
                        self.document_of_stream(&document, signals);
                    }
                }
                Item::Stray { .. } | Item::Comment(_) => {}
            }
        }
        self.report.progress()
    }

    fn document(&mut self, document: &Value, signals: &mut Signals) {
        let is_answer = document.get("answer").is_some() || document.get("content").is_some();
        match error_body::in_document(document) {
            Some(said) => self.fail(errors::of(200, &said), signals),
            None if !is_answer => self.fail(report::empty_answer(), signals),
            None => {
                self.take(document, signals);
                self.complete(signals);
            }
        }
    }

    fn end(&mut self, broken: Option<HubError>, signals: &mut Signals) {
        if self.report.is_over() {
            return;
        }
        match self.failure.take() {
            Some(failure) if broken.is_none() => self.fail(failure, signals),
            // An interrupt ends a run, with or without a word.
            _ if self.need.is_some() => self.complete(signals),
            _ => {
                self.close_steps(StepState::Failed, signals);
                self.report.end(broken, signals);
            }
        }
    }
}

impl RunReader {
    fn frame(&mut self, frame: &Frame, signals: &mut Signals) {
        let data = frame.data.trim();
        match self.documents.parse(data) {
            Ok(document) => {
                self.document_of_stream(&document, signals);
                self.documents.give_back(document);
            }
            // The stream broke off inside; its end says so.
            Err(_) if frame.cut || !data.starts_with(['{', '[']) => {}
            Err(_) => {
                let mut error =
                    HubError::new(ErrorCode::BadAnswer, "A part of the answer is no JSON.").hint("bad_json");
                error.detail.text = error_body::shown(data);
                self.fail(error, signals);
            }
        }
    }

    fn document_of_stream(&mut self, document: &Value, signals: &mut Signals) {
        if let Some(said) = error_body::in_document(document) {
            return self.fail(errors::of(200, &said), signals);
        }
        self.take(document, signals);
        if document.get("is_completion").and_then(Value::as_bool) == Some(true) || is_completed(document) {
            self.complete(signals);
        }
    }

    fn take(&mut self, document: &Value, signals: &mut Signals) {
        let id = |name| member(document, name).map(str::to_owned);
        let ids = RemoteIds { conversation: id("conversation_id"), message: id("message_id"), task: None };
        if let Some(message) = &ids.message {
            self.message.clone_from(message);
        }
        self.report.remote(ids, signals);
        let answer = member(document, "answer").unwrap_or_default();
        self.say(answer, signals);
        for item in content(document) {
            self.item_of(item, answer, signals);
        }
    }

    fn say(&mut self, text: &str, signals: &mut Signals) {
        if !text.is_empty() {
            // It went on after the failure of a component, which its step tells.
            self.failure = None;
            self.report.text(text, None, signals);
        }
    }

    fn item_of(&mut self, item: &Value, answer: &str, signals: &mut Signals) {
        self.report.usage(usage(item));
        if let Some(step) = self.steps.take(item) {
            self.report.event(RunEvent::Step(step), signals);
        }
        let outputs = item.get("outputs").unwrap_or(&Value::Null);
        match member(item, "content_type").unwrap_or_default() {
            "text" if answer.is_empty() && is_running(item) => {
                self.say(member(outputs, "text").unwrap_or_default(), signals);
            }
            "rag" => {
                if answer.is_empty() && is_running(item) {
                    self.say(member(outputs, "text").unwrap_or_default(), signals);
                }
                self.cite(outputs, signals);
            }
            "publish_message" => {
                let message = member(outputs, "message").unwrap_or_default();
                if message != answer {
                    self.say(message, signals);
                }
            }
            "chat_reasoning" => {
                self.report.reasoning(member(outputs, "text").unwrap_or_default(), None, signals);
            }
            "json" => self.suggest(outputs, signals),
            "chatflow_interrupt" => self.interrupted(outputs),
            _ => {}
        }
        for file in files(outputs) {
            self.report.event(RunEvent::File(file), signals);
        }
        self.wait_for_tools(item);
        if is_failure(item) {
            self.failure = Some(failure(item));
        }
    }

    fn cite(&mut self, outputs: &Value, signals: &mut Signals) {
        let before = self.sources.len();
        for reference in outputs.get("references").and_then(Value::as_array).into_iter().flatten() {
            let Some(source) = source(reference) else { continue };
            if !self.sources.contains(&source) {
                self.sources.push(source);
            }
        }
        if self.sources.len() > before {
            self.report.event(RunEvent::Sources { items: self.sources.clone() }, signals);
        }
    }

    fn suggest(&mut self, outputs: &Value, signals: &mut Signals) {
        let listed = outputs.pointer("/json/follow_up_querys").and_then(Value::as_array).into_iter().flatten();
        let questions: Vec<String> = listed.filter_map(Value::as_str).map(str::to_owned).collect();
        if !questions.is_empty() {
            self.report.event(RunEvent::Suggestions { questions }, signals);
        }
    }

    /// A chat flow asks; its question came as text.
    fn interrupted(&mut self, outputs: &Value) {
        let kind = member(outputs, "interrupt_event_type").unwrap_or("chat");
        let event = member(outputs, "interrupt_event_id").unwrap_or_default();
        let prompt = self.report.text_of(None).to_owned();
        self.need = Some(NeedInput {
            id: request::resume_id(kind, event),
            kind: "text".to_owned(),
            fields: vec![field("answer", &prompt, "text")],
            prompt,
        });
    }

    fn wait_for_tools(&mut self, item: &Value) {
        if member(item, "event_status") != Some("interrupt") {
            return;
        }
        let calls = item.get("tool_calls").and_then(Value::as_array).into_iter().flatten();
        let fields: Vec<InputField> = calls.filter_map(tool_call).collect();
        if let Some(first) = fields.first() {
            let thought = item.pointer("/outputs/text/function_call").and_then(|call| member(call, "thought"));
            let prompt = thought.unwrap_or(&first.label).to_owned();
            let id = request::tools_id(&self.message);
            self.need = Some(NeedInput { id, kind: "form".to_owned(), prompt, fields });
        }
    }

    fn complete(&mut self, signals: &mut Signals) {
        if let Some(failure) = self.failure.take() {
            return self.fail(failure, signals);
        }
        self.close_steps(StepState::Done, signals);
        match self.need.take() {
            Some(need) => {
                self.report.event(RunEvent::NeedInput(need), signals);
                self.report.finish(FinishReason::NeedsInput, signals);
            }
            None => self.report.finish(FinishReason::Stop, signals),
        }
    }

    fn close_steps(&mut self, state: StepState, signals: &mut Signals) {
        for step in self.steps.finish(state) {
            self.report.event(RunEvent::Step(step), signals);
        }
    }

    fn fail(&mut self, error: HubError, signals: &mut Signals) {
        self.close_steps(StepState::Failed, signals);
        self.report.fail(error, signals);
    }
}

/// True for an event that tells of a component's failure.
pub(super) fn is_failure(item: &Value) -> bool {
    let code = item.get("event_code").and_then(json::text_of);
    member(item, "event_status") == Some("error") || code.is_some_and(|code| code != "0")
}

fn content(document: &Value) -> impl Iterator<Item = &Value> {
    document.get("content").and_then(Value::as_array).into_iter().flatten()
}

/// How older apps say that they are done.
fn is_completed(document: &Value) -> bool {
    content(document).any(|item| {
        member(item, "event_status") == Some("FINISHED") && member(item, "event_type") == Some("ResponseCompletedEvent")
    })
}

fn is_running(item: &Value) -> bool {
    member(item, "event_status") == Some("running")
}

fn failure(item: &Value) -> HubError {
    let said = Said {
        message: member(item, "event_message").and_then(error_body::shown),
        code: item.get("event_code").and_then(json::text_of),
        shape: Shape::Code,
        ..Said::default()
    };
    errors::of(200, &said)
}

fn usage(item: &Value) -> Option<Usage> {
    let usage = item.get("usage")?;
    let count = |name| usage.get(name).and_then(lenient_u64);
    let usage = Usage {
        input: count("prompt_tokens"),
        output: count("completion_tokens"),
        total: count("total_tokens"),
        ..Usage::default()
    };
    (usage != Usage::default()).then_some(usage)
}

fn source(reference: &Value) -> Option<Source> {
    let url = member(reference, "url");
    let title = member(reference, "content").or_else(|| member(reference, "document_name")).or(url)?;
    Some(Source { title: title.to_owned(), url: url.map(str::to_owned), quote: None, score: None })
}

/// Files wherever a component puts them: alone, in lists, as addresses or as objects with one.
fn files(outputs: &Value) -> Vec<RemoteFile> {
    let mut found = Vec::new();
    for (name, mime) in
        [("image", Some("image")), ("audio", Some("audio")), ("video", Some("video")), ("files", None), ("urls", None)]
    {
        match outputs.get(name) {
            Some(Value::Array(entries)) => found.extend(entries.iter().filter_map(|entry| file(entry, mime))),
            Some(entry) => found.extend(file(entry, mime)),
            None => {}
        }
    }
    found
}

fn file(entry: &Value, mime: Option<&str>) -> Option<RemoteFile> {
    let url = entry.as_str().or_else(|| member(entry, "url")).filter(|url| url.contains("://"))?;
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().filter(|last| !last.is_empty());
    let name = member(entry, "filename").or_else(|| member(entry, "name")).or(last).unwrap_or(url);
    Some(RemoteFile { name: name.to_owned(), url: url.to_owned(), mime: mime.map(|kind| format!("{kind}/*")) })
}

fn tool_call(call: &Value) -> Option<InputField> {
    let id = member(call, "id")?;
    let function = call.get("function").unwrap_or(&Value::Null);
    let name = member(function, "name").unwrap_or(id);
    // An object here, where others have a text.
    let label = match function.get("arguments") {
        Some(arguments) if !arguments.is_null() => format!("{name} {arguments}"),
        _ => name.to_owned(),
    };
    Some(field(id, &label, "paragraph"))
}

fn field(name: &str, label: &str, kind: &str) -> InputField {
    InputField {
        name: name.to_owned(),
        label: label.to_owned(),
        kind: kind.to_owned(),
        required: true,
        options: Vec::new(),
        default: None,
        max_chars: None,
    }
}
