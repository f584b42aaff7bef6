//! Before the window closes: what was just chosen reaches the disk first, and answers that are still being written are
//! not cut off unasked.

use hub_contract::command::CloseWindow;
use hub_contract::data::CloseRequest;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog};
use crate::state::{use_prefs, use_texts};
use crate::{dom, ipc};

/// Answers the shell, which asks with the event [`dom::CLOSE`] before it closes the window; the quit key asks the same way.
#[component]
pub(super) fn Leaving() -> Html {
    let t = use_texts();
    let settled = use_prefs().settled();
    // How often the window was asked to close; 0 when nobody wants to.
    let asked = use_state_eq(|| 0_u32);
    let active = use_state_eq(|| 0_u32);
    let quitting = use_state_eq(|| false);

    {
        let count = use_mut_ref(|| 0_u32);
        let asked = asked.setter();
        use_effect_with((), move |()| {
            let listener = dom::window().map(|window| {
                dom::Listener::new(&window, dom::CLOSE, move |_| {
                    let mut count = count.borrow_mut();
                    *count += 1;
                    asked.set(*count);
                })
            });
            move || drop(listener)
        });
    }
    {
        let active = active.clone();
        use_effect_with((*asked, settled), move |(asked, settled)| {
            if *asked > 0 && *settled {
                spawn_local(async move {
                    // A shell that cannot say keeps the window open; it closes it by itself when the page is silent.
                    if let Ok(view) = ipc::call::<CloseWindow>(CloseRequest { stop_runs: false }).await {
                        active.set(view.active);
                    }
                });
            }
        });
    }
    if *active == 0 {
        return html! {};
    }
    let stay = {
        let (asked, active) = (asked.clone(), active.clone());
        Callback::from(move |()| {
            asked.set(0);
            active.set(0);
        })
    };
    let quit = {
        let quitting = quitting.clone();
        Callback::from(move |()| {
            let quitting = quitting.clone();
            quitting.set(true);
            spawn_local(async move {
                if ipc::call::<CloseWindow>(CloseRequest { stop_runs: true }).await.is_err() {
                    quitting.set(false);
                }
            });
        })
    };
    let primary = html! {
        <Button
            label={t.get("quit-stop")}
            kind={ButtonKind::Danger}
            busy={quitting.then(|| AttrValue::from(t.get("quit-busy")))}
            onclick={quit}
        />
    };
    html! {
        <Dialog
            title={t.with("quit-title", &[("n", (*active).into())])}
            busy={*quitting}
            close_label={Some(AttrValue::from(t.get("quit-stay")))}
            on_close={stay}
            {primary}
        >
            <p>{ t.get("quit-about") }</p>
        </Dialog>
    }
}
