//! `hub agents` and `hub feedback`.

use hub_contract::agent::{
    Access as MayUse, AddAgentRequest, AgentSource, AgentView, EditAgentRequest, EditPrompt, ListAgentsRequest,
    ModelAddress, ViewAs,
};
use hub_contract::conversation::FeedbackRequest;
use hub_contract::id::{AgentId, GroupId, MemberId, MessageId, ModelId, PlanId};
use hub_core::Hub;

use super::later::{group_ids, plan_ids};
use crate::args::{AddAgent, Agents, EditAgent, Feedback, Verdict};
use crate::failure::Result;
use crate::output::Output;
use crate::secrets;
use crate::session::{Access, Session, connection_id};

pub(super) async fn run(command: Agents, session: &Session, output: &Output) -> Result<()> {
    match command {
        Agents::List { as_member, as_plan, as_group } => {
            let view = match (as_member, as_plan, as_group) {
                (Some(member), _, _) => ViewAs::Member { member: MemberId(member) },
                (_, Some(plan), _) => ViewAs::Plan { plan: PlanId(plan) },
                (_, _, Some(group)) => ViewAs::Group { group: GroupId(group) },
                _ => ViewAs::Operator,
            };
            list(view, session, output).await
        }
        Agents::Add(request) => {
            let agent = session
                .with(Access::Writing, async |hub| {
                    let request = add_request(&hub, request).await?;
                    session.unlock(&hub, output).await?;
                    Ok(hub.agent_add(request).await?)
                })
                .await?;
            if output.is_json() {
                return output.object(&agent);
            }
            output.say("cli-agent-added", &[("name", agent.name.as_str().into())]);
            output.text(&format!("{}\n", agent.id))
        }
        Agents::Edit(request) => edit(async |hub| edit_request(hub, request).await, session, output).await,
        Agents::Enable { id } => edit(async |_| Ok(switched(id, true)), session, output).await,
        Agents::Disable { id } => edit(async |_| Ok(switched(id, false)), session, output).await,
        Agents::Remove { id } => {
            let agent = AgentId(id.clone());
            session.with(Access::Writing, async |hub| Ok(hub.agent_remove(agent).await?)).await?;
            output.say("cli-removed", &[("what", id.into())]);
            Ok(())
        }
    }
}

pub(super) async fn feedback(request: Feedback, session: &Session, output: &Output) -> Result<()> {
    let request = FeedbackRequest {
        message: MessageId(request.message),
        helpful: Some(request.verdict == Verdict::Up),
        reason: request.reason,
    };
    session
        .with(Access::Writing, async |hub| {
            session.unlock(&hub, output).await?;
            Ok(hub.feedback_send(request).await?)
        })
        .await?;
    output.say("cli-feedback-sent", &[]);
    Ok(())
}

async fn list(view: ViewAs, session: &Session, output: &Output) -> Result<()> {
    let request = ListAgentsRequest { view };
    let agents = session.with(Access::Reading, async |hub| Ok(hub.agents_list(request).await?)).await?;
    output.list(&agents, &["id", "name", "group", "platform", "kind", "state"], |agent| {
        vec![
            agent.id.to_string(),
            agent.name.clone(),
            agent.group.clone().unwrap_or_default(),
            agent.platform.to_string(),
            output.texts().get(kind(agent)),
            output.texts().get(match agent.access {
                MayUse::Allowed => "cli-agent-on",
                MayUse::Disabled => "cli-agent-off",
                MayUse::Locked { .. } | MayUse::Expired { .. } => "cli-agent-locked",
            }),
        ]
    })
}

fn kind(agent: &AgentView) -> &'static str {
    match &agent.source {
        Some(AgentSource::Prompt { .. }) => "cli-kind-prompt",
        Some(source) if source.is_workflow() => "cli-kind-workflow",
        _ => "cli-kind-bot",
    }
}

async fn edit(
    change: impl AsyncFnOnce(&Hub) -> Result<EditAgentRequest>,
    session: &Session,
    output: &Output,
) -> Result<()> {
    let agent = session
        .with(Access::Writing, async |hub| {
            let request = change(&hub).await?;
            Ok(hub.agent_edit(request).await?)
        })
        .await?;
    if output.is_json() {
        return output.object(&agent);
    }
    output.say("cli-agent-changed", &[("name", agent.name.into())]);
    Ok(())
}

async fn add_request(hub: &Hub, request: AddAgent) -> Result<AddAgentRequest> {
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
            workflow: request.workflow,
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

async fn edit_request(hub: &Hub, request: EditAgent) -> Result<EditAgentRequest> {
    let model = match request.model {
        Some((connection, model)) => {
            Some(ModelAddress { connection: connection_id(hub, &connection).await?, model: ModelId(model) })
        }
        None => None,
    };
    let prompt = if request.prompt_stdin { Some(secrets::from_stdin()?.expose().to_owned()) } else { None };
    let change = EditPrompt { model, prompt, parameters: request.parameters };
    Ok(EditAgentRequest {
        id: AgentId(request.id),
        name: request.name,
        group: request.group,
        description: request.description,
        prompt: Some(change).filter(|change| *change != EditPrompt::default()),
        enabled: None,
        plans: request.grant_plans.map(plan_ids),
        groups: request.grant_groups.map(group_ids),
    })
}

fn switched(id: String, enabled: bool) -> EditAgentRequest {
    EditAgentRequest {
        id: AgentId(id),
        name: None,
        group: None,
        description: None,
        prompt: None,
        enabled: Some(enabled),
        plans: None,
        groups: None,
    }
}
