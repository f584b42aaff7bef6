//! The end of an answer: exactly one event, after everything that was held back.

use std::collections::BTreeMap;

use hub_contract::run::{FinishReason, StepState};
use hub_contract::{ErrorCode, HubError, RunEvent};

use super::{AnswerReader, Expecting, Signals};
use crate::chat::ChatSignal;

impl AnswerReader {
    pub(super) fn wait(&mut self, signals: &mut Signals) {
        self.answer.end(false, signals);
        self.steps.finish(StepState::Done, signals);
        // Only one can be answered at a time; the others come again when the run goes on.
        if !self.forms.is_empty() {
            signals.push(ChatSignal::Event(RunEvent::NeedInput(self.forms.remove(0).form)));
        }
        self.close(RunEvent::Finished { reason: FinishReason::NeedsInput }, signals);
    }

    pub(super) fn complete(&mut self, signals: &mut Signals) {
        self.answer.end(true, signals);
        self.steps.finish(StepState::Done, signals);
        if self.expecting == Expecting::Text && !self.answer.has_text() && !self.outputs {
            signals.push(ChatSignal::Event(RunEvent::Notice {
                code: "empty_answer".to_owned(),
                facts: BTreeMap::new(),
                message: "The platform finished without an answer.".to_owned(),
            }));
        }
        self.close(RunEvent::Finished { reason: FinishReason::Stop }, signals);
    }

    pub(super) fn break_off(&mut self, error: Option<HubError>, signals: &mut Signals) {
        self.answer.end(false, signals);
        self.steps.finish(StepState::Failed, signals);
        self.close(RunEvent::Truncated { error }, signals);
    }

    pub(super) fn fail(&mut self, error: HubError, signals: &mut Signals) {
        if self.over {
            return;
        }
        self.answer.end(false, signals);
        self.steps.finish(StepState::Failed, signals);
        self.close(RunEvent::Failed { error }, signals);
    }

    pub(super) fn close(&mut self, event: RunEvent, signals: &mut Signals) {
        if let Some(usage) = self.usage.take() {
            signals.push(ChatSignal::Event(RunEvent::Usage(usage)));
        }
        signals.push(ChatSignal::Event(event));
        self.over = true;
    }
}

pub(super) fn stopped_there() -> HubError {
    HubError::new(ErrorCode::PlatformError, "The run was stopped on the platform.").hint("stopped_there")
}

pub(super) fn empty_answer() -> HubError {
    HubError::new(ErrorCode::BadAnswer, "The platform ended the answer before it began.").hint("empty_answer")
}
