//! Changes an agent's name, icon, group, description and who may use it.

use hub_contract::HubError;
use hub_contract::agent::{AgentView, EditAgentRequest, SetAgentIconRequest};
use hub_contract::command::{EditAgent, SetAgentIcon};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::basics::{self, GroupField};
use super::grants::{Granted, Grants};
use super::icon_field::{Chosen, IconField};
use crate::components::{Button, ButtonKind, Dialog, DialogSize, ErrorBanner, TextArea, TextField};
use crate::ipc;
use crate::state::{Toast, use_texts, use_toasts};

#[derive(Properties, PartialEq)]
pub(super) struct EditDialogProps {
    pub agent: AgentView,
    /// The groups that exist.
    pub groups: Vec<String>,
    pub on_saved: Callback<()>,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn EditDialog(props: &EditDialogProps) -> Html {
    let t = use_texts();
    let toasts = use_toasts();
    let agent = &props.agent;
    let name = use_state(|| agent.name.clone());
    let group = use_state(|| agent.group.clone().unwrap_or_default());
    let description = use_state(|| agent.description.clone());
    let icon = use_state_eq(|| None::<Chosen>);
    let granted = use_state_eq(|| Granted::of(agent));
    let busy = use_state_eq(|| false);
    let error = use_state(|| None::<HubError>);
    let dirty = *name != agent.name
        || *group != agent.group.clone().unwrap_or_default()
        || *description != agent.description
        || icon.is_some()
        || *granted != Granted::of(agent);
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let set_granted = {
        let granted = granted.clone();
        Callback::from(move |grants| granted.set(grants))
    };
    let set_icon = {
        let icon = icon.clone();
        Callback::from(move |chosen| icon.set(chosen))
    };
    let save = {
        let new_icon = (*icon).clone().map(|Chosen { icon, .. }| SetAgentIconRequest { id: agent.id.clone(), icon });
        let kept = icon.setter();
        let (busy, error, toasts, t) = (busy.clone(), error.clone(), toasts, t.clone());
        let (on_saved, on_close) = (props.on_saved.clone(), props.on_close.clone());
        let request = EditAgentRequest {
            id: agent.id.clone(),
            name: Some((*name).clone()),
            group: Some((*group).clone()),
            description: Some((*description).clone()),
            enabled: None,
            prompt: None,
            plans: Some(granted.plans.clone()),
            groups: Some(granted.groups.clone()),
        };
        Callback::from(move |()| {
            let (busy, error, toasts, t) = (busy.clone(), error.clone(), toasts.clone(), t.clone());
            let (on_saved, on_close, request) = (on_saved.clone(), on_close.clone(), request.clone());
            let (new_icon, kept) = (new_icon.clone(), kept.clone());
            busy.set(true);
            error.set(None);
            spawn_local(async move {
                let reply = async {
                    // First, because a platform or a file may refuse it; then nothing has changed.
                    if let Some(new_icon) = new_icon {
                        ipc::call::<SetAgentIcon>(new_icon).await?;
                        kept.set(None);
                    }
                    ipc::call::<EditAgent>(request).await
                };
                let reply = reply.await;
                busy.set(false);
                match reply {
                    Ok(saved) => {
                        on_close.emit(());
                        on_saved.emit(());
                        toasts.show(Toast::done(t.with("agent-saved", &[("name", saved.name.into())])));
                    }
                    Err(fault) => error.set(Some(fault)),
                }
            });
        })
    };
    let at = |field: &str| basics::fault(error.as_ref(), field, &t);
    html! {
        <Dialog
            title={t.with("agent-edit-title", &[("name", agent.name.as_str().into())])}
            size={DialogSize::Medium}
            {dirty}
            busy={*busy}
            on_close={props.on_close.clone()}
            on_submit={Some(save)}
            primary={html! {
                <Button
                    label={t.get("action-save")}
                    kind={ButtonKind::Primary}
                    submit=true
                    busy={busy.then(|| AttrValue::from(t.get("saving")))}
                />
            }}
        >
            <TextField
                id="agent-name"
                label={t.get("agent-name")}
                value={(*name).clone()}
                max_chars={basics::NAME_MAX}
                autofocus=true
                error={at("name")}
                oninput={set(&name)}
            />
            <IconField
                agent={agent.clone()}
                chosen={(*icon).clone()}
                error={at("icon")}
                onchange={set_icon}
            />
            <GroupField
                id="agent-group"
                value={(*group).clone()}
                groups={props.groups.clone()}
                error={at("group")}
                oninput={set(&group)}
            />
            <TextArea
                id="agent-description"
                label={t.get("agent-description")}
                value={(*description).clone()}
                optional=true
                short=true
                error={at("description")}
                oninput={set(&description)}
            />
            <Grants granted={(*granted).clone()} onchange={set_granted} />
            if let Some(error) = error.as_ref().filter(|error| !basics::is_shown_at_a_field(error)) {
                <ErrorBanner error={error.clone()} />
            }
        </Dialog>
    }
}
