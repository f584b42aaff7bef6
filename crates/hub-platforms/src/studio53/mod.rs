//! 53AI Studio (`wire/agents.md` 7): one account with bots and workflows, in a language much like Dify's.
//!
//! Which bot is asked stands in a header. What no source tells (stopping, feedback, follow-up questions) is left out.

mod app;
mod catalog;
mod request;

use hub_contract::model::CatalogItem;
use hub_contract::{ErrorCode, HubError};

use crate::address;
use crate::credential;
use crate::dialect::{Call, CallBody, CatalogPage, Dialect, Learned, Method, Reader, Refused};
use crate::dify::{self, AnswerReader, Expecting};
use crate::endpoint::Endpoint;
use crate::json::Value;
use crate::limits::Limits;
use crate::turn::{App, AppInfo, Turn};

/// The form's field for the account's secret.
const SECRET: &str = "secret";

/// 53AI Studio's wire language.
#[derive(Debug)]
pub(crate) struct Studio53;

impl Dialect for Studio53 {
    fn chat_url(&self, base_url: &str) -> String {
        address::join(base_url, request::CHAT)
    }

    fn test_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        call(endpoint, Method::Get, "/v3/apps?offset=0&limit=1", CallBody::Nothing, None)
    }

    fn read_test(&self, document: &Value) -> Result<Option<u32>, HubError> {
        catalog::entries(document).is_some().then_some(None).ok_or_else(not_studio53)
    }

    fn catalog_call(&self, endpoint: &Endpoint, page: Option<&str>) -> Result<Call, HubError> {
        call(endpoint, Method::Get, &catalog::Page::of(page).path(), CallBody::Nothing, None)
    }

    fn read_catalog(&self, document: &Value) -> Result<CatalogPage, HubError> {
        self.read_catalog_page(None, &[], document)
    }

    fn read_catalog_page(
        &self,
        page: Option<&str>,
        _: &[CatalogItem],
        document: &Value,
    ) -> Result<CatalogPage, HubError> {
        catalog::Page::of(page).read(document)
    }

    fn app_calls(&self, endpoint: &Endpoint, app: &App) -> Result<Vec<Call>, HubError> {
        let bot = bot(app)?;
        let list = catalog::Page::first(app.workflow).path();
        Ok(vec![
            call(endpoint, Method::Get, &list, CallBody::Nothing, None)?,
            call(endpoint, Method::Get, "/v3/parameters", CallBody::Nothing, Some(bot))?,
        ])
    }

    fn read_app(&self, app: &App, documents: &[Option<Value>]) -> Result<AppInfo, HubError> {
        app::read(app, documents)
    }

    fn preparation(&self, endpoint: &Endpoint, turn: &Turn, limits: &Limits) -> Result<Option<Call>, HubError> {
        request::upload(endpoint, turn, limits)
    }

    fn prepare(&self, turn: &mut Turn, document: &Value) -> Result<(), HubError> {
        dify::uploaded(turn, document)
    }

    fn chat_call(&self, endpoint: &Endpoint, turn: &Turn, _: &Limits, _: &Learned) -> Result<Call, HubError> {
        request::question(endpoint, turn)
    }

    fn reader(&self, endpoint: &Endpoint, turn: &Turn) -> Box<dyn Reader> {
        let expecting = if turn.app.workflow { Expecting::Outputs } else { Expecting::Text };
        Box::new(AnswerReader::new(&endpoint.base_url, "", expecting, None))
    }

    fn refusal(&self, refused: &Refused) -> HubError {
        dify::refusal(refused.status, &refused.said)
    }

    fn repeats_refused(&self) -> bool {
        true
    }
}

/// A call below the base URL, with the account's secret, about a bot or about none.
fn call(endpoint: &Endpoint, method: Method, path: &str, body: CallBody, bot: Option<&str>) -> Result<Call, HubError> {
    let secret = match endpoint.secrets.get(SECRET) {
        Some(secret) => credential::tidy(SECRET, secret)?,
        None => None,
    };
    let secret = secret
        .ok_or_else(|| HubError::new(ErrorCode::CredentialMissing, "This platform needs a secret.").field(SECRET))?;
    Ok(Call {
        method,
        url: address::join(&endpoint.base_url, path),
        credential: Some(("authorization", credential::bearer(&secret))),
        headers: bot.map(|bot| ("bot-id", bot.to_owned())).into_iter().collect(),
        body,
        streams: false,
    })
}

/// The bot or workflow, which every call about an answer names.
fn bot(app: &App) -> Result<&str, HubError> {
    let bot = app.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    bot.ok_or_else(|| HubError::new(ErrorCode::InvalidRequest, "No bot or workflow was chosen.").hint("bot_missing"))
}

fn not_studio53() -> HubError {
    HubError::new(ErrorCode::BadAnswer, "The answer is none of 53AI Studio's.").hint("other_platform")
}

#[cfg(test)]
mod tests;
