//! Verified copies of the database.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::data_dir::{beside, remove_if_there, sync_dir};
use crate::{StoreError, database};

/// Copies the database while others use it, proves the copy, then gives it its name, replacing what had it. Returns its
/// size in bytes. A failure leaves neither a copy nor a piece of one.
pub(crate) fn write(source: &Path, target: &Path) -> Result<u64, StoreError> {
    refuse_own_files(source, target)?;
    let temporary = beside(target, ".part");
    let written = copy(source, &temporary).and_then(|()| verify(&temporary)).and_then(|()| {
        File::open(&temporary)?.sync_all()?;
        fs::rename(&temporary, target)?;
        Ok(())
    });
    if let Err(error) = written {
        for leftover in [temporary.clone(), beside(&temporary, "-journal")] {
            // The first error is the one to tell.
            remove_if_there(&leftover).ok();
        }
        return Err(error);
    }
    sync_dir(&parent_of(target))?;
    Ok(fs::metadata(target)?.len())
}

/// A backup must never take the place of the database or of what belongs to it.
fn refuse_own_files(source: &Path, target: &Path) -> Result<(), StoreError> {
    let own = fs::canonicalize(parent_of(source))? == fs::canonicalize(parent_of(target))?;
    let name = target.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    if own && name.starts_with("hub.") {
        let error =
            std::io::Error::new(std::io::ErrorKind::InvalidInput, "a backup cannot replace the Hub's own files");
        return Err(StoreError::Io(error));
    }
    Ok(())
}

fn copy(source: &Path, target: &Path) -> Result<(), StoreError> {
    remove_if_there(target)?;
    let from = database::open_reading(source)?;
    let mut to = Connection::open(target)?;
    let step = Backup::new(&from, &mut to)?.step(-1)?;
    if step != StepResult::Done {
        return Err(StoreError::Busy);
    }
    // One file, whole in itself, instead of one with a log beside it.
    to.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    Ok(to.close().map_err(|(_, error)| error)?)
}

fn verify(copy: &Path) -> Result<(), StoreError> {
    let connection = database::open_reading(copy)?;
    database::integrity_check(&connection)?;
    database::identify(&connection, i64::MAX)?;
    database::hub_id(&connection)?;
    Ok(())
}

fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
