//! What Bailian's failures mean (`wire/cloud-llm.md` 2.4). Codes that the family of its models shares are read there.

use hub_contract::{ErrorCode, HubError};

use crate::error_body::Said;
use crate::openai::errors;

/// The error behind a refused call, or inside an answer whose real status is `status`.
pub(super) fn of(status: u16, said: &Said) -> HubError {
    let mut error = if status < 400 { errors::in_answer(said) } else { errors::of_status(status, said) };
    if let Some((code, hint)) = by_code(said).or_else(|| by_words(&error, said)) {
        error.code = code;
        error.detail.hint = hint.map(str::to_owned);
    }
    if status >= 400 {
        error.detail.status = Some(status);
    }
    error
}

type Meaning = (ErrorCode, Option<&'static str>);

fn by_code(said: &Said) -> Option<Meaning> {
    match said.code.as_deref()?.to_ascii_lowercase().as_str() {
        "invalidappid" => Some((ErrorCode::NotFound, Some("app_unknown"))),
        "app.accessdenied" | "workspace.accessdenied" => Some((ErrorCode::PermissionDenied, Some("app_workspace"))),
        "badrequest.emptyinput" | "badrequest.emptyparameters" => Some((ErrorCode::InputRequired, None)),
        "requesttimeout" => Some((ErrorCode::Overloaded, None)),
        _ => None,
    }
}

/// One code, `InvalidParameter`, stands for several things; only the words tell them apart.
fn by_words(error: &HubError, said: &Said) -> Option<Meaning> {
    if error.code != ErrorCode::InvalidRequest && error.code != ErrorCode::PlatformError {
        return None;
    }
    let words: String =
        said.message.as_deref()?.to_ascii_lowercase().chars().filter(|c| !matches!(c, ' ' | '_')).collect();
    let wrong = ["invalid", "notvalid", "notfound", "notexist", "expire"].iter().any(|word| words.contains(word));
    if wrong && words.contains("session") {
        return Some((ErrorCode::ConversationGone, None));
    }
    if wrong && words.contains("appid") {
        return Some((ErrorCode::NotFound, Some("app_unknown")));
    }
    let malformed = said.code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case("InvalidParameter"));
    malformed.then_some((ErrorCode::InvalidRequest, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error_body;

    #[test]
    fn codes_of_the_wire_document() {
        for (status, body, code, hint) in [
            (401, r#"{"code":"InvalidApiKey","message":"m"}"#, ErrorCode::BadCredential, None),
            (400, r#"{"code":"InvalidAppId","message":"m"}"#, ErrorCode::NotFound, Some("app_unknown")),
            (
                400,
                r#"{"code":"InvalidParameter","message":"AppId is not valid"}"#,
                ErrorCode::NotFound,
                Some("app_unknown"),
            ),
            (400, r#"{"code":"InvalidParameter","message":"top_p is too high"}"#, ErrorCode::InvalidRequest, None),
            (200, r#"{"code":"InvalidParameter","message":"top_p is too high"}"#, ErrorCode::InvalidRequest, None),
            (
                400,
                r#"{"code":"InvalidParameter","message":"session_id is invalid"}"#,
                ErrorCode::ConversationGone,
                None,
            ),
            (400, r#"{"code":"BadRequest.EmptyInput","message":"m"}"#, ErrorCode::InputRequired, None),
            (400, r#"{"code":"DataInspectionFailed","message":"m"}"#, ErrorCode::Filtered, None),
            (400, r#"{"code":"Arrearage","message":"m"}"#, ErrorCode::QuotaExhausted, None),
            (403, r#"{"code":"App.AccessDenied","message":"m"}"#, ErrorCode::PermissionDenied, Some("app_workspace")),
            (403, r#"{"code":"AccessDenied.Unpurchased","message":"m"}"#, ErrorCode::PermissionDenied, None),
            (404, r#"{"code":"ModelNotFound","message":"m"}"#, ErrorCode::NotFound, Some("model_unknown")),
            (408, r#"{"code":"RequestTimeOut","message":"m"}"#, ErrorCode::Overloaded, None),
            (413, r#"{"code":"BadRequest.TooLarge","message":"m"}"#, ErrorCode::TooLarge, None),
            (429, r#"{"code":"Throttling.RateQuota","message":"m"}"#, ErrorCode::RateLimited, None),
            (500, r#"{"code":"InternalError.Algo","message":"m"}"#, ErrorCode::PlatformError, None),
        ] {
            let error = of(status, &error_body::read(body.as_bytes()));
            assert_eq!((error.code, error.detail.hint.as_deref()), (code, hint), "{status} {body}");
        }
    }
}
