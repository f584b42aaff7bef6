//! The drawer at the right: details of what is selected. Not modal.

use yew::prelude::*;

use super::button::IconButton;
use super::icon::IconName;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub struct DrawerProps {
    pub title: AttrValue,
    pub on_close: Callback<()>,
    /// Actions at its foot.
    #[prop_or_default]
    pub foot: Option<Html>,
    pub children: Html,
}

#[component]
pub fn Drawer(props: &DrawerProps) -> Html {
    let t = use_texts();
    let onkeydown = {
        let on_close = props.on_close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                on_close.emit(());
            }
        })
    };
    html! {
        <aside class="drawer" aria-label={props.title.clone()} tabindex="-1" data-region="drawer" {onkeydown}>
            <header class="drawer-head">
                <h2 class="grow clip">{ &props.title }</h2>
                <IconButton icon={IconName::Close} label={t.get("action-close")} onclick={props.on_close.clone()} />
            </header>
            <div class="drawer-body">{ props.children.clone() }</div>
            if let Some(foot) = &props.foot { <footer class="drawer-foot">{ foot.clone() }</footer> }
        </aside>
    }
}
