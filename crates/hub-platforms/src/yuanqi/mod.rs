//! Tencent Yuanqi: one agent a connection, asked in something near OpenAI's language (`wire/agents.md` 8). It remembers
//! nothing, takes at most 40 messages whose roles alternate, and no files.

mod messages;
mod reader;
mod tools;

use hub_contract::{ErrorCode, HubError};
use serde_json::json;

use crate::address;
use crate::credential;
use crate::dialect::{Call, CallBody, CatalogPage, Dialect, Learned, Method, Reader, Refused};
use crate::endpoint::Endpoint;
use crate::json::Value;
use crate::limits::Limits;
use crate::openai::errors;
use crate::turn::{App, Turn};

const ASSISTANT_ID: &str = "assistant_id";
const TOKEN: &str = "token";
const CHAT: &str = "/chat/completions";
/// Who asks, where nobody says; the platform wants a name.
const SOMEBODY: &str = "hub";

/// The language of Yuanqi's agents.
#[derive(Debug)]
pub(crate) struct Yuanqi;

impl Dialect for Yuanqi {
    fn chat_url(&self, base_url: &str) -> String {
        address::join(base_url, CHAT)
    }

    /// A question without messages: refused without using a token, but not before the token was looked at.
    fn test_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        let body = json!({
            "assistant_id": assistant_of(endpoint, &App::default())?,
            "user_id": SOMEBODY,
            "stream": false,
            "messages": [],
        });
        self.call(endpoint, body, false)
    }

    fn read_test(&self, _: &Value) -> Result<Option<u32>, HubError> {
        Ok(None)
    }

    fn refusal_proves(&self, _: &Endpoint, error: &HubError) -> bool {
        error.code == ErrorCode::InvalidRequest && error.detail.hint.as_deref() != Some("html")
    }

    fn catalog_call(&self, _: &Endpoint, _: Option<&str>) -> Result<Call, HubError> {
        Err(HubError::new(ErrorCode::NotFound, "The platform lists no agents.").hint("no_app_list"))
    }

    fn read_catalog(&self, _: &Value) -> Result<CatalogPage, HubError> {
        Ok(CatalogPage::default())
    }

    fn chat_call(&self, endpoint: &Endpoint, turn: &Turn, limits: &Limits, _: &Learned) -> Result<Call, HubError> {
        let user = if turn.user.is_empty() { SOMEBODY } else { &turn.user };
        let mut body = json!({
            "assistant_id": assistant_of(endpoint, &turn.app)?,
            "user_id": user,
            "stream": true,
            "chat_type": "published",
            "messages": messages::of(turn, limits)?.sent,
        });
        if !turn.inputs.is_empty()
            && let Some(members) = body.as_object_mut()
        {
            members.insert("custom_variables".to_owned(), json!(turn.inputs));
        }
        self.call(endpoint, body, true)
    }

    fn reader(&self, _: &Endpoint, turn: &Turn) -> Box<dyn Reader> {
        Box::new(reader::AnswerReader::new(messages::left_out(turn)))
    }

    fn refusal(&self, refused: &Refused) -> HubError {
        let error = if refused.status < 400 {
            errors::in_answer(&refused.said)
        } else {
            errors::of_status(refused.status, &refused.said)
        };
        // Both statuses are said of a wrong token; no other right is known of.
        match error.code {
            ErrorCode::PermissionDenied if error.detail.hint.is_none() => {
                HubError { code: ErrorCode::BadCredential, ..error }
            }
            _ => error,
        }
    }

    fn pauses_long(&self) -> bool {
        true
    }

    fn starts_slowly(&self, _: &Endpoint) -> bool {
        true
    }
}

impl Yuanqi {
    fn call(&self, endpoint: &Endpoint, body: serde_json::Value, streams: bool) -> Result<Call, HubError> {
        let token = match endpoint.secrets.get(TOKEN) {
            Some(secret) => credential::tidy(TOKEN, secret)?,
            None => None,
        };
        let token = token.ok_or_else(|| {
            HubError::new(ErrorCode::CredentialMissing, "This platform needs the agent's token.").field(TOKEN)
        })?;
        Ok(Call {
            method: Method::Post,
            url: address::join(&endpoint.base_url, CHAT),
            credential: Some(("authorization", credential::bearer(&token))),
            // The older interface wants it; the newer one does not mind.
            headers: vec![("x-source", "openapi".to_owned())],
            body: CallBody::Json(body),
            streams,
        })
    }
}

/// The agent that is asked, else the one of the connection.
fn assistant_of(endpoint: &Endpoint, app: &App) -> Result<String, HubError> {
    let named = app.id.as_ref().or_else(|| endpoint.fields.get(ASSISTANT_ID));
    named.map(|id| id.trim()).filter(|id| !id.is_empty()).map(str::to_owned).ok_or_else(|| {
        HubError::new(ErrorCode::InvalidRequest, "No agent was chosen.").hint("app_id_needed").field(ASSISTANT_ID)
    })
}
