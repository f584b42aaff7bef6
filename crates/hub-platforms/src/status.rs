//! What a refusal means by its status alone, where the platform's own code does not tell.

use hub_contract::ErrorCode;

use crate::error_body::{Said, Shape};

/// A code, and the hint that refines its words.
pub(crate) type Meaning = (ErrorCode, Option<&'static str>);

/// The meaning of a status from 400 on.
pub(crate) fn meaning(status: u16, said: &Said) -> Meaning {
    // Without a JSON error it was not the interface that answered.
    let stranger = matches!(said.shape, Shape::Html | Shape::Text);
    match status {
        401 => (ErrorCode::BadCredential, None),
        402 => (ErrorCode::QuotaExhausted, None),
        403 if said.shape == Shape::Html => (ErrorCode::PermissionDenied, Some("html")),
        403 | 451 => (ErrorCode::PermissionDenied, None),
        404 | 405 if stranger => (ErrorCode::NotFound, Some("address_path")),
        404 | 405 => (ErrorCode::NotFound, None),
        407 => (ErrorCode::Proxy, None),
        408 | 503 | 529 => (ErrorCode::Overloaded, None),
        413 => (ErrorCode::TooLarge, None),
        415 => (ErrorCode::UnsupportedFile, None),
        429 => (ErrorCode::RateLimited, None),
        400..=499 => (ErrorCode::InvalidRequest, None),
        _ => (ErrorCode::PlatformError, None),
    }
}
