//! Removes an agent: says what goes with it and what stays.

use hub_contract::HubError;
use hub_contract::agent::AgentView;
use hub_contract::command::RemoveAgent;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog, ErrorBanner, IconName};
use crate::ipc;
use crate::state::{Toast, use_texts, use_toasts};

#[derive(Properties, PartialEq)]
pub(super) struct RemoveDialogProps {
    pub agent: AgentView,
    pub on_removed: Callback<()>,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn RemoveDialog(props: &RemoveDialogProps) -> Html {
    let t = use_texts();
    let toasts = use_toasts();
    let busy = use_state_eq(|| false);
    let error = use_state(|| None::<HubError>);
    let name = &props.agent.name;
    let remove = {
        let (busy, error, toasts) = (busy.clone(), error.clone(), toasts);
        let (on_removed, on_close, id) = (props.on_removed.clone(), props.on_close.clone(), props.agent.id.clone());
        let done = t.with("agent-removed", &[("name", name.as_str().into())]);
        Callback::from(move |()| {
            let (busy, error, toasts) = (busy.clone(), error.clone(), toasts.clone());
            let (on_removed, on_close, id, done) = (on_removed.clone(), on_close.clone(), id.clone(), done.clone());
            busy.set(true);
            spawn_local(async move {
                let reply = ipc::call::<RemoveAgent>(id).await;
                busy.set(false);
                match reply {
                    Ok(()) => {
                        on_close.emit(());
                        on_removed.emit(());
                        toasts.show(Toast { icon: IconName::Trash, ..Toast::done(done) });
                    }
                    Err(fault) => error.set(Some(fault)),
                }
            });
        })
    };
    html! {
        <Dialog
            title={t.with("agent-remove-title", &[("name", name.as_str().into())])}
            busy={*busy}
            on_close={props.on_close.clone()}
            primary={html! {
                <Button
                    label={t.get("agent-remove-action")}
                    kind={ButtonKind::Danger}
                    busy={busy.then(|| AttrValue::from(t.get("deleting")))}
                    onclick={remove}
                />
            }}
        >
            <ul class="col">
                <li>{ t.get("agent-remove-here") }</li>
                <li>{ t.get("agent-remove-there") }</li>
                <li>{ t.get("delete-conversations") }</li>
            </ul>
            if let Some(error) = &*error { <ErrorBanner error={error.clone()} /> }
        </Dialog>
    }
}
