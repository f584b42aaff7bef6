//! The Hub's own state: where its data lies, how much there is, the doctor.

use std::path::PathBuf;

use hub_contract::authorize::SCHEME;
use hub_contract::data::{AppInfo, CheckState, DataView, DoctorCheck, DoctorReport};
use hub_contract::settings::ProxySetting;
use hub_contract::{ErrorCode, HubError};

use crate::hub::blocking;
use crate::scheme::{self, Handler};
use crate::{Hub, Result};

/// The usual data directory of this person on this system; absent where the system names none.
///
/// Linux: `$XDG_DATA_HOME/hub-desktop` or `~/.local/share/hub-desktop`; macOS: `~/Library/Application Support/…`;
/// Windows: `%APPDATA%\…`.
pub fn default_data_dir() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|dirs| dirs.data_dir().join("hub-desktop"))
}

impl Hub {
    /// What this program is and whose Hub it has open.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn app_info(&self) -> Result<AppInfo> {
        let sizes = self.inner.store.sizes().await?;
        let is_empty = sizes.conversations == 0 && self.inner.store.connections().await?.is_empty();
        Ok(AppInfo {
            version: self.version().to_owned(),
            data_dir: self.data_dir().display().to_string(),
            is_empty,
            vault: self.inner.vault.mode(),
            blocked: None,
        })
    }

    /// Where the data lies and how much there is.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn data_read(&self, (): ()) -> Result<DataView> {
        let sizes = self.inner.store.sizes().await?;
        Ok(DataView {
            data_dir: self.data_dir().display().to_string(),
            database_bytes: sizes.database_bytes,
            files: sizes.files,
            files_bytes: sizes.files_bytes,
            backups_bytes: sizes.backups_bytes,
            backups: sizes.backups,
            last_backup: sizes.last_backup,
            backup_error: self.inner.copies.last_error(),
            conversations: sizes.conversations,
            messages: sizes.messages,
            vault: self.vault_view().await?,
        })
    }

    /// Looks at everything that could be wrong here. Uses no network and reads no secret, but tries the vault. In the
    /// window's program, links that nobody opens any more are given back to it.
    ///
    /// # Errors
    /// None: what is wrong stands in the report.
    pub async fn doctor(&self, (): ()) -> Result<DoctorReport> {
        let settings = self.settings_now();
        let database = self.inner.store.quick_check().await.err().map(HubError::from);
        let vault = self.inner.vault.check().await.err().map(HubError::from);
        let ca_missing = settings.ca_file.as_ref().filter(|file| !std::path::Path::new(file).is_file()).map(|_| {
            HubError::new(ErrorCode::InvalidRequest, "the CA file is gone").hint("ca_file_unreadable").field("ca_file")
        });
        let proxy = match &settings.proxy {
            ProxySetting::System => "system".to_owned(),
            ProxySetting::None => "none".to_owned(),
            ProxySetting::Custom { url, .. } => url.clone(),
        };
        let checks = vec![
            good("version", self.version()),
            good("data_dir", &self.data_dir().display().to_string()),
            check("database", self.inner.store.hub_id(), database, CheckState::Fail),
            check("keychain", &self.inner.vault.backend(), vault, CheckState::Fail),
            good("proxy", &proxy),
            check("ca_file", settings.ca_file.as_deref().unwrap_or("none"), ca_missing, CheckState::Warn),
            self.scheme_check().await,
            self.inner.policy.check(),
        ];
        Ok(DoctorReport { checks })
    }
}

impl Hub {
    /// Who opens the program's links.
    async fn scheme_check(&self) -> DoctorCheck {
        let program = self.inner.link_program.clone();
        let handler = blocking(move || scheme::look_after(program.as_deref())).await.unwrap_or(Handler::Unknown);
        let fact = match &handler {
            Handler::Program(program) => program.display().to_string(),
            Handler::Stale(entry) => entry.clone(),
            _ => SCHEME.to_owned(),
        };
        check("scheme", &fact, scheme::fault(&handler), CheckState::Warn)
    }
}

fn good(id: &str, fact: &str) -> DoctorCheck {
    check(id, fact, None, CheckState::Ok)
}

fn check(id: &str, fact: &str, error: Option<HubError>, otherwise: CheckState) -> DoctorCheck {
    let state = if error.is_some() { otherwise } else { CheckState::Ok };
    DoctorCheck { id: id.to_owned(), state, fact: fact.to_owned(), error }
}
