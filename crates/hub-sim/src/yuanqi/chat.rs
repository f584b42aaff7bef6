//! A chat request, checked as the platform checks it.

use serde_json::Value;

use crate::openai::fields::Fields;

/// The platform takes no more messages.
const MOST_MESSAGES: usize = 40;

/// A chat request that was not refused.
#[derive(Debug)]
pub(super) struct Chat {
    pub(super) assistant: String,
    pub(super) stream: bool,
    /// The text of the last message.
    pub(super) question: String,
    /// How many messages came.
    pub(super) messages: usize,
}

impl Chat {
    /// Reads and checks a body; `own` are the agents of the token.
    pub(super) fn check(body: &Value, own: &[&str]) -> Result<Self, String> {
        let assistant = body.field("assistant_id").as_str().unwrap_or_default();
        if !own.contains(&assistant) {
            return Err("`assistant_id` is not the token's".to_owned());
        }
        if body.field("user_id").as_str().is_none_or(str::is_empty) {
            return Err("`user_id` is missing".to_owned());
        }
        let messages = body.field("messages").as_array().map(Vec::as_slice).unwrap_or_default();
        if messages.is_empty() || messages.len() > MOST_MESSAGES {
            return Err(format!("`messages` has {} entries, not 1 to {MOST_MESSAGES}", messages.len()));
        }
        for (place, message) in messages.iter().enumerate() {
            let due = if place % 2 == 0 { "user" } else { "assistant" };
            if message.field("role") != due {
                return Err(format!("message {place} must be of role `{due}`"));
            }
            check_parts(message.field("content"), place)?;
        }
        if messages.len().is_multiple_of(2) {
            return Err("the last message must be of role `user`".to_owned());
        }
        Ok(Self {
            assistant: assistant.to_owned(),
            stream: *body.field("stream") == true,
            question: messages.last().map(text_of).unwrap_or_default(),
            messages: messages.len(),
        })
    }
}

fn check_parts(content: &Value, place: usize) -> Result<(), String> {
    let parts = content.as_array().filter(|parts| !parts.is_empty());
    let parts = parts.ok_or_else(|| format!("the content of message {place} is no list of parts"))?;
    for part in parts {
        let address = match part.field("type").as_str().unwrap_or_default() {
            "text" if part.field("text").as_str().is_some_and(|text| !text.trim().is_empty()) => continue,
            kind @ ("file_url" | "image_url") => part.field(kind).field("url").as_str().unwrap_or_default(),
            other => return Err(format!("`{other}` is not a part of a message, or it is empty")),
        };
        if !address.starts_with("https://") && !address.starts_with("http://") {
            return Err("a file must be a public address".to_owned());
        }
    }
    Ok(())
}

fn text_of(message: &Value) -> String {
    let parts = message.field("content").as_array().into_iter().flatten();
    parts.filter_map(|part| part.field("text").as_str()).collect::<Vec<_>>().join("\n")
}
