//! Errors, secrets and what is told of them.

use hub_contract::secret::{SecretHint, SecretInput};
use hub_contract::{ErrorCode, ErrorDetail, HubError, PlatformId};

use crate::connections::{failed_test, passed_test};
use crate::{shape, words};

/// An error with every detail.
pub(crate) fn full() -> HubError {
    HubError {
        code: ErrorCode::RateLimited,
        message: "the platform asks to wait".into(),
        detail: ErrorDetail {
            platform: Some(PlatformId::Siliconflow),
            host: Some("api.example.com".into()),
            platform_code: Some("50603".into()),
            status: Some(429),
            request_id: Some("req-1".into()),
            retry_after_ms: Some(1_500),
            text: Some("System is too busy now.".into()),
            hint: Some("html".into()),
            field: Some("base_url".into()),
        },
    }
}

/// An error with none.
pub(crate) fn minimal() -> HubError {
    HubError::internal("a fault")
}

#[test]
fn codes() {
    words(ErrorCode::ALL);
    for code in ErrorCode::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
    }
}

#[test]
fn errors() {
    shape(&[full(), minimal()]);
    shape(&[full().detail, ErrorDetail::default()]);
}

#[test]
fn secrets() {
    shape(&[SecretInput::new("sk-test-0000"), SecretInput::new("")]);
    let last_test = Some(Box::new(passed_test()));
    shape(&[
        SecretHint { last4: Some("7890".into()), saved_at: 1_780_000_000_000, last_test },
        SecretHint { last4: None, saved_at: 0, last_test: Some(Box::new(failed_test())) },
        SecretHint::default(),
    ]);
}
