//! Segments: one of two to four, with arrow keys.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// One segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment<T> {
    /// What it stands for.
    pub value: T,
    /// Its words.
    pub label: AttrValue,
    /// The language of the words, where it is another than the page's.
    pub lang: Option<&'static str>,
}

impl<T> Segment<T> {
    /// A segment in the page's language.
    pub fn new(value: T, label: impl Into<AttrValue>) -> Self {
        Self { value, label: label.into(), lang: None }
    }
}

#[derive(Properties, PartialEq)]
pub struct SegmentsProps<T: Clone + PartialEq + 'static> {
    /// What is chosen here.
    pub label: AttrValue,
    pub segments: Vec<Segment<T>>,
    pub value: T,
    pub onchange: Callback<T>,
}

#[component]
pub fn Segments<T: Clone + PartialEq + 'static>(props: &SegmentsProps<T>) -> Html {
    let onkeydown = move_on_arrows();
    html! {
        <div class="seg" role="radiogroup" aria-label={props.label.clone()} {onkeydown}>
            { for props.segments.iter().map(|segment| {
                let chosen = segment.value == props.value;
                let value = segment.value.clone();
                html! {
                    <button
                        type="button"
                        role="radio"
                        lang={segment.lang}
                        aria-checked={if chosen { "true" } else { "false" }}
                        tabindex={if chosen { "0" } else { "-1" }}
                        onclick={props.onchange.reform(move |_: MouseEvent| value.clone())}
                    >
                        { &segment.label }
                    </button>
                }
            }) }
        </div>
    }
}

/// Arrow keys go to the neighbour, round the ends, and choose it.
pub(super) fn move_on_arrows() -> Callback<KeyboardEvent> {
    Callback::from(|event: KeyboardEvent| {
        let back = match event.key().as_str() {
            "ArrowLeft" | "ArrowUp" => true,
            "ArrowRight" | "ArrowDown" => false,
            _ => return,
        };
        let Some(current) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
        let neighbour =
            if back { current.previous_element_sibling() } else { current.next_element_sibling() }.or_else(|| {
                let parent = current.parent_element()?;
                if back { parent.last_element_child() } else { parent.first_element_child() }
            });
        if let Some(neighbour) = neighbour.and_then(|neighbour| neighbour.dyn_into::<HtmlElement>().ok()) {
            event.prevent_default();
            let _ = neighbour.focus();
            neighbour.click();
        }
    })
}
