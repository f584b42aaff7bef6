//! What a policy says. Pure. A key that cannot be understood holds as strictly as it can: the administrator wanted something
//! there. Keys that this version does not know are told and do nothing.

use std::collections::BTreeSet;

use hub_contract::HubError;
use hub_contract::policy::SettingKey;
use hub_contract::settings::{ProxySetting, Settings};
use hub_platforms::AllowedHosts;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Policy, fault};
use crate::authorize::relay;
use crate::bundle::VerifyingKey;
use crate::settings::check_proxy;

/// Reads a policy.
pub(super) fn parse(text: &[u8]) -> Policy {
    match serde_json::from_slice::<Value>(text) {
        Ok(Value::Object(keys)) => of_keys(keys),
        Ok(_) | Err(_) => strictest(),
    }
}

/// What holds when nothing of a policy can be read: nothing leaves the computer, and no setting changes. What is there can be
/// read, searched and backed up.
pub(super) fn strictest() -> Policy {
    Policy {
        error: Some(fault("policy_damaged")),
        allowed_hosts: Some(Vec::new()),
        disable_updates: true,
        disable_export: true,
        locked: SettingKey::ALL.into(),
        ..Policy::default()
    }
}

fn of_keys(keys: Map<String, Value>) -> Policy {
    let mut policy = Policy::default();
    let mut damaged = Vec::new();
    for (key, value) in keys {
        let understood = match key.as_str() {
            "bundlePath" => bundle_path(value).map(|path| policy.bundle_path = Some(path)),
            "trustedIssuerKeys" => issuer_keys(value).map(|keys| policy.trusted_issuer_keys = keys),
            "allowedHosts" => {
                let hosts = hosts(value);
                policy.allowed_hosts = Some(hosts.clone().unwrap_or_default());
                hosts.map(drop)
            }
            "disableUpdates" => {
                policy.disable_updates = value.as_bool().unwrap_or(true);
                value.as_bool().map(drop)
            }
            "disableExport" => {
                policy.disable_export = value.as_bool().unwrap_or(true);
                value.as_bool().map(drop)
            }
            "lockedSettings" => locked_settings(value, &mut policy),
            _ => {
                policy.unknown_keys.push(key.clone());
                Some(())
            }
        };
        if understood.is_none() {
            damaged.push(key);
        }
    }
    policy.error = (!damaged.is_empty()).then(|| damaged_keys(&damaged));
    policy
}

fn damaged_keys(keys: &[String]) -> HubError {
    let mut error = fault("policy_keys");
    error.detail.text = Some(keys.join(", "));
    error
}

/// A folder or a file by its whole path, or an HTTPS address.
fn bundle_path(value: Value) -> Option<String> {
    let path = value.as_str()?.trim();
    let fits = path.starts_with("https://") || std::path::Path::new(path).is_absolute();
    fits.then(|| path.to_owned())
}

/// Public keys as minisign writes them.
fn issuer_keys(value: Value) -> Option<Vec<VerifyingKey>> {
    strings(value)?.iter().map(|text| VerifyingKey::parse(text).ok()).collect()
}

fn hosts(value: Value) -> Option<Vec<String>> {
    let hosts = strings(value)?;
    AllowedHosts::parse(hosts.iter().map(String::as_str)).ok()?;
    Some(hosts)
}

fn strings(value: Value) -> Option<Vec<String>> {
    serde_json::from_value(value).ok()
}

/// An entry of `lockedSettings`: a setting that stays as it is, or one with the value that it has from now on.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Locked {
    AsItIs(String),
    Given { setting: String, value: Value },
}

/// A value that its setting cannot have locks the setting as it is.
fn locked_settings(value: Value, policy: &mut Policy) -> Option<()> {
    let Ok(entries) = serde_json::from_value::<Vec<Locked>>(value) else {
        policy.locked = BTreeSet::from(SettingKey::ALL);
        return None;
    };
    let mut understood = Some(());
    for entry in entries {
        let (name, value) = match entry {
            Locked::AsItIs(name) => (name, None),
            Locked::Given { setting, value } => (setting, Some(value)),
        };
        let Some(setting) = SettingKey::ALL.into_iter().find(|setting| setting.as_str() == name) else {
            policy.unknown_keys.push(format!("lockedSettings {name}"));
            continue;
        };
        policy.locked.insert(setting);
        match value.map(|value| usable(setting, value)) {
            None => {}
            Some(Some(value)) => drop(policy.given.insert(name, value)),
            Some(None) => understood = None,
        }
    }
    understood
}

/// The value, if its setting can have it. A policy holds no password, so a proxy's own is never there.
fn usable(setting: SettingKey, value: Value) -> Option<Value> {
    let alone = Map::from_iter([(setting.as_str().to_owned(), value)]);
    let mut settings: Settings = serde_json::from_value(alone.into()).ok()?;
    if let ProxySetting::Custom { url, has_password, .. } = &mut settings.proxy {
        check_proxy(url).ok()?;
        *has_password = false;
    }
    relay(&settings.relay).ok()?;
    serde_json::to_value(settings).ok()?.get(setting.as_str()).cloned()
}

#[cfg(test)]
mod tests {
    use hub_contract::settings::VaultMode;
    use serde_json::json;

    use super::*;

    fn read(text: &Value) -> Policy {
        parse(text.to_string().as_bytes())
    }

    fn hint(policy: &Policy) -> Option<&str> {
        policy.error.as_ref()?.detail.hint.as_deref()
    }

    #[test]
    fn every_key_is_understood() {
        let key = minisign::KeyPair::generate_unencrypted_keypair().unwrap().pk.to_base64();
        let policy = read(&json!({
            "bundlePath": "https://hub.example/team.hubbundle",
            "trustedIssuerKeys": [key],
            "allowedHosts": ["api.example.com", "*.corp.example:8443"],
            "disableUpdates": true,
            "disableExport": false,
            "lockedSettings": ["vault", { "setting": "proxy", "value": { "mode": "none" } }],
        }));
        assert_eq!((hint(&policy), policy.unknown_keys.len()), (None, 0));
        assert_eq!(policy.bundle_path.as_deref(), Some("https://hub.example/team.hubbundle"));
        assert_eq!(policy.trusted_issuer_keys.first().map(VerifyingKey::text), Some(key));
        assert_eq!(policy.allowed_hosts.as_ref().map(Vec::len), Some(2));
        assert!(policy.disable_updates && !policy.disable_export);
        assert_eq!(policy.locked, BTreeSet::from([SettingKey::Proxy, SettingKey::Vault]));
        let own = Settings { vault: VaultMode::Session, history_limit: 7, ..Settings::default() };
        let holding = policy.over(own);
        assert_eq!(holding.proxy, ProxySetting::None, "the value that was given");
        assert_eq!((holding.vault, holding.history_limit), (VaultMode::Session, 7), "the person's own");
    }

    #[test]
    fn an_empty_policy_manages_nothing() {
        assert_eq!(read(&json!({})), Policy::default());
    }

    #[test]
    fn unknown_keys_are_told_and_do_nothing() {
        let policy = read(&json!({ "disableTelemetry": true, "lockedSettings": ["theme"] }));
        assert_eq!(policy.unknown_keys, ["disableTelemetry", "lockedSettings theme"]);
        assert_eq!(Policy { unknown_keys: Vec::new(), ..policy }, Policy::default());
    }

    #[test]
    fn a_damaged_file_lets_nothing_out() {
        for text in ["", "{", "[]", "null", "\"x\"", "{\"disableExport\":false", "\u{feff}{}"] {
            let policy = parse(text.as_bytes());
            assert_eq!(hint(&policy), Some("policy_damaged"), "{text}");
            assert!(policy.disable_export && policy.allowed_hosts == Some(Vec::new()), "{text}");
            assert_eq!(policy.locked.len(), SettingKey::ALL.len(), "{text}");
        }
    }

    #[test]
    fn a_damaged_key_is_as_strict_as_it_can_be_and_alone() {
        for (key, value) in [
            ("allowedHosts", json!("api.example.com")),
            ("allowedHosts", json!(["api.example.com", "https://x.example"])),
            ("allowedHosts", json!(null)),
            ("disableExport", json!("false")),
            ("disableExport", json!(0)),
            ("lockedSettings", json!({ "proxy": true })),
            ("lockedSettings", json!([1])),
            ("trustedIssuerKeys", json!(["no key"])),
            ("bundlePath", json!("bundles")),
            ("bundlePath", json!("http://hub.example/team.hubbundle")),
        ] {
            let policy = read(&json!({ key: value, "disableUpdates": false }));
            assert_eq!(policy.error.as_ref().and_then(|error| error.detail.text.as_deref()), Some(key), "{value}");
            assert_eq!(policy.allowed_hosts.is_some(), key == "allowedHosts", "{value}");
            assert_eq!(policy.allowed_hosts.unwrap_or_default().len(), 0, "{value}");
            assert_eq!(policy.disable_export, key == "disableExport", "{value}");
            assert_eq!(policy.locked.len(), if key == "lockedSettings" { SettingKey::ALL.len() } else { 0 }, "{value}");
            assert!(policy.bundle_path.is_none() && policy.trusted_issuer_keys.is_empty(), "{value}");
        }
    }

    #[test]
    fn a_value_that_a_setting_cannot_have_locks_it_as_it_is() {
        for (setting, value) in [
            ("proxy", json!({ "mode": "custom", "url": "http://u:p@proxy.example:3128" })),
            ("proxy", json!({ "mode": "sometimes" })),
            ("relay", json!("http://relay.example/")),
            ("history_limit", json!(-1)),
            ("vault", json!("nowhere")),
        ] {
            let policy = read(&json!({ "lockedSettings": [{ "setting": setting, "value": value }, "ca_file"] }));
            assert_eq!(hint(&policy), Some("policy_keys"), "{value}");
            assert!(policy.given.is_empty() && policy.locked.len() == 2, "{value}");
        }
    }

    #[test]
    fn a_given_proxy_has_no_password() {
        let value = json!({ "mode": "custom", "url": "http://proxy.example:3128", "has_password": true });
        let policy = read(&json!({ "lockedSettings": [{ "setting": "proxy", "value": value }] }));
        let url = "http://proxy.example:3128".to_owned();
        let expected = ProxySetting::Custom { url, user: String::new(), has_password: false };
        assert_eq!(policy.over(Settings::default()).proxy, expected);
    }
}
