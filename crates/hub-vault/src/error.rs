//! What can be wrong with a vault, and how it is told.

use hub_contract::{ErrorCode, HubError};

/// Why a secret could not be stored, read or removed. No variant holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The keychain is locked, and the person or the missing display did not unlock it.
    #[error("the keychain is locked")]
    Locked,
    /// The keychain still waits for the person. The caller was let go; the question stays open.
    #[error("the keychain still waits for an answer to its question")]
    Waiting,
    /// The keychain service ended while it was asked. The system starts another one when it is next needed.
    #[error("the keychain service ended while it was asked")]
    Ended,
    /// There is no keychain service, or it failed.
    #[error("there is no working keychain: {text}")]
    Absent {
        /// What the system said.
        text: String,
    },
    /// The Secret Service runs but has no default collection to store into.
    #[error("the keychain has no default collection")]
    NoCollection,
    /// Several items match one secret, so none can be trusted.
    #[error("{count} keychain items match the account {account}")]
    Ambiguous {
        /// The account of the items, under the service `dev.hubdesktop.hub`.
        account: String,
        /// How many there are.
        count: usize,
    },
    /// The passphrase vault has not been opened.
    #[error("the passphrase vault is locked")]
    PassphraseNeeded,
    /// The passphrase does not open the vault file.
    #[error("the passphrase does not open the vault")]
    PassphraseWrong,
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty")]
    PassphraseEmpty,
    /// The vault file is not one, or is cut short.
    #[error("the vault file is damaged: {text}")]
    FileDamaged {
        /// What is wrong with it.
        text: String,
    },
    /// An item exists but is not what was stored.
    #[error("the keychain item of a secret is damaged")]
    ItemDamaged,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// Any other failure of the file system or of this program.
    #[error("{0}")]
    Internal(String),
}

impl VaultError {
    /// An error of the file system on the vault file.
    pub(crate) fn of_file(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Internal(format!("the vault file: {error}")),
        }
    }
}

impl From<VaultError> for HubError {
    fn from(error: VaultError) -> Self {
        let (code, hint) = match &error {
            VaultError::Locked => (ErrorCode::KeychainLocked, None),
            VaultError::Waiting => (ErrorCode::KeychainLocked, Some("waiting")),
            VaultError::Ended => (ErrorCode::KeychainAbsent, Some("keychain_ended")),
            VaultError::Absent { .. } => (ErrorCode::KeychainAbsent, None),
            VaultError::NoCollection => (ErrorCode::KeychainNoCollection, None),
            VaultError::Ambiguous { .. } => (ErrorCode::KeychainAmbiguous, None),
            VaultError::PassphraseNeeded => (ErrorCode::KeychainLocked, Some("passphrase_needed")),
            VaultError::PassphraseWrong => (ErrorCode::KeychainLocked, Some("passphrase_wrong")),
            VaultError::PassphraseEmpty => (ErrorCode::KeychainLocked, Some("passphrase_empty")),
            VaultError::FileDamaged { .. } => (ErrorCode::KeychainLocked, Some("vault_damaged")),
            VaultError::ItemDamaged => (ErrorCode::CredentialMissing, Some("item_damaged")),
            VaultError::DiskFull => (ErrorCode::DiskFull, None),
            VaultError::Internal(_) => (ErrorCode::Internal, None),
        };
        let mut told = HubError::new(code, error.to_string());
        told.detail.hint = hint.map(str::to_owned);
        told.detail.text = match error {
            VaultError::Absent { text } | VaultError::FileDamaged { text } => Some(text),
            VaultError::Ambiguous { account, .. } => Some(account),
            _ => None,
        };
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_a_person_can_cure_is_the_hubs_own_state() {
        let curable = [
            VaultError::Locked,
            VaultError::Waiting,
            VaultError::Ended,
            VaultError::Absent { text: "no bus".into() },
            VaultError::NoCollection,
            VaultError::Ambiguous { account: "hub/a".into(), count: 2 },
            VaultError::PassphraseNeeded,
            VaultError::PassphraseWrong,
            VaultError::PassphraseEmpty,
            VaultError::FileDamaged { text: "cut".into() },
            VaultError::ItemDamaged,
            VaultError::DiskFull,
        ];
        for error in curable {
            assert!(HubError::from(error.clone()).code.is_own_state(), "{error:?} must end `hub` with status 3");
        }
    }

    #[test]
    fn the_passphrase_states_have_hints_of_their_own() {
        let hint = |error: VaultError| HubError::from(error).detail.hint;
        assert_eq!(hint(VaultError::PassphraseWrong).as_deref(), Some("passphrase_wrong"));
        assert_eq!(hint(VaultError::PassphraseNeeded).as_deref(), Some("passphrase_needed"));
        assert_eq!(hint(VaultError::Locked), None);
    }
}
