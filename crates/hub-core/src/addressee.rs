//! Whom a question goes to: an enabled model, or an agent with what stands behind it.

use std::collections::BTreeMap;

use hub_contract::agent::AgentSource;
use hub_contract::conversation::Target;
use hub_contract::id::{ConnectionId, ModelId};
use hub_contract::run::InputField;
use hub_contract::{ErrorCode, HubError};
use hub_platforms::{App, Asker, Endpoint};
use hub_store::{ConnectionRow, ModelRow};
use serde_json::Value;

use crate::{Hub, Result};

/// Everything that a call about a target needs.
pub(crate) struct Addressee {
    pub(crate) connection: ConnectionRow,
    pub(crate) endpoint: Endpoint,
    /// The name that a conversation keeps when the target is gone.
    pub(crate) name: String,
    pub(crate) model: Option<ModelId>,
    /// The model's window, in tokens, where the platform tells it.
    pub(crate) context: Option<u64>,
    pub(crate) app: App,
    /// The role prompt.
    pub(crate) prompt: Option<String>,
    pub(crate) parameters: Value,
    /// The app's input variables.
    pub(crate) inputs: Vec<InputField>,
}

impl Addressee {
    /// Who asks which app, for calls that are no question.
    pub(crate) fn asker(&self, person: &str) -> Asker {
        Asker { app: self.app.clone(), model: self.model.clone(), user: person.to_owned() }
    }
}

/// The first variable that has to be filled in and is not.
pub(crate) fn missing_input<'a>(fields: &'a [InputField], given: &BTreeMap<String, Value>) -> Option<&'a InputField> {
    let is_empty = |value: &Value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
    fields.iter().find(|field| field.required && field.default.is_none() && given.get(&field.name).is_none_or(is_empty))
}

impl Hub {
    /// Finds whom a question goes to and opens the vault for its credential.
    ///
    /// # Errors
    /// `not_found` when the target or its connection is gone, `forbidden` or `expired_grant` for one that the
    /// person may not use, `credential_missing`, the vault's and the store's errors.
    pub(crate) async fn addressee(&self, target: &Target) -> Result<Addressee> {
        match target {
            Target::Model { connection, model } => {
                self.refuse_managed_model(connection)?;
                let model = self.enabled_model(connection, model).await?;
                self.addressed(connection, model.id.0.clone(), Some(model)).await
            }
            Target::Agent { agent } => {
                let agent = self.agent_row(agent).await?;
                self.refuse_closed(&agent).await?;
                match agent.source {
                    AgentSource::Prompt { connection, model, prompt, parameters } => {
                        let model = self.enabled_model(&connection, &model).await?;
                        let to = self.addressed(&connection, agent.name, Some(model)).await?;
                        Ok(Addressee { prompt: Some(prompt).filter(|text| !text.is_empty()), parameters, ..to })
                    }
                    AgentSource::Remote { connection, remote_id, workflow } => {
                        let to = self.addressed(&connection, agent.name, None).await?;
                        let app = App { id: remote_id, workflow, mode: agent.app.mode };
                        Ok(Addressee { app, inputs: agent.app.inputs, ..to })
                    }
                }
            }
        }
    }

    /// Models carry no grants: those of a managed connection are its operator's alone.
    fn refuse_managed_model(&self, connection: &ConnectionId) -> Result<()> {
        match self.is_managed(connection) {
            false => Ok(()),
            true => {
                Err(HubError::new(ErrorCode::Forbidden, "this model is the operator's alone").hint("managed_model"))
            }
        }
    }

    pub(crate) async fn enabled_model(&self, connection: &ConnectionId, model: &ModelId) -> Result<ModelRow> {
        let models = self.inner.store.models(connection).await?;
        models
            .into_iter()
            .find(|row| row.id == *model && row.enabled)
            .ok_or_else(|| HubError::new(ErrorCode::NotFound, "the model is not enabled").hint("model_not_enabled"))
    }

    async fn addressed(&self, connection: &ConnectionId, name: String, model: Option<ModelRow>) -> Result<Addressee> {
        let connection = self.connection_row(connection).await?;
        let endpoint = self.endpoint(&connection).await?;
        Ok(Addressee {
            connection,
            endpoint,
            name,
            context: model.as_ref().and_then(|model| model.capabilities.context),
            model: model.map(|model| model.id),
            app: App::default(),
            prompt: None,
            parameters: Value::Null,
            inputs: Vec::new(),
        })
    }
}
