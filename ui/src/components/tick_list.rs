//! Any number of a list, by ticking; with a search field when it is long.

use yew::prelude::*;

use super::button::{Button, ButtonKind, ButtonSize};
use super::checkbox::{CheckMark, Checkbox};
use super::field::SearchField;
use crate::state::use_texts;

/// More than this many get a search field.
const SEARCH_ABOVE: usize = 8;

/// Something that can be ticked.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// What it stands for.
    pub id: String,
    /// Its words.
    pub label: AttrValue,
    /// What stands at the end of its row.
    pub about: AttrValue,
}

#[derive(Properties, PartialEq)]
pub struct TickListProps {
    /// What is chosen here.
    pub label: AttrValue,
    pub ticks: Vec<Tick>,
    /// The ids of those that are ticked.
    pub ticked: Vec<String>,
    pub onchange: Callback<Vec<String>>,
    /// What stands there while there is nothing to tick.
    pub empty: AttrValue,
}

#[component]
pub fn TickList(props: &TickListProps) -> Html {
    let t = use_texts();
    let query = use_state_eq(String::new);
    let wanted = query.trim().to_lowercase();
    let shown: Vec<&Tick> = props.ticks.iter().filter(|one| one.label.to_lowercase().contains(&wanted)).collect();
    let toggle = |id: &str| {
        let (ticked, id) = (props.ticked.clone(), id.to_owned());
        props.onchange.reform(move |on: bool| {
            let others = ticked.iter().filter(|known| **known != id).cloned();
            others.chain(on.then(|| id.clone())).collect()
        })
    };
    // What a search hides stays as it is.
    let all_on = !shown.is_empty() && shown.iter().all(|one| props.ticked.contains(&one.id));
    let all = {
        let ids: Vec<String> = shown.iter().map(|one| one.id.clone()).collect();
        let others: Vec<String> = props.ticked.iter().filter(|id| !ids.contains(id)).cloned().collect();
        props.onchange.reform(move |()| {
            let own = if all_on { &[] } else { ids.as_slice() };
            others.iter().chain(own).cloned().collect()
        })
    };
    let oninput = {
        let query = query.clone();
        Callback::from(move |text: String| query.set(text))
    };
    let all_label = t.get(if all_on { "tick-none" } else { "tick-all" });
    html! {
        <fieldset class="ticks">
            <legend class="vh">{ &props.label }</legend>
            <div class="row ticks-head">
                <span class="label grow" aria-hidden="true">{ &props.label }</span>
                if props.ticks.len() > 1 {
                    <Button
                        name={format!("{all_label} · {}", props.label)}
                        label={all_label}
                        kind={ButtonKind::Link}
                        size={ButtonSize::Small}
                        onclick={all}
                    />
                }
            </div>
            if props.ticks.len() > SEARCH_ABOVE {
                <SearchField
                    label={t.with("tick-search", &[("what", props.label.as_str().into())])}
                    value={(*query).clone()}
                    {oninput}
                />
            }
            if props.ticks.is_empty() {
                <p class="help">{ &props.empty }</p>
            } else {
                <div class="opts pick-list">
                    { for shown.into_iter().map(|one| html! {
                        <div key={one.id.clone()} class="pick-row">
                            <Checkbox
                                label={one.label.clone()}
                                checked={CheckMark::from(props.ticked.contains(&one.id))}
                                onchange={toggle(&one.id)}
                            />
                            <span class="dim">{ &one.about }</span>
                        </div>
                    }) }
                </div>
            }
        </fieldset>
    }
}
