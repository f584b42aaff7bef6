//! The one place with sockets. Everything about time, size, proxies, certificates and redirects is decided here; what
//! the bytes mean is not.

mod body;
mod client;
mod cut_off;
mod decode;
mod failure;
mod patience;
mod wait;
mod way;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hub_contract::{ErrorCode, HubError};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Url};
use secrecy::ExposeSecret;
use tokio::time::Instant;

pub(crate) use self::body::Body;
use self::body::Silence;
use self::client::Clients;
use self::decode::Decoder;
use crate::allowed_hosts::AllowedHosts;
use crate::chat::RequestFacts;
use crate::dialect::{self, Call, CallBody, FormFile};
use crate::endpoint::Network;
use crate::limits::Limits;
use crate::reach::Reach;
use crate::reason::{Reason, Tally};
use crate::resolver::Resolver;

/// Installs `ring` as the crypto library of this process. Every main and test calls it once before the first https
/// call; another call changes nothing.
pub fn install_crypto() {
    // An error means that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Sends calls.
#[derive(Debug)]
pub(crate) struct Transport {
    limits: Limits,
    clients: Clients,
    tally: Tally,
}

/// An answer whose head has arrived.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// How long the server asks to wait.
    pub(crate) retry_after: Option<Duration>,
    /// The server itself says whether a repeat makes sense.
    pub(crate) should_retry: Option<bool>,
    pub(crate) facts: RequestFacts,
    pub(crate) body: Body,
}

/// A call that got no usable answer.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: HubError,
    pub(crate) facts: RequestFacts,
    /// False when no byte of the request can have reached the server.
    pub(crate) may_have_run: bool,
}

impl Transport {
    /// Without a resolver the system resolves host names; without hosts all are allowed.
    pub(crate) fn new(limits: Limits, resolver: Option<Arc<dyn Resolver>>, hosts: Option<AllowedHosts>) -> Self {
        Self { limits, clients: Clients::new(resolver, hosts), tally: Tally::default() }
    }

    /// How many calls were sent for which reason.
    pub(crate) fn calls(&self) -> BTreeMap<Reason, u64> {
        self.tally.calls()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sends a call once. `slow_start` waits longer for the first byte.
    ///
    /// # Errors
    /// What kept the head of an answer from coming, and `redirected` for a redirect, which is never followed: the
    /// credential must not travel to an address that nobody confirmed.
    pub(crate) async fn send(
        &self,
        reason: Reason,
        network: &Network,
        call: &Call,
        slow_start: bool,
    ) -> Result<Answer, Failure> {
        self.send_within(Reach::Anywhere, reason, network, call, slow_start).await
    }

    /// The same for an address that may only lead to some places.
    ///
    /// # Errors
    /// As [`send`](Self::send), and `invalid_request` with the hint `icon_address` for a name that leads elsewhere.
    pub(crate) async fn send_within(
        &self,
        reach: Reach,
        reason: Reason,
        network: &Network,
        call: &Call,
        slow_start: bool,
    ) -> Result<Answer, Failure> {
        let mut facts = RequestFacts { method: call.method.as_str().to_owned(), ..RequestFacts::default() };
        let failed =
            |facts: &RequestFacts, error: HubError| Failure { error, facts: facts.clone(), may_have_run: false };

        let url = Url::parse(&call.url).map_err(|_| {
            let error = HubError::new(ErrorCode::InvalidRequest, "The address is not one.").hint("bad_address");
            failed(&facts, error.field("base_url"))
        })?;
        facts.url = without_query(&url);
        let client = self.clients.client(network, &url, reach, &self.limits).await;
        let client = client.map_err(|error| failed(&facts, error))?;
        facts.proxy = client.proxy;
        let request = request(&client.http, url.clone(), call).map_err(|error| failed(&facts, error))?;

        let silence = Silence {
            before_first_byte: if slow_start { self.limits.silence_slow_start } else { self.limits.silence },
            afterwards: self.limits.silence,
        };
        let began = Instant::now();
        let until = began + self.limits.total;
        // The client does not tell when the connection stood, so the head may take both limits together.
        let patience = self.limits.connect + silence.before_first_byte;
        self.tally.count(reason);
        let response = match patience::wait(&mut Instant::now(), patience, until, client.http.execute(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                let (error, may_have_run) = failure::of(&error);
                return Err(Failure { error, facts, may_have_run });
            }
            Err(out_of_time) => {
                return Err(Failure { error: body::too_long(out_of_time), facts, may_have_run: true });
            }
        };

        let headers = response.headers();
        facts.status = Some(response.status().as_u16());
        facts.http = Some(format!("{:?}", response.version()));
        facts.request_id = REQUEST_ID_HEADERS.iter().find_map(|name| text(headers, name)).map(str::to_owned);
        if head_bytes(headers) > self.limits.head_bytes {
            let error = HubError::new(ErrorCode::TooLarge, "The answer's head is larger than allowed.");
            return Err(Failure { error: error.hint("answer_size"), facts, may_have_run: true });
        }
        if response.status().is_redirection() {
            let error = redirected(text(headers, "location"), &url);
            return Err(Failure { error, facts, may_have_run: false });
        }
        let retry_after = wait::asked(text(headers, "retry-after-ms"), text(headers, "retry-after"), SystemTime::now());
        let should_retry = text(headers, "x-should-retry").and_then(|text| text.parse().ok());
        let Some(decoder) = Decoder::new(text(headers, "content-encoding"), self.limits) else {
            let error =
                HubError::new(ErrorCode::BadAnswer, "The answer is compressed in an unknown way.").hint("encoding");
            return Err(Failure { error, facts, may_have_run: true });
        };
        let status = response.status().as_u16();
        let body = Body::new(response, decoder, silence, until);
        Ok(Answer { status, retry_after, should_retry, facts, body })
    }
}

/// Headers in which servers tell the id of a request, the platforms' own first.
const REQUEST_ID_HEADERS: &[&str] = &[
    "x-request-id",
    "x-siliconcloud-trace-id",
    "x-ds-trace-id",
    "x-tt-logid",
    "x-appbuilder-request-id",
    "request-id",
    "x-generation-id",
    "cf-ray",
];

fn request(client: &reqwest::Client, url: Url, call: &Call) -> Result<reqwest::Request, HubError> {
    let method = match call.method {
        dialect::Method::Get => Method::GET,
        dialect::Method::Post => Method::POST,
        dialect::Method::Put => Method::PUT,
        dialect::Method::Delete => Method::DELETE,
    };
    let mut request = client.request(method, url);
    if let Some((name, value)) = &call.credential {
        let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| {
            HubError::new(ErrorCode::BadCredential, "The key has characters that no key has.").hint("key_characters")
        })?;
        value.set_sensitive(true);
        request = request.header(HeaderName::from_static(name), value);
    }
    request = if call.streams {
        // A compressing proxy would hold frames back.
        request.header(header::ACCEPT, "text/event-stream").header(header::ACCEPT_ENCODING, "identity")
    } else {
        let request = request.header(header::ACCEPT_ENCODING, "gzip, deflate, br");
        // A call that wants something else says so.
        match call.headers.iter().any(|(name, _)| *name == "accept") {
            true => request,
            false => request.header(header::ACCEPT, "application/json"),
        }
    };
    for (name, value) in &call.headers {
        request = request.header(*name, value);
    }
    request = match &call.body {
        CallBody::Nothing => request,
        CallBody::Json(document) => request.json(document),
        CallBody::Form { fields, file } => request.multipart(form(fields, file)?),
        CallBody::Bytes { mime, bytes } => request.header(header::CONTENT_TYPE, mime).body(bytes.clone()),
    };
    request.build().map_err(|error| failure::of(&error).0)
}

fn form(fields: &[(&'static str, String)], file: &FormFile) -> Result<Form, HubError> {
    let part = Part::stream(file.bytes.clone()).file_name(file.name.clone());
    let part = part
        .mime_str(&file.mime)
        .map_err(|_| HubError::new(ErrorCode::UnsupportedFile, format!("The file's type {} is not one.", file.mime)))?;
    let form = fields.iter().fold(Form::new(), |form, (name, value)| form.text(*name, value.clone()));
    Ok(form.part(file.field, part))
}

fn redirected(location: Option<&str>, from: &Url) -> HubError {
    let to = location.and_then(|location| from.join(location).ok());
    let target = to.as_ref().map_or_else(|| "nowhere".to_owned(), without_query);
    let mut error = HubError::new(ErrorCode::Redirected, format!("The server redirected to {target}."));
    error.detail.text = to.is_some().then_some(target);
    let secure = to.is_some_and(|to| to.host() == from.host() && from.scheme() == "http" && to.scheme() == "https");
    if secure { error.hint("redirected_https") } else { error }
}

/// `scheme://host:port/path`: no user name, no query, no fragment.
fn without_query(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// The head as it stood on the wire, nearly.
fn head_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|text| !text.is_empty())
}
