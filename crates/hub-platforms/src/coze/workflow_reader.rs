//! Reads the events of a workflow (`wire/agents.md` 4.9). A node that ends with one JSON object gives results, every
//! other one gives text; `Done` makes the run complete.

use std::collections::BTreeMap;

use hub_contract::run::{FinishReason, InputField, NeedInput, Output, Step, StepKind, StepState};
use hub_contract::{HubError, RunEvent};

use super::app;
use super::chat_reader::damaged;
use super::{errors, usage};
use crate::chat::ChatSignal;
use crate::dialect::{Progress, Reader};
use crate::error_body;
use crate::json::{self, Documents, Value, lenient_u64, member};
use crate::report::{self, Report};
use crate::sse::{Frame, Item};

/// The reader of a workflow's run.
#[derive(Debug, Default)]
pub(super) struct WorkflowReader {
    documents: Documents,
    report: Report,
    node: Option<Step>,
    outputs: Vec<Output>,
    /// Number of the next event, where the server numbers them.
    next_id: Option<u64>,
    missed: bool,
}

type Signals = Vec<ChatSignal>;

impl Reader for WorkflowReader {
    fn item(&mut self, item: &Item, signals: &mut Signals) -> Progress {
        if !self.report.is_over() {
            match item {
                Item::Frame(frame) => self.frame(frame, signals),
                Item::Stray { name, value } if name.is_empty() => {
                    if let Ok(document) = json::parse(value)
                        && errors::has_code(&document)
                    {
                        self.fail(errors::in_event(&document), signals);
                    }
                }
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
        self.close_node(StepState::Failed, signals);
        self.report.end(broken, signals);
    }
}

impl WorkflowReader {
    fn frame(&mut self, frame: &Frame, signals: &mut Signals) {
        self.count(&frame.id);
        let data = frame.data.trim();
        let document = match self.documents.parse(data) {
            Ok(document) => document,
            Err(_) if frame.cut || !data.starts_with(['{', '[']) => Value::Null,
            Err(_) => return self.fail(damaged(data), signals),
        };
        match frame.name.trim() {
            // Half an event is none.
            _ if frame.cut && document.is_null() => {}
            "Message" => self.message(&document, signals),
            "Interrupt" => self.interrupt(&document, signals),
            "Error" | "error" => self.fail(errors::in_event(&document), signals),
            "Done" => self.done(signals),
            "" if errors::has_code(&document) => self.fail(errors::in_event(&document), signals),
            _ => {}
        }
        self.documents.give_back(document);
    }

    /// Numbers count from 0, keep-alives included; a hole means that something was lost on the way.
    fn count(&mut self, id: &str) {
        let Ok(id) = id.trim().parse::<u64>() else { return };
        self.missed |= self.next_id.unwrap_or(0) != id;
        self.next_id = Some(id + 1);
    }

    fn message(&mut self, message: &Value, signals: &mut Signals) {
        self.report.usage(usage(message));
        self.enter_node(message, signals);
        let content = message.get("content").and_then(Value::as_str).unwrap_or_default();
        let finished = message.get("node_is_finish").and_then(Value::as_bool) == Some(true);
        let first = message.get("node_seq_id").and_then(lenient_u64).is_none_or(|number| number == 0);
        match results(content).filter(|_| finished && first) {
            Some(results) => {
                for output in results {
                    self.outputs.retain(|known| known.name != output.name);
                    self.outputs.push(output);
                }
                self.report.event(RunEvent::Outputs { items: self.outputs.clone() }, signals);
            }
            None => self.report.text(content, part(message), signals),
        }
        if finished {
            self.close_node(StepState::Done, signals);
        }
    }

    fn enter_node(&mut self, message: &Value, signals: &mut Signals) {
        let Some(id) = node_id(message) else { return };
        if self.node.as_ref().is_some_and(|node| node.id == id) {
            return;
        }
        self.close_node(StepState::Done, signals);
        let node = Step {
            id: id.to_owned(),
            parent: None,
            title: member(message, "node_title").unwrap_or(id).to_owned(),
            kind: StepKind::Node,
            state: StepState::Running,
            input: None,
            output: None,
            ms: None,
        };
        self.report.event(RunEvent::Step(node.clone()), signals);
        self.node = Some(node);
    }

    fn interrupt(&mut self, document: &Value, signals: &mut Signals) {
        let data = document.get("interrupt_data").unwrap_or(document);
        let event = member(data, "event_id").unwrap_or_default();
        let kind = data.get("type").and_then(json::text_of).unwrap_or_default();
        let title = member(document, "node_title").unwrap_or_default();
        let declared = data.get("required_parameters").map(app::fields).unwrap_or_default();
        // The question itself came as the node's text.
        let asked = [member(data, "data").unwrap_or_default(), self.report.text_of(part(document)), title];
        let prompt = asked.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned();
        let need = NeedInput {
            id: format!("{kind}:{event}"),
            kind: if declared.is_empty() { "text" } else { "form" }.to_owned(),
            fields: if declared.is_empty() { vec![answer(&prompt)] } else { declared },
            prompt,
        };
        self.close_node(StepState::Done, signals);
        self.report.event(RunEvent::NeedInput(need), signals);
        self.report.finish(FinishReason::NeedsInput, signals);
    }

    fn done(&mut self, signals: &mut Signals) {
        self.close_node(StepState::Done, signals);
        if self.missed {
            let message = "Some events of this run were lost on the way.".to_owned();
            let notice = RunEvent::Notice { code: "events_lost".to_owned(), facts: BTreeMap::new(), message };
            self.report.event(notice, signals);
        }
        self.report.finish(FinishReason::Stop, signals);
    }

    fn close_node(&mut self, state: StepState, signals: &mut Signals) {
        if let Some(node) = self.node.take() {
            self.report.event(RunEvent::Step(Step { state, ..node }), signals);
        }
    }

    fn fail(&mut self, error: HubError, signals: &mut Signals) {
        self.close_node(StepState::Failed, signals);
        self.report.fail(error, signals);
    }
}

/// Older servers name a node by its title only; a node in a loop has an id for each time.
fn node_id(message: &Value) -> Option<&str> {
    ["node_execute_uuid", "node_id", "node_title"].iter().find_map(|name| member(message, name))
}

/// Several nodes may answer; their titles tell them apart in every event.
fn part(message: &Value) -> Option<&str> {
    member(message, "node_title")
}

fn results(content: &str) -> Option<Vec<Output>> {
    if !content.trim_start().starts_with('{') {
        return None;
    }
    let Ok(Value::Object(results)) = json::parse(content) else { return None };
    let outputs = results.into_iter().map(|(name, value)| Output {
        name: name.clone(),
        label: None,
        kind: None,
        value: value.into(),
    });
    Some(outputs.collect())
}

fn answer(prompt: &str) -> InputField {
    InputField {
        name: "answer".to_owned(),
        label: prompt.to_owned(),
        kind: "text".to_owned(),
        required: true,
        options: Vec::new(),
        default: None,
        max_chars: None,
    }
}
