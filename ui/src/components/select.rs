//! A native select.

use yew::prelude::*;

use super::field::Field;
use super::icon::{Icon, IconName, IconSize};
use crate::dom;

/// One entry of a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it stands for.
    pub value: AttrValue,
    /// Its words.
    pub label: AttrValue,
}

#[derive(Properties, PartialEq)]
pub struct SelectProps {
    /// Unique on the page.
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    pub choices: Vec<Choice>,
    pub onchange: Callback<String>,
    #[prop_or_default]
    pub help: Option<AttrValue>,
}

#[component]
pub fn Select(props: &SelectProps) -> Html {
    let onchange = props.onchange.reform(|event: Event| dom::value_of(&event));
    html! {
        <Field label={props.label.clone()} control={props.id.clone()} help={props.help.clone()}>
            <div class="input select">
                <select
                    id={props.id.clone()}
                    aria-describedby={props.help.as_ref().map(|_| format!("{}-help", props.id))}
                    {onchange}
                >
                    { for props.choices.iter().map(|choice| html! {
                        <option value={choice.value.clone()} selected={choice.value == props.value}>{ &choice.label }</option>
                    }) }
                </select>
                <Icon name={IconName::Down} size={IconSize::S14} />
            </div>
        </Field>
    }
}
