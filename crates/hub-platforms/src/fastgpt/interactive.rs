//! Questions that an app asks in the middle of its way, and the fields that forms are made of.

use hub_contract::run::{InputField, NeedInput};
use serde_json::json;

use crate::json::{Value, lenient_u64, member};

/// The field that holds what was chosen.
pub(super) const CHOICE: &str = "choice";
/// How deep a question may stand inside the apps that an app calls.
const DEEPEST: usize = 16;

/// What is asked: something to choose, a form, or words.
pub(super) fn read(interactive: &Value) -> NeedInput {
    let mut interactive = interactive;
    for _ in 0..DEEPEST {
        match interactive.pointer("/params/childrenResponse").filter(|inner| inner.is_object()) {
            Some(inner) => interactive = inner,
            None => break,
        }
    }
    let params = interactive.get("params").unwrap_or(&Value::Null);
    let prompt = ["description", "content", "outlineText"].iter().find_map(|name| member(params, name));
    let (kind, fields) = match (params.get("userSelectOptions"), params.get("inputForm")) {
        (Some(options), _) => ("choice", vec![choice(options)]),
        (None, Some(form)) => ("form", super::app::inputs(Some(form))),
        (None, None) => ("text", Vec::new()),
    };
    // The answer is the next message of the conversation, so the question needs no name.
    NeedInput { id: String::new(), kind: kind.to_owned(), prompt: prompt.unwrap_or_default().to_owned(), fields }
}

/// One field, as variables, plugin inputs and forms describe it.
pub(super) fn field(field: &Value) -> Option<InputField> {
    let name = member(field, "key")?;
    let listed = field.pointer("/renderTypeList/0").and_then(Value::as_str);
    let kind = match member(field, "type").or(listed).unwrap_or("input") {
        "textarea" | "JSONEditor" => "paragraph",
        "numberInput" => "number",
        "select" | "multipleSelect" => "select",
        "switch" => "checkbox",
        "fileSelect" => "files",
        // Set by the app itself, or on the platform's side only.
        "custom" | "internal" | "hidden" | "reference" | "customVariable" => return None,
        _ => match member(field, "valueType") {
            Some("number") => "number",
            Some("boolean") => "checkbox",
            _ => "text",
        },
    };
    let length = field.get("maxLength").or_else(|| field.get("maxLen"));
    Some(InputField {
        name: name.to_owned(),
        label: member(field, "label").unwrap_or(name).to_owned(),
        kind: kind.to_owned(),
        required: field.get("required") == Some(&Value::Bool(true)),
        options: options(field.get("list").or_else(|| field.get("enums"))),
        default: field
            .get("defaultValue")
            .filter(|value| !value.is_null() && value.as_str() != Some(""))
            .map(Into::into),
        max_chars: length
            .filter(|_| matches!(kind, "text" | "paragraph"))
            .and_then(lenient_u64)
            .and_then(|chars| u32::try_from(chars).ok())
            .filter(|chars| *chars > 0),
    })
}

fn choice(list: &Value) -> InputField {
    let options = options(Some(list));
    InputField {
        name: CHOICE.to_owned(),
        label: String::new(),
        kind: "select".to_owned(),
        required: true,
        default: options.first().filter(|_| options.len() == 1).map(|only| json!(only)),
        options,
        max_chars: None,
    }
}

fn options(list: Option<&Value>) -> Vec<String> {
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| member(entry, "value").or_else(|| entry.as_str()).map(str::to_owned)).collect()
}
