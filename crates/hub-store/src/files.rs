//! Tables `files` and `message_files`, and the files themselves: by content hash, so the same bytes are kept once.
//!
//! A row in `files` is written before its file and removed after it. So whatever a crash leaves behind has a row, and
//! [`unlinked`] finds it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use hub_contract::conversation::MessageView;
use hub_contract::id::FileId;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::StoreError;
use crate::data_dir::{DataDir, remove_dir_if_there, remove_if_there, size_of, sync_dir};

/// The id of these bytes.
pub(crate) fn id_of(bytes: &[u8]) -> FileId {
    FileId(hexadecimal(&Sha256::digest(bytes)))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether this is the name of a file of ours.
pub(crate) fn is_id(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The files that a message holds.
pub(crate) fn of(message: &MessageView) -> impl Iterator<Item = &FileId> {
    message.attachments.iter().map(|file| &file.id).chain(message.body.overflow.as_ref())
}

/// Notes a file that is about to be written.
pub(crate) fn announce(connection: &Connection, id: &FileId, bytes: u64) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO files (id, bytes) VALUES (?, ?) ON CONFLICT (id) DO NOTHING")?
        .execute((id.as_str(), bytes))?;
    Ok(())
}

/// Notes which files a message holds, in place of what was noted before.
pub(crate) fn link(connection: &Connection, message: i64, view: &MessageView) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM message_files WHERE message = ?")?.execute([message])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO message_files (message, use, position, file, name, mime)
         SELECT ?, ?, ?, id, ?, ? FROM files WHERE id = ?",
    )?;
    let mut add = |kind: &str, position: i64, file: &FileId, name: &str, mime: &str| match insert.execute((
        message,
        kind,
        position,
        name,
        mime,
        file.as_str(),
    ))? {
        0 => Err(StoreError::not_found("file", file.as_str())),
        _ => Ok(()),
    };
    for (position, file) in (0..).zip(&view.attachments) {
        add("attachment", position, &file.id, &file.name, &file.mime)?;
    }
    match &view.body.overflow {
        Some(file) => add("overflow", 0, file, "", "text/markdown"),
        None => Ok(()),
    }
}

/// The files of a conversation's messages.
pub(crate) fn of_conversation(connection: &Connection, conversation: i64) -> Result<Vec<FileId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT l.file FROM messages m JOIN message_files l ON l.message = m.key WHERE m.conversation = ?",
    )?;
    let ids = statement.query_map([conversation], |row| row.get(0).map(FileId))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Every file there is, with its size in bytes.
pub(crate) fn all(connection: &Connection) -> Result<Vec<(FileId, u64)>, StoreError> {
    let mut statement = connection.prepare("SELECT id, bytes FROM files")?;
    let read = |row: &rusqlite::Row<'_>| Ok((FileId(row.get(0)?), row.get(1)?));
    let files = statement.query_map([], read)?.collect::<Result<_, _>>()?;
    Ok(files)
}

/// Every file that a message holds.
pub(crate) fn held(connection: &Connection) -> Result<Vec<FileId>, StoreError> {
    let mut statement = connection.prepare("SELECT DISTINCT file FROM message_files ORDER BY file")?;
    let ids = statement.query_map([], |row| row.get(0).map(FileId))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Every file that no message holds.
pub(crate) fn unlinked(connection: &Connection) -> Result<Vec<FileId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM files WHERE NOT EXISTS (SELECT 1 FROM message_files WHERE message_files.file = files.id)",
    )?;
    let ids = statement.query_map([], |row| row.get(0).map(FileId))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Removes a file, then its row, unless a message holds it.
pub(crate) fn remove_unlinked(connection: &Connection, place: &DataDir, id: &FileId) -> Result<(), StoreError> {
    let held: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM message_files WHERE file = ?)")?
        .query_row([id.as_str()], |row| row.get(0))?;
    if held {
        return Ok(());
    }
    remove_if_there(&path(place, id)?)?;
    connection.prepare_cached("DELETE FROM files WHERE id = ?")?.execute([id.as_str()])?;
    Ok(())
}

/// How many files there are, and their bytes together.
pub(crate) fn total(connection: &Connection) -> Result<(u64, u64), StoreError> {
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    Ok(connection.query_row("SELECT count(*), coalesce(sum(bytes), 0) FROM files", [], read)?)
}

/// Writes a file, unless it is there: under another name first, so that what has its name is whole.
pub(crate) fn write(place: &DataDir, id: &FileId, bytes: &[u8]) -> Result<(), StoreError> {
    let target = path(place, id)?;
    if target.exists() && size_of(&target)? == bytes.len() as u64 {
        return Ok(());
    }
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    fs::create_dir_all(incoming(place))?;
    let temporary = incoming(place).join(format!("{id}.{}", COUNTER.fetch_add(1, Ordering::Relaxed)));
    let written = (|| {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()
    })();
    if let Err(error) = written {
        // The first error is the one to tell.
        remove_if_there(&temporary).ok();
        return Err(error.into());
    }
    put_in_place(place, id, &temporary)
}

/// Gives a complete file its place, which may be taken already: the bytes are the same.
pub(crate) fn put_in_place(place: &DataDir, id: &FileId, complete: &Path) -> Result<(), StoreError> {
    let target = path(place, id)?;
    let Some(folder) = target.parent() else {
        return Ok(());
    };
    fs::create_dir_all(folder)?;
    fs::rename(complete, &target)?;
    sync_dir(folder)?;
    sync_dir(&place.files())
}

/// Reads a file and proves that it is what its name says.
pub(crate) fn read(place: &DataDir, id: &FileId) -> Result<Vec<u8>, StoreError> {
    let bytes = match fs::read(path(place, id)?) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(StoreError::not_found("file", id.as_str()));
        }
        other => other?,
    };
    if id_of(&bytes) == *id { Ok(bytes) } else { Err(StoreError::FileDamaged(id.0.clone())) }
}

/// Removes what was being written when the program ended.
pub(crate) fn clear_incoming(place: &DataDir) -> Result<(), StoreError> {
    remove_dir_if_there(&incoming(place))
}

fn incoming(place: &DataDir) -> PathBuf {
    place.files().join("incoming")
}

/// Where a file lies. Ids come from requests, so one that is not a hash never becomes a path.
pub(crate) fn path(place: &DataDir, id: &FileId) -> Result<PathBuf, StoreError> {
    match id.as_str().get(..2) {
        Some(folder) if is_id(id.as_str()) => Ok(place.files().join(folder).join(id.as_str())),
        _ => Err(StoreError::not_found("file", id.as_str())),
    }
}
