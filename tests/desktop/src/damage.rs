//! Ways to spoil a Hub's files, for showing what a person is then told.

use std::path::Path;

use anyhow::{Context, Result};

/// Makes a database look like one of a later version: SQLite keeps the number at byte 60 of the file (file format 1.3).
///
/// # Errors
/// There is no database.
pub fn pretend_newer(database: &Path) -> Result<()> {
    let mut bytes = std::fs::read(database).context("there is no database")?;
    let version = bytes.get_mut(60..64).context("a short database")?;
    version.copy_from_slice(&9_999_u32.to_be_bytes());
    Ok(std::fs::write(database, bytes)?)
}
