//! The field for a secret. What is stored is never shown: a locked row says so and offers to replace it.

use hub_contract::connection::SecretState;
use yew::prelude::*;

use super::button::{Button, ButtonKind, ButtonSize, IconButton};
use super::field::Field;
use super::icon::{Icon, IconName, IconSize};
use crate::state::{use_info, use_texts};
use crate::{dom, format};

#[derive(Properties, PartialEq)]
pub struct SecretFieldProps {
    /// Unique on the page.
    pub id: AttrValue,
    pub label: AttrValue,
    /// What was typed; `None` while the stored one is kept.
    pub value: Option<AttrValue>,
    /// What was typed; `None` goes back to the stored one.
    pub oninput: Callback<Option<String>>,
    /// What is stored.
    #[prop_or_default]
    pub stored: Option<SecretState>,
    #[prop_or_default]
    pub optional: bool,
    #[prop_or_default]
    pub help: Option<AttrValue>,
    /// What the empty field shows; a key is asked for without it.
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub max_chars: usize,
}

#[component]
pub fn SecretField(props: &SecretFieldProps) -> Html {
    let t = use_texts();
    let stored = props.stored.as_ref().filter(|stored| stored.has_secret);
    let control = match (stored, &props.value) {
        (Some(stored), None) => {
            html! { <StoredRow id={props.id.clone()} label={props.label.clone()} stored={stored.clone()} oninput={props.oninput.clone()} /> }
        }
        _ => html! {
            <TypedRow
                id={props.id.clone()}
                value={props.value.clone().unwrap_or_default()}
                can_go_back={stored.is_some()}
                is_bad={props.error.is_some()}
                autofocus={props.autofocus || stored.is_some()}
                max_chars={props.max_chars}
                placeholder={props.placeholder.clone().unwrap_or_else(|| t.get("secret-placeholder").into())}
                oninput={props.oninput.clone()}
            />
        },
    };
    let vault = use_info().vault_word();
    let help = props.help.clone().unwrap_or_else(|| t.with("secret-help", &[("vault", vault.into())]).into());
    html! {
        <Field
            label={props.label.clone()}
            control={props.id.clone()}
            optional={props.optional}
            error={props.error.clone()}
            help={help}
        >
            { control }
        </Field>
    }
}

#[derive(Properties, PartialEq)]
struct StoredRowProps {
    id: AttrValue,
    label: AttrValue,
    stored: SecretState,
    oninput: Callback<Option<String>>,
}

#[component]
fn StoredRow(props: &StoredRowProps) -> Html {
    let t = use_texts();
    let hint = props.stored.hint.as_ref();
    let saved = hint.map(|hint| format::date(hint.saved_at, dom::now(), dom::utc_offset_minutes(hint.saved_at)));
    let place = t.with("secret-stored", &[("vault", use_info().vault_word().into())]);
    let last4 = hint.and_then(|hint| hint.last4.clone()).map(|last4| t.with("secret-ends", &[("last4", last4.into())]));
    let words = [Some(place), last4, saved].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    html! {
        <div class="input is-off">
            <Icon name={IconName::Lock} />
            <span class="grow clip" title={words.clone()}>{ words }</span>
            <Button
                id={props.id.clone()}
                label={t.get("action-replace")}
                name={t.with("action-replace-named", &[("name", props.label.as_str().into())])}
                kind={ButtonKind::Link}
                size={ButtonSize::Small}
                onclick={props.oninput.reform(|()| Some(String::new()))}
            />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct TypedRowProps {
    id: AttrValue,
    value: AttrValue,
    can_go_back: bool,
    is_bad: bool,
    autofocus: bool,
    max_chars: usize,
    placeholder: AttrValue,
    oninput: Callback<Option<String>>,
}

#[component]
fn TypedRow(props: &TypedRowProps) -> Html {
    let t = use_texts();
    let oninput = props.oninput.reform(|event: InputEvent| Some(dom::value_of(&event)));
    let (label, emptied) =
        if props.can_go_back { (t.get("secret-keep"), None) } else { (t.get("action-clear"), Some(String::new())) };
    html! {
        <div class={classes!("input", "mono", props.is_bad.then_some("is-bad"))}>
            <Icon name={IconName::Key} />
            <input
                id={props.id.clone()}
                type="password"
                value={props.value.clone()}
                placeholder={props.placeholder.clone()}
                maxlength={(props.max_chars > 0).then(|| props.max_chars.to_string())}
                autocomplete="off"
                spellcheck="false"
                autofocus={props.autofocus}
                aria-invalid={props.is_bad.then_some("true")}
                aria-describedby={format!("{}-help", props.id)}
                {oninput}
            />
            if props.can_go_back || !props.value.is_empty() {
                <IconButton
                    icon={IconName::Close}
                    icon_size={IconSize::S14}
                    {label}
                    onclick={props.oninput.reform(move |()| emptied.clone())}
                />
            }
        </div>
    }
}
