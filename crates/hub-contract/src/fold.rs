//! How an event changes an answer. The run driver and the page fold the same events with this one function, so what is
//! stored and what is shown cannot differ.

use crate::conversation::{AnswerPart, MessageState, MessageView, Notice};
use crate::run::RunEvent;

impl MessageView {
    /// Takes an event in. Events that tell nothing about the message itself change nothing.
    pub fn apply(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started { remote, .. } => self.body.remote.merge(remote.clone()),
            RunEvent::Text { delta, part } => self.answer(part.as_deref()).push_str(delta),
            RunEvent::Replace { text, part } => text.clone_into(self.answer(part.as_deref())),
            RunEvent::Reasoning { delta, .. } => self.body.reasoning.push_str(delta),
            RunEvent::Step(step) => match self.body.steps.iter_mut().find(|known| known.id == step.id) {
                Some(known) => {
                    let mut newer = step.clone();
                    // A later state often leaves out what an earlier one told.
                    newer.input = newer.input.or_else(|| known.input.take());
                    newer.output = newer.output.or_else(|| known.output.take());
                    newer.parent = newer.parent.or_else(|| known.parent.take());
                    newer.ms = newer.ms.or(known.ms);
                    *known = newer;
                }
                None => self.body.steps.push(step.clone()),
            },
            RunEvent::Sources { items } => {
                for item in items {
                    if !self.body.sources.contains(item) {
                        self.body.sources.push(item.clone());
                    }
                }
            }
            RunEvent::File(file) => {
                if !self.body.files.contains(file) {
                    self.body.files.push(file.clone());
                }
            }
            RunEvent::Outputs { items } => self.body.outputs.clone_from(items),
            RunEvent::Suggestions { questions } => {
                for question in questions {
                    if !self.body.suggestions.contains(question) {
                        self.body.suggestions.push(question.clone());
                    }
                }
            }
            RunEvent::NeedInput(need) => self.body.need_input = Some(need.clone()),
            RunEvent::Notice { code, facts, message } => {
                let notice = Notice { code: code.clone(), facts: facts.clone(), message: message.clone() };
                if !self.body.notices.contains(&notice) {
                    self.body.notices.push(notice);
                }
            }
            RunEvent::Usage(usage) => self.body.usage = Some(usage.clone()),
            RunEvent::Finished { reason } => self.state = MessageState::Finished { reason: *reason },
            RunEvent::Failed { error } => self.state = MessageState::Failed { error: error.clone() },
            RunEvent::Cancelled { confirmed } => self.state = MessageState::Cancelled { confirmed: *confirmed },
            RunEvent::Truncated { error } => self.state = MessageState::Truncated { error: error.clone() },
        }
    }

    /// The text of that part: the first part named is the message's own text, later ones are further answers.
    fn answer(&mut self, part: Option<&str>) -> &mut String {
        let Some(part) = part else { return &mut self.text };
        if self.body.part.is_none() && self.text.is_empty() {
            self.body.part = Some(part.to_owned());
        }
        if self.body.part.as_deref() == Some(part) {
            return &mut self.text;
        }
        let place = self.body.parts.iter().position(|known| known.part == part).unwrap_or_else(|| {
            self.body.parts.push(AnswerPart { part: part.to_owned(), text: String::new() });
            self.body.parts.len() - 1
        });
        match self.body.parts.get_mut(place) {
            Some(known) => &mut known.text,
            // Not reached: the place was just found or made.
            None => &mut self.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{MessageBody, Role};
    use crate::run::{FinishReason, Step, StepKind, StepState};

    fn answer() -> MessageView {
        MessageView {
            id: "m".into(),
            conversation: "c".into(),
            parent: None,
            role: Role::Assistant,
            state: MessageState::Streaming,
            text: String::new(),
            body: MessageBody::default(),
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: 0,
        }
    }

    fn text(delta: &str, part: Option<&str>) -> RunEvent {
        RunEvent::Text { delta: delta.into(), part: part.map(Into::into) }
    }

    #[test]
    fn several_answers_grow_apart() {
        let mut message = answer();
        for event in [text("a1", Some("a")), text("b1", Some("b")), text("a2", Some("a")), text("b2", Some("b"))] {
            message.apply(&event);
        }
        assert_eq!(message.text, "a1a2");
        assert_eq!(message.body.parts, [AnswerPart { part: "b".into(), text: "b1b2".into() }]);
    }

    #[test]
    fn replace_sets_the_text_and_the_end_sets_the_state() {
        let mut message = answer();
        message.apply(&text("draft", None));
        message.apply(&RunEvent::Replace { text: "final".into(), part: None });
        message.apply(&RunEvent::Finished { reason: FinishReason::Stop });
        assert_eq!(message.text, "final");
        assert_eq!(message.state, MessageState::Finished { reason: FinishReason::Stop });
    }

    #[test]
    fn a_step_keeps_what_a_later_state_leaves_out() {
        let mut message = answer();
        let step = |state, input: Option<&str>, output: Option<&str>| {
            RunEvent::Step(Step {
                id: "s".into(),
                parent: None,
                title: "search".into(),
                kind: StepKind::Tool,
                state,
                input: input.map(Into::into),
                output: output.map(Into::into),
                ms: None,
            })
        };
        message.apply(&step(StepState::Running, Some("in"), None));
        message.apply(&step(StepState::Done, None, Some("out")));
        assert_eq!(message.body.steps.len(), 1, "the same id is the same step");
        assert_eq!(message.body.steps[0].input.as_deref(), Some("in"));
        assert_eq!(message.body.steps[0].output.as_deref(), Some("out"));
    }
}
