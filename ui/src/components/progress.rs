//! Progress with a number.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ProgressProps {
    /// What goes on.
    pub label: AttrValue,
    pub value: u32,
    pub max: u32,
}

#[component]
pub fn Progress(props: &ProgressProps) -> Html {
    html! {
        <progress aria-label={props.label.clone()} max={props.max.to_string()} value={props.value.to_string()}></progress>
    }
}
