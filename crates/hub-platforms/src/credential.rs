//! Pasted keys: what is harmless around them is taken off, what is wrong inside them is told before anything is sent.

use hub_contract::{ErrorCode, HubError};
use secrecy::{ExposeSecret, SecretString};

/// The key as it goes into a header: without surrounding white space and without a pasted `Bearer `. `None` when
/// nothing is left.
///
/// # Errors
/// `bad_credential`, blamed on `field`, for a key with white space inside or with characters no header can carry.
pub(crate) fn tidy(field: &str, secret: &SecretString) -> Result<Option<SecretString>, HubError> {
    let mut key = secret.expose_secret().trim();
    if let Some(first) = key.get(..6)
        && first.eq_ignore_ascii_case("bearer")
        && let Some(rest) = key.get(6..)
        && (rest.is_empty() || rest.starts_with(char::is_whitespace))
    {
        key = rest.trim_start();
    }
    if key.is_empty() {
        return Ok(None);
    }
    if key.contains(char::is_whitespace) {
        return Err(wrong(field, "The key has a space or a line break inside.", "key_spaces"));
    }
    if !key.chars().all(|c| c.is_ascii_graphic()) {
        return Err(wrong(field, "The key has characters that no key has.", "key_characters"));
    }
    Ok(Some(SecretString::from(key)))
}

/// The value of an `Authorization` header.
pub(crate) fn bearer(key: &SecretString) -> SecretString {
    SecretString::from(format!("Bearer {}", key.expose_secret()))
}

fn wrong(field: &str, message: &str, hint: &str) -> HubError {
    HubError::new(ErrorCode::BadCredential, message).hint(hint).field(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(text: &str) -> Result<Option<String>, HubError> {
        Ok(tidy("api_key", &SecretString::from(text))?.map(|key| key.expose_secret().to_owned()))
    }

    #[test]
    fn q57_harmless_surroundings_are_taken_off() {
        for pasted in ["sk-test-1", " sk-test-1\n", "Bearer sk-test-1", "bearer\tsk-test-1\r\n", "\u{3000}sk-test-1"] {
            assert_eq!(tidied(pasted), Ok(Some("sk-test-1".to_owned())), "{pasted:?}");
        }
        for nothing in ["", " \n", "Bearer "] {
            assert_eq!(tidied(nothing), Ok(None), "{nothing:?}");
        }
        assert_eq!(tidied("bearer-of-news"), Ok(Some("bearer-of-news".to_owned())));
    }

    #[test]
    fn q57_what_is_wrong_inside_is_told_without_the_key() {
        for (pasted, hint) in [
            ("sk-te st-1", "key_spaces"),
            ("sk-te\nst-1", "key_spaces"),
            ("sk-密钥", "key_characters"),
            ("a\u{7}b", "key_characters"),
        ] {
            let error = tidied(pasted).expect_err("refused");
            assert_eq!(error.code, ErrorCode::BadCredential);
            assert_eq!(error.detail.hint.as_deref(), Some(hint));
            assert_eq!(error.detail.field.as_deref(), Some("api_key"));
            assert!(!format!("{error:?}").contains("sk-te"));
        }
    }
}
