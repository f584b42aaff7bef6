//! The data directory: names in it, the lock, and the marker that says that a database was made here.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use hub_contract::UtcMs;

use crate::StoreError;

/// Where everything lies.
#[derive(Debug, Clone)]
pub(crate) struct DataDir {
    root: PathBuf,
}

impl DataDir {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Makes the directory, for its owner only.
    pub(crate) fn create(&self) -> Result<(), StoreError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        Ok(builder.create(&self.root)?)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("hub.db")
    }

    /// Where a new database is made before it takes its name.
    pub(crate) fn new_database(&self) -> PathBuf {
        self.root.join("hub.db.new")
    }

    pub(crate) fn files(&self) -> PathBuf {
        self.root.join("files")
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// What is only needed while something is done. Cleared at the next start.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// Takes the lock. It is held until the returned file is dropped, also when the process is killed.
    pub(crate) fn lock(&self) -> Result<File, StoreError> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(self.root.join("hub.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(StoreError::InstanceRunning),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    pub(crate) fn is_marked(&self) -> bool {
        self.marker().exists()
    }

    /// Notes that a database was made here. From now on an empty or missing one is a loss.
    pub(crate) fn mark(&self, now: UtcMs) -> Result<(), StoreError> {
        let text = serde_json::json!({ "database": "hub.db", "noted_at": now }).to_string();
        let temporary = self.root.join("hub.json.new");
        let mut file = File::create(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, self.marker())?;
        sync_dir(&self.root)
    }

    /// From now on a missing database is a beginning.
    pub(crate) fn unmark(&self) -> Result<(), StoreError> {
        remove_if_there(&self.marker())?;
        sync_dir(&self.root)
    }

    fn marker(&self) -> PathBuf {
        self.root.join("hub.json")
    }
}

/// The name of a file that SQLite keeps beside a database.
pub(crate) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The directory that a file is in.
pub(crate) fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The size of a file; 0 when there is none.
pub(crate) fn size_of(path: &Path) -> Result<u64, StoreError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// Removes a file; none is fine.
pub(crate) fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Removes a directory with all that is in it; none is fine.
pub(crate) fn remove_dir_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Makes a rename in this directory survive a power cut. Windows has no such call and does it by itself.
pub(crate) fn sync_dir(directory: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}
