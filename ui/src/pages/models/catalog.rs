//! The model list of one connection and the ways to change it.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::command::{EnableModels, ListCatalog, ListModels};
use hub_contract::connection::{CatalogRequest, EnableModelsRequest};
use hub_contract::id::{ConnectionId, ModelId};
use hub_contract::model::CatalogView;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::ipc;
use crate::state::{Loaded, use_connections, use_load};

/// The list with what is going on about it.
pub(super) struct Catalog {
    /// The stored list.
    pub list: Loaded<CatalogView>,
    /// Ids that the operator typed in.
    pub typed_in: Rc<Vec<String>>,
    /// What goes on now.
    pub work: Work,
    /// Why the last change failed. The list stays as it was.
    pub failure: Option<HubError>,
    /// Asks the platform for its list.
    pub fetch: Callback<()>,
    /// Switches models on or off.
    pub enable: Callback<(Vec<ModelId>, bool)>,
}

/// What goes on about a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Work {
    #[default]
    Nothing,
    /// The platform is asked for its list.
    Fetching,
    /// Models are switched on or off.
    Saving,
}

/// The list of that connection.
#[hook]
pub(super) fn use_catalog(connection: ConnectionId) -> Catalog {
    let list = use_load::<ListCatalog>(request(&connection, false));
    let models = use_load::<ListModels>(());
    let connections = use_connections();
    let work = use_state_eq(Work::default);
    let failure = use_state(|| None::<HubError>);

    let typed_in = models.state.ready().map(|models| {
        let own = models.iter().filter(|model| model.typed_in && model.connection == connection);
        own.map(|model| model.id.0.clone()).collect::<Vec<_>>()
    });
    let fetch = {
        let (connection, put, connections) = (connection.clone(), list.put.clone(), connections.clone());
        let (work, failure) = (work.clone(), failure.clone());
        Callback::from(move |()| {
            let (put, connections) = (put.clone(), connections.clone());
            let (work, failure, request) = (work.clone(), failure.clone(), request(&connection, true));
            work.set(Work::Fetching);
            failure.set(None);
            spawn_local(async move {
                match ipc::call::<ListCatalog>(request).await {
                    Ok(newer) => put.emit(newer),
                    Err(error) => failure.set(Some(error)),
                }
                work.set(Work::Nothing);
                connections.reload();
            });
        })
    };
    let enable = {
        let (reload, reload_models) = (list.reload.clone(), models.reload.clone());
        let (work, failure, connections) = (work.clone(), failure.clone(), connections);
        Callback::from(move |(models, enabled): (Vec<ModelId>, bool)| {
            let (reload, reload_models, connections) = (reload.clone(), reload_models.clone(), connections.clone());
            let (work, failure) = (work.clone(), failure.clone());
            let request = EnableModelsRequest { connection: connection.clone(), models, enabled };
            work.set(Work::Saving);
            failure.set(None);
            spawn_local(async move {
                if let Err(error) = ipc::call::<EnableModels>(request).await {
                    failure.set(Some(error));
                }
                work.set(Work::Nothing);
                reload.emit(());
                reload_models.emit(());
                connections.reload();
            });
        })
    };
    Catalog {
        list,
        typed_in: Rc::new(typed_in.unwrap_or_default()),
        work: *work,
        failure: (*failure).clone(),
        fetch,
        enable,
    }
}

fn request(connection: &ConnectionId, refresh: bool) -> CatalogRequest {
    CatalogRequest { connection: connection.clone(), search: None, refresh }
}
