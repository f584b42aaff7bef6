//! The part of an answer that tells of a workflow: its nodes, its forms and how it ended.

use std::collections::BTreeMap;

use hub_contract::run::{NeedInput, Output, Usage};
use hub_contract::{HubError, RunEvent};

use super::ending::stopped_there;
use super::{AnswerReader, Expecting, Signals, say_files};
use crate::chat::ChatSignal;
use crate::dify::{errors, form, metadata};
use crate::json::{self, Object, Value, member};

/// A form that nobody filled in yet.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) node: Option<String>,
    pub(super) form: NeedInput,
}

/// How a workflow said that it ended.
#[derive(Debug)]
pub(super) enum Finish {
    Succeeded,
    /// An `error` event with a code of its own may follow.
    Failed(HubError),
    /// Somebody stopped it there.
    Stopped,
}

impl AnswerReader {
    pub(super) fn workflow_started(&mut self, event: &Value, data: &Value) {
        self.in_workflow = true;
        if self.run.is_none() {
            self.run = member(event, "workflow_run_id").or_else(|| member(data, "id")).map(str::to_owned);
        }
    }

    pub(super) fn node(&mut self, name: &str, data: &Value, signals: &mut Signals) {
        self.steps.node(name, data, signals);
        if name == "node_finished"
            && member(data, "node_type") == Some("knowledge-retrieval")
            && let Some(items) = self.sources.take(data.pointer("/outputs/result"))
        {
            signals.push(ChatSignal::Event(RunEvent::Sources { items }));
        }
    }

    pub(super) fn human_input(&mut self, event: &Value, data: &Value) {
        let run = member(event, "workflow_run_id").or_else(|| member(data, "workflow_run_id")).or(self.run.as_deref());
        if let Some(form) = form::read(data, run)
            && form::token(&form) != self.answered
            && !self.forms.iter().any(|known| known.form.id == form.id)
        {
            self.forms.push(Pending { node: member(data, "node_id").map(str::to_owned), form });
        }
    }

    /// Filled in by somebody else, or too late.
    pub(super) fn form_closed(&mut self, data: &Value) {
        let node = member(data, "node_id");
        self.forms.retain(|pending| pending.node.as_deref() != node);
    }

    pub(super) fn paused(&mut self, signals: &mut Signals) {
        if !self.forms.is_empty() {
            self.wait(signals);
        } else if self.answered.is_none() {
            // It waits for something that cannot be given from here.
            self.break_off(Some(stopped_there()), signals);
        }
    }

    pub(super) fn workflow_finished(&mut self, data: &Value, signals: &mut Signals) {
        if self.usage.is_none() {
            let total = data.get("total_tokens").and_then(json::lenient_u64).filter(|total| *total > 0);
            self.usage = total.map(|total| Usage { total: Some(total), ..Usage::default() });
        }
        let outputs = data.get("outputs").and_then(Value::as_object);
        match member(data, "status") {
            Some("failed") => {
                self.finish = Some(Finish::Failed(errors::of_run(member(data, "error"))));
                return;
            }
            Some("stopped") => {
                self.finish = Some(Finish::Stopped);
                return;
            }
            Some("partial-succeeded") => signals.push(ChatSignal::Event(partly_succeeded(data))),
            _ => {}
        }
        match (self.expecting, outputs) {
            (Expecting::Outputs, Some(outputs)) => self.say_outputs(outputs, signals),
            (Expecting::Text, Some(outputs)) => {
                // Whoever attached to a run late gets from its end what was said before.
                if let Some(answer) = outputs.get("answer").and_then(Value::as_str)
                    && self.answer.received().is_empty()
                {
                    self.answer.text(answer, signals);
                }
                outputs.values().filter(|value| metadata::is_file(value)).for_each(|value| {
                    let files = self.files.take_all(value);
                    say_files(files, signals);
                });
            }
            (_, None) => {}
        }
        let files = data.get("files").map(|files| self.files.take_all(files)).unwrap_or_default();
        say_files(files, signals);
        self.finish = Some(Finish::Succeeded);
    }

    pub(super) fn say_outputs(&mut self, outputs: &Object, signals: &mut Signals) {
        let mut items = Vec::new();
        for (name, value) in outputs {
            if metadata::is_file(value) {
                let files = self.files.take_all(value);
                say_files(files, signals);
            }
            items.push(Output { name: name.clone(), label: None, kind: Some(kind(value)), value: value.into() });
        }
        if !items.is_empty() {
            self.outputs = true;
            signals.push(ChatSignal::Event(RunEvent::Outputs { items }));
        }
    }
}

/// The type of an output; Dify does not write it.
fn kind(value: &Value) -> String {
    let kind = match value {
        value if metadata::is_file(value) => "file",
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Null => "null",
    };
    kind.to_owned()
}

fn partly_succeeded(data: &Value) -> RunEvent {
    let failures = data.get("exceptions_count").and_then(json::lenient_u64).unwrap_or(1);
    RunEvent::Notice {
        code: "partly_succeeded".to_owned(),
        facts: BTreeMap::from([("count".to_owned(), failures.to_string())]),
        message: format!("The run finished, but {failures} of its steps failed."),
    }
}
