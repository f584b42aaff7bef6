//! The list of conversations: newest first, pinned ones on top, kept true while runs end in the background.

use std::collections::HashSet;
use std::rc::Rc;

use hub_contract::command::ListConversations;
use hub_contract::conversation::{ConversationView, ListConversationsRequest};
use hub_contract::id::{ConversationId, RunId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::ipc;
use crate::state::Loadable;

/// How many are asked for at once.
const PAGE: u32 = 500;
/// A place in a run that no frame has: attaching there tells of the end only. JavaScript counts no further exactly.
const PAST_EVERY_FRAME: u64 = (1 << 53) - 1;

/// The conversations and the ways to keep them true.
#[derive(Clone, PartialEq)]
pub(super) struct Conversations {
    /// In the order of the list.
    pub(super) list: Loadable<Rc<Vec<ConversationView>>>,
    pub(super) reload: Callback<()>,
    /// Takes over a new or changed one.
    pub(super) put: Callback<ConversationView>,
    /// Takes one off the list.
    pub(super) forget: Callback<ConversationId>,
}

#[hook]
pub(super) fn use_conversations() -> Conversations {
    let state = use_reducer(ListState::default);
    let reload = {
        let dispatch = state.dispatcher();
        use_callback((), move |(), ()| {
            let dispatch = dispatch.clone();
            spawn_local(async move {
                let request = ListConversationsRequest { limit: PAGE, ..Default::default() };
                dispatch.dispatch(ListAction::Loaded(ipc::call::<ListConversations>(request).await));
            });
        })
    };
    let put = {
        let dispatch = state.dispatcher();
        use_callback((), move |view: ConversationView, ()| dispatch.dispatch(ListAction::Put(Box::new(view))))
    };
    let forget = {
        let dispatch = state.dispatcher();
        use_callback((), move |id: ConversationId, ()| dispatch.dispatch(ListAction::Forget(id)))
    };
    {
        let reload = reload.clone();
        use_effect_with((), move |()| reload.emit(()));
    }
    use_ends_of_runs(&state.list, &reload);
    Conversations { list: state.list.clone(), reload, put, forget }
}

/// Reads the list again when a run of it has ended, wherever it was begun.
#[hook]
fn use_ends_of_runs(list: &Loadable<Rc<Vec<ConversationView>>>, reload: &Callback<()>) {
    let watched = use_mut_ref(HashSet::<RunId>::new);
    let runs: Vec<RunId> =
        list.ready().map(|list| list.iter().filter_map(|one| one.run.clone()).collect()).unwrap_or_default();
    use_effect_with((runs, reload.clone()), move |(runs, reload)| {
        for run in runs {
            if watched.borrow_mut().insert(run.clone()) {
                let (run, reload) = (run.clone(), reload.clone());
                spawn_local(async move {
                    let _ = ipc::attach(run, PAST_EVERY_FRAME, |_| ()).await;
                    reload.emit(());
                });
            }
        }
    });
}

#[derive(Default, PartialEq)]
struct ListState {
    list: Loadable<Rc<Vec<ConversationView>>>,
}

enum ListAction {
    Loaded(Result<Vec<ConversationView>, hub_contract::HubError>),
    Put(Box<ConversationView>),
    Forget(ConversationId),
}

impl Reducible for ListState {
    type Action = ListAction;

    fn reduce(self: Rc<Self>, action: ListAction) -> Rc<Self> {
        let mut all = self.list.ready().map(|list| (**list).clone()).unwrap_or_default();
        match action {
            ListAction::Loaded(Ok(list)) => all = list,
            // A list that is on the screen is better than an error in its place.
            ListAction::Loaded(Err(error)) if self.list.ready().is_none() => {
                return Rc::new(Self { list: Loadable::Failed(error) });
            }
            ListAction::Loaded(Err(_)) => return self,
            ListAction::Put(view) => {
                all.retain(|known| known.id != view.id);
                all.push(*view);
            }
            ListAction::Forget(id) => all.retain(|known| known.id != id),
        }
        all.retain(|one| !one.archived);
        all.sort_by_key(|one| (!one.pinned, std::cmp::Reverse(one.updated_at)));
        Rc::new(Self { list: Loadable::Ready(Rc::new(all)) })
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::HubError;
    use hub_contract::conversation::Target;

    use super::*;

    fn conversation(id: &str, updated_at: i64) -> ConversationView {
        ConversationView {
            id: id.into(),
            title: id.into(),
            target: Target::Model { connection: "k".into(), model: "m".into() },
            target_name: "m".into(),
            platform: None,
            usable: true,
            pinned: false,
            archived: false,
            created_at: 0,
            updated_at,
            run: None,
            comparison: None,
        }
    }

    fn ids(state: &ListState) -> Vec<String> {
        state.list.ready().map(|list| list.iter().map(|one| one.id.0.clone()).collect()).unwrap_or_default()
    }

    #[test]
    fn newest_first_pinned_on_top_archived_gone() {
        let state = Rc::new(ListState::default())
            .reduce(ListAction::Loaded(Ok(vec![conversation("old", 1), conversation("new", 3)])));
        assert_eq!(ids(&state), ["new", "old"]);
        let state =
            state.reduce(ListAction::Put(Box::new(ConversationView { pinned: true, ..conversation("old", 1) })));
        assert_eq!(ids(&state), ["old", "new"]);
        let state = state.reduce(ListAction::Put(Box::new(conversation("newest", 9))));
        assert_eq!(ids(&state), ["old", "newest", "new"]);
        let state =
            state.reduce(ListAction::Put(Box::new(ConversationView { archived: true, ..conversation("new", 3) })));
        assert_eq!(ids(&state), ["old", "newest"]);
        let state = state.reduce(ListAction::Forget("old".into()));
        assert_eq!(ids(&state), ["newest"]);
    }

    #[test]
    fn a_failed_reload_leaves_the_list() {
        let state = Rc::new(ListState::default()).reduce(ListAction::Loaded(Err(HubError::internal("x"))));
        assert!(state.list.error().is_some());
        let state = state.reduce(ListAction::Loaded(Ok(vec![conversation("a", 1)])));
        let state = state.reduce(ListAction::Loaded(Err(HubError::internal("x"))));
        assert_eq!(ids(&state), ["a"]);
    }
}
