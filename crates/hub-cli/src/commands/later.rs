//! Commands whose turn comes with a later version. They are understood and handed to the core, which says so.

use std::path::PathBuf;

use hub_contract::UtcMs;
use hub_contract::agent::{AddAgentRequest, AgentSource, EditAgentRequest, ListAgentsRequest, ViewAs};
use hub_contract::bundle::{
    Audience, AuthorizeRequest, AuthorizeWay, BundleAddressRequest, ExportBundleRequest, ImportBundleRequest,
};
use hub_contract::conversation::FeedbackRequest;
use hub_contract::id::{AgentId, GroupId, MemberId, MessageId, ModelId, PlanId};
use hub_contract::people::{AddMemberRequest, AddNamedRequest, EditMemberRequest};
use hub_core::Hub;

use crate::args::{
    AddAgent, Agents, Authorize, Bundle, EditAgent, ExportBundle, Feedback, Member, Members, Named, Verdict,
};
use crate::failure::Result;
use crate::output::Output;
use crate::secrets;
use crate::session::{Access, Session, connection_id};

pub(super) async fn authorize(request: Authorize, session: &Session) -> Result<()> {
    let way = match (request.device, request.paste) {
        (true, _) => AuthorizeWay::Device,
        (_, true) => AuthorizeWay::Paste,
        _ => AuthorizeWay::Loopback,
    };
    session
        .with(Access::Writing, async |hub| {
            let connection = connection_id(&hub, &request.connection).await?;
            hub.authorize_begin(AuthorizeRequest { connection, way }).await?;
            Ok(())
        })
        .await
}

pub(super) async fn agents(command: Agents, session: &Session, output: &Output) -> Result<()> {
    match command {
        Agents::List { as_member, as_plan, as_group } => {
            let view = match (as_member, as_plan, as_group) {
                (Some(member), _, _) => ViewAs::Member { member: MemberId(member) },
                (_, Some(plan), _) => ViewAs::Plan { plan: PlanId(plan) },
                (_, _, Some(group)) => ViewAs::Group { group: GroupId(group) },
                _ => ViewAs::Operator,
            };
            let request = ListAgentsRequest { view };
            let agents = session.with(Access::Reading, async |hub| Ok(hub.agents_list(request).await?)).await?;
            output.list(&agents, &["id", "platform", "name"], |agent| {
                vec![agent.id.to_string(), agent.platform.to_string(), agent.name.clone()]
            })
        }
        Agents::Add(request) => {
            session
                .with(Access::Writing, async |hub| {
                    let request = add_agent(&hub, request).await?;
                    output.object(&hub.agent_add(request).await?)
                })
                .await
        }
        Agents::Edit(request) => edit_agent(changed(request), session).await,
        Agents::Enable { id } => edit_agent(switched(id, true), session).await,
        Agents::Disable { id } => edit_agent(switched(id, false), session).await,
        Agents::Remove { id } => {
            session.with(Access::Writing, async |hub| Ok(hub.agent_remove(AgentId(id)).await?)).await
        }
    }
}

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

pub(super) async fn feedback(request: Feedback, session: &Session) -> Result<()> {
    let request = FeedbackRequest {
        message: MessageId(request.message),
        helpful: Some(request.verdict == Verdict::Up),
        reason: request.reason,
    };
    session.with(Access::Writing, async |hub| Ok(hub.feedback_send(request).await?)).await
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

async fn edit_agent(request: EditAgentRequest, session: &Session) -> Result<()> {
    session
        .with(Access::Writing, async |hub| {
            hub.agent_edit(request).await?;
            Ok(())
        })
        .await
}

async fn add_agent(hub: &Hub, request: AddAgent) -> Result<AddAgentRequest> {
    let source = match (request.model, request.connection) {
        (Some((connection, model)), _) => AgentSource::Prompt {
            connection: connection_id(hub, &connection).await?,
            model: ModelId(model),
            // A prompt is no secret, but it comes the same way.
            prompt: secrets::from_stdin()?.expose().to_owned(),
            parameters: serde_json::Value::Null,
        },
        (None, connection) => AgentSource::Remote {
            connection: connection_id(hub, &connection.unwrap_or_default()).await?,
            remote_id: request.remote_id,
            workflow: false,
        },
    };
    Ok(AddAgentRequest {
        source,
        name: request.name,
        group: request.group,
        description: request.description.unwrap_or_default(),
        plans: plan_ids(request.grant_plans),
        groups: group_ids(request.grant_groups),
    })
}

fn changed(request: EditAgent) -> EditAgentRequest {
    EditAgentRequest {
        id: AgentId(request.id),
        name: request.name,
        group: request.group,
        description: request.description,
        enabled: None,
        plans: request.grant_plans.map(plan_ids),
        groups: request.grant_groups.map(group_ids),
    }
}

fn switched(id: String, enabled: bool) -> EditAgentRequest {
    EditAgentRequest {
        id: AgentId(id),
        name: None,
        group: None,
        description: None,
        enabled: Some(enabled),
        plans: None,
        groups: None,
    }
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

fn plan_ids(ids: Vec<String>) -> Vec<PlanId> {
    ids.into_iter().map(PlanId).collect()
}

fn group_ids(ids: Vec<String>) -> Vec<GroupId> {
    ids.into_iter().map(GroupId).collect()
}
