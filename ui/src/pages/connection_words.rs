//! What is said about a connection wherever it is shown: its last test and its key.

use hub_contract::connection::{ConnectionState, ConnectionView, TestReport};
use hub_text::Texts;

use crate::components::StatusKind;
use crate::{dom, format};

/// The state of a connection as a status line: what the last test said and when.
pub fn test_words(connection: &ConnectionView, t: &Texts) -> (StatusKind, String) {
    match &connection.state {
        ConnectionState::Untested => (StatusKind::Hollow, t.get("test-never")),
        ConnectionState::CredentialMissing => (StatusKind::Warn, t.get("status-key-missing")),
        // Why it failed stands in a banner of its own, with what to do.
        ConnectionState::Attention { .. } => (StatusKind::Bad, with_time(t.get("status-failed"), connection, t)),
        ConnectionState::Ready => {
            let words = connection.last_test.as_ref().map(|report| passed_words(report, t));
            (StatusKind::Ok, with_time(words.unwrap_or_else(|| t.get("status-works")), connection, t))
        }
    }
}

fn with_time(words: String, connection: &ConnectionView, t: &Texts) -> String {
    match &connection.last_test {
        Some(report) => {
            let ago = format::when(report.at, dom::now(), dom::utc_offset_minutes(report.at), t);
            format!("{words} · {ago}")
        }
        None => words,
    }
}

/// A passed test in words: `测试通过 · 412 ms · 94 个模型`.
pub fn passed_words(report: &TestReport, t: &Texts) -> String {
    let mut words = vec![t.get("test-passed")];
    if let Some(ms) = report.latency_ms {
        words.push(format::duration(ms, t.language()));
    }
    if let Some(models) = report.models {
        words.push(t.with("test-models", &[("n", models.into())]));
    }
    words.join(" · ")
}

/// What is known of the key: where it is stored, with its last four characters, or not needed. `vault` is
/// [`crate::state::HubInfo::vault_word`].
pub fn secret_words(connection: &ConnectionView, vault: &str, t: &Texts) -> String {
    let stored = connection.secrets.values().find(|secret| secret.has_secret);
    match stored.map(|secret| secret.hint.as_ref().and_then(|hint| hint.last4.clone())) {
        Some(Some(last4)) => t.with("key-stored-hint", &[("vault", vault.into()), ("last4", last4.into())]),
        Some(None) => t.with("key-stored", &[("vault", vault.into())]),
        None if connection.state == ConnectionState::CredentialMissing => t.get("status-key-missing"),
        None => t.get("key-not-needed"),
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::platform::Language;

    use super::*;

    #[test]
    fn a_passed_test_tells_only_what_is_known() {
        let t = Texts::new(Language::ZhCn);
        let mut report = TestReport {
            at: 0,
            ok: true,
            latency_ms: Some(412),
            key_verified: None,
            models: Some(94),
            error: None,
            steps: Vec::new(),
        };
        assert_eq!(passed_words(&report, &t), "测试通过 · 412 ms · 94 个模型");
        report.latency_ms = None;
        report.models = None;
        assert_eq!(passed_words(&report, &t), "测试通过");
    }
}
