//! The vault as the rest of the Hub sees it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chacha20poly1305::aead::OsRng;
use chacha20poly1305::aead::rand_core::RngCore;
use hub_contract::settings::VaultMode;
use secrecy::{ExposeSecret, SecretString};

use crate::VaultError;
use crate::cache::Cache;
use crate::item::{self, Item};
use crate::keychain::Keychain;
use crate::memory::Memory;
use crate::passphrase::PassphraseFile;
use crate::store::SecretStore;
use crate::worker::{Caller, Worker};

/// How long a caller waits for the keychain: time to type a password. After that the keychain's question stays open
/// and its answer is used by the next call.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where secrets are kept; cheap to clone. Opening touches nothing: the keychain is first asked when a secret is
/// needed.
///
/// Every method may be cancelled by dropping its future. A `put` or `remove` that was cancelled before it began, or
/// while the keychain asked the person, does not happen.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

/// A secret outside of a vault, on its way to another one.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The secret's id.
    pub id: String,
    /// The scheme://host:port it may be sent to.
    pub origin: String,
    /// The secret.
    pub value: SecretString,
}

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

impl Vault {
    /// A vault that has not touched anything yet.
    pub fn open(options: VaultOptions) -> Self {
        let VaultOptions { hub, mode, data_dir } = options;
        Self::with_stores(hub, mode, Box::new(move |mode| store(mode, &data_dir)))
    }

    /// Where secrets are kept now.
    pub fn mode(&self) -> VaultMode {
        self.place().mode
    }

    /// The name of that place: "Secret Service", "macOS Keychain", "Windows Credential Manager", "memory" or "file".
    pub fn backend(&self) -> String {
        self.place().worker.name().to_owned()
    }

    /// False until a secret is first read or written there.
    pub fn was_used(&self) -> bool {
        self.place().worker.was_used()
    }

    /// Stores a secret in place of an earlier one. `origin` is the scheme://host:port it may be sent to.
    ///
    /// # Errors
    /// The place's own; see [`VaultError`]. What was stored before is still there then.
    pub async fn put(&self, id: &str, origin: &str, value: &SecretString) -> Result<(), VaultError> {
        let _stays = self.inner.switching.read().await;
        let item = Item { origin: origin.to_owned(), value: value.clone() };
        let (id, account, cache) = (id.to_owned(), self.account(id), self.inner.cache.clone());
        self.call(move |store, caller| {
            store.prepare()?;
            caller.still_waits()?;
            item::write(store, &account, &item)?;
            cache.keep(&id, item);
            Ok(())
        })
        .await
    }

    /// The secret, or `None` when there is none or it belongs to another origin. Kept in memory for the session after
    /// the first read.
    ///
    /// # Errors
    /// The place's own; see [`VaultError`].
    pub async fn get(&self, id: &str, origin: &str) -> Result<Option<SecretString>, VaultError> {
        let _stays = self.inner.switching.read().await;
        if let Some(known) = self.inner.cache.get(id, origin) {
            return Ok(known);
        }
        let (id, origin) = (id.to_owned(), origin.to_owned());
        let (account, cache) = (self.account(&id), self.inner.cache.clone());
        self.call(move |store, _| {
            let item = item::read(store, &account)?;
            let value = item.as_ref().and_then(|item| item.for_origin(&origin));
            // Also for a caller who lost patience: the next call finds it here.
            if let Some(item) = item {
                cache.keep(&id, item);
            }
            Ok(value)
        })
        .await
    }

    /// Forgets a secret. One that does not exist is no error.
    ///
    /// # Errors
    /// The place's own; see [`VaultError`].
    pub async fn remove(&self, id: &str) -> Result<(), VaultError> {
        let _stays = self.inner.switching.read().await;
        let (id, account, cache) = (id.to_owned(), self.account(id), self.inner.cache.clone());
        self.call(move |store, caller| {
            store.prepare()?;
            caller.still_waits()?;
            item::delete(store, &account)?;
            cache.forget(&id);
            Ok(())
        })
        .await
    }

    /// The secrets of these ids with their origins, for another computer. One action: the person is asked at most once.
    /// Ids without a secret are passed over.
    ///
    /// # Errors
    /// The place's own; see [`VaultError`].
    pub async fn take_out(&self, ids: &[String]) -> Result<Vec<Credential>, VaultError> {
        let _stays = self.inner.switching.read().await;
        let wanted: Vec<(String, String)> = ids.iter().map(|id| (id.clone(), self.account(id))).collect();
        self.call(move |store, _| {
            let mut found = Vec::new();
            for (id, account) in wanted {
                if let Some(Item { origin, value }) = item::read(store, &account)? {
                    found.push(Credential { id, origin, value });
                }
            }
            Ok(found)
        })
        .await
    }

    /// Stores secrets that came from another computer, in place of earlier ones. One action; when one of them cannot be
    /// stored, those before it are there already.
    ///
    /// # Errors
    /// The place's own; see [`VaultError`].
    pub async fn put_in(&self, credentials: Vec<Credential>) -> Result<(), VaultError> {
        let _stays = self.inner.switching.read().await;
        let items: Vec<(String, String, Item)> = credentials
            .into_iter()
            .map(|Credential { id, origin, value }| (self.account(&id), id, Item { origin, value }))
            .collect();
        let cache = self.inner.cache.clone();
        self.call(move |store, caller| {
            if items.is_empty() {
                return Ok(());
            }
            store.prepare()?;
            caller.still_waits()?;
            for (account, id, item) in items {
                item::write(store, &account, &item)?;
                cache.keep(&id, item);
            }
            Ok(())
        })
        .await
    }

    /// A probe: writes an item, reads it and deletes it. May make the keychain ask the person.
    ///
    /// # Errors
    /// The place's own; see [`VaultError`].
    pub async fn check(&self) -> Result<(), VaultError> {
        let _stays = self.inner.switching.read().await;
        let account = self.account(&format!("check/{:016x}", OsRng.next_u64()));
        self.call(move |store, caller| {
            store.prepare()?;
            caller.still_waits()?;
            store.write(&account, "probe")?;
            let read = store.read(&account);
            store.delete(&account)?;
            match read?.as_ref().map(|text| text.as_str()) {
                Some("probe") => Ok(()),
                _ => Err(VaultError::Absent { text: "it does not give back what it was given".into() }),
            }
        })
        .await
    }

    /// Passphrase mode: opens the vault file, or makes it when there is none. The other modes have nothing to open.
    ///
    /// # Errors
    /// [`VaultError::PassphraseWrong`], [`VaultError::PassphraseEmpty`], [`VaultError::FileDamaged`] and those of the
    /// file system. A vault that was open stays open.
    pub async fn unlock(&self, passphrase: SecretString) -> Result<(), VaultError> {
        let _stays = self.inner.switching.read().await;
        self.call(move |store, _| store.unlock(&passphrase)).await
    }

    /// Keeps secrets in another place from now on: moves the given ones over, then removes them from the old place.
    /// All or nothing. The present mode again is no change. Ids without a secret are passed over; with no ids at all
    /// the old place is not touched, which is the way out when it does not work any more.
    ///
    /// # Errors
    /// Those of both places, and [`VaultError::PassphraseNeeded`] for [`VaultMode::Passphrase`] without a passphrase.
    /// Everything is as it was then.
    pub async fn switch(
        &self,
        mode: VaultMode,
        ids: &[String],
        passphrase: Option<SecretString>,
    ) -> Result<(), VaultError> {
        let _alone = self.inner.switching.write().await;
        let from = self.place();
        if from.mode == mode {
            return Ok(());
        }
        let switched = self.switch_from(&from, mode, ids, passphrase).await;
        self.renew_if_ended(&from, &switched);
        switched
    }

    async fn switch_from(
        &self,
        from: &Place,
        mode: VaultMode,
        ids: &[String],
        passphrase: Option<SecretString>,
    ) -> Result<(), VaultError> {
        let to = Place { mode, worker: self.inner.worker(mode) };
        if mode == VaultMode::Passphrase {
            let passphrase = passphrase.ok_or(VaultError::PassphraseNeeded)?;
            to.worker.call(move |store, _| store.unlock(&passphrase)).await?;
        }
        let accounts: Vec<String> = ids.iter().map(|id| self.account(id)).collect();
        if !accounts.is_empty() {
            let wanted = accounts.clone();
            let items = from.worker.call(move |store, _| read_all(store, &wanted)).await?;
            let copies = items.clone();
            to.worker
                .call(move |store, caller| {
                    store.prepare()?;
                    caller.still_waits()?;
                    write_all(store, &copies)
                })
                .await?;
            if let Err(error) = from.worker.call(move |store, _| remove_all(store, &items)).await {
                let undone = to.worker.call(move |store, _| delete_all(store, &accounts)).await;
                if let Err(left) = undone {
                    tracing::warn!(error = %left, "copies of secrets stay in a vault that is not used");
                }
                return Err(error);
            }
            if let Err(error) = from.worker.call(|store, _| store.retire()).await {
                tracing::warn!(%error, "the old vault could not be tidied up");
            }
        }
        *self.inner.place.write().unwrap_or_else(PoisonError::into_inner) = to;
        Ok(())
    }

    /// Runs an action where secrets are kept now.
    async fn call<T: Send + 'static>(
        &self,
        action: impl FnOnce(&mut dyn SecretStore, Caller<'_>) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let place = self.place();
        let result = place.worker.call(action).await;
        self.renew_if_ended(&place, &result);
        result
    }

    /// A thread that waits for a service which has ended may wait for ever: the next action gets another one.
    fn renew_if_ended<T>(&self, used: &Place, result: &Result<T, VaultError>) {
        if matches!(result, Err(VaultError::Ended)) {
            let mut place = self.inner.place.write().unwrap_or_else(PoisonError::into_inner);
            if place.worker.is(&used.worker) {
                place.worker = self.inner.worker(used.mode);
            }
        }
    }

    fn with_stores(hub: String, mode: VaultMode, stores: Stores) -> Self {
        let worker = Worker::new(stores(mode), PATIENCE);
        Self {
            inner: Arc::new(Inner {
                hub,
                stores,
                place: RwLock::new(Place { mode, worker }),
                switching: tokio::sync::RwLock::new(()),
                cache: Arc::default(),
            }),
        }
    }

    fn account(&self, id: &str) -> String {
        format!("{}/{id}", self.inner.hub)
    }

    fn place(&self) -> Place {
        self.inner.place.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("mode", &self.mode()).field("was_used", &self.was_used()).finish_non_exhaustive()
    }
}

type Stores = Box<dyn Fn(VaultMode) -> Box<dyn SecretStore> + Send + Sync>;

struct Inner {
    hub: String,
    stores: Stores,
    place: RwLock<Place>,
    /// Held for reading by everything that uses the place, for writing by a move to another one.
    switching: tokio::sync::RwLock<()>,
    cache: Arc<Cache>,
}

impl Inner {
    fn worker(&self, mode: VaultMode) -> Worker {
        Worker::new((self.stores)(mode), PATIENCE)
    }
}

#[derive(Clone)]
struct Place {
    mode: VaultMode,
    worker: Worker,
}

fn store(mode: VaultMode, data_dir: &Path) -> Box<dyn SecretStore> {
    match mode {
        VaultMode::Keychain => Box::new(Keychain::default()),
        VaultMode::Session => Box::new(Memory::default()),
        VaultMode::Passphrase => Box::new(PassphraseFile::new(data_dir)),
    }
}

fn read_all(store: &mut dyn SecretStore, accounts: &[String]) -> Result<Vec<(String, Item)>, VaultError> {
    let mut items = Vec::new();
    for account in accounts {
        if let Some(item) = item::read(store, account)? {
            items.push((account.clone(), item));
        }
    }
    Ok(items)
}

/// Writes all, reads all back, or leaves none.
fn write_all(store: &mut dyn SecretStore, items: &[(String, Item)]) -> Result<(), VaultError> {
    let written = items.iter().try_for_each(|(account, item)| {
        item::write(store, account, item)?;
        match item::read(store, account)? {
            Some(copy) if copy.origin == item.origin && copy.value.expose_secret() == item.value.expose_secret() => {
                Ok(())
            }
            _ => Err(VaultError::ItemDamaged),
        }
    });
    if written.is_err() {
        let accounts: Vec<String> = items.iter().map(|(account, _)| account.clone()).collect();
        if let Err(left) = delete_all(store, &accounts) {
            tracing::warn!(error = %left, "copies of secrets stay in a vault that is not used");
        }
    }
    written
}

/// Removes all, or puts back what was removed. Where even that fails the move stands: the other place has everything,
/// and giving it up would lose what is gone from here.
fn remove_all(store: &mut dyn SecretStore, items: &[(String, Item)]) -> Result<(), VaultError> {
    store.prepare()?;
    for (at, (account, _)) in items.iter().enumerate() {
        let Err(error) = item::delete(store, account) else {
            continue;
        };
        let back = items.iter().take(at + 1).try_for_each(|(account, item)| item::write(store, account, item));
        return match back {
            Ok(()) => Err(error),
            Err(_) => {
                tracing::warn!(%error, "secrets that have moved could not be removed from the old vault");
                Ok(())
            }
        };
    }
    Ok(())
}

fn delete_all(store: &mut dyn SecretStore, accounts: &[String]) -> Result<(), VaultError> {
    accounts.iter().try_for_each(|account| item::delete(store, account))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use zeroize::Zeroizing;

    use super::*;

    const HERE: &str = "https://api.example.com:443";

    /// A keychain whose content outlives the vault, that counts what is asked of it and fails on demand.
    #[derive(Default, Clone)]
    struct Fake {
        state: Arc<Mutex<FakeState>>,
    }

    #[derive(Default)]
    struct FakeState {
        items: BTreeMap<String, String>,
        reads: usize,
        /// Operations named here fail, after so many that succeed.
        failing: Option<(&'static str, usize)>,
    }

    impl Fake {
        fn fail(&self, operation: &'static str, after: usize) {
            self.state.lock().unwrap().failing = Some((operation, after));
        }

        fn heal(&self) {
            self.state.lock().unwrap().failing = None;
        }

        fn items(&self) -> BTreeMap<String, String> {
            self.state.lock().unwrap().items.clone()
        }

        fn did(&self, operation: &str) -> Result<std::sync::MutexGuard<'_, FakeState>, VaultError> {
            let mut state = self.state.lock().unwrap();
            match &mut state.failing {
                Some((failing, 0)) if *failing == operation => return Err(VaultError::Locked),
                Some((failing, after)) if *failing == operation => *after -= 1,
                _ => {}
            }
            Ok(state)
        }
    }

    impl SecretStore for Fake {
        fn name(&self) -> &'static str {
            "fake"
        }
        fn read(&mut self, account: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
            let mut state = self.did("read")?;
            state.reads += 1;
            Ok(state.items.get(account).cloned().map(Zeroizing::new))
        }
        fn write(&mut self, account: &str, text: &str) -> Result<(), VaultError> {
            self.did("write")?.items.insert(account.into(), text.into());
            Ok(())
        }
        fn delete(&mut self, account: &str) -> Result<(), VaultError> {
            self.did("delete")?.items.remove(account);
            Ok(())
        }
    }

    fn vault(keychain: &Fake, mode: VaultMode, folder: &Path) -> Vault {
        let (keychain, folder) = (keychain.clone(), folder.to_owned());
        Vault::with_stores(
            "hub".into(),
            mode,
            Box::new(move |mode| match mode {
                VaultMode::Keychain => Box::new(keychain.clone()),
                other => store(other, &folder),
            }),
        )
    }

    fn keychain_vault(keychain: &Fake) -> Vault {
        vault(keychain, VaultMode::Keychain, Path::new(""))
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    async fn read(vault: &Vault, id: &str) -> Option<String> {
        vault.get(id, HERE).await.unwrap().map(|value| value.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn a_secret_is_only_given_to_its_own_origin_and_read_once() {
        let keychain = Fake::default();
        keychain_vault(&keychain).put("a", HERE, &secret("sk-test-1")).await.unwrap();
        assert_eq!(keychain.items().keys().collect::<Vec<_>>(), ["hub/a"]);

        let vault = keychain_vault(&keychain);
        assert!(!vault.was_used(), "opening touches nothing");
        for elsewhere in ["https://api.example.com:8443", "http://api.example.com:443", "https://evil.example:443", ""]
        {
            assert!(vault.get("a", elsewhere).await.unwrap().is_none(), "{elsewhere}");
        }
        assert_eq!(read(&vault, "a").await.as_deref(), Some("sk-test-1"));
        assert_eq!(read(&vault, "a").await.as_deref(), Some("sk-test-1"));
        assert_eq!(keychain.state.lock().unwrap().reads, 1);
        assert!(vault.was_used());
    }

    #[tokio::test]
    async fn replacing_and_removing_are_seen_at_once() {
        let keychain = Fake::default();
        let vault = keychain_vault(&keychain);
        vault.put("a", HERE, &secret("old")).await.unwrap();
        vault.put("a", HERE, &secret("new")).await.unwrap();
        assert_eq!(read(&vault, "a").await.as_deref(), Some("new"));
        vault.remove("a").await.unwrap();
        vault.remove("a").await.unwrap();
        assert_eq!(read(&vault, "a").await, None);
        assert!(keychain.items().is_empty());
    }

    #[tokio::test]
    async fn a_failed_replacement_keeps_the_old_secret() {
        let keychain = Fake::default();
        let vault = keychain_vault(&keychain);
        vault.put("a", HERE, &secret("old")).await.unwrap();
        keychain.fail("write", 0);
        assert_eq!(vault.put("a", HERE, &secret("new")).await, Err(VaultError::Locked));
        assert_eq!(read(&vault, "a").await.as_deref(), Some("old"));
    }

    #[tokio::test]
    async fn the_probe_leaves_nothing_behind() {
        let keychain = Fake::default();
        let vault = keychain_vault(&keychain);
        vault.check().await.unwrap();
        assert!(vault.was_used());
        assert!(keychain.items().is_empty());
        keychain.fail("write", 0);
        assert_eq!(vault.check().await, Err(VaultError::Locked));
    }

    #[tokio::test]
    async fn secrets_go_from_one_hub_to_another_with_their_origins() {
        let (keychain, folder) = (Fake::default(), tempfile::tempdir().unwrap());
        let from = keychain_vault(&keychain);
        from.put("a", HERE, &secret("1")).await.unwrap();
        from.put("b", "https://b.example:443", &secret("2")).await.unwrap();
        let taken = from.take_out(&["a", "b", "never stored"].map(str::to_owned)).await.unwrap();
        assert_eq!(taken.iter().map(|taken| taken.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(!format!("{taken:?}").contains('1'), "{taken:?}");

        let to = vault(&Fake::default(), VaultMode::Session, folder.path());
        to.put_in(taken).await.unwrap();
        assert_eq!(read(&to, "a").await.as_deref(), Some("1"));
        assert_eq!(read(&to, "b").await, None, "it belongs to another origin");
        keychain.fail("write", 0);
        let again = to.take_out(&["a".to_owned()]).await.unwrap();
        assert_eq!(from.put_in(again).await, Err(VaultError::Locked));
    }

    #[tokio::test]
    async fn a_session_is_forgotten_with_its_vault() {
        let keychain = Fake::default();
        let first = vault(&keychain, VaultMode::Session, Path::new(""));
        first.put("a", HERE, &secret("sk-test-1")).await.unwrap();
        assert_eq!(read(&first, "a").await.as_deref(), Some("sk-test-1"));
        assert_eq!(first.backend(), "memory");
        assert_eq!(read(&vault(&keychain, VaultMode::Session, Path::new("")), "a").await, None);
        assert!(keychain.items().is_empty());
    }

    #[tokio::test]
    async fn switching_moves_everything_there_and_back() {
        let (keychain, folder) = (Fake::default(), tempfile::tempdir().unwrap());
        let ids: Vec<String> = ["a", "b", "never stored"].map(str::to_owned).into();
        let vault = vault(&keychain, VaultMode::Keychain, folder.path());
        vault.put("a", HERE, &secret("1")).await.unwrap();
        vault.put("b", HERE, &secret("2")).await.unwrap();

        assert_eq!(vault.switch(VaultMode::Passphrase, &ids, None).await, Err(VaultError::PassphraseNeeded));
        assert_eq!(vault.mode(), VaultMode::Keychain);
        vault.switch(VaultMode::Passphrase, &ids, Some(secret("correct horse"))).await.unwrap();
        assert_eq!((vault.mode(), vault.backend().as_str()), (VaultMode::Passphrase, "file"));
        assert!(keychain.items().is_empty());

        let later = self::vault(&keychain, VaultMode::Passphrase, folder.path());
        assert_eq!(later.get("a", HERE).await.err(), Some(VaultError::PassphraseNeeded));
        later.unlock(secret("correct horse")).await.unwrap();
        assert_eq!(read(&later, "a").await.as_deref(), Some("1"));

        later.switch(VaultMode::Keychain, &ids, None).await.unwrap();
        assert_eq!(keychain.items().len(), 2);
        assert!(!folder.path().join("vault.bin").exists());
        assert_eq!(read(&later, "b").await.as_deref(), Some("2"));
    }

    #[tokio::test]
    async fn a_switch_that_fails_changes_nothing() {
        let (keychain, folder) = (Fake::default(), tempfile::tempdir().unwrap());
        let ids: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();

        // Into the keychain: each write, each read back.
        for (operation, after) in [("write", 0), ("write", 2), ("read", 0), ("read", 2)] {
            let vault = vault(&keychain, VaultMode::Session, folder.path());
            for id in &ids {
                vault.put(id, HERE, &secret(id)).await.unwrap();
            }
            keychain.fail(operation, after);
            assert_eq!(vault.switch(VaultMode::Keychain, &ids, None).await, Err(VaultError::Locked));
            keychain.heal();
            assert!(keychain.items().is_empty(), "{operation} {after}: {:?}", keychain.items().keys());
            assert_eq!(vault.mode(), VaultMode::Session);
            assert_eq!(read(&vault, "c").await.as_deref(), Some("c"));
        }

        // Out of the keychain: each removal.
        let vault = vault(&keychain, VaultMode::Keychain, folder.path());
        for id in &ids {
            vault.put(id, HERE, &secret(id)).await.unwrap();
        }
        let before = keychain.items();
        for after in 0..ids.len() {
            keychain.fail("delete", after);
            let moved = vault.switch(VaultMode::Passphrase, &ids, Some(secret("correct horse"))).await;
            assert_eq!(moved, Err(VaultError::Locked));
            keychain.heal();
            assert_eq!(keychain.items(), before);
            assert_eq!(vault.mode(), VaultMode::Keychain);
        }
    }

    #[tokio::test]
    async fn a_keychain_that_fails_can_be_left_without_asking_it() {
        let keychain = Fake::default();
        let vault = keychain_vault(&keychain);
        for operation in ["read", "write", "delete"] {
            keychain.fail(operation, 0);
        }
        vault.switch(VaultMode::Session, &[], None).await.unwrap();
        vault.put("a", HERE, &secret("1")).await.unwrap();
        assert_eq!(read(&vault, "a").await.as_deref(), Some("1"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let text = format!("{:?}", keychain_vault(&Fake::default()));
        assert_eq!(text, "Vault { mode: Keychain, was_used: false, .. }");
    }
}
