//! What AppBuilder's failures mean (`wire/cloud-llm.md` 1.6). Its code words are no closed list, so they are read by
//! their parts.

use hub_contract::{ErrorCode, HubError};

use crate::error_body::Said;
use crate::status::{self, Meaning};

/// The error behind a refused call, or inside an answer that began with 200.
pub(super) fn of(status: u16, said: &Said) -> HubError {
    let (code, hint) = meaning(status, said);
    let mut error = HubError::new(code, "AppBuilder reported a failure.");
    error.detail.hint = hint.map(str::to_owned);
    error.detail.platform_code = said.code.clone().or_else(|| said.kind.clone());
    error.detail.text.clone_from(&said.message);
    error.detail.request_id.clone_from(&said.request_id);
    error
}

fn meaning(status: u16, said: &Said) -> Meaning {
    let code = said.code.as_deref().unwrap_or_default().to_ascii_lowercase();
    let words = said.message.as_deref().unwrap_or_default().to_ascii_lowercase();
    let gone = ["notfound", "not_found", "expired", "notexist", "invalid"];
    let gone_words = ["expired", "not found", "not exist", "不存在", "过期", "失效"];
    let holds = |text: &str, parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if code.contains("conversation") && holds(&code, &gone)
        || (words.contains("conversation") || words.contains("会话")) && holds(&words, &gone_words)
    {
        return (ErrorCode::ConversationGone, None);
    }
    // The key is wrong where nobody was recognised, and lacks a permission where somebody was.
    if status == 401 {
        return (ErrorCode::BadCredential, None);
    }
    match code.as_str() {
        // Codes of the older gateway in front of it.
        "110" | "111" => return (ErrorCode::BadCredential, None),
        "17" | "19" => return (ErrorCode::QuotaExhausted, None),
        "18" => return (ErrorCode::RateLimited, None),
        _ => {}
    }
    if holds(&code, &["quota", "insufficient", "overdue", "arrear"]) {
        (ErrorCode::QuotaExhausted, None)
    } else if holds(&code, &["ratelimit", "rate_limit", "toomanyrequests"]) {
        (ErrorCode::RateLimited, None)
    } else if holds(&code, &["sensitive", "contentfilter", "content_filter", "unsafe"]) {
        (ErrorCode::Filtered, None)
    } else if holds(&code, &["notpublished", "not_published", "unpublished"]) {
        (ErrorCode::NotPublished, None)
    } else if holds(&code, &["permissiondenied", "accessdenied"]) {
        (ErrorCode::PermissionDenied, None)
    } else if holds(&code, &["notfound", "not_found", "notexist"]) {
        (ErrorCode::NotFound, Some("app_unknown"))
    } else if holds(&code, &["invalidrequest", "invalid_request", "invalidparameter", "argument"]) {
        (ErrorCode::InvalidRequest, None)
    } else if status < 400 {
        (ErrorCode::PlatformError, None)
    } else {
        status::meaning(status, said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error_body;

    #[test]
    fn failures_by_status_and_word() {
        for (status, body, code) in [
            (
                401,
                r#"{"request_id":"r","code":"PermissionDeniedError","message":"没有权限"}"#,
                ErrorCode::BadCredential,
            ),
            (
                403,
                r#"{"request_id":"r","code":"PermissionDeniedError","message":"没有权限"}"#,
                ErrorCode::PermissionDenied,
            ),
            (400, r#"{"requestId":"r","code":"InvalidRequestArgumentError","message":"m"}"#, ErrorCode::InvalidRequest),
            (200, r#"{"code":"ConversationNotFound","message":"conversation expired"}"#, ErrorCode::ConversationGone),
            (400, r#"{"code":"InvalidRequestArgumentError","message":"会话已过期"}"#, ErrorCode::ConversationGone),
            (404, r#"{"code":"AppNotFound","message":"m"}"#, ErrorCode::NotFound),
            (200, r#"{"error_code":110,"error_msg":"Access token invalid"}"#, ErrorCode::BadCredential),
            (200, r#"{"error_code":18,"error_msg":"qps"}"#, ErrorCode::RateLimited),
            (429, r#"{"code":"X","message":"m"}"#, ErrorCode::RateLimited),
            (500, r#"{"code":"InternalError","message":"m"}"#, ErrorCode::PlatformError),
            (200, r#"{"code":"SomethingNew","message":"m"}"#, ErrorCode::PlatformError),
        ] {
            let error = of(status, &error_body::read(body.as_bytes()));
            assert_eq!(error.code, code, "{status} {body}");
            assert!(error.detail.platform_code.is_some(), "{body}");
        }
        let error = of(400, &error_body::read(br#"{"requestId":"r-1","code":"X","message":"m"}"#));
        assert_eq!(error.detail.request_id.as_deref(), Some("r-1"));
    }
}
