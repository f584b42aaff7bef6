//! Search over all conversations: hits at the left, the passage in its place at the right.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hub_contract::HubError;
use hub_contract::command::{Search, ShowConversation};
use hub_contract::conversation::{MessageView, Role, SearchHit, SearchReply, SearchRequest, ShowConversationRequest};
use hub_contract::{UtcMs, catalogue};
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::chat::{ConversationQuery, TargetMark, clock};
use crate::components::{
    Button, ButtonKind, ButtonSize, Empty, ErrorBanner, Icon, IconButton, IconName, IconSize, MonogramSize, Skeleton,
};
use crate::markdown::{Markdown, language_of, marked};
use crate::route::Route;
use crate::state::{Loadable, use_load, use_texts};
use crate::{dom, ipc};

/// Searched when nothing was typed for so long, in milliseconds.
const AFTER: u32 = 140;

/// What stands behind the question mark of the path.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct SearchQuery {
    #[serde(default)]
    q: String,
}

/// Which hits are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    All,
    Messages,
    Titles,
}

#[component]
pub fn SearchPage() -> Html {
    let t = use_texts();
    let navigator = use_navigator();
    let first = use_location().and_then(|location| location.query::<SearchQuery>().ok()).unwrap_or_default().q;
    let text = use_state_eq(|| first);
    let found = use_found(&text);
    let kind = use_state_eq(Kind::default);
    let chosen = use_state_eq(|| 0_usize);
    let input = use_node_ref();
    {
        let input = input.clone();
        use_effect_with((), move |()| dom::focus(&input));
    }
    {
        // The way back leads to the same hits.
        let navigator = navigator.clone();
        let chosen = chosen.setter();
        use_effect_with(((*text).clone(), *kind), move |(text, _)| {
            chosen.set(0);
            if let Some(navigator) = navigator {
                // A text that cannot stand in an address is still searched for.
                let _ = navigator.replace_with_query(&Route::Search, &SearchQuery { q: text.clone() });
            }
        });
    }

    let hits: Vec<&SearchHit> = found
        .ready()
        .into_iter()
        .flat_map(|reply| &reply.hits)
        .filter(|hit| match *kind {
            Kind::All => true,
            Kind::Messages => hit.message.is_some(),
            Kind::Titles => hit.message.is_none(),
        })
        .collect();
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
        let text = text.clone();
        Callback::from(move |event: InputEvent| text.set(dom::value_of(&event)))
    };
    let clear = {
        let (text, input) = (text.clone(), input.clone());
        Callback::from(move |()| {
            text.set(String::new());
            dom::focus(&input);
        })
    };
    let chip = |value: Kind, label: String| {
        let kind = kind.clone();
        let pressed = if *kind == value { "true" } else { "false" };
        let onclick = Callback::from(move |_: MouseEvent| kind.set(value));
        html! { <button type="button" class="chip" aria-pressed={pressed} {onclick}>{ label }</button> }
    };
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
                        value={(*text).clone()}
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
                            about={t.get("search-none-about")}
                        />
                    </div>
                } else {
                    <div class="results">
                        <section class="res-list" aria-label={t.get("search-results")}>
                            <div class="row wrap filters">
                                { chip(Kind::All, t.get("search-all")) }
                                { chip(Kind::Messages, t.get("search-messages")) }
                                { chip(Kind::Titles, t.get("search-titles")) }
                            </div>
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
                                text={(*text).clone()}
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
fn use_found(text: &str) -> Loadable<Rc<SearchReply>> {
    let state = use_state(Loadable::<Rc<SearchReply>>::default);
    {
        let state = state.setter();
        use_effect_with(text.trim().to_owned(), move |text| {
            let text = text.clone();
            let current = Rc::new(std::cell::Cell::new(true));
            let asked = Rc::clone(&current);
            let timer = (!text.is_empty()).then(|| {
                Timeout::new(AFTER, move || {
                    spawn_local(async move {
                        let reply: Result<SearchReply, HubError> =
                            ipc::call::<Search>(SearchRequest { text, limit: 0 }).await;
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

#[derive(Properties, PartialEq)]
struct HitProps {
    hit: SearchHit,
    current: bool,
    choose: Callback<()>,
    open: Callback<()>,
}

#[component]
fn Hit(props: &HitProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.current, move |current| {
            if let Some(row) = node.cast::<web_sys::Element>().filter(|_| *current) {
                dom::keep_in_view(&row);
            }
        });
    }
    let hit = &props.hit;
    let passage = readable(hit);
    html! {
        <button
            ref={node}
            type="button"
            class={classes!("hit", props.current.then_some("is-on"))}
            aria-current={props.current.then_some("true")}
            onclick={props.choose.reform(|_: MouseEvent| ())}
            ondblclick={props.open.reform(|_: MouseEvent| ())}
        >
            <span class="meta">
                <TargetMark name={hit.target_name.clone()} platform={hit.platform} size={MonogramSize::S20} />
                <span class="nowrap">{ &hit.target_name }</span>
                <span aria-hidden="true">{ "·" }</span>
                <span class="clip grow" title={hit.title.clone()}>{ &hit.title }</span>
                <span class="nowrap">{ when(hit.at) }</span>
            </span>
            <span class="tx" title={passage.concat()}>{ marked_passage(&passage) }</span>
        </button>
    }
}

/// The pieces of a passage as they are read: answers are Markdown, whose marks say nothing in a line of text.
fn readable(hit: &SearchHit) -> Vec<String> {
    let is_markdown = hit.role == Role::Assistant;
    hit.passage.iter().map(|piece| if is_markdown { without_marks(piece) } else { piece.clone() }).collect()
}

/// Every other piece, from the second on, is a match.
fn marked_passage(pieces: &[String]) -> Html {
    pieces
        .iter()
        .enumerate()
        .map(|(place, piece)| {
            if place % 2 == 1 {
                html! { <mark>{ piece }</mark> }
            } else {
                html! { { piece } }
            }
        })
        .collect()
}

/// A piece of Markdown without the marks of emphasis, code, headings, quotes and tables.
fn without_marks(piece: &str) -> String {
    let text = piece.replace("**", "").replace('`', "").replace('|', " ");
    let is_mark = |word: &str| {
        let is_rule = word.len() > 2 && word.chars().all(|c| matches!(c, '-' | ':'));
        is_rule || word == ">" || (!word.is_empty() && word.len() <= 6 && word.chars().all(|c| c == '#'))
    };
    let words: Vec<&str> = text.split(char::is_whitespace).filter(|word| !word.is_empty() && !is_mark(word)).collect();
    // The space at an edge separates the piece from the match beside it.
    let edge = |is_space: bool| if is_space { " " } else { "" };
    if words.is_empty() {
        return edge(!text.is_empty()).to_owned();
    }
    let first = edge(text.starts_with(char::is_whitespace));
    let last = edge(text.ends_with(char::is_whitespace));
    format!("{first}{}{last}", words.join(" "))
}

#[derive(Properties, PartialEq)]
struct PreviewProps {
    hit: SearchHit,
    /// What was searched for.
    text: AttrValue,
    open: Callback<()>,
}

/// The question and the answer around a hit.
#[component]
fn Preview(props: &PreviewProps) -> Html {
    let t = use_texts();
    let hit = &props.hit;
    let detail = use_load::<ShowConversation>(ShowConversationRequest {
        id: hit.conversation.clone(),
        through: hit.message.clone(),
    });
    let platform = hit.platform.map(|platform| catalogue::spec(platform).name.get(t.language()).to_owned());
    let about = [Some(hit.target_name.clone()), platform, Some(when(hit.at))];
    let about = about.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    html! {
        <section class="res-view" aria-label={t.get("search-preview")}>
            <div class="row res-head">
                <TargetMark name={hit.target_name.clone()} platform={hit.platform} size={MonogramSize::S24} />
                <div class="grow">
                    <div class="strong clip" title={hit.title.clone()}>{ &hit.title }</div>
                    <div class="help clip" title={about.clone()}>{ &about }</div>
                </div>
                <Button
                    label={t.get("search-open")}
                    kind={ButtonKind::Default}
                    size={ButtonSize::Small}
                    trailing={IconName::Arrow}
                    onclick={props.open.clone()}
                />
            </div>
            <div class="thread">
                { match &detail.state {
                    Loadable::Loading => html! { <Skeleton /> },
                    Loadable::Failed(error) => {
                        html! { <ErrorBanner error={error.clone()} on_retry={detail.reload.clone()} /> }
                    }
                    Loadable::Ready(detail) => {
                        around(&detail.messages, hit).iter().map(|message| passage_of(message, &props.text)).collect()
                    }
                } }
            </div>
        </section>
    }
}

/// The message that was found with the one it belongs to: an answer's question, a question's answer.
fn around<'a>(messages: &'a [MessageView], hit: &SearchHit) -> &'a [MessageView] {
    let place = hit.message.as_ref().and_then(|id| messages.iter().position(|message| message.id == *id)).unwrap_or(0);
    let is_answer = messages.get(place).is_some_and(|message| message.role == Role::Assistant);
    let from = if is_answer { place.saturating_sub(1) } else { place };
    let to = (from + 2).min(messages.len());
    messages.get(from..to).unwrap_or_default()
}

fn passage_of(message: &MessageView, text: &AttrValue) -> Html {
    match message.role {
        Role::User => {
            html! { <div class="ask" lang={language_of(&message.text)}>{ marked(&message.text, text) }</div> }
        }
        Role::Assistant => html! { <Markdown text={message.text.clone()} highlight={text.clone()} /> },
    }
}

fn when(at: UtcMs) -> String {
    let now = dom::now();
    clock(at, now, dom::utc_offset_minutes(now))
}

#[cfg(test)]
mod tests {
    use hub_contract::conversation::{MessageBody, MessageState};
    use hub_contract::run::FinishReason;

    use super::*;

    fn message(id: &str, role: Role) -> MessageView {
        MessageView {
            id: id.into(),
            conversation: "c".into(),
            parent: None,
            role,
            state: MessageState::Finished { reason: FinishReason::Stop },
            text: String::new(),
            body: MessageBody::default(),
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: 0,
        }
    }

    #[test]
    fn passages_have_no_marks_of_markdown() {
        for (piece, shown) in [
            ("shipped 18,460, ", "shipped 18,460, "),
            (" rate of **1.83 %** in `Q3`.", " rate of 1.83 % in Q3."),
            ("ends. ## Result 1. The **higher", "ends. Result 1. The higher"),
            ("| Customer | Shipped | --- | ---: | Hualing", " Customer Shipped Hualing"),
            ("**", ""),
            ("# 1 issue, C# and a-b", "1 issue, C# and a-b"),
        ] {
            assert_eq!(without_marks(piece), shown, "{piece}");
        }
    }

    #[test]
    fn a_hit_is_shown_with_its_question_or_answer() {
        let messages = [
            message("q1", Role::User),
            message("a1", Role::Assistant),
            message("q2", Role::User),
            message("a2", Role::Assistant),
        ];
        let ids = |found: Option<&str>| -> Vec<String> {
            let hit = SearchHit {
                conversation: "c".into(),
                title: String::new(),
                target_name: String::new(),
                platform: None,
                message: found.map(Into::into),
                role: Role::User,
                passage: Vec::new(),
                at: 0,
            };
            around(&messages, &hit).iter().map(|message| message.id.0.clone()).collect()
        };
        assert_eq!(ids(Some("a2")), ["q2", "a2"]);
        assert_eq!(ids(Some("q1")), ["q1", "a1"]);
        assert_eq!(ids(None), ["q1", "a1"], "only the title matches");
        assert_eq!(ids(Some("gone")), ["q1", "a1"]);
    }
}
