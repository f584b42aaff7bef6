//! Who can be asked, and how one of them stands in a list.

use std::rc::Rc;

use hub_contract::PlatformId;
use hub_contract::agent::{Access, AgentView};
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
}

/// Everybody who can be asked: agents first, then models.
pub(crate) fn candidates(agents: &[AgentView], models: &[ModelView], connections: &Connections) -> Rc<[Candidate]> {
    let agents =
        agents.iter().filter(|agent| agent.enabled && agent.access == Access::Allowed).map(|agent| Candidate {
            target: Target::Agent { agent: agent.id.clone() },
            name: agent.name.clone().into(),
            platform: Some(agent.platform),
            connection: agent.group.clone().unwrap_or_default().into(),
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
    });
    agents.chain(models).collect()
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
