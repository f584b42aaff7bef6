//! `hub plans`, `hub groups` and `hub members`.

use std::collections::HashMap;

use hub_contract::id::{GroupId, MemberId, PlanId};
use hub_contract::people::{
    AddMemberRequest, AddNamedRequest, EditGroupRequest, EditMemberRequest, EditPlanRequest, MemberView,
    RemoveGroupRequest, RemovePlanRequest,
};
use hub_contract::{ErrorCode, HubError};
use hub_core::Hub;
use serde::Serialize;

use crate::args::{Member, Members, Named};
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::session::{Access, Session};

pub(super) async fn plans(command: Named, session: &Session, output: &Output) -> Result<()> {
    match command {
        Named::List => {
            let plans = session.with(Access::Reading, async |hub| Ok(hub.plans_list(()).await?)).await?;
            output.list(&plans, &["id", "name", "members", "agents"], |plan| {
                vec![plan.id.to_string(), plan.name.clone(), plan.members.to_string(), plan.agents.to_string()]
            })
        }
        Named::Add { name } => {
            let request = AddNamedRequest { name };
            let plan = session.with(Access::Writing, async |hub| Ok(hub.plan_add(request).await?)).await?;
            tell_added(&plan, &plan.name, plan.id.as_str(), output)
        }
        Named::Rename { id, new_name } => {
            let plan = session
                .with(Access::Writing, async |hub| {
                    let request = EditPlanRequest { id: plan_id(&hub, &id).await?, name: new_name };
                    Ok(hub.plan_edit(request).await?)
                })
                .await?;
            tell_changed(&plan, &plan.name, output)
        }
        Named::Remove { id, even_if_used } => {
            session
                .with(Access::Writing, async |hub| {
                    let request = RemovePlanRequest { id: plan_id(&hub, &id).await?, even_if_used };
                    Ok(hub.plan_remove(request).await?)
                })
                .await?;
            output.say("cli-removed", &[("what", id.into())]);
            Ok(())
        }
    }
}

pub(super) async fn groups(command: Named, session: &Session, output: &Output) -> Result<()> {
    match command {
        Named::List => {
            let groups = session.with(Access::Reading, async |hub| Ok(hub.groups_list(()).await?)).await?;
            output.list(&groups, &["id", "name", "members", "agents"], |group| {
                vec![group.id.to_string(), group.name.clone(), group.members.to_string(), group.agents.to_string()]
            })
        }
        Named::Add { name } => {
            let request = AddNamedRequest { name };
            let group = session.with(Access::Writing, async |hub| Ok(hub.group_add(request).await?)).await?;
            tell_added(&group, &group.name, group.id.as_str(), output)
        }
        Named::Rename { id, new_name } => {
            let group = session
                .with(Access::Writing, async |hub| {
                    let request = EditGroupRequest { id: group_id(&hub, &id).await?, name: new_name };
                    Ok(hub.group_edit(request).await?)
                })
                .await?;
            tell_changed(&group, &group.name, output)
        }
        Named::Remove { id, even_if_used } => {
            session
                .with(Access::Writing, async |hub| {
                    let request = RemoveGroupRequest { id: group_id(&hub, &id).await?, even_if_used };
                    Ok(hub.group_remove(request).await?)
                })
                .await?;
            output.say("cli-removed", &[("what", id.into())]);
            Ok(())
        }
    }
}

pub(super) async fn members(command: Members, session: &Session, output: &Output) -> Result<()> {
    match command {
        Members::List => list_members(session, output).await,
        Members::Add(member) => {
            let member = session
                .with(Access::Writing, async |hub| {
                    let request = described(&hub, member).await?;
                    Ok(hub.member_add(request).await?)
                })
                .await?;
            tell_added(&member, &member.name, member.id.as_str(), output)
        }
        Members::Edit { id, member } => {
            let member = session
                .with(Access::Writing, async |hub| {
                    let id = member_id(&hub, &id).await?;
                    let request = EditMemberRequest { id, member: described(&hub, member).await? };
                    Ok(hub.member_edit(request).await?)
                })
                .await?;
            tell_changed(&member, &member.name, output)
        }
        Members::Remove { id } => {
            session
                .with(Access::Writing, async |hub| {
                    let member = member_id(&hub, &id).await?;
                    Ok(hub.member_remove(member).await?)
                })
                .await?;
            output.say("cli-removed", &[("what", id.into())]);
            Ok(())
        }
    }
}

/// The plans that a person named, each by its id or by its name.
pub(super) async fn plan_ids(hub: &Hub, asked: Vec<String>) -> Result<Vec<PlanId>> {
    let plans = hub.plans_list(()).await?;
    let known = plans.iter().map(|plan| (plan.id.as_str(), plan.name.as_str()));
    asked.iter().map(|asked| Ok(PlanId(named(known.clone(), asked, "plan")?))).collect()
}

/// The user groups that a person named, each by its id or by its name.
pub(super) async fn group_ids(hub: &Hub, asked: Vec<String>) -> Result<Vec<GroupId>> {
    let groups = hub.groups_list(()).await?;
    let known = groups.iter().map(|group| (group.id.as_str(), group.name.as_str()));
    asked.iter().map(|asked| Ok(GroupId(named(known.clone(), asked, "group")?))).collect()
}

pub(super) async fn plan_id(hub: &Hub, asked: &str) -> Result<PlanId> {
    let plans = hub.plans_list(()).await?;
    named(plans.iter().map(|plan| (plan.id.as_str(), plan.name.as_str())), asked, "plan").map(PlanId)
}

pub(super) async fn group_id(hub: &Hub, asked: &str) -> Result<GroupId> {
    let groups = hub.groups_list(()).await?;
    named(groups.iter().map(|group| (group.id.as_str(), group.name.as_str())), asked, "group").map(GroupId)
}

pub(super) async fn member_id(hub: &Hub, asked: &str) -> Result<MemberId> {
    let members = hub.members_list(()).await?;
    named(members.iter().map(|member| (member.id.as_str(), member.name.as_str())), asked, "member").map(MemberId)
}

/// Ids win over names; no two of a kind have one name.
fn named<'a>(known: impl Iterator<Item = (&'a str, &'a str)> + Clone, asked: &str, what: &str) -> Result<String> {
    let by_id = known.clone().find(|(id, _)| *id == asked);
    let found = by_id.or_else(|| known.clone().find(|(_, name)| *name == asked)).map(|(id, _)| id.to_owned());
    found.ok_or_else(|| {
        let error = HubError::new(ErrorCode::NotFound, format!("there is no {what} {asked}"));
        Failure::from(error.hint(&format!("{what}_gone")))
    })
}

async fn described(hub: &Hub, member: Member) -> Result<AddMemberRequest> {
    let plan = match &member.plan {
        Some(plan) => Some(plan_id(hub, plan).await?),
        None => None,
    };
    Ok(AddMemberRequest { name: member.name, plan, until: member.until, groups: group_ids(hub, member.groups).await? })
}

async fn list_members(session: &Session, output: &Output) -> Result<()> {
    let (members, names) = session
        .with(Access::Reading, async |hub| {
            let mut names = HashMap::new();
            names.extend(hub.plans_list(()).await?.into_iter().map(|plan| (plan.id.0, plan.name)));
            names.extend(hub.groups_list(()).await?.into_iter().map(|group| (group.id.0, group.name)));
            Ok((hub.members_list(()).await?, names))
        })
        .await?;
    let name = |id: &str| names.get(id).cloned().unwrap_or_default();
    output.list(&members, &["id", "name", "plan", "until", "groups"], |member: &MemberView| {
        let groups: Vec<String> = member.groups.iter().map(|group| name(group.as_str())).collect();
        vec![
            member.id.to_string(),
            member.name.clone(),
            member.plan.as_ref().map(|plan| name(plan.as_str())).unwrap_or_default(),
            member.until.map(|until| output.time(until)).unwrap_or_default(),
            groups.join(", "),
        ]
    })
}

fn tell_added(added: &impl Serialize, name: &str, id: &str, output: &Output) -> Result<()> {
    if output.is_json() {
        return output.object(added);
    }
    output.say("cli-added", &[("name", name.into())]);
    output.text(&format!("{id}\n"))
}

fn tell_changed(changed: &impl Serialize, name: &str, output: &Output) -> Result<()> {
    if output.is_json() {
        return output.object(changed);
    }
    output.say("cli-changed", &[("name", name.into())]);
    Ok(())
}
