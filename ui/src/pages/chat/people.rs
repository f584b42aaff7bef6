//! Who there is: the agents and models of the Hub, and which of them can be asked.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::agent::AgentView;
use hub_contract::command::{ListAgents, ListModels};
use hub_contract::model::ModelView;
use yew::prelude::*;

use super::candidates::{Candidate, candidates};
use crate::state::{use_connections, use_icons_of, use_load, use_viewing};

/// Who there is.
pub(super) struct People {
    pub(super) agents: Rc<Vec<AgentView>>,
    /// All models, also those behind agents.
    pub(super) models: Rc<Vec<ModelView>>,
    /// Those that may be used directly.
    pub(super) open_models: Rc<Vec<ModelView>>,
    pub(super) candidates: Rc<[Candidate]>,
    /// Agents or models are still being read.
    pub(super) loading: bool,
    /// Why the models could not be read.
    pub(super) error: Option<HubError>,
    pub(super) reload: Callback<()>,
}

#[hook]
pub(super) fn use_people() -> People {
    let connections = use_connections();
    let viewing = use_viewing();
    let models = use_load::<ListModels>(());
    let agents = use_load::<ListAgents>(viewing.agents());
    use_icons_of(&agents.state);
    let loading = models.state.is_loading() || agents.state.is_loading();
    let error = models.state.error().cloned();
    let reload = models.reload.clone();
    let models = models.state.ready().cloned().unwrap_or_default();
    let agents = agents.state.ready().cloned().unwrap_or_default();
    // Models carry no grants, so they are the operator's alone.
    let open_models = if viewing.whom().is_some() { Rc::default() } else { models.clone() };
    let candidates = candidates(&agents, &open_models, &connections);
    People { agents, models, open_models, candidates, loading, error, reload }
}
