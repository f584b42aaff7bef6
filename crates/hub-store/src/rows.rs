//! What is stored, as the core hands it over and gets it back.

use std::collections::BTreeMap;

use hub_contract::agent::AgentSource;
use hub_contract::connection::TestReport;
use hub_contract::conversation::{MessageState, Target};
use hub_contract::id::{
    AgentId, ComparisonId, ConnectionId, ConversationId, GroupId, MemberId, MessageId, ModelId, PlanId,
};
use hub_contract::model::Capabilities;
use hub_contract::run::InputField;
use hub_contract::secret::SecretHint;
use hub_contract::settings::ProxySetting;
use hub_contract::{PlatformId, UtcMs};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A connection. Secrets themselves are in the vault; only hints are here.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionRow {
    /// Its id.
    pub id: ConnectionId,
    /// Its platform.
    pub platform: PlatformId,
    /// The operator's name for it.
    pub name: String,
    /// The complete base URL.
    pub base_url: String,
    /// Fields that are not secret.
    pub fields: BTreeMap<String, String>,
    /// A hint for every secret field that has one stored in the vault.
    pub secrets: BTreeMap<String, SecretHint>,
    /// A proxy of its own; `None` means the Hub's setting.
    pub proxy: Option<ProxySetting>,
    /// The operator allowed plain http to this public host.
    pub plain_http_allowed: bool,
    /// The last test.
    pub last_test: Option<TestReport>,
    /// When its catalogue was last fetched.
    pub catalog_at: Option<UtcMs>,
    /// When it was made.
    pub created_at: UtcMs,
}

/// A model of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRow {
    /// Its connection.
    pub connection: ConnectionId,
    /// Its id, as the platform writes it.
    pub id: ModelId,
    /// Whether it can be chatted with.
    pub enabled: bool,
    /// Not in the platform's list: typed in, or enabled here and since gone from the list.
    pub typed_in: bool,
    /// False for models that cannot chat as far as their id tells.
    pub chats: bool,
    /// What the platform tells of it.
    pub capabilities: Capabilities,
    /// The day the platform will switch it off, as it writes it.
    pub shutdown_date: Option<String>,
}

/// An agent with its grants.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentRow {
    /// Its id.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// The group it is listed under.
    pub group: Option<String>,
    /// What it is for.
    pub description: String,
    /// Its picture as a data URL.
    pub icon: Option<String>,
    /// Its platform.
    pub platform: PlatformId,
    /// What stands behind it. Its connection may be gone.
    pub source: AgentSource,
    /// What the platform told about it.
    pub app: AppFacts,
    /// Whether it can be used.
    pub enabled: bool,
    /// Plans that open it, by id.
    pub plans: Vec<PlanId>,
    /// User groups that it is open to, by id.
    pub groups: Vec<GroupId>,
    /// Place in the list.
    pub position: u32,
    /// When it was made.
    pub created_at: UtcMs,
}

/// What a platform told about the app behind an agent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppFacts {
    /// What it says first.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub opening: String,
    /// Questions to begin with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<String>,
    /// Input variables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputField>,
    /// The platform's own word for how it works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Its id.
    pub id: PlanId,
    /// Its name.
    pub name: String,
    /// The name as it is compared with others: only one plan has it.
    pub name_key: String,
    /// When it was made.
    pub created_at: UtcMs,
}

/// A user group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// The name as it is compared with others: only one group has it.
    pub name_key: String,
    /// When it was made.
    pub created_at: UtcMs,
}

/// How much hangs on a plan or a user group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Uses {
    /// Members who have it or belong to it.
    pub members: u32,
    /// Agents that it opens.
    pub agents: u32,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// The member's id.
    pub id: MemberId,
    /// The member's name.
    pub name: String,
    /// The name as it is compared with others: only one member has it.
    pub name_key: String,
    /// The plan.
    pub plan: Option<PlanId>,
    /// The last moment of the plan; `None` means it does not end.
    pub until: Option<UtcMs>,
    /// The groups, by id.
    pub groups: Vec<GroupId>,
    /// When the member was added.
    pub created_at: UtcMs,
}

/// A conversation without its messages.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationRow {
    /// Its id.
    pub id: ConversationId,
    /// Its title.
    pub title: String,
    /// Whom it is held with. May name something that is gone.
    pub target: Target,
    /// The name of that agent or model; kept when it is gone.
    pub target_name: String,
    /// The platform behind it.
    pub platform: Option<PlatformId>,
    /// Kept on top.
    pub pinned: bool,
    /// Put away.
    pub archived: bool,
    /// What the person has begun to type.
    pub draft: String,
    /// The comparison that it began in.
    pub comparison: Option<ComparisonId>,
    /// When it began.
    pub created_at: UtcMs,
    /// When somebody last asked in it.
    pub updated_at: UtcMs,
}

/// How much is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes of the database and what is not yet folded into it.
    pub database_bytes: u64,
    /// How many attachments and generated files there are.
    pub files: u64,
    /// Bytes of attachments and generated files.
    pub files_bytes: u64,
    /// Bytes of the backups in the backups folder.
    pub backups_bytes: u64,
    /// How many backups lie there.
    pub backups: u32,
    /// When the newest of them was made.
    pub last_backup: Option<UtcMs>,
    /// How many conversations there are.
    pub conversations: u64,
    /// How many messages there are, on all branches.
    pub messages: u64,
}

/// Which earlier runs are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRunsOf {
    /// Whose.
    pub agent: AgentId,
    /// Most of them.
    pub limit: u32,
    /// Only those before the run that ends with this answer.
    pub before: Option<MessageId>,
    /// Only those that something was filled in for.
    pub only_with_inputs: bool,
}

/// An earlier run: an answer, and what was filled in for it.
#[derive(Debug, Clone, PartialEq)]
pub struct PastRunRow {
    /// Its conversation.
    pub conversation: ConversationId,
    /// The answer that it ended with.
    pub answer: MessageId,
    /// How it ended; a growing one may be further by now.
    pub state: MessageState,
    /// When that answer was begun.
    pub created_at: UtcMs,
    /// How long it took, in milliseconds, with the parts before that answer.
    pub total_ms: Option<u64>,
    /// How the text of its question begins.
    pub text: String,
    /// The input variables.
    pub inputs: BTreeMap<String, Value>,
}
