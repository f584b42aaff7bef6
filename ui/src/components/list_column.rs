//! The column with the page's list: own scroll, own width (dragged or by arrow keys), hidden with mod + [.

use web_sys::{Element, PointerEvent};
use yew::prelude::*;

use crate::dom;
use crate::state::{use_list_column, use_prefs, use_texts};

const NARROWEST: u32 = 220;
const WIDEST: u32 = 360;
const USUAL: u32 = 272;
const STEP: u32 = 16;

#[derive(Properties, PartialEq)]
pub struct ListColumnProps {
    pub label: AttrValue,
    /// What stays above the scrolling part: title, search, actions.
    #[prop_or_default]
    pub head: Html,
    /// What stays below it.
    #[prop_or_default]
    pub foot: Option<Html>,
    pub children: Html,
}

#[component]
pub fn ListColumn(props: &ListColumnProps) -> Html {
    let state = use_list_column();
    if !state.shown {
        return html! {};
    }
    html! {
        <aside
            class={classes!("list", state.overlay.then_some("overlay"))}
            aria-label={props.label.clone()}
            tabindex="-1"
            data-region="list"
        >
            <div class="list-head">{ props.head.clone() }</div>
            <div class="list-scroll">{ props.children.clone() }</div>
            if let Some(foot) = &props.foot { <div class="list-foot">{ foot.clone() }</div> }
            if !state.overlay { <WidthHandle /> }
        </aside>
    }
}

/// The edge that is dragged.
#[component]
fn WidthHandle() -> Html {
    let t = use_texts();
    let prefs = use_prefs();
    let saved = prefs.preferences().list_width;
    let width = use_state_eq(|| usual(saved));
    let dragging = use_state_eq(|| false);
    {
        let chosen = (saved != 0 || *width != USUAL).then_some(*width);
        use_effect_with(chosen, |chosen| {
            let value = chosen.map(|width| format!("{width}px")).unwrap_or_default();
            dom::set_root_style("--w-list-chosen", &value);
        });
    }
    let save = {
        let prefs = prefs.clone();
        Callback::from(move |width: u32| prefs.change(move |preferences| preferences.list_width = width))
    };
    let onpointerdown = {
        let dragging = dragging.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(handle) = event.target_dyn_into::<Element>() {
                let _ = handle.set_pointer_capture(event.pointer_id());
                dragging.set(true);
            }
        })
    };
    let onpointermove = {
        let (dragging, width) = (dragging.clone(), width.clone());
        Callback::from(move |event: PointerEvent| {
            let column = event.target_dyn_into::<Element>().and_then(|handle| handle.parent_element());
            if let Some(column) = column.filter(|_| *dragging) {
                let wanted = f64::from(event.client_x()) - column.get_bounding_client_rect().left();
                width.set(clamp(wanted.max(0.0) as u32));
            }
        })
    };
    let onpointerup = {
        let (dragging, width, save) = (dragging.clone(), width.clone(), save.clone());
        Callback::from(move |_: PointerEvent| {
            if *dragging {
                dragging.set(false);
                save.emit(*width);
            }
        })
    };
    let onkeydown = {
        let (width, save) = (width.clone(), save.clone());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowLeft" => clamp(width.saturating_sub(STEP)),
                "ArrowRight" => clamp(*width + STEP),
                _ => return,
            };
            event.prevent_default();
            width.set(next);
            save.emit(next);
        })
    };
    html! {
        <div
            class={classes!("list-handle", dragging.then_some("is-on"))}
            role="separator"
            aria-orientation="vertical"
            aria-label={t.get("list-width")}
            aria-valuenow={width.to_string()}
            aria-valuemin={NARROWEST.to_string()}
            aria-valuemax={WIDEST.to_string()}
            tabindex="0"
            {onpointerdown}
            {onpointermove}
            {onpointerup}
            {onkeydown}
        ></div>
    }
}

fn usual(saved: u32) -> u32 {
    if saved == 0 { USUAL } else { clamp(saved) }
}

fn clamp(width: u32) -> u32 {
    width.clamp(NARROWEST, WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_width_from_the_file_is_brought_into_its_limits() {
        assert_eq!(usual(0), USUAL);
        assert_eq!(usual(10), NARROWEST);
        assert_eq!(usual(9_999), WIDEST);
    }
}
