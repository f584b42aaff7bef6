//! Takes what looks like a credential out of texts that other sides wrote.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

/// What stands where a credential stood.
const MARK: &str = "…";
/// Beginnings of keys and tokens of the platforms.
const PREFIXES: &[&str] = &["sk-", "bce-v3/", "pat_", "sat_", "czu_", "czs_", "fastgpt-", "app-", "eyJ"];
/// Fewest characters behind a prefix that make it a credential and not a word such as `app-server`.
const SHORTEST_TAIL: usize = 10;

/// `text` without the given secrets and without anything that looks like a key or follows the word Bearer.
pub(crate) fn redact(text: &str, secrets: &BTreeMap<String, SecretString>) -> String {
    let mut text = text.to_owned();
    for secret in secrets.values() {
        let secret = secret.expose_secret().trim();
        // Shorter ones stand in ordinary words too.
        if secret.len() >= 8 {
            text = text.replace(secret, MARK);
        }
    }
    redact_patterns(&text)
}

fn redact_patterns(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut after_bearer = false;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_key_character(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        if word.is_empty() {
            let mut characters = rest.chars();
            clean.extend(characters.next());
            rest = characters.as_str();
            continue;
        }
        match prefix_of(word) {
            Some(prefix) => clean.extend([prefix, MARK]),
            None if after_bearer => clean.push_str(MARK),
            None => clean.push_str(word),
        }
        after_bearer = word.eq_ignore_ascii_case("bearer");
        rest = tail;
    }
    clean
}

fn prefix_of(word: &str) -> Option<&'static str> {
    let prefix = PREFIXES.iter().find(|prefix| word.starts_with(*prefix))?;
    (word.len() >= prefix.len() + SHORTEST_TAIL).then_some(*prefix)
}

/// Characters of keys, and the stars of keys that a server masked itself.
fn is_key_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | '*' | '+' | '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_and_words_stay() {
        for (text, clean) in [
            ("the key sk-te**********0000 is wrong", "the key sk-… is wrong"),
            ("Bearer abc.def-123 refused", "Bearer … refused"),
            ("authorization: bearer xyz", "authorization: bearer …"),
            ("key bce-v3/ALTAK-abc/0123456789, see docs", "key bce-v3/…, see docs"),
            ("the sk- prefix and the app-server stay", "the sk- prefix and the app-server stay"),
            ("密钥 sk-0123456789ab 无效", "密钥 sk-… 无效"),
        ] {
            assert_eq!(redact(text, &BTreeMap::new()), clean);
        }
    }

    #[test]
    fn the_endpoints_own_secrets_go_in_any_shape() {
        let secrets = BTreeMap::from([("api_key".to_owned(), SecretString::from("plain words key"))]);
        assert_eq!(redact("you sent plain words key!", &secrets), "you sent …!");
    }
}
