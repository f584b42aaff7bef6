//! A plan or a user group: both are a name that members have and that opens agents.

use hub_contract::HubError;
use hub_contract::agent::ViewAs;
use hub_contract::command::{AddGroup, AddPlan, EditGroup, EditPlan, RemoveGroup, RemovePlan};
use hub_contract::id::{GroupId, PlanId};
use hub_contract::people::{
    AddNamedRequest, EditGroupRequest, EditPlanRequest, GroupView, PlanView, RemoveGroupRequest, RemovePlanRequest,
};

use crate::ipc;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// 订阅等级
    Plan,
    /// 用户分组
    Group,
}

impl Kind {
    /// Its word, as the texts choose by it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Group => "group",
        }
    }

    /// Looks at the Hub as anybody who has it.
    pub(super) fn view(self, id: &str) -> ViewAs {
        match self {
            Self::Plan => ViewAs::Plan { plan: PlanId::from(id) },
            Self::Group => ViewAs::Group { group: GroupId::from(id) },
        }
    }

    /// Adds one, or gives the one with that id another name.
    pub(super) async fn save(self, id: Option<String>, name: String) -> Result<Named, HubError> {
        Ok(match (self, id) {
            (Self::Plan, None) => ipc::call::<AddPlan>(AddNamedRequest { name }).await?.into(),
            (Self::Plan, Some(id)) => ipc::call::<EditPlan>(EditPlanRequest { id: PlanId(id), name }).await?.into(),
            (Self::Group, None) => ipc::call::<AddGroup>(AddNamedRequest { name }).await?.into(),
            (Self::Group, Some(id)) => ipc::call::<EditGroup>(EditGroupRequest { id: GroupId(id), name }).await?.into(),
        })
    }

    /// Removes one; `even_if_used` as the person was told what hangs on it.
    pub(super) async fn remove(self, id: String, even_if_used: bool) -> Result<(), HubError> {
        match self {
            Self::Plan => ipc::call::<RemovePlan>(RemovePlanRequest { id: PlanId(id), even_if_used }).await,
            Self::Group => ipc::call::<RemoveGroup>(RemoveGroupRequest { id: GroupId(id), even_if_used }).await,
        }
    }
}

/// A plan or a user group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub id: String,
    pub name: String,
    /// How many members have it.
    pub members: u32,
    /// How many agents it opens.
    pub agents: u32,
}

impl Named {
    /// Whether members or agents hang on it.
    pub(super) fn is_used(&self) -> bool {
        self.members > 0 || self.agents > 0
    }
}

impl From<PlanView> for Named {
    fn from(plan: PlanView) -> Self {
        Self { id: plan.id.0, name: plan.name, members: plan.members, agents: plan.agents }
    }
}

impl From<GroupView> for Named {
    fn from(group: GroupView) -> Self {
        Self { id: group.id.0, name: group.name, members: group.members, agents: group.agents }
    }
}
