//! What Dify tells about an app: `/info`, `/parameters`, `/site`.

use hub_contract::HubError;
use hub_contract::run::InputField;

use super::texts;
use crate::json::{Value, lenient_u64, member};
use crate::turn::{App, AppInfo};

/// Who asks about an app when nobody in particular does.
pub(super) const ASKER: &str = "hub-desktop";

/// True for an answer of `/info`.
pub(super) fn is_info(document: &Value) -> bool {
    document.get("name").is_some_and(Value::is_string)
        && ["mode", "description", "tags"].iter().any(|name| document.get(name).is_some())
}

/// Puts the documents together: `/info`, `/parameters`, `/site`, and what the two calls for apps that do not tell their
/// mode brought. Servers before 1.0 have no `/site`.
pub(super) fn read(app: &App, documents: &[Option<Value>]) -> Result<AppInfo, HubError> {
    let document = |place: usize| documents.get(place).and_then(Option::as_ref);
    let info = document(0).filter(|info| is_info(info)).ok_or_else(super::not_dify)?;
    let parameters = document(1).unwrap_or(&Value::Null);
    let site = document(2).unwrap_or(&Value::Null);
    let mode = member(info, "mode").map(str::to_owned).or_else(|| match (document(3), document(4)) {
        (Some(_), _) => Some("chat".to_owned()),
        (None, Some(_)) => Some("workflow".to_owned()),
        // Both may have failed for other reasons, so nothing is kept and the first question finds it out.
        (None, None) => None,
    });
    Ok(AppInfo {
        name: member(info, "name").or_else(|| member(site, "title")).map(str::to_owned),
        description: member(info, "description").or_else(|| member(site, "description")).map(str::to_owned),
        icon_url: member(site, "icon_url").map(str::to_owned),
        opening: member(parameters, "opening_statement").unwrap_or_default().to_owned(),
        suggestions: texts(parameters.get("suggested_questions")),
        inputs: inputs(parameters.get("user_input_form")),
        workflow: mode.as_deref().map_or(app.workflow, |mode| mode == "workflow"),
        mode,
    })
}

/// The form's fields: objects with one member each, whose name is the kind.
pub(crate) fn inputs(form: Option<&Value>) -> Vec<InputField> {
    let items = form.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    items.filter_map(|item| item.iter().next()).filter_map(|(kind, field)| input(kind, field)).collect()
}

fn input(kind: &str, field: &Value) -> Option<InputField> {
    let name = member(field, "variable")?;
    let kind = match kind {
        "text-input" => "text",
        "paragraph" | "json_object" => "paragraph",
        "select" => "select",
        "number" => "number",
        "checkbox" => "checkbox",
        "file" => "file",
        "file-list" => "files",
        // Filled by a tool on the server's side.
        "external_data_tool" => return None,
        _ => "text",
    };
    if field.get("hide") == Some(&Value::Bool(true)) {
        return None;
    }
    Some(InputField {
        name: name.to_owned(),
        label: member(field, "label").unwrap_or(name).to_owned(),
        kind: kind.to_owned(),
        required: field.get("required") == Some(&Value::Bool(true)),
        options: texts(field.get("options")),
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
