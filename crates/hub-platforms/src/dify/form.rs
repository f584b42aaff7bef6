//! Forms that a run waits for: asked, answered, and the run followed from there (`wire/agents.md` 5.2, 5.4).

use hub_contract::run::{InputField, NeedInput};
use hub_contract::{ErrorCode, HubError};
use serde_json::{Map, json};

use super::{call, request};
use crate::dialect::{Call, CallBody, Method};
use crate::endpoint::Endpoint;
use crate::json::{self, Value, lenient_u64, member, text_of};
use crate::percent::encoded;
use crate::turn::Turn;

/// The field that holds what is done with the form.
const ACTION: &str = "action";

/// A form as the stream tells it, or `None` where it cannot be answered from here (it was sent by mail only).
pub(super) fn read(data: &Value, run: Option<&str>) -> Option<NeedInput> {
    let token = member(data, "form_token")?;
    let actions: Vec<(String, String)> = entries(data, "actions").filter_map(action).collect();
    let mut fields: Vec<InputField> = entries(data, "inputs").filter_map(|input| field(input, data)).collect();
    if !actions.is_empty() {
        let titles: Vec<String> = actions.iter().map(|(_, title)| title.clone()).collect();
        fields.push(InputField {
            name: ACTION.to_owned(),
            label: String::new(),
            kind: "select".to_owned(),
            required: true,
            default: titles.first().filter(|_| titles.len() == 1).map(|title| json!(title)),
            options: titles,
            max_chars: None,
        });
    }
    let id = json!({ "form": token, "run": run, "actions": actions });
    let content = member(data, "form_content").or_else(|| member(data, "node_title")).unwrap_or_default();
    Some(NeedInput { id: id.to_string(), kind: "form".to_owned(), prompt: without_places(content), fields })
}

/// The token of a form that was read by [`read`].
pub(super) fn token(form: &NeedInput) -> Option<String> {
    Waiting::of(form).map(|waiting| waiting.form)
}

/// The call that hands the answer in; `None` when nothing waits or it was handed in already.
pub(super) fn submission(endpoint: &Endpoint, turn: &Turn) -> Result<Option<Call>, HubError> {
    let Some(waiting) = waiting(turn).filter(|waiting| !waiting.sent) else {
        return Ok(None);
    };
    let mut inputs: Map<String, serde_json::Value> = turn.answer.clone().into_iter().collect();
    let chosen = inputs.remove(ACTION).map(Value::from).as_ref().and_then(text_of).or_else(|| {
        // A message typed instead of a choice counts where it names one.
        Some(turn.text.trim().to_owned()).filter(|text| !text.is_empty())
    });
    let action = match chosen {
        Some(chosen) => {
            let known = waiting.actions.iter().find(|(id, title)| *id == chosen || *title == chosen);
            known.map(|(id, _)| id.clone()).or((waiting.actions.len() == 1).then(|| first(&waiting.actions)).flatten())
        }
        None => first(&waiting.actions).filter(|_| waiting.actions.len() == 1),
    };
    if action.is_none() && !waiting.actions.is_empty() {
        return Err(
            HubError::new(ErrorCode::InputRequired, "What is to be done with the form is missing.").field(ACTION)
        );
    }
    let body = json!({ "inputs": inputs, "action": action.unwrap_or_default(), "user": request::user(&turn.user) });
    let path = format!("/form/human_input/{}", encoded(&waiting.form));
    call(endpoint, Method::Post, &path, CallBody::Json(body)).map(Some)
}

/// Remembers that the answer was handed in. False when none was to be.
pub(super) fn submitted(turn: &mut Turn) -> bool {
    let Some(waiting) = waiting(turn).filter(|waiting| !waiting.sent) else {
        return false;
    };
    if let Some(form) = &mut turn.waits_for {
        form.id = Waiting { sent: true, ..waiting }.id();
    }
    true
}

/// Where the run goes on to be told, once the answer was handed in. With a snapshot, so that nothing is missed between
/// the two calls, and across the pause, which may still be on record.
pub(super) fn events_path(turn: &Turn) -> Option<String> {
    let run = waiting(turn)?.run?;
    let user = encoded(request::user(&turn.user));
    let path = format!("/workflow/{}/events?user={user}", encoded(&run));
    Some(path + "&include_state_snapshot=true&continue_on_pause=true")
}

/// The token of the form that this turn answers.
pub(super) fn answered(turn: &Turn) -> Option<String> {
    waiting(turn).map(|waiting| waiting.form)
}

/// What is kept in a form's opaque id.
struct Waiting {
    form: String,
    run: Option<String>,
    /// (id, title)
    actions: Vec<(String, String)>,
    sent: bool,
}

impl Waiting {
    fn of(form: &NeedInput) -> Option<Self> {
        let id = json::parse(&form.id).ok()?;
        let pair = |pair: &Value| match pair.as_array()?.as_slice() {
            [id, title] => Some((id.as_str()?.to_owned(), title.as_str()?.to_owned())),
            _ => None,
        };
        Some(Self {
            form: member(&id, "form")?.to_owned(),
            run: member(&id, "run").map(str::to_owned),
            actions: entries(&id, "actions").filter_map(pair).collect(),
            sent: id.get("sent") == Some(&Value::Bool(true)),
        })
    }

    fn id(&self) -> String {
        json!({ "form": self.form, "run": self.run, "actions": self.actions, "sent": self.sent }).to_string()
    }
}

fn waiting(turn: &Turn) -> Option<Waiting> {
    turn.waits_for.as_ref().and_then(Waiting::of)
}

fn first(actions: &[(String, String)]) -> Option<String> {
    actions.first().map(|(id, _)| id.clone())
}

fn entries<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn action(action: &Value) -> Option<(String, String)> {
    let id = member(action, "id")?;
    Some((id.to_owned(), member(action, "title").unwrap_or(id).to_owned()))
}

fn field(input: &Value, data: &Value) -> Option<InputField> {
    let name = member(input, "output_variable_name").or_else(|| member(input, "variable"))?;
    let kind = match member(input, "type").unwrap_or_default() {
        "text-input" | "text_input" => "text",
        "number" => "number",
        "select" => "select",
        "checkbox" => "checkbox",
        "file" => "file",
        "file-list" => "files",
        _ => "paragraph",
    };
    let set = data.get("resolved_default_values").and_then(|values| values.get(name)).filter(|value| !value.is_null());
    let constant = input.pointer("/default/value").filter(|value| {
        input.pointer("/default/type").and_then(Value::as_str) == Some("constant") && value.as_str() != Some("")
    });
    Some(InputField {
        name: name.to_owned(),
        label: member(input, "label").unwrap_or(name).to_owned(),
        kind: kind.to_owned(),
        required: input.get("required") == Some(&Value::Bool(true)),
        options: super::texts(input.get("options")),
        default: set.or(constant).map(Into::into),
        max_chars: input.get("max_length").and_then(lenient_u64).and_then(|chars| u32::try_from(chars).ok()),
    })
}

/// The form's text without `{{#$output.name#}}`, the places where its fields stand on the web page.
fn without_places(content: &str) -> String {
    let mut text = String::new();
    let mut rest = content;
    while let Some((before, place)) = rest.split_once("{{#$output.") {
        text.push_str(before);
        rest = place.split_once("#}}").map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    text.trim().to_owned()
}
