//! The Hub's settings and what they mean for a connection.

use hub_contract::data::VaultView;
use hub_contract::policy::SettingKey;
use hub_contract::settings::{EditSettingsRequest, ProxySetting, Settings, UnlockVaultRequest};
use hub_contract::{ErrorCode, HubError};
use hub_platforms::{Network, Proxy};
use hub_store::Store;
use secrecy::SecretString;

use crate::{Hub, Result};

/// The secret id of the Hub's proxy password.
const PROXY_SECRET: &str = "proxy";
pub(crate) const KEY: &str = "settings";

/// Reads the settings. Those of an older or newer version are taken as far as they are known.
pub(crate) async fn load(store: &Store) -> Result<Settings> {
    Ok(store.setting(KEY).await?.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
}

impl Hub {
    /// The Hub's settings.
    ///
    /// # Errors
    /// None today; a result because every command has one.
    pub async fn settings_read(&self, (): ()) -> Result<Settings> {
        Ok(self.settings_now())
    }

    /// Changes settings. They hold for the next request of every connection.
    ///
    /// # Errors
    /// `forbidden` for one that the administrator has locked; `invalid_request` for a proxy address that is none, a CA file that cannot be read or a relay that is no https
    /// address; the vault's errors.
    pub async fn settings_edit(&self, request: EditSettingsRequest) -> Result<Settings> {
        self.refuse_locked(&request)?;
        let mut settings = self.own_settings();
        if let Some(mut proxy) = request.proxy {
            if let ProxySetting::Custom { url, has_password, .. } = &mut proxy {
                check_proxy(url)?;
                *has_password = match &request.proxy_password {
                    Some(password) if !password.expose().is_empty() => {
                        let secret = SecretString::from(password.expose());
                        self.inner.vault.put(PROXY_SECRET, &proxy_origin(url), &secret).await?;
                        true
                    }
                    Some(_) => false,
                    None => {
                        matches!(&settings.proxy, ProxySetting::Custom { url: old, has_password: true, .. } if old == url)
                    }
                };
            }
            if !matches!(proxy, ProxySetting::Custom { has_password: true, .. })
                && matches!(settings.proxy, ProxySetting::Custom { has_password: true, .. })
            {
                self.inner.vault.remove(PROXY_SECRET).await?;
            }
            settings.proxy = proxy;
        }
        if let Some(file) = request.ca_file {
            settings.ca_file = if file.trim().is_empty() { None } else { Some(readable_pem(file.trim()).await?) };
        }
        if let Some(relay) = request.relay {
            crate::authorize::relay(&relay)?;
            settings.relay = relay.trim().to_owned();
        }
        if let Some(limit) = request.history_limit {
            settings.history_limit = limit;
        }
        if let Some(mode) = request.vault
            && mode != self.inner.vault.mode()
        {
            let ids = self.secret_ids(&settings).await?;
            self.inner.vault.switch(mode, &ids, None).await?;
            settings.vault = mode;
        }
        let value = serde_json::to_value(&settings).map_err(|error| HubError::internal(error.to_string()))?;
        self.inner.store.set_setting(KEY, &value).await?;
        if let Ok(mut held) = self.inner.settings.write() {
            *held = settings;
        }
        Ok(self.settings_now())
    }

    /// Tries the vault: a write, a read, a delete. May make the keychain ask the person.
    ///
    /// # Errors
    /// None: what is wrong stands in the view.
    pub async fn vault_check(&self, (): ()) -> Result<VaultView> {
        let error = self.inner.vault.check().await.err().map(HubError::from);
        let mut view = self.vault_view().await?;
        view.error = error;
        view.unused = false;
        Ok(view)
    }

    /// Opens the passphrase vault, or makes it and keeps secrets there from now on.
    ///
    /// # Errors
    /// `keychain_locked` for a wrong passphrase; the vault's errors while secrets are moved.
    pub async fn vault_unlock(&self, request: UnlockVaultRequest) -> Result<VaultView> {
        use hub_contract::settings::VaultMode;
        let passphrase = SecretString::from(request.passphrase.expose());
        if self.inner.vault.mode() == VaultMode::Passphrase {
            self.inner.vault.unlock(passphrase).await?;
        } else {
            self.inner.policy.refuse_locked(SettingKey::Vault)?;
            let mut settings = self.own_settings();
            let ids = self.secret_ids(&settings).await?;
            self.inner.vault.switch(VaultMode::Passphrase, &ids, Some(passphrase)).await?;
            settings.vault = VaultMode::Passphrase;
            let value = serde_json::to_value(&settings).map_err(|error| HubError::internal(error.to_string()))?;
            self.inner.store.set_setting(KEY, &value).await?;
            if let Ok(mut held) = self.inner.settings.write() {
                *held = settings;
            }
        }
        self.vault_view().await
    }

    fn refuse_locked(&self, request: &EditSettingsRequest) -> Result<()> {
        let EditSettingsRequest { proxy, proxy_password, ca_file, vault, history_limit, relay } = request;
        let asked = [
            (SettingKey::Proxy, proxy.is_some() || proxy_password.is_some()),
            (SettingKey::CaFile, ca_file.is_some()),
            (SettingKey::Vault, vault.is_some()),
            (SettingKey::HistoryLimit, history_limit.is_some()),
            (SettingKey::Relay, relay.is_some()),
        ];
        asked.into_iter().filter(|(_, asked)| *asked).try_for_each(|(key, _)| self.inner.policy.refuse_locked(key))
    }

    pub(crate) async fn vault_view(&self) -> Result<VaultView> {
        let ids = self.secret_ids(&self.own_settings()).await?;
        Ok(VaultView {
            mode: self.inner.vault.mode(),
            backend: self.inner.vault.backend(),
            secrets: u32::try_from(ids.len()).unwrap_or(u32::MAX),
            error: None,
            unused: !self.inner.vault.was_used(),
        })
    }

    /// How a connection gets out: its own proxy or the Hub's, and the CA file.
    pub(crate) async fn network(&self, own: Option<&ProxySetting>, own_secret: &str) -> Result<Network> {
        let settings = self.settings_now();
        // A locked proxy is one that everything goes through.
        let own = own.filter(|_| !self.inner.policy.locks(SettingKey::Proxy));
        let (setting, secret) = match own {
            Some(own) => (own, own_secret),
            None => (&settings.proxy, PROXY_SECRET),
        };
        let proxy = match setting {
            ProxySetting::System => Proxy::System,
            ProxySetting::None => Proxy::None,
            ProxySetting::Custom { url, user, has_password } => {
                let password =
                    if *has_password { self.inner.vault.get(secret, &proxy_origin(url)).await? } else { None };
                Proxy::Custom { url: url.clone(), user: user.clone(), password }
            }
        };
        Ok(Network { proxy, ca_file: settings.ca_file.map(Into::into) })
    }

    /// Every secret the Hub knows of. What is here moves with the vault and to another computer.
    pub(crate) async fn secret_ids(&self, settings: &Settings) -> Result<Vec<String>> {
        let mut ids: Vec<String> = Vec::new();
        for row in self.inner.store.connections().await? {
            ids.extend(row.secrets.keys().map(|field| crate::secrets::secret_id(&row.id, field)));
            if matches!(row.proxy, Some(ProxySetting::Custom { has_password: true, .. })) {
                ids.push(crate::secrets::secret_id(&row.id, PROXY_SECRET));
            }
        }
        if matches!(settings.proxy, ProxySetting::Custom { has_password: true, .. }) {
            ids.push(PROXY_SECRET.to_owned());
        }
        ids.extend(self.bundle_secret_ids().await?);
        Ok(ids)
    }
}

/// Refuses what cannot be a proxy; a password inside would be stored in clear.
pub(crate) fn check_proxy(url: &str) -> Result<()> {
    let fault =
        |hint: &str| Err(HubError::new(ErrorCode::InvalidRequest, "not a proxy address").hint(hint).field("proxy"));
    let Ok(parsed) = url::Url::parse(url) else { return fault("proxy_address") };
    if !matches!(parsed.scheme(), "http" | "https" | "socks5" | "socks5h") || parsed.host().is_none() {
        return fault("proxy_address");
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return fault("proxy_credentials");
    }
    Ok(())
}

/// Proxy passwords are bound to the proxy's address as written.
pub(crate) fn proxy_origin(url: &str) -> String {
    hub_platforms::Platforms::origin(url).unwrap_or_else(|| url.to_owned())
}

async fn readable_pem(path: &str) -> Result<String> {
    let fault = |hint: &str| HubError::new(ErrorCode::InvalidRequest, "not a CA file").hint(hint).field("ca_file");
    let bytes = tokio::fs::read(path).await.map_err(|_| fault("ca_file_unreadable"))?;
    if !String::from_utf8_lossy(&bytes).contains("-----BEGIN CERTIFICATE-----") {
        return Err(fault("ca_file_no_certificate"));
    }
    Ok(path.to_owned())
}
