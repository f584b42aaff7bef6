//! What stands in the composer's place for a workflow: its form, and 运行.

use hub_contract::HubError;
use yew::prelude::*;

use super::super::session::Question;
use super::{FORM_ID, InputForm, Inputs};
use crate::components::{Button, ButtonKind, ErrorBanner, IconName};
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(in super::super) struct WorkflowComposerProps {
    pub(in super::super) inputs: Inputs,
    pub(in super::super) name: AttrValue,
    pub(in super::super) running: bool,
    pub(in super::super) stopping: bool,
    pub(in super::super) problem: Option<HubError>,
    pub(in super::super) on_ask: Callback<Question>,
    pub(in super::super) on_stop: Callback<()>,
}

#[component]
pub(in super::super) fn WorkflowComposer(props: &WorkflowComposerProps) -> Html {
    let t = use_texts();
    let sending = use_state_eq(|| false);
    let onsubmit = {
        let (sending, on_ask, running) = (sending.clone(), props.on_ask.clone(), props.running);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if running || *sending {
                return;
            }
            sending.set(true);
            let sending = sending.clone();
            // The form keeps its values: the next run is often the same with one change.
            on_ask.emit(Question { done: Callback::from(move |_| sending.set(false)), ..Question::default() });
        })
    };
    html! {
        <div class="compose-wrap">
            if let Some(error) = &props.problem {
                <div class="compose-problem"><ErrorBanner error={error.clone()} /></div>
            }
            <form
                class="card run-form"
                novalidate=true
                aria-label={t.with("inputs-of", &[("name", props.name.as_str().into())])}
                {onsubmit}
            >
                <div class="run-fields"><InputForm id={FORM_ID} state={props.inputs.state.clone()} /></div>
                <div class="bar">
                    <span class="grow"></span>
                    if props.running {
                        <Button
                            label={if props.stopping { t.get("chat-stopping") } else { t.get("chat-stop") }}
                            icon={IconName::Stop}
                            disabled={props.stopping}
                            onclick={props.on_stop.clone()}
                        />
                    } else {
                        <Button
                            label={t.get("inputs-run")}
                            icon={IconName::Send}
                            kind={ButtonKind::Primary}
                            submit=true
                            busy={sending.then(|| AttrValue::from(t.get("inputs-running")))}
                        />
                    }
                </div>
            </form>
        </div>
    }
}
