//! Conversations, messages and search.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{AgentId, ComparisonId, ConnectionId, ConversationId, FileId, MessageId, ModelId, RunId};
use crate::run::{FinishReason, NeedInput, Output, RemoteFile, RemoteIds, Source, Step, Usage};
use crate::{HubError, PlatformId, UtcMs};

/// Whom a conversation is held with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Target {
    /// An agent of this Hub.
    Agent {
        /// Which.
        agent: AgentId,
    },
    /// A model, used directly.
    Model {
        /// Its connection.
        connection: ConnectionId,
        /// Which.
        model: ModelId,
    },
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationView {
    /// Its id.
    pub id: ConversationId,
    /// The first words of the first question, or the name a person gave it. Never an error.
    pub title: String,
    /// Whom it is held with.
    pub target: Target,
    /// The name of that agent or model; kept when it is gone.
    pub target_name: String,
    /// The platform behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<PlatformId>,
    /// False when the agent, model or connection is gone: it can be read but not continued.
    pub usable: bool,
    /// Kept on top.
    pub pinned: bool,
    /// Put away.
    pub archived: bool,
    /// When it began.
    pub created_at: UtcMs,
    /// When somebody last asked in it: the order of the list, which answers do not change, so that no row moves away
    /// under the pointer.
    pub updated_at: UtcMs,
    /// The run that is going on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The comparison that it began in: its first question went to several at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<ComparisonId>,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The agent or model.
    Assistant,
}

/// How far an answer is. Questions are always `finished`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MessageState {
    /// It grows; if no run is going on it was interrupted, and opening the Hub says so.
    Streaming,
    /// The platform said that it is complete.
    Finished {
        /// Why it ended.
        reason: FinishReason,
    },
    /// It failed; what was received stays.
    Failed {
        /// Why.
        error: HubError,
    },
    /// The person stopped it.
    Cancelled {
        /// True when the platform confirmed that it stopped too.
        confirmed: bool,
    },
    /// The connection or this program ended before the answer was complete.
    Truncated {
        /// Why, as far as it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<HubError>,
    },
}

/// A message. Messages form a tree: an edited question or another answer is a sibling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// The message before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<MessageId>,
    /// Who wrote it.
    pub role: Role,
    /// How far it is.
    pub state: MessageState,
    /// The text; Markdown for answers. At most 2 MiB, the rest is kept as a file.
    pub text: String,
    /// Everything else an answer holds.
    #[serde(default)]
    pub body: MessageBody,
    /// Files the person sent along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<FileView>,
    /// All messages at this place of the tree, in order, itself included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub siblings: Vec<MessageId>,
    /// When it was begun.
    pub created_at: UtcMs,
}

/// What an answer holds beside its text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageBody {
    /// The reasoning.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reasoning: String,
    /// How long the reasoning took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_ms: Option<u64>,
    /// The platform's name for the answer in `text`, where it sends several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Further answers, where a platform sends several: by part, in order of arrival.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<AnswerPart>,
    /// Tools, nodes and retrievals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// Files the platform made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<RemoteFile>,
    /// Typed results of a workflow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Output>,
    /// Questions to go on with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<String>,
    /// What the platform waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need_input: Option<NeedInput>,
    /// What was worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// Token counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// How long things took and what was asked, for the details panel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<RunFacts>,
    /// The platform's ids.
    pub remote: RemoteIds,
    /// The input variables sent along with a question.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, Value>,
    /// The answer that a question is to what the platform waited for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub answer: BTreeMap<String, Value>,
    /// Where the rest lies when the text was longer than a message shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overflow: Option<FileId>,
    /// The message of another conversation that this one is a copy of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copied_from: Option<MessageId>,
}

/// A further answer of the same run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerPart {
    /// The platform's name for it.
    pub part: String,
    /// Its text.
    pub text: String,
}

/// Something worth knowing that is not a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Which; words are in `hub-text` under `notice-…`.
    pub code: String,
    /// Facts for the words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// One plain sentence.
    pub message: String,
}

/// How a run went, for the details panel. Never holds a header value or a body.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunFacts {
    /// The connection's name.
    pub connection: String,
    /// The model asked, where one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// HTTP method.
    pub method: String,
    /// The address without its query.
    pub url: String,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// HTTP version, for example `HTTP/1.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<String>,
    /// The platform's request id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Which proxy was used, without its password; absent means none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// How often the request was repeated because the server had refused it.
    pub retries: u32,
    /// From sending to the first byte of the answer, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_byte_ms: Option<u64>,
    /// From sending to the first text, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_text_ms: Option<u64>,
    /// From sending to the end, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_ms: Option<u64>,
    /// How many earlier messages were sent along.
    pub history_sent: u32,
    /// How many earlier messages were not sent because they did not fit.
    pub history_not_sent: u32,
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileView {
    /// Its content hash.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Its type.
    pub mime: String,
    /// Its size, in bytes.
    pub bytes: u64,
}

/// A file to send along, as the page hands it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentInput {
    /// Its name.
    pub name: String,
    /// Its type.
    pub mime: String,
    /// Its bytes in base64.
    pub base64: String,
}

/// Asks a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SendRequest {
    /// The conversation; absent begins one.
    #[serde(default)]
    pub conversation: Option<ConversationId>,
    /// Whom to ask; needed to begin a conversation.
    #[serde(default)]
    pub target: Option<Target>,
    /// The message it follows; absent follows the newest branch.
    #[serde(default)]
    pub parent: Option<MessageId>,
    /// The question.
    pub text: String,
    /// Files.
    #[serde(default)]
    pub attachments: Vec<AttachmentInput>,
    /// Input variables.
    #[serde(default)]
    pub inputs: BTreeMap<String, Value>,
    /// The answer to a `need_input`.
    #[serde(default)]
    pub answer: BTreeMap<String, Value>,
}

/// Asks for another answer to the same question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegenerateRequest {
    /// The answer to replace by a sibling.
    pub message: MessageId,
}

/// Asks a question in other words. The files and variables of the earlier one go along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditQuestionRequest {
    /// The question that the new one stands beside.
    pub message: MessageId,
    /// The new words.
    pub text: String,
}

/// What came of a question: it is stored, and the run goes on by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// The run.
    pub run: RunId,
    /// The conversation, new or not.
    pub conversation: ConversationView,
    /// The stored question.
    pub question: MessageView,
    /// The answer, still empty.
    pub answer: MessageView,
}

/// Asks for conversations, newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListConversationsRequest {
    /// Only those with this agent or model.
    pub target: Option<Target>,
    /// The archived ones instead.
    pub archived: bool,
    /// How many; 0 means 100.
    pub limit: u32,
    /// Only those that last grew before this moment.
    pub before: Option<UtcMs>,
}

/// Asks for a conversation's messages: one branch of the tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShowConversationRequest {
    /// Which.
    pub id: ConversationId,
    /// A message the branch must pass through; absent takes the one that was written or chosen last.
    #[serde(default)]
    pub through: Option<MessageId>,
    /// How many of its last messages are wanted; absent means the whole branch.
    #[serde(default)]
    pub last: Option<u32>,
}

/// A conversation with one branch of its messages, oldest first: the whole of it, or its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationDetail {
    /// The conversation.
    pub conversation: ConversationView,
    /// How many messages of the branch stand above these: 0 for the whole, else what [`ShowEarlierRequest`] asks for.
    #[serde(default)]
    pub before: u32,
    /// The messages of the branch, to its last one. Each of them is whole.
    pub messages: Vec<MessageView>,
    /// What the person had begun to type.
    #[serde(default)]
    pub draft: String,
}

/// Asks for what stands above a message: the way from it towards the first one, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowEarlierRequest {
    /// The message below them.
    pub message: MessageId,
    /// How many at most, the nearest ones; no more than a thousand come.
    pub count: u32,
}

/// Changes a conversation. Absent parts stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditConversationRequest {
    /// Which.
    pub id: ConversationId,
    /// New title.
    #[serde(default)]
    pub title: Option<String>,
    /// Pin or unpin.
    #[serde(default)]
    pub pinned: Option<bool>,
    /// Archive or bring back.
    #[serde(default)]
    pub archived: Option<bool>,
    /// What the person has begun to type.
    #[serde(default)]
    pub draft: Option<String>,
}

/// Searches all messages and titles.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchRequest {
    /// What to look for; one character is enough.
    pub text: String,
    /// How many hits; 0 means 50.
    #[serde(default)]
    pub limit: u32,
    /// Which of them count.
    #[serde(default)]
    pub filter: SearchFilter,
}

/// Which messages and titles a search looks at: all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchFilter {
    /// Only conversations with this agent or model.
    pub target: Option<Target>,
    /// Only what is of this kind.
    pub kind: Option<SearchKind>,
    /// Only what was written at this moment or later. A title counts as written when its conversation last grew.
    pub since: Option<UtcMs>,
    /// Only what was written at this moment or before.
    pub until: Option<UtcMs>,
    /// Archived conversations do not count.
    pub without_archived: bool,
}

/// A kind of thing that a search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchKind {
    /// What the person asked.
    Question,
    /// What was answered.
    Answer,
    /// Titles of conversations.
    Title,
}

/// What was found, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchReply {
    /// The hits.
    pub hits: Vec<SearchHit>,
    /// How many there are in all; counting stops at 1,000.
    pub total: u32,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

/// One message that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchHit {
    /// Its conversation.
    pub conversation: ConversationId,
    /// That conversation's title.
    pub title: String,
    /// Whom it is held with.
    pub target_name: String,
    /// The platform behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<PlatformId>,
    /// The message; absent when only the title matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// Who wrote it.
    pub role: Role,
    /// A passage around the hit, in pieces; every other piece, from the second on, is a match.
    pub passage: Vec<String>,
    /// When it was written.
    pub at: UtcMs,
}

/// How a conversation is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Markdown.
    Md,
    /// JSON, with everything stored.
    Json,
    /// One HTML file that needs nothing else.
    Html,
}

/// Writes a conversation out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportConversationRequest {
    /// Which.
    pub id: ConversationId,
    /// How.
    pub format: ExportFormat,
}

/// Writes a conversation into a file of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteConversationRequest {
    /// Which.
    pub id: ConversationId,
    /// How.
    pub format: ExportFormat,
    /// The folder; it is made when it is not there.
    pub folder: String,
}

/// A conversation that was written into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenConversation {
    /// Where it lies.
    pub path: String,
    /// Its size, in bytes.
    pub bytes: u64,
}

/// A written-out conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// A file name for it.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Tells the platform what a person thinks of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackRequest {
    /// The answer.
    pub message: MessageId,
    /// Helpful or not; absent takes it back.
    #[serde(default)]
    pub helpful: Option<bool>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}
