//! Text fields: label above, help or error below, never a placeholder as a label.

use yew::prelude::*;

use super::icon::{Icon, IconName, IconSize};
use crate::dom;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub struct FieldProps {
    pub label: AttrValue,
    /// The id of the control inside, for the label.
    pub control: AttrValue,
    /// Marks the field as one that may stay empty.
    #[prop_or_default]
    pub optional: bool,
    #[prop_or_default]
    pub help: Option<AttrValue>,
    /// What to do about what is wrong; takes the place of the help.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    pub children: Html,
}

/// The frame around a control: label, help and error. The control refers to `<id>-help`.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let t = use_texts();
    let help_id = format!("{}-help", props.control);
    html! {
        <div class="field">
            <label for={props.control.clone()}>
                { &props.label }
                if props.optional { <span class="opt">{ t.get("field-optional") }</span> }
            </label>
            { props.children.clone() }
            if let Some(error) = &props.error {
                <p class="help bad" id={help_id}><Icon name={IconName::Error} size={IconSize::S14} />{ error }</p>
            } else if let Some(help) = &props.help {
                <p class="help" id={help_id}>{ help }</p>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    /// Unique on the page.
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or_default]
    pub onblur: Callback<()>,
    #[prop_or_default]
    pub placeholder: AttrValue,
    #[prop_or_default]
    pub help: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub optional: bool,
    /// For addresses, ids and paths.
    #[prop_or_default]
    pub mono: bool,
    /// Longest text, in characters; 0 is no limit.
    #[prop_or_default]
    pub max_chars: usize,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or(AttrValue::Static("text"))]
    pub kind: AttrValue,
    /// The numeric limits of a number field.
    #[prop_or_default]
    pub min: Option<AttrValue>,
    #[prop_or_default]
    pub max: Option<AttrValue>,
}

#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let oninput = props.oninput.reform(|event: InputEvent| dom::value_of(&event));
    let onblur = props.onblur.reform(|_: FocusEvent| ());
    let described = (props.error.is_some() || props.help.is_some()).then(|| format!("{}-help", props.id));
    html! {
        <Field
            label={props.label.clone()}
            control={props.id.clone()}
            optional={props.optional}
            help={props.help.clone()}
            error={props.error.clone()}
        >
            <div class={classes!(
                "input",
                props.mono.then_some("mono"),
                props.error.is_some().then_some("is-bad"),
                props.disabled.then_some("is-off"),
            )}>
                <input
                    id={props.id.clone()}
                    type={props.kind.clone()}
                    value={props.value.clone()}
                    placeholder={props.placeholder.clone()}
                    maxlength={(props.max_chars > 0).then(|| props.max_chars.to_string())}
                    min={props.min.clone()}
                    max={props.max.clone()}
                    disabled={props.disabled}
                    autofocus={props.autofocus}
                    autocomplete="off"
                    spellcheck={props.mono.then_some("false")}
                    aria-invalid={props.error.is_some().then_some("true")}
                    aria-describedby={described}
                    {oninput}
                    {onblur}
                />
            </div>
        </Field>
    }
}

#[derive(Properties, PartialEq)]
pub struct SearchFieldProps {
    /// Its name and its placeholder.
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    /// A class for its width.
    #[prop_or_default]
    pub class: Classes,
}

/// A search field: its name is the placeholder, and Escape empties it.
#[component]
pub fn SearchField(props: &SearchFieldProps) -> Html {
    let t = use_texts();
    let node = use_node_ref();
    let oninput = props.oninput.reform(|event: InputEvent| dom::value_of(&event));
    let clear = {
        let (node, oninput) = (node.clone(), props.oninput.clone());
        Callback::from(move |()| {
            oninput.emit(String::new());
            dom::focus(&node);
        })
    };
    let onkeydown = {
        let (clear, is_empty) = (clear.clone(), props.value.is_empty());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && !is_empty && !event.is_composing() {
                event.prevent_default();
                clear.emit(());
            }
        })
    };
    html! {
        <div class={classes!("input", "search", props.class.clone())} role="search">
            <Icon name={IconName::Search} />
            <input
                ref={node}
                type="text"
                value={props.value.clone()}
                placeholder={props.label.clone()}
                aria-label={props.label.clone()}
                autocomplete="off"
                spellcheck="false"
                {oninput}
                {onkeydown}
            />
            if !props.value.is_empty() {
                <super::IconButton
                    icon={IconName::Close}
                    icon_size={IconSize::S14}
                    label={t.get("action-clear")}
                    onclick={clear}
                />
            }
        </div>
    }
}
