//! What has to be entered on the platform before it can be asked: the redirect addresses and the permissions.

use hub_contract::authorize::{COZE_PERMISSIONS, RELAY, redirect_addresses};
use hub_contract::command::ReadSettings;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{CopyButton, CopyLine};
use crate::ipc;
use crate::state::use_texts;

/// The addresses to paste and the permissions to tick, each to be copied.
#[component]
pub(in crate::pages::platforms) fn Registration() -> Html {
    let t = use_texts();
    let relay = use_relay();
    let addresses = redirect_addresses(&relay);
    let tags = ["authorize-through-relay", "authorize-this-computer", "authorize-this-computer"];
    html! {
        <section class="registration" aria-label={t.get("authorize-register")}>
            <h3>{ t.get("authorize-addresses") }</h3>
            <p>{ t.get("authorize-addresses-about") }</p>
            { for addresses.iter().zip(tags).map(|(address, tag)| html! {
                <CopyLine text={address.clone()} label={t.get("authorize-address")} tag={Some(AttrValue::from(t.get(tag)))} />
            }) }
            <h3>{ t.get("authorize-permissions") }</h3>
            <p class="mono">{ COZE_PERMISSIONS.join(" ") }</p>
            <CopyButton text={COZE_PERMISSIONS.join("\n")} label={t.get("authorize-permissions-copy")} />
        </section>
    }
}

/// The relay page of the settings, or the project's own.
#[hook]
fn use_relay() -> String {
    let relay = use_state_eq(|| RELAY.to_owned());
    {
        let relay = relay.clone();
        use_effect_with((), move |()| {
            spawn_local(async move {
                if let Ok(settings) = ipc::call::<ReadSettings>(()).await
                    && !settings.relay.is_empty()
                {
                    relay.set(settings.relay);
                }
            });
        });
    }
    (*relay).clone()
}
