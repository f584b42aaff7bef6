//! Status lines and badges: a word, then a shape, then a colour.

use yew::prelude::*;

use super::icon::{IconName, IconSize, icon};

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
    props.draw()
}

/// A badge with words only, in place.
pub fn badge(text: impl Into<AttrValue>) -> Html {
    BadgeProps { text: text.into(), tone: None, icon: None, title: None }.draw()
}

impl BadgeProps {
    fn draw(&self) -> Html {
        let title = self.title.clone().unwrap_or_else(|| self.text.clone());
        html! {
            <span class={classes!("badge", self.tone, self.icon.map(|_| "with-icon"))} {title}>
                if let Some(name) = self.icon { { icon(name, IconSize::S12) } }
                <span>{ &self.text }</span>
            </span>
        }
    }
}
