//! Who can be asked, and how one of them stands in a list.

use std::rc::Rc;

use hub_contract::PlatformId;
use hub_contract::agent::{Access, AgentSource, AgentView};
use hub_contract::conversation::Target;
use hub_contract::model::ModelView;
use hub_contract::platform::Language;
use yew::prelude::*;

use super::look::{TargetMark, model_platform, platform_name};
use crate::components::MonogramSize;
use crate::state::Connections;

/// Somebody who can be asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) target: Target,
    pub(crate) name: AttrValue,
    pub(crate) platform: Option<PlatformId>,
    /// An agent's group; a model's connection, where several of one platform have the same model.
    pub(crate) connection: AttrValue,
    /// A form has to be filled in first, so that a text alone asks nothing.
    pub(crate) form: bool,
}

/// Everybody who can be asked: agents first, then models.
pub(crate) fn candidates(agents: &[AgentView], models: &[ModelView], connections: &Connections) -> Rc<[Candidate]> {
    let agents =
        agents.iter().filter(|agent| agent.enabled && agent.access == Access::Allowed).map(|agent| Candidate {
            target: Target::Agent { agent: agent.id.clone() },
            name: agent.name.clone().into(),
            platform: Some(agent.platform),
            connection: agent.group.clone().unwrap_or_default().into(),
            form: agent.source.as_ref().is_some_and(AgentSource::is_workflow)
                || agent.inputs.iter().any(|field| field.required && field.default.is_none()),
        });
    let models = models.iter().filter(|model| model.enabled).map(|model| Candidate {
        target: Target::Model { connection: model.connection.clone(), model: model.id.clone() },
        name: model.id.0.clone().into(),
        platform: model_platform(connections, &model.connection),
        connection: connections
            .find(&model.connection)
            .map(|connection| connection.name.clone())
            .unwrap_or_default()
            .into(),
        form: false,
    });
    agents.chain(models).collect()
}

/// The model, where it is one.
pub(super) fn model_of<'a>(models: &'a [ModelView], target: &Target) -> Option<&'a ModelView> {
    match target {
        Target::Model { connection, model } => {
            models.iter().find(|known| known.connection == *connection && known.id == *model)
        }
        Target::Agent { .. } => None,
    }
}

/// Whether images can go to somebody. An app does not tell beforehand; its platform says so when it is asked. A model can
/// see unless its platform says that it cannot.
pub(super) fn takes_images(target: &Target, agents: &[AgentView], models: &[ModelView]) -> bool {
    let can_see =
        |target: &Target| model_of(models, target).is_some_and(|model| model.capabilities.vision != Some(false));
    let Target::Agent { agent } = target else { return can_see(target) };
    match agents.iter().find(|known| known.id == *agent).and_then(|agent| agent.source.as_ref()) {
        Some(AgentSource::Remote { .. }) => true,
        Some(AgentSource::Prompt { connection, model, .. }) => {
            can_see(&Target::Model { connection: connection.clone(), model: model.clone() })
        }
        None => false,
    }
}

/// Those whose name, group or connection holds the words; all of them without words.
pub(super) fn found<'a>(candidates: &'a [Candidate], words: &str) -> impl Iterator<Item = &'a Candidate> {
    let wanted = words.to_lowercase();
    candidates.iter().filter(move |one| {
        wanted.is_empty()
            || one.name.to_lowercase().contains(&wanted)
            || one.connection.to_lowercase().contains(&wanted)
    })
}

/// What stands in the row of one.
pub(super) fn in_a_row(one: &Candidate, language: Language) -> Html {
    let platform = one.platform.map(|platform| platform_name(platform, language));
    let about = match platform {
        Some(platform) if one.connection != platform && !one.connection.is_empty() => {
            format!("{platform} · {}", one.connection)
        }
        Some(platform) => platform.to_owned(),
        None => one.connection.to_string(),
    };
    html! {
        <>
            <TargetMark
                name={one.name.clone()}
                platform={one.platform}
                target={one.target.clone()}
                size={MonogramSize::S20}
            />
            <span class="grow clip">{ &one.name }</span>
            <span class="meta clip">{ about }</span>
        </>
    }
}
