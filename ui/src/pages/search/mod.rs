//! Search over all conversations: filters on top, hits at the left, the passage in its place at the right.

mod filters;
mod hit;
mod preview;
mod query;

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hub_contract::HubError;
use hub_contract::command::{ListAgents, ListModels, Search};
use hub_contract::conversation::{SearchFilter, SearchHit, SearchReply, SearchRequest};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use self::filters::filters;
use self::hit::Hit;
use self::preview::Preview;
use self::query::SearchQuery;
use super::chat::{ConversationQuery, candidates};
use crate::components::{Button, Empty, ErrorBanner, Icon, IconButton, IconName, IconSize};
use crate::route::Route;
use crate::state::{Loadable, use_connections, use_load, use_texts, use_viewing};
use crate::{dom, ipc};

/// Searched when nothing was typed for so long, in milliseconds.
const AFTER: u32 = 140;

#[component]
pub fn SearchPage() -> Html {
    let t = use_texts();
    let navigator = use_navigator();
    let first = use_location().and_then(|location| location.query::<SearchQuery>().ok());
    let query = use_state_eq(|| first.unwrap_or_default());
    let text = AttrValue::from(query.q.clone());
    let found = use_found(&text, query.filter(dom::now(), dom::utc_offset_minutes));
    let chosen = use_state_eq(|| 0_usize);
    let (connections, viewing) = (use_connections(), use_viewing());
    let agents = use_load::<ListAgents>(viewing.agents());
    let models = use_load::<ListModels>(());
    let input = use_node_ref();
    {
        let input = input.clone();
        use_effect_with((), move |()| dom::focus(&input));
    }
    {
        // The way back leads to the same hits.
        let navigator = navigator.clone();
        let chosen = chosen.setter();
        use_effect_with((*query).clone(), move |query| {
            chosen.set(0);
            if let Some(navigator) = navigator {
                // A text that cannot stand in an address is still searched for.
                let _ = navigator.replace_with_query(&Route::Search, query);
            }
        });
    }

    let hits: Vec<&SearchHit> = found.ready().into_iter().flat_map(|reply| &reply.hits).collect();
    let current = hits.get(*chosen).or(hits.first()).copied();

    let close = {
        let navigator = navigator.clone();
        Callback::from(move |()| {
            if let Some(navigator) = &navigator {
                navigator.push(&Route::Chat);
            }
        })
    };
    let open = {
        let (navigator, hit) = (navigator, current.cloned());
        Callback::from(move |()| {
            if let (Some(navigator), Some(hit)) = (&navigator, &hit) {
                let query = ConversationQuery { message: hit.message.as_ref().map(|id| id.0.clone()) };
                let route = Route::Conversation { conversation: hit.conversation.0.clone() };
                if navigator.push_with_query(&route, &query).is_err() {
                    navigator.push(&route);
                }
            }
        })
    };
    let onkeydown = {
        let (chosen, close, open, count) = (chosen.clone(), close.clone(), open.clone(), hits.len());
        Callback::from(move |event: KeyboardEvent| {
            if event.is_composing() || event.key_code() == 229 {
                return;
            }
            match event.key().as_str() {
                "ArrowDown" => chosen.set((*chosen + 1).min(count.saturating_sub(1))),
                "ArrowUp" => chosen.set(chosen.saturating_sub(1)),
                "Enter" => open.emit(()),
                "Escape" => close.emit(()),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let oninput = {
        let query = query.clone();
        Callback::from(move |event: InputEvent| {
            query.set(SearchQuery { q: dom::value_of(&event), ..(*query).clone() });
        })
    };
    let clear = {
        let (query, input) = (query.clone(), input.clone());
        Callback::from(move |()| {
            query.set(SearchQuery { q: String::new(), ..(*query).clone() });
            dom::focus(&input);
        })
    };
    let change = {
        let query = query.clone();
        Callback::from(move |changed: SearchQuery| query.set(changed))
    };
    let without_filters = {
        let query = query.clone();
        Callback::from(move |()| query.set(SearchQuery { q: query.q.clone(), ..SearchQuery::default() }))
    };
    let agents_now = agents.state.ready().cloned().unwrap_or_default();
    let models_now = models.state.ready().cloned().unwrap_or_default();
    let candidates = candidates(&agents_now, &models_now, &connections);
    let asked = !text.trim().is_empty();
    html! {
        <main class="main search-page" tabindex="-1" data-region="main">
            <header class="head">
                <h1 class="vh">{ t.get("search-title") }</h1>
                <div class="input grow" role="search">
                    <Icon name={IconName::Search} />
                    <input
                        ref={input}
                        type="text"
                        value={text.clone()}
                        aria-label={t.get("chat-search-all")}
                        placeholder={t.get("chat-search-all")}
                        autocomplete="off"
                        spellcheck="false"
                        {oninput}
                        {onkeydown}
                    />
                    if !text.is_empty() {
                        <IconButton
                            icon={IconName::Close}
                            icon_size={IconSize::S14}
                            label={t.get("search-clear")}
                            onclick={clear}
                        />
                    }
                </div>
                <button
                    type="button"
                    class="btn quiet"
                    onclick={close.reform(|_: MouseEvent| ())}
                >
                    { t.get("search-close") }<kbd>{ "Esc" }</kbd>
                </button>
            </header>
            { filters(&t, &query, &candidates, &change) }
            if let Some(error) = found.error() {
                <div class="search-note"><ErrorBanner error={error.clone()} /></div>
            } else if !asked {
                <Empty icon={IconName::Search} title={t.get("search-begin")} about={t.get("search-begin-about")} />
            } else if let Some(reply) = found.ready() {
                if reply.hits.is_empty() {
                    <div role="status">
                        <Empty
                            icon={IconName::Search}
                            title={t.with("search-none", &[("text", text.trim().into())])}
                            about={t.get(if query.is_filtered() { "search-none-filtered" } else { "search-none-about" })}
                        >
                            if query.is_filtered() {
                                <Button label={t.get("search-unfilter")} onclick={without_filters} />
                            }
                        </Empty>
                    </div>
                } else {
                    <div class="results">
                        <section class="res-list" aria-label={t.get("search-results")}>
                            <p class="help res-count" role="status">
                                { t.with("search-count", &[("n", reply.total.into()), ("ms", reply.ms.into())]) }
                            </p>
                            <div class="res-scroll">
                                { for hits.iter().enumerate().map(|(place, hit)| {
                                    let choose = {
                                        let chosen = chosen.clone();
                                        Callback::from(move |()| chosen.set(place))
                                    };
                                    let shown = current.is_some_and(|current| std::ptr::eq(current, *hit));
                                    html! { <Hit hit={SearchHit::clone(hit)} current={shown} {choose} open={open.clone()} /> }
                                }) }
                            </div>
                        </section>
                        if let Some(hit) = current {
                            <Preview
                                key={format!("{}-{}", hit.conversation, hit.message.as_ref().map_or("", |id| id.0.as_str()))}
                                hit={hit.clone()}
                                text={text.clone()}
                                {open}
                            />
                        }
                    </div>
                }
            }
        </main>
    }
}

/// What is found for a text, a moment after it was typed. An answer that was overtaken is dropped.
#[hook]
fn use_found(text: &str, filter: SearchFilter) -> Loadable<Rc<SearchReply>> {
    let state = use_state(Loadable::<Rc<SearchReply>>::default);
    {
        let state = state.setter();
        use_effect_with((text.trim().to_owned(), filter), move |(text, filter)| {
            let (text, filter) = (text.clone(), filter.clone());
            let current = Rc::new(std::cell::Cell::new(true));
            let asked = Rc::clone(&current);
            let timer = (!text.is_empty()).then(|| {
                Timeout::new(AFTER, move || {
                    spawn_local(async move {
                        let reply: Result<SearchReply, HubError> =
                            ipc::call::<Search>(SearchRequest { text, limit: 0, filter }).await;
                        if asked.get() {
                            state.set(reply.map(Rc::new).into());
                        }
                    });
                })
            });
            move || {
                current.set(false);
                drop(timer);
            }
        });
    }
    (*state).clone()
}
