//! Shows the notes: six seconds each, longer under the pointer or the focus.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::button::{Button, ButtonKind, ButtonSize, IconButton};
use super::icon::{Icon, IconName, IconSize};
use crate::state::{Toast, use_texts, use_toasts};

/// How long a note stays, in milliseconds.
const STAYS: u32 = 6_000;

/// The place where notes appear.
#[component]
pub fn ToastHost() -> Html {
    let toasts = use_toasts();
    html! {
        <div class="toasts" role="status" aria-live="polite">
            { for toasts.shown().iter().map(|(id, toast)| html! { <ToastView key={*id} id={*id} toast={toast.clone()} /> }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ToastViewProps {
    id: u64,
    toast: Toast,
}

#[component]
fn ToastView(props: &ToastViewProps) -> Html {
    let t = use_texts();
    let toasts = use_toasts();
    let held = use_state_eq(|| false);
    {
        let (toasts, id) = (toasts.clone(), props.id);
        use_effect_with(*held, move |held| {
            let timer = (!held).then(|| Timeout::new(STAYS, move || toasts.dismiss(id)));
            move || drop(timer)
        });
    }
    let hold = |on: bool| {
        let held = held.clone();
        Callback::from(move |()| held.set(on))
    };
    let dismiss = {
        let (toasts, id) = (toasts.clone(), props.id);
        Callback::from(move |()| toasts.dismiss(id))
    };
    let and_go = |run: Callback<()>| {
        let dismiss = dismiss.clone();
        Callback::from(move |()| {
            run.emit(());
            dismiss.emit(());
        })
    };
    let undo = props.toast.undo.clone().map(and_go);
    let action = props.toast.action.clone().map(|action| (action.label, and_go(action.run)));
    html! {
        <div
            class="toast"
            onmouseenter={hold(true).reform(|_| ())}
            onmouseleave={hold(false).reform(|_| ())}
            onfocusin={hold(true).reform(|_| ())}
            onfocusout={hold(false).reform(|_| ())}
        >
            <Icon name={props.toast.icon} />
            <span>{ &props.toast.text }</span>
            if let Some(undo) = undo {
                <Button label={t.get("action-undo")} kind={ButtonKind::Link} size={ButtonSize::Small} onclick={undo} />
            }
            if let Some((label, onclick)) = action {
                <Button {label} kind={ButtonKind::Link} size={ButtonSize::Small} {onclick} />
            }
            <IconButton icon={IconName::Close} icon_size={IconSize::S14} label={t.get("action-close")} onclick={dismiss} />
        </div>
    }
}
