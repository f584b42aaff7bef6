//! What the next chats of a simulator get, as a test asked for it.

use std::collections::VecDeque;

use crate::{Reply, Scenario};

/// Scenarios and replies in the order they are to be given.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    waiting: VecDeque<Waiting>,
}

/// What one chat gets.
#[derive(Debug)]
pub(crate) enum Waiting {
    /// This scenario.
    Scenario(Scenario),
    /// Exactly this.
    Reply(Reply),
}

impl Backlog {
    /// One chat more gets this.
    pub(crate) fn push(&mut self, waiting: Waiting) {
        self.waiting.push_back(waiting);
    }

    /// What the next chat gets: what was asked for, else what its question says, else an answer.
    pub(crate) fn next(&mut self, question: &str) -> Waiting {
        self.waiting
            .pop_front()
            .unwrap_or_else(|| Waiting::Scenario(Scenario::in_text(question).unwrap_or(Scenario::Answer)))
    }
}
