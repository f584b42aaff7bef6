//! One earlier run: how it ended, when, what was filled in.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::conversation::MessageState;
use hub_contract::past_run::PastRun;
use hub_contract::run::{FinishReason, InputField};
use hub_text::Texts;
use yew::prelude::*;

use super::super::details::{error_of_state, state_words};
use super::super::inputs::files_among;
use super::super::look::{clock, seconds};
use crate::components::{Button, ButtonSize, Status, StatusKind};
use crate::dom;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct PastRunRowProps {
    pub(super) run: PastRun,
    /// Of the form on the page.
    pub(super) fields: Rc<Vec<InputField>>,
    /// The form is on the screen.
    pub(super) can_refill: bool,
    pub(super) on_open: Callback<PastRun>,
    pub(super) on_refill: Callback<PastRun>,
}

#[component]
pub(super) fn PastRunRow(props: &PastRunRowProps) -> Html {
    let t = use_texts();
    let run = &props.run;
    let (state, kind) = state_of(&run.state, &t);
    let now = dom::now();
    let when = clock(run.at, now, dom::utc_offset_minutes(now));
    let took = run.duration_ms.map(|ms| seconds(ms, t.language()));
    let text = if run.text.is_empty() { t.get("runs-no-inputs") } else { run.text.clone() };
    let button = |label: String, onclick: &Callback<PastRun>| {
        let (onclick, run) = (onclick.clone(), run.clone());
        html! {
            <Button
                name={format!("{label} · {when} · {text}")}
                {label}
                size={ButtonSize::Small}
                onclick={Callback::from(move |()| onclick.emit(run.clone()))}
            />
        }
    };
    let refills = props.can_refill && !run.inputs.is_empty();
    let files = files_among(&props.fields, &run.inputs);
    html! {
        <li class="past-run">
            <div class="row">
                <Status {kind} text={state} />
                <span class="grow"></span>
                <span class="dim nowrap">{ [Some(when.clone()), took].into_iter().flatten().collect::<Vec<_>>().join(" · ") }</span>
            </div>
            <p class={classes!("tx", run.text.is_empty().then_some("dim"))} title={text.clone()}>{ &text }</p>
            if let Some(error) = error_of_state(&run.state) { <p class="help">{ reason(error, &t) }</p> }
            if refills && !files.is_empty() {
                <p class="help">{ t.with("runs-files", &[("fields", files.join(", ").into())]) }</p>
            }
            <div class="row wrap">
                { button(t.get("runs-open"), &props.on_open) }
                if refills { { button(t.get("runs-refill"), &props.on_refill) } }
            </div>
        </li>
    }
}

/// A run that waits for the person has not finished.
fn state_of(state: &MessageState, t: &Texts) -> (String, StatusKind) {
    match state {
        MessageState::Finished { reason: FinishReason::NeedsInput } => (t.get("runs-waits"), StatusKind::Warn),
        MessageState::Streaming => (t.get("inputs-running"), StatusKind::Wait),
        ended => state_words(ended, false, t),
    }
}

fn reason(error: &HubError, t: &Texts) -> String {
    t.error(error).title
}
