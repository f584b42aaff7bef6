//! What a wire language is: a pure translation between turns and calls, frames and signals.
//!
//! Each platform family is one implementation in a folder of its own. It owns no socket, clock or thread, so all of it
//! can be tested with texts. Timeouts, repeats, redaction and size caps belong to the transport and the run.
//!
//! A question goes through a dialect in this order: [`Dialect::preparation`] until nothing is missing (uploads, a
//! conversation, the app's mode), [`Dialect::chat_call`], a [`Reader`] for the answer, [`Dialect::suggestions_call`]
//! after a complete one. What was found out on the way stands in the [`Turn`], never in the dialect.

use std::collections::BTreeSet;

use bytes::Bytes;
use hub_contract::model::CatalogItem;
use hub_contract::run::RemoteIds;
use hub_contract::{ErrorCode, HubError, PlatformId, UtcMs};
use secrecy::SecretString;

use crate::appbuilder::AppBuilder;
use crate::ark::Ark;
use crate::authorize::{AccountInfo, AuthorizeAsk, DeviceGrant};
use crate::bailian::Bailian;
use crate::chat::ChatSignal;
use crate::coze::Coze;
use crate::dify::Dify;
use crate::endpoint::Endpoint;
use crate::error_body::Said;
use crate::fastgpt::FastGpt;
use crate::json::Value;
use crate::limits::Limits;
use crate::openai::{COMPATIBLE, DEEPSEEK, OPENAI, OpenAi, SILICONFLOW};
use crate::sse::Item;
use crate::studio53::Studio53;
use crate::token::{TokenGrant, TokenRequest};
use crate::turn::{App, AppInfo, Asker, Opinion, Turn};
use crate::yuanqi::Yuanqi;

/// The wire language of a platform.
pub(crate) fn of(platform: PlatformId) -> &'static dyn Dialect {
    match platform {
        PlatformId::Coze => &Coze,
        PlatformId::Appbuilder => &AppBuilder,
        PlatformId::Dify => &Dify,
        PlatformId::Fastgpt => &FastGpt,
        PlatformId::Studio53 => &Studio53,
        PlatformId::Bailian => &Bailian,
        PlatformId::Ark => &Ark,
        PlatformId::Yuanqi => &Yuanqi,
        PlatformId::Openai => &OPENAI,
        PlatformId::Siliconflow => &SILICONFLOW,
        PlatformId::Deepseek => &DEEPSEEK,
        PlatformId::OpenaiCompatible => &COMPATIBLE,
    }
}

/// The language of a question: models of a platform that offers apps too speak the OpenAI family's.
pub(crate) fn for_turn(platform: PlatformId, turn: &Turn) -> &'static dyn Dialect {
    match OpenAi::of(platform) {
        Some(models) if turn.model.is_some() => models,
        _ => of(platform),
    }
}

/// A platform's wire language.
pub(crate) trait Dialect: Sync {
    /// The address that a chat request goes to.
    fn chat_url(&self, base_url: &str) -> String;

    /// The cheapest call that an account with a wrong credential is refused.
    fn test_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        self.catalog_call(endpoint, None)
    }

    /// Reads the answer to the test call: how many models it lists, where it lists models.
    fn read_test(&self, document: &Value) -> Result<Option<u32>, HubError> {
        Ok(u32::try_from(self.read_catalog(document)?.items.len()).ok())
    }

    /// True where that refusal of the test call says that the platform took credential and app, and only missed a
    /// question: for platforms whose every call costs tokens.
    fn refusal_proves(&self, _endpoint: &Endpoint, _error: &HubError) -> bool {
        false
    }

    /// True where the test call may succeed for anybody, so that success proves no credential.
    fn tests_openly(&self, _endpoint: &Endpoint) -> bool {
        false
    }

    /// A call that the right address refuses to carry out, for servers without the test call.
    fn probe_call(&self, _endpoint: &Endpoint) -> Result<Option<Call>, HubError> {
        Ok(None)
    }

    /// Another base URL to try in a test when this one has no interface, only to name it in the error.
    fn other_base(&self, _base_url: &str) -> Option<String> {
        None
    }

    /// Asks for a page of what the account offers.
    fn catalog_call(&self, endpoint: &Endpoint, page: Option<&str>) -> Result<Call, HubError>;

    /// Reads a page of what the account offers.
    fn read_catalog(&self, document: &Value) -> Result<CatalogPage, HubError>;

    /// Reads the page that `page` asked for, where a page's meaning depends on what was asked. `known` is what earlier
    /// pages brought.
    fn read_catalog_page(
        &self,
        _page: Option<&str>,
        _known: &[CatalogItem],
        document: &Value,
    ) -> Result<CatalogPage, HubError> {
        self.read_catalog(document)
    }

    /// How to go on after a page that was refused, where the rest may still be listed. The refusal is told only when
    /// nothing else was found.
    fn after_refused_page(&self, _page: Option<&str>, _error: &HubError) -> Option<CatalogPage> {
        None
    }

    /// The calls that tell about an app, in order. All but the first may fail.
    fn app_calls(&self, _endpoint: &Endpoint, _app: &App) -> Result<Vec<Call>, HubError> {
        Ok(Vec::new())
    }

    /// Reads their documents; absent ones failed.
    fn read_app(&self, _app: &App, _documents: &[Option<Value>]) -> Result<AppInfo, HubError> {
        Ok(AppInfo::default())
    }

    /// The next call that has to be answered before the question can be asked; `None` when nothing is missing in the
    /// turn.
    fn preparation(&self, _endpoint: &Endpoint, _turn: &Turn, _limits: &Limits) -> Result<Option<Call>, HubError> {
        Ok(None)
    }

    /// Takes the document of that call into the turn, so that the next [`preparation`](Self::preparation) sees it.
    fn prepare(&self, _turn: &mut Turn, _document: &Value) -> Result<(), HubError> {
        Ok(())
    }

    /// Takes the refusal of that call into the turn, where it tells what was asked. False where it is a failure.
    fn prepare_refused(&self, _turn: &mut Turn, _error: &HubError) -> bool {
        false
    }

    /// Asks the question, in the shape that `learned` says the endpoint takes.
    fn chat_call(&self, endpoint: &Endpoint, turn: &Turn, limits: &Limits, learned: &Learned)
    -> Result<Call, HubError>;

    /// Reads one answer to that turn.
    fn reader(&self, endpoint: &Endpoint, turn: &Turn) -> Box<dyn Reader>;

    /// Asks for questions to go on with, after a complete answer, where the answer did not bring them.
    fn suggestions_call(&self, _endpoint: &Endpoint, _asker: &Asker, _remote: &RemoteIds) -> Option<Call> {
        None
    }

    /// Reads them.
    fn read_suggestions(&self, _document: &Value) -> Vec<String> {
        Vec::new()
    }

    /// Stops a run on the platform's side, where it can.
    fn stop_call(&self, _endpoint: &Endpoint, _asker: &Asker, _remote: &RemoteIds) -> Option<Call> {
        None
    }

    /// Tells what a person thinks of an answer, where the platform wants to know.
    fn feedback_call(
        &self,
        _endpoint: &Endpoint,
        _asker: &Asker,
        _remote: &RemoteIds,
        _opinion: &Opinion,
    ) -> Option<Call> {
        None
    }

    /// The address where a person lets the Hub into an account with a browser.
    fn authorize_url(&self, _endpoint: &Endpoint, _ask: &AuthorizeAsk) -> Result<String, HubError> {
        Err(not_authorized_by_account())
    }

    /// Asks for the codes with which a person lets the Hub in from another device.
    fn device_call(&self, _endpoint: &Endpoint) -> Result<Call, HubError> {
        Err(not_authorized_by_account())
    }

    /// Reads them.
    fn read_device(&self, _document: &Value) -> Result<DeviceGrant, HubError> {
        Err(not_authorized_by_account())
    }

    /// Asks whose account a token belongs to.
    fn account_call(&self, _endpoint: &Endpoint) -> Result<Call, HubError> {
        Err(not_authorized_by_account())
    }

    /// Reads that.
    fn read_account(&self, _document: &Value) -> Result<AccountInfo, HubError> {
        Err(not_authorized_by_account())
    }

    /// Exchanges a code or an older token for a token, for accounts that are authorised.
    fn token_call(&self, _endpoint: &Endpoint, _request: &TokenRequest) -> Result<Call, HubError> {
        Err(HubError::new(ErrorCode::NotFound, "The platform has no tokens to exchange."))
    }

    /// Reads the answer to it, whatever its status. `now` is the time of its arrival.
    fn read_token(&self, _status: u16, _document: &Value, _now: UtcMs) -> Result<TokenGrant, HubError> {
        Err(HubError::new(ErrorCode::NotFound, "The platform has no tokens to exchange."))
    }

    /// The error behind a refused call.
    fn refusal(&self, refused: &Refused) -> HubError;

    /// Another shape for a call that was refused because of its shape, so that it did not run.
    fn reshape(&self, _call: &Call, _refused: &Refused, _learned: &Learned) -> Option<Learned> {
        None
    }

    /// True where a call refused with 429, 503 or 408 did not run and may be sent again.
    fn repeats_refused(&self) -> bool {
        false
    }

    /// True where minutes may pass between two bytes of an answer that is still worked on.
    fn pauses_long(&self) -> bool {
        false
    }

    /// True where the first byte may take long.
    fn starts_slowly(&self, _endpoint: &Endpoint) -> bool {
        false
    }
}

fn not_authorized_by_account() -> HubError {
    HubError::new(ErrorCode::InvalidRequest, "The platform has no accounts to sign in to.").hint("authorize_platform")
}

/// One HTTP call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: String,
    /// The header that carries the credential.
    pub(crate) credential: Option<(&'static str, SecretString)>,
    /// Further headers, none of them secret; names in lower case.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: CallBody,
    /// The answer is wanted as a stream.
    pub(crate) streams: bool,
}

/// What a call sends.
#[derive(Debug, Clone, Default)]
pub(crate) enum CallBody {
    #[default]
    Nothing,
    Json(serde_json::Value),
    /// A form with one file, as `multipart/form-data`.
    Form {
        fields: Vec<(&'static str, String)>,
        file: FormFile,
    },
    /// A file as it is, for addresses that were handed out for an upload.
    Bytes {
        mime: String,
        bytes: Bytes,
    },
}

impl CallBody {
    /// The document, where it is one.
    pub(crate) fn json(&self) -> Option<&serde_json::Value> {
        match self {
            Self::Json(document) => Some(document),
            _ => None,
        }
    }
}

/// The file of a form.
#[derive(Debug, Clone)]
pub(crate) struct FormFile {
    /// The form's name for it.
    pub(crate) field: &'static str,
    /// Its own name.
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) bytes: Bytes,
}

/// HTTP methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A part of what an account offers.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct CatalogPage {
    pub(crate) items: Vec<CatalogItem>,
    /// What asks for the next page.
    pub(crate) next: Option<String>,
}

/// A call that the server answered with a failure.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) said: Said,
}

/// Shapes that an endpoint was found to need. Forgotten when the program ends.
pub(crate) type Learned = BTreeSet<Shape>;

/// A way to write a call that some servers need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    /// Without `stream_options`.
    NoStreamOptions,
    /// `max_completion_tokens` instead of `max_tokens`.
    MaxCompletionTokens,
    /// `max_tokens` instead of `max_completion_tokens`.
    MaxTokens,
}

/// Reads one answer, item by item. Exactly one event that ends the run is appended over its life.
pub(crate) trait Reader: Send {
    /// Takes the next item of the stream.
    fn item(&mut self, item: &Item, signals: &mut Vec<ChatSignal>) -> Progress;

    /// Takes the whole answer where the server did not stream.
    fn document(&mut self, document: &Value, signals: &mut Vec<ChatSignal>);

    /// The stream ended, or `broken` ended it: says what became of the answer.
    fn end(&mut self, broken: Option<HubError>, signals: &mut Vec<ChatSignal>);
}

/// How far an answer is after an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It goes on.
    Going,
    /// The platform said that it is complete; only facts such as token counts may follow.
    Complete,
    /// The event that ends the run was appended.
    Over,
}
