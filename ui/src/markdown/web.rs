//! Links and pictures of answers. Both lead outside only when a person asks, through the shell's list of what may be
//! opened, and both say the real host first.

use hub_contract::command::OpenLink;
use hub_contract::data::OpenLinkRequest;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{Icon, IconName, IconSize};
use crate::ipc;
use crate::state::use_texts;
use hub_markdown::{host, openable};

#[derive(Properties, PartialEq)]
pub struct WebLinkProps {
    /// Where it leads.
    pub url: AttrValue,
    #[prop_or(Classes::from("tlink"))]
    pub class: Classes,
    pub children: Html,
}

/// A link. It has no `href`, so no key, drag or middle button can make the window itself go there.
#[component]
pub fn WebLink(props: &WebLinkProps) -> Html {
    let onclick = {
        let url = props.url.clone();
        Callback::from(move |_: MouseEvent| open(&url))
    };
    let onkeydown = {
        let url = props.url.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                open(&url);
            }
        })
    };
    html! {
        <a class={props.class.clone()} role="link" tabindex="0" title={host(&props.url)} {onclick} {onkeydown}>
            { props.children.clone() }
        </a>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct RemoteImageProps {
    /// Where it lies.
    pub url: AttrValue,
    /// What it shows.
    pub alt: AttrValue,
}

/// A picture that is not fetched: a button that says from which host it would come, and opens it in the browser.
#[component]
pub(super) fn RemoteImage(props: &RemoteImageProps) -> Html {
    let t = use_texts();
    let Some(url) = openable(&props.url).map(str::to_owned) else {
        let words = if props.alt.is_empty() { t.get("chat-image") } else { props.alt.to_string() };
        return html! { <span class="chip image-off"><Icon name={IconName::Image} size={IconSize::S14} />{ words }</span> };
    };
    let from = t.with("chat-image-from", &[("host", host(&url).into())]);
    let onclick = Callback::from(move |_: MouseEvent| open(&url));
    html! {
        <button type="button" class="chip image-off" title={t.get("chat-image-open")} {onclick}>
            <Icon name={IconName::Image} size={IconSize::S14} />
            if !props.alt.is_empty() { <span class="clip">{ &props.alt }</span> }
            <span class="dim">{ from }</span>
        </button>
    }
}

fn open(url: &str) {
    let Some(url) = openable(url).map(str::to_owned) else { return };
    spawn_local(async move {
        // The shell says itself what it does not open; there is nothing the page could do about it.
        let _ = ipc::call::<OpenLink>(OpenLinkRequest { url }).await;
    });
}
