//! Putting a backup, or what was moved from another computer, in place. First everything is read, unpacked and proven;
//! then the present data is put aside; then the copy takes its place, all or nothing.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use hub_contract::data::{BackupKind, RestoreRequest, RestoreView, StartAnewView};
use hub_contract::progress::ProgressStep;
use hub_contract::settings::{ProxySetting, Settings};
use hub_contract::{ErrorCode, HubError};
use hub_store::{ClosedHub, CopyFacts, Counted, Staged, StoreError, Tell};
use hub_vault::{Credential, Unsealer, VaultError};
use secrecy::SecretString;

use crate::hub::blocking;
use crate::moving::read_credentials;
use crate::{Hub, HubOptions, Result, membership, settings};

impl Hub {
    /// Reads and verifies all of a backup, or of a file that a Hub was moved in, and says what it holds. With `apply` it
    /// then takes the place of everything: runs are stopped first, the present data is kept as a backup of its own (locked
    /// by the same passphrase when it holds credentials), and what this place has to itself stays: the Hub's id, and where
    /// secrets are kept. A backup of another Hub holds no credentials, so its connections have none afterwards.
    ///
    /// # Errors
    /// `invalid_request` when the file is damaged or no backup, and when its passphrase is missing or wrong; `not_found`;
    /// `database_newer`; `disk_full`; the vault's errors. Nothing has changed then.
    pub async fn backup_restore(&self, request: RestoreRequest) -> Result<RestoreView> {
        let own_id = self.inner.store.hub_id().to_owned();
        let source = Source::of(&request).await?;
        if !request.apply {
            let shown = self.inner.board.begin();
            return source.look(Some(own_id), shown.tell()).await;
        }
        let _alone = self.inner.copies.alone.lock().await;
        let shown = self.inner.board.begin();
        let tell = shown.tell();
        shown.at(ProgressStep::Verify);
        let staged = match source {
            Source::Archive(file) => self.inner.store.stage(hub_store::whole(file, &tell)?).await?,
            Source::Sealed(file, passphrase) => self.inner.store.stage(unseal(file, passphrase, tell).await?).await?,
            Source::Database(path) => self.inner.store.stage_database(&path).await?,
        };
        let credentials = staged.credentials().map(read_credentials).transpose()?;
        let mut view = view(staged.facts(), credentials.as_deref(), Some(&own_id));
        let ours = self.own_settings();
        let staged = blocking(move || settle(staged, &ours, view.credentials_needed)).await??;

        self.inner.runs.end_all().await;
        shown.at(ProgressStep::PutAside);
        let undo = self.put_aside(&request, credentials.is_some()).await?;
        shown.at(ProgressStep::Apply);
        // Before the data: a connection without its credential is worse than a credential without its connection.
        self.inner.vault.put_in(credentials.unwrap_or_default()).await?;
        self.inner.store.restore(staged).await?;
        let stored = settings::load(&self.inner.store).await?;
        if let Ok(mut held) = self.inner.settings.write() {
            *held = stored;
        }
        self.set_membership(membership::load(&self.inner.store).await?);
        view.undo = Some(undo.display().to_string());
        Ok(view)
    }

    /// The same for a Hub that cannot be opened because its database is damaged, missing or too new. That database is put
    /// aside as it is; the Hub is the backed-up one from then on, id and all.
    ///
    /// # Errors
    /// As [`Hub::backup_restore`], and `instance_running`.
    pub async fn restore_unopened(options: HubOptions, request: RestoreRequest) -> Result<RestoreView> {
        let source = Source::of(&request).await?;
        if !request.apply {
            return source.look(None, Tell::default()).await;
        }
        let (data_dir, now) = (options.data_dir.clone(), options.clock.now());
        let (mut view, credentials, aside) = blocking(move || -> Result<_> {
            let closed = ClosedHub::lock(&data_dir)?;
            let staged = match source {
                Source::Archive(file) => closed.stage(file)?,
                Source::Sealed(file, passphrase) => closed.stage(unseal_now(file, &passphrase, &Tell::default())?)?,
                Source::Database(path) => closed.stage_database(&path)?,
            };
            let credentials = staged.credentials().map(read_credentials).transpose()?;
            let view = view(staged.facts(), credentials.as_deref(), None);
            let aside = closed.replace(staged, now)?;
            Ok((view, credentials, aside))
        })
        .await??;
        if let Some(credentials) = credentials {
            let hub = Hub::open(options).await?;
            let put = hub.inner.vault.put_in(credentials).await;
            hub.close().await;
            put?;
        }
        view.undo = Some(aside.display().to_string());
        Ok(view)
    }

    /// Puts a database that cannot be opened aside as it is, so that opening the Hub makes a new, empty one. Backups and
    /// the files of messages stay where they are.
    ///
    /// # Errors
    /// `instance_running`; those of the file system.
    pub async fn start_anew(options: &HubOptions) -> Result<StartAnewView> {
        let (data_dir, now) = (options.data_dir.clone(), options.clock.now());
        let aside = blocking(move || ClosedHub::lock(&data_dir)?.put_aside(now)).await??;
        Ok(StartAnewView { aside: aside.display().to_string() })
    }

    /// Keeps what is there now. With `credentials`, those that are about to be replaced are kept too.
    async fn put_aside(&self, request: &RestoreRequest, credentials: bool) -> Result<PathBuf> {
        let has_secrets = !self.secret_ids(&self.own_settings()).await?.is_empty();
        let kept = match &request.passphrase {
            Some(passphrase) if credentials && has_secrets => {
                let path = self.sealed_undo_path().await?;
                let passphrase = SecretString::from(passphrase.expose());
                self.write_sealed(&path, &passphrase, Tell::default()).await.map(|_| path)
            }
            _ => self.write_undo().await,
        };
        match kept {
            // A damaged database is what a person restores a backup for; no backup can be made of it.
            Err(error) if error.code == ErrorCode::DatabaseDamaged => {
                Ok(self.inner.store.copy_aside(self.now()).await?)
            }
            other => other,
        }
    }
}

/// What a file is, judged by its beginning.
enum Source {
    Archive(File),
    Sealed(File, SecretString),
    Database(PathBuf),
}

impl Source {
    async fn of(request: &RestoreRequest) -> Result<Self> {
        let path = PathBuf::from(&request.path);
        let passphrase = request.passphrase.as_ref().map(|passphrase| SecretString::from(passphrase.expose()));
        blocking(move || Self::open(&path, passphrase)).await?
    }

    fn open(path: &Path, passphrase: Option<SecretString>) -> Result<Self> {
        let mut file = File::open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                HubError::new(ErrorCode::NotFound, "there is no such backup").hint("backup_gone").field("path")
            }
            _ => StoreError::from(error).into(),
        })?;
        let mut beginning = Vec::new();
        let sniffed = (&mut file).take(16).read_to_end(&mut beginning).and_then(|_| file.rewind());
        sniffed.map_err(|error| StoreError::BackupDamaged(error.to_string()))?;
        if hub_vault::is_sealed(&beginning) {
            return match passphrase {
                Some(passphrase) => Ok(Self::Sealed(file, passphrase)),
                None => Err(HubError::new(ErrorCode::InvalidRequest, "the file is locked by a passphrase")
                    .hint("move_passphrase_needed")
                    .field("passphrase")),
            };
        }
        if beginning.starts_with(b"SQLite format 3\0") {
            Ok(Self::Database(path.to_owned()))
        } else {
            Ok(Self::Archive(file))
        }
    }

    /// Reads and verifies all of it.
    async fn look(self, own_id: Option<String>, tell: Tell) -> Result<RestoreView> {
        blocking(move || {
            let checked = match self {
                Self::Database(path) => {
                    return Ok(view(&hub_store::look_into_database(&path)?, None, own_id.as_deref()));
                }
                Self::Archive(file) => hub_store::check(hub_store::whole(file, &tell)?)?,
                Self::Sealed(file, passphrase) => hub_store::check(unseal_now(file, &passphrase, &tell)?)?,
            };
            let credentials = checked.credentials.as_ref().map(|text| read_credentials(text)).transpose()?;
            Ok(view(&checked.facts, credentials.as_deref(), own_id.as_deref()))
        })
        .await?
    }
}

type Unsealed = Unsealer<BufReader<Counted<File>>>;

async fn unseal(file: File, passphrase: SecretString, tell: Tell) -> Result<Unsealed> {
    blocking(move || unseal_now(file, &passphrase, &tell)).await?
}

fn unseal_now(file: File, passphrase: &SecretString, tell: &Tell) -> Result<Unsealed> {
    Unsealer::new(BufReader::new(hub_store::whole(file, tell)?), passphrase).map_err(|error| match error {
        VaultError::PassphraseWrong => {
            HubError::new(ErrorCode::InvalidRequest, "the passphrase does not open the file")
                .hint("move_passphrase_wrong")
                .field("passphrase")
        }
        VaultError::FileDamaged { text } => StoreError::BackupDamaged(text).into(),
        other => other.into(),
    })
}

/// What belongs to this place and not to the data: where secrets are kept, and whether there are any.
fn settle(staged: Staged, ours: &Settings, without_credentials: bool) -> Result<Staged> {
    let stored = staged.setting(settings::KEY)?;
    let mut theirs: Settings = stored.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
    theirs.vault = ours.vault;
    if without_credentials {
        staged.forget_secrets()?;
        if let ProxySetting::Custom { has_password, .. } = &mut theirs.proxy {
            *has_password = false;
        }
    }
    let value = serde_json::to_value(&theirs).map_err(|error| HubError::internal(error.to_string()))?;
    staged.set_setting(settings::KEY, &value)?;
    Ok(staged)
}

fn view(facts: &CopyFacts, credentials: Option<&[Credential]>, own_id: Option<&str>) -> RestoreView {
    RestoreView {
        kind: if credentials.is_some() { BackupKind::Move } else { BackupKind::Asked },
        made_at: facts.made_at,
        connections: facts.connections,
        conversations: facts.conversations,
        messages: facts.messages,
        files: facts.files,
        missing_files: facts.missing_files,
        credentials: credentials.map_or(0, |credentials| credentials.len() as u64),
        credentials_needed: credentials.is_none() && own_id.is_some_and(|own_id| own_id != facts.hub),
        undo: None,
    }
}
