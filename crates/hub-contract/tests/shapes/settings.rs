//! Preferences, settings and the vault.

use hub_contract::platform::{ConnectedAs, Language, Section};
use hub_contract::policy::{PolicyView, SettingKey};
use hub_contract::progress::{Progress, ProgressStep};
use hub_contract::secret::SecretInput;
use hub_contract::settings::*;
use hub_contract::{ErrorCode, HubError, PlatformId};

use crate::conversations::model;
use crate::{shape, words};

fn preferences() -> Preferences {
    Preferences {
        language: Some(Language::ZhCn),
        theme: Theme::Dark,
        text_size: TextSize::Larger,
        list_width: 300,
        list_hidden: true,
        last_page: Some("/chat/c".into()),
        last_target: Some(model()),
        onboarded: true,
        send_key: SendKey::ModEnter,
    }
}

#[test]
fn choices() {
    words(&[Theme::System, Theme::Light, Theme::Dark]);
    words(&[TextSize::Usual, TextSize::Large, TextSize::Larger]);
    words(&[SendKey::Enter, SendKey::ModEnter]);
    words(&[VaultMode::Keychain, VaultMode::Session, VaultMode::Passphrase]);
    words(&[Language::ZhCn, Language::En]);
    words(PlatformId::ALL);
    words(&[Section::AgentPlatforms, Section::CloudPlatforms, Section::ModelPlatforms]);
    words(&[ConnectedAs::Whole, ConnectedAs::OneByOne, ConnectedAs::Models]);
}

#[test]
fn preferences_of_any_version() {
    shape(&[preferences(), Preferences::default()]);
    let view =
        |preferences, recovered| PreferencesView { preferences, language: Language::En, system_dark: true, recovered };
    shape(&[view(preferences(), true), view(Preferences::default(), false)]);
    let older: Preferences = serde_json::from_str(r#"{"theme": "light", "gone": 1}"#).unwrap();
    assert_eq!(older, Preferences { theme: Theme::Light, ..Preferences::default() });
}

#[test]
fn settings_and_vault() {
    let proxy = ProxySetting::Custom { url: "http://proxy.example:3128".into(), user: "li".into(), has_password: true };
    shape(&[ProxySetting::System, ProxySetting::None, proxy.clone()]);
    let full = Settings {
        proxy: proxy.clone(),
        ca_file: Some("/etc/company.pem".into()),
        vault: VaultMode::Passphrase,
        history_limit: 20,
        relay: "https://relay.example/coze".into(),
    };
    shape(&[full, Settings::default()]);
    shape(&[
        EditSettingsRequest {
            proxy: Some(proxy),
            proxy_password: Some(SecretInput::new("p")),
            ca_file: Some(String::new()),
            vault: Some(VaultMode::Session),
            history_limit: Some(0),
            relay: Some(String::new()),
        },
        EditSettingsRequest::default(),
    ]);
    shape(&[UnlockVaultRequest { passphrase: SecretInput::new("p") }]);
}

#[test]
fn progress() {
    words(&ProgressStep::ALL);
    assert!(ProgressStep::ALL.iter().all(|step| serde_json::to_value(step).unwrap() == step.as_str()));
    shape(&[Progress { step: ProgressStep::Write, done: 1, total: 3 }, Progress::at(ProgressStep::Lock)]);
}

#[test]
fn policy() {
    words(&SettingKey::ALL);
    assert!(SettingKey::ALL.iter().all(|key| serde_json::to_value(key).unwrap() == key.as_str()));
    let full = PolicyView {
        file: Some("/etc/hub-desktop/policy.json".into()),
        error: Some(HubError::new(ErrorCode::InvalidRequest, "not as it has to be").hint("policy_keys")),
        bundle_path: Some("/srv/hub".into()),
        bundle_waits: true,
        trusted_issuer_keys: vec!["babab-babab".into()],
        allowed_hosts: Some(vec!["*.example.com".into()]),
        disable_updates: true,
        disable_export: true,
        locked_settings: vec![SettingKey::Proxy],
        unknown_keys: vec!["other".into()],
    };
    shape(&[full, PolicyView::default()]);
}
