//! Runs: one question on its way to one answer, and the events of that way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::HubError;
use crate::id::{ConversationId, MessageId, RunId};

/// What happens during a run. `started` comes once and first; exactly one of `finished`, `failed`, `cancelled` and
/// `truncated` comes last. These are the only names for events in the code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RunEvent {
    /// The run exists and its question is stored.
    Started {
        /// The run.
        run: RunId,
        /// Its conversation.
        conversation: ConversationId,
        /// The answer that grows.
        message: MessageId,
        /// What the platform calls these, as far as it said.
        #[serde(default)]
        remote: RemoteIds,
    },
    /// More of an answer.
    Text {
        /// The new text.
        delta: String,
        /// Which answer, where a platform sends several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
    },
    /// More of the reasoning.
    Reasoning {
        /// The new text.
        delta: String,
        /// Which answer it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
    },
    /// An answer becomes this text.
    Replace {
        /// The whole text.
        text: String,
        /// Which answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
    },
    /// A tool, node or retrieval starts, goes on or ends. The same id again updates the step.
    Step(Step),
    /// Where the answer comes from.
    Sources {
        /// The sources, without repeats.
        items: Vec<Source>,
    },
    /// A file the platform made.
    File(RemoteFile),
    /// Typed results of a workflow.
    Outputs {
        /// The results.
        items: Vec<Output>,
    },
    /// Questions to go on with.
    Suggestions {
        /// The questions.
        questions: Vec<String>,
    },
    /// The platform waits for an answer.
    NeedInput(NeedInput),
    /// Something to know that is not a failure.
    Notice {
        /// Which, for example `history_cut`; words are in `hub-text` under `notice-…`.
        code: String,
        /// Facts for the words.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        facts: BTreeMap<String, String>,
        /// One plain sentence for readers without `hub-text`.
        message: String,
    },
    /// Token counts; the last one holds.
    Usage(Usage),
    /// The platform said that the answer is complete.
    Finished {
        /// Why it ended.
        reason: FinishReason,
    },
    /// The run failed; what was received stays.
    Failed {
        /// Why.
        error: HubError,
    },
    /// The person stopped it; what was received stays.
    Cancelled {
        /// True when the platform confirmed that it stopped too, false when it could not be told.
        confirmed: bool,
    },
    /// The connection ended before the platform said that the answer is complete.
    Truncated {
        /// Why, as far as it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<HubError>,
    },
}

impl RunEvent {
    /// True for the four events that end a run.
    pub fn ends_run(&self) -> bool {
        matches!(self, Self::Finished { .. } | Self::Failed { .. } | Self::Cancelled { .. } | Self::Truncated { .. })
    }
}

/// One event with its place in the run, so that a page which re-attaches gets exactly what it missed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunFrame {
    /// Which run.
    pub run: RunId,
    /// Place of the event, from 0.
    pub seq: u64,
    /// What happened.
    pub event: RunEvent,
}

/// Why an answer ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// It is complete.
    Stop,
    /// It reached a length limit.
    Length,
    /// Content rules ended it.
    Filtered,
    /// The platform waits for an answer.
    NeedsInput,
}

/// The platform's ids. An event without an id never erases one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RemoteIds {
    /// Its conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// Its message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Its task or run, which Stop needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
}

impl RemoteIds {
    /// Takes over every id that `newer` has.
    pub fn merge(&mut self, newer: RemoteIds) {
        let keep = |old: &mut Option<String>, new: Option<String>| {
            if new.as_deref().is_some_and(|id| !id.is_empty()) {
                *old = new;
            }
        };
        keep(&mut self.conversation, newer.conversation);
        keep(&mut self.message, newer.message);
        keep(&mut self.task, newer.task);
    }
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its id within the run.
    pub id: String,
    /// The step it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Its name.
    pub title: String,
    /// What kind of step.
    pub kind: StepKind,
    /// How far it is.
    pub state: StepState,
    /// What went in, as text or JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// What came out, as text or JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// How long it took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

/// Kinds of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A tool or plugin.
    Tool,
    /// A node of a workflow.
    Node,
    /// A search in a knowledge base or the web.
    Retrieval,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// It runs.
    Running,
    /// It is done.
    Done,
    /// It failed.
    Failed,
}

/// A source of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its title.
    pub title: String,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The passage used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// How well it matched, as the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

/// A file on the platform's side. Nothing is fetched until the person asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteFile {
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// Its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
}

/// A typed result of a workflow. `0`, `false` and `""` are values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its label for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its type, as the platform writes it.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its value.
    pub value: Value,
}

/// What the platform waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NeedInput {
    /// What the platform calls this question; opaque, and empty where it needs no name to be answered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// What kind: `form`, `choice` or `text`.
    pub kind: String,
    /// What it asks.
    pub prompt: String,
    /// What to fill in.
    #[serde(default)]
    pub fields: Vec<InputField>,
}

/// One field to fill in: for `need_input` and for an app's input variables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputField {
    /// Its key.
    pub name: String,
    /// Its label.
    pub label: String,
    /// `text`, `paragraph`, `number`, `select`, `checkbox`, `file` or `files`.
    pub kind: String,
    /// Whether it must be filled in.
    #[serde(default)]
    pub required: bool,
    /// What can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Its first value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Longest text, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_chars: Option<u32>,
}

/// Token counts. Absent where the platform does not say; never 0 for "unknown".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Tokens sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<u64>,
    /// Tokens answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<u64>,
    /// Both together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Of the input, taken from the platform's cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached: Option<u64>,
    /// Of the output, spent on reasoning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<u64>,
}

/// Re-attaches to a run: every event from `from_seq` on comes again, then what follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttachRunRequest {
    /// Which run.
    pub run: RunId,
    /// The first event wanted.
    #[serde(default)]
    pub from_seq: u64,
}

/// Stops a run here and, where the platform can, there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StopRunRequest {
    /// Which run.
    pub run: RunId,
}

/// A run that is going on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActiveRun {
    /// The run.
    pub run: RunId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// The answer that grows.
    pub message: MessageId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_without_an_id_never_erases_one() {
        let mut ids = RemoteIds { conversation: Some("c".into()), ..Default::default() };
        ids.merge(RemoteIds { conversation: Some(String::new()), message: Some("m".into()), task: None });
        assert_eq!(ids, RemoteIds { conversation: Some("c".into()), message: Some("m".into()), task: None });
    }
}
