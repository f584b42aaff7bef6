//! The file with the policy, and whether it can be believed: only root may be able to write it.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Where Linux has it.
const LINUX: &str = "/etc/hub-desktop/policy.json";
/// A policy is a page of text. Much more is none.
const LARGEST: u64 = 256 * 1024;

/// Where the policy lies and who has to own it. Nothing that a person can set leads here: no argument, no variable of the
/// environment. Tests open a Hub with a place of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPlace {
    path: Option<PathBuf>,
    owner: u32,
}

/// Why there is no text to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Others than the administrator could have written it.
    Untrusted,
    /// It is there, but cannot be read.
    Unreadable,
}

impl PolicyPlace {
    /// This system's own place.
    pub fn system() -> Self {
        Self { path: Self::is_built().then(|| LINUX.into()), owner: 0 }
    }

    /// A file that has to belong to the user with that number.
    pub fn owned_by(path: impl Into<PathBuf>, owner: u32) -> Self {
        Self { path: Some(path.into()), owner }
    }

    /// Whether this system's own place is known. Windows and macOS keep policies elsewhere, which is not built.
    pub(super) fn is_built() -> bool {
        cfg!(target_os = "linux")
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The text; nothing when there is no file.
    pub(super) fn read(&self) -> Result<Option<Vec<u8>>, Fault> {
        let Some(path) = &self.path else { return Ok(None) };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            // Who may not even look cannot have put it there.
            Err(_) => return Err(Fault::Unreadable),
        };
        // Of the opened file, so that it is not another one than was looked at. Its folder decides which file has the name.
        let facts = file.metadata().map_err(|_| Fault::Unreadable)?;
        let folder = path.parent().and_then(|folder| folder.metadata().ok()).ok_or(Fault::Unreadable)?;
        if !is_protected(&facts, self.owner) || !is_protected(&folder, self.owner) {
            return Err(Fault::Untrusted);
        }
        if !facts.is_file() {
            return Err(Fault::Unreadable);
        }
        let mut text = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut text).map_err(|_| Fault::Unreadable)?;
        if text.len() as u64 > LARGEST { Err(Fault::Unreadable) } else { Ok(Some(text)) }
    }
}

/// Nobody but the owner may write.
#[cfg(unix)]
fn is_protected(facts: &std::fs::Metadata, owner: u32) -> bool {
    use std::os::unix::fs::MetadataExt;
    const OTHERS_WRITE: u32 = 0o022;
    facts.uid() == owner && facts.mode() & OTHERS_WRITE == 0
}

#[cfg(not(unix))]
fn is_protected(_: &std::fs::Metadata, _: u32) -> bool {
    false
}
