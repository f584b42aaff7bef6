//! Calls that are answered by one document: the test and the catalogue.

use hub_contract::deep_test::{TestStage, TestStep};
use hub_contract::model::CatalogItem;
use hub_contract::run::RemoteIds;
use hub_contract::{ErrorCode, HubError};
use tokio::time::Instant;
use url::Url;

use crate::authorize::{AccountInfo, DeviceGrant};
use crate::blame::Blame;
use crate::chat::RequestFacts;
use crate::dialect::{self, Call, Dialect, Refused};
use crate::endpoint::Endpoint;
use crate::error_body::{self, Shape};
use crate::json::{self, Value};
use crate::platforms::{Stopped, Tested};
use crate::reason::Reason;
use crate::token;
use crate::transport::Transport;
use crate::turn::{App, AppInfo, Asker, Opinion};

/// More pages than any account has.
const MOST_PAGES: usize = 200;

/// Tests an endpoint with the cheapest call that a wrong credential is refused.
pub(crate) async fn test(transport: &Transport, endpoint: &Endpoint) -> Result<Tested, HubError> {
    let mut account = Account::of(endpoint).await?;
    loop {
        let tested = test_once(transport, &account.endpoint).await;
        if !account.is_renewed_after(&tested).await? {
            return tested;
        }
    }
}

/// The way to the endpoint's server, as far as a credential is not needed.
pub(crate) async fn walk(transport: &Transport, endpoint: &Endpoint) -> Vec<TestStep> {
    let Ok(url) = Url::parse(&endpoint.base_url) else {
        let error = HubError::new(ErrorCode::InvalidRequest, "The address is not one.").hint("bad_address");
        return vec![TestStep::failed(TestStage::Dns, None, error.field("base_url"))];
    };
    let blame = Blame::of(endpoint);
    let mut steps = transport.walk(&endpoint.network, &url).await;
    for step in &mut steps {
        step.error = step.error.take().map(|error| blame.complete(error, &RequestFacts::default()));
    }
    steps
}

async fn test_once(transport: &Transport, endpoint: &Endpoint) -> Result<Tested, HubError> {
    let inquiry = Inquiry::new(Reason::ConnectionTest, transport, endpoint);
    let call = inquiry.dialect.test_call(endpoint).map_err(|error| inquiry.complete(error))?;
    let began = Instant::now();
    let tested = inquiry.ask(&call).await.and_then(|document| inquiry.dialect.read_test(&document));
    let latency_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match tested {
        Ok(models) => Ok(Tested { latency_ms, key_verified: inquiry.proves_key(&call).await, models }),
        // What was asked could not be answered, so whose key it was is not told for certain.
        Err(error) if inquiry.dialect.refusal_proves(endpoint, &error) => {
            Ok(Tested { latency_ms, key_verified: None, models: None })
        }
        Err(error) if is_no_interface(&error) => inquiry.look_around(error).await,
        Err(error) => Err(inquiry.complete(error)),
    }
}

/// All that the account offers.
pub(crate) async fn catalog(transport: &Transport, endpoint: &Endpoint) -> Result<Vec<CatalogItem>, HubError> {
    let mut account = Account::of(endpoint).await?;
    loop {
        let items = catalog_once(transport, &account.endpoint).await;
        if !account.is_renewed_after(&items).await? {
            return items;
        }
    }
}

async fn catalog_once(transport: &Transport, endpoint: &Endpoint) -> Result<Vec<CatalogItem>, HubError> {
    let inquiry = Inquiry::new(Reason::Catalog, transport, endpoint);
    let mut items = Vec::new();
    let mut page: Option<String> = None;
    let mut refused = None;
    for _ in 0..MOST_PAGES {
        let call = inquiry.dialect.catalog_call(endpoint, page.as_deref()).map_err(|error| inquiry.complete(error))?;
        let read = inquiry
            .ask(&call)
            .await
            .and_then(|document| inquiry.dialect.read_catalog_page(page.as_deref(), &items, &document));
        let read = match read {
            Ok(read) => read,
            Err(error) => match inquiry.dialect.after_refused_page(page.as_deref(), &error) {
                Some(rest) => {
                    refused.get_or_insert(error);
                    rest
                }
                None => return Err(inquiry.complete(unlisted(error))),
            },
        };
        items.extend(read.items);
        // A server that repeats its marker would be asked for ever.
        if read.next.is_none() || read.next == page {
            break;
        }
        page = read.next;
    }
    match refused {
        Some(error) if items.is_empty() => Err(inquiry.complete(error)),
        _ => Ok(items),
    }
}

/// What the platform tells about an app.
pub(crate) async fn app(transport: &Transport, endpoint: &Endpoint, app: &App) -> Result<AppInfo, HubError> {
    let mut account = Account::of(endpoint).await?;
    loop {
        let info = app_once(transport, &account.endpoint, app).await;
        if !account.is_renewed_after(&info).await? {
            return info;
        }
    }
}

async fn app_once(transport: &Transport, endpoint: &Endpoint, app: &App) -> Result<AppInfo, HubError> {
    let inquiry = Inquiry::new(Reason::App, transport, endpoint);
    let calls = inquiry.dialect.app_calls(endpoint, app).map_err(|error| inquiry.complete(error))?;
    let mut documents = Vec::with_capacity(calls.len());
    for (place, call) in calls.iter().enumerate() {
        match inquiry.ask(call).await {
            Ok(document) => documents.push(Some(document)),
            Err(error) if place == 0 => return Err(inquiry.complete(error)),
            Err(_) => documents.push(None),
        }
    }
    inquiry.dialect.read_app(app, &documents).map_err(|error| inquiry.complete(error))
}

/// The codes with which a person lets the Hub in from another device.
pub(crate) async fn device_codes(transport: &Transport, endpoint: &Endpoint) -> Result<DeviceGrant, HubError> {
    let inquiry = Inquiry::new(Reason::Authorize, transport, endpoint);
    let call = inquiry.dialect.device_call(endpoint).map_err(|error| inquiry.complete(error))?;
    let given = inquiry.ask(&call).await.and_then(|document| inquiry.dialect.read_device(&document));
    given.map_err(|error| inquiry.complete(error))
}

/// Whose account the endpoint's token belongs to. Asked with a token that was just granted, so it is never renewed.
pub(crate) async fn account(transport: &Transport, endpoint: &Endpoint) -> Result<AccountInfo, HubError> {
    let inquiry = Inquiry::new(Reason::Authorize, transport, endpoint);
    let call = inquiry.dialect.account_call(endpoint).map_err(|error| inquiry.complete(error))?;
    let account = inquiry.ask(&call).await.and_then(|document| inquiry.dialect.read_account(&document));
    account.map_err(|error| inquiry.complete(error))
}

/// The document of a call that a run needs. The error still lacks platform and host.
pub(crate) async fn document(
    reason: Reason,
    transport: &Transport,
    endpoint: &Endpoint,
    call: &Call,
) -> Result<Value, HubError> {
    Inquiry::new(reason, transport, endpoint).ask(call).await
}

/// Tells the platform what a person thinks of an answer.
pub(crate) async fn feedback(
    transport: &Transport,
    endpoint: &Endpoint,
    asker: &Asker,
    remote: &RemoteIds,
    opinion: &Opinion,
) -> Result<(), HubError> {
    let mut account = Account::of(endpoint).await?;
    loop {
        let told = feedback_once(transport, &account.endpoint, asker, remote, opinion).await;
        if !account.is_renewed_after(&told).await? {
            return told;
        }
    }
}

async fn feedback_once(
    transport: &Transport,
    endpoint: &Endpoint,
    asker: &Asker,
    remote: &RemoteIds,
    opinion: &Opinion,
) -> Result<(), HubError> {
    let inquiry = Inquiry::new(Reason::Feedback, transport, endpoint);
    let call = inquiry.dialect.feedback_call(endpoint, asker, remote, opinion).ok_or_else(|| {
        inquiry.complete(HubError::new(ErrorCode::NotFound, "The platform does not ask for it.").hint("no_feedback"))
    })?;
    inquiry.ask(&call).await.map(drop).map_err(|error| inquiry.complete(error))
}

/// Stops a run on the platform's side, where the platform has a call for it.
pub(crate) async fn stop(transport: &Transport, endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds) -> Stopped {
    let Ok(mut account) = Account::of(endpoint).await else {
        return Stopped::Unconfirmed;
    };
    loop {
        let stopped = stop_once(transport, &account.endpoint, asker, remote).await;
        match account.is_renewed_after(&stopped).await {
            Ok(true) => {}
            _ if stopped.is_ok() => return Stopped::Confirmed,
            _ => return Stopped::Unconfirmed,
        }
    }
}

/// True where the platform has a call that stops this run.
pub(crate) fn can_stop(endpoint: &Endpoint, asker: &Asker, remote: &RemoteIds) -> bool {
    dialect::of(endpoint.platform).stop_call(endpoint, asker, remote).is_some()
}

async fn stop_once(
    transport: &Transport,
    endpoint: &Endpoint,
    asker: &Asker,
    remote: &RemoteIds,
) -> Result<(), HubError> {
    let inquiry = Inquiry::new(Reason::Stop, transport, endpoint);
    let call = inquiry.dialect.stop_call(endpoint, asker, remote);
    let call = call.ok_or_else(|| HubError::new(ErrorCode::NotFound, "The platform cannot be told to stop."))?;
    inquiry.ask(&call).await.map(drop)
}

/// An endpoint with its token, which is renewed at most once.
struct Account {
    endpoint: Endpoint,
    renewed: bool,
}

impl Account {
    async fn of(endpoint: &Endpoint) -> Result<Self, HubError> {
        let mut endpoint = endpoint.clone();
        token::take(&mut endpoint).await?;
        Ok(Self { endpoint, renewed: false })
    }

    /// True when the call was refused for its token and there is a newer one now, so that it is worth another try.
    async fn is_renewed_after<T>(&mut self, outcome: &Result<T, HubError>) -> Result<bool, HubError> {
        match outcome {
            Err(error) if error.code == ErrorCode::BadCredential && !self.renewed => {
                self.renewed = true;
                token::renew(&mut self.endpoint).await
            }
            _ => Ok(false),
        }
    }
}

struct Inquiry<'a> {
    reason: Reason,
    transport: &'a Transport,
    endpoint: &'a Endpoint,
    dialect: &'static dyn Dialect,
    blame: Blame,
}

impl<'a> Inquiry<'a> {
    fn new(reason: Reason, transport: &'a Transport, endpoint: &'a Endpoint) -> Self {
        Self { reason, transport, endpoint, dialect: dialect::of(endpoint.platform), blame: Blame::of(endpoint) }
    }

    /// Sends a call and reads its document. The error still lacks platform and host.
    async fn ask(&self, call: &Call) -> Result<Value, HubError> {
        let mut answer = self
            .transport
            .send(self.reason, &self.endpoint.network, call, false)
            .await
            .map_err(|failure| of(failure.error, &failure.facts))?;
        let body = answer.body.whole(self.transport.limits().document_bytes).await;
        self.read(answer.status, answer.retry_after.map(|wait| wait.as_millis()), body)
            .map_err(|error| of(error, &answer.facts))
    }

    fn read(&self, status: u16, retry_after: Option<u128>, body: Result<Vec<u8>, HubError>) -> Result<Value, HubError> {
        if !(200..300).contains(&status) {
            // The status tells the most; a body that breaks off cannot hide it.
            let said = error_body::read(&body.unwrap_or_default());
            let mut error = self.dialect.refusal(&Refused { status, said });
            error.detail.retry_after_ms = retry_after.and_then(|wait| u64::try_from(wait).ok());
            return Err(error);
        }
        let body = body?;
        let text = String::from_utf8_lossy(&body);
        // Done, and nothing to tell.
        if text.trim().is_empty() && matches!(status, 202 | 204) {
            return Ok(Value::Null);
        }
        let parsed = json::parse(text.trim_start_matches('\u{FEFF}').trim());
        match parsed {
            Ok(document) => match error_body::in_document(&document) {
                Some(said) => Err(self.dialect.refusal(&Refused { status, said })),
                None => Ok(document),
            },
            Err(_) => {
                let said = error_body::read(&body);
                let mut error = HubError::new(ErrorCode::BadAnswer, "The answer is no JSON.");
                error.detail.hint = Some(if said.shape == Shape::Html { "html" } else { "bad_json" }.to_owned());
                error.detail.text = said.message;
                Err(error)
            }
        }
    }

    /// Whether success proves the credential: it does not where the same call succeeds without it.
    async fn proves_key(&self, call: &Call) -> Option<bool> {
        call.credential.as_ref()?;
        if !self.dialect.tests_openly(self.endpoint) {
            return Some(true);
        }
        let without = Call { credential: None, ..call.clone() };
        match self.ask(&without).await {
            Ok(_) => Some(false),
            Err(error) if matches!(error.code, ErrorCode::BadCredential | ErrorCode::PermissionDenied) => Some(true),
            Err(_) => None,
        }
    }

    /// The address has no interface where it was looked for: it may lie below, or the server may have no list.
    async fn look_around(&self, error: HubError) -> Result<Tested, HubError> {
        if let Some(base_url) = self.dialect.other_base(&self.endpoint.base_url) {
            let other = Endpoint { base_url, ..self.endpoint.clone() };
            if let Ok(call) = self.dialect.test_call(&other)
                && self.ask(&call).await.is_ok_and(|document| self.dialect.read_test(&document).is_ok())
            {
                return Err(self.complete(error.hint("address_v1").field("base_url")));
            }
        }
        let probe = self.dialect.probe_call(self.endpoint).map_err(|error| self.complete(error))?;
        let Some(probe) = probe else {
            return Err(self.complete(error));
        };
        let began = Instant::now();
        match self.ask(&probe).await {
            // Only the interface itself can tell that model and messages are missing.
            Err(found) if is_about_the_request(&found) => Ok(Tested {
                latency_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
                key_verified: None,
                models: None,
            }),
            Err(found) if matches!(found.code, ErrorCode::BadCredential | ErrorCode::PermissionDenied) => {
                Err(self.complete(found))
            }
            _ => Err(self.complete(error)),
        }
    }

    fn complete(&self, error: HubError) -> HubError {
        self.blame.complete(error, &RequestFacts::default())
    }
}

fn of(mut error: HubError, facts: &RequestFacts) -> HubError {
    error.detail.status = error.detail.status.or(facts.status);
    error.detail.request_id = error.detail.request_id.or_else(|| facts.request_id.clone());
    error
}

/// Nothing of the platform answered at the address.
fn is_no_interface(error: &HubError) -> bool {
    let detail = &error.detail;
    error.code == ErrorCode::NotFound
        || (error.code == ErrorCode::BadAnswer
            && matches!(detail.hint.as_deref(), Some("html" | "bad_json" | "no_models")))
}

fn is_about_the_request(error: &HubError) -> bool {
    let explained = error.detail.status.is_some_and(|status| matches!(status, 400 | 404 | 422));
    let by_interface = matches!(error.code, ErrorCode::InvalidRequest)
        || (error.code == ErrorCode::NotFound && error.detail.hint.as_deref() == Some("model_unknown"));
    explained && by_interface
}

/// A server without a list is no broken one: its models are typed in.
fn unlisted(error: HubError) -> HubError {
    if error.code == ErrorCode::NotFound { error.hint("models_unlisted") } else { error }
}
