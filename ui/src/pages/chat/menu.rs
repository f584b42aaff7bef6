//! A small menu that hangs from a button: closed by a choice, by Escape, or by leaving it.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};
use yew::prelude::*;

use crate::components::{Icon, IconName, IconSize};
use crate::dom;

/// One entry.
#[derive(Clone, PartialEq)]
pub(super) struct MenuItem {
    pub(super) icon: IconName,
    pub(super) label: AttrValue,
    /// Destroys something.
    pub(super) bad: bool,
    pub(super) onclick: Callback<()>,
}

#[derive(Properties, PartialEq)]
pub(super) struct MenuButtonProps {
    /// The name of the button.
    pub(super) label: AttrValue,
    pub(super) items: Vec<MenuItem>,
}

#[component]
pub(super) fn MenuButton(props: &MenuButtonProps) -> Html {
    let open = use_state_eq(|| false);
    let button = use_node_ref();
    let menu = use_node_ref();
    {
        let (button, menu) = (button.clone(), menu.clone());
        use_effect_with(*open, move |open| {
            if *open {
                place_below(&button, &menu);
                focus_item(&menu, 0);
            }
        });
    }
    let close = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |()| {
            open.set(false);
            dom::focus(&button);
        })
    };
    let toggle = {
        let open = open.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            event.stop_propagation();
            open.set(!*open);
        })
    };
    let onfocusout = {
        let (open, menu) = (open.clone(), menu.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
            if !menu.cast::<Node>().is_some_and(|menu| menu.contains(to.as_ref())) {
                open.set(false);
            }
        })
    };
    let onkeydown = {
        let (close, menu) = (close.clone(), menu.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "Escape" => close.emit(()),
                "ArrowDown" => focus_item(&menu, 1),
                "ArrowUp" => focus_item(&menu, -1),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    html! {
        <>
            <button
                ref={button}
                type="button"
                class="ib"
                aria-label={props.label.clone()}
                title={props.label.clone()}
                aria-haspopup="menu"
                aria-expanded={if *open { "true" } else { "false" }}
                onclick={toggle}
            >
                <Icon name={IconName::More} />
            </button>
            if *open {
                <div ref={menu} class="menu" role="menu" aria-label={props.label.clone()} {onfocusout} {onkeydown}>
                    { for props.items.iter().map(|item| {
                        let (close, chosen) = (close.clone(), item.onclick.clone());
                        let onclick = Callback::from(move |event: MouseEvent| {
                            event.stop_propagation();
                            close.emit(());
                            chosen.emit(());
                        });
                        html! {
                            <button
                                type="button"
                                role="menuitem"
                                tabindex="-1"
                                class={classes!("menu-item", item.bad.then_some("bad"))}
                                {onclick}
                            >
                                <Icon name={item.icon} size={IconSize::S14} />
                                { &item.label }
                            </button>
                        }
                    }) }
                </div>
            }
        </>
    }
}

/// Puts a floating part below a button, or above it where there is no room, and inside the window.
pub(super) fn place_below(button: &NodeRef, part: &NodeRef) {
    const GAP: f64 = 4.0;
    let (Some(button), Some(element)) = (button.cast::<Element>(), part.cast::<HtmlElement>()) else { return };
    let Some(window) = dom::window() else { return };
    let size = |value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
        value.ok().and_then(|v| v.as_f64()).unwrap_or(0.0)
    };
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let (at, own) = (button.get_bounding_client_rect(), element.get_bounding_client_rect());
    let below = at.bottom() + GAP;
    let top = if below + own.height() > height { (at.top() - GAP - own.height()).max(GAP) } else { below };
    let left = at.left().min(width - own.width() - GAP).max(GAP);
    dom::set_style(part, "top", &format!("{top}px"));
    dom::set_style(part, "left", &format!("{left}px"));
}

/// Moves the focus among the entries; 0 goes to the first.
fn focus_item(menu: &NodeRef, step: i32) {
    let Some(menu) = menu.cast::<Element>() else { return };
    let current = dom::focused();
    let next = match (step, &current) {
        (1, Some(item)) => item.next_element_sibling().or_else(|| menu.first_element_child()),
        (-1, Some(item)) => item.previous_element_sibling().or_else(|| menu.last_element_child()),
        _ => menu.first_element_child(),
    };
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        let _ = next.focus();
    }
}
