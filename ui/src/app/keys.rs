//! Answers the keys that work everywhere.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::dom;
use crate::route::Route;
use crate::shortcut::{Press, Shortcut};
use crate::state::use_list_column;

/// The parts that F6 goes through, in order.
const REGIONS: &str = "[data-region]";

/// Listens while the window is shown.
#[hook]
pub(super) fn use_shortcuts() {
    let navigator = use_navigator();
    let toggle = use_list_column().toggle;
    use_effect_with((navigator, toggle), |(navigator, toggle)| {
        let (navigator, toggle) = (navigator.clone(), toggle.clone());
        let mac = dom::is_mac();
        let listener = dom::window().map(|window| {
            dom::Listener::new(&window, "keydown", move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let key = event.key();
                let press = Press {
                    key: &key,
                    ctrl: event.ctrl_key(),
                    meta: event.meta_key(),
                    alt: event.alt_key(),
                    shift: event.shift_key(),
                };
                let Some(shortcut) = Shortcut::of(press, mac).filter(|_| !dom::dialog_is_open()) else { return };
                event.prevent_default();
                let go = |route: Route| {
                    if let Some(navigator) = &navigator {
                        navigator.push(&route);
                    }
                };
                match shortcut {
                    Shortcut::Search => go(Route::Search),
                    Shortcut::NewChat => go(Route::Chat),
                    Shortcut::Settings => go(Route::Settings),
                    Shortcut::Quit => dom::ask_to_close(),
                    Shortcut::ToggleList => toggle.emit(()),
                    Shortcut::NextRegion { back } => next_region(back),
                }
            })
        });
        move || drop(listener)
    });
}

fn next_region(back: bool) {
    let Some(document) = dom::document() else { return };
    let Ok(found) = document.query_selector_all(REGIONS) else { return };
    let regions: Vec<HtmlElement> =
        (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect();
    let current = dom::focused();
    let current = current.as_ref().map(|element| -> &web_sys::Node { element });
    let inside = regions.iter().position(|region| region.contains(current));
    if let Some(region) = regions.get(next_index(inside, regions.len(), back)) {
        let _ = region.focus();
    }
}

fn next_index(current: Option<usize>, count: usize, back: bool) -> usize {
    match (current, back) {
        (_, _) if count == 0 => 0,
        (Some(current), false) => (current + 1) % count,
        (Some(current), true) => (current + count - 1) % count,
        (None, false) => 0,
        (None, true) => count - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::next_index;

    #[test]
    fn regions_are_cycled_both_ways() {
        assert_eq!(next_index(Some(2), 3, false), 0);
        assert_eq!(next_index(Some(0), 3, true), 2);
        assert_eq!(next_index(None, 3, false), 0);
        assert_eq!(next_index(None, 3, true), 2);
        assert_eq!(next_index(None, 0, true), 0);
    }
}
