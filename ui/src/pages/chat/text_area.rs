//! The text area of a question: its keys, its input method, its height, and where the caret is.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::keys::{Composition, KeyPress};
use crate::dom;

/// Where the caret is, in UTF-16 units, as the page counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Caret {
    /// Where the selection begins, or the caret is.
    pub(super) start: u32,
    /// Where the selection ends.
    pub(super) end: u32,
    /// How long the text is.
    pub(super) length: u32,
}

impl Caret {
    /// The caret of a text area.
    pub(super) fn of(element: &HtmlTextAreaElement) -> Self {
        let place = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or_default();
        Self {
            start: place(element.selection_start()),
            end: place(element.selection_end()),
            length: element.text_length(),
        }
    }
}

/// Puts another text there, with the caret at its end, and makes room for it.
pub(super) fn put(area: &NodeRef, text: &str) {
    let Some(element) = area.cast::<HtmlTextAreaElement>() else { return };
    element.set_value(text);
    let end = element.text_length();
    let _ = element.set_selection_range(end, end);
    fit(area);
}

/// Texts longer than this, in UTF-16 units, fill more lines than are ever shown, however narrow their letters.
const ALWAYS_HIGHEST: u32 = 10_000;

/// Makes the text area as high as its text; the style sheet stops it at eight lines. A long text is not measured: the
/// browser would lay out all of it twice for each key.
pub(super) fn fit(area: &NodeRef) {
    let Some(element) = area.cast::<HtmlTextAreaElement>() else { return };
    if element.text_length() > ALWAYS_HIGHEST {
        dom::set_style(area, "height", "100vh");
        return;
    }
    dom::set_style(area, "height", "auto");
    let height = element.scroll_height();
    dom::set_style(area, "height", &format!("{height}px"));
}

/// How a key was pressed.
pub(super) fn press_of(event: &KeyboardEvent) -> KeyPress {
    KeyPress {
        composing: event.is_composing(),
        code: event.key_code(),
        shift: event.shift_key(),
        ctrl: event.ctrl_key(),
        meta: event.meta_key(),
        alt: event.alt_key(),
    }
}

/// Listens to the input method; Yew has no names for its events.
#[hook]
pub(super) fn use_composition(area: &NodeRef, composition: &Rc<RefCell<Composition>>) {
    let (area, composition) = (area.clone(), Rc::clone(composition));
    use_effect_with((), move |()| {
        let listeners = area.cast::<HtmlElement>().map(|element| {
            let begins = Rc::clone(&composition);
            let start = dom::Listener::new(&element, "compositionstart", move |_| begins.borrow_mut().start());
            let end = dom::Listener::new(&element, "compositionend", move |_| {
                composition.borrow_mut().end();
                let composition = Rc::clone(&composition);
                Timeout::new(0, move || composition.borrow_mut().next_task()).forget();
            });
            (start, end)
        });
        move || drop(listeners)
    });
}
