//! This Hub as an issuer of bundles: its id, its signing key and the next serial; and its own key for bundles to it.

use hub_contract::bundle::BundleKeys;
use hub_contract::{ErrorCode, HubError, UtcMs};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::envelope::{Issuer, Succession, succession_statement};
use super::lock;
use super::signature::{SigningKey, VerifyingKey};
use crate::{Hub, Result};

/// The setting with the public part of the issuer.
const KEY: &str = "bundle_issuer";
/// The vault's items. No request carries them, so their origin is a name of our own.
pub(super) const ORIGIN: &str = "hub:";
const SIGNING_KEY: &str = "bundle/signing-key";
const IDENTITY: &str = "bundle/identity";
/// Opens the bundles of the followed place.
pub(super) const FOLLOW_PASSPHRASE: &str = "bundle/passphrase";
/// The setting with the public half of this Hub's own key; it is there when the vault has the other half.
const RECIPIENT: &str = "bundle_recipient";

/// What is kept of the issuer outside of the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    id: String,
    key: String,
    serial: u64,
    succeeds: Option<Succession>,
    /// What readers know the Hub by, once somebody said it.
    #[serde(default)]
    name: Option<String>,
}

/// The issuer with its key, and the serial of the bundle that is being made.
pub(super) struct Signer {
    pub(super) issuer: Issuer,
    pub(super) key: SigningKey,
    pub(super) serial: u64,
}

impl Hub {
    /// The keys of this Hub that others may know. Makes the key that bundles are locked for when there is none.
    ///
    /// # Errors
    /// The vault's errors.
    pub async fn bundle_keys(&self, (): ()) -> Result<BundleKeys> {
        let recipient = match self.identity().await? {
            Some(identity) => identity.to_public().to_string(),
            None => {
                let identity = lock::new_identity();
                self.inner.vault.put(IDENTITY, ORIGIN, &identity).await?;
                let recipient = lock::identity(&identity)?.to_public().to_string();
                self.inner.store.set_setting(RECIPIENT, &recipient.as_str().into()).await?;
                recipient
            }
        };
        let fingerprint = match self.stored_issuer().await? {
            Some(stored) => Some(VerifyingKey::parse(&stored.key)?.fingerprint()),
            None => None,
        };
        Ok(BundleKeys { recipient, fingerprint })
    }

    /// Makes a new signing key. The earlier one signs that it follows, so members go on without being asked.
    ///
    /// # Errors
    /// `forbidden` for a member; the vault's errors.
    pub async fn bundle_new_key(&self) -> Result<BundleKeys> {
        self.refuse_member()?;
        let stored = self.stored_issuer().await?;
        let earlier = self.inner.vault.get(SIGNING_KEY, ORIGIN).await?;
        let key = SigningKey::generate()?;
        let text = key.verifying()?.text();
        let stored = match (stored, earlier) {
            (None, _) => self.new_issuer(&text),
            // Without the earlier key nobody can vouch for the new one: members compare its fingerprint.
            (Some(stored), None) => Stored { key: text, succeeds: None, ..stored },
            (Some(stored), Some(earlier)) => {
                let statement = succession_statement(&stored.id, &text);
                let signature = SigningKey::parse(&earlier)?.sign(statement.as_bytes(), "hub-desktop succession")?;
                Stored { succeeds: Some(Succession { key: stored.key, signature }), key: text, ..stored }
            }
        };
        self.inner.vault.put(SIGNING_KEY, ORIGIN, &key.text()?).await?;
        self.store_issuer(&stored).await?;
        self.bundle_keys(()).await
    }

    /// The ids of what bundles keep in the vault.
    pub(crate) async fn bundle_secret_ids(&self) -> Result<Vec<String>> {
        let mut ids = Vec::new();
        if self.stored_issuer().await?.is_some() {
            ids.push(SIGNING_KEY.to_owned());
        }
        if self.inner.store.setting(RECIPIENT).await?.is_some() {
            ids.push(IDENTITY.to_owned());
        }
        if self.follows_with_passphrase().await? {
            ids.push(FOLLOW_PASSPHRASE.to_owned());
        }
        Ok(ids)
    }

    /// This Hub's own key, if it has been asked for.
    pub(super) async fn identity(&self) -> Result<Option<age::x25519::Identity>> {
        self.inner.vault.get(IDENTITY, ORIGIN).await?.as_ref().map(lock::identity).transpose()
    }

    /// The issuer and the serial of the next bundle. The serial follows the clock, so that it also rises when the Hub was
    /// restored from an older copy.
    pub(super) async fn signer(&self, name: Option<String>) -> Result<Signer> {
        let stored = self.stored_issuer().await?;
        let (stored, key) = match stored {
            Some(stored) => {
                let lost =
                    || HubError::new(ErrorCode::CredentialMissing, "the signing key is gone").hint("bundle_key_lost");
                let text: SecretString = self.inner.vault.get(SIGNING_KEY, ORIGIN).await?.ok_or_else(lost)?;
                (stored, SigningKey::parse(&text)?)
            }
            None => {
                let key = SigningKey::generate()?;
                self.inner.vault.put(SIGNING_KEY, ORIGIN, &key.text()?).await?;
                (self.new_issuer(&key.verifying()?.text()), key)
            }
        };
        let serial = (stored.serial + 1).max(seconds(self.now()));
        let stored = Stored { serial, name: name.or(stored.name), ..stored };
        self.store_issuer(&stored).await?;
        let name = stored.name.unwrap_or_else(name_of_computer);
        let issuer = Issuer { id: stored.id, key: stored.key, name, succeeds: stored.succeeds };
        Ok(Signer { issuer, key, serial })
    }

    /// What readers of bundles know this Hub by.
    pub(super) async fn issuer_name(&self) -> Result<String> {
        Ok(self.stored_issuer().await?.and_then(|stored| stored.name).unwrap_or_else(name_of_computer))
    }

    async fn stored_issuer(&self) -> Result<Option<Stored>> {
        let stored = self.inner.store.setting(KEY).await?;
        stored.map(serde_json::from_value).transpose().map_err(|error| HubError::internal(error.to_string()))
    }

    async fn store_issuer(&self, stored: &Stored) -> Result<()> {
        let value = serde_json::to_value(stored).map_err(|error| HubError::internal(error.to_string()))?;
        Ok(self.inner.store.set_setting(KEY, &value).await?)
    }

    fn new_issuer(&self, key: &str) -> Stored {
        Stored { id: self.inner.ids.new_id(), key: key.to_owned(), serial: 0, succeeds: None, name: None }
    }
}

/// What people know this computer by, until somebody says what its Hub is called.
fn name_of_computer() -> String {
    let named = std::env::var("HOSTNAME").or_else(|_| std::env::var("COMPUTERNAME")).unwrap_or_default();
    let name = crate::names::visible(&named);
    if name.is_empty() { "Hub".to_owned() } else { name }
}

fn seconds(now: UtcMs) -> u64 {
    u64::try_from(now / 1000).unwrap_or_default()
}
