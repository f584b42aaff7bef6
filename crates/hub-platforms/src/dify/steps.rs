//! The way of a run: nodes, rounds of iterations, and what agents inside nodes do.

use hub_contract::RunEvent;
use hub_contract::run::{Step, StepKind, StepState};

use crate::chat::ChatSignal;
use crate::error_body;
use crate::json::{Value, member, text_of};

/// More steps are not kept; a loop may have thousands.
const MOST_STEPS: usize = 4096;

/// The steps of one run, in the order they began.
#[derive(Debug, Default)]
pub(super) struct Steps {
    known: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    /// The node that it is a run of, which iterations call their rounds after.
    node: Option<String>,
    step: Step,
}

impl Steps {
    /// True when there was none.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// `node_started`, `node_retry`, `node_finished`, and the same of iterations and loops. What goes into a node and
    /// comes out of it stays on the platform: it may be large, and was not written for the reader.
    pub(super) fn node(&mut self, event: &str, data: &Value, signals: &mut Vec<ChatSignal>) {
        let node = member(data, "node_id");
        let Some(id) = member(data, "id").or(node) else {
            return;
        };
        // An iteration is told as a node and as an iteration: one step.
        let is_same = |known: &&Known| known.step.id == id || (is_container(event) && known.node.as_deref() == node);
        let id = self.known.iter().find(is_same).map_or(id, |known| &known.step.id).to_owned();
        let ended = event.ends_with("finished") || event.ends_with("completed");
        let state = match (ended, member(data, "status")) {
            (false, _) => StepState::Running,
            (true, Some("failed" | "exception" | "stopped")) => StepState::Failed,
            (true, _) => StepState::Done,
        };
        let container = member(data, "iteration_id").or_else(|| member(data, "loop_id"));
        let parent = container.and_then(|container| {
            let parent = self.known.iter().rev().find(|known| known.node.as_deref() == Some(container))?;
            Some(parent.step.id.clone()).filter(|parent| *parent != id)
        });
        let step = Step {
            id,
            parent,
            title: member(data, "title").or(node).unwrap_or_default().to_owned(),
            kind: kind(member(data, "node_type").unwrap_or_default()),
            state,
            input: None,
            output: member(data, "error").filter(|_| state == StepState::Failed).and_then(error_body::shown),
            ms: milliseconds(data.get("elapsed_time")),
        };
        self.tell(step, node, signals);
    }

    /// `agent_log`: what an agent inside a node does.
    pub(super) fn agent_log(&mut self, data: &Value, signals: &mut Vec<ChatSignal>) {
        let Some(id) = member(data, "id").or_else(|| member(data, "message_id")) else {
            return;
        };
        let state = match member(data, "status").unwrap_or_default() {
            "success" | "succeeded" => StepState::Done,
            "error" | "failed" => StepState::Failed,
            _ => StepState::Running,
        };
        let said = member(data, "error").and_then(error_body::shown).or_else(|| {
            let output = data.pointer("/data/output").or_else(|| data.pointer("/data/observation"))?;
            text_of(output).or_else(|| (!output.is_null()).then(|| output.to_string()))
        });
        let step = Step {
            id: id.to_owned(),
            parent: member(data, "parent_id").or_else(|| member(data, "node_execution_id")).map(str::to_owned),
            title: member(data, "label").unwrap_or_default().to_owned(),
            kind: StepKind::Tool,
            state,
            input: None,
            output: said.filter(|_| state != StepState::Running),
            ms: milliseconds(data.pointer("/metadata/elapsed_time")),
        };
        self.tell(step, None, signals);
    }

    /// A step as it is now. What was known of it and is not told again stays.
    pub(super) fn tell(&mut self, mut step: Step, node: Option<&str>, signals: &mut Vec<ChatSignal>) {
        let count = self.known.len();
        match self.known.iter_mut().find(|known| known.step.id == step.id) {
            Some(known) => {
                let before = &known.step;
                if step.title.is_empty() {
                    step.title.clone_from(&before.title);
                }
                step.parent = step.parent.or_else(|| before.parent.clone());
                step.ms = step.ms.or(before.ms);
                if *before == step {
                    return;
                }
                known.step = step.clone();
            }
            None if count < MOST_STEPS => {
                self.known.push(Known { node: node.map(str::to_owned), step: step.clone() });
            }
            None => return,
        }
        signals.push(ChatSignal::Event(RunEvent::Step(step)));
    }

    /// The end of the run: nothing goes on.
    pub(super) fn finish(&mut self, state: StepState, signals: &mut Vec<ChatSignal>) {
        for known in &mut self.known {
            if known.step.state == StepState::Running {
                known.step.state = state;
                signals.push(ChatSignal::Event(RunEvent::Step(known.step.clone())));
            }
        }
    }
}

fn is_container(event: &str) -> bool {
    event.starts_with("iteration_") || event.starts_with("loop_")
}

fn kind(node_type: &str) -> StepKind {
    match node_type {
        "knowledge-retrieval" => StepKind::Retrieval,
        "tool" => StepKind::Tool,
        _ => StepKind::Node,
    }
}

fn milliseconds(seconds: Option<&Value>) -> Option<u64> {
    let seconds = seconds?.as_f64().filter(|seconds| (0.0..1e9).contains(seconds))?;
    Some((seconds * 1000.0).round() as u64)
}
