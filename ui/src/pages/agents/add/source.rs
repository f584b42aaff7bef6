//! What stands behind one agent: the app of a connection, or a model with a role prompt.

use hub_contract::id::ConnectionId;
use yew::prelude::*;

use super::super::basics;
use super::form::{AddAction, AddForm};
use crate::components::{Banner, CheckMark, Checkbox, Choice, NavLink, Select, TextArea, TextField};
use crate::route::Route;
use crate::state::use_texts;

/// Longest id of an app, in characters.
const ID_MAX: usize = 256;

#[derive(Properties, PartialEq)]
pub(super) struct AppFieldsProps {
    pub form: UseReducerHandle<AddForm>,
    pub asks_id: bool,
}

/// The app of a connection, as far as the connection does not say it.
#[component]
pub(super) fn AppFields(props: &AppFieldsProps) -> Html {
    let t = use_texts();
    let form = &props.form;
    html! {
        <>
            if props.asks_id {
                <TextField
                    id="agent-remote-id"
                    label={t.get("add-agent-app-id")}
                    value={form.remote_id.clone()}
                    help={Some(AttrValue::from(t.get("add-agent-app-id-about")))}
                    optional=true
                    mono=true
                    max_chars={ID_MAX}
                    oninput={act(form, AddAction::RemoteId)}
                />
            }
            <Checkbox
                label={t.get("add-agent-workflow")}
                help={Some(AttrValue::from(t.get("add-agent-workflow-about")))}
                checked={CheckMark::from(form.workflow)}
                onchange={act(form, AddAction::Workflow)}
            />
        </>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct PromptFieldsProps {
    pub form: UseReducerHandle<AddForm>,
    pub connection: ConnectionId,
    /// The enabled models of the connection.
    pub models: Vec<String>,
}

/// A model with a role prompt, and parameters for those who want them.
#[component]
pub(super) fn PromptFields(props: &PromptFieldsProps) -> Html {
    let t = use_texts();
    let form = &props.form;
    let error = form.drafts.first().and_then(|draft| draft.error.as_ref());
    let parameters = basics::fault(error, "parameters", &t);
    let choices = props.models.iter().map(|model| Choice { value: model.clone().into(), label: model.clone().into() });
    html! {
        <>
            if props.models.is_empty() {
                <Banner title={t.get("add-agent-no-models")} advice={t.get("add-agent-no-models-about")}>
                    <div class="acts">
                        <NavLink to={Route::ModelsOf { connection: props.connection.0.clone() }} class="btn sm">
                            { t.get("chat-enable-models") }
                        </NavLink>
                    </div>
                </Banner>
            } else {
                <Select
                    id="agent-model"
                    label={t.get("add-agent-model")}
                    value={form.model.clone()}
                    choices={choices.collect::<Vec<_>>()}
                    onchange={act(form, AddAction::Model)}
                />
            }
            <TextArea
                id="agent-prompt"
                label={t.get("add-agent-prompt")}
                value={form.prompt.clone()}
                help={Some(AttrValue::from(t.get("add-agent-prompt-about")))}
                error={basics::fault(error, "prompt", &t)}
                oninput={act(form, AddAction::Prompt)}
            />
            <details class="more" open={parameters.is_some()}>
                <summary>{ t.get("more") }</summary>
                <TextArea
                    id="agent-parameters"
                    label={t.get("add-agent-parameters")}
                    value={form.parameters.clone()}
                    placeholder={"{ \"temperature\": 0.5 }"}
                    help={Some(AttrValue::from(t.get("add-agent-parameters-about")))}
                    error={parameters}
                    optional=true
                    short=true
                    mono=true
                    oninput={act(form, AddAction::Parameters)}
                />
            </details>
        </>
    }
}

/// Tells the form what was typed or chosen.
pub(super) fn act<T: 'static>(form: &UseReducerHandle<AddForm>, action: fn(T) -> AddAction) -> Callback<T> {
    let dispatch = form.dispatcher();
    Callback::from(move |value: T| dispatch.dispatch(action(value)))
}
