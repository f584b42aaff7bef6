//! Where secrets are kept: the system's keychain, memory for one session, or a file locked by a passphrase.
//! Never plaintext, never a key built into the program, never `keyring`'s mock store.
//!
//! The store itself is only touched from a thread of its own ([`worker`]): a locked keychain can block for as long as
//! its prompt is open.
#![deny(missing_docs)]

mod cache;
mod error;
mod item;
mod kdf;
mod keychain;
mod memory;
mod passphrase;
mod sealed;
mod store;
mod vault;
mod worker;

pub use error::VaultError;
pub use hub_contract::settings::VaultMode;
pub use sealed::{Sealer, Unsealer, is_sealed};
pub use vault::{Credential, Vault, VaultOptions};
