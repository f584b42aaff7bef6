//! Backups: those a person asks for, and one a day by itself.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use hub_contract::data::{BackupKind, BackupRequest, BackupView};
use hub_contract::{HubError, UtcMs};
use hub_store::{BACKUP_ENDING, MOVE_ENDING, Tell};
use serde_json::json;

use crate::schedule::{self, Rhythm};
use crate::{Hub, Result};

/// Names of backups in the Hub's own folder begin with what they were made for.
const ASKED: &str = "hub-";
const AUTOMATIC: &str = "auto-";
const UNDO: &str = "undo-";
const MIGRATION: &str = "pre-v";

/// How many automatic backups are kept: a week.
const AUTOMATIC_KEPT: usize = 7;
/// How many restores can be undone.
const UNDO_KEPT: usize = 3;

/// A day, in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;
/// The first look comes when the start is over and the person has settled.
const RHYTHM: Rhythm = Rhythm { first: Duration::from_secs(120), every: Duration::from_secs(60 * 60) };

/// The setting that says when the last automatic backup was made, by the clock of that moment.
const LAST_AUTOMATIC: &str = "automatic_backup";

/// What the Hub remembers of its copies while it is open.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    /// Held while a copy is made or put in place: two at once would fight over room and names.
    pub(crate) alone: tokio::sync::Mutex<()>,
    last_error: RwLock<Option<HubError>>,
}

impl Copies {
    /// Why the last automatic backup could not be made.
    pub(crate) fn last_error(&self) -> Option<HubError> {
        self.last_error.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn ended(&self, error: Option<HubError>) {
        *self.last_error.write().unwrap_or_else(PoisonError::into_inner) = error;
    }
}

/// Looks now and then whether a backup is due.
pub(crate) fn schedule(hub: &Hub) {
    schedule::repeat(hub, "the daily backup", RHYTHM, |hub| async move { hub.back_up_when_due().await });
}

impl Hub {
    /// Writes a copy of everything but credentials and verifies it by reading it back.
    ///
    /// # Errors
    /// `forbidden` for a file of the person's choice where exports are switched off; `disk_full`, with the older backups as
    /// they were; the store's errors.
    pub async fn backup_make(&self, request: BackupRequest) -> Result<BackupView> {
        if request.path.is_some() {
            self.inner.policy.refuse_export()?;
        }
        let _alone = self.inner.copies.alone.lock().await;
        let shown = self.inner.board.begin();
        match request.path {
            Some(path) => self.write_backup(PathBuf::from(path), BackupKind::Asked, shown.tell()).await,
            None => {
                self.write_backup(self.own_path(ASKED, BACKUP_ENDING).await?, BackupKind::Asked, shown.tell()).await
            }
        }
    }

    /// The backups in the data directory, newest first.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn backups_list(&self, (): ()) -> Result<Vec<BackupView>> {
        Ok(self.inner.store.backups().await?.into_iter().map(view).collect())
    }

    /// The same for a Hub that cannot be opened.
    ///
    /// # Errors
    /// Those of the file system.
    pub async fn backups_unopened(data_dir: PathBuf) -> Result<Vec<BackupView>> {
        let files = crate::hub::blocking(move || hub_store::backups_in(&data_dir)).await??;
        Ok(files.into_iter().map(view).collect())
    }

    /// Makes the daily backup when it is due, and keeps the newest seven of its kind. A Hub with nothing in it needs none.
    ///
    /// # Errors
    /// `disk_full`, with the older backups as they were; the store's errors. The data page tells the last one.
    pub async fn back_up_when_due(&self) -> Result<Option<BackupView>> {
        let last = self.inner.store.setting(LAST_AUTOMATIC).await?.and_then(|last| last.get("at")?.as_i64());
        if !is_due(last, self.now()) || self.app_info().await?.is_empty {
            return Ok(None);
        }
        let made = self.back_up_automatically().await;
        self.inner.copies.ended(made.as_ref().err().cloned());
        made.map(Some)
    }

    async fn back_up_automatically(&self) -> Result<BackupView> {
        let _alone = self.inner.copies.alone.lock().await;
        let path = self.own_path(AUTOMATIC, BACKUP_ENDING).await?;
        let view = self.write_backup(path.clone(), BackupKind::Automatic, Tell::default()).await?;
        self.inner.store.set_setting(LAST_AUTOMATIC, &json!({ "at": view.made_at })).await?;
        self.inner.store.prune_backups(AUTOMATIC, AUTOMATIC_KEPT, path).await?;
        Ok(view)
    }

    /// Writes what is there now into a backup that can be restored to undo a restore.
    pub(crate) async fn write_undo(&self) -> Result<PathBuf> {
        let path = self.own_path(UNDO, BACKUP_ENDING).await?;
        self.write_backup(path.clone(), BackupKind::Undo, Tell::default()).await?;
        self.inner.store.prune_backups(UNDO, UNDO_KEPT, path.clone()).await?;
        Ok(path)
    }

    /// Where an undo with credentials goes.
    pub(crate) async fn sealed_undo_path(&self) -> Result<PathBuf> {
        self.own_path(UNDO, MOVE_ENDING).await
    }

    async fn write_backup(&self, path: PathBuf, kind: BackupKind, tell: Tell) -> Result<BackupView> {
        let now = self.now();
        let written = self.inner.store.backup(&path, now, tell).await?;
        Ok(BackupView {
            path: path.display().to_string(),
            bytes: written.bytes,
            made_at: now,
            kind,
            missing_files: written.facts.missing_files,
        })
    }

    /// A name in the Hub's folder of backups that nothing has yet.
    async fn own_path(&self, prefix: &str, ending: &str) -> Result<PathBuf> {
        let (folder, stamp, prefix, ending) =
            (self.data_dir().join("backups"), stamp(self.now()), prefix.to_owned(), ending.to_owned());
        crate::hub::blocking(move || {
            std::fs::create_dir_all(&folder).map_err(hub_store::StoreError::from)?;
            let named = |number: u32| match number {
                1 => folder.join(format!("{prefix}{stamp}.{ending}")),
                _ => folder.join(format!("{prefix}{stamp}-{number}.{ending}")),
            };
            Ok((1..).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(1)))
        })
        .await?
    }
}

fn view(file: hub_store::BackupFile) -> BackupView {
    BackupView {
        kind: kind_of(&file.path),
        path: file.path.display().to_string(),
        bytes: file.bytes,
        made_at: file.made_at,
        missing_files: 0,
    }
}

/// Whether a day has passed. A last time that lies ahead was written by a clock that has been put right since; waiting
/// for it could take years.
fn is_due(last: Option<UtcMs>, now: UtcMs) -> bool {
    last.is_none_or(|last| now < last || now - last >= DAY)
}

fn kind_of(path: &Path) -> BackupKind {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    match () {
        () if name.starts_with(UNDO) => BackupKind::Undo,
        () if name.ends_with(MOVE_ENDING) => BackupKind::Move,
        () if name.starts_with(AUTOMATIC) => BackupKind::Automatic,
        () if name.starts_with(MIGRATION) => BackupKind::Migration,
        () => BackupKind::Asked,
    }
}

/// A moment as part of a file name, in UTC: names must not repeat when the clocks are put back in autumn.
fn stamp(at: UtcMs) -> String {
    let moment = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    moment.strftime("%Y%m%d-%H%M%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_a_day_and_whatever_the_clock_did() {
        assert!(is_due(None, 0));
        assert!(!is_due(Some(1_000), 1_000 + DAY - 1));
        assert!(is_due(Some(1_000), 1_000 + DAY));
        assert!(is_due(Some(1_000 + 2 * DAY), 1_000), "two days ahead, then put right");
    }

    #[test]
    fn names_say_what_a_backup_is() {
        assert_eq!(stamp(1_790_000_000_000), "20260921-141320");
        for (name, kind) in [
            ("/b/auto-20260921-141320.hubbackup", BackupKind::Automatic),
            ("/b/undo-20260921-141320.hubmove", BackupKind::Undo),
            ("/b/pre-v2.db", BackupKind::Migration),
            ("/b/hub-20260921-141320.hubbackup", BackupKind::Asked),
            ("/b/office.hubmove", BackupKind::Move),
            ("/b/mine.db", BackupKind::Asked),
        ] {
            assert_eq!(kind_of(Path::new(name)), kind, "{name}");
        }
    }
}
