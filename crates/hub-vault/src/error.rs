//! What can be wrong with a vault, and how it is told.

use hub_contract::HubError;

/// Why a secret could not be stored, read or removed. No variant holds a secret.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VaultError {
    /// Placeholder until the vault is written.
    #[error("the vault is not there yet")]
    Internal(String),
}

impl From<VaultError> for HubError {
    fn from(error: VaultError) -> Self {
        HubError::internal(error.to_string())
    }
}
