//! Commands whose turn comes with a later version. They are understood and handed to the core, which says so.

use std::path::PathBuf;

use hub_contract::UtcMs;
use hub_contract::bundle::{Audience, BundleAddressRequest, ExportBundleRequest, ImportBundleRequest};
use hub_contract::id::{GroupId, MemberId, PlanId};
use hub_contract::people::{AddMemberRequest, AddNamedRequest, EditMemberRequest};
use hub_core::Hub;

use crate::args::{Bundle, ExportBundle, Member, Members, Named};
use crate::failure::Result;
use crate::output::Output;
use crate::secrets;
use crate::session::{Access, Session};

pub(super) async fn plans(command: Named, session: &Session, output: &Output) -> Result<()> {
    match command {
        Named::List => {
            let plans = session.with(Access::Reading, async |hub| Ok(hub.plans_list(()).await?)).await?;
            output.list(&plans, &["id", "name"], |plan| vec![plan.id.to_string(), plan.name.clone()])
        }
        Named::Add { name } => {
            let request = AddNamedRequest { name };
            session.with(Access::Writing, async |hub| output.object(&hub.plan_add(request).await?)).await
        }
        Named::Remove { id } => session.with(Access::Writing, async |hub| Ok(hub.plan_remove(PlanId(id)).await?)).await,
    }
}

pub(super) async fn groups(command: Named, session: &Session, output: &Output) -> Result<()> {
    match command {
        Named::List => {
            let groups = session.with(Access::Reading, async |hub| Ok(hub.groups_list(()).await?)).await?;
            output.list(&groups, &["id", "name"], |group| vec![group.id.to_string(), group.name.clone()])
        }
        Named::Add { name } => {
            let request = AddNamedRequest { name };
            session.with(Access::Writing, async |hub| output.object(&hub.group_add(request).await?)).await
        }
        Named::Remove { id } => {
            session.with(Access::Writing, async |hub| Ok(hub.group_remove(GroupId(id)).await?)).await
        }
    }
}

pub(super) async fn members(command: Members, session: &Session, output: &Output) -> Result<()> {
    match command {
        Members::List => {
            let members = session.with(Access::Reading, async |hub| Ok(hub.members_list(()).await?)).await?;
            output.list(&members, &["id", "name"], |member| vec![member.id.to_string(), member.name.clone()])
        }
        Members::Add(request) => {
            let request = member(request);
            session.with(Access::Writing, async |hub| output.object(&hub.member_add(request).await?)).await
        }
        Members::Edit { id, member: request } => {
            let request = EditMemberRequest { id: MemberId(id), member: member(request) };
            session.with(Access::Writing, async |hub| output.object(&hub.member_edit(request).await?)).await
        }
        Members::Remove { id } => {
            session.with(Access::Writing, async |hub| Ok(hub.member_remove(MemberId(id)).await?)).await
        }
    }
}

pub(super) async fn bundle(command: Bundle, session: &Session) -> Result<()> {
    session
        .with(Access::Writing, async |hub| {
            match command {
                Bundle::Export(request) => {
                    let request = export(&hub, request).await?;
                    hub.bundle_export(request).await?;
                }
                Bundle::Inspect { file } => {
                    hub.bundle_import(import(file, None, false)).await?;
                }
                Bundle::Import { file, trust, yes } => {
                    hub.bundle_import(import(file, trust, yes)).await?;
                }
                Bundle::Publish { address } => {
                    hub.bundle_publish(BundleAddressRequest { address }).await?;
                }
                Bundle::Follow { address } => {
                    hub.bundle_follow(BundleAddressRequest { address }).await?;
                }
            }
            Ok(())
        })
        .await
}

fn member(request: Member) -> AddMemberRequest {
    let until: Option<UtcMs> = request.until;
    AddMemberRequest { name: request.name, plan: request.plan.map(PlanId), until, groups: group_ids(request.groups) }
}

async fn export(hub: &Hub, request: ExportBundle) -> Result<ExportBundleRequest> {
    let audience = match request.for_member {
        Some(member) => Audience::Member { member: MemberId(member) },
        None => Audience::Grants { plans: plan_ids(request.for_plans), groups: group_ids(request.for_groups) },
    };
    let credentials_of = if request.with_secrets {
        hub.connections_list(()).await?.into_iter().map(|connection| connection.id).collect()
    } else {
        Vec::new()
    };
    Ok(ExportBundleRequest {
        path: request.out.display().to_string(),
        audience,
        credentials_of,
        passphrase: if request.passphrase_stdin { Some(secrets::from_stdin()?) } else { None },
        recipients: request.recipients,
        not_after: request.not_after,
    })
}

fn import(file: PathBuf, trust: Option<String>, apply: bool) -> ImportBundleRequest {
    ImportBundleRequest { path: file.display().to_string(), passphrase: None, trust, apply, restore_older: false }
}

pub(super) fn plan_ids(ids: Vec<String>) -> Vec<PlanId> {
    ids.into_iter().map(PlanId).collect()
}

pub(super) fn group_ids(ids: Vec<String>) -> Vec<GroupId> {
    ids.into_iter().map(GroupId).collect()
}
