//! A banner: stands in the page it concerns until it is solved.

use yew::prelude::*;

use super::icon::{Icon, IconName};

/// What a banner or note means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Ok,
    Warn,
    Bad,
}

impl Tone {
    pub(super) fn class(self) -> Option<&'static str> {
        match self {
            Self::Neutral => None,
            Self::Ok => Some("ok"),
            Self::Warn => Some("warn"),
            Self::Bad => Some("bad"),
        }
    }

    fn icon(self) -> IconName {
        match self {
            Self::Neutral => IconName::Info,
            Self::Ok => IconName::Done,
            Self::Warn => IconName::Alert,
            Self::Bad => IconName::Error,
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct BannerProps {
    #[prop_or_default]
    pub tone: Tone,
    /// Another icon than the tone's.
    #[prop_or_default]
    pub icon: Option<IconName>,
    /// One sentence.
    pub title: AttrValue,
    /// What to do.
    #[prop_or_default]
    pub advice: AttrValue,
    /// At most two actions, and a fold with details.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn Banner(props: &BannerProps) -> Html {
    let role = if props.tone == Tone::Bad { "alert" } else { "status" };
    let strong = (!props.advice.is_empty()).then_some("strong");
    html! {
        <div class={classes!("banner", props.tone.class())} {role}>
            <Icon name={props.icon.unwrap_or(props.tone.icon())} />
            <div class="grow">
                <p class={classes!(strong)}>{ &props.title }</p>
                if !props.advice.is_empty() { <p>{ &props.advice }</p> }
                { props.children.clone() }
            </div>
        </div>
    }
}
