//! How much there is.

use rusqlite::Connection;

use crate::data_dir::{DataDir, beside, size_of};
use crate::{Sizes, StoreError, backups, conversations, files, messages};

pub(crate) fn measure(connection: &Connection, place: &DataDir) -> Result<Sizes, StoreError> {
    let (files, files_bytes) = files::total(connection)?;
    let mut sizes = Sizes {
        database_bytes: size_of(&place.database())? + size_of(&beside(&place.database(), "-wal"))?,
        files,
        files_bytes,
        conversations: conversations::count(connection)?,
        messages: messages::count(connection)?,
        ..Sizes::default()
    };
    for backup in backups::list(place)? {
        sizes.backups += 1;
        sizes.backups_bytes += backup.bytes;
        sizes.last_backup = sizes.last_backup.max(Some(backup.made_at));
    }
    Ok(sizes)
}
