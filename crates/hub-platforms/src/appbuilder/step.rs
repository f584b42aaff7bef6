//! Components at work, as steps. The same component is the same step, told again only when its state changes.

use hub_contract::run::{Step, StepKind, StepState};

use crate::json::{Value, member};

/// The steps told so far.
#[derive(Debug, Default)]
pub(super) struct Steps {
    known: Vec<Step>,
}

impl Steps {
    /// Takes an event in; the step if there is news.
    pub(super) fn take(&mut self, item: &Value) -> Option<Step> {
        let step = read(item)?;
        match self.known.iter_mut().find(|known| known.id == step.id) {
            Some(known) if known.state == step.state && step.input.is_none() && step.output.is_none() => None,
            Some(known) => {
                // Its name came with the call, its state comes with the work.
                *known = Step { title: known.title.clone(), ..step };
                Some(known.clone())
            }
            None => {
                self.known.push(step.clone());
                Some(step)
            }
        }
    }

    /// Ends what still runs.
    pub(super) fn finish(&mut self, state: StepState) -> Vec<Step> {
        let open = self.known.iter_mut().filter(|step| step.state == StepState::Running);
        open.map(|step| {
            step.state = state;
            Step { input: None, output: None, ..step.clone() }
        })
        .collect()
    }
}

fn read(item: &Value) -> Option<Step> {
    let kind = member(item, "event_type").unwrap_or_default();
    let outputs = item.get("outputs").unwrap_or(&Value::Null);
    let state = state(item);
    if member(item, "content_type") == Some("function_call") {
        // The call was made; its component works from now on and says itself how that ends.
        let call = outputs.get("text").unwrap_or(&Value::Null);
        let id = member(call, "component_code").or_else(|| member(call, "component_name"))?;
        let arguments = call.get("arguments").filter(|arguments| !arguments.is_null());
        let state = if state == StepState::Failed { state } else { StepState::Running };
        let title = member(call, "component_name").unwrap_or(id);
        return Some(Step { input: arguments.map(ToString::to_string), ..step(id, title, state) });
    }
    match (kind, member(item, "content_type").unwrap_or_default()) {
        ("" | "FollowUpQuery" | "Interrupt" | "ResponseCompletedEvent", _) => None,
        (_, "chatflow_interrupt" | "contexts") => None,
        (_, "code") => {
            let text = |name| member(outputs, name).map(str::to_owned);
            Some(Step { input: text("code"), output: text("text"), ..step(kind, kind, state) })
        }
        _ => {
            let failure = member(item, "event_message").filter(|_| state == StepState::Failed);
            Some(Step { output: failure.map(str::to_owned), ..step(kind, kind, state) })
        }
    }
}

fn state(item: &Value) -> StepState {
    if super::reader::is_failure(item) {
        return StepState::Failed;
    }
    match member(item, "event_status").unwrap_or_default() {
        "done" | "success" | "FINISHED" => StepState::Done,
        _ => StepState::Running,
    }
}

fn step(id: &str, title: &str, state: StepState) -> Step {
    let kind = match id {
        "RAGAgent" => StepKind::Retrieval,
        "chatflow" => StepKind::Node,
        _ => StepKind::Tool,
    };
    Step { id: id.to_owned(), parent: None, title: title.to_owned(), kind, state, input: None, output: None, ms: None }
}
