//! What 53AI Studio tells about a bot or workflow: its entry in the list and its form.

use hub_contract::HubError;
use hub_contract::run::InputField;

use super::catalog;
use crate::json::{Value, lenient_u64, member};
use crate::turn::{App, AppInfo};

/// Puts the two documents together.
pub(super) fn read(app: &App, documents: &[Option<Value>]) -> Result<AppInfo, HubError> {
    let list = documents.first().and_then(Option::as_ref).and_then(catalog::entries).ok_or_else(super::not_studio53)?;
    let entry = list.iter().find(|entry| member(entry, "bot_id") == app.id.as_deref()).unwrap_or(&Value::Null);
    let parameters = documents.get(1).and_then(Option::as_ref).unwrap_or(&Value::Null);
    let opening = member(entry, "opening_statement").or_else(|| member(parameters, "opening_statement"));
    let questions = entry.get("suggested_questions").or_else(|| parameters.get("suggested_questions"));
    let form = parameters.get("user_input_form").and_then(Value::as_array).into_iter().flatten();
    Ok(AppInfo {
        name: catalog::name(entry).map(str::to_owned),
        description: member(entry, "description").map(str::to_owned),
        icon_url: member(entry, "logo").map(str::to_owned),
        opening: opening.unwrap_or_default().to_owned(),
        suggestions: texts(questions),
        inputs: form.filter_map(input).collect(),
        workflow: app.workflow,
        mode: None,
    })
}

/// A field, by itself or inside an object that is named after its kind, as Dify writes it.
fn input(item: &Value) -> Option<InputField> {
    let (kind, field) = match item.as_object()?.iter().next() {
        Some((kind, field)) if item.get("variable").is_none() => (kind.as_str(), field),
        _ => (member(item, "type").unwrap_or_default(), item),
    };
    let name = member(field, "variable")?;
    let many = field.get("multiple") == Some(&Value::Bool(true));
    let kind = match member(field, "type_53ai").unwrap_or(kind) {
        "textarea" | "paragraph" => "paragraph",
        "select" | "radio" => "select",
        "number" | "inputNumber" => "number",
        "checkbox" | "switch" => "checkbox",
        "file" if many => "files",
        "file" | "image" | "upload" if !many => "file",
        "file-list" | "files" | "image" | "upload" => "files",
        _ => "text",
    };
    let options = field.get("options_53ai").or_else(|| field.get("options"));
    Some(InputField {
        name: name.to_owned(),
        label: member(field, "label").unwrap_or(name).to_owned(),
        kind: kind.to_owned(),
        required: field.get("required") == Some(&Value::Bool(true)),
        options: texts(options),
        default: field
            .get("default")
            .filter(|default| !default.is_null() && default.as_str() != Some(""))
            .map(Into::into),
        max_chars: field
            .get("max_length")
            .filter(|_| matches!(kind, "text" | "paragraph"))
            .and_then(lenient_u64)
            .and_then(|chars| u32::try_from(chars).ok())
            .filter(|chars| *chars > 0),
    })
}

/// Texts, or objects with a value.
fn texts(list: Option<&Value>) -> Vec<String> {
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    let text = |entry: &Value| entry.as_str().or_else(|| member(entry, "value")).map(str::to_owned);
    entries.filter_map(text).filter(|text| !text.trim().is_empty()).collect()
}
