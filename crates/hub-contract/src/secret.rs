//! Secrets on their way in, and the little that may be said about them afterwards.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::UtcMs;
use crate::connection::TestReport;

/// A secret that a person just entered. Requests carry it; no reply type does. `Debug` does not show it.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop, PartialEq, Eq)]
#[serde(transparent)]
pub struct SecretInput(String);

impl SecretInput {
    /// Takes what was typed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself. Only for the core.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SecretInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretInput(…)")
    }
}

/// All that is ever told of a stored secret.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SecretHint {
    /// The last four characters; only for secrets of 16 characters or more, noted when the secret was entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last4: Option<String>,
    /// When it was stored.
    pub saved_at: UtcMs,
    /// How its last test ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_test: Option<Box<TestReport>>,
}

impl SecretHint {
    /// The hint for a secret entered now.
    pub fn of(secret: &str, now: UtcMs) -> Self {
        let characters: Vec<char> = secret.chars().collect();
        let last4 = (characters.len() >= 16).then(|| characters.iter().rev().take(4).rev().collect());
        Self { last4, saved_at: now, last_test: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hint_keeps_short_secrets_to_itself() {
        assert_eq!(SecretHint::of("123456789012345", 1).last4, None, "15 characters give nothing away");
        assert_eq!(SecretHint::of("sk-abcdefghij7890", 1).last4.as_deref(), Some("7890"));
    }

    #[test]
    fn debug_does_not_show_the_secret() {
        assert!(!format!("{:?}", SecretInput::new("sk-very-secret")).contains("very"));
    }
}
