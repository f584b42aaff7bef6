//! The conversations that were put away, below the others. They are read when somebody opens them.

use hub_contract::HubError;
use hub_contract::command::ListConversations;
use hub_contract::conversation::{ConversationView, ListConversationsRequest};
use hub_contract::id::ConversationId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::row::ConversationRow;
use crate::components::ErrorBanner;
use crate::ipc;
use crate::state::use_texts;

/// How many are asked for at once.
const PAGE: u32 = 500;

#[derive(Properties, PartialEq)]
pub(super) struct ArchivedProps {
    /// Changes when a conversation may have been put away or brought back.
    pub(super) version: AttrValue,
    pub(super) shown: Option<ConversationId>,
    pub(super) put: Callback<ConversationView>,
    pub(super) changed: Callback<ConversationView>,
    pub(super) export: Callback<ConversationView>,
}

#[component]
pub(super) fn Archived(props: &ArchivedProps) -> Html {
    let t = use_texts();
    let list = use_state(|| None::<Result<Vec<ConversationView>, HubError>>);
    {
        let list = list.setter();
        use_effect_with(props.version.clone(), move |_| {
            spawn_local(async move {
                let request = ListConversationsRequest { archived: true, limit: PAGE, ..Default::default() };
                list.set(Some(ipc::call::<ListConversations>(request).await));
            });
        });
    }
    // What was brought back or removed goes from here at once; what comes back after a removal is read again.
    let without = {
        let list = list.clone();
        move |id: &ConversationId| {
            if let Some(Ok(all)) = &*list {
                list.set(Some(Ok(all.iter().filter(|one| one.id != *id).cloned().collect())));
            }
        }
    };
    let put = {
        let (put, without, list) = (props.put.clone(), without.clone(), list.clone());
        Callback::from(move |view: ConversationView| {
            match (&*list, view.archived) {
                (Some(Ok(all)), true) => {
                    let mut all: Vec<_> = all.iter().filter(|one| one.id != view.id).cloned().collect();
                    all.push(view.clone());
                    all.sort_by_key(|one| std::cmp::Reverse(one.updated_at));
                    list.set(Some(Ok(all)));
                }
                _ => without(&view.id),
            }
            put.emit(view);
        })
    };
    let forget = Callback::from(move |id: ConversationId| without(&id));
    match &*list {
        None => html! {},
        Some(Err(error)) => html! { <div class="list-note"><ErrorBanner error={error.clone()} /></div> },
        Some(Ok(all)) if all.is_empty() => html! { <p class="list-note help">{ t.get("chat-archived-none") }</p> },
        Some(Ok(all)) => html! {
            { for all.iter().map(|one| html! {
                <ConversationRow
                    key={one.id.0.clone()}
                    conversation={one.clone()}
                    current={props.shown.as_ref() == Some(&one.id)}
                    put={put.clone()}
                    forget={forget.clone()}
                    changed={props.changed.clone()}
                    export={props.export.clone()}
                />
            }) }
        },
    }
}
