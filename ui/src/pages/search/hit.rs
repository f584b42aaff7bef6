//! A hit in the list: where it is, when it was, and the passage.

use hub_contract::UtcMs;
use hub_contract::conversation::{Role, SearchHit};
use yew::prelude::*;

use super::super::chat::{TargetMark, clock};
use crate::components::MonogramSize;
use crate::dom;

#[derive(Properties, PartialEq)]
pub(super) struct HitProps {
    pub(super) hit: SearchHit,
    pub(super) current: bool,
    pub(super) choose: Callback<()>,
    pub(super) open: Callback<()>,
}

#[component]
pub(super) fn Hit(props: &HitProps) -> Html {
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

/// When it was, in this zone.
pub(super) fn when(at: UtcMs) -> String {
    let now = dom::now();
    clock(at, now, dom::utc_offset_minutes(now))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
