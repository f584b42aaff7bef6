//! Checkboxes: a native box in our drawing, and the whole row clicks.

use yew::prelude::*;

use super::icon::{Icon, IconName, IconSize};

/// How a checkbox stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CheckMark {
    #[default]
    Off,
    On,
    /// Some of what it stands for.
    Mixed,
}

impl From<bool> for CheckMark {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

#[derive(Properties, PartialEq)]
pub struct CheckboxProps {
    /// Its words, or only its name when `bare`.
    pub label: AttrValue,
    pub checked: CheckMark,
    pub onchange: Callback<bool>,
    /// The box alone, as in a table.
    #[prop_or_default]
    pub bare: bool,
    /// A second line in small letters.
    #[prop_or_default]
    pub help: Option<AttrValue>,
    #[prop_or_default]
    pub disabled: bool,
}

#[component]
pub fn Checkbox(props: &CheckboxProps) -> Html {
    let on = props.checked == CheckMark::On;
    let onchange = props.onchange.reform(move |_: Event| !on);
    let icon = match props.checked {
        CheckMark::Off => None,
        CheckMark::On => Some(IconName::Check),
        CheckMark::Mixed => Some(IconName::Minus),
    };
    let class = match props.checked {
        CheckMark::Off => None,
        CheckMark::On => Some("on"),
        CheckMark::Mixed => Some("mix"),
    };
    html! {
        <label class={classes!("check", props.bare.then_some("bare"), props.disabled.then_some("is-off"))}>
            <input
                type="checkbox"
                checked={on}
                disabled={props.disabled}
                aria-label={props.bare.then(|| props.label.clone())}
                aria-checked={(props.checked == CheckMark::Mixed).then_some("mixed")}
                {onchange}
            />
            <span class={classes!("box", class)} aria-hidden="true">
                if let Some(icon) = icon { <Icon name={icon} size={IconSize::S12} /> }
            </span>
            if !props.bare {
                <span class="check-words">
                    { &props.label }
                    if let Some(help) = &props.help { <small class="help">{ help }</small> }
                </span>
            }
        </label>
    }
}
