//! What Coze's codes mean (`wire/agents.md` 4.10). The code in the body tells; the status often is 200.

use hub_contract::{ErrorCode, HubError};

use crate::error_body::{self, Said, Shape};
use crate::json::{self, Value, member};
use crate::status::{self, Meaning};

/// The error behind a refused call, or inside an answer that began with 200.
pub(super) fn of(status: u16, said: &Said) -> HubError {
    let known = said.code.as_deref().and_then(|code| code.parse().ok()).and_then(by_code);
    let (code, hint) = known.unwrap_or_else(|| match status {
        200..=399 => (ErrorCode::PlatformError, None),
        status => status::meaning(status, said),
    });
    let mut error = HubError::new(code, "Coze reported a failure.");
    error.detail.hint = hint.map(str::to_owned);
    error.detail.platform_code.clone_from(&said.code);
    error.detail.text.clone_from(&said.message);
    error.detail.request_id.clone_from(&said.request_id);
    error
}

/// The error that an event tells, in any of its shapes: `code` and `msg`, `error_code` and `error_message`, either
/// inside `last_error`, or nothing at all.
pub(super) fn in_event(document: &Value) -> HubError {
    let told = document.get("last_error").filter(|error| has_code(error)).unwrap_or(document);
    let said = Said {
        message: ["msg", "message", "error_message"]
            .iter()
            .find_map(|name| member(told, name))
            .and_then(error_body::shown),
        code: ["code", "error_code"].iter().find_map(|name| told.get(name).and_then(json::text_of)),
        request_id: document.pointer("/detail/logid").and_then(json::text_of),
        shape: Shape::Code,
        ..Said::default()
    };
    of(200, &said)
}

/// True where a document tells of a failure; `{"code":0,"msg":""}` is none.
pub(super) fn has_code(document: &Value) -> bool {
    let code = document.get("code").or_else(|| document.get("error_code")).and_then(json::text_of);
    code.is_some_and(|code| code != "0")
}

fn by_code(code: u64) -> Option<Meaning> {
    Some(match code {
        4002 => (ErrorCode::ConversationGone, None),
        4001 | 4005 | 4006 | 4200 | 4314 | 4315 => (ErrorCode::NotFound, Some("coze_resource")),
        4003 | 4004 | 4302 => (ErrorCode::TooLarge, None),
        4010 => (ErrorCode::TooLarge, Some("context")),
        4000 | 4007 | 4104 | 4300 | 4301 | 4304 | 6003 => (ErrorCode::InvalidRequest, None),
        4008 | 4011 | 4019 | 4022 => (ErrorCode::QuotaExhausted, None),
        4009 | 4013 => (ErrorCode::Overloaded, None),
        4012 => (ErrorCode::NotFound, Some("model_withdrawn")),
        4014 | 4102 | 4105 => (ErrorCode::Filtered, None),
        4015 => (ErrorCode::NotPublished, None),
        4016 => (ErrorCode::ConversationBusy, None),
        4020 => (ErrorCode::RateLimited, None),
        // A token of the other region is not known here either.
        4100 | 700_012_006 => (ErrorCode::BadCredential, Some("coze_token")),
        4101 => (ErrorCode::PermissionDenied, Some("coze_permissions")),
        4303 => (ErrorCode::UnsupportedFile, None),
        5000 | 720_701_013 => (ErrorCode::PlatformError, None),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn the_body_tells_more_than_the_status() {
        for (status, body, code) in [
            (200, r#"{"code":4016,"msg":"busy","detail":{"logid":"L1"}}"#, ErrorCode::ConversationBusy),
            (401, r#"{"code":4100,"msg":"token"}"#, ErrorCode::BadCredential),
            (401, r#"{"code":700012006,"msg":"token"}"#, ErrorCode::BadCredential),
            (403, r#"{"code":4101,"msg":"scope"}"#, ErrorCode::PermissionDenied),
            (200, r#"{"code":4002,"msg":"gone"}"#, ErrorCode::ConversationGone),
            (400, r#"{"code":99999,"msg":"new"}"#, ErrorCode::InvalidRequest),
            (200, r#"{"code":99999,"msg":"new"}"#, ErrorCode::PlatformError),
            (429, "{}", ErrorCode::RateLimited),
            (404, "404 page not found", ErrorCode::NotFound),
            (502, "<html><h1>Bad Gateway</h1></html>", ErrorCode::PlatformError),
        ] {
            assert_eq!(of(status, &error_body::read(body.as_bytes())).code, code, "{status} {body}");
        }
        let busy = of(200, &error_body::read(br#"{"code":4016,"msg":"busy","detail":{"logid":"L1"}}"#));
        assert_eq!(busy.detail.request_id.as_deref(), Some("L1"));
    }

    #[test]
    fn events_tell_failures_in_several_shapes() {
        for (event, code, text) in [
            (json!({"last_error": {"code": 5000, "msg": "m"}, "status": "failed"}), Some("5000"), Some("m")),
            (json!({"code": 4013, "msg": "m"}), Some("4013"), Some("m")),
            (json!({"error_code": 4000, "error_message": "m"}), Some("4000"), Some("m")),
            (json!({"code": 4013, "msg": "m", "last_error": {"code": 0, "msg": ""}}), Some("4013"), Some("m")),
            (json!({}), None, None),
        ] {
            let error = in_event(&event);
            assert_eq!((error.detail.platform_code.as_deref(), error.detail.text.as_deref()), (code, text), "{event}");
        }
        assert!(!has_code(&json!({"code": 0, "msg": ""})) && !has_code(&json!({})));
    }
}
