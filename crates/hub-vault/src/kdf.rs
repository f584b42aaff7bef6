//! From a passphrase to a key: Argon2id, with limits on what a file may ask of the computer.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::OsRng;
use chacha20poly1305::aead::rand_core::RngCore;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::VaultError;

/// What a passphrase costs to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// 64 MiB, 3 passes: about a tenth of a second for the person, and dear for whoever guesses.
    pub(crate) const OURS: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// A file may not ask for more: it would be a way to stop the program.
    const MOST: Self = Self { memory_kib: 256 * 1024, passes: 10, lanes: 4 };
    /// For tests of what is around it.
    #[cfg(test)]
    pub(crate) const LEAST: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
    /// How many bytes it takes in a file.
    pub(crate) const BYTES: usize = 12;

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (place, number) in bytes.chunks_exact_mut(4).zip([self.memory_kib, self.passes, self.lanes]) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    /// `None` when a file asks for more than any of ours.
    pub(crate) fn from_bytes(bytes: [u8; Self::BYTES]) -> Option<Self> {
        let mut numbers = bytes.chunks_exact(4).filter_map(|number| Some(u32::from_le_bytes(number.try_into().ok()?)));
        let cost = Self { memory_kib: numbers.next()?, passes: numbers.next()?, lanes: numbers.next()? };
        cost.is_bearable().then_some(cost)
    }

    fn is_bearable(self) -> bool {
        self.memory_kib <= Self::MOST.memory_kib && self.passes <= Self::MOST.passes && self.lanes <= Self::MOST.lanes
    }
}

/// The key of a passphrase. Wiped when it goes.
///
/// # Errors
/// [`VaultError::FileDamaged`] when Argon2 cannot work with the cost.
pub(crate) fn derive(
    passphrase: &SecretString,
    cost: Cost,
    salt: &[u8; 16],
) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let damaged = |error: argon2::Error| VaultError::FileDamaged { text: error.to_string() };
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(damaged)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, key.as_mut_slice())
        .map_err(damaged)?;
    Ok(key)
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

/// Takes the next bytes of a header.
pub(crate) fn take<const N: usize>(fields: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = fields.split_first_chunk::<N>()?;
    *fields = rest;
    Some(*taken)
}
