//! What is sent to ask a bot or run a workflow (`wire/agents.md` 4.7, 4.9).

use hub_contract::conversation::Role;
use hub_contract::run::NeedInput;
use hub_contract::{ErrorCode, HubError};
use serde_json::{Map, Value, json};

use super::app::id_of;
use super::{CHAT, chat_flow, with_query};
use crate::dialect::{CallBody, FormFile};
use crate::json;
use crate::limits::Limits;
use crate::turn::{Attachment, Turn};

/// Most messages of one call, the question included.
const MOST_MESSAGES: usize = 100;
/// The input of a workflow that declares none of its own name: how Coze calls the variable of a new start node.
const ONLY_INPUT: &str = "input";

/// The path and body that ask the question, or go on with what the platform waits for.
///
/// # Errors
/// `invalid_request` without an app; files that a chat flow does not take; `input_required` where the platform waits for an answer and there is none.
pub(super) fn question(turn: &Turn, limits: &Limits) -> Result<(String, Value), HubError> {
    match (turn.app.workflow, &turn.waits_for) {
        (true, Some(waits_for)) => resume(turn, waits_for),
        (true, None) => run(turn),
        (false, Some(waits_for)) if turn.remote.conversation.is_some() => submit(turn, waits_for),
        (false, _) => match chat_flow::workflow_of(&turn.app) {
            Some(workflow) => Ok((chat_flow::CHAT.to_owned(), chat_flow::question(workflow, turn, limits)?)),
            None => chat(turn),
        },
    }
}

/// The upload of the first file that Coze does not have yet.
///
/// # Errors
/// `too_large` for a file over the limit; nothing is sent then.
pub(super) fn upload(turn: &Turn, limits: &Limits) -> Result<Option<CallBody>, HubError> {
    let missing = turn.attachments.iter().find(|attachment| attachment.uploaded.is_none());
    // Chat flows have no place for files in their messages.
    let Some(attachment) = missing.filter(|_| chat_flow::workflow_of(&turn.app).is_none()) else {
        return Ok(None);
    };
    if attachment.bytes.len() > limits.attachment_bytes {
        let message = format!("The file {} is larger than an attachment may be.", attachment.name);
        let mut error = HubError::new(ErrorCode::TooLarge, message).hint("attachment_size");
        error.detail.text = Some(attachment.name.clone());
        return Err(error);
    }
    let file = FormFile {
        field: "file",
        name: attachment.name.clone(),
        mime: attachment.mime.clone(),
        bytes: attachment.bytes.clone(),
    };
    Ok(Some(CallBody::Form { fields: Vec::new(), file }))
}

/// Notes what Coze calls the file that was just uploaded.
///
/// # Errors
/// `bad_answer` where it does not say.
pub(super) fn take_upload(turn: &mut Turn, document: &json::Value) -> Result<(), HubError> {
    let id = document.pointer("/data/id").and_then(json::text_of);
    let id = id.ok_or_else(|| HubError::new(ErrorCode::BadAnswer, "The upload has no id.").hint("no_upload"))?;
    if let Some(attachment) = turn.attachments.iter_mut().find(|attachment| attachment.uploaded.is_none()) {
        attachment.uploaded = Some(id);
    }
    Ok(())
}

fn chat(turn: &Turn) -> Result<(String, Value), HubError> {
    let mut body = json!({
        "bot_id": id_of(&turn.app)?,
        "user_id": turn.user,
        "stream": true,
        "auto_save_history": true,
        "additional_messages": with_history(turn, question_messages(turn)),
    });
    if let Some(body) = body.as_object_mut()
        && !turn.inputs.is_empty()
    {
        // Bots on a workflow take typed parameters; other bots replace variables in their prompt, which are texts.
        if runs_workflow(turn) {
            body.insert("parameters".to_owned(), json!(turn.inputs));
        } else {
            let texts: Map<String, Value> =
                turn.inputs.iter().map(|(name, value)| (name.clone(), json!(as_text(value)))).collect();
            body.insert("custom_variables".to_owned(), Value::Object(texts));
        }
    }
    let path = match turn.remote.conversation.as_deref() {
        Some(conversation) => with_query(CHAT, &[("conversation_id", conversation)]),
        None => CHAT.to_owned(),
    };
    Ok((path, body))
}

/// `bot_mode` 2 and 3 are workflows behind a chat.
fn runs_workflow(turn: &Turn) -> bool {
    matches!(turn.app.mode.as_deref(), Some("2" | "3"))
}

/// The question; before it, where Coze has no conversation to go on with, what was said until now.
pub(super) fn with_history(turn: &Turn, question: Vec<Value>) -> Vec<Value> {
    if turn.remote.conversation.is_some() {
        return question;
    }
    let before: Vec<Value> = turn
        .history
        .iter()
        .filter(|past| !past.text.is_empty())
        .map(|past| match past.role {
            Role::User => message("user", "question", &past.text),
            Role::Assistant => message("assistant", "answer", &past.text),
        })
        .collect();
    let spare = before.len().saturating_sub(MOST_MESSAGES - question.len());
    before.into_iter().skip(spare).chain(question).collect()
}

fn question_messages(turn: &Turn) -> Vec<Value> {
    if turn.attachments.is_empty() {
        return vec![question_of(&turn.text)];
    }
    let mut parts: Vec<Value> = Vec::new();
    if !turn.text.is_empty() {
        parts.push(json!({ "type": "text", "text": turn.text }));
    }
    parts.extend(turn.attachments.iter().map(|attachment| {
        json!({ "type": part_type(attachment), "file_id": attachment.uploaded.as_deref().unwrap_or_default() })
    }));
    let files = json!({
        "role": "user",
        "type": "question",
        "content_type": "object_string",
        "content": Value::Array(parts).to_string(),
    });
    if turn.text.is_empty() {
        // Coze refuses files without a plain message beside them.
        let names: Vec<&str> = turn.attachments.iter().map(|attachment| attachment.name.as_str()).collect();
        return vec![files, question_of(&names.join("\n"))];
    }
    vec![files]
}

/// A question in words.
pub(super) fn question_of(text: &str) -> Value {
    message("user", "question", text)
}

fn message(role: &str, kind: &str, text: &str) -> Value {
    json!({ "role": role, "type": kind, "content_type": "text", "content": text })
}

fn part_type(attachment: &Attachment) -> &'static str {
    match attachment.mime.split('/').next() {
        Some("image") => "image",
        Some("audio") => "audio",
        _ => "file",
    }
}

/// Answers the tool calls that the chat waits for. `NeedInput::id` is the chat, its fields are the calls.
fn submit(turn: &Turn, waits_for: &NeedInput) -> Result<(String, Value), HubError> {
    let mut outputs = Vec::with_capacity(waits_for.fields.len());
    for field in &waits_for.fields {
        let output = match turn.answer.get(&field.name) {
            Some(value) => as_text(value),
            None if waits_for.fields.len() == 1 && !turn.text.is_empty() => turn.text.clone(),
            None => return Err(unanswered(&field.name)),
        };
        outputs.push(json!({ "tool_call_id": field.name, "output": output }));
    }
    let conversation = turn.remote.conversation.as_deref().unwrap_or_default();
    let path =
        with_query("/v3/chat/submit_tool_outputs", &[("conversation_id", conversation), ("chat_id", &waits_for.id)]);
    Ok((path, json!({ "tool_outputs": outputs, "stream": true })))
}

fn run(turn: &Turn) -> Result<(String, Value), HubError> {
    let mut parameters: Map<String, Value> = turn.inputs.clone().into_iter().collect();
    if parameters.is_empty() && !turn.text.is_empty() {
        parameters.insert(ONLY_INPUT.to_owned(), json!(turn.text));
    }
    let body = json!({ "workflow_id": id_of(&turn.app)?, "parameters": parameters });
    Ok(("/v1/workflow/stream_run".to_owned(), body))
}

/// Goes on after an interrupt. `NeedInput::id` is `<type>:<event id>`.
fn resume(turn: &Turn, waits_for: &NeedInput) -> Result<(String, Value), HubError> {
    let (kind, event) = waits_for.id.split_once(':').unwrap_or(("", &waits_for.id));
    let data = match waits_for.fields.as_slice() {
        // One question without parameters of its own: its answer goes as it is.
        [only] if waits_for.kind == "text" => match turn.answer.get(&only.name) {
            Some(value) => as_text(value),
            None if !turn.text.is_empty() => turn.text.clone(),
            None => return Err(unanswered(&only.name)),
        },
        fields => {
            if let Some(missing) = fields.iter().find(|f| f.required && !turn.answer.contains_key(&f.name)) {
                return Err(unanswered(&missing.name));
            }
            json!(turn.answer).to_string()
        }
    };
    let body = json!({
        "workflow_id": id_of(&turn.app)?,
        "event_id": event,
        "resume_data": data,
        "interrupt_type": kind.parse::<i64>().unwrap_or_default(),
    });
    Ok(("/v1/workflow/stream_resume".to_owned(), body))
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn unanswered(field: &str) -> HubError {
    HubError::new(ErrorCode::InputRequired, "The platform waits for an answer to this.").field(field)
}
