//! The call that brings a token. Its refusals have a language of their own, so it is no inquiry.

use hub_contract::{ErrorCode, HubError, UtcMs};

use crate::blame::Blame;
use crate::dialect;
use crate::endpoint::Endpoint;
use crate::error_body;
use crate::json;
use crate::reason::Reason;
use crate::token::{TokenGrant, TokenRequest};
use crate::transport::Transport;

/// Exchanges `request` for a token, once.
pub(crate) async fn token(
    transport: &Transport,
    endpoint: &Endpoint,
    request: &TokenRequest,
    now: UtcMs,
) -> Result<TokenGrant, HubError> {
    let dialect = dialect::of(endpoint.platform);
    let blame = blame(endpoint, request);
    let call = dialect.token_call(endpoint, request).map_err(|error| blame.complete(error, &Default::default()))?;
    let mut answer = transport
        .send(reason(request), &endpoint.network, &call, false)
        .await
        .map_err(|failure| blame.complete(failure.error, &failure.facts))?;
    let body = answer.body.whole(transport.limits().document_bytes).await;
    let granted = body.and_then(|body| {
        let text = String::from_utf8_lossy(&body);
        match json::parse(text.trim_start_matches('\u{FEFF}').trim()) {
            Ok(document) => dialect.read_token(answer.status, &document, now),
            Err(_) => Err(no_document(&body)),
        }
    });
    granted.map_err(|error| blame.complete(error, &answer.facts))
}

fn reason(request: &TokenRequest) -> Reason {
    match request {
        TokenRequest::Code { .. } | TokenRequest::Device { .. } => Reason::Authorize,
        TokenRequest::Refresh { .. } | TokenRequest::Service { .. } => Reason::Token,
    }
}

/// Nothing of what is exchanged stands in an error, even if the other side repeats it.
fn blame(endpoint: &Endpoint, request: &TokenRequest) -> Blame {
    let mut known = endpoint.clone();
    let secrets = request.secrets().into_iter().cloned().enumerate();
    known.secrets.extend(secrets.map(|(place, secret)| (format!("exchanged {place}"), secret)));
    Blame::of(&known)
}

fn no_document(body: &[u8]) -> HubError {
    let said = error_body::read(body);
    let hint = if said.shape == error_body::Shape::Html { "html" } else { "bad_json" };
    let mut error = HubError::new(ErrorCode::BadAnswer, "The answer is no JSON.").hint(hint);
    error.detail.text = said.message;
    error
}
