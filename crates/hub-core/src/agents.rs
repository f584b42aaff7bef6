//! Agents: what the operator offers under a name.

use std::collections::HashMap;

use hub_contract::agent::{
    Access, AddAgentRequest, AgentSource, AgentView, EditAgentRequest, EditPrompt, ListAgentsRequest, OpenedBy, ViewAs,
};
use hub_contract::id::{AgentId, ConnectionId, GroupId, ModelId, PlanId};
use hub_contract::model::CatalogKind;
use hub_contract::platform::ConnectedAs;
use hub_contract::{ErrorCode, HubError, catalogue};
use hub_platforms::{App, AppInfo};
use hub_store::{AgentRow, AppFacts, ConnectionRow};
use serde_json::Value;

use crate::access::{Decision, HeldPlan, Holdings, Viewer, Why, WhyNot, decide};
use crate::membership::offer;
use crate::names::{self, NAME_MAX};
use crate::people::each_once;
use crate::{Hub, Result};

/// Longest description, in characters.
const DESCRIPTION_MAX: usize = 2_000;
/// Longest role prompt, in characters.
const PROMPT_MAX: usize = 100_000;
/// Most questions to begin with.
const SUGGESTIONS_MAX: usize = 10;

impl Hub {
    /// The agents, in their order, as somebody sees them, with what opens or closes each. To everybody but the operator an
    /// agent's grants, prompt and id on its platform are not told.
    ///
    /// # Errors
    /// `not_found` for a member, plan or group that is gone; `forbidden` when a member asks as somebody else.
    pub async fn agents_list(&self, request: ListAgentsRequest) -> Result<Vec<AgentView>> {
        let viewer = match request.view {
            ViewAs::Operator => self.viewer().await?,
            other => {
                self.refuse_member()?;
                self.seen_as(other).await?
            }
        };
        let (names, agents) = match viewer {
            Viewer::Operator => (Names::default(), self.inner.store.agents().await?),
            Viewer::Holder(_) => {
                tokio::try_join!(self.names(), async { Ok(self.inner.store.agent_outlines().await?) })?
            }
        };
        let now = self.now();
        Ok(agents.into_iter().map(|row| seen(row, &viewer, &names, now)).collect())
    }

    /// Adds an agent. The platform is asked about the app first, so that an agent which cannot be used is not added. An icon
    /// that cannot be taken over does not keep it from being added; the answer tells why.
    ///
    /// # Errors
    /// `not_found` for a connection that is gone or an app the platform does not know; `invalid_request` with field and
    /// hint for a name, description or prompt that is empty or too long; what the way or the platform said.
    pub async fn agent_add(&self, request: AddAgentRequest) -> Result<AgentView> {
        self.refuse_member()?;
        let connection = self.connection_row(request.source.connection()).await?;
        let (source, info) = self.known_source(request.source, &connection).await?;
        let told = names::visible(info.name.as_deref().unwrap_or_default());
        let name = if request.name.trim().is_empty() { &told } else { &request.name };
        let description = match request.description.trim() {
            "" => info.description.unwrap_or_default().chars().take(DESCRIPTION_MAX).collect(),
            typed => checked(typed, "description", DESCRIPTION_MAX)?,
        };
        let mut row = AgentRow {
            id: AgentId(self.inner.ids.new_id()),
            name: names::checked(name, "name")?,
            group: checked_group(request.group.as_deref())?,
            description,
            icon: None,
            platform: connection.platform,
            source,
            app: AppFacts {
                opening: info.opening,
                suggestions: info.suggestions.into_iter().take(SUGGESTIONS_MAX).collect(),
                inputs: info.inputs,
                mode: info.mode,
            },
            enabled: true,
            plans: each_once(request.plans),
            groups: each_once(request.groups),
            position: 0,
            created_at: self.now(),
        };
        let mut icon_error = None;
        if let Some(url) = &info.icon_url {
            match self.fetched_icon(&connection, url).await {
                Ok(icon) => row.icon = Some(icon),
                Err(error) => icon_error = Some(error),
            }
        }
        self.inner.store.insert_agent(row.clone()).await?;
        Ok(AgentView { icon_error, ..full_view(self.agent_row(&row.id).await?) })
    }

    /// Changes an agent.
    ///
    /// # Errors
    /// `not_found`; as [`Hub::agent_add`].
    pub async fn agent_edit(&self, request: EditAgentRequest) -> Result<AgentView> {
        self.refuse_member()?;
        let mut row = self.agent_row(&request.id).await?;
        if let Some(name) = request.name.as_deref() {
            row.name = names::checked(name, "name")?;
        }
        if let Some(group) = request.group.as_deref() {
            row.group = checked_group(Some(group))?;
        }
        if let Some(description) = request.description.as_deref() {
            row.description = checked(description.trim(), "description", DESCRIPTION_MAX)?;
        }
        if let Some(change) = request.prompt {
            row.source = self.changed_prompt(row.source, change).await?;
            row.platform = self.connection_row(row.source.connection()).await?.platform;
        }
        if let Some(enabled) = request.enabled {
            if enabled {
                self.connection_row(row.source.connection()).await?;
            }
            row.enabled = enabled;
        }
        if let Some(plans) = request.plans {
            row.plans = each_once(plans);
        }
        if let Some(groups) = request.groups {
            row.groups = each_once(groups);
        }
        self.inner.store.update_agent(row.clone()).await?;
        Ok(full_view(row))
    }

    /// Removes an agent. Its conversations stay and can be read.
    ///
    /// # Errors
    /// `not_found`; the store's errors.
    pub async fn agent_remove(&self, id: AgentId) -> Result<()> {
        self.refuse_member()?;
        let row = self.agent_row(&id).await?;
        Ok(self.inner.store.remove_agent(&row.id).await?)
    }

    pub(crate) async fn agent_row(&self, id: &AgentId) -> Result<AgentRow> {
        let missing = || HubError::new(ErrorCode::NotFound, "no such agent").hint("agent_gone");
        self.inner.store.agent(id).await?.ok_or_else(missing)
    }

    /// Whom the operator looks through the eyes of.
    async fn seen_as(&self, view: ViewAs) -> Result<Viewer> {
        Ok(match view {
            ViewAs::Operator => Viewer::Operator,
            ViewAs::Member { member } => self.as_member(&member).await?,
            ViewAs::Plan { plan } => {
                let row = self.plan_row(&plan).await?;
                let plans = vec![HeldPlan { plan: row.id, until: None }];
                Viewer::Holder(Holdings { plans, groups: Vec::new() })
            }
            ViewAs::Group { group } => {
                let row = self.group_row(&group).await?;
                Viewer::Holder(Holdings { plans: Vec::new(), groups: vec![row.id] })
            }
        })
    }

    async fn names(&self) -> Result<Names> {
        let plans = self.inner.store.plans().await?.into_iter().map(|row| (row.id, row.name)).collect();
        let groups = self.inner.store.groups().await?.into_iter().map(|row| (row.id, row.name)).collect();
        Ok(Names { plans, groups })
    }

    /// How many agents stand on a connection.
    pub(crate) async fn agents_on(&self, connection: &ConnectionId) -> Result<usize> {
        let agents = self.inner.store.agents().await?;
        Ok(agents.iter().filter(|agent| agent.source.connection() == connection).count())
    }

    /// A model with a role prompt after a change.
    async fn changed_prompt(&self, source: AgentSource, change: EditPrompt) -> Result<AgentSource> {
        let AgentSource::Prompt { connection, model, prompt, parameters } = source else {
            let error = HubError::new(ErrorCode::InvalidRequest, "an app of a platform has no role prompt here");
            return Err(error.hint("agent_no_prompt").field("prompt"));
        };
        let (connection, model) = match change.model {
            Some(other) => (other.connection, other.model),
            None => (connection, model),
        };
        let prompt = change.prompt.unwrap_or(prompt);
        let parameters = change.parameters.unwrap_or(parameters);
        self.checked_prompt(connection, model, &prompt, parameters).await
    }

    async fn checked_prompt(
        &self,
        connection: ConnectionId,
        model: ModelId,
        prompt: &str,
        parameters: Value,
    ) -> Result<AgentSource> {
        self.enabled_model(&connection, &model).await?;
        let prompt = checked(prompt.trim(), "prompt", PROMPT_MAX)?;
        if !parameters.is_object() && !parameters.is_null() {
            let error = HubError::new(ErrorCode::InvalidRequest, "the parameters are no JSON object");
            return Err(error.hint("parameters").field("parameters"));
        }
        Ok(AgentSource::Prompt { connection, model, prompt, parameters })
    }

    /// What stands behind an agent, with what the platform tells about it.
    async fn known_source(&self, source: AgentSource, connection: &ConnectionRow) -> Result<(AgentSource, AppInfo)> {
        match source {
            AgentSource::Prompt { connection, model, prompt, parameters } => {
                let source = self.checked_prompt(connection, model, &prompt, parameters).await?;
                Ok((source, AppInfo::default()))
            }
            AgentSource::Remote { connection: id, remote_id, workflow } => {
                if catalogue::spec(connection.platform).connected_as == ConnectedAs::Models {
                    let error = HubError::new(ErrorCode::InvalidRequest, "this platform has models and no apps");
                    return Err(error.field("connection"));
                }
                let remote_id = remote_id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
                let listed = self.inner.store.catalog(&id).await?;
                let listed = listed.iter().find(|item| Some(&item.remote_id) == remote_id.as_ref());
                let workflow = workflow || listed.is_some_and(|item| item.kind == CatalogKind::Workflow);
                let app = App { id: remote_id.clone(), workflow, mode: None };
                let endpoint = self.endpoint(connection).await?;
                let mut info = self.inner.platforms.app(&endpoint, &app).await?;
                if let Some(item) = listed {
                    info.name.get_or_insert_with(|| item.name.clone());
                    info.description = info.description.or_else(|| item.description.clone());
                }
                let workflow = workflow || info.workflow;
                Ok((AgentSource::Remote { connection: id, remote_id, workflow }, info))
            }
        }
    }
}

/// What plans and user groups are called.
#[derive(Default)]
struct Names {
    plans: HashMap<PlanId, String>,
    groups: HashMap<GroupId, String>,
}

impl Names {
    fn plan(&self, id: &PlanId) -> String {
        self.plans.get(id).cloned().unwrap_or_default()
    }

    fn group(&self, id: &GroupId) -> String {
        self.groups.get(id).cloned().unwrap_or_default()
    }
}

/// An agent as somebody sees it.
fn seen(row: AgentRow, viewer: &Viewer, names: &Names, now: hub_contract::UtcMs) -> AgentView {
    let (access, opened_by) = match decide(viewer, offer(&row), now) {
        Decision::Allowed(Why::Operator) => (Access::Allowed, None),
        Decision::Allowed(Why::Plan(plan)) => (Access::Allowed, Some(OpenedBy::Plan(names.plan(&plan)))),
        Decision::Allowed(Why::Group(group)) => (Access::Allowed, Some(OpenedBy::Group(names.group(&group)))),
        Decision::Denied(WhyNot::Disabled) => (Access::Disabled, None),
        Decision::Denied(WhyNot::Expired { plan, until }) => (Access::Expired { plan: names.plan(&plan), until }, None),
        Decision::Denied(WhyNot::NotGranted) => {
            let plans = row.plans.iter().map(|plan| names.plan(plan)).collect();
            let groups = row.groups.iter().map(|group| names.group(group)).collect();
            (Access::Locked { plans, groups }, None)
        }
    };
    let whole = AgentView { access, opened_by, ..full_view(row) };
    match viewer {
        Viewer::Operator => whole,
        Viewer::Holder(_) => {
            AgentView { source: whole.source.map(without_inner_life), plans: Vec::new(), groups: Vec::new(), ..whole }
        }
    }
}

/// An agent as the operator sees it.
pub(crate) fn full_view(row: AgentRow) -> AgentView {
    AgentView {
        access: if row.enabled { Access::Allowed } else { Access::Disabled },
        opened_by: None,
        id: row.id,
        name: row.name,
        group: row.group,
        description: row.description,
        icon: row.icon,
        icon_error: None,
        source: Some(row.source),
        platform: row.platform,
        enabled: row.enabled,
        plans: row.plans,
        groups: row.groups,
        opening: row.app.opening,
        suggestions: row.app.suggestions,
        inputs: row.app.inputs,
        position: row.position,
        created_at: row.created_at,
    }
}

/// What a chat has to know of what stands behind an agent, and no more.
fn without_inner_life(source: AgentSource) -> AgentSource {
    match source {
        AgentSource::Remote { connection, workflow, .. } => {
            AgentSource::Remote { connection, remote_id: None, workflow }
        }
        AgentSource::Prompt { connection, model, .. } => {
            AgentSource::Prompt { connection, model, prompt: String::new(), parameters: serde_json::Value::Null }
        }
    }
}

/// The group's name; an empty one is none.
fn checked_group(group: Option<&str>) -> Result<Option<String>> {
    let group: String = group.unwrap_or_default().trim().chars().filter(|c| !c.is_control()).collect();
    if group.is_empty() { Ok(None) } else { checked(&group, "group", NAME_MAX).map(Some) }
}

fn checked(text: &str, field: &str, most: usize) -> Result<String> {
    if text.chars().count() > most {
        let error = HubError::new(ErrorCode::TooLarge, format!("more than {most} characters"));
        return Err(error.hint("text_long").field(field));
    }
    Ok(text.to_owned())
}
