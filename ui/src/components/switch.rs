//! A switch: acts at once. In a form that is saved a checkbox is used instead.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SwitchProps {
    /// Its name: what it switches.
    pub label: AttrValue,
    pub on: bool,
    pub onchange: Callback<bool>,
    #[prop_or_default]
    pub disabled: bool,
}

#[component]
pub fn Switch(props: &SwitchProps) -> Html {
    let on = props.on;
    let onclick = props.onchange.reform(move |_: MouseEvent| !on);
    html! {
        <button
            type="button"
            class="switch-target"
            role="switch"
            aria-checked={if on { "true" } else { "false" }}
            aria-label={props.label.clone()}
            disabled={props.disabled}
            {onclick}
        >
            <span class={classes!("switch", on.then_some("on"), props.disabled.then_some("off"))}></span>
        </button>
    }
}
