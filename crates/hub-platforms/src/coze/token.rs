//! The token endpoint of Coze's OAuth (`wire/agents.md` 4.4): what is sent for a code, a refresh token or a device code,
//! and what its answers mean.

use hub_contract::catalogue::CLIENT_SECRET;
use hub_contract::{ErrorCode, HubError, UtcMs};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::assertion;
use super::authorize::client_id;
use crate::address;
use crate::credential;
use crate::dialect::{Call, CallBody, Method};
use crate::endpoint::Endpoint;
use crate::error_body;
use crate::json::{self, Value, lenient_u64, member};
use crate::token::{TokenGrant, TokenRequest};

const PATH: &str = "/api/permission/oauth2/token";
/// How long a service app's token is asked for, in seconds; from 900 to 86,399.
const SERVICE_LIFE: u32 = 3_600;
/// Ends of tokens above this are points in time, below it they are seconds from now.
const FIRST_POINT_IN_TIME: u64 = 1_000_000_000;

/// The call that exchanges `request`.
///
/// # Errors
/// `credential_missing` without a client id.
pub(super) fn call(endpoint: &Endpoint, request: &TokenRequest) -> Result<Call, HubError> {
    if let TokenRequest::Service { now, id } = request {
        let assertion = assertion::sign(endpoint, *now, id)?;
        let grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        return Ok(exchange(
            endpoint,
            Some(credential::bearer(&assertion)),
            json!({ "grant_type": grant_type, "duration_seconds": SERVICE_LIFE }),
        ));
    }
    let client = client_id(endpoint)?;
    let body = match request {
        TokenRequest::Code { code, redirect_uri, verifier } => {
            let mut body = json!({
                "grant_type": "authorization_code",
                "client_id": client,
                "code": code.expose_secret(),
                "redirect_uri": redirect_uri,
            });
            if let (Some(body), Some(verifier)) = (body.as_object_mut(), verifier) {
                body.insert("code_verifier".to_owned(), json!(verifier.expose_secret()));
            }
            body
        }
        TokenRequest::Refresh { refresh_token } => json!({
            "grant_type": "refresh_token",
            "client_id": client,
            "refresh_token": refresh_token.expose_secret(),
        }),
        TokenRequest::Device { device_code } => json!({
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "client_id": client,
            "device_code": device_code.expose_secret(),
        }),
        TokenRequest::Service { .. } => serde_json::Value::Null,
    };
    // Only web clients have a secret; the others prove themselves by the verifier or the device.
    let secret = match endpoint.secrets.get(CLIENT_SECRET) {
        Some(secret) if !matches!(request, TokenRequest::Device { .. }) => credential::tidy(CLIENT_SECRET, secret)?,
        _ => None,
    };
    Ok(exchange(endpoint, secret.map(|secret| credential::bearer(&secret)), body))
}

fn exchange(endpoint: &Endpoint, authorization: Option<SecretString>, body: serde_json::Value) -> Call {
    Call {
        method: Method::Post,
        url: address::join(&endpoint.base_url, PATH),
        credential: authorization.map(|value| ("authorization", value)),
        headers: Vec::new(),
        body: CallBody::Json(body),
        streams: false,
    }
}

/// Reads the answer, whatever its status.
///
/// # Errors
/// `reauthorize` where nothing but a new authorization helps; with the hint `oauth_pending` or `oauth_slow_down` while
/// a device code waits for its person.
pub(super) fn read(status: u16, document: &Value, now: UtcMs) -> Result<TokenGrant, HubError> {
    let granted = document.get("data").filter(|data| data.is_object()).unwrap_or(document);
    let token = |name| member(granted, name).map(SecretString::from);
    match token("access_token") {
        Some(access_token) if status < 400 => Ok(TokenGrant {
            access_token,
            refresh_token: token("refresh_token"),
            expires_at: granted.get("expires_in").and_then(lenient_u64).and_then(|ends| end(ends, now)),
        }),
        _ => Err(refusal(status, document)),
    }
}

/// Coze says a point in time where the standard has a duration.
fn end(ends: u64, now: UtcMs) -> Option<UtcMs> {
    let milliseconds = UtcMs::try_from(ends.checked_mul(1000)?).ok()?;
    if ends > FIRST_POINT_IN_TIME { Some(milliseconds) } else { now.checked_add(milliseconds) }
}

/// Documents and programs disagree on the names, so all of them are looked for.
fn refusal(status: u16, document: &Value) -> HubError {
    let code = ["error_code", "error", "code"].iter().find_map(|name| document.get(name).and_then(json::text_of));
    let words = ["error_message", "error_description", "msg", "message"].iter().find_map(|name| member(document, name));
    let (meaning, hint) = meaning(status, code.as_deref().unwrap_or_default(), words.unwrap_or_default());
    let mut error = HubError::new(meaning, "Coze granted no token.");
    error.detail.hint = hint.map(str::to_owned);
    error.detail.status = Some(status);
    error.detail.text = words.and_then(error_body::shown);
    error.detail.request_id = document.pointer("/detail/logid").and_then(json::text_of);
    error.detail.platform_code = code;
    error
}

fn meaning(status: u16, code: &str, words: &str) -> (ErrorCode, Option<&'static str>) {
    match code {
        "authorization_pending" => (ErrorCode::Reauthorize, Some("oauth_pending")),
        "slow_down" => (ErrorCode::Reauthorize, Some("oauth_slow_down")),
        "invalid_grant" | "invalid_refresh_token" | "access_denied" | "expired_token" => (ErrorCode::Reauthorize, None),
        // The client itself is refused: another authorization would be refused too.
        "invalid_client" | "unauthorized_client" => (ErrorCode::BadCredential, Some("oauth_client")),
        "access_deny" => (ErrorCode::PermissionDenied, Some("oauth_client")),
        // So an old refresh token is refused as well.
        "invalid_request" if ["refresh_token", "code"].iter().any(|name| words.contains(name)) => {
            (ErrorCode::Reauthorize, None)
        }
        "invalid_request" | "unsupported_grant_type" => (ErrorCode::InvalidRequest, None),
        _ => match status {
            401 => (ErrorCode::BadCredential, Some("oauth_client")),
            403 => (ErrorCode::PermissionDenied, Some("oauth_client")),
            429 => (ErrorCode::RateLimited, None),
            503 => (ErrorCode::Overloaded, None),
            400..=499 => (ErrorCode::InvalidRequest, None),
            _ => (ErrorCode::PlatformError, None),
        },
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::catalogue::CLIENT_ID;

    use super::super::tests::endpoint;
    use super::*;

    const NOW: UtcMs = 1_900_000_000_000;

    fn request(refresh: &str) -> TokenRequest {
        TokenRequest::Refresh { refresh_token: SecretString::from(refresh) }
    }

    #[test]
    fn each_exchange_has_its_own_body_and_only_web_clients_a_secret() {
        let mut account = endpoint("https://api.coze.cn", &[(CLIENT_SECRET, "test-secret-1")]);
        assert_eq!(call(&account, &request("r")).expect_err("no client").code, ErrorCode::CredentialMissing);
        account.fields.insert(CLIENT_ID.to_owned(), " 42 ".to_owned());
        let sent = |account: &Endpoint, request: &TokenRequest| {
            let call = call(account, request).expect("a call");
            assert_eq!(call.url, "https://api.coze.cn/api/permission/oauth2/token");
            let header = call.credential.map(|(_, value)| value.expose_secret().to_owned());
            (call.body.json().cloned().unwrap_or_default(), header)
        };
        let bearer = Some("Bearer test-secret-1".to_owned());
        assert_eq!(
            sent(&account, &request("r1")),
            (json!({"grant_type": "refresh_token", "client_id": "42", "refresh_token": "r1"}), bearer)
        );
        let device = TokenRequest::Device { device_code: SecretString::from("d") };
        let grant_type = "urn:ietf:params:oauth:grant-type:device_code";
        assert_eq!(
            sent(&account, &device),
            (json!({"grant_type": grant_type, "client_id": "42", "device_code": "d"}), None)
        );
        account.secrets.clear();
        let code = TokenRequest::Code {
            code: SecretString::from("c"),
            redirect_uri: "http://127.0.0.1:8080/callback".to_owned(),
            verifier: Some(SecretString::from("v")),
        };
        assert_eq!(
            sent(&account, &code),
            (
                json!({"grant_type": "authorization_code", "client_id": "42", "code": "c", "code_verifier": "v",
                    "redirect_uri": "http://127.0.0.1:8080/callback"}),
                None
            )
        );
    }

    #[test]
    fn ends_are_points_in_time_or_durations() {
        for (ends, at) in [
            (json!(1_900_000_900), Some(NOW + 900_000)),
            (json!("1900000900"), Some(NOW + 900_000)),
            (json!(900), Some(NOW + 900_000)),
            (json!(null), None),
        ] {
            let answer = json!({"access_token": "a", "refresh_token": "r", "expires_in": ends});
            assert_eq!(read(200, &answer.into(), NOW).expect("a grant").expires_at, at, "{ends}");
        }
    }

    #[test]
    fn refusals_in_every_spelling() {
        for (status, body, code, hint) in [
            (
                400,
                r#"{"error_code":"invalid_request","error_message":"invalid request: refresh_token"}"#,
                ErrorCode::Reauthorize,
                None,
            ),
            (400, r#"{"error":"invalid_grant","error_description":"used"}"#, ErrorCode::Reauthorize, None),
            (
                400,
                r#"{"error_code":"authorization_pending","error":"authorization_pending","error_message":"wait"}"#,
                ErrorCode::Reauthorize,
                Some("oauth_pending"),
            ),
            (400, r#"{"error":"slow_down"}"#, ErrorCode::Reauthorize, Some("oauth_slow_down")),
            (401, r#"{"error_code":"invalid_client"}"#, ErrorCode::BadCredential, Some("oauth_client")),
            (403, r#"{"error_code":"access_deny"}"#, ErrorCode::PermissionDenied, Some("oauth_client")),
            (200, r#"{"error_code":"internal_error"}"#, ErrorCode::PlatformError, None),
            (200, "{}", ErrorCode::PlatformError, None),
        ] {
            let error = read(status, &serde_json::from_str(body).expect("JSON"), NOW).expect_err("refused");
            assert_eq!((error.code, error.detail.hint.as_deref()), (code, hint), "{body}");
        }
    }
}
