//! Loads what a page shows with one command.

use std::rc::Rc;

use hub_contract::Command;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::Loadable;
use crate::ipc;

/// A loaded reply, with ways to load it again or to put a newer one in its place.
pub struct Loaded<T> {
    /// What there is.
    pub state: Loadable<Rc<T>>,
    /// Asks again; the old value stays until the new one comes.
    pub reload: Callback<()>,
    /// Puts a newer value in place, for example the reply of a change.
    pub put: Callback<T>,
}

/// Calls a command when the component appears and whenever the request changes. A reply that was overtaken by a newer
/// request is dropped.
#[hook]
pub fn use_load<C>(request: C::Request) -> Loaded<C::Reply>
where
    C: Command + 'static,
    C::Request: Clone + PartialEq,
{
    let state = use_state(Loadable::<Rc<C::Reply>>::default);
    let round = use_mut_ref(|| 0_u64);

    let reload = {
        let (state, round) = (state.clone(), Rc::clone(&round));
        use_callback(request.clone(), move |(), request: &C::Request| {
            let (state, round) = (state.clone(), Rc::clone(&round));
            let mine = {
                let mut round = round.borrow_mut();
                *round += 1;
                *round
            };
            let request = request.clone();
            spawn_local(async move {
                let reply = ipc::call::<C>(request).await;
                if *round.borrow() == mine {
                    state.set(reply.map(Rc::new).into());
                }
            });
        })
    };
    let put = {
        let (state, round) = (state.clone(), Rc::clone(&round));
        use_callback((), move |value: C::Reply, ()| {
            *round.borrow_mut() += 1;
            state.set(Loadable::Ready(Rc::new(value)));
        })
    };
    {
        let (state, reload) = (state.clone(), reload.clone());
        use_effect_with(request, move |_| {
            state.set(Loadable::Loading);
            reload.emit(());
        });
    }
    Loaded { state: (*state).clone(), reload, put }
}
