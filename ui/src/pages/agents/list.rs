//! The agents, loaded once for the page, and the one change that acts at once.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::agent::{AgentView, EditAgentRequest, ListAgentsRequest};
use hub_contract::command::{EditAgent, ListAgents};
use hub_contract::id::AgentId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::ipc;
use crate::state::{Loaded, use_connections, use_icons_of, use_load};

/// The agents with what can be done with them.
pub(super) struct Agents {
    pub list: Loaded<Vec<AgentView>>,
    /// Why an agent could not be switched. The list stays as it was.
    pub failure: Option<HubError>,
    /// Switches an agent on or off.
    pub enable: Callback<(AgentId, bool)>,
    /// Reads the list again, and the counts that cards show.
    pub changed: Callback<()>,
}

#[hook]
pub(super) fn use_agents() -> Agents {
    let list = use_load::<ListAgents>(ListAgentsRequest::default());
    use_icons_of(&list.state);
    let connections = use_connections();
    let failure = use_state(|| None::<HubError>);
    let changed = {
        let (reload, connections) = (list.reload.clone(), connections);
        Callback::from(move |()| {
            reload.emit(());
            connections.reload();
        })
    };
    let enable = {
        let (known, put, failure) = (list.state.ready().cloned(), list.put.clone(), failure.clone());
        Callback::from(move |(id, enabled): (AgentId, bool)| {
            let (known, put, failure) = (known.clone(), put.clone(), failure.clone());
            failure.set(None);
            spawn_local(async move {
                let request = EditAgentRequest {
                    id,
                    name: None,
                    group: None,
                    description: None,
                    enabled: Some(enabled),
                    prompt: None,
                    plans: None,
                    groups: None,
                };
                match ipc::call::<EditAgent>(request).await {
                    Ok(changed) => put.emit(replaced(known.as_deref(), changed)),
                    Err(error) => failure.set(Some(error)),
                }
            });
        })
    };
    Agents { list, failure: (*failure).clone(), enable, changed }
}

/// The list with one agent as it is now.
fn replaced(known: Option<&Vec<AgentView>>, changed: AgentView) -> Vec<AgentView> {
    let mut all = known.cloned().unwrap_or_default();
    match all.iter_mut().find(|agent| agent.id == changed.id) {
        Some(agent) => *agent = changed,
        None => all.push(changed),
    }
    all
}

/// The agents of a state, or none while they are not there.
pub(super) fn ready(list: &Loaded<Vec<AgentView>>) -> Rc<Vec<AgentView>> {
    list.state.ready().cloned().unwrap_or_default()
}
