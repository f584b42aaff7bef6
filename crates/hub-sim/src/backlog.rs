//! What the next chats of a simulator get, as a test or the question asks for it.

use std::collections::{HashSet, VecDeque};

use crate::Scenario;

/// Scenarios in the order they are to be given.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    waiting: VecDeque<Scenario>,
    /// Questions that [`Scenario::BusyOnce`] turned away.
    turned_away: HashSet<String>,
}

impl Backlog {
    /// One chat more gets this.
    pub(crate) fn push(&mut self, scenario: Scenario) {
        self.waiting.push_back(scenario);
    }

    /// What the next chat gets: what was asked for, else what its question says, else an answer.
    pub(crate) fn next(&mut self, question: &str) -> Scenario {
        let scenario = self.waiting.pop_front().or_else(|| Scenario::in_text(question));
        match scenario.unwrap_or(Scenario::Answer) {
            Scenario::BusyOnce if self.turned_away.insert(question.to_owned()) => {
                Scenario::RateLimited { retry_after: None }
            }
            Scenario::BusyOnce => Scenario::Answer,
            scenario => scenario,
        }
    }
}
