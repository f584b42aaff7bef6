//! A modal dialog: the native one, opened with `showModal`. The focus goes back to what opened it; Escape closes; what
//! was typed and not saved is asked about once, inside the same dialog.

use web_sys::{HtmlDialogElement, HtmlElement};
use yew::prelude::*;

use super::button::{Button, ButtonKind, IconButton};
use super::icon::IconName;
use crate::dom;
use crate::state::use_texts;

/// What gets the focus in a dialog that opens, the first that is there: never the cross, which a browser would choose.
/// `autofocus` is looked for because it counts only for nodes that were there when the page was parsed.
const FIRST_FOCUS: [&str; 3] =
    ["[autofocus]", ".form input, .form textarea, .dialog-body input", ".dialog-foot .btn:not(:disabled)"];

/// Widths of dialogs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DialogSize {
    /// 560 pixels.
    #[default]
    Usual,
    /// 720 pixels.
    Medium,
    /// 920 pixels: guide and form side by side.
    Large,
}

#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// The verb; the primary button repeats it.
    pub title: AttrValue,
    #[prop_or_default]
    pub size: DialogSize,
    /// What stands before the title, for example a monogram.
    #[prop_or_default]
    pub mark: Html,
    /// Something was typed that closing would lose.
    #[prop_or_default]
    pub dirty: bool,
    /// Nothing can be closed now, because something is being saved.
    #[prop_or_default]
    pub busy: bool,
    pub on_close: Callback<()>,
    /// Enter submits; the body and the foot are then one form.
    #[prop_or_default]
    pub on_submit: Option<Callback<()>>,
    /// The left side of the foot.
    #[prop_or_default]
    pub foot_left: Html,
    /// The right side of the foot, after the button that closes: the primary action.
    #[prop_or_default]
    pub primary: Html,
    /// The word on the button that closes.
    #[prop_or_default]
    pub close_label: Option<AttrValue>,
    /// The body has its own padding, as two columns do.
    #[prop_or_default]
    pub bare_body: bool,
    pub children: Html,
}

#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let t = use_texts();
    let node = use_node_ref();
    let asks = use_state_eq(|| false);
    use_modal(&node);

    use_effect_with(*asks, |asks| {
        if *asks {
            dom::focus_first(".dialog-foot.asks .btn");
        }
    });

    let request_close = {
        let (asks, dirty, busy, on_close) = (asks.clone(), props.dirty, props.busy, props.on_close.clone());
        Callback::from(move |()| {
            if busy {
            } else if dirty && !*asks {
                asks.set(true);
            } else {
                on_close.emit(());
            }
        })
    };
    let oncancel = {
        let request_close = request_close.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            request_close.emit(());
        })
    };
    // Browsers close a dialog by themselves at the second Escape in a row.
    let onclose = props.on_close.reform(|_: Event| ());
    let onsubmit = {
        let on_submit = props.on_submit.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(on_submit) = &on_submit {
                on_submit.emit(());
            }
        })
    };
    let size = match props.size {
        DialogSize::Usual => None,
        DialogSize::Medium => Some("w-m"),
        DialogSize::Large => Some("w-l"),
    };
    let foot = if *asks && props.dirty {
        let stay = {
            let asks = asks.clone();
            Callback::from(move |()| asks.set(false))
        };
        html! {
            <footer class="dialog-foot asks" role="alert">
                <span class="grow">{ t.get("dialog-unsaved") }</span>
                <Button label={t.get("action-keep-editing")} onclick={stay} />
                <Button label={t.get("action-discard")} kind={ButtonKind::Danger} onclick={props.on_close.clone()} />
            </footer>
        }
    } else {
        html! {
            <footer class="dialog-foot">
                { props.foot_left.clone() }
                <span class="grow"></span>
                <Button
                    label={props.close_label.clone().unwrap_or_else(|| t.get("action-cancel").into())}
                    disabled={props.busy}
                    onclick={request_close.clone()}
                />
                { props.primary.clone() }
            </footer>
        }
    };
    let body = html! {
        <>
            <div class={if props.bare_body { "dialog-bare" } else { "dialog-body" }}>{ props.children.clone() }</div>
            { foot }
        </>
    };
    html! {
        <dialog ref={node} class={classes!("dialog", size)} aria-labelledby="dialog-title" {oncancel} {onclose}>
            <header class="dialog-head">
                { props.mark.clone() }
                <h2 id="dialog-title" class="grow">{ &props.title }</h2>
                <IconButton
                    icon={IconName::Close}
                    label={t.get("action-close")}
                    large=true
                    disabled={props.busy}
                    onclick={request_close}
                />
            </header>
            if props.on_submit.is_some() {
                <form class="dialog-form" novalidate=true {onsubmit}>{ body }</form>
            } else {
                { body }
            }
        </dialog>
    }
}

/// Opens the dialog when it appears and gives the focus back when it goes.
#[hook]
fn use_modal(node: &NodeRef) {
    let node = node.clone();
    use_effect_with((), move |()| {
        let opener = dom::focused();
        let dialog = node.cast::<HtmlDialogElement>();
        if let Some(dialog) = &dialog {
            let _ = dialog.show_modal();
            let first = FIRST_FOCUS.iter().find_map(|wanted| dialog.query_selector(wanted).ok().flatten());
            if let Some(first) = first {
                focus_element(&first);
            }
        }
        move || {
            if let Some(dialog) = dialog {
                dialog.close();
            }
            if let Some(opener) = opener {
                let _ = opener.focus();
            }
        }
    });
}

fn focus_element(element: &web_sys::Element) {
    use wasm_bindgen::JsCast;
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}
