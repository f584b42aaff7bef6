//! Managed configuration: what the administrator of this computer has decided for every Hub on it (docs/adr/0010). It is read
//! once, when a Hub is opened; every command asks what was read then.

mod file;
mod parse;

use std::collections::BTreeSet;
use std::path::PathBuf;

use hub_contract::data::{CheckState, DoctorCheck};
use hub_contract::policy::{PolicyView, SettingKey};
use hub_contract::settings::Settings;
use hub_contract::{ErrorCode, HubError};
use hub_platforms::AllowedHosts;
use serde_json::{Map, Value};

pub use self::file::PolicyPlace;
use crate::bundle::VerifyingKey;
use crate::{Hub, Result};

/// What holds here. The default is a computer that nobody administers.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Policy {
    file: Option<PathBuf>,
    error: Option<HubError>,
    /// Where bundles for this computer lie.
    pub(crate) bundle_path: Option<String>,
    /// Keys that need no question.
    pub(crate) trusted_issuer_keys: Vec<VerifyingKey>,
    allowed_hosts: Option<Vec<String>>,
    disable_updates: bool,
    disable_export: bool,
    locked: BTreeSet<SettingKey>,
    /// The values of locked settings, by their names; a setting that is not here keeps the value it has.
    given: Map<String, Value>,
    unknown_keys: Vec<String>,
}

impl Policy {
    /// Reads the policy of a computer. Never fails: what is wrong with it is told, and holds as strictly as it can.
    pub(crate) fn read(place: &PolicyPlace) -> Self {
        let policy = match place.read() {
            Ok(None) => return Self::default(),
            Ok(Some(text)) => parse::parse(&text),
            Err(file::Fault::Untrusted) => Self { error: Some(fault("policy_untrusted")), ..Self::default() },
            Err(file::Fault::Unreadable) => parse::strictest(),
        };
        Self { file: place.path().map(PathBuf::from), ..policy }
    }

    /// The only hosts that may be connected to; absent allows all.
    pub(crate) fn hosts(&self) -> Option<AllowedHosts> {
        let entries = self.allowed_hosts.as_ref()?;
        // They were read before; if that were not so, none would be allowed.
        Some(AllowedHosts::parse(entries.iter().map(String::as_str)).unwrap_or_default())
    }

    /// The settings that hold: a person's own, under those that are given.
    pub(crate) fn over(&self, own: Settings) -> Settings {
        if self.given.is_empty() {
            return own;
        }
        let Ok(Value::Object(mut fields)) = serde_json::to_value(&own) else { return own };
        fields.extend(self.given.clone());
        serde_json::from_value(fields.into()).unwrap_or(own)
    }

    /// Whether a setting cannot be changed here.
    pub(crate) fn locks(&self, setting: SettingKey) -> bool {
        self.locked.contains(&setting)
    }

    /// Refuses to change a setting that is locked.
    ///
    /// # Errors
    /// `forbidden` with the hint `policy_setting`.
    pub(crate) fn refuse_locked(&self, setting: SettingKey) -> Result<()> {
        if !self.locks(setting) {
            return Ok(());
        }
        Err(managed("the administrator has locked this setting", "policy_setting").field(setting.as_str()))
    }

    /// Refuses to write anything out of the Hub.
    ///
    /// # Errors
    /// `forbidden` with the hint `policy_export`.
    pub(crate) fn refuse_export(&self) -> Result<()> {
        if self.disable_export {
            Err(managed("the administrator has switched exports off", "policy_export"))
        } else {
            Ok(())
        }
    }

    /// Refuses to follow another place than the given one.
    ///
    /// # Errors
    /// `forbidden` with the hint `policy_bundle_path`.
    pub(crate) fn refuse_following(&self, address: &str) -> Result<()> {
        if self.bundle_path.as_deref().is_none_or(|path| path == address) {
            return Ok(());
        }
        Err(managed("the administrator has named the place of bundles", "policy_bundle_path").field("address"))
    }

    /// What the doctor says: the file and the keys that hold.
    pub(crate) fn check(&self) -> DoctorCheck {
        let (state, error) = match &self.error {
            Some(error) => (CheckState::Warn, Some(error.clone())),
            None if !self.unknown_keys.is_empty() => {
                let mut error = fault("policy_unknown");
                error.detail.text = Some(self.unknown_keys.join(", "));
                (CheckState::Warn, Some(error))
            }
            None if !PolicyPlace::is_built() => (
                CheckState::Warn,
                Some(HubError::new(ErrorCode::NotBuilt, "managed configuration is read on Linux only")),
            ),
            None => (CheckState::Ok, None),
        };
        DoctorCheck { id: "policy".to_owned(), state, fact: self.fact(), error }
    }

    fn fact(&self) -> String {
        let Some(file) = &self.file else { return "none".to_owned() };
        let mut keys: Vec<String> = Vec::new();
        keys.extend(self.bundle_path.iter().map(|path| format!("bundlePath {path}")));
        if !self.trusted_issuer_keys.is_empty() {
            keys.push(format!("trustedIssuerKeys {}", self.trusted_issuer_keys.len()));
        }
        keys.extend(self.allowed_hosts.iter().map(|hosts| format!("allowedHosts {}", hosts.join(" "))));
        keys.extend(self.disable_updates.then(|| "disableUpdates".to_owned()));
        keys.extend(self.disable_export.then(|| "disableExport".to_owned()));
        if !self.locked.is_empty() {
            let names: Vec<&str> = self.locked.iter().map(|setting| setting.as_str()).collect();
            keys.push(format!("lockedSettings {}", names.join(" ")));
        }
        if !self.unknown_keys.is_empty() {
            keys.push(format!("unknown: {}", self.unknown_keys.join(", ")));
        }
        keys.extend(
            self.error.iter().filter_map(|error| error.detail.text.as_ref()).map(|text| format!("damaged: {text}")),
        );
        let keys: String = keys.iter().map(|key| format!("; {key}")).collect();
        format!("{}{keys}", file.display())
    }
}

impl Hub {
    /// What the administrator of this computer has decided.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn policy_read(&self, (): ()) -> Result<PolicyView> {
        let policy = &self.inner.policy;
        Ok(PolicyView {
            file: policy.file.as_ref().map(|file| file.display().to_string()),
            error: policy.error.clone(),
            bundle_path: policy.bundle_path.clone(),
            bundle_waits: self.membership().is_none() && self.bundle_waits().await?,
            trusted_issuer_keys: policy.trusted_issuer_keys.iter().map(VerifyingKey::fingerprint).collect(),
            allowed_hosts: policy.allowed_hosts.clone(),
            disable_updates: policy.disable_updates,
            disable_export: policy.disable_export,
            locked_settings: policy.locked.iter().copied().collect(),
            unknown_keys: policy.unknown_keys.clone(),
        })
    }
}

fn managed(message: &str, hint: &str) -> HubError {
    HubError::new(ErrorCode::Forbidden, message).hint(hint)
}

fn fault(hint: &str) -> HubError {
    HubError::new(ErrorCode::InvalidRequest, "the administrator's policy is not as it has to be").hint(hint)
}
