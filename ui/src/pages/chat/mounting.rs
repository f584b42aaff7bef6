//! Keeps the messages in the page in step with the view: as the view moves, blocks come and go, and what is read stays
//! where it is. WebKit has no scroll anchoring.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use hub_contract::id::MessageId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::mounted::{BLOCK, Heights, Mounted};
use super::scroll::Follow;
use super::viewport::to_end;
use crate::dom;
use crate::state::chat::SharedMessage;

/// The messages to draw, between two spacers.
pub(super) struct Mounting {
    pub(super) range: Range<usize>,
    pub(super) above: NodeRef,
    pub(super) below: NodeRef,
    pub(super) reaches_the_end: bool,
    /// To be told whenever the view moved.
    pub(super) moved: Callback<()>,
    /// Brings the messages around a place into the page, wherever the view is.
    pub(super) bring: Callback<usize>,
    /// Brings the last ones.
    pub(super) bring_last: Callback<()>,
}

/// The mounted messages of a conversation, of which those before a place were not read yet; `first` says which those are
/// that the view begins with.
#[hook]
pub(super) fn use_mounting(
    view: &NodeRef,
    follow: &Rc<RefCell<Follow>>,
    before: usize,
    messages: &[SharedMessage],
    first: impl FnOnce() -> Mounted,
) -> Mounting {
    let count = before + messages.len();
    // A block is drawn as a whole, once all of it was read.
    let read = before.div_ceil(BLOCK);
    let (above, below) = (use_node_ref(), use_node_ref());
    let heights = use_mut_ref(Heights::default);
    let anchor = use_mut_ref(|| None::<Anchor>);
    let mounted = use_state_eq(|| first().not_before(read));
    let range = mounted.messages(count);
    {
        let (view, above, below) = (view.clone(), above.clone(), below.clone());
        let (follow, heights, anchor) = (Rc::clone(follow), Rc::clone(&heights), Rc::clone(&anchor));
        use_effect_with((*mounted, count.div_ceil(BLOCK)), move |(mounted, blocks)| {
            let drawn = mounted.blocks(count);
            {
                let heights = heights.borrow();
                dom::set_style(&above, "height", &format!("{}px", heights.of(0..drawn.start)));
                dom::set_style(&below, "height", &format!("{}px", heights.of(drawn.end..*blocks)));
            }
            if follow.borrow().sticks() {
                to_end(&view, &follow);
            } else if let Some(anchor) = anchor.borrow_mut().take() {
                anchor.hold(&view);
            }
        });
    }
    let (bring, bring_last) = {
        let (one, other) = (mounted.setter(), mounted.setter());
        (
            Callback::from(move |place| one.set(Mounted::around(place, count).not_before(read))),
            Callback::from(move |()| other.set(Mounted::at_end(count).not_before(read))),
        )
    };
    let reaches_the_end = mounted.reaches_the_end(count);
    let moved = {
        let page = Page { view: view.clone(), above: above.clone(), below: below.clone(), heights };
        let messages = Read { before, messages: messages.to_vec() };
        let follow = Rc::clone(follow);
        Callback::from(move |()| {
            if follow.borrow().is_on_its_way() {
                return;
            }
            let Some(seen) = page.seen(*mounted, &messages) else { return };
            let mut next = mounted.for_view(seen, read, count);
            if next != *mounted && page.is_busy() {
                next = mounted.and(next);
            }
            if next != *mounted {
                *anchor.borrow_mut() = page.anchor(&messages, mounted.messages(count));
                mounted.set(next);
            }
        })
    };
    {
        // What was read now may be what is in view.
        let moved = moved.clone();
        let is_first = use_mut_ref(|| true);
        use_effect_with(read, move |_| {
            if !is_first.replace(false) {
                moved.emit(());
            }
        });
    }
    Mounting { range, above, below, reaches_the_end, moved, bring, bring_last }
}

/// The messages that were read, and how many stand above them.
struct Read {
    before: usize,
    messages: Vec<SharedMessage>,
}

impl Read {
    fn count(&self) -> usize {
        self.before + self.messages.len()
    }

    fn at(&self, place: usize) -> Option<&SharedMessage> {
        self.messages.get(place.checked_sub(self.before)?)
    }
}

/// The view with what is drawn in it.
struct Page {
    view: NodeRef,
    above: NodeRef,
    below: NodeRef,
    heights: Rc<RefCell<Heights>>,
}

impl Page {
    /// Measures what is drawn; answers which blocks are in view.
    fn seen(&self, mounted: Mounted, messages: &Read) -> Option<Range<usize>> {
        let view = self.view.cast::<HtmlElement>()?;
        let (above, below) = (self.above.cast::<HtmlElement>()?, self.below.cast::<HtmlElement>()?);
        let mut heights = self.heights.borrow_mut();
        let drawn = mounted.blocks(messages.count());
        // Each block ends where the next one begins; the day above a message goes with it.
        let begins = |block: usize| {
            let message = messages.at(block * BLOCK).and_then(|first| element_of(&first.id))?;
            let before = message.previous_element_sibling().and_then(|one| one.dyn_into::<HtmlElement>().ok());
            Some(before.filter(|one| one.class_list().contains("day")).unwrap_or(message))
        };
        let mut begin = begins(drawn.start);
        for block in drawn.clone() {
            let end = if block + 1 == drawn.end { Some(below.clone()) } else { begins(block + 1) };
            if let (Some(begin), Some(end)) = (&begin, &end) {
                heights.measured(block, f64::from(end.offset_top() - begin.offset_top()));
            }
            begin = end;
        }
        let top = view.get_bounding_client_rect().top() - above.get_bounding_client_rect().top();
        Some(heights.seen(top, f64::from(view.client_height()), messages.count()))
    }

    /// Whether something would be lost with a message: what is selected, or what is being filled in.
    fn is_busy(&self) -> bool {
        let Some(view) = self.view.cast::<Element>() else { return false };
        let selection = dom::window().and_then(|window| window.get_selection().ok().flatten());
        let is_selected = selection.is_some_and(|selection| {
            !selection.is_collapsed() && selection.anchor_node().is_some_and(|node| view.contains(Some(&node)))
        });
        is_selected || view.query_selector("input:not([disabled]), textarea, select").ok().flatten().is_some()
    }

    /// The first message that can be seen, and where it is.
    fn anchor(&self, messages: &Read, mut drawn: Range<usize>) -> Option<Anchor> {
        let top = self.view.cast::<Element>()?.get_bounding_client_rect().top();
        drawn.find_map(|place| {
            let message = messages.at(place)?;
            let place = element_of(&message.id)?.get_bounding_client_rect();
            (place.bottom() > top).then(|| Anchor { message: message.id.clone(), offset: place.top() - top })
        })
    }
}

/// A message that must not move.
struct Anchor {
    message: MessageId,
    /// How far below the top of the view it begins, in CSS pixels.
    offset: f64,
}

impl Anchor {
    fn hold(&self, view: &NodeRef) {
        let (Some(view), Some(message)) = (view.cast::<Element>(), element_of(&self.message)) else { return };
        let offset = message.get_bounding_client_rect().top() - view.get_bounding_client_rect().top();
        let moved = (offset - self.offset).round() as i32;
        if moved != 0 {
            view.set_scroll_top(view.scroll_top() + moved);
        }
    }
}

fn element_of(message: &MessageId) -> Option<HtmlElement> {
    dom::document()?.get_element_by_id(&format!("m-{message}"))?.dyn_into().ok()
}
