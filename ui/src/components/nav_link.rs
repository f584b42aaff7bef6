//! A link to another page of the window.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::route::Route;

#[derive(Properties, PartialEq)]
pub struct NavLinkProps {
    pub to: Route,
    /// It leads to the page that is shown.
    #[prop_or_default]
    pub current: bool,
    #[prop_or_default]
    pub class: Classes,
    /// The tooltip.
    #[prop_or_default]
    pub title: Option<AttrValue>,
    /// Called after the page was changed.
    #[prop_or_default]
    pub onclick: Callback<()>,
    pub children: Html,
}

#[component]
pub fn NavLink(props: &NavLinkProps) -> Html {
    let navigator = use_navigator();
    let onclick = {
        let (to, onclick) = (props.to.clone(), props.onclick.clone());
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            if let Some(navigator) = &navigator {
                navigator.push(&to);
            }
            onclick.emit(());
        })
    };
    html! {
        <a
            class={props.class.clone()}
            href={props.to.to_path()}
            aria-current={props.current.then_some("page")}
            title={props.title.clone()}
            {onclick}
        >
            { props.children.clone() }
        </a>
    }
}
