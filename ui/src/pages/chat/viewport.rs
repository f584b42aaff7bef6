//! The one part of the page that scrolls: where it is put, and by whom.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hub_contract::id::MessageId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::NodeRef;

use super::scroll::Follow;
use crate::dom;

/// How long a message that was gone to is marked, in milliseconds.
const FLASH: u32 = 1_800;

/// Goes to the end, if the end is followed.
pub(super) fn stick(view: &NodeRef, follow: &Rc<RefCell<Follow>>) {
    if follow.borrow().sticks() {
        to_end(view, follow);
    }
}

/// Goes to the end and follows it.
pub(super) fn to_end(view: &NodeRef, follow: &Rc<RefCell<Follow>>) {
    if let Some(element) = view.cast::<Element>() {
        element.set_scroll_top(element.scroll_height());
        follow.borrow_mut().went_to_end(f64::from(element.scroll_top()));
    }
}

/// Whether everything can be seen without scrolling.
pub(super) fn is_whole(view: &NodeRef) -> bool {
    view.cast::<Element>().is_some_and(|element| element.scroll_height() <= element.client_height())
}

/// Brings a message to the upper part of the view, where it stays.
pub(super) fn show_message(view: &NodeRef, id: &MessageId, follow: &Rc<RefCell<Follow>>) -> Option<Element> {
    const ABOVE: f64 = 72.0;
    let view = view.cast::<HtmlElement>()?;
    let message = dom::document()?.get_element_by_id(&format!("m-{id}"))?;
    let offset = message.get_bounding_client_rect().top() - view.get_bounding_client_rect().top();
    view.set_scroll_top((f64::from(view.scroll_top()) + offset - ABOVE) as i32);
    follow.borrow_mut().went_to(f64::from(view.scroll_top()));
    Some(message)
}

/// Marks a message for a moment.
pub(super) fn flash(message: Element) -> Timeout {
    let _ = message.class_list().add_1("flash");
    Timeout::new(FLASH, move || drop(message.class_list().remove_1("flash")))
}

/// Gives the focus to a message, which is no control: keys and a screen reader go on from there.
pub(super) fn take_focus(message: &Element) {
    let _ = message.set_attribute("tabindex", "-1");
    if let Some(element) = message.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}
