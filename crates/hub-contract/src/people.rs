//! Plans (订阅等级), user groups (用户分组) and members.

use serde::{Deserialize, Serialize};

use crate::UtcMs;
use crate::id::{GroupId, MemberId, PlanId};

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// Its id.
    pub id: PlanId,
    /// Its name.
    pub name: String,
    /// How many members have it.
    pub members: u32,
    /// How many agents it opens.
    pub agents: u32,
}

/// A user group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupView {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// How many members it has.
    pub members: u32,
    /// How many agents it opens.
    pub agents: u32,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberView {
    /// The member's id.
    pub id: MemberId,
    /// The member's name.
    pub name: String,
    /// The plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanId>,
    /// When the plan ends; absent means it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UtcMs>,
    /// The groups.
    pub groups: Vec<GroupId>,
}

/// Adds a plan or a user group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddNamedRequest {
    /// Its name.
    pub name: String,
}

/// Gives a plan another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditPlanRequest {
    /// Which.
    pub id: PlanId,
    /// Its new name.
    pub name: String,
}

/// Gives a user group another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditGroupRequest {
    /// Which.
    pub id: GroupId,
    /// Its new name.
    pub name: String,
}

/// Removes a plan. Members that have it then have none, and agents that it opens lose that grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovePlanRequest {
    /// Which.
    pub id: PlanId,
    /// Also while members have it or agents are opened by it; otherwise it is refused with their numbers.
    #[serde(default)]
    pub even_if_used: bool,
}

/// Removes a user group. Its members leave it, and agents that it opens lose that grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveGroupRequest {
    /// Which.
    pub id: GroupId,
    /// Also while it has members or opens agents; otherwise it is refused with their numbers.
    #[serde(default)]
    pub even_if_used: bool,
}

/// Adds a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddMemberRequest {
    /// The name.
    pub name: String,
    /// The plan.
    #[serde(default)]
    pub plan: Option<PlanId>,
    /// When the plan ends.
    #[serde(default)]
    pub until: Option<UtcMs>,
    /// The groups.
    #[serde(default)]
    pub groups: Vec<GroupId>,
}

/// Changes a member: everything is set anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditMemberRequest {
    /// Which.
    pub id: MemberId,
    /// The member as it shall be.
    pub member: AddMemberRequest,
}

/// Asks who could use an agent with these grants; changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewGrantsRequest {
    /// Plans that would open it.
    pub plans: Vec<PlanId>,
    /// User groups that would open it.
    pub groups: Vec<GroupId>,
}

/// Who could use an agent with certain grants, once it is switched on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantsPreview {
    /// How many members could.
    pub members: u32,
    /// How many members there are.
    pub of: u32,
    /// How many could if their plan had not ended.
    pub expired: u32,
    /// The names of the first who could.
    pub names: Vec<String>,
}
