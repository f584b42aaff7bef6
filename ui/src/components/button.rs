//! Buttons: with words, and with an icon only.

use yew::prelude::*;

use super::icon::{IconName, IconSize, icon};

/// What a button is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do in this view.
    Primary,
    /// Everything else.
    #[default]
    Default,
    /// Without an edge.
    Quiet,
    /// In the colour of links.
    Link,
    /// Destroys something; only in a confirmation.
    Danger,
}

/// How high a button is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// 28 pixels.
    Small,
    /// 32 pixels.
    #[default]
    Usual,
    /// 40 pixels.
    Large,
}

#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    /// The words on it.
    pub label: AttrValue,
    #[prop_or_default]
    pub kind: ButtonKind,
    #[prop_or_default]
    pub size: ButtonSize,
    /// An icon before the words.
    #[prop_or_default]
    pub icon: Option<IconName>,
    /// An icon after the words.
    #[prop_or_default]
    pub trailing: Option<IconName>,
    #[prop_or_default]
    pub disabled: bool,
    /// Why it cannot be used now. It then can still be reached, so that the reason can be read.
    #[prop_or_default]
    pub reason: Option<AttrValue>,
    /// These words with a turning ring take the place of the label while something is under way.
    #[prop_or_default]
    pub busy: Option<AttrValue>,
    /// The accessible name, where the words alone do not say which row or thing is meant.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Submits the form it stands in.
    #[prop_or_default]
    pub submit: bool,
    /// Pressed or not, for buttons that switch.
    #[prop_or_default]
    pub pressed: Option<bool>,
    /// Gets the focus when it appears.
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub onclick: Callback<()>,
}

#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let kind = match props.kind {
        ButtonKind::Primary => Some("primary"),
        ButtonKind::Default => None,
        ButtonKind::Quiet => Some("quiet"),
        ButtonKind::Link => Some("link"),
        ButtonKind::Danger => Some("danger"),
    };
    let (size, icon_size) = match props.size {
        ButtonSize::Small => (Some("sm"), IconSize::S14),
        ButtonSize::Usual => (None, IconSize::S16),
        ButtonSize::Large => (Some("lg"), IconSize::S16),
    };
    let barred = props.reason.is_some() || props.busy.is_some();
    let onclick = {
        let onclick = props.onclick.clone();
        let submits = props.submit;
        Callback::from(move |event: MouseEvent| {
            if barred {
                event.prevent_default();
            } else if !submits {
                onclick.emit(());
            }
        })
    };
    let content = match &props.busy {
        Some(words) => html! { <span class="st wait">{ words }</span> },
        None => html! {<>
            if let Some(name) = props.icon { { icon(name, icon_size) } }
            { &props.label }
            if let Some(name) = props.trailing { { icon(name, IconSize::S14) } }
        </>},
    };
    html! {
        <button
            type={if props.submit { "submit" } else { "button" }}
            id={props.id.clone()}
            class={classes!("btn", kind, size, props.class.clone())}
            disabled={props.disabled}
            aria-disabled={barred.then_some("true")}
            aria-busy={props.busy.is_some().then_some("true")}
            aria-pressed={props.pressed.map(|pressed| if pressed { "true" } else { "false" })}
            aria-label={props.name.clone()}
            title={props.reason.clone()}
            autofocus={props.autofocus}
            {onclick}
        >
            { content }
        </button>
    }
}

#[derive(Properties, PartialEq)]
pub struct IconButtonProps {
    pub icon: IconName,
    /// Its name and its tooltip.
    pub label: AttrValue,
    /// Pressed or not, for buttons that switch.
    #[prop_or_default]
    pub pressed: Option<bool>,
    #[prop_or_default]
    pub disabled: bool,
    /// 32 instead of 28 pixels.
    #[prop_or_default]
    pub large: bool,
    #[prop_or_default]
    pub icon_size: IconSize,
    #[prop_or_default]
    pub class: Classes,
    /// The element that it opens and closes.
    #[prop_or_default]
    pub expanded: Option<bool>,
    #[prop_or_default]
    pub onclick: Callback<()>,
}

#[component]
pub fn IconButton(props: &IconButtonProps) -> Html {
    props.draw()
}

impl IconButtonProps {
    /// A usual one in place. What holds many is quicker without a component for each.
    pub fn usual(icon: IconName, label: impl Into<AttrValue>, onclick: Callback<()>) -> Self {
        let (pressed, disabled, large, expanded) = (None, false, false, None);
        let (icon_size, class) = (IconSize::default(), Classes::new());
        Self { icon, label: label.into(), pressed, disabled, large, icon_size, class, expanded, onclick }
    }

    /// The button.
    pub fn draw(&self) -> Html {
        let props = self;
        let onclick = props.onclick.reform(|_: MouseEvent| ());
        let text = |value: bool| if value { "true" } else { "false" };
        html! {
            <button
                type="button"
                class={classes!("ib", props.large.then_some("lg"), props.class.clone())}
                aria-label={props.label.clone()}
                title={props.label.clone()}
                aria-pressed={props.pressed.map(text)}
                aria-expanded={props.expanded.map(text)}
                disabled={props.disabled}
                {onclick}
            >
                { icon(props.icon, props.icon_size) }
            </button>
        }
    }
}
