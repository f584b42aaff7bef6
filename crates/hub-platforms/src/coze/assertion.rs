//! What a service app proves itself with (`wire/agents.md` 4.4): a JWT (RFC 7519) signed by its private key (RS256).
//!
//! The same input gives the same text: time and id come from the caller.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hub_contract::catalogue::{KEY_ID, PRIVATE_KEY};
use hub_contract::{ErrorCode, HubError, UtcMs};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::authorize::client_id;
use crate::endpoint::Endpoint;

/// How long an assertion may be shown, in seconds: once, at once, with room for a clock that is a little wrong.
const LIFE: i64 = 600;

/// Signs an assertion for this endpoint. `id` is never used twice.
///
/// # Errors
/// `credential_missing` without app, key id or key; `bad_credential` with the hint `private_key` for a key that is none.
pub(super) fn sign(endpoint: &Endpoint, now: UtcMs, id: &str) -> Result<SecretString, HubError> {
    let missing =
        |field: &str| HubError::new(ErrorCode::CredentialMissing, "The service app is not complete.").field(field);
    let key_id = endpoint.fields.get(KEY_ID).ok_or_else(|| missing(KEY_ID))?;
    let key = endpoint.secrets.get(PRIVATE_KEY).ok_or_else(|| missing(PRIVATE_KEY))?;
    let key = key_pair(key.expose_secret()).ok_or_else(|| {
        HubError::new(ErrorCode::BadCredential, "The private key is none.").hint("private_key").field(PRIVATE_KEY)
    })?;
    let host = Url::parse(&endpoint.base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let seconds = now / 1000;
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": key_id });
    let claims = json!({
        "iss": client_id(endpoint)?, "aud": host, "iat": seconds, "exp": seconds + LIFE, "jti": id,
    });
    let text = format!("{}.{}", encoded(&header), encoded(&claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .map_err(|_| HubError::internal("an assertion could not be signed"))?;
    Ok(SecretString::from(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))))
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// The key out of a PEM text (PKCS #8, which is what Coze hands out), whatever became of its line breaks in a form.
fn key_pair(pem: &str) -> Option<KeyPair> {
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    KeyPair::from_pkcs8(&STANDARD.decode(body).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use hub_contract::catalogue::CLIENT_ID;

    use super::super::tests::endpoint;
    use super::*;

    #[test]
    fn what_is_missing_or_no_key_is_told() {
        let mut service = endpoint("https://api.coze.cn", &[]);
        let code =
            |service: &Endpoint| sign(service, 0, "id").map(drop).map_err(|error| (error.code, error.detail.field));
        assert_eq!(code(&service), Err((ErrorCode::CredentialMissing, Some(KEY_ID.to_owned()))));
        service.fields.insert(KEY_ID.to_owned(), "k".to_owned());
        service.fields.insert(CLIENT_ID.to_owned(), "42".to_owned());
        assert_eq!(code(&service), Err((ErrorCode::CredentialMissing, Some(PRIVATE_KEY.to_owned()))));
        for no_key in ["", "text", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"] {
            service.secrets.insert(PRIVATE_KEY.to_owned(), SecretString::from(no_key));
            assert_eq!(code(&service), Err((ErrorCode::BadCredential, Some(PRIVATE_KEY.to_owned()))), "{no_key}");
        }
    }
}
