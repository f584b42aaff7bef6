//! One question to several, side by side: a column each, one composer for all, until one is chosen to go on with.

mod column;
mod state;

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::command::{ChooseCompared, Compare, ShowComparison, StopRun};
use hub_contract::comparison::{CompareRequest, ComparisonView, Whom};
use hub_contract::conversation::ConversationView;
use hub_contract::id::{ComparisonId, ConversationId};
use hub_contract::run::StopRunRequest;
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use self::column::Column;
use self::state::{CompareAction, CompareState};
use super::candidates::takes_images;
use super::composer::Composer;
use super::conversations::use_conversations;
use super::inputs::InputLabels;
use super::list::ChatList;
use super::people::use_people;
use super::session::{Begun, Question};
use crate::components::{Badge, Banner, ErrorBanner, Skeleton, SkeletonShape, Tone};
use crate::ipc;
use crate::route::Route;
use crate::state::{Loadable, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct ComparePageProps {
    /// Its id.
    pub(crate) comparison: String,
}

#[component]
pub(crate) fn ComparePage(props: &ComparePageProps) -> Html {
    let t = use_texts();
    let people = use_people();
    let conversations = use_conversations();
    let compared = use_comparison(&props.comparison, conversations.put.clone());
    let state = &compared.state;
    let shown = state.conversations();
    let first = shown.first();
    let title = first.map(|one| one.title.clone()).unwrap_or_default();
    let chosen = state.chosen().map(|one| one.id.clone());
    let columns = match &state.shown {
        Loadable::Loading => html! { <div class="thread"><Skeleton shape={SkeletonShape::Lines} /></div> },
        Loadable::Failed(error) => {
            html! { <div class="thread"><ErrorBanner error={error.clone()} on_retry={compared.reload.clone()} /></div> }
        }
        Loadable::Ready(_) => shown
            .iter()
            .map(|one| {
                html! {
                    <Column
                        key={one.id.0.clone()}
                        conversation={one.clone()}
                        sent={state.sent_to(&one.id)}
                        chosen={chosen.as_ref() == Some(&one.id)}
                        on_continue={compared.choose.clone()}
                        changed={compared.changed.clone()}
                    />
                }
            })
            .collect(),
    };
    let asked = state.asked_further();
    let images = asked.iter().all(|one| takes_images(&one.target, &people.agents, &people.models));
    let placeholder = t.with("several-message", &[("n", asked.len().into())]);
    html! {
        <ContextProvider<InputLabels> context={InputLabels::default()}>
            <ChatList
                agents={people.agents.clone()}
                models={people.open_models.clone()}
                {conversations}
                shown={chosen.clone().or_else(|| first.map(|one| one.id.clone()))}
                target={None}
                changed={compared.changed.clone()}
            />
            <div class="chat-frame">
                <main class="main chat" tabindex="-1" data-region="main">
                    <header class="head">
                        <h1 class="clip" title={title.clone()}>{ &title }</h1>
                        if !shown.is_empty() { <Badge text={t.with("several-count", &[("n", shown.len().into())])} /> }
                    </header>
                    <div class="columns" role="group" aria-label={t.get("compare-title")}>{ columns }</div>
                    if !asked.is_empty() {
                        <Composer
                            key={props.comparison.clone()}
                            conversation={first.map(|one| one.id.clone())}
                            begun={Begun { text: state.draft(), files: Vec::new() }}
                            {placeholder}
                            {images}
                            running={state.running() > 0}
                            stopping={*compared.stopping}
                            problem={(*compared.problem).clone()}
                            messages={Callback::from(|()| Vec::new())}
                            candidates={Rc::default()}
                            on_target={Callback::noop()}
                            on_begin={Callback::noop()}
                            on_ask={compared.ask.clone()}
                            on_stop={compared.stop.clone()}
                        />
                    } else if !shown.is_empty() {
                        { over(&t, chosen.is_some(), compared.problem.as_ref()) }
                    }
                    <div class="vh" role="status" aria-live="polite">{ compared.announced(&t) }</div>
                </main>
            </div>
        </ContextProvider<InputLabels>>
    }
}

/// In the composer's place: that all are asked no more, and how one goes on.
fn over(t: &Texts, chosen: bool, problem: Option<&HubError>) -> Html {
    let advice = t.get(if chosen { "compare-over-chosen" } else { "compare-over-none" });
    html! {
        <div class="compose-wrap">
            if let Some(error) = problem {
                <div class="compose-problem"><ErrorBanner error={error.clone()} /></div>
            }
            <Banner tone={Tone::Neutral} title={t.get("compare-over")} {advice} />
        </div>
    }
}

/// A comparison and what can be done with it.
struct Comparison {
    state: UseReducerHandle<CompareState>,
    /// Why the last question, stop or choice did not work.
    problem: UseStateHandle<Option<HubError>>,
    stopping: UseStateHandle<bool>,
    /// Answers came while the page was shown.
    heard: bool,
    ask: Callback<Question>,
    stop: Callback<()>,
    choose: Callback<ConversationId>,
    changed: Callback<ConversationView>,
    reload: Callback<()>,
}

impl Comparison {
    /// What a screen reader says: that answers are coming, and that all of them have ended.
    fn announced(&self, t: &Texts) -> String {
        match self.state.running() {
            0 if self.heard => t.get("say-all-ended"),
            0 => String::new(),
            n => t.with("say-several-answering", &[("n", n.into())]),
        }
    }
}

#[hook]
fn use_comparison(id: &str, listed: Callback<ConversationView>) -> Comparison {
    let state = use_reducer(CompareState::default);
    let problem = use_state(|| None::<HubError>);
    let stopping = use_state_eq(|| false);
    let navigator = use_navigator();
    let heard = use_mut_ref(|| false);
    let running = state.running();
    if running > 0 {
        heard.replace(true);
    }
    {
        let stopping = stopping.setter();
        use_effect_with(running == 0, move |_| stopping.set(false));
    }
    let reload = {
        let dispatch = state.dispatcher();
        use_callback(ComparisonId::from(id), move |(), id| {
            let (dispatch, id) = (dispatch.clone(), id.clone());
            spawn_local(async move {
                dispatch.dispatch(CompareAction::Read(ipc::call::<ShowComparison>(id).await));
            });
        })
    };
    use_effect_with(reload.clone(), |reload| reload.emit(()));
    let changed = {
        let dispatch = state.dispatcher();
        use_callback(listed.clone(), move |view: ConversationView, listed: &Callback<ConversationView>| {
            dispatch.dispatch(CompareAction::Changed(Box::new(view.clone())));
            listed.emit(view);
        })
    };
    let ask = {
        let (dispatch, problem) = (state.dispatcher(), problem.setter());
        use_callback(ComparisonId::from(id), move |question: Question, id| {
            let Question { text, attachments, done, .. } = question;
            let request = CompareRequest { whom: Whom::Comparison(id.clone()), text, attachments };
            let (dispatch, problem) = (dispatch.clone(), problem.clone());
            spawn_local(async move {
                match ipc::call::<Compare>(request).await {
                    Ok(compared) => {
                        problem.set(None);
                        done.emit(true);
                        dispatch.dispatch(CompareAction::Asked(compared.sent));
                    }
                    Err(error) => {
                        problem.set(Some(error));
                        done.emit(false);
                    }
                }
            });
        })
    };
    let stop = {
        let (problem, stopping) = (problem.setter(), stopping.setter());
        let runs: Vec<_> = state.conversations().iter().filter_map(|one| one.run.clone()).collect();
        use_callback(runs, move |(), runs| {
            stopping.set(true);
            for run in runs {
                let (request, problem, stopping) =
                    (StopRunRequest { run: run.clone() }, problem.clone(), stopping.clone());
                spawn_local(async move {
                    if let Err(error) = ipc::call::<StopRun>(request).await {
                        stopping.set(false);
                        problem.set(Some(error));
                    }
                });
            }
        })
    };
    let choose = {
        let problem = problem.setter();
        use_callback((navigator, listed), move |id: ConversationId, (navigator, listed)| {
            let (problem, navigator, listed) = (problem.clone(), navigator.clone(), listed.clone());
            spawn_local(async move {
                match ipc::call::<ChooseCompared>(id.clone()).await {
                    Ok(ComparisonView { conversations, .. }) => {
                        conversations.into_iter().for_each(|one| listed.emit(one));
                        if let Some(navigator) = navigator {
                            navigator.push(&Route::Conversation { conversation: id.0 });
                        }
                    }
                    Err(error) => problem.set(Some(error)),
                }
            });
        })
    };
    let heard = *heard.borrow();
    Comparison { state, problem, stopping, heard, ask, stop, choose, changed, reload }
}
