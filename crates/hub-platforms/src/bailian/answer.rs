//! The text of an answer: what the app says, or what each node of a workflow says, one after the other.

use hub_contract::RunEvent;

use super::growing::{Growing, Grown};
use super::ref_marks::RefMarks;
use crate::chat::ChatSignal;
use crate::json::Joiner;

/// The answer so far.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Who speaks, in the order they began; the app itself has no name.
    speakers: Vec<(String, Growing)>,
    joiner: Joiner,
    marks: RefMarks,
    said: bool,
}

impl Answer {
    /// Takes what a frame holds of that speaker's text.
    pub(super) fn take(&mut self, speaker: &str, frame: &str, is_last: bool, signals: &mut Vec<ChatSignal>) {
        let known = self.speakers.iter().position(|(name, _)| name == speaker);
        let place = known.unwrap_or(self.speakers.len());
        if known.is_none() {
            self.speakers.push((speaker.to_owned(), Growing::default()));
        }
        let Some((_, text)) = self.speakers.get_mut(place) else {
            return;
        };
        match text.take(frame, is_last) {
            Grown::Nothing => {}
            // Only the last speaker's text can grow at its end.
            Grown::More(more) if place + 1 == self.speakers.len() => {
                let more = self.joiner.push(&more);
                let delta = self.marks.push(&more);
                self.say(delta, signals);
            }
            Grown::More(_) | Grown::Whole => self.become_whole(signals),
        }
    }

    /// The end: what was held back because it could have gone on.
    pub(super) fn finish(&mut self, signals: &mut Vec<ChatSignal>) {
        let rest = self.joiner.finish();
        let delta = self.marks.push(&rest) + &self.marks.finish();
        self.say(delta, signals);
    }

    /// True once there was a text for the reader.
    pub(super) fn has_text(&self) -> bool {
        self.said
    }

    /// True once a node of a workflow spoke.
    pub(super) fn has_nodes(&self) -> bool {
        self.speakers.iter().any(|(name, _)| !name.is_empty())
    }

    fn become_whole(&mut self, signals: &mut Vec<ChatSignal>) {
        let all: String = self.speakers.iter().map(|(_, text)| text.text()).collect();
        (self.joiner, self.marks) = Default::default();
        let all = self.joiner.push(&all);
        let text = self.marks.push(&all);
        self.said = true;
        signals.push(ChatSignal::Event(RunEvent::Replace { text, part: None }));
    }

    fn say(&mut self, delta: String, signals: &mut Vec<ChatSignal>) {
        if !delta.is_empty() {
            self.said = true;
            signals.push(ChatSignal::Event(RunEvent::Text { delta, part: None }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(frames: &[(&str, &str)]) -> String {
        let (mut answer, mut signals) = (Answer::default(), Vec::new());
        for (speaker, frame) in frames {
            answer.take(speaker, frame, false, &mut signals);
        }
        answer.finish(&mut signals);
        signals.iter().fold(String::new(), |shown, signal| match signal {
            ChatSignal::Event(RunEvent::Text { delta, .. }) => shown + delta,
            ChatSignal::Event(RunEvent::Replace { text, .. }) => text.clone(),
            _ => shown,
        })
    }

    #[test]
    fn speakers_keep_their_order() {
        assert_eq!(shown(&[("a", "一"), ("b", "三<ref>[1]</ref>"), ("a", "二")]), "一二三[1]");
    }
}
