//! Status lines and badges: a word, then a shape, then a colour.

use yew::prelude::*;

use super::icon::{Icon, IconName, IconSize};

/// What a status means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StatusKind {
    /// Nothing is there: a hollow dot.
    #[default]
    Hollow,
    /// Good: a green dot.
    Ok,
    /// Needs attention: an amber diamond.
    Warn,
    /// Failed: a red square.
    Bad,
    /// Waiting: a turning ring.
    Wait,
}

impl StatusKind {
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Hollow => None,
            Self::Ok => Some("ok"),
            Self::Warn => Some("warn"),
            Self::Bad => Some("bad"),
            Self::Wait => Some("wait"),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct StatusProps {
    #[prop_or_default]
    pub kind: StatusKind,
    pub text: AttrValue,
}

/// A status line.
#[component]
pub fn Status(props: &StatusProps) -> Html {
    html! {
        <span class={classes!("st", props.kind.class())} title={props.text.clone()}>
            <span class="clip">{ &props.text }</span>
        </span>
    }
}

#[derive(Properties, PartialEq)]
pub struct BadgeProps {
    pub text: AttrValue,
    /// `ok`, `warn`, `bad`, `acc`, `line`, or nothing.
    #[prop_or_default]
    pub tone: Option<&'static str>,
    #[prop_or_default]
    pub icon: Option<IconName>,
    #[prop_or_default]
    pub title: Option<AttrValue>,
}

/// A badge: it only tells.
#[component]
pub fn Badge(props: &BadgeProps) -> Html {
    html! {
        <span class={classes!("badge", props.tone, props.icon.map(|_| "with-icon"))} title={props.title.clone().unwrap_or_else(|| props.text.clone())}>
            if let Some(icon) = props.icon { <Icon name={icon} size={IconSize::S12} /> }
            <span>{ &props.text }</span>
        </span>
    }
}
