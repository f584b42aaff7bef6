//! Chat flows: workflows that hold a conversation, through `/v1/workflows/chat` (`wire/agents.md` 4.9). They answer with
//! the events of a chat and take text alone.
//!
//! The catalogue lists them beside bots, and bots and workflows number their ids apart. So an agent's id says which of
//! the two it is: `chatflow:` and the workflow's id.

use hub_contract::HubError;
use hub_contract::run::InputField;
use serde_json::{Value, json};

use super::request;
use crate::limits::Limits;
use crate::text_files::text_with;
use crate::turn::{App, Turn};

pub(super) const CHAT: &str = "/v1/workflows/chat";
const PREFIX: &str = "chatflow:";
/// Variables that every chat flow declares and the call itself fills in.
const FILLED_IN: [&str; 2] = ["USER_INPUT", "CONVERSATION_NAME"];

/// The id that an agent on this chat flow has.
pub(super) fn remote_id(workflow: &str) -> String {
    format!("{PREFIX}{workflow}")
}

/// The workflow behind an agent, where it is a chat flow.
pub(super) fn workflow_of(app: &App) -> Option<&str> {
    let id = app.id.as_deref().filter(|_| !app.workflow)?.trim().strip_prefix(PREFIX)?.trim();
    Some(id).filter(|id| !id.is_empty())
}

/// What is left for a person to fill in.
pub(super) fn inputs(declared: Vec<InputField>) -> Vec<InputField> {
    declared.into_iter().filter(|field| !FILLED_IN.contains(&field.name.as_str())).collect()
}

/// The body that asks it.
///
/// # Errors
/// `unsupported_file` for files that are no text, `too_large`.
pub(super) fn question(workflow: &str, turn: &Turn, limits: &Limits) -> Result<Value, HubError> {
    let text = text_with(&turn.text, &turn.attachments, limits)?;
    let mut body = json!({
        "workflow_id": workflow,
        "additional_messages": request::with_history(turn, vec![request::question_of(&text)]),
        // Wanted even where there are none.
        "parameters": turn.inputs,
    });
    if let (Some(conversation), Some(body)) = (&turn.remote.conversation, body.as_object_mut()) {
        body.insert("conversation_id".to_owned(), json!(conversation));
    }
    Ok(body)
}
