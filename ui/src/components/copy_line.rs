//! Something to copy, with a button that says when it was copied.

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::button::{Button, ButtonKind, ButtonSize, IconButton};
use super::icon::IconName;
use super::status::Badge;
use crate::dom;
use crate::state::use_texts;

/// How long the word "copied" stays, in milliseconds.
const SAID_FOR: u32 = 2_000;

#[derive(Properties, PartialEq)]
pub struct CopyLineProps {
    /// What is copied and shown.
    pub text: AttrValue,
    /// What it is, for the name of the button.
    pub label: AttrValue,
    /// A word before it.
    #[prop_or_default]
    pub tag: Option<AttrValue>,
}

/// One line with a copy button.
#[component]
pub fn CopyLine(props: &CopyLineProps) -> Html {
    let t = use_texts();
    let (copied, copy) = use_copy(props.text.clone());
    html! {
        <div class="copyline">
            if let Some(tag) = &props.tag { <span class="tag">{ tag }</span> }
            <code title={props.text.clone()}>{ &props.text }</code>
            <span role="status">
                if copied { <Badge text={t.get("copied")} tone="ok" icon={IconName::Check} /> }
            </span>
            <IconButton
                icon={IconName::Copy}
                label={t.with("action-copy-named", &[("name", props.label.as_str().into())])}
                onclick={copy}
            />
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct CopyButtonProps {
    /// What is copied.
    pub text: AttrValue,
    pub label: AttrValue,
    #[prop_or_default]
    pub kind: ButtonKind,
}

/// A button that copies.
#[component]
pub fn CopyButton(props: &CopyButtonProps) -> Html {
    let t = use_texts();
    let (copied, copy) = use_copy(props.text.clone());
    let (label, icon) =
        if copied { (t.get("copied").into(), IconName::Check) } else { (props.label.clone(), IconName::Copy) };
    html! { <Button {label} {icon} kind={props.kind} size={ButtonSize::Small} onclick={copy} /> }
}

/// Whether it was copied a moment ago, and the way to copy it.
#[hook]
fn use_copy(text: AttrValue) -> (bool, Callback<()>) {
    let copied = use_state_eq(|| false);
    let copy = {
        let copied = copied.clone();
        Callback::from(move |()| {
            let (copied, text) = (copied.clone(), text.clone());
            spawn_local(async move {
                if dom::copy(&text).await {
                    copied.set(true);
                    TimeoutFuture::new(SAID_FOR).await;
                    copied.set(false);
                }
            });
        })
    };
    (*copied, copy)
}
