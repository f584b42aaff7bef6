//! FastGPT (`wire/agents.md` 6): OpenAI's chat completions with names of events in front, apps and plugins.
//!
//! One key is one app, but the key does not tell which: stopping, questions to go on with, uploads and what the app says
//! about itself need its id too. The client names conversations and answers.

mod app;
mod errors;
mod interactive;
mod nodes;
mod reader;
mod request;
mod tools;
mod upload;

use hub_contract::catalogue::API_KEY;
use hub_contract::model::{Capabilities, CatalogItem, CatalogKind};
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

/// The path at which FastGPT's interface stands below its place of installation.
const INTERFACE: &str = "/api";
const CHAT: &str = "/v1/chat/completions";
/// An app that nobody has: a call about it proves the key where no app is named.
const NO_APP: &str = "000000000000000000000000";

/// FastGPT's wire language.
#[derive(Debug)]
pub(crate) struct FastGpt;

impl Dialect for FastGpt {
    fn chat_url(&self, base_url: &str) -> String {
        address::join(base_url, CHAT)
    }

    fn test_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        match app::id(endpoint, &App::default()) {
            Some(id) => app::init(endpoint, &id),
            None => {
                let body = json!({ "appId": NO_APP, "offset": 0, "pageSize": 1, "source": "api" });
                call(endpoint, Method::Post, "/core/chat/history/getHistories", CallBody::Json(body))
            }
        }
    }

    fn read_test(&self, document: &Value) -> Result<Option<u32>, HubError> {
        document.get("data").is_some().then_some(None).ok_or_else(not_fastgpt)
    }

    fn catalog_call(&self, endpoint: &Endpoint, _: Option<&str>) -> Result<Call, HubError> {
        let id = app::id(endpoint, &App::default()).ok_or_else(|| {
            HubError::new(ErrorCode::NotFound, "Without the app ID nothing can be listed.")
                .hint("app_id_missing")
                .field(app::APP_ID)
        })?;
        app::init(endpoint, &id)
    }

    /// One key is one app, so the list has one entry.
    fn read_catalog(&self, document: &Value) -> Result<CatalogPage, HubError> {
        let info = app::read(Some(document))?;
        let item = CatalogItem {
            remote_id: document.pointer("/data/appId").and_then(Value::as_str).unwrap_or("app").to_owned(),
            kind: if info.workflow { CatalogKind::Workflow } else { CatalogKind::Bot },
            name: info.name.unwrap_or_else(|| "FastGPT".to_owned()),
            description: info.description,
            capabilities: Capabilities::default(),
            shutdown_date: None,
            chats: true,
            enabled: false,
        };
        Ok(CatalogPage { items: vec![item], next: None })
    }

    fn app_calls(&self, endpoint: &Endpoint, app: &App) -> Result<Vec<Call>, HubError> {
        app::id(endpoint, app).map(|id| app::init(endpoint, &id)).into_iter().collect()
    }

    fn read_app(&self, app: &App, documents: &[Option<Value>]) -> Result<AppInfo, HubError> {
        match documents.first() {
            Some(document) => app::read(document.as_ref()),
            None => Ok(AppInfo { workflow: app.workflow, ..AppInfo::default() }),
        }
    }

    fn preparation(&self, endpoint: &Endpoint, turn: &Turn, limits: &Limits) -> Result<Option<Call>, HubError> {
        if turn.app.mode.is_none()
            && let Some(id) = app::id(endpoint, &turn.app)
        {
            return app::init(endpoint, &id).map(Some);
        }
        upload::next(endpoint, turn, limits)
    }

    fn prepare(&self, turn: &mut Turn, document: &Value) -> Result<(), HubError> {
        if !upload::is_going_on(turn) && turn.app.mode.is_none() && app::is_info(document) {
            app::learn(turn, document);
            return Ok(());
        }
        upload::take(turn, document)
    }

    fn prepare_refused(&self, turn: &mut Turn, error: &HubError) -> bool {
        if upload::is_going_on(turn) {
            // The store answers a file with an empty page.
            let empty = error.code == ErrorCode::BadAnswer && error.detail.text.is_none();
            return empty && error.detail.status.is_some_and(|status| status < 300) && upload::stored(turn);
        }
        // What the app is like is worth knowing, but a key that may only chat can still chat.
        let knows = turn.app.mode.is_some();
        turn.app.mode.get_or_insert_with(|| app::UNTOLD.to_owned());
        !knows
    }

    fn chat_call(&self, endpoint: &Endpoint, turn: &Turn, _: &Limits, _: &Learned) -> Result<Call, HubError> {
        let mut call = call(endpoint, Method::Post, CHAT, CallBody::Json(request::body(turn)))?;
        call.streams = true;
        Ok(call)
    }

    fn reader(&self, _: &Endpoint, turn: &Turn) -> Box<dyn Reader> {
        let ids = RemoteIds {
            conversation: Some(request::chat_id(turn)),
            message: Some(request::answer_id(turn)),
            task: None,
        };
        Box::new(reader::AnswerReader::new(turn.app.workflow, ids))
    }

    fn suggestions_call(&self, endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds) -> Option<Call> {
        // Each costs the operator a model call, so only where the app offers them itself.
        if !app::offers_questions(&asker.app) {
            return None;
        }
        let body = json!({ "appId": app::id(endpoint, &asker.app)?, "chatId": remote.conversation.as_deref()? });
        call(endpoint, Method::Post, "/core/ai/agent/v2/createQuestionGuide", CallBody::Json(body)).ok()
    }

    fn read_suggestions(&self, document: &Value) -> Vec<String> {
        let questions = document.get("data").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        questions.filter(|question| !question.trim().is_empty()).map(str::to_owned).collect()
    }

    fn stop_call(&self, endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds) -> Option<Call> {
        let body = json!({ "appId": app::id(endpoint, &asker.app)?, "chatId": remote.conversation.as_deref()? });
        call(endpoint, Method::Post, "/v2/chat/stop", CallBody::Json(body)).ok()
    }

    fn feedback_call(&self, endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds, opinion: &Opinion) -> Option<Call> {
        let mut body = json!({
            "appId": app::id(endpoint, &asker.app)?,
            "chatId": remote.conversation.as_deref()?,
            "dataId": remote.message.as_deref()?,
        });
        let reason = opinion.reason.as_deref().unwrap_or("yes");
        if let (Some(body), Some(helpful)) = (body.as_object_mut(), opinion.helpful) {
            let (name, value) = if helpful { ("userGoodFeedback", "yes") } else { ("userBadFeedback", reason) };
            body.insert(name.to_owned(), json!(value));
        }
        call(endpoint, Method::Post, "/core/chat/feedback/updateUserFeedback", CallBody::Json(body)).ok()
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

fn not_fastgpt() -> HubError {
    HubError::new(ErrorCode::BadAnswer, "The answer is none of FastGPT's.").hint("other_platform")
}

#[cfg(test)]
mod tests;
