//! Alibaba Bailian: agent and workflow apps of DashScope (`wire/cloud-llm.md` 2). Its models speak OpenAI's language at
//! the same host (2.5) and are a profile of that family.
//!
//! A failure comes as an event inside a 200, with its real status in a comment; texts may come whole although their
//! pieces were asked for; no call lists or describes apps.

mod answer;
mod bases;
mod errors;
mod growing;
mod reader;
mod ref_marks;
mod request;
mod sources;
mod steps;
mod thoughts;
mod usage;

use hub_contract::catalogue::API_KEY;
use hub_contract::{ErrorCode, HubError, PlatformId};
use secrecy::SecretString;

use crate::address;
use crate::credential;
use crate::dialect::{Call, CallBody, CatalogPage, Dialect, Learned, Method, Reader, Refused};
use crate::endpoint::Endpoint;
use crate::json::Value;
use crate::limits::Limits;
use crate::openai::OpenAi;
use crate::percent;
use crate::turn::Turn;

pub(crate) use bases::models_base;

/// Key of the form field with the app.
const APP_ID: &str = "app_id";
/// Key of the form field with the workspace, for apps outside the default one.
const WORKSPACE: &str = "workspace";

/// The language of Bailian's apps.
#[derive(Debug)]
pub(crate) struct Bailian;

impl Dialect for Bailian {
    fn chat_url(&self, base_url: &str) -> String {
        format!("{}/apps/{{app_id}}/completion", bases::apps_base(base_url))
    }

    /// An app is asked nothing, which it refuses without using a token; without an app the models are listed.
    fn test_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        match app_of(endpoint, None) {
            Ok(app) => self.call(endpoint, &app, request::without_question(), false),
            Err(_) => models()?.test_call(endpoint),
        }
    }

    fn read_test(&self, document: &Value) -> Result<Option<u32>, HubError> {
        // An app that answers to nothing is one too.
        if document.get("output").is_some() { Ok(None) } else { models()?.read_test(document) }
    }

    fn refusal_proves(&self, endpoint: &Endpoint, error: &HubError) -> bool {
        app_of(endpoint, None).is_ok() && matches!(error.code, ErrorCode::InvalidRequest | ErrorCode::InputRequired)
    }

    fn probe_call(&self, endpoint: &Endpoint) -> Result<Option<Call>, HubError> {
        if app_of(endpoint, None).is_ok() { Ok(None) } else { models()?.probe_call(endpoint) }
    }

    /// Only models: apps are listed for the console's own sign-in alone.
    fn catalog_call(&self, endpoint: &Endpoint, page: Option<&str>) -> Result<Call, HubError> {
        models()?.catalog_call(endpoint, page)
    }

    fn read_catalog(&self, document: &Value) -> Result<CatalogPage, HubError> {
        models()?.read_catalog(document)
    }

    fn chat_call(&self, endpoint: &Endpoint, turn: &Turn, limits: &Limits, _: &Learned) -> Result<Call, HubError> {
        let app = app_of(endpoint, turn.app.id.as_deref())?;
        self.call(endpoint, &app, request::body(turn, limits)?, true)
    }

    fn reader(&self, _: &Endpoint, turn: &Turn) -> Box<dyn Reader> {
        Box::new(reader::AppReader::new(request::carries_history(turn)))
    }

    fn refusal(&self, refused: &Refused) -> HubError {
        errors::of(refused.status, &refused.said)
    }

    fn pauses_long(&self) -> bool {
        true
    }

    fn starts_slowly(&self, _: &Endpoint) -> bool {
        true
    }
}

impl Bailian {
    fn call(&self, endpoint: &Endpoint, app: &str, body: serde_json::Value, streams: bool) -> Result<Call, HubError> {
        let key = match endpoint.secrets.get(API_KEY) {
            Some(secret) => credential::tidy(API_KEY, secret)?,
            None => None,
        };
        let key: SecretString = key.ok_or_else(|| {
            HubError::new(ErrorCode::CredentialMissing, "This platform needs an API key.").field(API_KEY)
        })?;
        let mut headers = Vec::new();
        if streams {
            headers.push(("x-dashscope-sse", "enable".to_owned()));
        }
        if let Some(workspace) = endpoint.fields.get(WORKSPACE).map(|id| id.trim()).filter(|id| !id.is_empty()) {
            headers.push(("x-dashscope-workspace", workspace.to_owned()));
        }
        Ok(Call {
            method: Method::Post,
            url: app_url(&endpoint.base_url, app),
            credential: Some(("authorization", credential::bearer(&key))),
            headers,
            body: CallBody::Json(body),
            streams,
        })
    }
}

/// The family's profile for the models of the account.
fn models() -> Result<&'static OpenAi, HubError> {
    OpenAi::of(PlatformId::Bailian).ok_or_else(|| HubError::internal("Bailian's models have no profile."))
}

/// The app of the agent, else the one of the connection.
fn app_of(endpoint: &Endpoint, of_agent: Option<&str>) -> Result<String, HubError> {
    let named = of_agent.or_else(|| endpoint.fields.get(APP_ID).map(String::as_str));
    named.map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).ok_or_else(|| {
        HubError::new(ErrorCode::InvalidRequest, "No app was chosen.").hint("app_id_needed").field(APP_ID)
    })
}

/// The address of an app; an id cannot leave its place in it.
fn app_url(base_url: &str, app: &str) -> String {
    address::join(&bases::apps_base(base_url), &format!("/apps/{}/completion", percent::encoded(app)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_id_cannot_leave_its_place() {
        let url = |app| app_url("https://dashscope.aliyuncs.com/api/v1", app);
        assert_eq!(url("app-1"), "https://dashscope.aliyuncs.com/api/v1/apps/app-1/completion");
        assert_eq!(url("a/../b?c"), "https://dashscope.aliyuncs.com/api/v1/apps/a%2F..%2Fb%3Fc/completion");
    }
}
