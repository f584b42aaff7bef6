//! What was run earlier: the answers of an app that is asked by a form, with what was filled in for each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::UtcMs;
use crate::conversation::MessageState;
use crate::id::{AgentId, ConversationId, MessageId};

/// Asks for the earlier runs of an agent in the conversations of this person, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPastRunsRequest {
    /// Whose.
    pub agent: AgentId,
    /// How many; 0 means 50, and more than 200 are never told at once.
    #[serde(default)]
    pub limit: u32,
    /// Only those before this one: what the page before told as `older`.
    #[serde(default)]
    pub before: Option<MessageId>,
}

/// A page of earlier runs, newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PastRuns {
    /// The runs.
    pub runs: Vec<PastRun>,
    /// Where the next page begins; absent when there are no older ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older: Option<MessageId>,
}

/// One earlier run. A run that waited for an answer of the person and went on is one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastRun {
    /// The conversation that it stands in.
    pub conversation: ConversationId,
    /// Its answer: the last one, if it went on after waiting.
    pub answer: MessageId,
    /// How it ended, or that it still goes on.
    pub state: MessageState,
    /// When that answer was begun.
    pub at: UtcMs,
    /// How long it took, in milliseconds, as far as it was measured. Waiting for the person does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// What was filled in, in a few words; empty when that says nothing in words.
    pub text: String,
    /// What was filled in, by field. Files stand there by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, Value>,
}
