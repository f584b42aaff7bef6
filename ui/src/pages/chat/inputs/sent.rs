//! The input variables that went along with a question.

use std::collections::BTreeMap;
use std::rc::Rc;

use hub_contract::run::InputField;
use hub_text::Texts;
use serde_json::Value;
use yew::prelude::*;

use super::label_of;
use super::values::as_text;
use crate::components::{Icon, IconName, IconSize};
use crate::state::use_texts;

/// The fields of the agent, for the labels of what was sent. A context, because every question looks there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct InputLabels(pub(in super::super) Rc<Vec<InputField>>);

#[derive(Properties, PartialEq)]
pub(in super::super) struct SentInputsProps {
    pub(in super::super) inputs: BTreeMap<String, Value>,
    /// Open from the beginning: there is nothing else to see of the question.
    pub(in super::super) open: bool,
}

/// A fold with the values that were sent.
#[component]
pub(in super::super) fn SentInputs(props: &SentInputsProps) -> Html {
    let t = use_texts();
    let labels = use_context::<InputLabels>().unwrap_or_default();
    if props.inputs.is_empty() {
        return html! {};
    }
    html! {
        <details class="fold sent-inputs" open={props.open}>
            <summary>
                <Icon name={IconName::List} />
                <span>{ t.with("inputs-sent", &[("n", props.inputs.len().into())]) }</span>
                <span class="grow"></span>
                <Icon name={IconName::Down} size={IconSize::S14} />
            </summary>
            <dl class="kv body">
                { for in_order(&props.inputs, &labels.0).into_iter().map(|(label, value)| html! {
                    <><dt>{ label }</dt><dd>{ in_words(value, &t) }</dd></>
                }) }
            </dl>
        </details>
    }
}

/// The values under their labels, in the order of the form; what the form no longer has comes last under its name.
fn in_order<'a>(inputs: &'a BTreeMap<String, Value>, fields: &'a [InputField]) -> Vec<(&'a str, &'a Value)> {
    let known = fields.iter().filter_map(|field| Some((label_of(field), inputs.get(&field.name)?)));
    let gone = inputs.iter().filter(|(name, _)| !fields.iter().any(|field| field.name == **name));
    known.chain(gone.map(|(name, value)| (name.as_str(), value))).collect()
}

fn in_words(value: &Value, t: &Texts) -> String {
    match value {
        Value::Bool(true) => t.get("input-yes"),
        Value::Bool(false) => t.get("input-no"),
        other => as_text(other),
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::platform::Language;
    use serde_json::json;

    use super::super::values::tests::field;
    use super::*;

    #[test]
    fn values_stand_in_the_order_of_the_form_under_their_labels() {
        let fields = [field("z", "text"), field("a", "number")];
        let inputs =
            BTreeMap::from([("a".to_owned(), json!(0)), ("gone".to_owned(), json!("x")), ("z".to_owned(), json!(""))]);
        let labels: Vec<&str> = in_order(&inputs, &fields).into_iter().map(|(label, _)| label).collect();
        assert_eq!(labels, ["Label z", "Label a", "gone"]);
    }

    #[test]
    fn values_are_told_in_words() {
        let t = Texts::new(Language::ZhCn);
        assert_eq!(in_words(&json!(false), &t), "否");
        assert_eq!(in_words(&json!(0), &t), "0");
        assert_eq!(in_words(&json!(["a.txt", "b.txt"]), &t), "a.txt, b.txt");
    }
}
