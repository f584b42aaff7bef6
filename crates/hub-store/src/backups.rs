//! The folder of backups: what lies in it, and which of it is too much.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use hub_contract::UtcMs;

use crate::StoreError;
use crate::data_dir::{DataDir, remove_if_there};

/// The ending of backups.
pub const BACKUP_ENDING: &str = "hubbackup";
/// The ending of sealed copies that hold credentials too.
pub const MOVE_ENDING: &str = "hubmove";

/// A backup in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its size, in bytes.
    pub bytes: u64,
    /// When it was written.
    pub made_at: UtcMs,
}

/// The backups of a data directory whose database need not be open, newest first. Blocks.
///
/// # Errors
/// Those of the file system.
pub fn backups_in(data_dir: &Path) -> Result<Vec<BackupFile>, StoreError> {
    list(&DataDir::new(data_dir))
}

/// All backups, newest first; none when there is no folder.
pub(crate) fn list(place: &DataDir) -> Result<Vec<BackupFile>, StoreError> {
    let entries = match fs::read_dir(place.backups()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut backups = Vec::new();
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if ![BACKUP_ENDING, MOVE_ENDING, "db"].contains(&ending) {
            continue;
        }
        let metadata = entry.metadata()?;
        let made_at = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        backups.push(BackupFile { path, bytes: metadata.len(), made_at: UtcMs::try_from(made_at).unwrap_or_default() });
    }
    backups.sort_by(|a, b| (b.made_at, &b.path).cmp(&(a.made_at, &a.path)));
    Ok(backups)
}

/// Removes all but the newest `keep` of the backups whose names begin like this, and never `newest`: with a clock that
/// was wrong for a while the last one made need not be the one with the latest time.
pub(crate) fn prune(place: &DataDir, prefix: &str, keep: usize, newest: &Path) -> Result<(), StoreError> {
    let named = |file: &BackupFile| {
        file.path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix)) && file.path != newest
    };
    let others = list(place)?.into_iter().filter(named);
    others.skip(keep.saturating_sub(1)).try_for_each(|file| remove_if_there(&file.path))
}

/// Removes what was being written when the program ended.
pub(crate) fn clear_unfinished(place: &DataDir) -> Result<(), StoreError> {
    let Ok(entries) = fs::read_dir(place.backups()) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().contains(".part")) {
            remove_if_there(&path)?;
        }
    }
    Ok(())
}
