//! Table `settings`: named JSON values.

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use crate::StoreError;

pub(crate) fn get(connection: &Connection, name: &str) -> Result<Option<Value>, StoreError> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM settings WHERE name = ?")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

pub(crate) fn remove(connection: &Connection, name: &str) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM settings WHERE name = ?")?.execute([name])?;
    Ok(())
}

pub(crate) fn set(connection: &Connection, name: &str, value: &Value) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute((name, value.to_string()))?;
    Ok(())
}
