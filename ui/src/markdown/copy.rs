//! Copying from an answer: the signs of a formula without their places say nothing, so its source is copied.

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, Event, HtmlElement, Range};

use crate::dom;

/// Formulas that are drawn.
const FORMULAS: &str = ".math[data-source]";

/// Puts a selection with formulas on the clipboard as text, with their sources where they stand. A selection without any
/// is left to the browser.
pub(super) fn with_sources(event: Event) {
    let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data) else { return };
    let selection = dom::window().and_then(|window| window.get_selection().ok().flatten());
    let range =
        selection.filter(|selection| !selection.is_collapsed()).and_then(|selection| selection.get_range_at(0).ok());
    let text = range.and_then(|range| within_one(&range).or_else(|| among_others(&range)));
    if text.is_some_and(|text| data.set_data("text/plain", &text).is_ok()) {
        event.prevent_default();
    }
}

/// The source of the formula that the selection does not leave.
fn within_one(range: &Range) -> Option<String> {
    let node = range.common_ancestor_container().ok()?;
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
    element.closest(FORMULAS).ok()??.get_attribute("data-source")
}

/// The text of the selection; nothing when there is no formula in it.
fn among_others(range: &Range) -> Option<String> {
    let part = range.clone_contents().ok()?;
    let formulas = part.query_selector_all(FORMULAS).ok()?;
    if formulas.length() == 0 {
        return None;
    }
    for formula in (0..formulas.length()).filter_map(|index| formulas.get(index)?.dyn_into::<Element>().ok()) {
        let mark = if formula.class_list().contains("display") { "$$" } else { "$" };
        let source = formula.get_attribute("data-source").unwrap_or_default();
        formula.set_text_content(Some(&format!("{mark}{source}{mark}")));
    }
    // Only what stands in the document has lines.
    let document = dom::document()?;
    let holder: HtmlElement = document.create_element("div").ok()?.dyn_into().ok()?;
    holder.set_class_name("vh");
    holder.append_child(&part).ok()?;
    document.body()?.append_child(&holder).ok()?;
    let text = holder.inner_text();
    holder.remove();
    Some(text)
}
