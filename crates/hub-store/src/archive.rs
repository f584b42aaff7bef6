//! A Hub as one file: a tar archive that any system can look into.
//!
//! | entry | what |
//! |---|---|
//! | `credentials.json` | only when a Hub is moved, and then the whole archive is sealed: what the core put there |
//! | `hub.db` | the database |
//! | `files/abcd…` | the files of its messages, named by the SHA-256 of their bytes |
//! | `hub-backup.json` | [`CopyFacts`]; it comes last, so a file without it was cut short |
//!
//! Names are compared with this table and never become paths, so nothing in an archive can lie outside of where it is
//! unpacked.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use hub_contract::UtcMs;
use hub_contract::id::FileId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::data_dir::{DataDir, size_of};
use crate::files;

const FORMAT: u32 = 1;
const CREDENTIALS: &str = "credentials.json";
pub(crate) const DATABASE: &str = "hub.db";
const FILES: &str = "files/";
const FACTS: &str = "hub-backup.json";
/// More than any Hub's credentials or facts have, in bytes.
const SMALL: u64 = 64 * 1024 * 1024;

/// What a copy of a Hub says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyFacts {
    /// The version of the archive's format.
    pub format: u32,
    /// When it was made.
    pub made_at: UtcMs,
    /// The id of the Hub.
    pub hub: String,
    /// Its connections.
    pub connections: u64,
    /// Its conversations.
    pub conversations: u64,
    /// Its messages, on all branches.
    pub messages: u64,
    /// The files of its messages.
    pub files: u64,
    /// Files that messages hold but that were not there, or not what their names say, when the copy was made.
    pub missing_files: u64,
    /// The SHA-256 of the database, in hexadecimal digits.
    pub database_sha256: String,
}

/// What goes into an archive.
pub(crate) struct Contents<'a> {
    /// A complete database, in one file.
    pub(crate) database: &'a Path,
    /// The files that its messages hold.
    pub(crate) files: &'a [FileId],
    /// Where these lie.
    pub(crate) place: &'a DataDir,
    pub(crate) credentials: Option<&'a [u8]>,
    /// What is known before the files and the database were read.
    pub(crate) facts: CopyFacts,
}

impl Contents<'_> {
    /// How many bytes are to be written, but for the archive's own.
    pub(crate) fn bytes(&self) -> u64 {
        let files = self.files.iter().filter_map(|id| files::path(self.place, id).ok());
        let paths = std::iter::once(self.database.to_owned()).chain(files);
        // What cannot be looked at is told when it is to be read.
        paths.filter_map(|path| size_of(&path).ok()).sum()
    }
}

/// Writes an archive and answers its facts.
pub(crate) fn write(out: impl Write, contents: Contents<'_>) -> Result<CopyFacts, StoreError> {
    let mut archive = tar::Builder::new(out);
    let mut facts = CopyFacts { format: FORMAT, ..contents.facts };
    if let Some(credentials) = contents.credentials {
        append(&mut archive, CREDENTIALS, credentials.len() as u64, credentials)?;
    }
    let database = File::open(contents.database)?;
    let length = database.metadata()?.len();
    let mut database = Hashed::new(database);
    append(&mut archive, DATABASE, length, &mut database)?;
    facts.database_sha256 = database.digest();
    for id in contents.files {
        match files::read(contents.place, id) {
            Ok(bytes) => {
                append(&mut archive, &format!("{FILES}{id}"), bytes.len() as u64, bytes.as_slice())?;
                facts.files += 1;
            }
            // A lost attachment is no reason to have no backup of everything else.
            Err(StoreError::NotFound { .. } | StoreError::FileDamaged(_)) => facts.missing_files += 1,
            Err(error) => return Err(error),
        }
    }
    let text = serde_json::to_vec_pretty(&facts)?;
    append(&mut archive, FACTS, text.len() as u64, text.as_slice())?;
    archive.into_inner()?.flush()?;
    Ok(facts)
}

/// An archive that was read to its end and is whole.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) facts: CopyFacts,
    pub(crate) files: Vec<FileId>,
    pub(crate) credentials: Option<Zeroizing<Vec<u8>>>,
}

/// Reads an archive to its end and proves every byte of the database and the files. With a folder, these are unpacked
/// into it: the database as `hub.db`, each file under its id.
pub(crate) fn read(input: impl Read, into: Option<&Path>) -> Result<Whole, StoreError> {
    let mut archive = tar::Archive::new(input);
    let mut database = None;
    let mut seen = HashSet::new();
    let mut files = Vec::new();
    let mut credentials = None;
    let mut facts = None;
    let mut unknown = None;
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if !entry.header().entry_type().is_file() || !seen.insert(name.clone()) || facts.is_some() {
            return Err(StoreError::BackupDamaged(format!("{name} does not belong there")));
        }
        match (name.as_str(), name.strip_prefix(FILES)) {
            (CREDENTIALS, _) => credentials = Some(Zeroizing::new(small(&mut entry)?)),
            (DATABASE, _) => database = Some(unpack(&mut entry, into, DATABASE)?),
            (FACTS, _) => {
                let text = small(&mut entry)?;
                facts = Some(serde_json::from_slice::<CopyFacts>(&text).map_err(io::Error::from).map_err(damaged)?);
            }
            (_, Some(id)) if files::is_id(id) => {
                if unpack(&mut entry, into, id)? != id {
                    return Err(StoreError::BackupDamaged(format!("the file {id} is not what its name says")));
                }
                files.push(FileId(id.to_owned()));
            }
            _ => unknown = Some(name),
        }
    }

    let facts = facts.ok_or_else(|| StoreError::BackupDamaged("it is cut short, or no backup".to_owned()))?;
    if facts.format > FORMAT {
        return Err(StoreError::Newer { found: facts.format.into(), supported: FORMAT.into() });
    }
    if let Some(unknown) = unknown {
        return Err(StoreError::BackupDamaged(format!("{unknown} does not belong there")));
    }
    if database.as_ref() != Some(&facts.database_sha256) || facts.files != files.len() as u64 {
        return Err(StoreError::BackupDamaged("it is not what it says it is".to_owned()));
    }
    Ok(Whole { facts, files, credentials })
}

fn append(
    archive: &mut tar::Builder<impl Write>,
    name: &str,
    length: u64,
    content: impl Read,
) -> Result<(), StoreError> {
    let mut header = tar::Header::new_gnu();
    header.set_size(length);
    header.set_mode(0o600);
    Ok(archive.append_data(&mut header, name, content)?)
}

/// Reads an entry to its end, into a file when there is a folder, and answers its SHA-256.
fn unpack(entry: &mut impl Read, into: Option<&Path>, name: &str) -> Result<String, StoreError> {
    let mut entry = Hashed::new(entry);
    match into {
        None => io::copy(&mut entry, &mut io::sink()).map(drop).map_err(damaged)?,
        Some(folder) => {
            let mut file = File::create(folder.join(name))?;
            copy(&mut entry, &mut file)?;
            file.sync_all()?;
        }
    }
    Ok(entry.digest())
}

/// As [`io::copy`], but tells a fault of the archive from one of the disk.
fn copy(from: &mut impl Read, to: &mut impl Write) -> Result<(), StoreError> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer).map_err(damaged)?;
        match buffer.get(..length) {
            Some([]) | None => return Ok(()),
            Some(bytes) => to.write_all(bytes)?,
        }
    }
}

fn small(entry: &mut impl Read) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    entry.take(SMALL).read_to_end(&mut bytes).map_err(damaged)?;
    Ok(bytes)
}

/// What cannot be read as an archive is no archive of ours. Only what keeps the file from being read is something else.
fn damaged(error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => StoreError::Io(error),
        _ => StoreError::BackupDamaged(error.to_string()),
    }
}

/// Computes the SHA-256 of what is read.
struct Hashed<R> {
    inner: R,
    hash: Sha256,
}

impl<R> Hashed<R> {
    fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new() }
    }

    fn digest(self) -> String {
        files::hexadecimal(&self.hash.finalize())
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..length).unwrap_or_default());
        Ok(length)
    }
}
