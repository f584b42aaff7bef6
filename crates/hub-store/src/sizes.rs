//! How much there is.

use std::fs;
use std::time::UNIX_EPOCH;

use hub_contract::UtcMs;
use rusqlite::Connection;

use crate::data_dir::{DataDir, beside, size_of};
use crate::{Sizes, StoreError, conversations, files, messages};

pub(crate) fn measure(connection: &Connection, place: &DataDir) -> Result<Sizes, StoreError> {
    let mut sizes = Sizes {
        database_bytes: size_of(&place.database())? + size_of(&beside(&place.database(), "-wal"))?,
        files_bytes: files::total_bytes(connection)?,
        conversations: conversations::count(connection)?,
        messages: messages::count(connection)?,
        ..Sizes::default()
    };
    let entries = match fs::read_dir(place.backups()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(sizes),
        other => other?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.path().extension().is_none_or(|extension| extension != "db") {
            continue;
        }
        let metadata = entry.metadata()?;
        let made_at = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        sizes.backups += 1;
        sizes.backups_bytes += metadata.len();
        sizes.last_backup = sizes.last_backup.max(UtcMs::try_from(made_at).ok());
    }
    Ok(sizes)
}
