//! The few things taken from the browser directly.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, HtmlElement, Window};
use yew::NodeRef;

/// The event on the window that asks to close it. The shell sends it too, when the person clicks the cross.
pub const CLOSE: &str = "hub-close";

/// The event on the window that says that the shell was asked to open a bundle.
pub const OPEN: &str = "hub-open";

/// Whether a file is a bundle, by its name.
pub fn is_bundle(file: &web_sys::File) -> bool {
    file.name().to_lowercase().ends_with(".hubbundle")
}

/// Asks to close the window, as its cross does.
pub fn ask_to_close() {
    if let (Some(window), Ok(event)) = (window(), web_sys::Event::new(CLOSE)) {
        let _ = window.dispatch_event(&event);
    }
}

/// The window. `None` outside a browser, which is where native tests run.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// Loads the page anew, when everything on it may have changed.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// The document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// The element that has the focus.
pub fn focused() -> Option<HtmlElement> {
    document()?.active_element()?.dyn_into().ok()
}

/// Gives the focus to the element behind a reference.
pub fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Gives the focus to the first element that matches.
pub fn focus_first(selector: &str) -> bool {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    match found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        Some(element) => element.focus().is_ok(),
        None => false,
    }
}

/// Scrolls the list that a row is in, and only that, as little as needed to show the row.
pub fn keep_in_view(row: &web_sys::Element) {
    let Some(list) = row.parent_element() else { return };
    let (row, view) = (row.get_bounding_client_rect(), list.get_bounding_client_rect());
    let by = if row.top() < view.top() { row.top() - view.top() } else { (row.bottom() - view.bottom()).max(0.0) };
    list.set_scroll_top(list.scroll_top() + by as i32);
}

/// Sets an attribute of `<html>`.
pub fn set_root(attribute: &str, value: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute(attribute, value);
    }
}

/// Sets one style property. The page's policy blocks `style` attributes, so computed sizes go this way.
pub fn set_style(node: &NodeRef, property: &str, value: &str) {
    if let Some(element) = node.cast::<HtmlElement>() {
        let _ = element.style().set_property(property, value);
    }
}

/// Sets a custom property of `<html>`.
pub fn set_root_style(property: &str, value: &str) {
    let root = document().and_then(|document| document.document_element());
    if let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        let _ = root.style().set_property(property, value);
    }
}

/// Puts text on the clipboard. Only inside a click or a key; false when the system refused.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// Now, in UTC milliseconds.
pub fn now() -> hub_contract::UtcMs {
    js_sys::Date::now() as i64
}

/// Minutes to add to UTC for local time at that moment.
pub fn utc_offset_minutes(at: hub_contract::UtcMs) -> i32 {
    let date = js_sys::Date::new(&JsValue::from_f64(at as f64));
    -(date.get_timezone_offset() as i32)
}

/// Whether the keyboard is a Mac's, where ⌘ takes the place of Ctrl.
pub fn is_mac() -> bool {
    let platform = window().and_then(|window| window.navigator().platform().ok());
    platform.is_some_and(|platform| platform.starts_with("Mac"))
}

/// Whether a media query holds now.
pub fn matches_media(query: &str) -> bool {
    let list = window().and_then(|window| window.match_media(query).ok().flatten());
    list.is_some_and(|list| list.matches())
}

/// A listener that is taken away again when this is dropped.
pub struct Listener {
    target: web_sys::EventTarget,
    kind: &'static str,
    callback: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Listens for events of that kind.
    pub fn new(
        target: &web_sys::EventTarget,
        kind: &'static str,
        callback: impl FnMut(web_sys::Event) + 'static,
    ) -> Self {
        let callback = Closure::<dyn FnMut(web_sys::Event)>::new(callback);
        let _ = target.add_event_listener_with_callback(kind, callback.as_ref().unchecked_ref());
        Self { target: target.clone(), kind, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.kind, self.callback.as_ref().unchecked_ref());
    }
}

/// The value of the text field, text area or select that an event comes from.
pub fn value_of(event: &web_sys::Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    if let Some(input) = target.dyn_ref::<web_sys::HtmlInputElement>() {
        input.value()
    } else if let Some(area) = target.dyn_ref::<web_sys::HtmlTextAreaElement>() {
        area.value()
    } else if let Some(select) = target.dyn_ref::<web_sys::HtmlSelectElement>() {
        select.value()
    } else {
        String::new()
    }
}

/// Whether a modal dialog is open, so that keys belong to it.
pub fn dialog_is_open() -> bool {
    document().and_then(|document| document.query_selector("dialog[open]").ok().flatten()).is_some()
}
