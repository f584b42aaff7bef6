//! What a failure means, by status and code; words of a message count only where nothing else tells.

use hub_contract::{ErrorCode, HubError};

use super::platform_error;
use crate::error_body::{Said, Shape};
use crate::status::{self, Meaning};

/// The error behind a refused call.
pub(crate) fn of_status(status: u16, said: &Said) -> HubError {
    let (code, hint) =
        by_code(said).or_else(|| by_words(status, said)).unwrap_or_else(|| status::meaning(status, said));
    told(code, hint, said, status)
}

/// The error inside an answer that began with 200.
pub(crate) fn in_answer(said: &Said) -> HubError {
    // vLLM, llama.cpp and OpenRouter put the status they would have sent into the code.
    let status = said.code.as_deref().and_then(|code| code.parse().ok()).filter(|status| (400..600).contains(status));
    let (code, hint) = by_code(said)
        .or_else(|| by_words(status.unwrap_or(400), said))
        .or_else(|| status.map(|status| status::meaning(status, said)))
        .unwrap_or((ErrorCode::PlatformError, None));
    told(code, hint, said, 200)
}

fn told(code: ErrorCode, hint: Option<&str>, said: &Said, status: u16) -> HubError {
    let mut error = platform_error("The platform reported a failure.");
    error.code = code;
    if status != 200 {
        error.message = format!("The platform answered with status {status}.");
    }
    error.detail.hint = hint.map(str::to_owned);
    error.detail.platform_code = said.code.clone().or_else(|| said.kind.clone());
    error.detail.text = said.message.clone();
    error.detail.request_id = said.request_id.clone().or_else(|| request_id_in(said.message.as_deref()?));
    error
}

/// Ark ends its words with `Request id: …`.
fn request_id_in(words: &str) -> Option<String> {
    let (_, id) = words.rsplit_once("Request id: ")?;
    let id = id.trim_end_matches('.');
    (!id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')).then(|| id.to_owned())
}

/// Codes that mean one thing at everybody who uses them.
const CODES: &[(ErrorCode, Option<&str>, &[&str])] = &[
    (
        ErrorCode::BadCredential,
        None,
        &["invalid_api_key", "authentication_error", "authenticationerror", "invalidapikey"],
    ),
    (
        ErrorCode::QuotaExhausted,
        None,
        &[
            "insufficient_quota",
            "credit_balance_exhausted",
            "billing_hard_limit_reached",
            "exceeded_current_quota_error",
            "arrearage",
            "accountoverdueerror",
            "quotaexceeded",
        ],
    ),
    (ErrorCode::RateLimited, None, &["rate_limit_exceeded", "rate_limit_error", "rate_limit_reached_error"]),
    (
        ErrorCode::Overloaded,
        None,
        &["server_is_overloaded", "serveroverloaded", "slow_down", "engine_overloaded_error"],
    ),
    (
        ErrorCode::NotFound,
        Some("model_unknown"),
        &[
            "model_not_found",
            "modelnotfound",
            "invalidendpointormodel.notfound",
            "invalidendpoint.notfound",
            "invalidendpoint.closedendpoint",
            "invalidparameter.unsupportedmodel",
            "unsupportedmodel",
        ],
    ),
    (
        ErrorCode::TooLarge,
        Some("context"),
        &["context_length_exceeded", "exceed_context_size_error", "tokens_too_long", "model_context_window_exceeded"],
    ),
    (
        ErrorCode::Filtered,
        None,
        &[
            "content_filter",
            "content_policy_violation",
            "datainspectionfailed",
            "data_inspection_failed",
            "sensitivecontentdetected",
        ],
    ),
    (ErrorCode::PermissionDenied, Some("country"), &["unsupported_country_region_territory"]),
    (
        ErrorCode::PermissionDenied,
        None,
        &[
            "permission_denied",
            "permission_error",
            "accessdenied",
            "access_denied",
            "accessdenied.unpurchased",
            "modelnotopen",
            "invalidendpointormodel.modelidaccessdisabled",
        ],
    ),
    (ErrorCode::TooLarge, None, &["badrequest.toolarge", "invalidparameter.oversizedimage"]),
    (ErrorCode::UnsupportedFile, None, &["invalidparameter.unsupportedimageformat"]),
];

/// Number codes, by the shape they stand in: Zhipu in `error`, SiliconFlow beside `message`, MiniMax in `base_resp`.
const NUMBERS: &[(Shape, ErrorCode, Option<&str>, &[&str])] = &[
    (Shape::Error, ErrorCode::BadCredential, None, &["1000", "1001", "1002", "1003", "1004"]),
    (Shape::Error, ErrorCode::QuotaExhausted, None, &["1113", "1308", "1310"]),
    (Shape::Error, ErrorCode::RateLimited, None, &["1302", "1303", "1305"]),
    (Shape::Error, ErrorCode::TooLarge, Some("context"), &["1261"]),
    (Shape::Error, ErrorCode::Filtered, None, &["1301"]),
    (Shape::Code, ErrorCode::NotFound, Some("model_unknown"), &["20012"]),
    (Shape::Code, ErrorCode::Overloaded, None, &["50505"]),
    (Shape::BaseResp, ErrorCode::BadCredential, None, &["1004", "2049"]),
    (Shape::BaseResp, ErrorCode::QuotaExhausted, None, &["1008"]),
    (Shape::BaseResp, ErrorCode::RateLimited, None, &["1002"]),
];

fn by_code(said: &Said) -> Option<Meaning> {
    for code in [&said.code, &said.kind].into_iter().flatten() {
        let code = code.to_ascii_lowercase();
        if code.starts_with("throttling") || code.starts_with("ratelimitexceeded") {
            return Some((ErrorCode::RateLimited, None));
        }
        let number =
            NUMBERS.iter().find(|(shape, _, _, numbers)| *shape == said.shape && numbers.contains(&code.as_str()));
        let word = CODES.iter().find(|(_, _, words)| words.contains(&code.as_str()));
        if let Some(meaning) =
            word.map(|(code, hint, _)| (*code, *hint)).or(number.map(|(_, code, hint, _)| (*code, *hint)))
        {
            return Some(meaning);
        }
    }
    None
}

fn by_words(status: u16, said: &Said) -> Option<Meaning> {
    if !matches!(status, 400 | 404 | 413 | 422 | 500) || said.shape == Shape::Html {
        return None;
    }
    let words = said.message.as_deref()?.to_ascii_lowercase();
    let holds = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if holds(&["unexpected endpoint"]) {
        return Some((ErrorCode::NotFound, Some("address_path")));
    }
    if holds(&["context length", "context size", "context window", "maximum context", "than context"]) {
        return Some((ErrorCode::TooLarge, Some("context")));
    }
    if status != 500 && holds(&["model"]) && holds(&["not found", "does not exist", "no such model", "not exist"]) {
        return Some((ErrorCode::NotFound, Some("model_unknown")));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error_body;

    fn meaning(status: u16, body: &str) -> (ErrorCode, Option<String>) {
        let error = of_status(status, &error_body::read(body.as_bytes()));
        (error.code, error.detail.hint)
    }

    #[test]
    fn statuses_and_codes_of_the_transcripts() {
        for (status, body, code, hint) in [
            (
                401,
                r#"{"error":{"message":"m","type":"invalid_request_error","code":"invalid_api_key"}}"#,
                ErrorCode::BadCredential,
                None,
            ),
            (
                429,
                r#"{"error":{"message":"m","type":"requests","code":"rate_limit_exceeded"}}"#,
                ErrorCode::RateLimited,
                None,
            ),
            (
                429,
                r#"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#,
                ErrorCode::QuotaExhausted,
                None,
            ),
            (
                402,
                r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}}"#,
                ErrorCode::QuotaExhausted,
                None,
            ),
            (401, r#""Invalid token""#, ErrorCode::BadCredential, None),
            (400, r#"{"code":20012,"message":"m","data":null}"#, ErrorCode::NotFound, Some("model_unknown")),
            (429, r#"{"message":"TPM limit reached.","data":null}"#, ErrorCode::RateLimited, None),
            (503, r#"{"code":50505,"message":"m","data":null}"#, ErrorCode::Overloaded, None),
            (429, r#"{"error":{"code":"1113","message":"余额不足"}}"#, ErrorCode::QuotaExhausted, None),
            (404, "404 page not found", ErrorCode::NotFound, Some("address_path")),
            (
                404,
                r#"{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}"#,
                ErrorCode::NotFound,
                Some("model_unknown"),
            ),
            (
                404,
                r#"{"error":{"message":"model 'x' not found","type":"not_found_error"}}"#,
                ErrorCode::NotFound,
                Some("model_unknown"),
            ),
            (
                400,
                r#"{"error":{"code":400,"message":"m","type":"exceed_context_size_error"}}"#,
                ErrorCode::TooLarge,
                Some("context"),
            ),
            (
                400,
                r#"{"error":{"message":"This model's maximum context length is 4096 tokens"}}"#,
                ErrorCode::TooLarge,
                Some("context"),
            ),
            (400, r#"{"error":{"message":"m","code":"content_filter"}}"#, ErrorCode::Filtered, None),
            (
                403,
                r#"{"error":{"message":"m","code":"unsupported_country_region_territory"}}"#,
                ErrorCode::PermissionDenied,
                Some("country"),
            ),
            (422, r#"{"detail":[{"msg":"field required"}]}"#, ErrorCode::InvalidRequest, None),
            (502, "<html><h1>Bad Gateway</h1></html>", ErrorCode::PlatformError, None),
            (
                404,
                r#"{"error":{"code":"ModelNotOpen","message":"m","param":"","type":"NotFound"}}"#,
                ErrorCode::PermissionDenied,
                None,
            ),
            (
                429,
                r#"{"error":{"code":"QuotaExceeded","message":"m","param":"","type":"TooManyRequests"}}"#,
                ErrorCode::QuotaExhausted,
                None,
            ),
            (413, "", ErrorCode::TooLarge, None),
            (500, r#"{"error":{"message":"m","type":"server_error"}}"#, ErrorCode::PlatformError, None),
        ] {
            assert_eq!(meaning(status, body), (code, hint.map(str::to_owned)), "{status} {body}");
        }
    }

    #[test]
    fn ark_tells_the_request_in_its_words() {
        let id = |words: &str| request_id_in(words);
        assert_eq!(id("demo: unknown. Request id: 0217000000").as_deref(), Some("0217000000"));
        assert_eq!(id("Request id: "), None);
        assert_eq!(id("Request id: <script>"), None);
    }

    #[test]
    fn errors_inside_an_answer() {
        for (body, code, hint) in [
            (
                r#"{"error":{"message":"Internal server error","type":"InternalServerError","code":500}}"#,
                ErrorCode::PlatformError,
                None,
            ),
            (r#"{"error":{"message":"slow","code":429}}"#, ErrorCode::RateLimited, None),
            (
                r#"{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}"#,
                ErrorCode::QuotaExhausted,
                None,
            ),
            (r#"{"base_resp":{"status_code":1002,"status_msg":"rate"}}"#, ErrorCode::RateLimited, None),
            (
                r#"{"error":"Unexpected endpoint or method. (POST /chat/completions)"}"#,
                ErrorCode::NotFound,
                Some("address_path"),
            ),
            (
                r#"{"error":{"code":400,"message":"prompt larger than context","type":"invalid_request_error"}}"#,
                ErrorCode::TooLarge,
                Some("context"),
            ),
        ] {
            let error = in_answer(&error_body::read(body.as_bytes()));
            assert_eq!((error.code, error.detail.hint.as_deref()), (code, hint), "{body}");
        }
    }
}
