//! What is sent: a conversation, its files, the question, the answer to what the app waits for (`wire/cloud-llm.md` 1.3
//! to 1.5).

use hub_contract::run::NeedInput;
use hub_contract::{ErrorCode, HubError};
use serde_json::{Value, json};

use crate::dialect::{CallBody, FormFile};
use crate::json::{self, member};
use crate::limits::Limits;
use crate::turn::{App, Turn};

/// Longest question, in characters.
const LONGEST_QUESTION: usize = 2000;
/// Lengths of names of people that the interface takes.
const USER_LENGTH: std::ops::RangeInclusive<usize> = 6..=64;
/// Beginnings of the names that [`NeedInput`] gives to what the app waits for.
const TOOLS: &str = "tools:";
const RESUME: &str = "resume:";

/// How a set of tool calls that wait for their outputs is named.
pub(super) fn tools_id(message: &str) -> String {
    format!("{TOOLS}{message}")
}

/// How an interrupted chat flow is named.
pub(super) fn resume_id(kind: &str, event: &str) -> String {
    format!("{RESUME}{kind}:{event}")
}

/// The app's id.
///
/// # Errors
/// `invalid_request` without one.
pub(super) fn id_of(app: &App) -> Result<&str, HubError> {
    let id = app.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    id.ok_or_else(|| HubError::new(ErrorCode::InvalidRequest, "No app was chosen.").hint("bot_missing"))
}

/// What has to be made before the question: a conversation, then its files.
///
/// # Errors
/// `too_large` for a question or file over the limit, before anything is sent.
pub(super) fn preparation(turn: &Turn, limits: &Limits) -> Result<Option<(&'static str, CallBody)>, HubError> {
    if turn.text.chars().count() > LONGEST_QUESTION {
        return Err(HubError::new(ErrorCode::TooLarge, "The question is longer than 2000 characters.")
            .hint("appbuilder_question"));
    }
    if let Some(large) = turn.attachments.iter().find(|file| file.bytes.len() > limits.attachment_bytes) {
        let message = format!("The file {} is larger than an attachment may be.", large.name);
        let mut error = HubError::new(ErrorCode::TooLarge, message).hint("attachment_size");
        error.detail.text = Some(large.name.clone());
        return Err(error);
    }
    let app = id_of(&turn.app)?;
    let Some(conversation) = &turn.remote.conversation else {
        return Ok(Some(("/app/conversation", CallBody::Json(json!({ "app_id": app })))));
    };
    let Some(attachment) = turn.attachments.iter().find(|attachment| attachment.uploaded.is_none()) else {
        return Ok(None);
    };
    let file = FormFile {
        field: "file",
        name: attachment.name.clone(),
        mime: attachment.mime.clone(),
        bytes: attachment.bytes.clone(),
    };
    let fields = vec![("app_id", app.to_owned()), ("conversation_id", conversation.clone())];
    Ok(Some(("/app/conversation/file/upload", CallBody::Form { fields, file })))
}

/// Takes the new conversation, or the name of the file that was just uploaded.
///
/// # Errors
/// `bad_answer` where the document names neither.
pub(super) fn prepare(turn: &mut Turn, document: &json::Value) -> Result<(), HubError> {
    if turn.remote.conversation.is_none() {
        let conversation = member(document, "conversation_id");
        let conversation = conversation.ok_or_else(|| {
            HubError::new(ErrorCode::BadAnswer, "The new conversation has no id.").hint("no_conversation")
        })?;
        turn.remote.conversation = Some(conversation.to_owned());
        // Files of a conversation that ended are gone with it.
        turn.attachments.iter_mut().for_each(|attachment| attachment.uploaded = None);
        return Ok(());
    }
    let id = document.get("id").and_then(json::text_of);
    let id = id.ok_or_else(|| HubError::new(ErrorCode::BadAnswer, "The upload has no id.").hint("no_upload"))?;
    if let Some(attachment) = turn.attachments.iter_mut().find(|attachment| attachment.uploaded.is_none()) {
        attachment.uploaded = Some(id);
    }
    Ok(())
}

/// The body that asks the question, or goes on with what the app waits for.
///
/// # Errors
/// `input_required` where the app waits for an answer and there is none.
pub(super) fn question(turn: &Turn) -> Result<Value, HubError> {
    let mut body = json!({
        "app_id": id_of(&turn.app)?,
        "conversation_id": turn.remote.conversation.as_deref().unwrap_or_default(),
        "query": turn.text,
        "stream": true,
    });
    let Some(members) = body.as_object_mut() else {
        return Ok(body);
    };
    let files: Vec<&str> = turn.attachments.iter().filter_map(|file| file.uploaded.as_deref()).collect();
    if !files.is_empty() {
        members.insert("file_ids".to_owned(), json!(files));
    }
    if USER_LENGTH.contains(&turn.user.chars().count()) {
        members.insert("end_user_id".to_owned(), json!(turn.user));
    }
    if !turn.inputs.is_empty() {
        members.insert("parameters".to_owned(), json!(turn.inputs));
    }
    if let Some(waits_for) = &turn.waits_for {
        if waits_for.id.starts_with(TOOLS) {
            members.insert("query".to_owned(), json!(""));
            members.insert("tool_outputs".to_owned(), tool_outputs(turn, waits_for)?);
        } else if let Some((kind, event)) = waits_for.id.strip_prefix(RESUME).and_then(|id| id.split_once(':')) {
            members.insert("query".to_owned(), json!(reply(turn, waits_for)?));
            let event = json!({ "id": event, "type": kind });
            let action = json!({ "action_type": "resume", "parameters": { "interrupt_event": event } });
            members.insert("action".to_owned(), action);
        }
    }
    Ok(body)
}

fn tool_outputs(turn: &Turn, waits_for: &NeedInput) -> Result<Value, HubError> {
    let mut outputs = Vec::with_capacity(waits_for.fields.len());
    for field in &waits_for.fields {
        let output = match turn.answer.get(&field.name) {
            Some(value) => as_text(value),
            None if waits_for.fields.len() == 1 && !turn.text.is_empty() => turn.text.clone(),
            None => return Err(unanswered(&field.name)),
        };
        outputs.push(json!({ "tool_call_id": field.name, "output": output }));
    }
    Ok(Value::Array(outputs))
}

fn reply(turn: &Turn, waits_for: &NeedInput) -> Result<String, HubError> {
    let field = waits_for.fields.first().map_or("answer", |field| field.name.as_str());
    match turn.answer.get(field) {
        Some(value) => Ok(as_text(value)),
        None if !turn.text.is_empty() => Ok(turn.text.clone()),
        None => Err(unanswered(field)),
    }
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn unanswered(field: &str) -> HubError {
    HubError::new(ErrorCode::InputRequired, "The app waits for an answer to this.").field(field)
}
