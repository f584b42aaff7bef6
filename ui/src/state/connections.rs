//! The connections, kept once for every page that shows them.

use std::rc::Rc;

use hub_contract::command::ListConnections;
use hub_contract::connection::ConnectionView;
use hub_contract::id::ConnectionId;
use hub_contract::{HubError, PlatformId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::Loadable;
use crate::ipc;

/// The connections and the ways to keep them true.
#[derive(Clone, PartialEq)]
pub struct Connections {
    /// What there is.
    pub list: Loadable<Rc<Vec<ConnectionView>>>,
    dispatch: Callback<ConnectionsAction>,
}

impl Connections {
    /// Asks the core again; the old list stays until the new one comes.
    pub fn reload(&self) {
        let dispatch = self.dispatch.clone();
        spawn_local(async move {
            dispatch.emit(ConnectionsAction::Loaded(ipc::call::<ListConnections>(()).await));
        });
    }

    /// Takes over a connection as a command answered it.
    pub fn put(&self, connection: ConnectionView) {
        self.dispatch.emit(ConnectionsAction::Put(Box::new(connection)));
    }

    /// Forgets a removed connection.
    pub fn remove(&self, id: &ConnectionId) {
        self.dispatch.emit(ConnectionsAction::Removed(id.clone()));
    }

    /// All that are known.
    pub fn all(&self) -> &[ConnectionView] {
        self.list.ready().map_or(&[], |list| list.as_slice())
    }

    /// The one with that id.
    pub fn find(&self, id: &ConnectionId) -> Option<&ConnectionView> {
        self.all().iter().find(|connection| connection.id == *id)
    }

    /// Those of one platform, oldest first.
    pub fn of(&self, platform: PlatformId) -> Vec<&ConnectionView> {
        self.all().iter().filter(|connection| connection.platform == platform).collect()
    }
}

/// The connections. Outside a [`ConnectionsProvider`] there are none.
#[hook]
pub fn use_connections() -> Connections {
    use_context::<Connections>()
        .unwrap_or_else(|| Connections { list: Loadable::Ready(Rc::default()), dispatch: Callback::noop() })
}

#[derive(Properties, PartialEq)]
pub struct ConnectionsProviderProps {
    pub children: Html,
}

#[component]
pub fn ConnectionsProvider(props: &ConnectionsProviderProps) -> Html {
    let state = use_reducer(ConnectionsState::default);
    let dispatch = {
        let dispatcher = state.dispatcher();
        use_callback((), move |action, ()| dispatcher.dispatch(action))
    };
    let context = Connections { list: state.list.clone(), dispatch };
    {
        let context = context.clone();
        use_effect_with((), move |()| context.reload());
    }
    html! { <ContextProvider<Connections> context={context}>{ props.children.clone() }</ContextProvider<Connections>> }
}

/// What the reducer keeps.
#[derive(Default, PartialEq)]
pub(super) struct ConnectionsState {
    list: Loadable<Rc<Vec<ConnectionView>>>,
}

/// What happens to the connections.
pub(super) enum ConnectionsAction {
    /// The core answered.
    Loaded(Result<Vec<ConnectionView>, HubError>),
    /// One is new or changed.
    Put(Box<ConnectionView>),
    /// One is gone.
    Removed(ConnectionId),
}

impl Reducible for ConnectionsState {
    type Action = ConnectionsAction;

    fn reduce(self: Rc<Self>, action: ConnectionsAction) -> Rc<Self> {
        let list = match action {
            ConnectionsAction::Loaded(reply) => reply.map(Rc::new).into(),
            ConnectionsAction::Put(connection) => {
                let mut all = self.list.ready().map(|list| (**list).clone()).unwrap_or_default();
                match all.iter_mut().find(|known| known.id == connection.id) {
                    Some(known) => *known = *connection,
                    None => all.push(*connection),
                }
                Loadable::Ready(Rc::new(all))
            }
            ConnectionsAction::Removed(id) => {
                let mut all = self.list.ready().map(|list| (**list).clone()).unwrap_or_default();
                all.retain(|known| known.id != id);
                Loadable::Ready(Rc::new(all))
            }
        };
        Rc::new(Self { list })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use hub_contract::connection::ConnectionState;

    use super::*;

    fn connection(id: &str, name: &str) -> ConnectionView {
        ConnectionView {
            id: id.into(),
            platform: PlatformId::Deepseek,
            name: name.into(),
            base_url: String::new(),
            final_url: String::new(),
            fields: BTreeMap::new(),
            secrets: BTreeMap::new(),
            authorized: None,
            state: ConnectionState::Untested,
            models_enabled: 0,
            agents: 0,
            catalog_at: None,
            last_test: None,
            proxy: None,
            plain_http_allowed: false,
            created_at: 0,
        }
    }

    fn names(state: &ConnectionsState) -> Vec<String> {
        state.list.ready().map(|list| list.iter().map(|one| one.name.clone()).collect()).unwrap_or_default()
    }

    #[test]
    fn a_changed_connection_keeps_its_place() {
        let state = Rc::new(ConnectionsState::default());
        let state = state.reduce(ConnectionsAction::Loaded(Ok(vec![connection("1", "a"), connection("2", "b")])));
        let state = state.reduce(ConnectionsAction::Put(Box::new(connection("1", "renamed"))));
        let state = state.reduce(ConnectionsAction::Put(Box::new(connection("3", "c"))));
        assert_eq!(names(&state), ["renamed", "b", "c"]);
        let state = state.reduce(ConnectionsAction::Removed("2".into()));
        assert_eq!(names(&state), ["renamed", "c"]);
    }

    #[test]
    fn a_failure_is_shown_and_a_later_success_replaces_it() {
        let state = Rc::new(ConnectionsState::default());
        let state = state.reduce(ConnectionsAction::Loaded(Err(HubError::internal("x"))));
        assert!(state.list.error().is_some());
        let state = state.reduce(ConnectionsAction::Loaded(Ok(Vec::new())));
        assert!(state.list.ready().is_some());
    }
}
