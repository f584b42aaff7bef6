//! Service apps: they sign for their tokens. An assertion is looked at as the real server does: signature, app, audience,
//! time, and an id that was never shown before.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

use crate::Recorded;
use crate::openai::fields::Fields;

/// The service app.
pub const SERVICE: &str = "service-sim";
/// The fingerprint of its public key.
pub const SERVICE_KEY_ID: &str = "key-sim";

/// Why an assertion is not believed; `used` holds the ids that were.
pub(super) fn check(request: &Recorded, key: Option<&[u8]>, used: &mut BTreeSet<String>) -> Result<(), &'static str> {
    let shown =
        request.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).ok_or("no assertion")?;
    let (text, signature) = shown.rsplit_once('.').ok_or("no JWT")?;
    let (header, claims) = text.split_once('.').ok_or("no JWT")?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "no signature")?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.ok_or("no key is registered")?)
        .verify(text.as_bytes(), &signature)
        .map_err(|_| "another key signed")?;
    let (header, claims) = (part(header)?, part(claims)?);
    if header.field("alg") != "RS256" || header.field("typ") != "JWT" || header.field("kid") != SERVICE_KEY_ID {
        return Err("alg, typ or kid");
    }
    let host = request.header("host").and_then(|host| host.split(':').next());
    if claims.field("iss") != SERVICE || claims.field("aud").as_str() != host {
        return Err("iss or aud");
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let time = |name: &str| claims.field(name).as_u64().unwrap_or_default();
    if time("exp") <= now || time("iat") > now + 60 {
        return Err("exp or iat");
    }
    let id = claims.field("jti").as_str().unwrap_or_default();
    if id.len() < 32 || !used.insert(id.to_owned()) {
        return Err("jti");
    }
    Ok(())
}

fn part(text: &str) -> Result<Value, &'static str> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| "no JWT")?;
    serde_json::from_slice(&bytes).map_err(|_| "no JWT")
}
