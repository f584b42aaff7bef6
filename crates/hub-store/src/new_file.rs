//! A file that gets its name once it is complete. Until then, and after any failure, what had the name stays.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::StoreError;
use crate::data_dir::{beside, parent_of, remove_if_there, sync_dir};

/// A file under a temporary name beside its own, for its owner only. Dropped before [`NewFile::keep`], it leaves nothing.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    target: PathBuf,
    temporary: PathBuf,
}

impl NewFile {
    /// Begins a file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn create(target: &Path) -> Result<Self, StoreError> {
        let temporary = beside(target, ".part");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: options.open(&temporary)?, target: target.to_owned(), temporary })
    }

    /// Where it lies until it is kept: for reading it back.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Makes what was written durable, so that reading it back reads what stays.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn sync(&self) -> Result<(), StoreError> {
        Ok(self.file.sync_all()?)
    }

    /// Gives it its name, in place of what had it, and answers its size in bytes.
    ///
    /// # Errors
    /// Those of the file system; what had the name stays then.
    pub fn keep(self) -> Result<u64, StoreError> {
        self.sync()?;
        let bytes = self.file.metadata()?.len();
        fs::rename(&self.temporary, &self.target)?;
        sync_dir(&parent_of(&self.target))?;
        Ok(bytes)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    /// Nothing has the temporary name any more once the file was kept.
    fn drop(&mut self) {
        if let Err(error) = remove_if_there(&self.temporary) {
            tracing::warn!(%error, "an unfinished file is still there");
        }
    }
}
