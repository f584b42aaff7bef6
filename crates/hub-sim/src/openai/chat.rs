//! A chat request, checked as the real platforms check it.

use serde_json::Value;

use super::catalogue::{ModelKind, ReasoningIn, SimModel};
use super::fields::Fields;
use super::refusal::Refusal;
use super::{OpenAiOptions, Profile};

/// A chat request that was not refused.
#[derive(Debug)]
pub(crate) struct ChatRequest {
    pub(crate) model: SimModel,
    pub(crate) stream: bool,
    pub(crate) include_usage: bool,
    pub(crate) max_tokens: Option<u64>,
    /// The text of the last user message.
    pub(crate) question: String,
    /// The whole body.
    pub(crate) body: Value,
}

impl ChatRequest {
    /// Reads and checks a body.
    pub(crate) fn check(bytes: &[u8], options: &OpenAiOptions) -> Result<Self, Refusal> {
        let body: Value =
            serde_json::from_slice(bytes).map_err(|_| Refusal::invalid("body", "the body is not JSON"))?;
        let model = model(&body, options)?;
        let stream = flag(&body, "stream")?;
        let include_usage = stream_options(&body, stream, options)?;
        let max_tokens = max_tokens(&body, &model, options)?;
        temperature(&body, &model, options)?;
        let messages = body
            .get("messages")
            .and_then(Value::as_array)
            .filter(|messages| !messages.is_empty())
            .ok_or_else(|| Refusal::invalid("messages", "`messages` must be a list with at least one message"))?;
        for message in messages {
            check_message(message, &model, options)?;
        }
        let question = messages.iter().rev().find(|m| m.field("role") == "user").map(text_of).unwrap_or_default();
        Ok(Self { model, stream, include_usage, max_tokens, question, body })
    }

    /// The messages, oldest first.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &Value> {
        self.body.field("messages").as_array().into_iter().flatten()
    }

    /// All text that was sent, for counting.
    pub(crate) fn prompt_text(&self) -> String {
        self.messages().map(text_of).collect::<Vec<_>>().join("\n")
    }

    /// The addresses of the images in the last user message.
    pub(crate) fn images(&self) -> impl Iterator<Item = &str> {
        let last = self.messages().filter(|message| message.field("role") == "user").last();
        let parts = last.and_then(|message| message.field("content").as_array()).into_iter().flatten();
        parts.filter_map(|part| part.field("image_url").field("url").as_str())
    }

    /// Whether reasoning was switched off (`thinking`, `enable_thinking`).
    pub(crate) fn thinks(&self) -> bool {
        self.body.field("thinking").field("type") != "disabled" && self.body.field("enable_thinking") != false
    }
}

fn model(body: &Value, options: &OpenAiOptions) -> Result<SimModel, Refusal> {
    let id = body
        .get("model")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty())
        .ok_or_else(|| Refusal::invalid("model", "`model` is missing"))?;
    match options.models.iter().find(|model| model.id == id) {
        Some(model) if model.kind == ModelKind::Chat => Ok(model.clone()),
        Some(model) => Err(Refusal::NotAChatModel(model.id.clone())),
        None if options.quirks.any_model => Ok(SimModel::chat(id)),
        None => Err(Refusal::NoSuchModel(id.to_owned())),
    }
}

fn flag(body: &Value, name: &'static str) -> Result<bool, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(value)) => Ok(*value),
        Some(_) => Err(Refusal::invalid(name, format!("`{name}` must be true or false"))),
    }
}

/// Whether usage was asked for.
fn stream_options(body: &Value, stream: bool, options: &OpenAiOptions) -> Result<bool, Refusal> {
    let Some(value) = body.get("stream_options").filter(|value| !value.is_null()) else {
        return Ok(false);
    };
    if options.quirks.refuses_stream_options {
        return Err(Refusal::unsupported("stream_options", "unknown parameter `stream_options`"));
    }
    if !stream {
        return Err(Refusal::invalid("stream_options", "`stream_options` is only for `stream: true`"));
    }
    Ok(value.field("include_usage") == true)
}

fn max_tokens(body: &Value, model: &SimModel, options: &OpenAiOptions) -> Result<Option<u64>, Refusal> {
    let old = number(body, "max_tokens")?;
    let new = number(body, "max_completion_tokens")?;
    let only_new = options.profile == Profile::OpenAi && model.reasoning == ReasoningIn::Usage;
    if old.is_some() && (options.quirks.refuses_max_tokens || only_new) {
        let message = "`max_tokens` is not supported with this model; use `max_completion_tokens`";
        return Err(Refusal::unsupported("max_tokens", message));
    }
    if new.is_some() && options.quirks.refuses_max_completion_tokens {
        let message = "unknown parameter `max_completion_tokens`; use `max_tokens`";
        return Err(Refusal::unsupported("max_completion_tokens", message));
    }
    Ok(new.or(old))
}

fn number(body: &Value, name: &'static str) -> Result<Option<u64>, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64() {
            Some(number) if number > 0 => Ok(Some(number)),
            _ => Err(Refusal::invalid(name, format!("`{name}` must be a whole number above 0"))),
        },
    }
}

fn temperature(body: &Value, model: &SimModel, options: &OpenAiOptions) -> Result<(), Refusal> {
    let Some(value) = body.get("temperature").filter(|value| !value.is_null()) else {
        return Ok(());
    };
    let value = value.as_f64().filter(|value| (0.0..=2.0).contains(value));
    let Some(value) = value else {
        return Err(Refusal::invalid("temperature", "`temperature` must be between 0 and 2"));
    };
    if options.profile == Profile::OpenAi && model.reasoning == ReasoningIn::Usage && value != 1.0 {
        return Err(Refusal::Invalid {
            param: "temperature",
            code: Some("unsupported_value"),
            message: "this model takes only the default `temperature` of 1".to_owned(),
        });
    }
    Ok(())
}

fn check_message(message: &Value, model: &SimModel, options: &OpenAiOptions) -> Result<(), Refusal> {
    let role = message.field("role").as_str().unwrap_or_default();
    let known = match role {
        "system" | "user" | "assistant" | "tool" => true,
        "developer" => options.profile == Profile::OpenAi,
        _ => false,
    };
    if !known {
        return Err(Refusal::invalid("messages", format!("`{role}` is not a role")));
    }
    match message.get("content") {
        Some(Value::String(text)) if text.trim().is_empty() && options.quirks.refuses_empty_content => {
            Err(Refusal::invalid("messages", format!("the content of a message of role `{role}` is empty")))
        }
        Some(Value::String(_)) => Ok(()),
        Some(Value::Array(parts)) => check_parts(parts, role, model, options),
        None | Some(Value::Null) if role == "assistant" && message.field("tool_calls").is_array() => Ok(()),
        _ => Err(Refusal::invalid("messages", "`content` must be text or a list of parts")),
    }
}

fn check_parts(parts: &[Value], role: &str, model: &SimModel, options: &OpenAiOptions) -> Result<(), Refusal> {
    if parts.is_empty() {
        return Err(Refusal::invalid("messages", "`content` is an empty list"));
    }
    if options.quirks.refuses_text_parts && parts.iter().all(|part| part.field("type") == "text") {
        return Err(Refusal::invalid("messages", "`content` must be a string"));
    }
    for part in parts {
        match part.field("type").as_str().unwrap_or_default() {
            "text" if part.field("text").is_string() => {}
            "image_url" if role != "user" => {
                return Err(Refusal::invalid("messages", "images are only for messages of role `user`"));
            }
            "image_url" if !model.vision => {
                let message = format!("`{}` takes no images", model.id);
                return Err(Refusal::invalid("messages", message));
            }
            "image_url" => check_image(part)?,
            other => {
                return Err(Refusal::invalid("messages", format!("`{other}` is not a part this model takes")));
            }
        }
    }
    Ok(())
}

fn check_image(part: &Value) -> Result<(), Refusal> {
    let url = part.field("image_url").field("url").as_str().unwrap_or_default();
    let is_data = url.strip_prefix("data:image/").is_some_and(|rest| {
        rest.split_once(";base64,").is_some_and(|(_, data)| {
            let text = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
            !data.is_empty() && data.len() % 4 == 0 && data.bytes().all(text)
        })
    });
    if is_data || url.starts_with("https://") || url.starts_with("http://") {
        Ok(())
    } else {
        Err(Refusal::invalid("messages", "`image_url.url` is neither an address nor a base64 data URL"))
    }
}

/// The text of a message, whatever form its content has.
fn text_of(message: &Value) -> String {
    match message.field("content") {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part.field("text").as_str()).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}
