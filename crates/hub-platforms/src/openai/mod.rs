//! OpenAI's chat completions and everybody who speaks them (`wire/cloud-llm.md` 5 to 8).
//!
//! One dialect; what differs between vendors is data, a [`Profile`] each.

pub(crate) mod errors;
mod models;
mod profile;
mod reader;
mod request;
mod sources;
mod tools;
mod usage;

use hub_contract::catalogue::API_KEY;
use hub_contract::{ErrorCode, HubError};
use serde_json::json;
use url::Url;

use crate::address;
use crate::credential;
use crate::dialect::{Call, CallBody, CatalogPage, Dialect, Learned, Method, Reader, Refused};
use crate::endpoint::Endpoint;
use crate::json::{Value, lenient_u64, member};
use crate::limits::Limits;
use crate::turn::Turn;

pub(crate) use profile::{COMPATIBLE, DEEPSEEK, OPENAI, OpenAi, SILICONFLOW};
pub(crate) use reader::AnswerReader;

const CHAT: &str = "/chat/completions";

impl Dialect for OpenAi {
    fn chat_url(&self, base_url: &str) -> String {
        address::join(&(self.base)(base_url), CHAT)
    }

    fn tests_openly(&self, _: &Endpoint) -> bool {
        !self.key_required
    }

    fn probe_call(&self, endpoint: &Endpoint) -> Result<Option<Call>, HubError> {
        if !self.may_lack_list {
            return Ok(None);
        }
        // Without a model and messages no server can run it, but only the right address knows what is missing.
        let body = json!({ "model": "", "messages": [] });
        Ok(Some(self.call(endpoint, Method::Post, CHAT, Some(body), false)?))
    }

    fn other_base(&self, base_url: &str) -> Option<String> {
        let path = Url::parse(base_url).ok()?.path().trim_end_matches('/').to_owned();
        (!path.ends_with("/v1")).then(|| address::join(base_url, "/v1"))
    }

    fn catalog_call(&self, endpoint: &Endpoint, _: Option<&str>) -> Result<Call, HubError> {
        self.call(endpoint, Method::Get, self.models_path, None, false)
    }

    fn read_catalog(&self, document: &Value) -> Result<CatalogPage, HubError> {
        models::read(document, self.lists_chat_only).map(|items| CatalogPage { items, next: None })
    }

    fn chat_call(
        &self,
        endpoint: &Endpoint,
        turn: &Turn,
        limits: &Limits,
        learned: &Learned,
    ) -> Result<Call, HubError> {
        self.chat_at(CHAT, endpoint, turn, limits, learned)
    }

    fn reader(&self, _: &Endpoint, _: &Turn) -> Box<dyn Reader> {
        Box::<reader::AnswerReader>::default()
    }

    fn refusal(&self, refused: &Refused) -> HubError {
        // A failure told inside a 200 has no status that means anything.
        if refused.status < 400 {
            errors::in_answer(&refused.said)
        } else {
            errors::of_status(refused.status, &refused.said)
        }
    }

    fn reshape(&self, call: &Call, refused: &Refused, learned: &Learned) -> Option<Learned> {
        request::reshape(call, refused, learned)
    }

    fn repeats_refused(&self) -> bool {
        true
    }

    fn starts_slowly(&self, endpoint: &Endpoint) -> bool {
        // A local server reads the whole question, or loads the model, before its first byte.
        self.thinks_silently || Url::parse(&endpoint.base_url).is_ok_and(|url| address::is_local(&url))
    }
}

impl OpenAi {
    /// Asks the question at that path.
    pub(crate) fn chat_at(
        &self,
        path: &str,
        endpoint: &Endpoint,
        turn: &Turn,
        limits: &Limits,
        learned: &Learned,
    ) -> Result<Call, HubError> {
        let body = request::body(turn, limits, learned)?;
        self.call(endpoint, Method::Post, path, Some(body), true)
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        method: Method,
        path: &str,
        body: Option<serde_json::Value>,
        streams: bool,
    ) -> Result<Call, HubError> {
        let key = match endpoint.secrets.get(API_KEY) {
            Some(secret) => credential::tidy(API_KEY, secret)?,
            None => None,
        };
        if key.is_none() && self.key_required {
            return Err(HubError::new(ErrorCode::CredentialMissing, "This platform needs an API key.").field(API_KEY));
        }
        let azure = is_azure(&endpoint.base_url);
        let header = if azure { "api-key" } else { "authorization" };
        Ok(Call {
            method,
            url: address::join(&(self.base)(&endpoint.base_url), path),
            credential: key.map(|key| (header, if azure { key } else { credential::bearer(&key) })),
            headers: Vec::new(),
            body: body.map_or(CallBody::Nothing, CallBody::Json),
            streams,
        })
    }
}

/// Azure's own hosts take the key in a header of their own.
fn is_azure(base_url: &str) -> bool {
    Url::parse(base_url).is_ok_and(|url| url.host_str().is_some_and(|host| host.ends_with(".openai.azure.com")))
}

/// The first choice of a chunk or an answer: the one with index 0 or without an index.
fn first_choice(document: &Value) -> Option<&Value> {
    let choices = document.get("choices")?.as_array()?;
    choices
        .iter()
        .find(|choice| choice.get("index").is_none_or(|index| matches!(lenient_u64(index), Some(0)) || index.is_null()))
}

/// The text of a member that may also be a list of parts: texts and thinking apart.
fn content(message: &Value) -> (String, String) {
    match message.get("content") {
        Some(Value::String(text)) => (text.clone(), String::new()),
        Some(Value::Array(parts)) => parts.iter().fold(Default::default(), |(mut text, mut thinking), part| {
            match part.get("type").and_then(Value::as_str) {
                Some("thinking") => match part.get("thinking") {
                    Some(Value::String(thought)) => thinking.push_str(thought),
                    Some(Value::Array(thoughts)) => {
                        thoughts
                            .iter()
                            .filter_map(|thought| member(thought, "text"))
                            .for_each(|thought| thinking.push_str(thought));
                    }
                    _ => {}
                },
                _ => text.push_str(part.as_str().or_else(|| member(part, "text")).unwrap_or_default()),
            }
            (text, thinking)
        }),
        _ => Default::default(),
    }
}

fn platform_error(message: &str) -> HubError {
    HubError::new(ErrorCode::PlatformError, message)
}

#[cfg(test)]
mod tests;
