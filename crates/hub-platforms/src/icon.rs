//! The picture of an app, from the address that its platform tells.
//!
//! That address is data, so the rule for it stands here and nowhere else:
//! - It is called once, without a credential, a cookie or a referrer, with the proxy and certificates of the connection.
//!   An address with a user name or password in it is not called.
//! - It is https, or http where the connection's own address is.
//! - At the connection's own origin it may lie anywhere, because the operator chose that origin. Everywhere else only
//!   public addresses are connected to ([`Reach::Public`]).
//! - No redirect is followed: platforms hand out complete, mostly signed addresses, and each further step would be one
//!   more address that nobody chose.
//! - A body is cut at [`Limits::icon_bytes`](crate::Limits::icon_bytes), a call at [`Limits::icon`](crate::Limits::icon).
//!
//! What the bytes are is not judged here.

use hub_contract::{ErrorCode, HubError, PlatformId};
use tokio::time::timeout;
use url::Url;

use crate::address;
use crate::blame::Blame;
use crate::chat::RequestFacts;
use crate::dialect::{Call, CallBody, Method};
use crate::endpoint::Endpoint;
use crate::reach::Reach;
use crate::reason::Reason;
use crate::remote_url::resolved;
use crate::transport::Transport;

/// Fetches the picture that the endpoint's platform named.
///
/// # Errors
/// `invalid_request` with the hint `icon_address` for an address that may not be called or leads into a private network;
/// `redirected`, `not_found` and `too_large` with hints of their own; what kept it from coming.
pub(crate) async fn fetch(transport: &Transport, endpoint: &Endpoint, told: &str) -> Result<Vec<u8>, HubError> {
    let (url, reach) = allowed(endpoint, told).ok_or_else(|| complete(endpoint, None, closed()))?;
    let call = Call {
        method: Method::Get,
        url: url.to_string(),
        credential: None,
        headers: vec![("accept", ACCEPT.to_owned())],
        body: CallBody::Nothing,
        streams: false,
    };
    let fetched = timeout(transport.limits().icon, body(transport, endpoint, &call, reach)).await;
    let too_slow = || HubError::new(ErrorCode::Silence, "The picture did not come in time.");
    fetched.unwrap_or_else(|_| Err(too_slow())).map_err(|error| complete(endpoint, Some(&url), error))
}

/// What can be taken over.
const ACCEPT: &str = "image/png, image/jpeg, image/webp";

async fn body(transport: &Transport, endpoint: &Endpoint, call: &Call, reach: Reach) -> Result<Vec<u8>, HubError> {
    let sent = transport.send_within(reach, Reason::Icon, &endpoint.network, call, false).await;
    let mut answer = sent.map_err(|failure| match failure.error.code {
        ErrorCode::Redirected => failure.error.hint("icon_redirected"),
        _ => failure.error,
    })?;
    if answer.status != 200 {
        let mut error = HubError::new(ErrorCode::NotFound, "There is no picture at the address.").hint("icon_gone");
        error.detail.status = Some(answer.status);
        return Err(error);
    }
    answer.body.whole(transport.limits().icon_bytes).await.map_err(|error| match error.code {
        ErrorCode::TooLarge => error.hint("icon_size"),
        _ => error,
    })
}

/// The complete address and where it may lead; `None` for one that is not called.
fn allowed(endpoint: &Endpoint, told: &str) -> Option<(Url, Reach)> {
    let url = Url::parse(&resolved(&endpoint.base_url, interface(endpoint.platform), told)?).ok()?;
    let base = Url::parse(endpoint.base_url.trim()).ok()?;
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    if url.scheme() != "https" && url.scheme() != base.scheme() {
        return None;
    }
    let reach = match address::origin(url.as_str()) == address::origin(base.as_str()) {
        true => Reach::Anywhere,
        false => Reach::Public,
    };
    reach.may_hold(&url).then_some((url, reach))
}

/// The path below a platform's place of installation at which its interface stands: what an address without a host is
/// relative to.
fn interface(platform: PlatformId) -> &'static str {
    match platform {
        PlatformId::Dify => "/v1",
        PlatformId::Fastgpt => "/api",
        _ => "",
    }
}

fn closed() -> HubError {
    HubError::new(ErrorCode::InvalidRequest, "A picture may not be fetched from this address.").hint("icon_address")
}

/// The error is about the picture's host, not about the platform's.
fn complete(endpoint: &Endpoint, url: Option<&Url>, mut error: HubError) -> HubError {
    error.detail.host = url.and_then(Url::host_str).map(str::to_owned);
    Blame::of(endpoint).complete(error, &RequestFacts::default())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::endpoint::Network;

    fn reach(platform: PlatformId, base_url: &str, told: &str) -> Option<(String, Reach)> {
        let endpoint = Endpoint {
            platform,
            base_url: base_url.to_owned(),
            fields: BTreeMap::new(),
            secrets: BTreeMap::new(),
            token: None,
            network: Network::default(),
        };
        allowed(&endpoint, told).map(|(url, reach)| (url.to_string(), reach))
    }

    #[test]
    fn the_rule_for_addresses_of_pictures() {
        const COZE: &str = "https://api.coze.example";
        const LAN: &str = "http://10.0.3.12:8080/v1";
        for (base, told, expected) in [
            (COZE, "https://cdn.example/a.png?sign=x", Some(Reach::Public)),
            (COZE, "https://api.coze.example/a.png", Some(Reach::Anywhere)),
            (COZE, "https://api.coze.example:8443/a.png", Some(Reach::Public)),
            (COZE, "http://cdn.example/a.png", None),
            (COZE, "https://10.0.3.12/a.png", None),
            (COZE, "https://user:word@cdn.example/a.png", None),
            (COZE, "file:///etc/passwd", None),
            (COZE, "data:image/png;base64,AAAA", None),
            (COZE, "", None),
            (LAN, "http://10.0.3.12:8080/files/a.png", Some(Reach::Anywhere)),
            (LAN, "http://10.0.3.12:22/a.png", None),
            (LAN, "http://127.0.0.1:8080/a.png", None),
            (LAN, "http://169.254.169.254/latest/meta-data", None),
            (LAN, "http://cdn.example/a.png", Some(Reach::Public)),
        ] {
            assert_eq!(reach(PlatformId::Dify, base, told).map(|(_, reach)| reach), expected, "{base} {told}");
        }
    }

    #[test]
    fn an_address_without_a_host_belongs_to_the_platform() {
        for (platform, base, told, complete) in [
            (
                PlatformId::Fastgpt,
                "https://f.example/api",
                "/api/system/img/1.png",
                "https://f.example/api/system/img/1.png",
            ),
            (PlatformId::Dify, "http://h:8080/v1", "/files/a.png?sign=x", "http://h:8080/files/a.png?sign=x"),
        ] {
            assert_eq!(reach(platform, base, told), Some((complete.to_owned(), Reach::Anywhere)));
        }
    }
}
