//! A copy of a Hub on its way back: unpacked and proven beside the Hub's data, brought up to date, then put in its place.
//! Until that last step, which is one transaction or one rename, nothing of the Hub has changed.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use hub_contract::UtcMs;
use hub_contract::id::FileId;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::archive::{self, CopyFacts, DATABASE, Whole};
use crate::data_dir::{DataDir, beside, remove_dir_if_there, size_of, sync_dir};
use crate::{StoreError, backup, connections, database, files, migrations, settings};

/// An unpacked copy, not yet in place. Dropped, it leaves nothing.
#[derive(Debug)]
pub struct Staged {
    folder: Folder,
    /// `None` once it was closed to be put in place.
    connection: Option<Connection>,
    facts: CopyFacts,
    files: Vec<FileId>,
    credentials: Option<Zeroizing<Vec<u8>>>,
}

impl Staged {
    /// Unpacks an archive.
    pub(crate) fn unpack(place: &DataDir, input: impl Read) -> Result<Self, StoreError> {
        let folder = Folder::make(place.work().join("restoring"))?;
        let Whole { facts, files, credentials } = archive::read(BufReader::new(input), Some(&folder.0))?;
        Self::open(folder, facts, files, credentials)
    }

    /// Copies a database alone, as migrations leave one behind. Files stay where they are.
    pub(crate) fn of_database(place: &DataDir, path: &Path) -> Result<Self, StoreError> {
        let folder = Folder::make(place.work().join("restoring"))?;
        let facts = look_into_database(path)?;
        backup::write_database(path, &folder.database())?;
        Self::open(folder, facts, Vec::new(), None)
    }

    fn open(
        folder: Folder,
        facts: CopyFacts,
        files: Vec<FileId>,
        credentials: Option<Zeroizing<Vec<u8>>>,
    ) -> Result<Self, StoreError> {
        let mut connection = database::open_writing(&folder.database())?;
        database::integrity_check(&connection).map_err(as_damaged_backup)?;
        let version =
            database::identify(&connection, migrations::newest(migrations::MIGRATIONS)).map_err(as_damaged_backup)?;
        migrations::run(&mut connection, migrations::MIGRATIONS, version)?;
        Ok(Self { folder, connection: Some(connection), facts, files, credentials })
    }

    /// What it holds.
    pub fn facts(&self) -> &CopyFacts {
        &self.facts
    }

    /// What the core put beside the data when the Hub was moved.
    pub fn credentials(&self) -> Option<&[u8]> {
        self.credentials.as_ref().map(|bytes| bytes.as_slice())
    }

    /// A setting in it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn setting(&self, name: &str) -> Result<Option<Value>, StoreError> {
        settings::get(self.connection()?, name)
    }

    /// Changes a setting in it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_setting(&self, name: &str, value: &Value) -> Result<(), StoreError> {
        settings::set(self.connection()?, name, value)
    }

    /// Its connections have no secrets any more: those are in the keychain of another Hub.
    ///
    /// # Errors
    /// Those of the database.
    pub fn forget_secrets(&self) -> Result<(), StoreError> {
        connections::forget_secrets(self.connection()?)
    }

    fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or(StoreError::Closed)
    }

    /// Takes the place of an open database, in one transaction: readers see the one or the other.
    pub(crate) fn replace(mut self, place: &DataDir, hub_id: &str, live: &mut Connection) -> Result<(), StoreError> {
        let connection = self.connection()?;
        connection.execute("UPDATE hub SET id = ?", [hub_id])?;
        match self.note_files(live) {
            // A damaged database is what a person restores a backup for.
            Err(StoreError::Damaged(text)) => tracing::warn!(text, "old files may stay behind"),
            other => other?,
        }
        self.finish(place)?;
        let from = database::open_reading(&self.folder.database())?;
        match Backup::new(&from, live)?.step(-1)? {
            StepResult::Done => Ok(()),
            _ => Err(StoreError::Busy),
        }
    }

    /// Every file keeps a row in either database, or nobody would ever remove those that no message holds any more.
    fn note_files(&self, live: &mut Connection) -> Result<(), StoreError> {
        let staged = self.connection()?.unchecked_transaction()?;
        for (id, bytes) in files::all(live)? {
            files::announce(&staged, &id, bytes)?;
        }
        staged.commit()?;
        let live = live.transaction()?;
        for id in &self.files {
            files::announce(&live, id, size_of(&self.folder.0.join(id.as_str()))?)?;
        }
        Ok(live.commit()?)
    }

    /// Takes the place of a database that nobody has open and that cannot be opened. That one is put aside; answers where.
    pub(crate) fn replace_closed(mut self, place: &DataDir, now: UtcMs) -> Result<PathBuf, StoreError> {
        self.finish(place)?;
        let aside = move_aside(place, now)?;
        fs::rename(self.folder.database(), place.database())?;
        sync_dir(place.root())?;
        place.mark(now)?;
        Ok(aside)
    }

    /// Closes the database, whole in one file, and gives the files their places.
    fn finish(&mut self, place: &DataDir) -> Result<(), StoreError> {
        if let Some(connection) = self.connection.take() {
            database::tidy(&connection)?;
            connection.close().map_err(|(_, error)| error)?;
        }
        File::open(self.folder.database())?.sync_all()?;
        for id in &self.files {
            files::put_in_place(place, id, &self.folder.0.join(id.as_str()))?;
        }
        Ok(())
    }
}

/// Moves a database that cannot be opened aside; answers where it lies now.
fn move_aside(place: &DataDir, now: UtcMs) -> Result<PathBuf, StoreError> {
    let aside = place.backups().join(format!("aside-{now}"));
    fs::create_dir_all(&aside)?;
    // The database goes first: its log beside another database would damage that one, and a missing database is told
    // and can be restored again.
    for suffix in ["", "-wal", "-shm"] {
        let from = beside(&place.database(), suffix);
        if from.exists() {
            fs::rename(&from, aside.join(format!("{DATABASE}{suffix}")))?;
            sync_dir(place.root())?;
        }
    }
    sync_dir(&aside)?;
    Ok(aside)
}

/// Copies the files of a damaged database aside as they are, for somebody who can make something of them; answers where.
pub(crate) fn copy_aside(place: &DataDir, now: UtcMs) -> Result<PathBuf, StoreError> {
    let aside = place.backups().join(format!("aside-{now}"));
    fs::create_dir_all(&aside)?;
    for suffix in ["", "-wal"] {
        let from = beside(&place.database(), suffix);
        if from.exists() {
            fs::copy(from, aside.join(format!("{DATABASE}{suffix}")))?;
        }
    }
    sync_dir(&aside)?;
    Ok(aside)
}

/// A data directory whose database cannot be opened, held alone.
#[derive(Debug)]
pub struct ClosedHub {
    place: DataDir,
    _lock: File,
}

impl ClosedHub {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`StoreError::InstanceRunning`]; those of the file system.
    pub fn lock(data_dir: &Path) -> Result<Self, StoreError> {
        let place = DataDir::new(data_dir);
        place.create()?;
        let lock = place.lock()?;
        Ok(Self { place, _lock: lock })
    }

    /// Unpacks an archive beside the data.
    ///
    /// # Errors
    /// As [`crate::Store::stage`].
    pub fn stage(&self, archive: impl Read) -> Result<Staged, StoreError> {
        Staged::unpack(&self.place, archive)
    }

    /// Copies a database alone.
    ///
    /// # Errors
    /// As [`crate::Store::stage`].
    pub fn stage_database(&self, path: &Path) -> Result<Staged, StoreError> {
        Staged::of_database(&self.place, path)
    }

    /// Puts a copy in place and the unusable database aside; answers where that lies now. The Hub has the copy's id then.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn replace(self, staged: Staged, now: UtcMs) -> Result<PathBuf, StoreError> {
        staged.replace_closed(&self.place, now)
    }

    /// Puts the unusable database aside, so that the next one to open the Hub makes a new one; answers where it lies now.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn put_aside(self, now: UtcMs) -> Result<PathBuf, StoreError> {
        let aside = move_aside(&self.place, now)?;
        // Last: until then a missing database is a loss and not a beginning.
        self.place.unmark()?;
        Ok(aside)
    }
}

/// What a database without an archive around it holds, after all of it was checked.
///
/// # Errors
/// [`StoreError::BackupDamaged`], [`StoreError::Newer`].
pub fn look_into_database(path: &Path) -> Result<CopyFacts, StoreError> {
    let connection = database::open_reading(path).map_err(as_damaged_backup)?;
    database::identify(&connection, migrations::newest(migrations::MIGRATIONS)).map_err(as_damaged_backup)?;
    database::integrity_check(&connection).map_err(as_damaged_backup)?;
    let made_at = fs::metadata(path)?.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let mut facts = backup::facts_of(&connection, UtcMs::try_from(made_at.as_millis()).unwrap_or_default())?;
    facts.files = files::held(&connection)?.len() as u64;
    Ok(facts)
}

/// Damage of a copy is not damage of the Hub.
fn as_damaged_backup(error: StoreError) -> StoreError {
    match error {
        StoreError::Damaged(text) => StoreError::BackupDamaged(text),
        other => other,
    }
}

/// A folder that goes when it is dropped.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    /// Makes it, empty, for its owner only.
    fn make(path: PathBuf) -> Result<Self, StoreError> {
        remove_dir_if_there(&path)?;
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self(path))
    }

    fn database(&self) -> PathBuf {
        self.0.join(DATABASE)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = remove_dir_if_there(&self.0) {
            tracing::warn!(%error, "an unpacked copy is still there");
        }
    }
}
