//! Plans, user groups and members: who there is to grant agents to.

use std::collections::BTreeSet;

use hub_contract::id::{GroupId, MemberId, PlanId};
use hub_contract::people::{
    AddMemberRequest, AddNamedRequest, EditGroupRequest, EditMemberRequest, EditPlanRequest, GrantsPreview, GroupView,
    MemberView, PlanView, PreviewGrantsRequest, RemoveGroupRequest, RemovePlanRequest,
};
use hub_contract::{ErrorCode, HubError};
use hub_store::{GroupRow, MemberRow, PlanRow, Uses};

use crate::access::{Decision, HeldPlan, Holdings, Offer, Viewer, WhyNot, decide};
use crate::{Hub, Result, names};

/// How many names a preview of grants tells.
const PREVIEW_NAMES: usize = 3;

impl Hub {
    /// The plans, with how many members have each and how many agents it opens.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn plans_list(&self, (): ()) -> Result<Vec<PlanView>> {
        Ok(self.inner.store.plans_with_uses().await?.into_iter().map(|(row, uses)| plan_view(row, uses)).collect())
    }

    /// Adds a plan.
    ///
    /// # Errors
    /// `invalid_request` for a name that cannot be kept or that another plan has, `too_large`, `forbidden` for a member.
    pub async fn plan_add(&self, request: AddNamedRequest) -> Result<PlanView> {
        self.refuse_member()?;
        let name = names::checked(&request.name, "name")?;
        let id = PlanId(self.inner.ids.new_id());
        let row = PlanRow { id, name_key: names::key(&name), name, created_at: self.now() };
        self.inner.store.put_plan(row.clone()).await?;
        Ok(plan_view(row, Uses::default()))
    }

    /// Gives a plan another name.
    ///
    /// # Errors
    /// As [`Hub::plan_add`], and `not_found`.
    pub async fn plan_edit(&self, request: EditPlanRequest) -> Result<PlanView> {
        self.refuse_member()?;
        let (mut row, uses) = self.plan_with_uses(&request.id).await?;
        row.name = names::checked(&request.name, "name")?;
        row.name_key = names::key(&row.name);
        self.inner.store.put_plan(row.clone()).await?;
        Ok(plan_view(row, uses))
    }

    /// Removes a plan. Members that have it then have none, and agents that it opens lose that grant.
    ///
    /// # Errors
    /// `not_found`; `invalid_request` with the hint `in_use` and the numbers while something hangs on it, unless the
    /// request says to remove it all the same; `forbidden` for a member.
    pub async fn plan_remove(&self, request: RemovePlanRequest) -> Result<()> {
        self.refuse_member()?;
        let (row, uses) = self.plan_with_uses(&request.id).await?;
        refuse_used(uses, request.even_if_used)?;
        Ok(self.inner.store.remove_plan(&row.id).await?)
    }

    /// The user groups, with how many members each has and how many agents it opens.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn groups_list(&self, (): ()) -> Result<Vec<GroupView>> {
        Ok(self.inner.store.groups_with_uses().await?.into_iter().map(|(row, uses)| group_view(row, uses)).collect())
    }

    /// Adds a user group.
    ///
    /// # Errors
    /// As [`Hub::plan_add`].
    pub async fn group_add(&self, request: AddNamedRequest) -> Result<GroupView> {
        self.refuse_member()?;
        let name = names::checked(&request.name, "name")?;
        let id = GroupId(self.inner.ids.new_id());
        let row = GroupRow { id, name_key: names::key(&name), name, created_at: self.now() };
        self.inner.store.put_group(row.clone()).await?;
        Ok(group_view(row, Uses::default()))
    }

    /// Gives a user group another name.
    ///
    /// # Errors
    /// As [`Hub::plan_edit`].
    pub async fn group_edit(&self, request: EditGroupRequest) -> Result<GroupView> {
        self.refuse_member()?;
        let (mut row, uses) = self.group_with_uses(&request.id).await?;
        row.name = names::checked(&request.name, "name")?;
        row.name_key = names::key(&row.name);
        self.inner.store.put_group(row.clone()).await?;
        Ok(group_view(row, uses))
    }

    /// Removes a user group. Its members leave it, and agents that it opens lose that grant.
    ///
    /// # Errors
    /// As [`Hub::plan_remove`].
    pub async fn group_remove(&self, request: RemoveGroupRequest) -> Result<()> {
        self.refuse_member()?;
        let (row, uses) = self.group_with_uses(&request.id).await?;
        refuse_used(uses, request.even_if_used)?;
        Ok(self.inner.store.remove_group(&row.id).await?)
    }

    /// The members, in the order they were added. A member sees nobody but himself.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn members_list(&self, (): ()) -> Result<Vec<MemberView>> {
        Ok(self.inner.store.members().await?.into_iter().map(member_view).collect())
    }

    /// Adds a member.
    ///
    /// # Errors
    /// As [`Hub::plan_add`]; `not_found` for a plan or group that is gone; `invalid_request` for an end without a plan.
    pub async fn member_add(&self, request: AddMemberRequest) -> Result<MemberView> {
        self.refuse_member()?;
        let row = described(MemberId(self.inner.ids.new_id()), request, self.now())?;
        self.inner.store.put_member(row.clone()).await?;
        Ok(member_view(row))
    }

    /// Changes a member: everything is set anew.
    ///
    /// # Errors
    /// As [`Hub::member_add`], and `not_found`.
    pub async fn member_edit(&self, request: EditMemberRequest) -> Result<MemberView> {
        self.refuse_member()?;
        let old = self.inner.store.member(&request.id).await?.ok_or_else(|| gone("member"))?;
        let row = described(old.id, request.member, old.created_at)?;
        self.inner.store.put_member(row.clone()).await?;
        Ok(member_view(row))
    }

    /// Removes a member. Nothing hangs on one.
    ///
    /// # Errors
    /// `not_found`; `forbidden` for a member.
    pub async fn member_remove(&self, id: MemberId) -> Result<()> {
        self.refuse_member()?;
        let row = self.inner.store.member(&id).await?.ok_or_else(|| gone("member"))?;
        Ok(self.inner.store.remove_member(&row.id).await?)
    }

    /// Who could use an agent with these grants, once it is switched on: what the one rule says of every member.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn grants_preview(&self, request: PreviewGrantsRequest) -> Result<GrantsPreview> {
        let offer = Offer { enabled: true, plans: &request.plans, groups: &request.groups };
        let now = self.now();
        let mut preview = GrantsPreview::default();
        for row in self.inner.store.members().await? {
            preview.of += 1;
            match decide(&viewer_of(&row), offer, now) {
                Decision::Allowed(_) => {
                    preview.members += 1;
                    if preview.names.len() < PREVIEW_NAMES {
                        preview.names.push(row.name);
                    }
                }
                Decision::Denied(WhyNot::Expired { .. }) => preview.expired += 1,
                Decision::Denied(_) => {}
            }
        }
        Ok(preview)
    }

    pub(crate) async fn plan_row(&self, id: &PlanId) -> Result<PlanRow> {
        self.inner.store.plans().await?.into_iter().find(|row| row.id == *id).ok_or_else(|| gone("plan"))
    }

    pub(crate) async fn group_row(&self, id: &GroupId) -> Result<GroupRow> {
        self.inner.store.groups().await?.into_iter().find(|row| row.id == *id).ok_or_else(|| gone("group"))
    }

    async fn plan_with_uses(&self, id: &PlanId) -> Result<(PlanRow, Uses)> {
        let mut plans = self.inner.store.plans_with_uses().await?.into_iter();
        plans.find(|(row, _)| row.id == *id).ok_or_else(|| gone("plan"))
    }

    async fn group_with_uses(&self, id: &GroupId) -> Result<(GroupRow, Uses)> {
        let mut groups = self.inner.store.groups_with_uses().await?.into_iter();
        groups.find(|(row, _)| row.id == *id).ok_or_else(|| gone("group"))
    }
}

/// What the rule sees of a member.
pub(crate) fn viewer_of(member: &MemberRow) -> Viewer {
    let plans = member.plan.iter().map(|plan| HeldPlan { plan: plan.clone(), until: member.until }).collect();
    Viewer::Holder(Holdings { plans, groups: member.groups.clone() })
}

/// Ids as they are granted: each once.
pub(crate) fn each_once<T: Ord>(ids: Vec<T>) -> Vec<T> {
    ids.into_iter().collect::<BTreeSet<T>>().into_iter().collect()
}

fn described(id: MemberId, asked: AddMemberRequest, created_at: hub_contract::UtcMs) -> Result<MemberRow> {
    if asked.until.is_some() && asked.plan.is_none() {
        let error = HubError::new(ErrorCode::InvalidRequest, "an end needs a plan that ends");
        return Err(error.hint("until_without_plan").field("until"));
    }
    let name = names::checked(&asked.name, "name")?;
    Ok(MemberRow {
        id,
        name_key: names::key(&name),
        name,
        plan: asked.plan,
        until: asked.until,
        groups: each_once(asked.groups),
        created_at,
    })
}

fn plan_view(row: PlanRow, uses: Uses) -> PlanView {
    PlanView { id: row.id, name: row.name, members: uses.members, agents: uses.agents }
}

fn group_view(row: GroupRow, uses: Uses) -> GroupView {
    GroupView { id: row.id, name: row.name, members: uses.members, agents: uses.agents }
}

fn member_view(row: MemberRow) -> MemberView {
    MemberView { id: row.id, name: row.name, plan: row.plan, until: row.until, groups: row.groups }
}

fn refuse_used(uses: Uses, even_if_used: bool) -> Result<()> {
    if uses == Uses::default() || even_if_used {
        return Ok(());
    }
    let numbers = format!("members: {}, agents: {}", uses.members, uses.agents);
    let mut error = HubError::new(ErrorCode::InvalidRequest, format!("it is in use: {numbers}")).hint("in_use");
    error.detail.text = Some(numbers);
    Err(error)
}

fn gone(what: &str) -> HubError {
    HubError::new(ErrorCode::NotFound, format!("there is no such {what}")).hint(&format!("{what}_gone"))
}
