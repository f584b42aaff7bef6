//! 基础信息: the fields that every agent has, and where their faults are shown.

use hub_contract::HubError;
use hub_text::Texts;
use yew::prelude::*;

use crate::components::Field;
use crate::dom;
use crate::state::use_texts;

/// Longest name of an agent or a group, in characters; the core has the same limit.
pub(super) const NAME_MAX: usize = 100;

/// The fields that the core may blame and that a form shows.
const FIELDS: [&str; 6] = ["name", "icon", "group", "description", "prompt", "parameters"];

/// What to do about that field, if the error is about it.
pub(crate) fn fault(error: Option<&HubError>, field: &str, t: &Texts) -> Option<AttrValue> {
    let error = error.filter(|error| error.detail.field.as_deref() == Some(field))?;
    let words = match error.detail.hint.as_deref() {
        Some("name") => t.with("field-missing", &[("name", t.get("agent-name").into())]),
        _ => {
            let words = t.error(error);
            format!("{} {}", words.title, words.advice)
        }
    };
    Some(words.into())
}

/// Whether the error stands at a field, so that it needs no banner.
pub(super) fn is_shown_at_a_field(error: &HubError) -> bool {
    error.detail.field.as_deref().is_some_and(|field| FIELDS.contains(&field))
}

#[derive(Properties, PartialEq)]
pub(super) struct GroupFieldProps {
    /// Unique on the page.
    pub id: AttrValue,
    pub value: AttrValue,
    /// The groups that exist; any other name makes a new one.
    pub groups: Vec<String>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    pub oninput: Callback<String>,
}

/// The group: one that exists, or a new name.
#[component]
pub(super) fn GroupField(props: &GroupFieldProps) -> Html {
    let t = use_texts();
    let oninput = props.oninput.reform(|event: InputEvent| dom::value_of(&event));
    let list = format!("{}-known", props.id);
    html! {
        <Field
            label={t.get("agent-group")}
            control={props.id.clone()}
            optional=true
            help={Some(AttrValue::from(t.get("agent-group-about")))}
            error={props.error.clone()}
        >
            <div class={classes!("input", props.error.is_some().then_some("is-bad"))}>
                <input
                    id={props.id.clone()}
                    type="text"
                    value={props.value.clone()}
                    list={list.clone()}
                    maxlength={NAME_MAX.to_string()}
                    autocomplete="off"
                    aria-invalid={props.error.is_some().then_some("true")}
                    aria-describedby={format!("{}-help", props.id)}
                    {oninput}
                />
            </div>
            <datalist id={list}>
                { for props.groups.iter().map(|group| html! { <option value={group.clone()} /> }) }
            </datalist>
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::ErrorCode;
    use hub_contract::platform::Language;

    use super::*;

    #[test]
    fn a_fault_stands_at_its_own_field_only() {
        let t = Texts::new(Language::ZhCn);
        let error = HubError::new(ErrorCode::InvalidRequest, "x").hint("name").field("name");
        assert_eq!(fault(Some(&error), "name", &t).as_deref(), Some("填写「名称」。"));
        assert_eq!(fault(Some(&error), "prompt", &t), None);
        assert!(is_shown_at_a_field(&error));
        let elsewhere = HubError::new(ErrorCode::BadCredential, "x").field("api_key");
        assert!(!is_shown_at_a_field(&elsewhere), "the form has no such field, so a banner tells it");
    }
}
