//! Volcano Ark: bots of the app lab (`wire/cloud-llm.md` 3.2). They are asked in OpenAI's language at a path of their
//! own and remember nothing; what they add is references and an account of what they did. Models of the account are a
//! profile of OpenAI's family at the same address (3.3).

mod actions;
mod reader;
mod references;

use hub_contract::id::ModelId;
use hub_contract::{ErrorCode, HubError, PlatformId};

use crate::address;
use crate::dialect::{Call, CatalogPage, Dialect, Learned, Reader, Refused};
use crate::endpoint::Endpoint;
use crate::json::Value;
use crate::limits::Limits;
use crate::openai::OpenAi;
use crate::turn::Turn;

/// Key of the form field with the bot.
const BOT_ID: &str = "bot_id";
const CHAT: &str = "/bots/chat/completions";

/// The language of Ark's bots.
#[derive(Debug)]
pub(crate) struct Ark;

impl Dialect for Ark {
    fn chat_url(&self, base_url: &str) -> String {
        address::join(base_url, CHAT)
    }

    /// No call tells about a bot without asking it, so the account is what is tested.
    fn test_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        models()?.test_call(endpoint)
    }

    fn probe_call(&self, endpoint: &Endpoint) -> Result<Option<Call>, HubError> {
        models()?.probe_call(endpoint)
    }

    /// Only models: no call lists bots.
    fn catalog_call(&self, endpoint: &Endpoint, page: Option<&str>) -> Result<Call, HubError> {
        models()?.catalog_call(endpoint, page)
    }

    fn read_catalog(&self, document: &Value) -> Result<CatalogPage, HubError> {
        models()?.read_catalog(document)
    }

    fn chat_call(
        &self,
        endpoint: &Endpoint,
        turn: &Turn,
        limits: &Limits,
        learned: &Learned,
    ) -> Result<Call, HubError> {
        // A bot is named where a model would be.
        let turn = Turn { model: Some(bot_of(endpoint, turn)?), ..turn.clone() };
        models()?.chat_at(CHAT, endpoint, &turn, limits, learned)
    }

    fn reader(&self, _: &Endpoint, _: &Turn) -> Box<dyn Reader> {
        Box::<reader::BotReader>::default()
    }

    fn refusal(&self, refused: &Refused) -> HubError {
        let error = match models() {
            Ok(models) => models.refusal(refused),
            Err(error) => error,
        };
        let names_a_bot = error.detail.text.as_deref().is_some_and(|words| words.contains("bot-"));
        let unknown = error.code == ErrorCode::NotFound && error.detail.hint.as_deref() == Some("model_unknown");
        if unknown && names_a_bot { error.hint("app_unknown") } else { error }
    }

    fn reshape(&self, call: &Call, refused: &Refused, learned: &Learned) -> Option<Learned> {
        models().ok()?.reshape(call, refused, learned)
    }

    fn pauses_long(&self) -> bool {
        true
    }

    fn starts_slowly(&self, _: &Endpoint) -> bool {
        true
    }
}

/// The family's profile for the models of the account.
fn models() -> Result<&'static OpenAi, HubError> {
    OpenAi::of(PlatformId::Ark).ok_or_else(|| HubError::internal("Ark's models have no profile."))
}

/// The bot of the agent, else the one of the connection.
fn bot_of(endpoint: &Endpoint, turn: &Turn) -> Result<ModelId, HubError> {
    let named = turn.app.id.as_ref().or_else(|| endpoint.fields.get(BOT_ID));
    named.map(|id| id.trim()).filter(|id| !id.is_empty()).map(ModelId::from).ok_or_else(|| {
        HubError::new(ErrorCode::InvalidRequest, "No bot was chosen.").hint("app_id_needed").field(BOT_ID)
    })
}
