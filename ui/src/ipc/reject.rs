//! What a rejected call means. The shell rejects with a [`HubError`]; the bridge itself (unknown command, bad arguments,
//! access list) rejects with a plain string.

use std::fmt::Display;

use hub_contract::HubError;

use super::read;

/// The error behind a rejection, given as JSON text.
pub(super) fn error(command: &str, rejection: &str) -> HubError {
    if let Ok(error) = read::from_str::<HubError>(rejection) {
        return error;
    }
    let words = read::from_str::<String>(rejection).unwrap_or_else(|_| rejection.to_owned());
    let mut error = HubError::internal(format!("the bridge refused {command}"));
    error.detail.text = Some(format!("{command}: {}", words.chars().take(500).collect::<String>()));
    error
}

/// A request or reply that does not fit the contract.
pub(super) fn unreadable(fault: impl Display) -> HubError {
    let mut error = HubError::internal("the reply does not fit the contract");
    error.detail.text = Some(fault.to_string());
    error
}

#[cfg(test)]
mod tests {
    use hub_contract::ErrorCode;

    use super::*;

    #[test]
    fn the_shells_error_comes_through_whole() {
        let sent = HubError::new(ErrorCode::BadCredential, "no").field("api_key");
        let json = serde_json::to_string(&sent).unwrap();
        assert_eq!(error("connection_add", &json), sent);
    }

    #[test]
    fn a_plain_string_is_internal_and_keeps_its_words() {
        let got = error("nonsense", "\"Command denied not allowed by ACL\"");
        assert_eq!(got.code, ErrorCode::Internal);
        assert_eq!(got.detail.text.as_deref(), Some("nonsense: Command denied not allowed by ACL"));
    }

    #[test]
    fn an_object_that_is_no_error_is_shown_as_it_is() {
        assert_eq!(error("x", "{\"a\":1}").detail.text.as_deref(), Some("x: {\"a\":1}"));
    }
}
