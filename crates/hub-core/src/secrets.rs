//! Secrets of connections: checked when entered, kept in the vault, read when a request needs them.

use std::collections::BTreeMap;
use std::sync::Arc;

use hub_contract::catalogue::{self, PRIVATE_KEY, TOKEN};
use hub_contract::id::ConnectionId;
use hub_contract::platform::{FieldKind, PlatformSpec};
use hub_contract::secret::SecretInput;
use hub_contract::{ErrorCode, HubError};
use hub_platforms::{Endpoint, Platforms, Proxy};
use hub_store::ConnectionRow;
use secrecy::SecretString;

use crate::service_account::ServiceAccount;
use crate::tokens::{AUTHORIZATION, Account};
use crate::{Hub, Result};

/// The id of a connection's secret in the vault.
pub(crate) fn secret_id(connection: &ConnectionId, field: &str) -> String {
    format!("connection/{connection}/{field}")
}

/// Where a connection's secrets may be sent.
pub(crate) fn origin_of(base_url: &str) -> Result<String> {
    Platforms::origin(base_url).ok_or_else(|| {
        HubError::new(ErrorCode::InvalidRequest, "the address has no host").hint("address_not_an_address")
    })
}

/// Checks secrets as they were pasted. Space around them and a leading `Bearer` are taken off; anything that no platform
/// has inside a key is refused before it is sent anywhere.
///
/// # Errors
/// `invalid_request` with the field and a hint: `key_empty`, `key_newline`, `key_spaces` or `key_characters`.
pub(crate) fn cleaned(
    spec: &PlatformSpec,
    entered: &BTreeMap<String, SecretInput>,
    all_required: bool,
) -> Result<BTreeMap<String, SecretString>> {
    let fault = |field: &str, hint: &str| {
        let mut error = HubError::new(ErrorCode::InvalidRequest, "the key cannot be right").hint(hint).field(field);
        error.detail.platform = Some(spec.id);
        error
    };
    if let Some(unknown) = entered.keys().find(|key| !is_secret(spec, key)) {
        return Err(fault(unknown, "field_unknown"));
    }
    let mut secrets = BTreeMap::new();
    for field in spec.fields.iter().filter(|field| field.kind == FieldKind::Secret) {
        let text = entered.get(field.key).map(|secret| secret.expose().trim()).unwrap_or_default();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
        if text.is_empty() {
            if field.required && all_required {
                return Err(fault(field.key, "key_empty"));
            }
            continue;
        }
        if field.key == PRIVATE_KEY && text.chars().count() <= field.max_chars && text.is_ascii() {
            // The one secret with lines and spaces; whether it is a key is told when it is used.
            secrets.insert(field.key.to_owned(), SecretString::from(text));
            continue;
        }
        if text.contains(['\n', '\r']) {
            return Err(fault(field.key, "key_newline"));
        }
        if text.contains(char::is_whitespace) {
            return Err(fault(field.key, "key_spaces"));
        }
        if !text.chars().all(|c| c.is_ascii_graphic()) || text.chars().count() > field.max_chars {
            return Err(fault(field.key, "key_characters"));
        }
        secrets.insert(field.key.to_owned(), SecretString::from(text));
    }
    Ok(secrets)
}

fn is_secret(spec: &PlatformSpec, key: &str) -> bool {
    spec.fields.iter().any(|field| field.key == key && field.kind == FieldKind::Secret)
}

impl Hub {
    /// The endpoint of a saved connection, with its secrets out of the vault.
    ///
    /// # Errors
    /// `credential_missing` when a required secret is not there; the vault's errors.
    pub(crate) async fn endpoint(&self, row: &ConnectionRow) -> Result<Endpoint> {
        let origin = origin_of(&row.base_url)?;
        let mut secrets = BTreeMap::new();
        for field in catalogue::spec(row.platform).fields.iter().filter(|field| field.kind == FieldKind::Secret) {
            let stored = row.secrets.contains_key(field.key);
            let secret =
                if stored { self.inner.vault.get(&secret_id(&row.id, field.key), &origin).await? } else { None };
            match secret {
                Some(secret) => {
                    secrets.insert(field.key.to_owned(), secret);
                }
                None if field.required || stored => {
                    let mut error = HubError::new(ErrorCode::CredentialMissing, "no secret is stored").field(field.key);
                    error.detail.platform = Some(row.platform);
                    return Err(error);
                }
                None => {}
            }
        }
        self.endpoint_with(row, secrets, None).await
    }

    /// The endpoint of a connection with secrets that are not saved yet. A new password of its proxy takes the place of
    /// the stored one.
    pub(crate) async fn endpoint_with(
        &self,
        row: &ConnectionRow,
        secrets: BTreeMap<String, SecretString>,
        proxy_password: Option<SecretString>,
    ) -> Result<Endpoint> {
        let mut network = self.network(row.proxy.as_ref(), &secret_id(&row.id, "proxy")).await?;
        if let (Proxy::Custom { password, .. }, Some(new)) = (&mut network.proxy, proxy_password) {
            *password = Some(new);
        }
        let mut endpoint = Endpoint {
            platform: row.platform,
            base_url: row.base_url.clone(),
            fields: row.fields.clone(),
            secrets,
            token: None,
            network,
        };
        if row.secrets.contains_key(AUTHORIZATION) {
            endpoint.token = Some(Arc::new(self.account(row, endpoint.clone())?));
        } else if endpoint.secrets.contains_key(PRIVATE_KEY) && !endpoint.secrets.contains_key(TOKEN) {
            endpoint.token = Some(Arc::new(ServiceAccount {
                platforms: self.inner.platforms.clone(),
                clock: Arc::clone(&self.inner.clock),
                endpoint: endpoint.clone(),
                token: self.inner.accounts.service(&row.id),
            }));
        }
        Ok(endpoint)
    }

    /// The authorised account behind a connection.
    fn account(&self, row: &ConnectionRow, endpoint: Endpoint) -> Result<Account> {
        Ok(Account {
            store: self.inner.store.clone(),
            connection: row.id.clone(),
            vault: self.inner.vault.clone(),
            platforms: self.inner.platforms.clone(),
            clock: Arc::clone(&self.inner.clock),
            secret_id: secret_id(&row.id, AUTHORIZATION),
            origin: origin_of(&row.base_url)?,
            lock: self.inner.accounts.lock(&row.id),
            endpoint,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn clean(text: &str) -> std::result::Result<String, String> {
        let entered = BTreeMap::from([("api_key".to_owned(), SecretInput::new(text))]);
        match cleaned(catalogue::spec(hub_contract::PlatformId::Openai), &entered, true) {
            Ok(secrets) => Ok(secrets["api_key"].expose_secret().to_owned()),
            Err(error) => Err(error.detail.hint.unwrap_or_default()),
        }
    }

    #[test]
    fn what_surrounds_a_pasted_key_is_taken_off() {
        for pasted in ["sk-test-1", " sk-test-1 ", "sk-test-1\n", "Bearer sk-test-1\r\n"] {
            assert_eq!(clean(pasted).as_deref(), Ok("sk-test-1"), "{pasted:?}");
        }
    }

    #[test]
    fn what_no_key_has_inside_is_refused_with_its_own_words() {
        for (pasted, hint) in [
            ("", "key_empty"),
            ("   ", "key_empty"),
            ("sk-test\n-1", "key_newline"),
            ("sk-test 1", "key_spaces"),
            ("sk-密钥", "key_characters"),
            ("sk-\u{7}test", "key_characters"),
        ] {
            assert_eq!(clean(pasted), Err(hint.to_owned()), "{pasted:?}");
        }
    }
}
