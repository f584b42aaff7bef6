//! One answer as it grows: text and reasoning apart, surrogate halves joined, complete texts after their pieces.

use hub_contract::RunEvent;

use crate::chat::ChatSignal;
use crate::json::Joiner;
use crate::think::{Piece, ThinkTags};

type Signals = Vec<ChatSignal>;

/// The text of one answer and the reasoning behind it.
#[derive(Debug, Default)]
pub(crate) struct AnswerText {
    joiner: Joiner,
    thoughts: Joiner,
    tags: ThinkTags,
    /// All that the platform sent as text, tags included, to compare complete texts with.
    received: String,
    /// Thoughts of a tag that is still open, in case that nothing else comes.
    open_thoughts: String,
    said_text: bool,
    said_anything: bool,
}

impl AnswerText {
    /// More text.
    pub(crate) fn text(&mut self, delta: &str, signals: &mut Signals) {
        if delta.is_empty() {
            return;
        }
        let delta = self.joiner.push(delta);
        self.received.push_str(&delta);
        let pieces = self.tags.push(&delta);
        self.say(pieces, signals);
    }

    /// More reasoning, from a place of its own: tags in the text are text then.
    pub(crate) fn reasoning(&mut self, delta: &str, signals: &mut Signals) {
        if delta.is_empty() {
            return;
        }
        self.tags.give_up();
        let delta = self.thoughts.push(delta);
        self.say_thoughts(delta, signals);
    }

    /// The text as a whole: told only where it is not what the pieces made.
    pub(crate) fn becomes(&mut self, whole: &str, signals: &mut Signals) {
        let mut joiner = Joiner::default();
        let whole = joiner.push(whole) + &joiner.finish();
        if self.received == whole {
            return;
        }
        if self.received.is_empty() {
            return self.text(&whole, signals);
        }
        // The reasoning in front of it was told with the pieces.
        let mut tags = ThinkTags::default();
        let mut pieces = tags.push(&whole);
        pieces.extend(tags.finish());
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(more) => text.push_str(&more),
                Piece::Thought(_) => {}
                Piece::WasThought(_) => text.clear(),
            }
        }
        self.joiner = Joiner::default();
        self.tags = tags;
        self.received = whole;
        self.open_thoughts.clear();
        self.said_text = !text.is_empty();
        self.said_anything = true;
        signals.push(ChatSignal::Event(RunEvent::Replace { text, part: None }));
    }

    /// The end: what was held back because it could have gone on. A model that never closed its tag has put its
    /// answer among the thoughts; where the answer is complete they are shown as the answer too.
    pub(crate) fn end(&mut self, complete: bool, signals: &mut Signals) {
        let thoughts = self.thoughts.finish();
        self.say_thoughts(thoughts, signals);
        let rest = self.joiner.finish();
        self.received.push_str(&rest);
        let mut pieces = self.tags.push(&rest);
        pieces.extend(self.tags.finish());
        self.say(pieces, signals);
        let open = std::mem::take(&mut self.open_thoughts);
        if complete && !self.said_text && !open.is_empty() {
            self.said_text = true;
            signals.push(ChatSignal::Event(RunEvent::Text { delta: open, part: None }));
        }
    }

    /// All that came as text.
    pub(crate) fn received(&self) -> &str {
        &self.received
    }

    /// True once there was a text for the reader.
    pub(crate) fn has_text(&self) -> bool {
        self.said_text
    }

    /// True once there was anything for the reader, reasoning included.
    pub(crate) fn has_begun(&self) -> bool {
        self.said_anything
    }

    fn say(&mut self, pieces: Vec<Piece>, signals: &mut Signals) {
        for piece in pieces {
            match piece {
                Piece::Text(delta) => {
                    self.said_text = true;
                    self.said_anything = true;
                    signals.push(ChatSignal::Event(RunEvent::Text { delta, part: None }));
                }
                Piece::Thought(delta) => {
                    self.open_thoughts.push_str(&delta);
                    self.say_thoughts(delta, signals);
                }
                Piece::WasThought(thoughts) => {
                    if self.said_text {
                        signals.push(ChatSignal::Event(RunEvent::Replace { text: String::new(), part: None }));
                        self.said_text = false;
                    }
                    self.say_thoughts(thoughts, signals);
                }
            }
        }
        if !self.tags.is_thinking() {
            self.open_thoughts.clear();
        }
    }

    fn say_thoughts(&mut self, delta: String, signals: &mut Signals) {
        if !delta.is_empty() {
            self.said_anything = true;
            signals.push(ChatSignal::Event(RunEvent::Reasoning { delta, part: None }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(signals: &[ChatSignal]) -> (String, String) {
        signals.iter().fold(Default::default(), |(text, thoughts), signal| match signal {
            ChatSignal::Event(RunEvent::Text { delta, .. }) => (text + delta, thoughts),
            ChatSignal::Event(RunEvent::Replace { text, .. }) => (text.clone(), thoughts),
            ChatSignal::Event(RunEvent::Reasoning { delta, .. }) => (text, thoughts + delta),
            _ => (text, thoughts),
        })
    }

    #[test]
    fn a_whole_text_that_says_nothing_new_is_not_told() {
        let (mut answer, mut signals) = (AnswerText::default(), Vec::new());
        answer.text("<think>t</think>ab", &mut signals);
        answer.text("c", &mut signals);
        let told = signals.len();
        answer.becomes("<think>t</think>abc", &mut signals);
        assert_eq!(signals.len(), told);
        answer.becomes("<think>t</think>xyz", &mut signals);
        answer.end(true, &mut signals);
        assert_eq!(shown(&signals), ("xyz".to_owned(), "t".to_owned()));
    }

    #[test]
    fn a_whole_text_alone_is_the_text() {
        let (mut answer, mut signals) = (AnswerText::default(), Vec::new());
        answer.becomes("<think>t</think>abc", &mut signals);
        answer.end(true, &mut signals);
        assert_eq!(shown(&signals), ("abc".to_owned(), "t".to_owned()));
    }

    #[test]
    fn a_tag_that_is_never_closed_hides_no_answer() {
        let (mut answer, mut signals) = (AnswerText::default(), Vec::new());
        answer.text("<think>all of it", &mut signals);
        answer.end(true, &mut signals);
        assert_eq!(shown(&signals), ("all of it".to_owned(), "all of it".to_owned()));
    }
}
