//! Everything for another computer in one file that only opens with its passphrase.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use hub_contract::data::{BackupKind, BackupView, MoveRequest};
use hub_contract::progress::ProgressStep;
use hub_contract::{ErrorCode, HubError};
use hub_store::{StoreError, Tell};
use hub_vault::{Credential, Sealer, Unsealer};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::hub::blocking;
use crate::{Hub, Result};

/// The file leaves the computer with every credential in it, so whoever finds it may guess for years.
const SHORTEST: usize = 8;

impl Hub {
    /// Writes everything with credentials into one file locked by the passphrase, and verifies it by opening it with that
    /// passphrase. Reads every secret, so the keychain may ask the person, once.
    ///
    /// # Errors
    /// `forbidden` where exports are switched off; `invalid_request` for a passphrase of fewer than 8 characters, `disk_full`, the vault's and the store's errors.
    /// What had the file's name stays then.
    pub async fn hub_move(&self, request: MoveRequest) -> Result<BackupView> {
        self.inner.policy.refuse_export()?;
        if request.passphrase.expose().chars().count() < SHORTEST {
            let error = HubError::new(ErrorCode::InvalidRequest, "the passphrase is too short");
            return Err(error.hint("passphrase_short").field("passphrase"));
        }
        let _alone = self.inner.copies.alone.lock().await;
        let shown = self.inner.board.begin();
        let passphrase = SecretString::from(request.passphrase.expose());
        self.write_sealed(Path::new(&request.path), &passphrase, shown.tell()).await
    }

    /// Writes everything with credentials, locked.
    pub(crate) async fn write_sealed(&self, path: &Path, passphrase: &SecretString, tell: Tell) -> Result<BackupView> {
        let now = self.now();
        tell.begin(ProgressStep::Lock);
        let credentials = self.credentials().await?;
        let (store, target, locked_by) = (self.inner.store.clone(), path.to_owned(), passphrase.clone());
        let sealer =
            blocking(move || -> Result<_> { Ok(Sealer::new(BufWriter::new(store.new_file(&target)?), &locked_by)?) })
                .await??;
        let (sealer, facts) = self.inner.store.write_copy(sealer, now, credentials, tell.clone()).await?;
        let (passphrase, missing_files) = (passphrase.clone(), facts.missing_files);
        let bytes = blocking(move || -> Result<_> {
            let written = sealer.finish().and_then(|out| out.into_inner().map_err(|error| error.into_error()));
            let file = written.map_err(StoreError::from)?;
            file.sync()?;
            let written = File::open(file.path()).map_err(StoreError::from)?;
            let copy = BufReader::new(hub_store::whole(written, &tell)?);
            if hub_store::check(Unsealer::new(copy, &passphrase)?)?.facts != facts {
                return Err(HubError::internal("the file does not read back as it was written"));
            }
            Ok(file.keep()?)
        })
        .await??;
        let path = path.display().to_string();
        Ok(BackupView { path, bytes, made_at: now, kind: BackupKind::Move, missing_files })
    }

    async fn credentials(&self) -> Result<Zeroizing<Vec<u8>>> {
        let ids = self.secret_ids(&self.own_settings()).await?;
        if ids.is_empty() {
            return Ok(Zeroizing::new(b"[]".to_vec()));
        }
        let taken = self.inner.vault.take_out(&ids).await?;
        let carried: Vec<Carried> = taken.iter().map(Carried::of).collect();
        // Large enough from the start (JSON writes a byte as six at most), so that no copy stays behind in memory.
        let room: usize = carried.iter().map(|one| 6 * (one.id.len() + one.origin.len() + one.value.len()) + 64).sum();
        let mut text = Zeroizing::new(Vec::with_capacity(room + 2));
        serde_json::to_writer(&mut *text, &carried).map_err(|error| HubError::internal(error.to_string()))?;
        Ok(text)
    }
}

/// The credentials that came in a moved Hub.
pub(crate) fn read_credentials(text: &[u8]) -> Result<Vec<Credential>> {
    let carried: Vec<Carried> = serde_json::from_slice(text)
        .map_err(|_| StoreError::BackupDamaged("its credentials cannot be read".to_owned()))?;
    Ok(carried.iter().map(Carried::credential).collect())
}

/// A credential on its way.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Carried {
    id: String,
    origin: String,
    value: String,
}

impl Carried {
    fn of(credential: &Credential) -> Self {
        let value = credential.value.expose_secret().to_owned();
        Self { id: credential.id.clone(), origin: credential.origin.clone(), value }
    }

    fn credential(&self) -> Credential {
        let value = SecretString::from(self.value.as_str());
        Credential { id: self.id.clone(), origin: self.origin.clone(), value }
    }
}
