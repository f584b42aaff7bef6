//! What a wire language is: a pure translation between turns and calls, frames and signals.
//!
//! Each platform family is one implementation in a folder of its own. It owns no socket, clock or thread, so all of it
//! can be tested with texts. Timeouts, repeats, redaction and size caps belong to the transport and the run.

use std::collections::BTreeSet;

use hub_contract::model::CatalogItem;
use hub_contract::run::RemoteIds;
use hub_contract::{ErrorCode, HubError, PlatformId};
use secrecy::SecretString;
use serde_json::Value;

use crate::chat::ChatSignal;
use crate::endpoint::Endpoint;
use crate::error_body::Said;
use crate::limits::Limits;
use crate::openai::OpenAi;
use crate::sse::Item;
use crate::turn::Turn;

/// The wire language of a platform.
///
/// # Errors
/// `not_built` for platforms that this version cannot talk to.
pub(crate) fn of(platform: PlatformId) -> Result<&'static dyn Dialect, HubError> {
    built(platform).ok_or_else(|| {
        let mut error = HubError::new(ErrorCode::NotBuilt, format!("This version cannot talk to {platform} yet."));
        error.detail.platform = Some(platform);
        error
    })
}

/// The address that a chat request goes to; the base URL itself where this version does not know.
pub(crate) fn final_url(platform: PlatformId, base_url: &str) -> String {
    built(platform).map_or_else(|| base_url.to_owned(), |dialect| dialect.chat_url(base_url))
}

fn built(platform: PlatformId) -> Option<&'static dyn Dialect> {
    OpenAi::of(platform).map(|dialect| dialect as &'static dyn Dialect)
}

/// A platform's wire language.
pub(crate) trait Dialect: Sync {
    /// The address that a chat request goes to.
    fn chat_url(&self, base_url: &str) -> String;

    /// The cheapest call that an account with a wrong credential is refused.
    fn test_call(&self, endpoint: &Endpoint) -> Result<Call, HubError> {
        self.catalog_call(endpoint, None)
    }

    /// True where the test call may succeed for anybody, so that success proves no credential.
    fn tests_openly(&self, endpoint: &Endpoint) -> bool;

    /// A call that the right address refuses to carry out, for servers without the test call.
    fn probe_call(&self, endpoint: &Endpoint) -> Result<Option<Call>, HubError>;

    /// Another base URL to try in a test when this one has no interface, only to name it in the error.
    fn other_base(&self, base_url: &str) -> Option<String>;

    /// Asks for a page of what the account offers.
    fn catalog_call(&self, endpoint: &Endpoint, page: Option<&str>) -> Result<Call, HubError>;

    /// Reads a page of what the account offers.
    fn read_catalog(&self, document: &Value) -> Result<CatalogPage, HubError>;

    /// Asks the question, in the shape that `learned` says the endpoint takes.
    fn chat_call(&self, endpoint: &Endpoint, turn: &Turn, limits: &Limits, learned: &Learned)
    -> Result<Call, HubError>;

    /// Reads one answer.
    fn reader(&self) -> Box<dyn Reader>;

    /// Stops a run on the platform's side, where it can.
    fn stop_call(&self, endpoint: &Endpoint, remote: &RemoteIds) -> Option<Call>;

    /// The error behind a refused call.
    fn refusal(&self, refused: &Refused) -> HubError;

    /// Another shape for a call that was refused because of its shape, so that it did not run.
    fn reshape(&self, call: &Call, refused: &Refused, learned: &Learned) -> Option<Learned>;

    /// True where a call refused with 429, 503 or 408 did not run and may be sent again.
    fn repeats_refused(&self) -> bool;

    /// True where the first byte may take long.
    fn starts_slowly(&self, endpoint: &Endpoint) -> bool;
}

/// One HTTP call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: String,
    /// The header that carries the credential.
    pub(crate) credential: Option<(&'static str, SecretString)>,
    pub(crate) body: Option<Value>,
    /// The answer is wanted as a stream.
    pub(crate) streams: bool,
}

/// HTTP methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}

impl Method {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
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
