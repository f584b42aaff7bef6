//! Questions and uploads.

use hub_contract::HubError;
use serde_json::{Map, Value, json};

use super::{bot, call};
use crate::dialect::{Call, CallBody, Method};
use crate::dify;
use crate::endpoint::Endpoint;
use crate::limits::Limits;
use crate::turn::Turn;

/// The path of a bot.
pub(super) const CHAT: &str = "/v3/chat-messages";
/// The path of a workflow.
const RUN: &str = "/v3/workflows/run";

/// The call that asks.
pub(super) fn question(endpoint: &Endpoint, turn: &Turn) -> Result<Call, HubError> {
    let (mut inputs, files) = dify::inputs(turn);
    let mut body = Map::new();
    let path = if turn.app.workflow {
        // A workflow's text and files are input variables of these names.
        if !turn.text.is_empty() {
            inputs.entry("input").or_insert_with(|| json!(turn.text));
        }
        if !files.is_empty() {
            inputs.insert("sys_files".to_owned(), Value::Array(files));
        }
        RUN
    } else {
        body.insert("query".to_owned(), json!(turn.text));
        body.insert("conversation_id".to_owned(), json!(turn.remote.conversation.as_deref().unwrap_or_default()));
        body.insert("files".to_owned(), Value::Array(files));
        CHAT
    };
    body.insert("inputs".to_owned(), Value::Object(inputs));
    body.insert("response_mode".to_owned(), json!("streaming"));
    body.insert("user".to_owned(), json!(dify::user(&turn.user)));
    let mut call = call(endpoint, Method::Post, path, CallBody::Json(Value::Object(body)), Some(bot(&turn.app)?))?;
    call.streams = true;
    Ok(call)
}

/// The next upload; `None` when every attachment is there.
pub(super) fn upload(endpoint: &Endpoint, turn: &Turn, limits: &Limits) -> Result<Option<Call>, HubError> {
    let bot = bot(&turn.app)?;
    let Some(form) = dify::upload_form(turn, limits)? else {
        return Ok(None);
    };
    call(endpoint, Method::Post, "/v3/files/upload", form, Some(bot)).map(Some)
}
