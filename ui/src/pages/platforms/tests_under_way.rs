//! The connection tests that are going on.

use std::collections::BTreeSet;
use std::rc::Rc;

use hub_contract::command::TestConnection;
use hub_contract::connection::TestConnectionRequest;
use hub_contract::id::ConnectionId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::ipc;
use crate::state::use_connections;

/// Which connections are being tested, and the way to test some.
#[derive(Clone, PartialEq)]
pub struct TestsUnderWay {
    running: Rc<BTreeSet<ConnectionId>>,
    run: Callback<(Vec<ConnectionId>, bool)>,
}

impl TestsUnderWay {
    /// Tests these connections, side by side; their states are read anew after each.
    pub fn run(&self, ids: Vec<ConnectionId>) {
        self.run.emit((ids, false));
    }

    /// Walks the whole way of one, up to a stopped answer: asks one or two short questions.
    pub fn walk(&self, id: ConnectionId) {
        self.run.emit((vec![id], true));
    }

    /// Whether one is being tested.
    pub fn has(&self, id: &ConnectionId) -> bool {
        self.running.contains(id)
    }

    /// Whether any is being tested.
    pub fn any(&self) -> bool {
        !self.running.is_empty()
    }
}

/// Tests of one page.
#[hook]
pub fn use_tests() -> TestsUnderWay {
    let running = use_reducer(Running::default);
    let connections = use_connections();
    let run = {
        let dispatch = running.dispatcher();
        use_callback(connections, move |(ids, deep): (Vec<ConnectionId>, bool), connections| {
            for id in ids {
                let (dispatch, connections) = (dispatch.clone(), connections.clone());
                dispatch.dispatch((id.clone(), true));
                spawn_local(async move {
                    // A failed test is part of the connection's state, which is read anew; so is a refused call.
                    let request = TestConnectionRequest { id: id.clone(), deep };
                    let _ = ipc::call::<TestConnection>(request).await;
                    dispatch.dispatch((id, false));
                    connections.reload();
                });
            }
        })
    };
    TestsUnderWay { running: Rc::clone(&running.0), run }
}

#[derive(Default, PartialEq)]
struct Running(Rc<BTreeSet<ConnectionId>>);

impl Reducible for Running {
    /// A connection, and whether its test begins or has ended.
    type Action = (ConnectionId, bool);

    fn reduce(self: Rc<Self>, (id, begins): Self::Action) -> Rc<Self> {
        let mut ids = (*self.0).clone();
        if begins {
            ids.insert(id);
        } else {
            ids.remove(&id);
        }
        Rc::new(Self(Rc::new(ids)))
    }
}
