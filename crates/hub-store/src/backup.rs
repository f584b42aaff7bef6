//! Copies of a Hub: of the database alone before a migration, of everything otherwise. None gets its name before it was
//! read back and proven.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use hub_contract::UtcMs;
use hub_contract::progress::ProgressStep;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use zeroize::Zeroizing;

use crate::archive::{self, Contents, CopyFacts};
use crate::data_dir::{DataDir, beside, parent_of, remove_if_there, sync_dir};
use crate::new_file::NewFile;
use crate::tell::{Counted, Tell};
use crate::{StoreError, connections, conversations, database, files, messages};

/// A backup that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its size, in bytes.
    pub bytes: u64,
    /// What is in it.
    pub facts: CopyFacts,
}

/// Writes a backup of everything but credentials, while others use the Hub. It takes its name when it was read back, in
/// place of what had it. A failure leaves what was there.
pub(crate) fn write(place: &DataDir, target: &Path, now: UtcMs, tell: &Tell) -> Result<Written, StoreError> {
    tell.begin(ProgressStep::Collect);
    let mut file = new_file(place, target)?;
    let working = WorkingCopy::make(&place.database(), beside(target, ".db.part"))?;
    let facts = write_archive(place, &working, BufWriter::new(&mut file), now, None, tell)?;
    file.sync()?;
    if check(whole(File::open(file.path())?, tell)?)?.facts != facts {
        return Err(StoreError::BackupDamaged("it does not read back as it was written".to_owned()));
    }
    Ok(Written { bytes: file.keep()?, facts })
}

/// Writes everything, with credentials, into what the caller seals and proves.
pub(crate) fn write_into(
    place: &DataDir,
    out: impl Write,
    now: UtcMs,
    credentials: &[u8],
    tell: &Tell,
) -> Result<CopyFacts, StoreError> {
    tell.begin(ProgressStep::Collect);
    fs::create_dir_all(place.work())?;
    // In the Hub's own directory: beside a sealed file, a copy in clear would lie on somebody's stick.
    let working = WorkingCopy::make(&place.database(), place.work().join("moving.db"))?;
    write_archive(place, &working, out, now, Some(credentials), tell)
}

/// A copy that was read to its end and is whole.
#[derive(Debug)]
pub struct CheckedCopy {
    /// What it says of itself, proven.
    pub facts: CopyFacts,
    /// What the core put beside the data when the Hub was moved.
    pub credentials: Option<Zeroizing<Vec<u8>>>,
}

/// Reads a copy to its end, proves it and answers what it holds. Blocks.
///
/// # Errors
/// [`StoreError::BackupDamaged`] when it is cut short, changed or no copy of a Hub; [`StoreError::Newer`].
pub fn check(archive: impl Read) -> Result<CheckedCopy, StoreError> {
    let whole = archive::read(BufReader::new(archive), None)?;
    Ok(CheckedCopy { facts: whole.facts, credentials: whole.credentials })
}

/// A file that is read to its end to prove it, while it is told how far that is.
///
/// # Errors
/// Those of the file system.
pub fn whole(file: File, tell: &Tell) -> Result<Counted<File>, StoreError> {
    let bytes = file.metadata()?.len();
    Ok(Counted::new(file, ProgressStep::Verify, bytes, tell.clone()))
}

/// Begins a file that must not take the place of the database or of what belongs to it.
pub(crate) fn new_file(place: &DataDir, target: &Path) -> Result<NewFile, StoreError> {
    let own = fs::canonicalize(place.root())? == fs::canonicalize(parent_of(target))?;
    let name = target.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    if own && (name.starts_with("hub.") || name.starts_with("vault.")) {
        let error = std::io::Error::new(std::io::ErrorKind::InvalidInput, "a copy cannot replace the Hub's own files");
        return Err(StoreError::Io(error));
    }
    NewFile::create(target)
}

/// Copies the database alone, proves the copy, then gives it its name, replacing what had it.
pub(crate) fn write_database(source: &Path, target: &Path) -> Result<(), StoreError> {
    let copy = WorkingCopy::make(source, beside(target, ".part"))?;
    File::open(&copy.path)?.sync_all()?;
    fs::rename(&copy.path, target)?;
    sync_dir(&parent_of(target))
}

/// What a database says of the Hub in it.
pub(crate) fn facts_of(connection: &Connection, made_at: UtcMs) -> Result<CopyFacts, StoreError> {
    Ok(CopyFacts {
        format: 0,
        made_at,
        hub: database::hub_id(connection)?,
        connections: connections::count(connection)?,
        conversations: conversations::count(connection)?,
        messages: messages::count(connection)?,
        files: 0,
        missing_files: 0,
        database_sha256: String::new(),
    })
}

fn write_archive(
    place: &DataDir,
    working: &WorkingCopy,
    out: impl Write,
    now: UtcMs,
    credentials: Option<&[u8]>,
    tell: &Tell,
) -> Result<CopyFacts, StoreError> {
    let (facts, files) = {
        let connection = database::open_reading(&working.path)?;
        (facts_of(&connection, now)?, files::held(&connection)?)
    };
    let contents = Contents { database: &working.path, files: &files, place, credentials, facts };
    archive::write(Counted::new(out, ProgressStep::Write, contents.bytes(), tell.clone()), contents)
}

/// A proven copy of the database under a temporary name. It goes when this is dropped.
struct WorkingCopy {
    path: PathBuf,
}

impl WorkingCopy {
    fn make(source: &Path, path: PathBuf) -> Result<Self, StoreError> {
        let copy = Self { path };
        copy.clear()?;
        let from = database::open_reading(source)?;
        let mut to = Connection::open(&copy.path)?;
        if Backup::new(&from, &mut to)?.step(-1)? != StepResult::Done {
            return Err(StoreError::Busy);
        }
        // One file, whole in itself, instead of one with a log beside it.
        to.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
        to.close().map_err(|(_, error)| error)?;

        let connection = database::open_reading(&copy.path)?;
        database::integrity_check(&connection)?;
        database::identify(&connection, i64::MAX)?;
        database::hub_id(&connection)?;
        Ok(copy)
    }

    fn clear(&self) -> Result<(), StoreError> {
        [self.path.clone(), beside(&self.path, "-journal")].iter().try_for_each(|path| remove_if_there(path))
    }
}

impl Drop for WorkingCopy {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            tracing::warn!(%error, "a working copy of the database is still there");
        }
    }
}
