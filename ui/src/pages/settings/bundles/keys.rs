//! The keys of this Hub that others may know. They lie in the vault, which is asked only when somebody wants them.

use hub_contract::HubError;
use hub_contract::bundle::BundleKeys;
use hub_contract::command::ReadBundleKeys;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{Button, Card, CopyLine, ErrorBanner, SectionHead};
use crate::ipc;
use crate::pages::settings::row::Row;
use crate::state::use_texts;

#[component]
pub(super) fn Keys() -> Html {
    let t = use_texts();
    let read = use_state(|| None::<Result<BundleKeys, HubError>>);
    let busy = use_state_eq(|| false);
    let show = {
        let (read, busy) = (read.clone(), busy.clone());
        Callback::from(move |()| {
            let (read, busy) = (read.clone(), busy.clone());
            busy.set(true);
            spawn_local(async move {
                read.set(Some(ipc::call::<ReadBundleKeys>(()).await));
                busy.set(false);
            });
        })
    };
    html! {
        <>
            <SectionHead title={t.get("bundle-keys")} />
            <Card flush=true>
                <Row title={t.get("bundle-keys-title")} help={t.get("bundle-keys-about")}>
                    <Button
                        label={t.get("bundle-keys-show")}
                        busy={busy.then(|| AttrValue::from(t.get("loading")))}
                        onclick={show}
                    />
                </Row>
            </Card>
            { match &*read {
                Some(Ok(keys)) => html! {
                    <>
                        <CopyLine tag={t.get("bundle-recipient")} text={keys.recipient.clone()} label={t.get("bundle-recipient")} />
                        if let Some(words) = &keys.fingerprint {
                            <CopyLine tag={t.get("bundle-fingerprint")} text={words.clone()} label={t.get("bundle-fingerprint")} />
                        }
                    </>
                },
                Some(Err(error)) => html! { <ErrorBanner error={error.clone()} /> },
                None => html! {},
            } }
        </>
    }
}
