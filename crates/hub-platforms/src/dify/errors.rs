//! What Dify's errors mean (`wire/agents.md` 5.5 and 10). The same codes come as statuses and inside a stream.

use hub_contract::{ErrorCode, HubError};

use crate::error_body::{self, Said, Shape};
use crate::json::{Value, lenient_u64, member};

/// The error behind a refused call.
pub(crate) fn of_status(status: u16, said: &Said) -> HubError {
    let (code, hint) = by_words(said).or_else(|| by_code(said)).unwrap_or_else(|| by_status(status, said));
    let mut error = told(code, hint, said);
    if status >= 400 {
        error.message = format!("The platform answered with status {status}.");
    }
    error
}

/// The error that an `error` event tells.
pub(crate) fn in_stream(event: &Value) -> HubError {
    let said = Said {
        message: member(event, "message").and_then(error_body::shown),
        code: member(event, "code").map(str::to_owned),
        shape: Shape::Code,
        ..Said::default()
    };
    // Whatever the model behind the app answered, the event's status is 400; its code tells more.
    let status = event.get("status").and_then(lenient_u64).and_then(|status| u16::try_from(status).ok());
    let (code, hint) = by_words(&said)
        .or_else(|| by_code(&said))
        .or_else(|| status.filter(|status| *status >= 401).map(|status| by_status(status, &said)))
        .unwrap_or((ErrorCode::PlatformError, None));
    told(code, hint, &said)
}

/// The error of a run that `workflow_finished` calls failed.
pub(super) fn of_run(words: Option<&str>) -> HubError {
    let mut error = HubError::new(ErrorCode::PlatformError, "The run failed on the platform.");
    error.detail.text = words.and_then(error_body::shown);
    error
}

type Meaning = (ErrorCode, Option<&'static str>);

const CODES: &[(ErrorCode, Option<&str>, &[&str])] = &[
    (ErrorCode::BadCredential, None, &["unauthorized"]),
    (ErrorCode::PermissionDenied, None, &["forbidden", "file_access_denied", "workflow_version_execution_not_allowed"]),
    (ErrorCode::WrongMode, None, &["not_chat_app", "not_workflow_app", "not_completion_app"]),
    (ErrorCode::NotPublished, Some("app_unavailable"), &["app_unavailable"]),
    (ErrorCode::NotPublished, None, &["agent_not_published"]),
    (ErrorCode::ConversationGone, None, &["conversation_completed"]),
    (ErrorCode::QuotaExhausted, None, &["provider_quota_exceeded", "rate_limit_error"]),
    (ErrorCode::RateLimited, None, &["too_many_requests"]),
    (ErrorCode::TooLarge, None, &["file_too_large"]),
    (ErrorCode::TooLarge, Some("too_many_files"), &["too_many_files"]),
    (ErrorCode::UnsupportedFile, None, &["unsupported_file_type", "file_extension_blocked"]),
    (ErrorCode::PlatformError, Some("provider_unset"), &["provider_not_initialize", "model_currently_not_support"]),
    (ErrorCode::PlatformError, Some("model_failed"), &["completion_request_error"]),
    (ErrorCode::NotFound, Some("form_gone"), &["human_input_form_not_found"]),
    (ErrorCode::InvalidRequest, Some("form_gone"), &["human_input_form_expired", "human_input_form_submitted"]),
];

fn by_code(said: &Said) -> Option<Meaning> {
    let code = said.code.as_deref()?;
    CODES.iter().find(|(_, _, words)| words.contains(&code)).map(|(code, hint, _)| (*code, *hint))
}

/// What Dify only tells in words, under codes that mean several things.
fn by_words(said: &Said) -> Option<Meaning> {
    let code = said.code.as_deref()?;
    let words = said.message.as_deref()?.to_ascii_lowercase();
    match code {
        "not_found" if words.contains("conversation") => Some((ErrorCode::ConversationGone, None)),
        "not_found" if words.contains("form") => Some((ErrorCode::NotFound, Some("form_gone"))),
        "forbidden" if words.contains("api service") => Some((ErrorCode::NotPublished, Some("api_disabled"))),
        "forbidden" if words.contains("no longer exists") => Some((ErrorCode::NotFound, None)),
        "invalid_param" if words.contains("required in input form") => Some((ErrorCode::InputRequired, None)),
        "invalid_param" if words.contains("not published") => Some((ErrorCode::NotPublished, None)),
        _ => None,
    }
}

fn by_status(status: u16, said: &Said) -> Meaning {
    // Without Dify's own JSON it was not its interface that answered.
    let stranger = said.shape != Shape::Code && said.code.is_none();
    match status {
        401 => (ErrorCode::BadCredential, None),
        402 => (ErrorCode::QuotaExhausted, None),
        403 if said.shape == Shape::Html => (ErrorCode::PermissionDenied, Some("html")),
        403 => (ErrorCode::PermissionDenied, None),
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

fn told(code: ErrorCode, hint: Option<&str>, said: &Said) -> HubError {
    let mut error = HubError::new(code, "The platform reported a failure.");
    error.detail.hint = hint.map(str::to_owned);
    error.detail.platform_code = said.code.clone();
    error.detail.text = said.message.clone();
    error.detail.request_id = said.request_id.clone();
    if code == ErrorCode::InputRequired {
        // "name is required in input form"
        let name = said.message.as_deref().and_then(|words| words.split_once(" is required"));
        error.detail.field = name.map(|(name, _)| name.trim().to_owned());
    }
    error
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    fn refused(status: u16, body: &str) -> (ErrorCode, Option<String>) {
        let error = of_status(status, &error_body::read(body.as_bytes()));
        (error.code, error.detail.hint)
    }

    #[test]
    fn codes_tell_more_than_statuses() {
        for (status, code, words, meaning, hint) in [
            (400, "not_chat_app", "x", ErrorCode::WrongMode, None),
            (400, "not_workflow_app", "x", ErrorCode::WrongMode, None),
            (400, "app_unavailable", "x", ErrorCode::NotPublished, Some("app_unavailable")),
            (400, "provider_quota_exceeded", "x", ErrorCode::QuotaExhausted, None),
            (400, "provider_not_initialize", "x", ErrorCode::PlatformError, Some("provider_unset")),
            (400, "conversation_completed", "x", ErrorCode::ConversationGone, None),
            (401, "unauthorized", "Access token is invalid", ErrorCode::BadCredential, None),
            (
                403,
                "forbidden",
                "The app's API service has been disabled.",
                ErrorCode::NotPublished,
                Some("api_disabled"),
            ),
            (403, "forbidden", "The app no longer exists.", ErrorCode::NotFound, None),
            (403, "forbidden", "The workspace's status is archived.", ErrorCode::PermissionDenied, None),
            (404, "not_found", "Conversation Not Exists.", ErrorCode::ConversationGone, None),
            (404, "not_found", "Message Not Exists.", ErrorCode::NotFound, None),
            (413, "file_too_large", "x", ErrorCode::TooLarge, None),
            (415, "unsupported_file_type", "x", ErrorCode::UnsupportedFile, None),
            (429, "too_many_requests", "x", ErrorCode::RateLimited, None),
            (429, "rate_limit_error", "x", ErrorCode::QuotaExhausted, None),
            (500, "internal_server_error", "x", ErrorCode::PlatformError, None),
        ] {
            let body = json!({"code": code, "message": words, "status": status}).to_string();
            assert_eq!(refused(status, &body), (meaning, hint.map(str::to_owned)), "{body}");
        }
    }

    #[test]
    fn what_is_no_dify_is_told_apart() {
        let page = "<!doctype html><html><body>404</body></html>";
        assert_eq!(refused(404, page), (ErrorCode::NotFound, Some("address_path".to_owned())));
        assert_eq!(refused(502, page), (ErrorCode::PlatformError, None));
        assert_eq!(refused(403, page), (ErrorCode::PermissionDenied, Some("html".to_owned())));
    }

    #[test]
    fn a_missing_input_is_named() {
        let body = r#"{"code":"invalid_param","message":"city is required in input form","status":400}"#;
        let error = of_status(400, &error_body::read(body.as_bytes()));
        assert_eq!((error.code, error.detail.field.as_deref()), (ErrorCode::InputRequired, Some("city")));
    }

    #[test]
    fn a_failed_node_is_no_fault_of_the_request() {
        let error =
            in_stream(&json!({"event": "error", "code": "invalid_param", "status": 400, "message": "Run failed"}));
        assert_eq!(
            (error.code, error.detail.platform_code.as_deref()),
            (ErrorCode::PlatformError, Some("invalid_param"))
        );
    }
}
