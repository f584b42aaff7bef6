//! Several lines of text: label above, help or error below.

use yew::prelude::*;

use super::field::Field;
use crate::dom;

#[derive(Properties, PartialEq)]
pub struct TextAreaProps {
    /// Unique on the page.
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or_default]
    pub placeholder: AttrValue,
    #[prop_or_default]
    pub help: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub optional: bool,
    /// Two lines high at first instead of four.
    #[prop_or_default]
    pub short: bool,
    /// For JSON and other code.
    #[prop_or_default]
    pub mono: bool,
    /// Longest text, in characters; 0 is no limit.
    #[prop_or_default]
    pub max_chars: usize,
    #[prop_or_default]
    pub disabled: bool,
}

#[component]
pub fn TextArea(props: &TextAreaProps) -> Html {
    let oninput = props.oninput.reform(|event: InputEvent| dom::value_of(&event));
    let described = (props.error.is_some() || props.help.is_some()).then(|| format!("{}-help", props.id));
    html! {
        <Field
            label={props.label.clone()}
            control={props.id.clone()}
            optional={props.optional}
            help={props.help.clone()}
            error={props.error.clone()}
        >
            <textarea
                id={props.id.clone()}
                class={classes!(
                    "area",
                    props.short.then_some("short"),
                    props.mono.then_some("mono"),
                    props.error.is_some().then_some("is-bad"),
                )}
                value={props.value.clone()}
                placeholder={props.placeholder.clone()}
                maxlength={(props.max_chars > 0).then(|| props.max_chars.to_string())}
                disabled={props.disabled}
                spellcheck={props.mono.then_some("false")}
                aria-invalid={props.error.is_some().then_some("true")}
                aria-describedby={described}
                {oninput}
            />
        </Field>
    }
}
