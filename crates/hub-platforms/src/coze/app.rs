//! What Coze tells about a bot or a workflow (`wire/agents.md` 4.5).

use hub_contract::run::InputField;
use hub_contract::{ErrorCode, HubError};

use super::{chat_flow, segment, with_query};
use crate::json::{self, Value, member};
use crate::turn::{App, AppInfo};

/// Longest list of questions to begin with.
const MOST_SUGGESTIONS: usize = 10;

/// The path that asks about the app.
///
/// # Errors
/// `invalid_request` for an app without an id.
pub(super) fn path(app: &App) -> Result<String, HubError> {
    let chat_flow = chat_flow::workflow_of(app);
    let id = segment(chat_flow.map_or_else(|| id_of(app), Ok)?);
    Ok(if app.workflow || chat_flow.is_some() {
        with_query(&format!("/v1/workflows/{id}"), &[("include_input_output", "true")])
    } else {
        with_query(&format!("/v1/bots/{id}"), &[("is_published", "true")])
    })
}

/// The app's id.
///
/// # Errors
/// `invalid_request` without one.
pub(super) fn id_of(app: &App) -> Result<&str, HubError> {
    let id = app.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    id.ok_or_else(|| HubError::new(ErrorCode::InvalidRequest, "No bot or workflow was chosen.").hint("bot_missing"))
}

/// Reads the answer.
pub(super) fn read(app: &App, document: &Value) -> AppInfo {
    let data = document.get("data").unwrap_or(document);
    if app.workflow {
        workflow(data)
    } else if chat_flow::workflow_of(app).is_some() {
        let told = workflow(data);
        AppInfo { workflow: false, inputs: chat_flow::inputs(told.inputs), ..told }
    } else {
        bot(data)
    }
}

fn bot(data: &Value) -> AppInfo {
    let onboarding = data.get("onboarding_info").unwrap_or(&Value::Null);
    let questions = onboarding.get("suggested_questions").and_then(Value::as_array).into_iter().flatten();
    AppInfo {
        name: member(data, "name").map(str::to_owned),
        description: member(data, "description").map(str::to_owned),
        icon_url: member(data, "icon_url").map(str::to_owned),
        opening: opening(member(onboarding, "prologue").unwrap_or_default()),
        suggestions: questions
            .filter_map(Value::as_str)
            .filter(|question| !question.trim().is_empty())
            .take(MOST_SUGGESTIONS)
            .map(str::to_owned)
            .collect(),
        inputs: Vec::new(),
        workflow: false,
        mode: data.get("bot_mode").and_then(json::text_of),
    }
}

fn workflow(data: &Value) -> AppInfo {
    let detail = data.get("workflow_detail").unwrap_or(data);
    AppInfo {
        name: member(detail, "workflow_name").map(str::to_owned),
        description: member(detail, "description").map(str::to_owned),
        icon_url: member(detail, "icon_url").map(str::to_owned),
        inputs: data.pointer("/input/parameters").map(fields).unwrap_or_default(),
        workflow: true,
        ..AppInfo::default()
    }
}

/// Parameters by name, as workflows and interrupts declare them.
pub(super) fn fields(parameters: &Value) -> Vec<InputField> {
    parameters.as_object().into_iter().flatten().map(|(name, parameter)| field(name, parameter)).collect()
}

fn field(name: &str, parameter: &Value) -> InputField {
    let kind = match member(parameter, "type").unwrap_or_default() {
        "integer" | "number" | "float" => "number",
        "boolean" => "checkbox",
        "file" | "image" | "audio" | "video" | "doc" => "file",
        // Lists and objects are written as JSON.
        "array" | "object" => "paragraph",
        _ => "text",
    };
    InputField {
        name: name.to_owned(),
        label: member(parameter, "description").unwrap_or(name).to_owned(),
        kind: kind.to_owned(),
        required: parameter.get("required").and_then(Value::as_bool).unwrap_or(false),
        options: Vec::new(),
        default: parameter.get("default_value").filter(|value| !value.is_null()).map(Into::into),
        max_chars: None,
    }
}

/// The name in it is the client's to fill in; there is none to give away.
fn opening(prologue: &str) -> String {
    prologue.replace("{{user_name}}", "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    fn app(workflow: bool) -> App {
        App { id: Some("7001".to_owned()), workflow, mode: None }
    }

    #[test]
    fn a_bot_tells_how_it_begins() {
        let info = read(
            &app(false),
            &json!({"code": 0, "data": {"bot_id": "7001", "name": "报销助手", "description": "差旅", "bot_mode": 2,
                "onboarding_info": {"prologue": "你好 {{user_name}}", "suggested_questions": ["能报什么？", " "]}}}),
        );
        assert_eq!(
            (info.name.as_deref(), info.opening.as_str(), info.mode.as_deref()),
            (Some("报销助手"), "你好", Some("2"))
        );
        assert_eq!(info.suggestions, ["能报什么？"]);
    }

    #[test]
    fn a_workflow_tells_what_it_needs() {
        let info = read(
            &app(true),
            &json!({"data": {"workflow_detail": {"workflow_name": "入职"}, "input": {"parameters": {
                "count": {"type": "integer", "required": true, "default_value": 0},
                "name": {"type": "string", "description": "姓名"}}}}}),
        );
        assert!(info.workflow);
        let told: Vec<_> =
            info.inputs.iter().map(|f| (f.name.as_str(), f.label.as_str(), f.kind.as_str(), f.required)).collect();
        assert_eq!(told, [("count", "count", "number", true), ("name", "姓名", "text", false)]);
        assert_eq!(info.inputs[0].default, Some(serde_json::json!(0)), "0 is a value");
    }
}
