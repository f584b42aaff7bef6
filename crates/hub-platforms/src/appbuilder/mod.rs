//! Baidu Qianfan AppBuilder: agents and chat flows of an account (`wire/cloud-llm.md` 1).
//!
//! One API key lists everything the account owns. A conversation is made before the first question and lives seven
//! days; files belong to it and end with it.

mod app;
mod errors;
mod reader;
mod request;
mod step;

use hub_contract::catalogue::API_KEY;
use hub_contract::run::RemoteIds;
use hub_contract::{ErrorCode, HubError};
use serde_json::json;

use crate::address;
use crate::credential;
use crate::dialect::{Call, CallBody, CatalogPage, Dialect, Learned, Method, Reader, Refused};
use crate::endpoint::Endpoint;
use crate::json::Value;
use crate::limits::Limits;
use crate::turn::{App, AppInfo, Asker, Opinion, Turn};

const RUN: &str = "/app/conversation/runs";
const LIST: &str = "/app?Action=DescribeApps";
const DESCRIBE: &str = "/app?Action=DescribeApp";

/// The dialect.
#[derive(Debug)]
pub(crate) struct AppBuilder;

impl Dialect for AppBuilder {
    fn chat_url(&self, base_url: &str) -> String {
        address::join(base_url, RUN)
    }

    fn test_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        call(endpoint, LIST, json!({ "maxKeys": 1 }))
    }

    fn read_test(&self, document: &Value) -> Result<Option<u32>, HubError> {
        self.read_catalog(document).map(|_| None)
    }

    fn catalog_call(&self, endpoint: &Endpoint, page: Option<&str>) -> Result<Call, HubError> {
        call(endpoint, LIST, app::list_body(page))
    }

    fn read_catalog(&self, document: &Value) -> Result<CatalogPage, HubError> {
        app::read_list(document)
    }

    fn app_calls(&self, endpoint: &Endpoint, app: &App) -> Result<Vec<Call>, HubError> {
        Ok(vec![call(endpoint, DESCRIBE, json!({ "id": request::id_of(app)? }))?])
    }

    fn read_app(&self, _: &App, documents: &[Option<Value>]) -> Result<AppInfo, HubError> {
        let document = documents.first().and_then(Option::as_ref);
        document.map(app::read).ok_or_else(|| HubError::internal("Nothing was read."))
    }

    fn preparation(&self, endpoint: &Endpoint, turn: &Turn, limits: &Limits) -> Result<Option<Call>, HubError> {
        match request::preparation(turn, limits)? {
            Some((path, body)) => Ok(Some(Call { body, ..call(endpoint, path, serde_json::Value::Null)? })),
            None => Ok(None),
        }
    }

    fn prepare(&self, turn: &mut Turn, document: &Value) -> Result<(), HubError> {
        request::prepare(turn, document)
    }

    fn chat_call(&self, endpoint: &Endpoint, turn: &Turn, _: &Limits, _: &Learned) -> Result<Call, HubError> {
        Ok(Call { streams: true, ..call(endpoint, RUN, request::question(turn)?)? })
    }

    fn reader(&self, _: &Endpoint, _: &Turn) -> Box<dyn Reader> {
        Box::<reader::RunReader>::default()
    }

    fn feedback_call(&self, endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds, opinion: &Opinion) -> Option<Call> {
        let mut body = json!({
            "app_id": asker.app.id.as_ref()?,
            "conversation_id": remote.conversation.as_ref()?,
            "message_id": remote.message.as_ref()?,
            "type": match opinion.helpful {
                Some(true) => "upvote",
                Some(false) => "downvote",
                None => "cancel",
            },
        });
        if let (Some(body), Some(reason)) = (body.as_object_mut(), &opinion.reason) {
            body.insert("reason".to_owned(), json!(reason));
        }
        call(endpoint, "/app/conversation/feedback", body).ok()
    }

    fn refusal(&self, refused: &Refused) -> HubError {
        errors::of(refused.status, &refused.said)
    }

    fn repeats_refused(&self) -> bool {
        true
    }

    fn starts_slowly(&self, _: &Endpoint) -> bool {
        // Components work without a word.
        true
    }
}

fn call(endpoint: &Endpoint, path: &str, body: serde_json::Value) -> Result<Call, HubError> {
    let key = match endpoint.secrets.get(API_KEY) {
        Some(secret) => credential::tidy(API_KEY, secret)?,
        None => None,
    };
    let key =
        key.ok_or_else(|| HubError::new(ErrorCode::CredentialMissing, "AppBuilder needs an API key.").field(API_KEY))?;
    Ok(Call {
        method: Method::Post,
        url: address::join(&endpoint.base_url, path),
        credential: Some(("authorization", credential::bearer(&key))),
        headers: Vec::new(),
        body: CallBody::Json(body),
        streams: false,
    })
}

#[cfg(test)]
mod tests;
