//! What a reader has told so far: texts by part, token counts, and the one event that ends the run.

use std::collections::BTreeMap;

use hub_contract::run::{FinishReason, RemoteIds, Usage};
use hub_contract::{ErrorCode, HubError, RunEvent};

use crate::chat::ChatSignal;
use crate::dialect::Progress;
use crate::json::Joiner;

/// Appends a reader's events in the one order that holds for all: content, counts, end. After the end it is silent.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// By part; the empty name is the answer of platforms that send only one.
    texts: BTreeMap<String, Told>,
    thoughts: Joiner,
    remote: RemoteIds,
    usage: Option<Usage>,
    said: bool,
    over: bool,
}

#[derive(Debug, Default)]
struct Told {
    joiner: Joiner,
    text: String,
}

type Signals = Vec<ChatSignal>;

impl Report {
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    pub(crate) fn progress(&self) -> Progress {
        if self.over { Progress::Over } else { Progress::Going }
    }

    /// The text of that part so far.
    pub(crate) fn text_of(&self, part: Option<&str>) -> &str {
        self.texts.get(part.unwrap_or_default()).map_or("", |told| told.text.as_str())
    }

    /// More of a text. Halves of a character are held back until they are whole.
    pub(crate) fn text(&mut self, delta: &str, part: Option<&str>, signals: &mut Signals) {
        if delta.is_empty() || self.over {
            return;
        }
        let told = self.told(part);
        let delta = told.joiner.push(delta);
        if !delta.is_empty() {
            told.text.push_str(&delta);
            self.event(RunEvent::Text { delta, part: part.map(str::to_owned) }, signals);
        }
    }

    /// The whole text of a part: what is missing is appended, and where it says something else it replaces what was
    /// told.
    pub(crate) fn whole(&mut self, text: &str, part: Option<&str>, signals: &mut Signals) {
        let mut joiner = Joiner::default();
        let mut whole = joiner.push(text);
        whole.push_str(&joiner.finish());
        if let Some(rest) = whole.strip_prefix(self.text_of(part)) {
            let rest = rest.to_owned();
            self.told(part).joiner = Joiner::default();
            return self.text(&rest, part, signals);
        }
        if self.over {
            return;
        }
        *self.told(part) = Told { text: whole.clone(), ..Told::default() };
        self.event(RunEvent::Replace { text: whole, part: part.map(str::to_owned) }, signals);
    }

    /// More of the reasoning.
    pub(crate) fn reasoning(&mut self, delta: &str, part: Option<&str>, signals: &mut Signals) {
        let delta = self.thoughts.push(delta);
        if !delta.is_empty() {
            self.event(RunEvent::Reasoning { delta, part: part.map(str::to_owned) }, signals);
        }
    }

    /// Anything else for the reader.
    pub(crate) fn event(&mut self, event: RunEvent, signals: &mut Signals) {
        if !self.over {
            self.said = true;
            signals.push(ChatSignal::Event(event));
        }
    }

    /// What the platform calls things, told once.
    pub(crate) fn remote(&mut self, ids: RemoteIds, signals: &mut Signals) {
        let mut merged = self.remote.clone();
        merged.merge(ids.clone());
        if merged != self.remote {
            self.remote = merged;
            signals.push(ChatSignal::Remote(ids));
        }
    }

    /// Token counts; the last ones are told at the end.
    pub(crate) fn usage(&mut self, usage: Option<Usage>) {
        if usage.is_some() {
            self.usage = usage;
        }
    }

    /// The platform said that the answer is complete.
    pub(crate) fn finish(&mut self, reason: FinishReason, signals: &mut Signals) {
        self.flush(signals);
        if reason == FinishReason::Stop && !self.said {
            let message = "The platform finished without an answer.".to_owned();
            self.event(RunEvent::Notice { code: "empty_answer".to_owned(), facts: BTreeMap::new(), message }, signals);
        }
        self.close(RunEvent::Finished { reason }, signals);
    }

    /// The platform said that it failed.
    pub(crate) fn fail(&mut self, error: HubError, signals: &mut Signals) {
        self.flush(signals);
        self.close(RunEvent::Failed { error }, signals);
    }

    /// The stream ended, or `broken` ended it, before the platform said that the answer is complete.
    pub(crate) fn end(&mut self, broken: Option<HubError>, signals: &mut Signals) {
        self.flush(signals);
        let event = match broken {
            Some(error) if !self.said => RunEvent::Failed { error },
            None if !self.said => RunEvent::Truncated { error: Some(empty_answer()) },
            broken => RunEvent::Truncated { error: broken },
        };
        self.close(event, signals);
    }

    fn told(&mut self, part: Option<&str>) -> &mut Told {
        self.texts.entry(part.unwrap_or_default().to_owned()).or_default()
    }

    /// Characters of which only one half came.
    fn flush(&mut self, signals: &mut Signals) {
        let thought = self.thoughts.finish();
        if !thought.is_empty() {
            self.event(RunEvent::Reasoning { delta: thought, part: None }, signals);
        }
        let mut rests = Vec::new();
        for (part, told) in &mut self.texts {
            let rest = told.joiner.finish();
            if !rest.is_empty() {
                rests.push((Some(part.clone()).filter(|part| !part.is_empty()), rest));
            }
        }
        for (part, delta) in rests {
            self.event(RunEvent::Text { delta, part }, signals);
        }
    }

    fn close(&mut self, event: RunEvent, signals: &mut Signals) {
        if self.over {
            return;
        }
        if let Some(usage) = self.usage.take() {
            signals.push(ChatSignal::Event(RunEvent::Usage(usage)));
        }
        signals.push(ChatSignal::Event(event));
        self.over = true;
    }
}

/// A document or stream that holds nothing of an answer.
pub(crate) fn empty_answer() -> HubError {
    HubError::new(ErrorCode::BadAnswer, "The platform ended the answer before it began.").hint("empty_answer")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(signals: Signals) -> Vec<RunEvent> {
        let event = |signal| match signal {
            ChatSignal::Event(event) => Some(event),
            _ => None,
        };
        signals.into_iter().filter_map(event).collect()
    }

    fn text(delta: &str) -> RunEvent {
        RunEvent::Text { delta: delta.to_owned(), part: None }
    }

    #[test]
    fn a_whole_text_adds_or_replaces_but_never_repeats() {
        let mut report = Report::default();
        let mut signals = Vec::new();
        report.text("你好", None, &mut signals);
        report.whole("你好", None, &mut signals);
        report.whole("你好，Hub", None, &mut signals);
        report.whole("再见", None, &mut signals);
        report.finish(FinishReason::Stop, &mut signals);
        assert_eq!(
            events(signals),
            [
                text("你好"),
                text("，Hub"),
                RunEvent::Replace { text: "再见".to_owned(), part: None },
                RunEvent::Finished { reason: FinishReason::Stop }
            ]
        );
    }

    #[test]
    fn nothing_follows_the_end() {
        let mut report = Report::default();
        let mut signals = Vec::new();
        report.usage(Some(Usage { total: Some(1), ..Usage::default() }));
        report.finish(FinishReason::Length, &mut signals);
        report.text("late", None, &mut signals);
        report.fail(empty_answer(), &mut signals);
        report.end(None, &mut signals);
        let events = events(signals);
        assert_eq!(events.len(), 2, "{events:?}");
        assert_eq!(events[1], RunEvent::Finished { reason: FinishReason::Length });
    }

    #[test]
    fn an_end_without_anything_is_no_success() {
        let mut signals = Vec::new();
        Report::default().end(None, &mut signals);
        assert_eq!(events(signals), [RunEvent::Truncated { error: Some(empty_answer()) }]);
        let mut signals = Vec::new();
        Report::default().finish(FinishReason::Stop, &mut signals);
        assert!(matches!(&events(signals)[0], RunEvent::Notice { code, .. } if code == "empty_answer"));
    }
}
