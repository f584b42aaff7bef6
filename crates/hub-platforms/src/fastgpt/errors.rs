//! What FastGPT's errors mean (`wire/agents.md` 6.5). Older servers answer every failure with status 500, so the code in
//! the body counts more, and the name beside it most.

use hub_contract::{ErrorCode, HubError};

use crate::error_body::{self, Said, Shape};
use crate::json::{Value, member, text_of};

/// The error behind a refused call.
pub(super) fn of_status(status: u16, said: &Said) -> HubError {
    let (code, hint) = by_name(said).or_else(|| by_number(said)).unwrap_or_else(|| by_status(status, said));
    let mut error = told(code, hint, said);
    if status >= 400 {
        error.message = format!("The platform answered with status {status}.");
    }
    error
}

/// The error that an `error` event tells.
pub(super) fn in_stream(event: &Value) -> HubError {
    let said = Said {
        message: member(event, "message").or_else(|| event.as_str()).and_then(error_body::shown),
        code: event.get("code").and_then(text_of),
        kind: member(event, "statusText").map(str::to_owned),
        shape: Shape::Code,
        ..Said::default()
    };
    let (code, hint) = by_name(&said).or_else(|| by_number(&said)).unwrap_or((ErrorCode::PlatformError, None));
    told(code, hint, &said)
}

type Meaning = (ErrorCode, Option<&'static str>);

/// Names, in lower case.
const NAMES: &[(ErrorCode, &[&str])] = &[
    (ErrorCode::BadCredential, &["unauthapikey", "unauthorization"]),
    (ErrorCode::QuotaExhausted, &["insufficientquota", "aipointsnotenough", "balancenotenough", "overquota"]),
    (ErrorCode::RateLimited, &["toomanyrequest", "toomanyrequests"]),
    (ErrorCode::NotFound, &["unexist", "appunexist", "invalidapptype"]),
];

fn by_name(said: &Said) -> Option<Meaning> {
    let name = said.kind.as_deref()?.to_ascii_lowercase();
    if let Some((code, _)) = NAMES.iter().find(|(_, names)| names.contains(&name.as_str())) {
        return Some((*code, None));
    }
    // unAuthModel, unAuthFile, unAuthApp, …
    name.starts_with("unauth").then_some((ErrorCode::PermissionDenied, None))
}

fn by_number(said: &Said) -> Option<Meaning> {
    Some(match said.code.as_deref()? {
        "403" | "514" => (ErrorCode::BadCredential, None),
        "510" => (ErrorCode::QuotaExhausted, None),
        "511" | "513" => (ErrorCode::PermissionDenied, None),
        "429" => (ErrorCode::RateLimited, None),
        "413" => (ErrorCode::TooLarge, None),
        _ => return None,
    })
}

fn by_status(status: u16, said: &Said) -> Meaning {
    let stranger = matches!(said.shape, Shape::Html | Shape::Text) && said.code.is_none();
    match status {
        401 => (ErrorCode::BadCredential, None),
        402 => (ErrorCode::QuotaExhausted, None),
        403 if said.shape == Shape::Html => (ErrorCode::PermissionDenied, Some("html")),
        403 => (ErrorCode::PermissionDenied, None),
        404 | 405 if stranger => (ErrorCode::NotFound, Some("address_path")),
        404 | 405 => (ErrorCode::NotFound, None),
        407 => (ErrorCode::Proxy, None),
        408 | 503 => (ErrorCode::Overloaded, None),
        413 => (ErrorCode::TooLarge, None),
        429 => (ErrorCode::RateLimited, None),
        400..=499 => (ErrorCode::InvalidRequest, None),
        _ => (ErrorCode::PlatformError, None),
    }
}

fn told(code: ErrorCode, hint: Option<&str>, said: &Said) -> HubError {
    let mut error = HubError::new(code, "The platform reported a failure.");
    error.detail.hint = hint.map(str::to_owned);
    error.detail.platform_code = said.kind.clone().filter(|name| !name.is_empty()).or_else(|| said.code.clone());
    error.detail.text = said.message.clone();
    error.detail.request_id = said.request_id.clone();
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_counts_more_than_the_status() {
        for (status, body, code) in [
            (500, r#"{"code":514,"statusText":"unAuthApiKey","message":"m","data":null}"#, ErrorCode::BadCredential),
            (500, r#"{"code":429,"statusText":"","message":"m","data":null}"#, ErrorCode::RateLimited),
            (429, r#"{"code":429,"statusText":"","message":"m","data":null}"#, ErrorCode::RateLimited),
            (500, r#"{"code":510,"statusText":"insufficientQuota","message":"m"}"#, ErrorCode::QuotaExhausted),
            (500, r#"{"code":500000,"statusText":"aiPointsNotEnough","message":"m"}"#, ErrorCode::QuotaExhausted),
            (500, r#"{"code":511,"statusText":"unAuthModel","message":"m"}"#, ErrorCode::PermissionDenied),
            (500, r#"{"code":502000,"statusText":"appUnExist","message":"m"}"#, ErrorCode::NotFound),
            (500, r#"{"code":500,"statusText":"error","message":"m"}"#, ErrorCode::PlatformError),
            (404, "<html></html>", ErrorCode::NotFound),
        ] {
            assert_eq!(of_status(status, &error_body::read(body.as_bytes())).code, code, "{body}");
        }
    }
}
