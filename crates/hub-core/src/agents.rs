//! Agents: what the operator offers under a name.

use hub_contract::agent::{
    Access, AddAgentRequest, AgentSource, AgentView, EditAgentRequest, EditPrompt, ListAgentsRequest, ViewAs,
};
use hub_contract::id::{AgentId, ConnectionId, ModelId};
use hub_contract::model::CatalogKind;
use hub_contract::platform::ConnectedAs;
use hub_contract::{ErrorCode, HubError, catalogue};
use hub_platforms::{App, AppInfo};
use hub_store::{AgentRow, AppFacts, ConnectionRow};
use serde_json::Value;

use crate::{Hub, Result};

/// Longest name of an agent or its group, in characters.
const NAME_MAX: usize = 100;
/// Longest description, in characters.
const DESCRIPTION_MAX: usize = 2_000;
/// Longest role prompt, in characters.
const PROMPT_MAX: usize = 100_000;
/// Most questions to begin with.
const SUGGESTIONS_MAX: usize = 10;

impl Hub {
    /// The agents, in their order. Only the operator's own view exists before there are plans and members.
    ///
    /// # Errors
    /// `not_built` for another view; the store's errors.
    pub async fn agents_list(&self, request: ListAgentsRequest) -> Result<Vec<AgentView>> {
        if request.view != ViewAs::Operator {
            return Err(HubError::new(ErrorCode::NotBuilt, "members and plans come with a later version"));
        }
        Ok(self.inner.store.agents().await?.into_iter().map(view).collect())
    }

    /// Adds an agent. The platform is asked about the app first, so that an agent which cannot be used is not added.
    ///
    /// # Errors
    /// `not_found` for a connection that is gone or an app the platform does not know; `invalid_request` with field and
    /// hint for a name, description or prompt that is empty or too long; what the way or the platform said.
    pub async fn agent_add(&self, request: AddAgentRequest) -> Result<AgentView> {
        refuse_grants(!request.plans.is_empty() || !request.groups.is_empty())?;
        let connection = self.connection_row(request.source.connection()).await?;
        let (source, info) = self.known_source(request.source, &connection).await?;
        let name =
            if request.name.trim().is_empty() { info.name.as_deref().unwrap_or_default() } else { &request.name };
        let description = match request.description.trim() {
            "" => info.description.unwrap_or_default().chars().take(DESCRIPTION_MAX).collect(),
            typed => checked(typed, "description", DESCRIPTION_MAX)?,
        };
        let row = AgentRow {
            id: AgentId(self.inner.ids.new_id()),
            name: checked_name(name)?,
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
            position: 0,
            created_at: self.now(),
        };
        self.inner.store.insert_agent(row.clone()).await?;
        Ok(view(self.agent_row(&row.id).await?))
    }

    /// Changes an agent.
    ///
    /// # Errors
    /// `not_found`; as [`Hub::agent_add`].
    pub async fn agent_edit(&self, request: EditAgentRequest) -> Result<AgentView> {
        let given = |ids: Option<usize>| ids.is_some_and(|count| count > 0);
        refuse_grants(given(request.plans.map(|ids| ids.len())) || given(request.groups.map(|ids| ids.len())))?;
        let mut row = self.agent_row(&request.id).await?;
        if let Some(name) = request.name.as_deref() {
            row.name = checked_name(name)?;
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
        self.inner.store.update_agent(row.clone()).await?;
        Ok(view(row))
    }

    /// Removes an agent. Its conversations stay and can be read.
    ///
    /// # Errors
    /// `not_found`; the store's errors.
    pub async fn agent_remove(&self, id: AgentId) -> Result<()> {
        let row = self.agent_row(&id).await?;
        Ok(self.inner.store.remove_agent(&row.id).await?)
    }

    pub(crate) async fn agent_row(&self, id: &AgentId) -> Result<AgentRow> {
        let missing = || HubError::new(ErrorCode::NotFound, "no such agent").hint("agent_gone");
        self.inner.store.agent(id).await?.ok_or_else(missing)
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

/// An agent as the operator sees it.
fn view(row: AgentRow) -> AgentView {
    AgentView {
        access: if row.enabled { Access::Allowed } else { Access::Disabled },
        id: row.id,
        name: row.name,
        group: row.group,
        description: row.description,
        icon: row.icon,
        source: Some(row.source),
        platform: row.platform,
        enabled: row.enabled,
        plans: Vec::new(),
        groups: Vec::new(),
        opening: row.app.opening,
        suggestions: row.app.suggestions,
        inputs: row.app.inputs,
        position: row.position,
        created_at: row.created_at,
    }
}

fn refuse_grants(asked: bool) -> Result<()> {
    if asked {
        return Err(HubError::new(ErrorCode::NotBuilt, "plans and user groups come with a later version"));
    }
    Ok(())
}

fn checked_name(name: &str) -> Result<String> {
    let name: String = name.trim().chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() {
        return Err(HubError::new(ErrorCode::InvalidRequest, "the agent needs a name").hint("name").field("name"));
    }
    checked(&name, "name", NAME_MAX)
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
