//! Dify (`wire/agents.md` 5 and 10): one key is one app, in one of five modes.
//!
//! What differs between the modes is the route ([`mode`]); the answer is one language for all of them, and
//! [`reader::AnswerReader`] reads what others speak like it too.

mod app;
mod errors;
mod form;
mod metadata;
mod mode;
mod reader;
mod request;
mod steps;
mod thoughts;

use hub_contract::catalogue::API_KEY;
use hub_contract::model::{Capabilities, CatalogItem, CatalogKind};
use hub_contract::run::RemoteIds;
use hub_contract::{ErrorCode, HubError};
use serde_json::json;
use url::Url;

use crate::address;
use crate::credential;
use crate::dialect::{Call, CallBody, CatalogPage, Dialect, Learned, Method, Reader, Refused};
use crate::endpoint::Endpoint;
use crate::json::{Value, member};
use crate::limits::Limits;
use crate::percent::encoded;
use crate::turn::{App, AppInfo, Asker, Opinion, Turn};

pub(crate) use errors::of_status as refusal;
pub(crate) use reader::{AnswerReader, Expecting};
pub(crate) use request::{inputs, upload_form, uploaded, user};

use mode::{Known, Route};

/// The path at which Dify's interface stands below its place of installation.
const INTERFACE: &str = "/v1";

/// Dify's wire language.
#[derive(Debug)]
pub(crate) struct Dify;

impl Dialect for Dify {
    fn chat_url(&self, base_url: &str) -> String {
        address::join(base_url, Route::Chat.path())
    }

    fn test_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        call(endpoint, Method::Get, "/info", CallBody::Nothing)
    }

    fn read_test(&self, document: &Value) -> Result<Option<u32>, HubError> {
        app::is_info(document).then_some(None).ok_or_else(not_dify)
    }

    fn other_base(&self, base_url: &str) -> Option<String> {
        let path = Url::parse(base_url).ok()?.path().trim_end_matches('/').to_owned();
        (!path.ends_with(INTERFACE)).then(|| address::join(base_url, INTERFACE))
    }

    fn catalog_call(&self, endpoint: &Endpoint, _: Option<&str>) -> Result<Call, HubError> {
        self.test_call(endpoint)
    }

    /// One key is one app, so the list has one entry.
    fn read_catalog(&self, document: &Value) -> Result<CatalogPage, HubError> {
        if !app::is_info(document) {
            return Err(not_dify());
        }
        let workflow = member(document, "mode") == Some("workflow");
        let item = CatalogItem {
            remote_id: "app".to_owned(),
            kind: if workflow { CatalogKind::Workflow } else { CatalogKind::Bot },
            name: member(document, "name").unwrap_or("Dify").to_owned(),
            description: member(document, "description").map(str::to_owned),
            capabilities: Capabilities::default(),
            shutdown_date: None,
            chats: true,
            enabled: false,
        };
        Ok(CatalogPage { items: vec![item], next: None })
    }

    fn app_calls(&self, endpoint: &Endpoint, _: &App) -> Result<Vec<Call>, HubError> {
        let mut calls = Vec::new();
        for path in ["/info", "/parameters", "/site"] {
            calls.push(call(endpoint, Method::Get, path, CallBody::Nothing)?);
        }
        // Only for servers whose `/info` does not tell the mode; the others answer them just as cheaply.
        calls.push(mode::conversations(endpoint, app::ASKER)?);
        calls.push(mode::no_run(endpoint, app::ASKER)?);
        Ok(calls)
    }

    fn read_app(&self, app: &App, documents: &[Option<Value>]) -> Result<AppInfo, HubError> {
        app::read(app, documents)
    }

    fn preparation(&self, endpoint: &Endpoint, turn: &Turn, limits: &Limits) -> Result<Option<Call>, HubError> {
        if let Some(call) = mode::preparation(endpoint, turn)? {
            return Ok(Some(call));
        }
        if let Some(call) = form::submission(endpoint, turn)? {
            return Ok(Some(call));
        }
        request::upload(endpoint, turn, limits)
    }

    fn prepare(&self, turn: &mut Turn, document: &Value) -> Result<(), HubError> {
        if mode::prepare(turn, Some(document)) || form::submitted(turn) {
            return Ok(());
        }
        request::uploaded(turn, document)
    }

    fn prepare_refused(&self, turn: &mut Turn, error: &HubError) -> bool {
        match mode::known(&turn.app) {
            // A server so old that it has no `/info`, or one at which there is nothing: the next call tells.
            Known::Nothing => error.code == ErrorCode::NotFound && mode::prepare(turn, None),
            Known::Trying(_) => error.code == ErrorCode::WrongMode && mode::prepare(turn, None),
            // Sent before, and then the connection broke: what came of it is what is wanted.
            Known::Route(_) => {
                error.detail.platform_code.as_deref() == Some("human_input_form_submitted") && form::submitted(turn)
            }
        }
    }

    fn chat_call(&self, endpoint: &Endpoint, turn: &Turn, _: &Limits, _: &Learned) -> Result<Call, HubError> {
        let mut call = match form::events_path(turn) {
            Some(path) => call(endpoint, Method::Get, &path, CallBody::Nothing)?,
            None => {
                let route = Route::of(&turn.app);
                call(endpoint, Method::Post, route.path(), CallBody::Json(request::body(route, turn)))?
            }
        };
        call.streams = true;
        Ok(call)
    }

    fn reader(&self, endpoint: &Endpoint, turn: &Turn) -> Box<dyn Reader> {
        let expecting = match Route::of(&turn.app) {
            Route::Workflow => Expecting::Outputs,
            Route::Chat | Route::Completion => Expecting::Text,
        };
        Box::new(AnswerReader::new(&endpoint.base_url, INTERFACE, expecting, form::answered(turn)))
    }

    fn suggestions_call(&self, endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds) -> Option<Call> {
        if Route::of(&asker.app) != Route::Chat {
            return None;
        }
        let message = remote.message.as_deref()?;
        let path = format!("/messages/{}/suggested?user={}", encoded(message), encoded(request::user(&asker.user)));
        call(endpoint, Method::Get, &path, CallBody::Nothing).ok()
    }

    fn read_suggestions(&self, document: &Value) -> Vec<String> {
        texts(document.get("data"))
    }

    fn stop_call(&self, endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds) -> Option<Call> {
        let task = remote.task.as_deref()?;
        let body = CallBody::Json(json!({ "user": request::user(&asker.user) }));
        call(endpoint, Method::Post, &Route::of(&asker.app).stop_path(task), body).ok()
    }

    fn feedback_call(&self, endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds, opinion: &Opinion) -> Option<Call> {
        if Route::of(&asker.app) == Route::Workflow {
            return None;
        }
        let message = remote.message.as_deref()?;
        let rating = opinion.helpful.map(|helpful| if helpful { "like" } else { "dislike" });
        let mut body = json!({ "rating": rating, "user": request::user(&asker.user) });
        if let (Some(body), Some(reason)) = (body.as_object_mut(), &opinion.reason) {
            body.insert("content".to_owned(), json!(reason));
        }
        call(endpoint, Method::Post, &format!("/messages/{}/feedbacks", encoded(message)), CallBody::Json(body)).ok()
    }

    fn refusal(&self, refused: &Refused) -> HubError {
        errors::of_status(refused.status, &refused.said)
    }

    fn repeats_refused(&self) -> bool {
        true
    }
}

/// A call below the base URL, with the app's key.
fn call(endpoint: &Endpoint, method: Method, path: &str, body: CallBody) -> Result<Call, HubError> {
    let key = match endpoint.secrets.get(API_KEY) {
        Some(secret) => credential::tidy(API_KEY, secret)?,
        None => None,
    };
    let key = key
        .ok_or_else(|| HubError::new(ErrorCode::CredentialMissing, "This platform needs an API key.").field(API_KEY))?;
    Ok(Call {
        method,
        url: address::join(&endpoint.base_url, path),
        credential: Some(("authorization", credential::bearer(&key))),
        headers: Vec::new(),
        body,
        streams: false,
    })
}

/// The texts of a list.
fn texts(list: Option<&Value>) -> Vec<String> {
    let texts = list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    texts.filter(|text| !text.trim().is_empty()).map(str::to_owned).collect()
}

fn not_dify() -> HubError {
    HubError::new(ErrorCode::BadAnswer, "The answer is none of Dify's.").hint("other_platform")
}

#[cfg(test)]
mod tests;
