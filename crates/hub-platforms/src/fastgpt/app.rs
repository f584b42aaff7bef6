//! What FastGPT tells about an app: `GET /core/chat/init` (`wire/agents.md` 6.4).

use hub_contract::HubError;
use hub_contract::run::InputField;

use super::{call, interactive, not_fastgpt};
use crate::dialect::{Call, CallBody, Method};
use crate::endpoint::Endpoint;
use crate::json::{Value, member};
use crate::percent::encoded;
use crate::turn::{App, AppInfo, Turn};

/// The form's field for the app's id.
pub(super) const APP_ID: &str = "app_id";
/// Mode of an app that does not tell about itself.
pub(super) const UNTOLD: &str = "untold";
/// Behind the type of an app that offers questions to go on with.
const WITH_QUESTIONS: &str = " with questions";

/// The app's id, as far as somebody said.
pub(super) fn id(endpoint: &Endpoint, app: &App) -> Option<String> {
    let named = endpoint.fields.get(APP_ID).map(|id| id.trim()).filter(|id| !id.is_empty());
    named.or(app.id.as_deref().filter(|id| !id.is_empty() && *id != "app")).map(str::to_owned)
}

/// Asks for all about an app.
pub(super) fn init(endpoint: &Endpoint, id: &str) -> Result<Call, HubError> {
    call(endpoint, Method::Get, &format!("/core/chat/init?appId={}&chatId=", encoded(id)), CallBody::Nothing)
}

/// True for the answer to that.
pub(super) fn is_info(document: &Value) -> bool {
    document.pointer("/data/app").is_some_and(Value::is_object)
}

/// Takes what a question needs to know of it.
pub(super) fn learn(turn: &mut Turn, document: &Value) {
    let info = read(Some(document)).unwrap_or_default();
    turn.app.workflow |= info.workflow;
    turn.app.mode = Some(info.mode.unwrap_or_else(|| UNTOLD.to_owned()));
}

/// True where the app itself offers questions to go on with.
pub(super) fn offers_questions(app: &App) -> bool {
    app.mode.as_deref().is_some_and(|mode| mode.ends_with(WITH_QUESTIONS))
}

/// Reads all about an app.
pub(super) fn read(document: Option<&Value>) -> Result<AppInfo, HubError> {
    let app = document.and_then(|document| document.pointer("/data/app")).ok_or_else(not_fastgpt)?;
    let config = ["chatConfig", "userGuideModule"].iter().find_map(|name| app.get(name)).unwrap_or(&Value::Null);
    let kind = member(app, "type").unwrap_or("simple");
    let workflow = matches!(kind, "plugin" | "httpPlugin" | "tool" | "workflowTool");
    let (opening, suggestions) = welcome(member(config, "welcomeText").unwrap_or_default());
    let guide = config.get("questionGuide");
    let with_questions =
        guide.is_some_and(|guide| guide == &Value::Bool(true) || guide.get("open") == Some(&Value::Bool(true)));
    let fields = if workflow { app.get("pluginInputs") } else { config.get("variables") };
    Ok(AppInfo {
        name: member(app, "name").map(str::to_owned),
        description: member(app, "intro").map(str::to_owned),
        icon_url: member(app, "avatar").map(str::to_owned),
        opening,
        suggestions,
        inputs: inputs(fields),
        workflow,
        mode: Some(format!("{kind}{}", if with_questions { WITH_QUESTIONS } else { "" })),
    })
}

/// Variables, plugin inputs and fields of a form: one shape.
pub(super) fn inputs(fields: Option<&Value>) -> Vec<InputField> {
    fields.and_then(Value::as_array).into_iter().flatten().filter_map(interactive::field).collect()
}

/// A line in brackets is a button that sends its words.
fn welcome(text: &str) -> (String, Vec<String>) {
    let button = |line: &str| line.trim().strip_prefix('[')?.strip_suffix(']').map(str::to_owned);
    let mut buttons: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        match button(line) {
            Some(words) if !words.contains(['[', ']']) && !words.trim().is_empty() => buttons.push(words),
            _ => lines.push(line),
        }
    }
    (lines.join("\n").trim().to_owned(), buttons)
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn lines_in_brackets_are_questions() {
        let (opening, buttons) = welcome("Hello **you**\n[What is it?]\n[a link](https://x.example)\n  [Why?]  ");
        assert_eq!(opening, "Hello **you**\n[a link](https://x.example)");
        assert_eq!(buttons, ["What is it?", "Why?"]);
    }

    #[test]
    fn a_plugin_is_a_form() {
        let document = json!({"data": {"app": {"name": "P", "type": "plugin", "intro": "i", "avatar": "/x.svg",
            "pluginInputs": [{"key": "q", "label": "Question", "renderTypeList": ["textarea"], "required": true}],
            "chatConfig": {"questionGuide": {"open": true}}}}});
        let info = read(Some(&document)).expect("read");
        assert!(info.workflow);
        assert_eq!(info.icon_url.as_deref(), Some("/x.svg"), "what it is shows when it is fetched");
        assert_eq!(
            (info.inputs[0].name.as_str(), info.inputs[0].kind.as_str(), info.inputs[0].required),
            ("q", "paragraph", true)
        );
        assert!(offers_questions(&App { mode: info.mode, ..App::default() }));
    }
}
