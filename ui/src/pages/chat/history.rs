//! The earlier questions of a conversation, brought back with the arrow keys. Pure.

use hub_contract::conversation::Role;

use super::keys::KeyPress;
use super::text_area::Caret;
use crate::state::chat::SharedMessage;

/// Where one is among the earlier questions. What was being typed stands behind the newest and is never lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PromptHistory {
    /// How far back: 1 is the newest question, 0 what was being typed.
    back: usize,
    typed: String,
}

/// A step among the questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// To an earlier one.
    Earlier,
    /// To a later one, and at last to what was being typed.
    Later,
    /// To what was being typed.
    Back,
}

impl PromptHistory {
    /// The step that a key asks for; `None` where it is a key of the text itself.
    pub(super) fn step(&self, key: &str, press: KeyPress, caret: Caret) -> Option<Step> {
        let is_plain = press.is_plain();
        let is_open = self.back > 0;
        let is_between = caret.start == caret.end;
        let (at_start, at_end) = (caret.start == 0, caret.end == caret.length);
        match key {
            // A question that was brought back has the caret at its end, and the next step begins there.
            "ArrowUp" if is_plain && is_between && (at_start || is_open && at_end) => Some(Step::Earlier),
            "ArrowDown" if is_plain && is_between && is_open && (at_start || at_end) => Some(Step::Later),
            "Escape" if is_plain && is_open => Some(Step::Back),
            _ => None,
        }
    }

    /// The text after a step from `now`; `None` where there is no further one. The questions are in order of time.
    pub(super) fn go(&mut self, step: Step, questions: &[&str], now: &str) -> Option<String> {
        let back = match step {
            Step::Earlier => self.back + 1,
            Step::Later => self.back.checked_sub(1)?,
            Step::Back => 0,
        };
        let text = match back {
            0 => self.typed.clone(),
            _ => questions.len().checked_sub(back).and_then(|place| questions.get(place))?.to_string(),
        };
        if self.back == 0 {
            self.typed = now.to_owned();
        }
        self.back = back;
        Some(text)
    }

    /// The text is the person's own from now on: it was changed or sent.
    pub(super) fn leave(&mut self) {
        *self = Self::default();
    }
}

/// The messages that can be brought back: questions in words, in order of time, the same one after itself only once.
pub(super) fn questions(messages: &[SharedMessage]) -> Vec<&str> {
    let is_question = |message: &&SharedMessage| {
        message.role == Role::User && message.body.answer.is_empty() && !message.text.trim().is_empty()
    };
    let mut questions: Vec<&str> = messages.iter().filter(is_question).map(|message| message.text.as_str()).collect();
    questions.dedup();
    questions
}

#[cfg(test)]
mod tests {
    use hub_contract::conversation::{MessageBody, MessageState, MessageView};
    use hub_contract::run::FinishReason;

    use super::*;

    const ASKED: [&str; 3] = ["first", "second", "third"];
    const PLAIN: KeyPress = KeyPress { composing: false, code: 38, shift: false, ctrl: false, meta: false, alt: false };

    fn caret(start: u32, end: u32, length: u32) -> Caret {
        Caret { start, end, length }
    }

    #[test]
    fn the_way_back_ends_at_the_first_question_and_the_way_forward_at_what_was_typed() {
        let mut history = PromptHistory::default();
        let mut go = |step, now: &str| history.go(step, &ASKED, now);
        assert_eq!(go(Step::Later, "my own"), None, "nothing is later than what is typed");
        assert_eq!(go(Step::Earlier, "my own").as_deref(), Some("third"));
        assert_eq!(go(Step::Earlier, "third").as_deref(), Some("second"));
        assert_eq!(go(Step::Earlier, "second").as_deref(), Some("first"));
        assert_eq!(go(Step::Earlier, "first"), None);
        assert_eq!(go(Step::Later, "first").as_deref(), Some("second"));
        assert_eq!(go(Step::Later, "second").as_deref(), Some("third"));
        assert_eq!(go(Step::Later, "third").as_deref(), Some("my own"));
        assert_eq!(go(Step::Later, "my own"), None);
    }

    #[test]
    fn escape_returns_to_what_was_typed_at_once() {
        let mut history = PromptHistory::default();
        assert_eq!(history.step("Escape", PLAIN, caret(0, 0, 0)), None, "Escape has another meaning then");
        history.go(Step::Earlier, &ASKED, "my own");
        history.go(Step::Earlier, &ASKED, "third");
        assert_eq!(history.step("Escape", PLAIN, caret(2, 2, 6)), Some(Step::Back));
        assert_eq!(history.go(Step::Back, &ASKED, "second").as_deref(), Some("my own"));
        assert_eq!(history, PromptHistory { back: 0, typed: "my own".into() });
    }

    #[test]
    fn a_question_that_was_changed_is_the_persons_own() {
        let mut history = PromptHistory::default();
        history.go(Step::Earlier, &ASKED, "");
        history.leave();
        assert_eq!(history.go(Step::Earlier, &ASKED, "third, changed").as_deref(), Some("third"));
        assert_eq!(history.go(Step::Later, &ASKED, "third").as_deref(), Some("third, changed"));
    }

    #[test]
    fn without_questions_nothing_happens() {
        let mut history = PromptHistory::default();
        assert_eq!(history.go(Step::Earlier, &[], "my own"), None);
        assert_eq!(history, PromptHistory::default());
    }

    #[test]
    fn arrows_move_the_caret_wherever_they_can() {
        let mut history = PromptHistory::default();
        let step = |history: &PromptHistory, key: &str, caret| history.step(key, PLAIN, caret);
        assert_eq!(step(&history, "ArrowUp", caret(0, 0, 0)), Some(Step::Earlier), "nothing is typed");
        assert_eq!(step(&history, "ArrowUp", caret(0, 0, 9)), Some(Step::Earlier), "at the very start");
        assert_eq!(step(&history, "ArrowUp", caret(9, 9, 9)), None);
        assert_eq!(step(&history, "ArrowUp", caret(0, 4, 9)), None, "a selection");
        assert_eq!(step(&history, "ArrowDown", caret(9, 9, 9)), None, "nothing was brought back");
        history.go(Step::Earlier, &ASKED, "");
        assert_eq!(step(&history, "ArrowUp", caret(5, 5, 5)), Some(Step::Earlier), "where the caret was put");
        assert_eq!(step(&history, "ArrowUp", caret(3, 3, 5)), None);
        assert_eq!(step(&history, "ArrowDown", caret(5, 5, 5)), Some(Step::Later));
        assert_eq!(step(&history, "ArrowDown", caret(3, 3, 5)), None);
        assert_eq!(step(&history, "PageUp", caret(5, 5, 5)), None);
        for press in [
            KeyPress { shift: true, ..PLAIN },
            KeyPress { ctrl: true, ..PLAIN },
            KeyPress { meta: true, ..PLAIN },
            KeyPress { alt: true, ..PLAIN },
        ] {
            assert_eq!(history.step("ArrowUp", press, caret(0, 0, 0)), None, "{press:?}");
        }
    }

    #[test]
    fn only_questions_in_words_come_back() {
        let message = |role, text: &str, body: MessageBody| {
            SharedMessage::from(MessageView {
                id: text.into(),
                conversation: "c".into(),
                parent: None,
                role,
                state: MessageState::Finished { reason: FinishReason::Stop },
                text: text.into(),
                body,
                attachments: Vec::new(),
                siblings: Vec::new(),
                created_at: 0,
            })
        };
        let form = MessageBody { answer: [("size".into(), 3.into())].into(), ..MessageBody::default() };
        let messages = [
            message(Role::User, "why", MessageBody::default()),
            message(Role::Assistant, "because", MessageBody::default()),
            message(Role::User, "why", MessageBody::default()),
            message(Role::User, " ", MessageBody::default()),
            message(Role::User, "size: 3", form),
            message(Role::User, "when", MessageBody::default()),
        ];
        assert_eq!(questions(&messages), ["why", "when"]);
    }
}
