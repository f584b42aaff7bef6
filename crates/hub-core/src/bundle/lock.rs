//! What locks a bundle that carries credentials: age, with a passphrase or with the keys of those who may open it.

use std::io::{Read, Write};
use std::str::FromStr;

use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};
use hub_contract::{ErrorCode, HubError};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::fault::invalid;

/// The work that a passphrase costs, as a power of two: 64 MB of memory, about a fifth of a second.
const WORK: u8 = 16;
/// The most work that a file may ask for (256 MB), decided before any of it is done.
const MOST_WORK: u8 = 18;

/// How a bundle is locked.
pub(super) enum Lock {
    /// By a passphrase.
    Passphrase(SecretString),
    /// By keys; each opens it.
    Recipients(Vec<x25519::Recipient>),
}

/// What may open a bundle.
pub(super) enum Key {
    /// A passphrase.
    Passphrase(SecretString),
    /// This Hub's own key.
    Own(x25519::Identity),
}

/// A key that bundles are locked for, as `hub bundle keys` prints it.
///
/// # Errors
/// `invalid_request` with the hint `bundle_recipient`.
pub(super) fn recipient(text: &str) -> Result<x25519::Recipient, HubError> {
    x25519::Recipient::from_str(text.trim()).map_err(|_| {
        HubError::new(ErrorCode::InvalidRequest, "this is no age key").hint("bundle_recipient").field("recipients")
    })
}

/// A new key of a Hub's own, for its vault.
pub(super) fn new_identity() -> SecretString {
    x25519::Identity::generate().to_string()
}

/// A key that lay in the vault.
///
/// # Errors
/// `internal` when it is damaged.
pub(super) fn identity(text: &SecretString) -> Result<x25519::Identity, HubError> {
    x25519::Identity::from_str(text.expose_secret()).map_err(|_| HubError::internal("the Hub's own key is damaged"))
}

/// Locks. Blocks for as long as the passphrase costs.
///
/// # Errors
/// `internal`.
pub(super) fn lock(plain: &[u8], with: &Lock) -> Result<Vec<u8>, HubError> {
    let failed = |what: &str| HubError::internal(format!("the bundle could not be locked: {what}"));
    let encryptor = match with {
        Lock::Passphrase(passphrase) => {
            let mut recipient = scrypt::Recipient::new(passphrase.clone());
            recipient.set_work_factor(WORK);
            Encryptor::with_recipients(std::iter::once(&recipient as &dyn Recipient))
        }
        Lock::Recipients(recipients) => {
            Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as &dyn Recipient))
        }
    };
    let encryptor = encryptor.map_err(|error| failed(&error.to_string()))?;
    let mut locked = Vec::with_capacity(plain.len() + 1024);
    let written = encryptor.wrap_output(&mut locked).and_then(|mut out| {
        out.write_all(plain)?;
        out.finish()
    });
    written.map_err(|error| failed(&error.to_string()))?;
    Ok(locked)
}

/// Opens. Blocks for as long as the passphrase costs. A wrong passphrase and a damaged content are told alike.
///
/// # Errors
/// `bundle_invalid` with the hint `bundle_locked`, `bundle_not_for_you` or `bundle_work`.
pub(super) fn open(locked: &[u8], key: &Key) -> Result<Zeroizing<Vec<u8>>, HubError> {
    let decryptor = Decryptor::new_buffered(locked).map_err(told)?;
    let reader = match key {
        Key::Passphrase(passphrase) => {
            let mut identity = scrypt::Identity::new(passphrase.clone());
            identity.set_max_work_factor(MOST_WORK);
            decryptor.decrypt(std::iter::once(&identity as &dyn Identity))
        }
        Key::Own(identity) => decryptor.decrypt(std::iter::once(identity as &dyn Identity)),
    };
    // Large enough from the start, so that no copy of a credential stays behind in memory.
    let mut plain = Zeroizing::new(Vec::with_capacity(locked.len()));
    reader.map_err(told)?.read_to_end(&mut plain).map_err(|error| told(DecryptError::Io(error)))?;
    Ok(plain)
}

fn told(error: DecryptError) -> HubError {
    match error {
        DecryptError::NoMatchingKeys => invalid("it is locked for somebody else", "bundle_not_for_you"),
        DecryptError::ExcessiveWork { .. } => invalid("it asks for more work than any of ours", "bundle_work"),
        _ => invalid("it does not open", "bundle_locked"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_opens_what_it_locked_and_another_does_not() {
        let passphrase = SecretString::from("correct horse");
        let locked = lock(b"content", &Lock::Passphrase(passphrase.clone())).unwrap();
        assert_eq!(open(&locked, &Key::Passphrase(passphrase)).unwrap().as_slice(), b"content");
        let wrong = open(&locked, &Key::Passphrase(SecretString::from("wrong horse"))).unwrap_err();
        let mut tampered = locked.clone();
        *tampered.last_mut().unwrap() ^= 1;
        let damaged = open(&tampered, &Key::Passphrase(SecretString::from("correct horse"))).unwrap_err();
        assert_eq!(
            (wrong.code, wrong.detail.hint, wrong.message),
            (damaged.code, damaged.detail.hint, damaged.message)
        );
    }

    #[test]
    fn a_key_opens_what_was_locked_for_it() {
        let (mine, other) = (identity(&new_identity()).unwrap(), identity(&new_identity()).unwrap());
        let to = recipient(&mine.to_public().to_string()).unwrap();
        let locked = lock(b"content", &Lock::Recipients(vec![to])).unwrap();
        assert_eq!(open(&locked, &Key::Own(mine)).unwrap().as_slice(), b"content");
        assert_eq!(open(&locked, &Key::Own(other)).unwrap_err().detail.hint.as_deref(), Some("bundle_not_for_you"));
    }

    #[test]
    fn what_asks_for_too_much_work_is_refused_before_it_is_done() {
        // 2^30 would take a terabyte: doing it would not end, and the test with it.
        let locked = b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n0123456789abcdef0123456789abcdef";
        let refused = open(locked, &Key::Passphrase(SecretString::from("x"))).unwrap_err();
        assert_eq!(refused.detail.hint.as_deref(), Some("bundle_work"));
    }
}
