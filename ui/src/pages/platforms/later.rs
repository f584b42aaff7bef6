//! A platform that this version cannot talk to yet: its guide, and the truth.

use hub_contract::platform::Card;
use yew::prelude::*;

use super::guide::Guide;
use crate::components::{Banner, Dialog, DialogSize, MonogramSize, PlatformMonogram};
use crate::state::{use_prefs, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct LaterDialogProps {
    pub card: Card,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn LaterDialog(props: &LaterDialogProps) -> Html {
    let t = use_texts();
    let name = props.card.name.get(use_prefs().language());
    html! {
        <Dialog
            title={t.with("later-title", &[("name", name.into())])}
            size={DialogSize::Large}
            mark={html! { <PlatformMonogram platform={props.card.platform} card={Some(props.card)} size={MonogramSize::S24} /> }}
            on_close={props.on_close.clone()}
            close_label={t.get("action-close")}
            bare_body=true
        >
            <div class="two-col">
                <Guide platform={props.card.platform} />
                <div class="form">
                    <Banner title={t.get("not-built")} advice={t.with("later-advice", &[("name", name.into())])} />
                </div>
            </div>
        </Dialog>
    }
}
