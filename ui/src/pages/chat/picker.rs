//! Whom a new conversation is held with: a button that opens a list, with a search field when it is long.

use std::rc::Rc;

use hub_contract::conversation::Target;
use wasm_bindgen::JsCast;
use web_sys::Node;
use yew::prelude::*;

use super::candidates::{Candidate, found, in_a_row};
use super::look::TargetMark;
use super::menu::place_below;
use crate::components::{Icon, IconName, IconSize, MonogramSize, SearchField};
use crate::dom;
use crate::state::use_texts;

/// More than this many get a search field.
const SEARCH_ABOVE: usize = 8;

#[derive(Properties, PartialEq)]
pub(super) struct PickerProps {
    pub(super) candidates: Rc<[Candidate]>,
    pub(super) chosen: Option<Candidate>,
    /// It adds somebody to those who are asked.
    #[prop_or_default]
    pub(super) adds: bool,
    pub(super) onchange: Callback<Target>,
}

#[component]
pub(super) fn Picker(props: &PickerProps) -> Html {
    let t = use_texts();
    let open = use_state_eq(|| false);
    let query = use_state_eq(String::new);
    let button = use_node_ref();
    let list = use_node_ref();
    {
        let (button, list) = (button.clone(), list.clone());
        use_effect_with(*open, move |open| {
            if *open {
                place_below(&button, &list);
                if !dom::focus_first(".picker input") {
                    dom::focus_first(".picker .list-row");
                }
            }
        });
    }
    let close = {
        let (open, query, button) = (open.clone(), query.clone(), button.clone());
        Callback::from(move |()| {
            open.set(false);
            query.set(String::new());
            dom::focus(&button);
        })
    };
    let onkeydown = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close.emit(());
            }
        })
    };
    let onfocusout = {
        let (open, list) = (open.clone(), list.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
            if !list.cast::<Node>().is_some_and(|list| list.contains(to.as_ref())) {
                open.set(false);
            }
        })
    };
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let oninput = {
        let query = query.clone();
        Callback::from(move |text: String| query.set(text))
    };
    let title = t.get(if props.adds { "several-add" } else { "chat-pick" });
    let label = props.chosen.as_ref().map_or_else(|| title.clone(), |chosen| chosen.name.to_string());
    html! {
        <>
            <button
                ref={button}
                type="button"
                class={classes!("btn", "quiet", if props.adds { "sm" } else { "picker-button" })}
                aria-haspopup="listbox"
                aria-expanded={if *open { "true" } else { "false" }}
                title={title.clone()}
                onclick={toggle}
            >
                if let Some(chosen) = &props.chosen {
                    <TargetMark
                        name={chosen.name.clone()}
                        platform={chosen.platform}
                        target={chosen.target.clone()}
                        size={MonogramSize::S24}
                    />
                }
                if props.adds {
                    <Icon name={IconName::Plus} size={IconSize::S14} />
                    <span class="clip">{ label }</span>
                } else {
                    <span class="clip strong">{ label }</span>
                    <Icon name={IconName::Down} size={IconSize::S14} />
                }
            </button>
            if *open {
                <div
                    ref={list}
                    class="menu picker"
                    tabindex="-1"
                    role="group"
                    aria-label={title}
                    {onkeydown}
                    {onfocusout}
                >
                    if props.candidates.len() > SEARCH_ABOVE {
                        <SearchField label={t.get("chat-pick-search")} value={(*query).clone()} {oninput} class="sm" />
                    }
                    <div class="picker-list">
                        { for found(&props.candidates, &query).map(|one| {
                            let current = props.chosen.as_ref().is_some_and(|chosen| chosen.target == one.target);
                            let (close, onchange, target) = (close.clone(), props.onchange.clone(), one.target.clone());
                            let onclick = Callback::from(move |_: MouseEvent| {
                                close.emit(());
                                onchange.emit(target.clone());
                            });
                            html! {
                                <button type="button" class="list-row" aria-current={current.then_some("true")} {onclick}>
                                    { in_a_row(one, t.language()) }
                                </button>
                            }
                        }) }
                    </div>
                </div>
            }
        </>
    }
}
