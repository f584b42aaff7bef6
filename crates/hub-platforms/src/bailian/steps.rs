//! Steps as they were told, so that each is told again only when it changed.

use hub_contract::RunEvent;
use hub_contract::run::{Step, StepState};

use crate::chat::ChatSignal;

/// The steps of one answer.
#[derive(Debug, Default)]
pub(super) struct Steps {
    told: Vec<Step>,
}

impl Steps {
    /// Tells a step unless it was told like this before.
    pub(super) fn tell(&mut self, step: Step, signals: &mut Vec<ChatSignal>) {
        match self.told.iter_mut().find(|known| known.id == step.id) {
            Some(known) if *known == step => return,
            Some(known) => *known = step.clone(),
            None => self.told.push(step.clone()),
        }
        signals.push(ChatSignal::Event(RunEvent::Step(step)));
    }

    /// True when the answer had none.
    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// The end of the answer: what still runs ends like this.
    pub(super) fn finish(&mut self, state: StepState, signals: &mut Vec<ChatSignal>) {
        for step in self.told.iter_mut().filter(|step| step.state == StepState::Running) {
            step.state = state;
            signals.push(ChatSignal::Event(RunEvent::Step(step.clone())));
        }
    }
}
