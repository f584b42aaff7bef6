//! Signatures in the form of minisign: Ed25519 over the BLAKE2b hash, with a signed comment.

use std::io::Cursor;

use hub_contract::HubError;
use minisign::{KeyPair, PublicKey, SecretKey, SecretKeyBox, SignatureBox};
use secrecy::{ExposeSecret, SecretString};

use super::fault::damaged;
use super::fingerprint;

/// Written above every signature. Nobody signs this line, so it may only be what it always is.
const COMMENT: &str = "signature of a Hub Desktop bundle";
/// The lines of a signature.
pub(super) const LINES: usize = 4;
/// Longest signature block, in bytes; ours are shorter.
pub(super) const MAX_BYTES: usize = 1024;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VerifyingKey(PublicKey);

impl VerifyingKey {
    /// Reads a key as minisign writes it, and only so.
    ///
    /// # Errors
    /// `bundle_invalid`.
    pub(crate) fn parse(text: &str) -> Result<Self, HubError> {
        let key = PublicKey::from_base64(text).map_err(|_| damaged("the key of its Hub is none"))?;
        if key.to_base64() == text { Ok(Self(key)) } else { Err(damaged("the key of its Hub is written oddly")) }
    }

    /// As minisign writes it.
    pub(crate) fn text(&self) -> String {
        self.0.to_base64()
    }

    /// In words for people.
    pub(crate) fn fingerprint(&self) -> String {
        fingerprint::words(&self.0.to_bytes())
    }

    /// Whether this key signed exactly these bytes; answers the signed comment.
    ///
    /// # Errors
    /// `bundle_invalid`.
    pub(super) fn verify(&self, signature: &str, signed: &[u8]) -> Result<String, HubError> {
        let broken = || damaged("the signature is broken");
        // Decoding has to be exact both ways, and the last part has to have its length: the library takes it for granted.
        let whole = signature.lines().last().is_some_and(|last| last.len() == 88);
        let parsed = SignatureBox::from_string(signature).map_err(|_| broken())?;
        if !whole || parsed.to_string() != signature || parsed.untrusted_comment().ok().as_deref() != Some(COMMENT) {
            return Err(broken());
        }
        minisign::verify(&self.0, &parsed, Cursor::new(signed), true, false, false)
            .map_err(|_| damaged("the signature does not belong to what is signed"))?;
        parsed.trusted_comment().map_err(|_| broken())
    }
}

/// A key that signs.
pub(super) struct SigningKey(SecretKey);

impl SigningKey {
    /// A new one.
    ///
    /// # Errors
    /// `internal` when the system has no random numbers.
    pub(super) fn generate() -> Result<Self, HubError> {
        KeyPair::generate_unencrypted_keypair().map(|pair| Self(pair.sk)).map_err(|error| of(&error))
    }

    /// One that lay in the vault.
    ///
    /// # Errors
    /// `internal` when it is damaged.
    pub(super) fn parse(text: &SecretString) -> Result<Self, HubError> {
        let read = SecretKeyBox::from_string(text.expose_secret()).and_then(SecretKey::from_unencrypted_box);
        read.map(Self).map_err(|error| of(&error))
    }

    /// For the vault.
    ///
    /// # Errors
    /// `internal`.
    pub(super) fn text(&self) -> Result<SecretString, HubError> {
        let text = self.0.to_box(None).map_err(|error| of(&error))?;
        Ok(SecretString::from(text.into_string()))
    }

    /// Its public half.
    ///
    /// # Errors
    /// `internal`.
    pub(super) fn verifying(&self) -> Result<VerifyingKey, HubError> {
        PublicKey::from_secret_key(&self.0).map(VerifyingKey).map_err(|error| of(&error))
    }

    /// Signs; `comment` is signed too.
    ///
    /// # Errors
    /// `internal`.
    pub(super) fn sign(&self, signed: &[u8], comment: &str) -> Result<String, HubError> {
        let signature = minisign::sign(None, &self.0, Cursor::new(signed), Some(comment), Some(COMMENT));
        signature.map(|signature| signature.to_string()).map_err(|error| of(&error))
    }
}

fn of(error: &minisign::PError) -> HubError {
    HubError::internal(format!("the signing key cannot be used: {:?}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_the_same_bytes_verify() {
        let key = SigningKey::generate().unwrap();
        let signature = key.sign(b"content", "serial:1").unwrap();
        assert_eq!(signature.lines().count(), LINES);
        assert!(signature.len() <= MAX_BYTES);
        let verifying = VerifyingKey::parse(&key.verifying().unwrap().text()).unwrap();
        assert_eq!(verifying.verify(&signature, b"content").unwrap(), "serial:1");
        verifying.verify(&signature, b"Content").unwrap_err();
        SigningKey::generate().unwrap().verifying().unwrap().verify(&signature, b"content").unwrap_err();
    }

    #[test]
    fn a_key_comes_back_from_the_vault() {
        let key = SigningKey::generate().unwrap();
        let again = SigningKey::parse(&key.text().unwrap()).unwrap();
        assert_eq!(again.verifying().unwrap(), key.verifying().unwrap());
    }

    #[test]
    fn every_changed_byte_of_a_signature_is_noticed_and_none_panics() {
        let key = SigningKey::generate().unwrap();
        let verifying = key.verifying().unwrap();
        let signature = key.sign(b"content", "serial:1").unwrap();
        for place in 0..signature.len() {
            for change in [1, 0x20, 0x0a ^ b'A'] {
                let mut bytes = signature.clone().into_bytes();
                bytes[place] ^= change;
                if let Ok(text) = String::from_utf8(bytes) {
                    assert!(verifying.verify(&text, b"content").is_err(), "byte {place}: {text}");
                }
            }
        }
        for cut in 0..signature.len() {
            verifying.verify(&signature[..cut], b"content").unwrap_err();
        }
    }
}
