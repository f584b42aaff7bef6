//! The passphrase vault: one file, opened by a passphrase, for computers without a keychain.
//!
//! Layout of `vault.bin`, numbers little-endian: `HUBVAULT`, version (1 byte), Argon2id memory in KiB, passes and lanes
//! (4 bytes each), salt (16), nonce (24), then the items as JSON under XChaCha20-Poly1305 with everything before them
//! as associated data. The nonce is new for every write, the salt for every file.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use zeroize::{Zeroize, Zeroizing};

use crate::VaultError;
use crate::kdf::{self, Cost, random, take};
use crate::store::SecretStore;

const FILE: &str = "vault.bin";
const MAGIC: &[u8; 8] = b"HUBVAULT";
const VERSION: u8 = 1;
const HEADER: usize = 8 + 1 + 12 + 16 + 24;
/// Far more than any Hub's secrets.
const MAX_FILE: u64 = 64 * 1024 * 1024;

/// A file that only opens with its passphrase.
pub(crate) struct PassphraseFile {
    path: PathBuf,
    open: Option<Key>,
}

impl PassphraseFile {
    pub(crate) const NAME: &'static str = "file";

    /// The vault of a data directory. Nothing is read before [`SecretStore::unlock`].
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self { path: data_dir.join(FILE), open: None }
    }
}

impl SecretStore for PassphraseFile {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    /// Makes the file when there is none, so that the first passphrase holds from then on.
    fn unlock(&mut self, passphrase: &SecretString) -> Result<(), VaultError> {
        if passphrase.expose_secret().is_empty() {
            return Err(VaultError::PassphraseEmpty);
        }
        let key = match read_file(&self.path)? {
            Some(bytes) => {
                let sealed = Sealed::parse(&bytes)?;
                let key = Key::derive(passphrase, sealed.cost, sealed.salt)?;
                key.open(&sealed)?;
                key
            }
            None => {
                let key = Key::derive(passphrase, Cost::OURS, random())?;
                write_file(&self.path, &key.seal(&Items::default())?)?;
                key
            }
        };
        self.open = Some(key);
        Ok(())
    }

    fn read(&mut self, account: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        Ok(self.items()?.0.remove(account).map(Zeroizing::new))
    }

    fn write(&mut self, account: &str, text: &str) -> Result<(), VaultError> {
        self.change(|items| {
            if let Some(mut old) = items.insert(account.to_owned(), text.to_owned()) {
                old.zeroize();
            }
        })
    }

    fn delete(&mut self, account: &str) -> Result<(), VaultError> {
        self.change(|items| {
            if let Some(mut old) = items.remove(account) {
                old.zeroize();
            }
        })
    }

    fn retire(&mut self) -> Result<(), VaultError> {
        if self.items()?.0.is_empty() {
            match fs::remove_file(&self.path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(VaultError::of_file(&error));
                }
                _ => {}
            }
        }
        self.open = None;
        Ok(())
    }
}

impl PassphraseFile {
    /// What the file holds now: `hub` may have changed it since it was opened.
    fn items(&self) -> Result<Items, VaultError> {
        let key = self.open.as_ref().ok_or(VaultError::PassphraseNeeded)?;
        let Some(bytes) = read_file(&self.path)? else {
            return Ok(Items::default());
        };
        let sealed = Sealed::parse(&bytes)?;
        if sealed.salt != key.salt || sealed.cost != key.cost {
            // Another file took its place; this key is not for it.
            return Err(VaultError::PassphraseNeeded);
        }
        key.open(&sealed)
    }

    /// Reads, edits, writes, alone: `hub` may be doing the same beside a running window.
    fn change(&self, edit: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<(), VaultError> {
        let key = self.open.as_ref().ok_or(VaultError::PassphraseNeeded)?;
        let _alone = lock(&self.path.with_extension("lock"))?;
        let mut items = self.items()?;
        edit(&mut items.0);
        write_file(&self.path, &key.seal(&items)?)
    }
}

/// The key of an open file. Wiped when it goes.
struct Key {
    key: Zeroizing<[u8; 32]>,
    cost: Cost,
    salt: [u8; 16],
}

impl Key {
    fn derive(passphrase: &SecretString, cost: Cost, salt: [u8; 16]) -> Result<Self, VaultError> {
        let key = kdf::derive(passphrase, cost, &salt)?;
        Ok(Self { key, cost, salt })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key.as_slice().into())
    }

    fn open(&self, sealed: &Sealed<'_>) -> Result<Items, VaultError> {
        let payload = Payload { msg: sealed.body, aad: sealed.header };
        let plain = self
            .cipher()
            .decrypt(XNonce::from_slice(&sealed.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| VaultError::PassphraseWrong)?;
        serde_json::from_slice(&plain)
            .map(Items)
            .map_err(|_| VaultError::FileDamaged { text: "its items are not readable".into() })
    }

    fn seal(&self, items: &Items) -> Result<Vec<u8>, VaultError> {
        let nonce: [u8; 24] = random();
        let mut file = Vec::with_capacity(HEADER);
        file.extend_from_slice(MAGIC);
        file.push(VERSION);
        file.extend_from_slice(&self.cost.to_bytes());
        file.extend_from_slice(&self.salt);
        file.extend_from_slice(&nonce);

        let text: usize = items.0.iter().map(|(account, text)| 6 * (account.len() + text.len()) + 8).sum();
        let mut plain = Zeroizing::new(Vec::with_capacity(text + 8));
        serde_json::to_writer(&mut *plain, &items.0)
            .map_err(|_| VaultError::Internal("the vault's items have no JSON".into()))?;
        let body = self
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: &plain, aad: &file })
            .map_err(|_| VaultError::Internal("the vault could not be sealed".into()))?;
        file.extend_from_slice(&body);
        Ok(file)
    }
}

/// Texts by account. Wiped when it goes.
#[derive(Default)]
struct Items(BTreeMap<String, String>);

impl Drop for Items {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

/// A file, taken apart and checked as far as it can be without the passphrase.
struct Sealed<'a> {
    cost: Cost,
    salt: [u8; 16],
    nonce: [u8; 24],
    header: &'a [u8],
    body: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn parse(file: &'a [u8]) -> Result<Self, VaultError> {
        let damaged = |text: &str| VaultError::FileDamaged { text: text.to_owned() };
        let (header, body) = file.split_at_checked(HEADER).ok_or_else(|| damaged("it is cut short"))?;
        let mut fields = header;
        if take::<8>(&mut fields) != Some(*MAGIC) {
            return Err(damaged("it is not a vault file"));
        }
        if take::<1>(&mut fields) != Some([VERSION]) {
            return Err(damaged("it was written by a newer version"));
        }
        let cost = take(&mut fields).and_then(Cost::from_bytes);
        let cost = cost.ok_or_else(|| damaged("it asks for more memory or time than any vault of ours"))?;
        let parsed = (|| Some(Self { cost, salt: take(&mut fields)?, nonce: take(&mut fields)?, header, body }))();
        parsed.ok_or_else(|| damaged("it is cut short"))
    }
}

fn read_file(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(VaultError::of_file(&error)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| VaultError::of_file(&error))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(VaultError::FileDamaged { text: "it is far too large".into() });
    }
    Ok(Some(bytes))
}

/// Waits for the lock and holds it until the file is dropped, also when the process is killed.
fn lock(path: &Path) -> Result<File, VaultError> {
    let taken = OpenOptions::new().create(true).truncate(false).write(true).open(path).and_then(|file| {
        file.lock()?;
        Ok(file)
    });
    taken.map_err(|error| VaultError::of_file(&error))
}

/// Writes beside the file, makes it durable, then takes its place: after a crash one of the two is there, whole.
fn write_file(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let beside = path.with_extension("bin.new");
    let written = (|| {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    })();
    written.map_err(|error: std::io::Error| {
        drop(fs::remove_file(&beside));
        VaultError::of_file(&error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn opened(folder: &Path) -> PassphraseFile {
        let mut vault = PassphraseFile::new(folder);
        vault.unlock(&secret("correct horse")).unwrap();
        vault
    }

    #[test]
    fn secrets_come_back_with_the_passphrase_and_only_with_it() {
        let folder = tempfile::tempdir().unwrap();
        opened(folder.path()).write("hub/a", "sk-test-密钥\n").unwrap();

        let file = fs::read(folder.path().join(FILE)).unwrap();
        assert!(!file.windows(7).any(|window| window == b"sk-test"));
        assert!(!file.windows(5).any(|window| window == b"hub/a"), "not even the accounts are readable");

        let mut vault = PassphraseFile::new(folder.path());
        assert_eq!(vault.read("hub/a"), Err(VaultError::PassphraseNeeded));
        assert_eq!(vault.write("hub/a", "x"), Err(VaultError::PassphraseNeeded));
        assert_eq!(vault.unlock(&secret("wrong")), Err(VaultError::PassphraseWrong));
        assert_eq!(vault.unlock(&secret("")), Err(VaultError::PassphraseEmpty));
        assert_eq!(vault.read("hub/a"), Err(VaultError::PassphraseNeeded));
        assert_eq!(fs::read(folder.path().join(FILE)).unwrap(), file, "a wrong passphrase changes nothing");
        vault.unlock(&secret("correct horse")).unwrap();
        assert_eq!(vault.read("hub/a").unwrap().unwrap().as_str(), "sk-test-密钥\n");
        vault.delete("hub/a").unwrap();
        assert_eq!(vault.read("hub/a"), Ok(None));
    }

    #[test]
    fn a_wrong_passphrase_leaves_an_open_vault_open() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = opened(folder.path());
        vault.write("a", "1").unwrap();
        assert_eq!(vault.unlock(&secret("wrong")), Err(VaultError::PassphraseWrong));
        assert_eq!(vault.read("a").unwrap().unwrap().as_str(), "1");
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = opened(folder.path());
        vault.write("a", "1").unwrap();
        let path = folder.path().join(FILE);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).unwrap();
            assert!(vault.read("a").is_err(), "byte {at}");
        }
        for length in [0, 7, HEADER - 1, HEADER, whole.len() - 1] {
            fs::write(&path, &whole[..length]).unwrap();
            assert!(vault.read("a").is_err(), "{length} bytes");
        }
        fs::write(&path, whole).unwrap();
        assert!(vault.read("a").is_ok());
    }

    #[test]
    fn a_file_cannot_ask_for_more_than_the_limits() {
        let folder = tempfile::tempdir().unwrap();
        drop(opened(folder.path()));
        let path = folder.path().join(FILE);
        let whole = fs::read(&path).unwrap();
        for (at, number) in [(9, 256 * 1024 + 1), (13, 11_u32), (17, 5), (9, u32::MAX)] {
            let mut greedy = whole.clone();
            greedy[at..at + 4].copy_from_slice(&number.to_le_bytes());
            fs::write(&path, greedy).unwrap();
            let opened = PassphraseFile::new(folder.path()).unlock(&secret("correct horse"));
            assert!(matches!(opened, Err(VaultError::FileDamaged { .. })), "{number} at {at}: {opened:?}");
        }
    }

    #[test]
    fn two_writes_never_use_one_nonce_and_leave_no_second_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = opened(folder.path());
        vault.write("a", "1").unwrap();
        let first = fs::read(folder.path().join(FILE)).unwrap();
        vault.write("a", "1").unwrap();
        let second = fs::read(folder.path().join(FILE)).unwrap();
        assert_ne!(first[HEADER - 24..HEADER], second[HEADER - 24..HEADER]);
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [FILE, "vault.lock"]);
    }

    #[test]
    fn two_programs_that_write_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(opened(folder.path()));
        std::thread::scope(|scope| {
            for program in 0..4 {
                let mut vault = opened(folder.path());
                scope.spawn(move || {
                    for secret in 0..10 {
                        vault.write(&format!("{program}/{secret}"), "x").unwrap();
                    }
                });
            }
        });
        assert_eq!(opened(folder.path()).items().unwrap().0.len(), 40);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        drop(opened(folder.path()));
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn an_empty_vault_goes_when_it_is_left_and_one_with_secrets_stays() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = opened(folder.path());
        vault.write("a", "1").unwrap();
        vault.retire().unwrap();
        assert!(folder.path().join(FILE).exists());
        let mut vault = opened(folder.path());
        vault.delete("a").unwrap();
        vault.retire().unwrap();
        assert!(!folder.path().join(FILE).exists());
    }
}
