//! What can go wrong with stored data, told apart by what somebody can do about it.

use hub_contract::{ErrorCode, HubError};

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The disk, a quota or a limit on the size of files leaves no room. Nothing of the refused change was kept.
    #[error("the disk is full")]
    DiskFull,
    /// The database was written by a newer version. Not one byte of it was touched.
    #[error("the database was written by a newer version (its format is {found}, this version knows {supported})")]
    Newer {
        /// The format found.
        found: i64,
        /// The newest format this version knows.
        supported: i64,
    },
    /// The database was written by an older version and somebody has to open it for writing first.
    #[error("the database was written by an older version, which still has it open")]
    NeedsMigration,
    /// The database is damaged. What is there was left as it is.
    #[error("the stored data is damaged: {0}")]
    Damaged(String),
    /// A stored file is not what its id says.
    #[error("the stored file {0} is damaged")]
    FileDamaged(String),
    /// A backup is cut short, changed or none. The Hub itself was left as it is.
    #[error("the backup cannot be used: {0}")]
    BackupDamaged(String),
    /// Another instance holds the lock of the data directory.
    #[error("another instance uses the data directory")]
    InstanceRunning,
    /// Another program kept the database locked for longer than we wait (5 s).
    #[error("another program keeps the database locked")]
    Busy,
    /// The data directory or a file in it may not be written.
    #[error("the data directory cannot be written")]
    ReadOnly,
    /// There is no such row.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What was looked for, for example `conversation`.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Another row of the same kind has the name.
    #[error("another {0} has this name")]
    NameTaken(&'static str),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A fault of this program, or one of SQLite's that nobody can do anything about.
    #[error("the database refused: {0}")]
    Sqlite(rusqlite::Error),
    /// The file system refused.
    #[error("the file system refused: {0}")]
    Io(std::io::Error),
    /// A stored value could not be written or read as JSON.
    #[error("a stored value could not be read: {0}")]
    Json(#[from] serde_json::Error),
}

impl StoreError {
    /// A missing row.
    pub(crate) fn not_found(what: &'static str, id: &str) -> Self {
        Self::NotFound { what, id: id.to_owned() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Sqlite;
        use rusqlite::ffi;

        let Some(failure) = error.sqlite_error() else {
            return Self::Sqlite(error);
        };
        match (failure.code, failure.extended_code) {
            (Sqlite::DiskFull, _) => Self::DiskFull,
            // What a limit on file sizes, a full quota and some network disks answer instead of "disk full".
            (
                Sqlite::SystemIoFailure,
                ffi::SQLITE_IOERR_WRITE
                | ffi::SQLITE_IOERR_FSYNC
                | ffi::SQLITE_IOERR_DIR_FSYNC
                | ffi::SQLITE_IOERR_TRUNCATE
                | ffi::SQLITE_IOERR_SHMSIZE,
            ) => Self::DiskFull,
            (Sqlite::NotADatabase | Sqlite::DatabaseCorrupt, _) => Self::Damaged(error.to_string()),
            (Sqlite::DatabaseBusy | Sqlite::DatabaseLocked, _) => Self::Busy,
            (Sqlite::ReadOnly | Sqlite::CannotOpen | Sqlite::PermissionDenied, _) => Self::ReadOnly,
            _ => Self::Sqlite(error),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::DiskFull,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Io(error),
        }
    }
}

impl From<StoreError> for HubError {
    fn from(error: StoreError) -> Self {
        let (code, hint) = match &error {
            StoreError::DiskFull => (ErrorCode::DiskFull, None),
            StoreError::Newer { .. } => (ErrorCode::DatabaseNewer, None),
            StoreError::Damaged(_) => (ErrorCode::DatabaseDamaged, None),
            StoreError::FileDamaged(_) => (ErrorCode::DatabaseDamaged, Some("file_damaged")),
            StoreError::BackupDamaged(_) => (ErrorCode::InvalidRequest, Some("backup_damaged")),
            StoreError::InstanceRunning => (ErrorCode::InstanceRunning, None),
            StoreError::NeedsMigration => (ErrorCode::InstanceRunning, Some("older_instance")),
            StoreError::Busy => (ErrorCode::InstanceRunning, Some("database_busy")),
            StoreError::NotFound { .. } => (ErrorCode::NotFound, None),
            StoreError::NameTaken(_) => (ErrorCode::InvalidRequest, Some("name_taken")),
            StoreError::ReadOnly => (ErrorCode::Internal, Some("data_dir_read_only")),
            StoreError::Closed | StoreError::Sqlite(_) | StoreError::Io(_) | StoreError::Json(_) => {
                (ErrorCode::Internal, None)
            }
        };
        let told = HubError::new(code, error.to_string());
        match hint {
            Some(hint) => told.hint(hint),
            None => told,
        }
    }
}
