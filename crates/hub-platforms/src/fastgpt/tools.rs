//! `toolCall`, `toolParams`, `toolResponse`: a tool whose input comes in pieces.

use hub_contract::run::{Step, StepKind, StepState};

use crate::json::{Value, member};

/// More tools in one answer are not kept.
const MOST_TOOLS: usize = 1024;

/// The tools of one answer, in the order they were called.
#[derive(Debug, Default)]
pub(super) struct Tools {
    called: Vec<Step>,
}

impl Tools {
    /// True when none was called.
    pub(super) fn is_empty(&self) -> bool {
        self.called.is_empty()
    }

    /// Takes an event; the step where it has something new for the reader.
    pub(super) fn take(&mut self, event: &str, document: &Value) -> Option<Step> {
        let tool = document.get("tool")?;
        let id = member(tool, "id")?;
        let step = self.step(id)?;
        if let Some(name) = member(tool, "toolName").or_else(|| member(tool, "functionName")) {
            name.clone_into(&mut step.title);
        }
        if let Some(more) = member(tool, "params") {
            step.input.get_or_insert_default().push_str(more);
        }
        match event {
            "toolParams" => None,
            "toolResponse" => {
                step.output = member(tool, "response").map(str::to_owned);
                step.state = StepState::Done;
                Some(step.clone())
            }
            _ => Some(step.clone()),
        }
    }

    /// The end of the answer: the tools that never answered.
    pub(super) fn finish(&mut self, state: StepState) -> Vec<Step> {
        let open = std::mem::take(&mut self.called).into_iter().filter(|step| step.state == StepState::Running);
        open.map(|step| Step { state, ..step }).collect()
    }

    fn step(&mut self, id: &str) -> Option<&mut Step> {
        let known = self.called.iter().position(|step| step.id == id);
        let place = match known {
            Some(place) => place,
            None if self.called.len() < MOST_TOOLS => {
                self.called.push(Step {
                    id: id.to_owned(),
                    parent: None,
                    title: id.to_owned(),
                    kind: StepKind::Tool,
                    state: StepState::Running,
                    input: None,
                    output: None,
                    ms: None,
                });
                self.called.len() - 1
            }
            None => return None,
        };
        self.called.get_mut(place)
    }
}
