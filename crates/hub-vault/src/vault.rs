//! The vault as the rest of the Hub sees it.

use std::path::PathBuf;

use hub_contract::VaultMode;
use secrecy::SecretString;

use crate::VaultError;

/// Where secrets are kept; cheap to clone. Opening touches nothing: the keychain is first asked when a secret is needed.
#[derive(Debug, Clone)]
pub struct Vault {}

/// How to open a [`Vault`].
#[derive(Debug, Clone)]
pub struct VaultOptions {
    /// The Hub's random id, so that several Hubs never meet in one keychain.
    pub hub: String,
    /// Where secrets are kept.
    pub mode: VaultMode,
    /// The folder of the passphrase vault's file.
    pub data_dir: PathBuf,
}

#[allow(clippy::unused_async)]
impl Vault {
    /// Opens a vault without touching anything.
    pub fn open(_options: VaultOptions) -> Vault { Vault {} }
    /// Where secrets are kept now.
    pub fn mode(&self) -> VaultMode { VaultMode::Session }
    /// Stores; replaces.
    pub async fn put(&self, _id: &str, _origin: &str, _value: &SecretString) -> Result<(), VaultError> { Err(VaultError::Internal(String::new())) }
    /// Reads.
    pub async fn get(&self, _id: &str, _origin: &str) -> Result<Option<SecretString>, VaultError> { Err(VaultError::Internal(String::new())) }
    /// Removes.
    pub async fn remove(&self, _id: &str) -> Result<(), VaultError> { Err(VaultError::Internal(String::new())) }
    /// Probes.
    pub async fn check(&self) -> Result<(), VaultError> { Err(VaultError::Internal(String::new())) }
    /// The name of the place.
    pub fn backend(&self) -> String { String::new() }
    /// Whether anything was accessed.
    pub fn was_used(&self) -> bool { false }
    /// Opens or makes the passphrase vault.
    pub async fn unlock(&self, _passphrase: SecretString) -> Result<(), VaultError> { Err(VaultError::Internal(String::new())) }
    /// Moves secrets to another place.
    pub async fn switch(&self, _mode: VaultMode, _ids: &[String], _passphrase: Option<SecretString>) -> Result<(), VaultError> { Err(VaultError::Internal(String::new())) }
}
