//! A file of any size that only opens with its passphrase: everything of a Hub on its way to another computer.
//!
//! Layout, numbers little-endian: `HUBSEALD`, version (1 byte), Argon2id memory in KiB, passes and lanes (4 bytes each),
//! salt (16), nonce (19), then the content in pieces of 64 KiB, each under XChaCha20-Poly1305 in the STREAM construction
//! with the header as associated data: a piece that is changed, moved, left out or added is noticed, and so is a missing
//! end.

use std::io::{self, Read, Write};

use chacha20poly1305::aead::Payload;
use chacha20poly1305::aead::stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::kdf::{self, Cost, random, take};

const MAGIC: &[u8; 8] = b"HUBSEALD";
const VERSION: u8 = 1;
const HEADER: usize = 8 + 1 + Cost::BYTES + 16 + 19;
const PIECE: usize = 64 * 1024;
const TAG: usize = 16;

/// Whether a file that begins like this is a sealed one. Eight bytes are enough.
pub fn is_sealed(beginning: &[u8]) -> bool {
    beginning.starts_with(MAGIC)
}

/// Seals what is written into it. Without [`Sealer::finish`] the file has no end and does not open.
pub struct Sealer<W> {
    out: W,
    header: Vec<u8>,
    stream: EncryptorBE32<XChaCha20Poly1305>,
    waiting: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealer<W> {
    /// Begins a sealed file.
    ///
    /// # Errors
    /// [`VaultError::PassphraseEmpty`]; those of the file system.
    pub fn new(out: W, passphrase: &SecretString) -> Result<Self, VaultError> {
        Self::with_cost(out, passphrase, Cost::OURS)
    }

    fn with_cost(mut out: W, passphrase: &SecretString, cost: Cost) -> Result<Self, VaultError> {
        if passphrase.expose_secret().is_empty() {
            return Err(VaultError::PassphraseEmpty);
        }
        let (salt, nonce) = (random::<16>(), random::<19>());
        let key = kdf::derive(passphrase, cost, &salt)?;
        let mut header = Vec::with_capacity(HEADER);
        header.extend_from_slice(MAGIC);
        header.push(VERSION);
        header.extend_from_slice(&cost.to_bytes());
        header.extend_from_slice(&salt);
        header.extend_from_slice(&nonce);
        out.write_all(&header).map_err(|error| VaultError::of_file(&error))?;
        let cipher = XChaCha20Poly1305::new(key.as_slice().into());
        let stream = EncryptorBE32::from_aead(cipher, nonce.as_slice().into());
        Ok(Self { out, header, stream, waiting: Zeroizing::new(Vec::with_capacity(PIECE)) })
    }

    /// Ends the file and gives back what it was written into.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn finish(mut self) -> io::Result<W> {
        let last = Payload { msg: &self.waiting, aad: &self.header };
        let sealed = self.stream.encrypt_last(last).map_err(|_| io::Error::other("the end could not be sealed"))?;
        self.out.write_all(&sealed)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece goes out when more comes, so that the last one is never written as a middle one.
        if self.waiting.len() == PIECE {
            let piece = Payload { msg: &self.waiting, aad: &self.header };
            let sealed =
                self.stream.encrypt_next(piece).map_err(|_| io::Error::other("the file is too large to be sealed"))?;
            self.out.write_all(&sealed)?;
            self.waiting.clear();
        }
        let taken = bytes.len().min(PIECE - self.waiting.len());
        self.waiting.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W> std::fmt::Debug for Sealer<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

/// Reads what was sealed. Nothing is handed out before its piece is proven; a changed or missing piece is an error of
/// kind [`io::ErrorKind::InvalidData`].
pub struct Unsealer<R> {
    input: R,
    header: Vec<u8>,
    /// `None` after the last piece.
    stream: Option<DecryptorBE32<XChaCha20Poly1305>>,
    /// The sealed piece that comes next; it is only known to be the last one when nothing follows it.
    next: Vec<u8>,
    piece: Zeroizing<Vec<u8>>,
    handed_out: usize,
}

impl<R: Read> Unsealer<R> {
    /// Opens a sealed file and proves its first piece.
    ///
    /// # Errors
    /// [`VaultError::PassphraseWrong`], also when the beginning was changed; [`VaultError::FileDamaged`].
    pub fn new(mut input: R, passphrase: &SecretString) -> Result<Self, VaultError> {
        let damaged = |text: &str| VaultError::FileDamaged { text: text.to_owned() };
        let of_file = |error: io::Error| VaultError::of_file(&error);
        let header = read_up_to(&mut input, HEADER).map_err(of_file)?;
        let mut fields = header.as_slice();
        if take::<8>(&mut fields) != Some(*MAGIC) {
            return Err(damaged("it is not a sealed file"));
        }
        if take::<1>(&mut fields) != Some([VERSION]) {
            return Err(damaged("it was written by a newer version"));
        }
        let cost = take(&mut fields).and_then(Cost::from_bytes);
        let cost = cost.ok_or_else(|| damaged("it asks for more memory or time than any file of ours"))?;
        let (Some(salt), Some(nonce)) = (take::<16>(&mut fields), take::<19>(&mut fields)) else {
            return Err(damaged("it is cut short"));
        };
        let key = kdf::derive(passphrase, cost, &salt)?;
        let cipher = XChaCha20Poly1305::new(key.as_slice().into());
        let stream = Some(DecryptorBE32::from_aead(cipher, nonce.as_slice().into()));
        let next = read_up_to(&mut input, PIECE + TAG).map_err(of_file)?;
        let piece = Zeroizing::default();
        let mut unsealer = Self { input, header, stream, next, piece, handed_out: 0 };
        unsealer.open_next().map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => VaultError::PassphraseWrong,
            _ => VaultError::of_file(&error),
        })?;
        Ok(unsealer)
    }

    fn open_next(&mut self) -> io::Result<()> {
        let following = read_up_to(&mut self.input, PIECE + TAG)?;
        let sealed = std::mem::replace(&mut self.next, following);
        let payload = Payload { msg: &sealed, aad: &self.header };
        let opened = match self.stream.take() {
            Some(stream) if self.next.is_empty() => stream.decrypt_last(payload),
            Some(mut stream) => {
                let opened = stream.decrypt_next(payload);
                self.stream = Some(stream);
                opened
            }
            None => return Ok(()),
        };
        self.piece = opened.map(Zeroizing::new).map_err(|_| {
            self.stream = None;
            io::Error::new(io::ErrorKind::InvalidData, "a sealed piece was changed or is missing")
        })?;
        self.handed_out = 0;
        Ok(())
    }
}

impl<R: Read> Read for Unsealer<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.handed_out == self.piece.len() && self.stream.is_some() {
            self.open_next()?;
        }
        let left = self.piece.get(self.handed_out..).unwrap_or_default();
        let given = left.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..given), left.get(..given)) {
            to.copy_from_slice(from);
        }
        self.handed_out += given;
        Ok(given)
    }
}

impl<R> std::fmt::Debug for Unsealer<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unsealer")
    }
}

fn read_up_to(input: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    input.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn sealed(content: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::with_cost(Vec::new(), &passphrase("correct horse"), Cost::LEAST).unwrap();
        sealer.write_all(content).unwrap();
        sealer.finish().unwrap()
    }

    fn opened(file: &[u8]) -> Result<Vec<u8>, String> {
        let mut unsealer =
            Unsealer::new(file, &passphrase("correct horse")).map_err(|error| format!("at once: {error}"))?;
        let mut content = Vec::new();
        unsealer.read_to_end(&mut content).map_err(|error| format!("later: {error}"))?;
        Ok(content)
    }

    #[test]
    fn content_of_every_length_around_a_piece_comes_back() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7] {
            let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let file = sealed(&content);
            assert!(is_sealed(&file));
            assert_eq!(opened(&file).unwrap(), content, "{length}");
        }
    }

    #[test]
    fn it_opens_with_its_passphrase_only_and_shows_nothing() {
        let file = sealed(b"sk-test-1234");
        assert!(!file.windows(7).any(|window| window == b"sk-test"));
        assert_eq!(Unsealer::new(file.as_slice(), &passphrase("wrong")).err(), Some(VaultError::PassphraseWrong));
        assert_eq!(Sealer::new(Vec::new(), &passphrase("")).err(), Some(VaultError::PassphraseEmpty));
        assert_ne!(sealed(b"a"), sealed(b"a"));
    }

    #[test]
    fn changed_swapped_cut_and_lengthened_files_do_not_open() {
        let content = vec![7; 2 * PIECE + 100];
        let file = sealed(&content);
        for at in [0, 8, 9, 21, 40, HEADER, HEADER + PIECE, HEADER + PIECE + TAG, file.len() - 1] {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(opened(&changed).is_err(), "byte {at}");
        }
        let piece = PIECE + TAG;
        for length in [0, 7, HEADER, HEADER + 1, HEADER + piece, HEADER + 2 * piece, file.len() - 1] {
            assert!(opened(&file[..length]).is_err(), "{length} bytes");
        }
        let mut swapped = file.clone();
        let (first, second) = swapped[HEADER..HEADER + 2 * piece].split_at_mut(piece);
        first.swap_with_slice(second);
        assert!(opened(&swapped).is_err());
        let mut left_out = file[..HEADER + piece].to_vec();
        left_out.extend_from_slice(&file[HEADER + 2 * piece..]);
        assert!(opened(&left_out).is_err());
        let mut longer = file.clone();
        longer.push(0);
        assert!(opened(&longer).is_err());
    }

    #[test]
    fn a_file_cannot_ask_for_more_than_the_limits() {
        let mut greedy = sealed(b"a");
        greedy[9..13].copy_from_slice(&u32::MAX.to_le_bytes());
        let refused = Unsealer::new(greedy.as_slice(), &passphrase("correct horse")).err();
        assert!(matches!(refused, Some(VaultError::FileDamaged { .. })), "{refused:?}");
    }
}
