//! A long table of which only the rows near the view are in the page.

use std::ops::Range;

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::dom;

/// Height of one row until one was measured, in CSS pixels.
const ROW: u32 = 40;

/// Rows drawn above and below the view, so that a quick scroll shows no gap.
const MARGIN: usize = 6;

/// These come when a table of another length has rested so long, in milliseconds: whoever types in a filter waits for
/// what is in view only.
const MARGIN_AFTER: u32 = 100;

/// Which rows to draw, and the elements that it is measured by and told to.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsInView {
    /// The element that scrolls.
    pub scroller: NodeRef,
    /// A cell as high as the rows before those that are drawn.
    pub above: NodeRef,
    /// The same for those after.
    pub below: NodeRef,
    /// The rows to draw.
    pub range: Range<usize>,
}

/// The rows of a table of that length that are near the view.
#[hook]
pub fn use_rows_in_view(total: usize) -> RowsInView {
    let (scroller, above, below) = (use_node_ref(), use_node_ref(), use_node_ref());
    let (scrolled, height) = use_view(&scroller);
    // The height is what the first drawn row has; all rows of a table are alike. Larger text makes higher rows, and a
    // smaller view beside them. Measuring at other times would make the browser lay out every change at once.
    let row = use_state_eq(|| ROW);
    let change = use_change(total);
    let rested = use_state_eq(|| None::<u32>);
    let margin = if *rested == Some(change) { MARGIN } else { 0 };
    let range = visible(scrolled, height, total, *row, margin);
    use_effect_with(change, move |change| {
        let change = *change;
        let timer = Timeout::new(MARGIN_AFTER, move || rested.set(Some(change)));
        move || drop(timer)
    });
    {
        let (above, below) = (above.clone(), below.clone());
        use_effect_with((range.start, total - range.end, *row), move |(before, after, row)| {
            dom::set_style(&above, "height", &spacer(*before, *row));
            dom::set_style(&below, "height", &spacer(*after, *row));
        });
    }
    {
        let above = above.clone();
        use_effect_with((range.is_empty(), height), move |_| {
            if let Some(measured) = row_after(&above) {
                row.set(measured);
            }
        });
    }
    RowsInView { scroller, above, below, range }
}

/// How often a value has become another one.
#[hook]
fn use_change(value: usize) -> u32 {
    let last = use_mut_ref(|| (value, 0));
    let mut last = last.borrow_mut();
    if last.0 != value {
        *last = (value, last.1 + 1);
    }
    last.1
}

/// How far the element is scrolled and how high it is, in CSS pixels.
#[hook]
fn use_view(node: &NodeRef) -> (u32, u32) {
    let view = use_state_eq(|| (0_u32, 800_u32));
    {
        let (node, view) = (node.clone(), view.clone());
        use_effect_with((), move |()| {
            let element = node.cast::<Element>();
            let measure = {
                let (element, view) = (element.clone(), view.clone());
                move || {
                    if let Some(element) = &element {
                        let pixels = |length: i32| u32::try_from(length).unwrap_or(0);
                        view.set((pixels(element.scroll_top()), pixels(element.client_height())));
                    }
                }
            };
            measure();
            let on_scroll = {
                let measure = measure.clone();
                element.as_ref().map(|element| dom::Listener::new(element, "scroll", move |_| measure()))
            };
            let resized = Closure::<dyn FnMut()>::new(measure);
            let observer = web_sys::ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(element)) = (&observer, &element) {
                observer.observe(element);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop((on_scroll, resized));
            }
        });
    }
    *view
}

/// The height of the first drawn row, in CSS pixels. `above` is the cell of the spacer before it.
fn row_after(above: &NodeRef) -> Option<u32> {
    let spacer = above.cast::<Element>()?.parent_element()?;
    let row = spacer.next_element_sibling()?.dyn_into::<HtmlElement>().ok()?;
    u32::try_from(row.offset_height()).ok().filter(|height| *height > 0)
}

/// The rows to draw for a view of that height, scrolled by that much, and so many before and after. All heights are CSS
/// pixels.
fn visible(scrolled: u32, height: u32, total: usize, row: u32, margin: usize) -> Range<usize> {
    let row = row.max(1);
    let first = (scrolled / row) as usize;
    let shown = height.div_ceil(row) as usize + 1;
    let start = first.saturating_sub(margin).min(total);
    start..first.saturating_add(shown).saturating_add(margin).min(total)
}

/// The height of rows that are not drawn.
fn spacer(rows: usize, row: u32) -> String {
    format!("{}px", rows * row as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_rows_of_thousands_are_drawn() {
        let rows = visible(40_000, 600, 5_000, 40, MARGIN);
        assert!(rows.contains(&1_000) && rows.contains(&1_014), "{rows:?}");
        assert!(rows.len() < 60, "{rows:?}");
    }

    #[test]
    fn the_ends_are_not_passed() {
        assert_eq!(visible(0, 600, 3, 40, MARGIN), 0..3);
        assert_eq!(visible(1_000_000, 600, 10, 40, MARGIN), 10..10);
        assert_eq!(visible(0, 0, 0, 40, MARGIN), 0..0);
    }

    #[test]
    fn spacers_and_rows_make_the_whole_height() {
        let total = 5_000;
        let rows = visible(12_345, 600, total, 54, MARGIN);
        assert_eq!(rows.start + rows.len() + (total - rows.end), total);
        assert_eq!(spacer(3, 54), "162px");
    }
}
