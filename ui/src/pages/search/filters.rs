//! The filters below the search field.

use hub_contract::conversation::SearchKind;
use hub_text::Texts;
use yew::prelude::*;

use super::super::chat::Candidate;
use super::query::{SearchQuery, When, word_of};
use crate::components::{Icon, IconName, IconSize};
use crate::{dom, format};

/// What is looked in, since when, with whom, and whether archived conversations count.
pub(super) fn filters(
    t: &Texts,
    query: &SearchQuery,
    candidates: &[Candidate],
    change: &Callback<SearchQuery>,
) -> Html {
    let chip = |label: &str, pressed: bool, changed: SearchQuery| {
        let change = change.clone();
        let onclick = Callback::from(move |_: MouseEvent| change.emit(changed.clone()));
        let pressed = if pressed { "true" } else { "false" };
        html! { <button type="button" class="chip" aria-pressed={pressed} {onclick}>{ t.get(label) }</button> }
    };
    let kind = |label, kind| chip(label, query.kind == kind, SearchQuery { kind, ..query.clone() });
    // A second click takes a span of time away again.
    let when = |label, when: When| {
        let is_on = query.when == Some(when);
        chip(label, is_on, SearchQuery { when: (!is_on).then_some(when), ..query.clone() })
    };
    html! {
        <div class="filters" role="group" aria-label={t.get("search-filters")}>
            { kind("search-all", None) }
            { kind("search-questions", Some(SearchKind::Question)) }
            { kind("search-answers", Some(SearchKind::Answer)) }
            { kind("search-titles", Some(SearchKind::Title)) }
            <span class="gap"></span>
            { when("chat-age-today", When::Today) }
            { when("search-week", When::Week) }
            { when("search-month", When::Month) }
            { when("search-range", When::Range) }
            if query.when == Some(When::Range) {
                { day(t, ("search-from", "search-from-day"), query, &query.from, change, |query, from| SearchQuery { from, ..query }) }
                { day(t, ("search-to", "search-to-day"), query, &query.to, change, |query, to| SearchQuery { to, ..query }) }
            }
            <span class="gap"></span>
            { with(t, query, candidates, change) }
            { chip(
                "search-archived",
                !query.without_archived,
                SearchQuery { without_archived: !query.without_archived, ..query.clone() },
            ) }
        </div>
    }
}

/// A day of the range.
fn day(
    t: &Texts,
    (label, example): (&str, &str),
    query: &SearchQuery,
    value: &str,
    change: &Callback<SearchQuery>,
    changed: fn(SearchQuery, String) -> SearchQuery,
) -> Html {
    let oninput = {
        let (change, query) = (change.clone(), query.clone());
        Callback::from(move |event: InputEvent| change.emit(changed(query.clone(), dom::value_of(&event))))
    };
    let is_bad = !value.trim().is_empty() && format::end_of_day(value, |_| 0).is_none();
    html! {
        <span class={classes!("input", is_bad.then_some("is-bad"))}>
            <input
                type="text"
                value={value.to_owned()}
                aria-label={t.get(label)}
                aria-invalid={is_bad.then_some("true")}
                title={t.get(label)}
                placeholder={t.get(example)}
                maxlength="10"
                autocomplete="off"
                spellcheck="false"
                {oninput}
            />
        </span>
    }
}

/// Whom the conversation is held with.
fn with(t: &Texts, query: &SearchQuery, candidates: &[Candidate], change: &Callback<SearchQuery>) -> Html {
    let onchange = {
        let (change, query) = (change.clone(), query.clone());
        Callback::from(move |event: Event| change.emit(SearchQuery { with: dom::value_of(&event), ..query.clone() }))
    };
    let options: Vec<(String, AttrValue)> =
        candidates.iter().map(|one| (word_of(&one.target), one.name.clone())).collect();
    // Somebody who is gone by now was searched for when the path was written.
    let gone = (!query.with.is_empty() && options.iter().all(|(word, _)| *word != query.with))
        .then(|| (query.with.clone(), AttrValue::from(t.get("search-with-gone"))));
    html! {
        <span class="input select">
            <select aria-label={t.get("search-with")} {onchange}>
                <option value="" selected={query.with.is_empty()}>{ t.get("search-with-all") }</option>
                { for options.into_iter().chain(gone).map(|(word, name)| html! {
                    <option value={word.clone()} selected={word == query.with}>{ name }</option>
                }) }
            </select>
            <Icon name={IconName::Down} size={IconSize::S14} />
        </span>
    }
}
