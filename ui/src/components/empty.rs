//! An empty place: what is missing and the one next action.

use yew::prelude::*;

use super::icon::{Icon, IconName, IconSize};

#[derive(Properties, PartialEq)]
pub struct EmptyProps {
    pub icon: IconName,
    pub title: AttrValue,
    #[prop_or_default]
    pub about: AttrValue,
    /// The one next action.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="empty">
            <Icon name={props.icon} size={IconSize::S20} />
            <h3>{ &props.title }</h3>
            if !props.about.is_empty() { <p>{ &props.about }</p> }
            { props.children.clone() }
        </div>
    }
}
