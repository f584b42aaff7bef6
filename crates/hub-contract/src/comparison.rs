//! One question to several at once, side by side. Each answerer has an ordinary conversation; a comparison ties them.

use serde::{Deserialize, Serialize};

use crate::conversation::{AttachmentInput, ConversationView, Sent, Target};
use crate::id::ComparisonId;

/// Most agents and models that one question goes to.
pub const COMPARED_MAX: usize = 4;

/// Asks several at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompareRequest {
    /// Whom to ask, two to four and nobody twice, or a comparison to go on with.
    pub whom: Whom,
    /// The question.
    pub text: String,
    /// Files.
    #[serde(default)]
    pub attachments: Vec<AttachmentInput>,
}

/// Whom a question goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// These; each begins a conversation.
    Targets(Vec<Target>),
    /// Everybody of this comparison who can still be asked.
    Comparison(ComparisonId),
}

/// What came of a question to several: it is stored for all of them, and the runs go on by themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The comparison, new or not.
    pub comparison: ComparisonId,
    /// What came of it with each, in their order.
    pub sent: Vec<Sent>,
}

/// A comparison with its conversations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonView {
    /// Which.
    pub id: ComparisonId,
    /// Its conversations, in the order in which they were asked; never none.
    pub conversations: Vec<ConversationView>,
    /// What the person had begun to ask all of them: the draft of the first.
    #[serde(default)]
    pub draft: String,
}
