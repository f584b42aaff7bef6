//! Coze: bots through `/v3/chat`, chat flows through `/v1/workflows/chat` and workflows through
//! `/v1/workflow/stream_run` (`wire/agents.md` 4).
//!
//! Accounts are authorised (an access token from the token port) or bring a personal or service token. History is kept
//! there; a conversation that Coze forgot is begun again with what was said before.

mod app;
mod assertion;
mod authorize;
mod catalogue;
mod chat_flow;
mod chat_reader;
mod errors;
mod message;
mod request;
mod token;
mod workflow_reader;

use hub_contract::catalogue::TOKEN;
use hub_contract::model::CatalogItem;
use hub_contract::run::{RemoteIds, Usage};
use hub_contract::{ErrorCode, HubError, UtcMs};
use serde_json::json;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::address;
use crate::authorize::{AccountInfo, AuthorizeAsk, DeviceGrant};
use crate::credential;
use crate::dialect::{Call, CallBody, CatalogPage, Dialect, Learned, Method, Reader, Refused};
use crate::endpoint::Endpoint;
use crate::json::{Value, lenient_u64};
use crate::limits::Limits;
use crate::token::{ACCESS_TOKEN, TokenGrant, TokenRequest};
use crate::turn::{App, AppInfo, Asker, Opinion, Turn};

const CHAT: &str = "/v3/chat";

/// The dialect.
#[derive(Debug)]
pub(crate) struct Coze;

impl Dialect for Coze {
    fn chat_url(&self, base_url: &str) -> String {
        address::join(base_url, CHAT)
    }

    fn test_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        call(endpoint, Method::Get, &with_query("/v1/workspaces", &[("page_num", "1"), ("page_size", "1")]), None)
    }

    fn read_test(&self, _: &Value) -> Result<Option<u32>, HubError> {
        Ok(None)
    }

    fn probe_call(&self, endpoint: &Endpoint) -> Result<Option<Call>, HubError> {
        // A server of one's own may lack workspaces; without bot and question nothing can be run.
        call(endpoint, Method::Post, CHAT, Some(json!({ "stream": false }))).map(Some)
    }

    fn catalog_call(&self, endpoint: &Endpoint, page: Option<&str>) -> Result<Call, HubError> {
        call(endpoint, Method::Get, &catalogue::path(page), None)
    }

    fn read_catalog(&self, document: &Value) -> Result<CatalogPage, HubError> {
        self.read_catalog_page(None, &[], document)
    }

    fn read_catalog_page(
        &self,
        page: Option<&str>,
        known: &[CatalogItem],
        document: &Value,
    ) -> Result<CatalogPage, HubError> {
        catalogue::read(page, known, document)
    }

    fn after_refused_page(&self, page: Option<&str>, error: &HubError) -> Option<CatalogPage> {
        catalogue::after_refused(page, error)
    }

    fn app_calls(&self, endpoint: &Endpoint, app: &App) -> Result<Vec<Call>, HubError> {
        Ok(vec![call(endpoint, Method::Get, &app::path(app)?, None)?])
    }

    fn read_app(&self, app: &App, documents: &[Option<Value>]) -> Result<AppInfo, HubError> {
        let document = documents.first().and_then(Option::as_ref);
        document.map(|document| app::read(app, document)).ok_or_else(|| HubError::internal("Nothing was read."))
    }

    fn preparation(&self, endpoint: &Endpoint, turn: &Turn, limits: &Limits) -> Result<Option<Call>, HubError> {
        let upload = request::upload(turn, limits)?;
        upload.map(|body| Ok(Call { body, ..call(endpoint, Method::Post, "/v1/files/upload", None)? })).transpose()
    }

    fn prepare(&self, turn: &mut Turn, document: &Value) -> Result<(), HubError> {
        request::take_upload(turn, document)
    }

    fn chat_call(&self, endpoint: &Endpoint, turn: &Turn, limits: &Limits, _: &Learned) -> Result<Call, HubError> {
        let (path, body) = request::question(turn, limits)?;
        Ok(Call { streams: true, ..call(endpoint, Method::Post, &path, Some(body))? })
    }

    fn reader(&self, _: &Endpoint, turn: &Turn) -> Box<dyn Reader> {
        if turn.app.workflow {
            Box::<workflow_reader::WorkflowReader>::default()
        } else {
            Box::<chat_reader::ChatReader>::default()
        }
    }

    fn stop_call(&self, endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds) -> Option<Call> {
        if asker.app.workflow {
            return None;
        }
        let body = json!({ "conversation_id": remote.conversation.as_ref()?, "chat_id": remote.task.as_ref()? });
        call(endpoint, Method::Post, "/v3/chat/cancel", Some(body)).ok()
    }

    fn feedback_call(&self, endpoint: &Endpoint, _: &Asker, remote: &RemoteIds, opinion: &Opinion) -> Option<Call> {
        let path = format!(
            "/v1/conversations/{}/messages/{}/feedback",
            segment(remote.conversation.as_deref()?),
            segment(remote.message.as_deref()?)
        );
        let Some(helpful) = opinion.helpful else {
            return call(endpoint, Method::Delete, &path, None).ok();
        };
        let mut body = json!({ "feedback_type": if helpful { "like" } else { "unlike" } });
        if let (Some(body), Some(reason)) = (body.as_object_mut(), &opinion.reason) {
            body.insert("comment".to_owned(), json!(reason));
        }
        call(endpoint, Method::Post, &path, Some(body)).ok()
    }

    fn authorize_url(&self, endpoint: &Endpoint, ask: &AuthorizeAsk) -> Result<String, HubError> {
        authorize::url(endpoint, ask)
    }

    fn device_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        authorize::device_call(endpoint)
    }

    fn read_device(&self, document: &Value) -> Result<DeviceGrant, HubError> {
        authorize::read_device(document)
    }

    fn account_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        call(endpoint, Method::Get, authorize::ACCOUNT, None)
    }

    fn read_account(&self, document: &Value) -> Result<AccountInfo, HubError> {
        authorize::read_account(document)
    }

    fn token_call(&self, endpoint: &Endpoint, request: &TokenRequest) -> Result<Call, HubError> {
        token::call(endpoint, request)
    }

    fn read_token(&self, status: u16, document: &Value, now: UtcMs) -> Result<TokenGrant, HubError> {
        token::read(status, document, now)
    }

    fn refusal(&self, refused: &Refused) -> HubError {
        errors::of(refused.status, &refused.said)
    }

    fn repeats_refused(&self) -> bool {
        true
    }

    fn starts_slowly(&self, _: &Endpoint) -> bool {
        // Tools and workflow nodes work without a word.
        true
    }
}

/// A call with the account's token: the one that was authorised, else the one that was entered.
fn call(endpoint: &Endpoint, method: Method, path: &str, body: Option<serde_json::Value>) -> Result<Call, HubError> {
    let secret = endpoint.secrets.get(ACCESS_TOKEN).or_else(|| endpoint.secrets.get(TOKEN));
    let token = match secret {
        Some(secret) => credential::tidy(TOKEN, secret)?,
        None => None,
    };
    let token = token.ok_or_else(|| {
        HubError::new(ErrorCode::CredentialMissing, "Coze needs an authorization or a token.").field(TOKEN)
    })?;
    Ok(Call {
        method,
        url: address::join(&endpoint.base_url, path),
        credential: Some(("authorization", credential::bearer(&token))),
        headers: Vec::new(),
        body: body.map_or(CallBody::Nothing, CallBody::Json),
        streams: false,
    })
}

fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    format!("{path}?{}", Serializer::new(String::new()).extend_pairs(query).finish())
}

/// One segment of a path; ids that were typed in may hold anything.
fn segment(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Token counts, in the two spellings of the documentation.
fn usage(of: &Value) -> Option<Usage> {
    let usage = of.get("usage")?;
    let count = |names: [&str; 2]| names.iter().find_map(|name| lenient_u64(usage.get(name)?));
    let usage = Usage {
        input: count(["input_count", "input_tokens"]),
        output: count(["output_count", "output_tokens"]),
        total: count(["token_count", "total_tokens"]),
        ..Usage::default()
    };
    // A chat that failed or only began is said to have used nothing.
    (usage.total.is_some_and(|total| total > 0)).then_some(usage)
}

#[cfg(test)]
mod tests;
