//! A link that leaves the window, through the shell's one list of allowed links.

use hub_contract::command::OpenLink;
use hub_contract::data::OpenLinkRequest;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::icon::{Icon, IconName, IconSize};
use crate::ipc;

#[derive(Properties, PartialEq)]
pub struct ExternalLinkProps {
    pub url: AttrValue,
    pub children: Html,
}

#[component]
pub fn ExternalLink(props: &ExternalLinkProps) -> Html {
    let onclick = {
        let url = props.url.to_string();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            let request = OpenLinkRequest { url: url.clone() };
            spawn_local(async move {
                // Nothing more can be done here: the address stays readable in the tooltip.
                let _ = ipc::call::<OpenLink>(request).await;
            });
        })
    };
    html! {
        <a class="tlink" href={props.url.clone()} title={props.url.clone()} rel="noreferrer" {onclick}>
            { props.children.clone() }
            <Icon name={IconName::External} size={IconSize::S12} />
        </a>
    }
}
