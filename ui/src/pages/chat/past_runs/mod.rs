//! What was run earlier with the agent on the page, in the drawer: each run can be opened, and its inputs used again.

mod pages;
mod row;

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::command::ListPastRuns;
use hub_contract::id::{AgentId, MessageId};
use hub_contract::past_run::{ListPastRunsRequest, PastRun, PastRuns};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use self::pages::{followed, together};
use self::row::PastRunRow;
use super::ConversationQuery;
use super::inputs::{Inputs, Place};
use crate::components::{Button, ButtonSize, Drawer, Empty, ErrorBanner, IconName, SkeletonShape, loaded_view};
use crate::ipc;
use crate::route::Route;
use crate::state::{use_load, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct PastRunsDrawerProps {
    pub(super) agent: AgentId,
    pub(super) inputs: Inputs,
    /// The run on the page, and whether it goes on: when this changes, there is something new to read.
    pub(super) newest: Option<(MessageId, bool)>,
    pub(super) on_close: Callback<()>,
}

#[component]
pub(super) fn PastRunsDrawer(props: &PastRunsDrawerProps) -> Html {
    let t = use_texts();
    let newest = use_load::<ListPastRuns>(ListPastRunsRequest { agent: props.agent.clone(), limit: 0, before: None });
    let known = use_state(|| None::<PastRuns>);
    let (reading, problem) = (use_state_eq(|| false), use_state_eq(|| None::<HubError>));
    {
        let (reload, is_first) = (newest.reload.clone(), use_mut_ref(|| true));
        use_effect_with(props.newest.clone(), move |_| {
            if !is_first.replace(false) {
                reload.emit(());
            }
        });
    }
    let open = use_open();
    let refill = {
        let (inputs, on_close) = (props.inputs.clone(), props.on_close.clone());
        Callback::from(move |run: PastRun| {
            inputs.refill(run.inputs);
            on_close.emit(());
        })
    };
    let anew = {
        let (known, problem, reload) = (known.setter(), problem.setter(), newest.reload.clone());
        Callback::from(move |()| {
            known.set(None);
            problem.set(None);
            reload.emit(());
        })
    };
    let show = |page: &Rc<PastRuns>| {
        let shown = together(page, known.as_ref());
        if shown.runs.is_empty() {
            return html! { <Empty icon={IconName::Clock} title={t.get("runs-none")} about={t.get("runs-none-about")} /> };
        }
        let row = |run: &PastRun| {
            html! {
                <PastRunRow
                    key={run.answer.0.clone()}
                    run={run.clone()}
                    fields={props.inputs.state.fields.clone()}
                    can_refill={props.inputs.place != Place::Nowhere}
                    on_open={open.clone()}
                    on_refill={refill.clone()}
                />
            }
        };
        let older = shown.older.clone().map(|before| {
            let (agent, known, shown) = (props.agent.clone(), known.setter(), shown.clone());
            let (reading, problem) = (reading.setter(), problem.setter());
            Callback::from(move |()| {
                let request = ListPastRunsRequest { agent: agent.clone(), limit: 0, before: Some(before.clone()) };
                let (known, shown, reading, problem) = (known.clone(), shown.clone(), reading.clone(), problem.clone());
                reading.set(true);
                spawn_local(async move {
                    match ipc::call::<ListPastRuns>(request).await {
                        Ok(page) => known.set(Some(followed(&shown, page))),
                        Err(error) => problem.set(Some(error)),
                    }
                    reading.set(false);
                });
            })
        });
        html! {
            <>
                <ul class="past-runs">{ for shown.runs.iter().map(row) }</ul>
                if let Some(error) = problem.as_ref() {
                    <ErrorBanner error={error.clone()} on_retry={anew.clone()} />
                } else if let Some(onclick) = older {
                    <Button
                        label={t.get("runs-older")}
                        size={ButtonSize::Small}
                        busy={reading.then(|| AttrValue::from(t.get("loading")))}
                        {onclick}
                    />
                }
            </>
        }
    };
    html! {
        <Drawer title={t.get("runs-title")} on_close={props.on_close.clone()}>
            { loaded_view(&newest, SkeletonShape::Rows, show) }
        </Drawer>
    }
}

/// Goes to the conversation with the answer of a run.
#[hook]
fn use_open() -> Callback<PastRun> {
    let navigator = use_navigator();
    use_callback(navigator, |run: PastRun, navigator| {
        let Some(navigator) = navigator else { return };
        let route = Route::Conversation { conversation: run.conversation.0 };
        let query = ConversationQuery { message: Some(run.answer.0) };
        if navigator.push_with_query(&route, &query).is_err() {
            navigator.push(&route);
        }
    })
}
