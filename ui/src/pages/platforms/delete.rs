//! Deletes a connection: says what goes with it and what stays.

use hub_contract::HubError;
use hub_contract::command::RemoveConnection;
use hub_contract::connection::{ConnectionView, DependentAgents, RemoveConnectionRequest};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog, ErrorBanner, IconName, MonogramSize, PlatformMonogram};
use crate::ipc;
use crate::state::{Toast, use_connections, use_info, use_texts, use_toasts};

#[derive(Properties, PartialEq)]
pub struct DeleteDialogProps {
    pub connection: ConnectionView,
    pub on_close: Callback<()>,
}

#[component]
pub fn DeleteDialog(props: &DeleteDialogProps) -> Html {
    let t = use_texts();
    let connections = use_connections();
    let toasts = use_toasts();
    let info = use_info();
    let busy = use_state_eq(|| false);
    let error = use_state(|| None::<HubError>);
    let agents = use_state_eq(|| DependentAgents::Disable);
    let connection = &props.connection;
    let has_agents = connection.agents > 0;

    let delete = {
        let (connections, toasts, info, t) = (connections.clone(), toasts.clone(), info.clone(), t.clone());
        let (busy, error, on_close) = (busy.clone(), error.clone(), props.on_close.clone());
        let (id, name) = (connection.id.clone(), connection.name.clone());
        let agents = if has_agents { *agents } else { DependentAgents::Refuse };
        Callback::from(move |()| {
            let (connections, toasts, info, t) = (connections.clone(), toasts.clone(), info.clone(), t.clone());
            let (busy, error, on_close) = (busy.clone(), error.clone(), on_close.clone());
            let (id, name) = (id.clone(), name.clone());
            busy.set(true);
            spawn_local(async move {
                let reply = ipc::call::<RemoveConnection>(RemoveConnectionRequest { id: id.clone(), agents }).await;
                busy.set(false);
                match reply {
                    Ok(()) => {
                        on_close.emit(());
                        connections.remove(&id);
                        info.reload.emit(());
                        toasts.show(Toast {
                            icon: IconName::Trash,
                            ..Toast::done(t.with("delete-done", &[("name", name.into())]))
                        });
                    }
                    Err(fault) => error.set(Some(fault)),
                }
            });
        })
    };
    let choose = |choice: DependentAgents| {
        let agents = agents.clone();
        Callback::from(move |_: Event| agents.set(choice))
    };
    html! {
        <Dialog
            title={t.with("delete-title", &[("name", connection.name.as_str().into())])}
            mark={html! { <PlatformMonogram platform={connection.platform} size={MonogramSize::S24} /> }}
            busy={*busy}
            on_close={props.on_close.clone()}
            primary={html! {
                <Button
                    label={t.get("delete-action")}
                    kind={ButtonKind::Danger}
                    busy={busy.then(|| AttrValue::from(t.get("deleting")))}
                    onclick={delete}
                />
            }}
        >
            <ul class="col">
                if connection.models_enabled > 0 {
                    <li>{ t.with("delete-models", &[("n", connection.models_enabled.into())]) }</li>
                }
                if connection.secrets.values().any(|secret| secret.has_secret) {
                    <li>{ t.with("delete-secret", &[("vault", info.vault_word().into())]) }</li>
                }
                <li>{ t.get("delete-conversations") }</li>
            </ul>
            if has_agents {
                <fieldset class="choice">
                    <legend class="label">{ t.with("delete-agents", &[("n", connection.agents.into())]) }</legend>
                    { for [
                        (DependentAgents::Disable, t.get("delete-agents-disable"), t.get("delete-agents-disable-about")),
                        (DependentAgents::Remove, t.get("delete-agents-remove"), t.get("delete-agents-remove-about")),
                    ].into_iter().map(|(choice, label, about)| {
                        let on = *agents == choice;
                        html! {
                            <label class={on.then_some("on")}>
                                <input type="radio" name="dependent-agents" checked={on} onchange={choose(choice)} />
                                <span class={classes!("box", "radio", on.then_some("on"))} aria-hidden="true"></span>
                                <span>{ label }<small>{ about }</small></span>
                            </label>
                        }
                    }) }
                </fieldset>
            }
            if let Some(error) = &*error { <ErrorBanner error={error.clone()} /> }
        </Dialog>
    }
}
