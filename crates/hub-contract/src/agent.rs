//! Agents: what the operator offers to people under a name, in a group, with grants.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{AgentId, ConnectionId, GroupId, MemberId, ModelId, PlanId};
use crate::run::InputField;
use crate::{HubError, PlatformId, UtcMs};

/// What stands behind an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AgentSource {
    /// A bot, app or workflow of a platform.
    Remote {
        /// Its connection.
        connection: ConnectionId,
        /// Its id there; absent where the connection itself is the app.
        #[serde(default)]
        remote_id: Option<String>,
        /// True for workflow apps: a form in, typed results out.
        #[serde(default)]
        workflow: bool,
    },
    /// A model with a role prompt.
    Prompt {
        /// The model's connection.
        connection: ConnectionId,
        /// The model.
        model: ModelId,
        /// The role prompt.
        prompt: String,
        /// Parameters as the platform names them, for example `temperature`.
        #[serde(default)]
        parameters: Value,
    },
}

impl AgentSource {
    /// The connection that it stands on.
    pub fn connection(&self) -> &ConnectionId {
        match self {
            Self::Remote { connection, .. } | Self::Prompt { connection, .. } => connection,
        }
    }

    /// True for workflow apps.
    pub fn is_workflow(&self) -> bool {
        matches!(self, Self::Remote { workflow: true, .. })
    }
}

/// An agent as pages and terminals see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentView {
    /// Its id.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// The group it is listed under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What it is for.
    pub description: String,
    /// Its picture as a data URL, at most 128x128 and 16 KB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Why the picture that the platform has could not be taken over. Told only in the answer to adding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_error: Option<HubError>,
    /// What stands behind it. A member gets it without prompt, parameters and the id on the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<AgentSource>,
    /// Its platform.
    pub platform: PlatformId,
    /// Whether it can be used.
    pub enabled: bool,
    /// Whether the person looking may use it, and why not.
    pub access: Access,
    /// What opens it to the person looking, where that is a plan or a user group: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<OpenedBy>,
    /// Who may use it: plans. Only the operator gets them.
    pub plans: Vec<PlanId>,
    /// Who may use it: user groups. Only the operator gets them.
    pub groups: Vec<GroupId>,
    /// What it says first.
    #[serde(default)]
    pub opening: String,
    /// Questions to begin with, at most ten.
    #[serde(default)]
    pub suggestions: Vec<String>,
    /// Input variables.
    #[serde(default)]
    pub inputs: Vec<InputField>,
    /// Place in its list.
    pub position: u32,
    /// When it was made.
    pub created_at: UtcMs,
}

/// Whether somebody may use an agent. Default deny.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "access", rename_all = "snake_case")]
pub enum Access {
    /// Yes.
    Allowed,
    /// No: it is switched off.
    Disabled,
    /// No: these plans and groups would open it. Names only.
    Locked {
        /// Plan names.
        plans: Vec<String>,
        /// Group names.
        groups: Vec<String>,
    },
    /// No: the plan that would open it has expired.
    Expired {
        /// The plan's name.
        plan: String,
        /// When it ended.
        until: UtcMs,
    },
}

/// What opens an agent to somebody who is not the operator. Names only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", content = "name", rename_all = "snake_case")]
pub enum OpenedBy {
    /// A plan.
    Plan(String),
    /// A user group.
    Group(String),
}

/// As whom the Hub is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum ViewAs {
    /// The operator.
    #[default]
    Operator,
    /// A member.
    Member {
        /// Which.
        member: MemberId,
    },
    /// Anybody with this plan.
    Plan {
        /// Which.
        plan: PlanId,
    },
    /// Anybody in this user group.
    Group {
        /// Which.
        group: GroupId,
    },
}

/// Asks for agents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListAgentsRequest {
    /// As whom.
    pub view: ViewAs,
}

/// Adds an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddAgentRequest {
    /// What stands behind it.
    pub source: AgentSource,
    /// Its name.
    pub name: String,
    /// The group it is listed under.
    #[serde(default)]
    pub group: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Plans that may use it.
    #[serde(default)]
    pub plans: Vec<PlanId>,
    /// User groups that may use it.
    #[serde(default)]
    pub groups: Vec<GroupId>,
}

/// Where an agent's picture comes from. Whatever it is, it is kept as a PNG of at most 128x128 pixels and 16 KB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum IconChoice {
    /// From the platform, fetched once.
    Platform,
    /// A PNG, JPEG or WebP of the operator's own.
    File {
        /// Its bytes.
        base64: String,
    },
    /// From nowhere: the initials stand in its place.
    Nothing,
}

/// Gives an agent another picture, or takes it away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAgentIconRequest {
    /// Which agent.
    pub id: AgentId,
    /// Its picture.
    pub icon: IconChoice,
}

/// Changes a model with a role prompt. Absent parts stay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditPrompt {
    /// Another enabled model, which may belong to another connection.
    pub model: Option<ModelAddress>,
    /// New role prompt; empty is none.
    pub prompt: Option<String>,
    /// New parameters as the platform names them, in place of all earlier ones; an object or null.
    pub parameters: Option<serde_json::Value>,
}

/// A model and the connection it is reached through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelAddress {
    /// The connection.
    pub connection: ConnectionId,
    /// The model.
    pub model: ModelId,
}

/// Changes an agent. Absent parts stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditAgentRequest {
    /// Which.
    pub id: AgentId,
    /// New name.
    #[serde(default)]
    pub name: Option<String>,
    /// New group; empty takes it out of its group.
    #[serde(default)]
    pub group: Option<String>,
    /// New description.
    #[serde(default)]
    pub description: Option<String>,
    /// What changes behind a model with a role prompt.
    #[serde(default)]
    pub prompt: Option<EditPrompt>,
    /// On or off.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// New plans.
    #[serde(default)]
    pub plans: Option<Vec<PlanId>>,
    /// New user groups.
    #[serde(default)]
    pub groups: Option<Vec<GroupId>>,
}
