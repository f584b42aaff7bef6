//! A chat request, checked as the platform checks it.

use serde_json::Value;

use super::refusal::Refusal;
use crate::openai::fields::Fields;

/// A chat request that was not refused.
#[derive(Debug)]
pub(super) struct Chat {
    /// The bot, model or endpoint.
    pub(super) model: String,
    pub(super) stream: bool,
    pub(super) include_usage: bool,
    /// The text of the last user message.
    pub(super) question: String,
    /// How many messages came.
    pub(super) messages: usize,
}

impl Chat {
    /// Reads and checks a body; `known` is what can be asked at its path.
    pub(super) fn check(body: &Value, known: &[String]) -> Result<Self, Refusal> {
        let model = body.field("model").as_str().filter(|model| !model.is_empty()).ok_or(Refusal::Missing("model"))?;
        if !known.iter().any(|id| id == model) {
            return Err(Refusal::Unknown(model.to_owned()));
        }
        let messages = body.field("messages").as_array().filter(|messages| !messages.is_empty());
        let messages = messages.ok_or(Refusal::Missing("messages"))?;
        check_tools(messages)?;
        if body.field("temperature").as_f64().is_some_and(|value| !(0.0..=1.0).contains(&value)) {
            return Err(Refusal::Invalid("temperature", "`temperature` must be between 0 and 1".to_owned()));
        }
        Ok(Self {
            model: model.to_owned(),
            stream: *body.field("stream") == true,
            include_usage: *body.field("stream_options").field("include_usage") == true,
            question: messages.iter().rev().find(|m| m.field("role") == "user").map(text_of).unwrap_or_default(),
            messages: messages.len(),
        })
    }

    /// Whether a bot is asked.
    pub(super) fn asks_bot(&self) -> bool {
        self.model.starts_with("bot-")
    }
}

/// A message with so many tool calls is followed by so many answers of tools.
fn check_tools(messages: &[Value]) -> Result<(), Refusal> {
    let mut due = 0;
    for message in messages {
        let role = message.field("role").as_str().unwrap_or_default();
        if !matches!(role, "system" | "user" | "assistant" | "tool") {
            return Err(Refusal::Invalid("messages", format!("`{role}` is not a role")));
        }
        if (due > 0) != (role == "tool") {
            return Err(Refusal::Invalid("messages", "tool calls and their answers do not stand together".to_owned()));
        }
        due = if role == "tool" { due - 1 } else { message.field("tool_calls").as_array().map_or(0, Vec::len) };
    }
    if due > 0 {
        return Err(Refusal::Invalid("messages", "a tool call has no answer".to_owned()));
    }
    Ok(())
}

fn text_of(message: &Value) -> String {
    match message.field("content") {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part.field("text").as_str()).collect(),
        _ => String::new(),
    }
}
