//! The body of a question.

use hub_contract::run::NeedInput;
use serde_json::{Map, Value, json};

use super::{interactive, upload};
use crate::json;
use crate::turn::{Attachment, Turn};

/// The body. With a `chatId` the platform keeps the history, so only the last message goes along.
pub(super) fn body(turn: &Turn) -> Value {
    let mut body = json!({
        "stream": true,
        "detail": true,
        "retainDatasetCite": false,
        "chatId": chat_id(turn),
        "responseChatItemId": answer_id(turn),
        "variables": turn.inputs,
    });
    if let Some(body) = body.as_object_mut() {
        if !turn.user.is_empty() {
            body.insert("customUid".to_owned(), json!(turn.user));
        }
        // The inputs of a plugin are its variables.
        if !turn.app.workflow {
            body.insert("messages".to_owned(), json!([{ "role": "user", "content": content(turn) }]));
        }
    }
    body
}

/// The conversation's name, which the client makes.
pub(super) fn chat_id(turn: &Turn) -> String {
    turn.remote.conversation.clone().unwrap_or_else(|| format!("hub-{}", turn.fresh_id))
}

/// The answer's name, which the client makes too: feedback is given under it.
pub(super) fn answer_id(turn: &Turn) -> String {
    format!("hub-answer-{}", turn.fresh_id)
}

fn content(turn: &Turn) -> Value {
    let text = match &turn.waits_for {
        Some(question) => answer(question, turn),
        None => turn.text.clone(),
    };
    if turn.attachments.is_empty() {
        return Value::String(text);
    }
    let text = (!text.is_empty()).then(|| json!({ "type": "text", "text": text }));
    Value::Array(text.into_iter().chain(turn.attachments.iter().map(part)).collect())
}

/// A choice is answered by its words, a form by its fields as JSON.
fn answer(question: &NeedInput, turn: &Turn) -> String {
    if question.kind == "form" && !turn.answer.is_empty() {
        let fields: Map<String, Value> = turn.answer.clone().into_iter().collect();
        return Value::Object(fields).to_string();
    }
    turn.answer
        .get(interactive::CHOICE)
        .cloned()
        .map(json::Value::from)
        .as_ref()
        .and_then(json::text_of)
        .unwrap_or_else(|| turn.text.clone())
}

fn part(attachment: &Attachment) -> Value {
    if attachment.mime.starts_with("image/") {
        json!({ "type": "image_url", "image_url": { "url": upload::data_url(attachment) } })
    } else {
        let url = attachment.uploaded.as_deref().unwrap_or_default();
        json!({ "type": "file_url", "name": attachment.name, "url": url })
    }
}
