//! Reads one answer of a bot: a chat completion, and beside it where it comes from and what the bot did.

use hub_contract::{HubError, RunEvent};

use super::actions;
use super::references::References;
use crate::chat::ChatSignal;
use crate::dialect::{Progress, Reader};
use crate::json::{self, Value};
use crate::openai::AnswerReader;
use crate::sse::Item;

/// The reader of a bot's answer, streamed or not.
#[derive(Debug, Default)]
pub(super) struct BotReader {
    answer: AnswerReader,
    references: References,
    /// Which steps were told, so that a repeated account is not told again.
    told_steps: usize,
    over: bool,
}

impl Reader for BotReader {
    fn item(&mut self, item: &Item, signals: &mut Vec<ChatSignal>) -> Progress {
        // Only few chunks hold more than an answer; the others are parsed once.
        if let Item::Frame(frame) = item
            && !self.over
            && ["\"references\"", "\"bot_usage\""].iter().any(|member| frame.data.contains(member))
            && let Ok(document) = json::parse(&frame.data)
        {
            self.beside_the_answer(&document, signals);
        }
        let progress = self.answer.item(item, signals);
        self.over = progress == Progress::Over;
        progress
    }

    fn document(&mut self, document: &Value, signals: &mut Vec<ChatSignal>) {
        self.beside_the_answer(document, signals);
        self.answer.document(document, signals);
    }

    fn end(&mut self, broken: Option<HubError>, signals: &mut Vec<ChatSignal>) {
        self.answer.end(broken, signals);
    }
}

impl BotReader {
    fn beside_the_answer(&mut self, document: &Value, signals: &mut Vec<ChatSignal>) {
        if let Some(items) = self.references.take(document) {
            signals.push(ChatSignal::Event(RunEvent::Sources { items }));
        }
        let steps = actions::steps(document);
        let known = self.told_steps;
        self.told_steps = known.max(steps.len());
        signals.extend(steps.into_iter().skip(known).map(|step| ChatSignal::Event(RunEvent::Step(step))));
    }
}
