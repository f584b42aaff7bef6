//! `hub agents` and `hub feedback`.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub_contract::agent::{
    Access as MayUse, AddAgentRequest, AgentSource, AgentView, EditAgentRequest, EditPrompt, IconChoice,
    ListAgentsRequest, ModelAddress, OpenedBy, SetAgentIconRequest, ViewAs,
};
use hub_contract::conversation::FeedbackRequest;
use hub_contract::id::{AgentId, MessageId, ModelId};
use hub_core::Hub;

use super::people::{group_id, group_ids, member_id, plan_id, plan_ids};
use crate::args::{AddAgent, Agents, EditAgent, Feedback, Verdict};
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::secrets;
use crate::session::{Access, Session, connection_id};

pub(super) async fn run(command: Agents, session: &Session, output: &Output) -> Result<()> {
    match command {
        Agents::List { as_member, as_plan, as_group } => {
            list(Eyes { as_member, as_plan, as_group }, session, output).await
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
            if let Some(error) = &agent.icon_error {
                output.say("cli-agent-no-icon", &[("why", output.texts().error(error).title.into())]);
            }
            output.text(&format!("{}\n", agent.id))
        }
        Agents::Edit(request) => {
            let icon = icon_choice(&request)?;
            let change = async |hub: &Hub| {
                if let Some(icon) = icon {
                    if icon == IconChoice::Platform {
                        session.unlock(hub, output).await?;
                    }
                    hub.agent_set_icon(SetAgentIconRequest { id: AgentId(request.id.clone()), icon }).await?;
                }
                edit_request(hub, request).await
            };
            edit(change, session, output).await
        }
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

/// As whom the agents are listed.
struct Eyes {
    as_member: Option<String>,
    as_plan: Option<String>,
    as_group: Option<String>,
}

async fn list(eyes: Eyes, session: &Session, output: &Output) -> Result<()> {
    let (agents, names) = session
        .with(Access::Reading, async |hub| {
            let view = match (eyes.as_member, eyes.as_plan, eyes.as_group) {
                (Some(member), _, _) => ViewAs::Member { member: member_id(&hub, &member).await? },
                (_, Some(plan), _) => ViewAs::Plan { plan: plan_id(&hub, &plan).await? },
                (_, _, Some(group)) => ViewAs::Group { group: group_id(&hub, &group).await? },
                _ => ViewAs::Operator,
            };
            let mut names = HashMap::new();
            names.extend(hub.plans_list(()).await?.into_iter().map(|plan| (plan.id.0, plan.name)));
            names.extend(hub.groups_list(()).await?.into_iter().map(|group| (group.id.0, group.name)));
            Ok((hub.agents_list(ListAgentsRequest { view }).await?, names))
        })
        .await?;
    output.list(&agents, &["id", "name", "group", "platform", "kind", "state", "why"], |agent| {
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
            why(agent, &names, output),
        ]
    })
}

/// What opens or closes an agent to whoever looks; to the operator, to whom it is open.
fn why(agent: &AgentView, names: &HashMap<String, String>, output: &Output) -> String {
    let texts = output.texts();
    match (&agent.access, &agent.opened_by) {
        (MayUse::Locked { plans, groups }, _) if plans.is_empty() && groups.is_empty() => {
            texts.get("cli-why-operator-only")
        }
        (MayUse::Locked { plans, groups }, _) => {
            let wanted: Vec<&str> = plans.iter().chain(groups).map(String::as_str).collect();
            texts.with("cli-why-needs", &[("names", wanted.join(", ").into())])
        }
        (MayUse::Expired { plan, until }, _) => {
            let arguments = [("name", plan.as_str().into()), ("date", output.time(*until).into())];
            texts.with("cli-why-ended", &arguments)
        }
        (_, Some(OpenedBy::Plan(name))) => texts.with("cli-why-plan", &[("name", name.as_str().into())]),
        (_, Some(OpenedBy::Group(name))) => texts.with("cli-why-group", &[("name", name.as_str().into())]),
        (_, None) => {
            let plans = agent.plans.iter().map(|plan| plan.as_str());
            let granted = plans.chain(agent.groups.iter().map(|group| group.as_str()));
            let granted: Vec<&str> = granted.filter_map(|id| names.get(id)).map(String::as_str).collect();
            granted.join(", ")
        }
    }
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
        plans: plan_ids(hub, request.grant_plans).await?,
        groups: group_ids(hub, request.grant_groups).await?,
    })
}

async fn edit_request(hub: &Hub, request: EditAgent) -> Result<EditAgentRequest> {
    let plans = match request.grant_plans {
        Some(plans) => Some(plan_ids(hub, plans).await?),
        None => None,
    };
    let groups = match request.grant_groups {
        Some(groups) => Some(group_ids(hub, groups).await?),
        None => None,
    };
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
        plans,
        groups,
    })
}

/// What the line says about the icon.
fn icon_choice(request: &EditAgent) -> Result<Option<IconChoice>> {
    if request.no_icon {
        return Ok(Some(IconChoice::Nothing));
    }
    if request.icon_from_platform {
        return Ok(Some(IconChoice::Platform));
    }
    let Some(path) = &request.icon else { return Ok(None) };
    let bytes = std::fs::read(path).map_err(|error| Failure::of_io(path.display().to_string(), &error))?;
    Ok(Some(IconChoice::File { base64: STANDARD.encode(bytes) }))
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
