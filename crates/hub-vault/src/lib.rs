//! Where secrets are kept: the system's keychain, memory for one session, or a file locked by a passphrase.
//! Never plaintext, never a key built into the program.

mod error;
mod vault;

pub use error::VaultError;
pub use vault::{Vault, VaultOptions};
