//! Rows of one height, of which only those near the view are mounted.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::dom;

/// Height of a row, in CSS pixels; the style sheet says the same.
const ROW: f64 = 36.0;
/// Shorter lists are mounted whole.
const SHORT: usize = 80;
/// Rows are mounted in groups, so that scrolling by one row changes nothing.
const GROUP: usize = 20;

#[derive(Properties, PartialEq)]
pub(super) struct WindowedProps {
    pub(super) count: usize,
    /// Draws the row at that place.
    pub(super) row: Callback<usize, Html>,
    /// Changes when the rows do.
    pub(super) version: AttrValue,
}

#[component]
pub(super) fn Windowed(props: &WindowedProps) -> Html {
    let frame = use_node_ref();
    let rows = use_node_ref();
    let range = use_state_eq(|| (0, SHORT));
    {
        let (frame, range) = (frame.clone(), range.setter());
        use_effect_with(props.count, move |count| {
            let count = *count;
            let scroller = frame.cast::<Element>().and_then(|frame| frame.closest(".list-scroll").ok().flatten());
            let listener = scroller.filter(|_| count > SHORT).map(|scroller| {
                let target = scroller.clone();
                let look = move || {
                    if let (Some(frame), Some(scroller)) =
                        (frame.cast::<HtmlElement>(), scroller.dyn_ref::<HtmlElement>())
                    {
                        let above = scroller.get_bounding_client_rect().top() - frame.get_bounding_client_rect().top();
                        range.set(near(above, f64::from(scroller.client_height()), count));
                    }
                };
                look();
                dom::Listener::new(&target, "scroll", move |_| look())
            });
            move || drop(listener)
        });
    }
    let (from, to) = if props.count > SHORT { (range.0, range.1.min(props.count)) } else { (0, props.count) };
    {
        let (frame, rows) = (frame.clone(), rows.clone());
        use_effect_with((from, props.count), move |(from, count)| {
            dom::set_style(&frame, "height", &format!("{}px", *count as f64 * ROW));
            // Not a transform: menus that hang from a row are placed against the window.
            dom::set_style(&rows, "top", &format!("{}px", *from as f64 * ROW));
        });
    }
    html! {
        <div ref={frame} class="rows">
            <div ref={rows} class="rows-in">{ for (from..to).map(|place| props.row.emit(place)) }</div>
        </div>
    }
}

/// The rows to mount when so much of the list lies above the view of that height.
fn near(above: f64, height: f64, count: usize) -> (usize, usize) {
    let first = (above.max(0.0) / ROW) as usize;
    let last = ((above + height).max(0.0) / ROW).ceil() as usize;
    let from = (first / GROUP).saturating_sub(1) * GROUP;
    let to = (last / GROUP + 2) * GROUP;
    (from.min(count), to.min(count))
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn the_rows_in_view_are_always_mounted() {
        for above in [-500.0, 0.0, 1.0, 719.0, 3_601.0, 1e9] {
            let (from, to) = near(above, 700.0, 1_000);
            let first = ((above.max(0.0) / 36.0) as usize).min(1_000);
            let last = (((above + 700.0).max(0.0) / 36.0).ceil() as usize).min(1_000);
            assert!(from <= first && last <= to && to <= 1_000, "{above}: {from}..{to}");
            assert!(to - from <= 120, "{above}: {from}..{to}");
        }
    }
}
