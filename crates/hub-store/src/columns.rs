//! Between columns and the contract's types.

use hub_contract::PlatformId;
use rusqlite::{Connection, Row, RowIndex};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

/// A value as JSON text for a column.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    Ok(serde_json::to_string(value)?)
}

/// The value of a JSON column.
pub(crate) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: impl RowIndex) -> Result<T, StoreError> {
    Ok(serde_json::from_str(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)?)
}

/// The value of a JSON column that may be empty.
pub(crate) fn from_optional_json<T: DeserializeOwned>(
    row: &Row<'_>,
    column: impl RowIndex,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = row.get(column)?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// A unit-like enum of the contract as the word that it is on the wire.
pub(crate) fn to_word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Ok(other.to_string()),
    }
}

/// The enum of such a word.
pub(crate) fn from_word<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, StoreError> {
    let word: String = row.get(column)?;
    Ok(serde_json::from_value(serde_json::Value::String(word))?)
}

/// The platform of a column.
pub(crate) fn platform(row: &Row<'_>, column: impl RowIndex) -> Result<Option<PlatformId>, StoreError> {
    let id = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    id.map(|id| PlatformId::parse(id).ok_or_else(|| StoreError::Damaged(format!("there is no platform {id}"))))
        .transpose()
}

/// Runs a query whose rows need more than SQLite's own conversions.
pub(crate) fn collect<T>(
    statement: &mut rusqlite::Statement<'_>,
    parameters: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// Refuses a name that another row of the table has.
pub(crate) fn refuse_taken_name(
    connection: &Connection,
    table: &str,
    what: &'static str,
    id: &str,
    name_key: &str,
) -> Result<(), StoreError> {
    let mut taken = connection.prepare_cached(&format!("SELECT 1 FROM {table} WHERE name_key = ?1 AND id <> ?2"))?;
    if taken.exists([name_key, id])? { Err(StoreError::NameTaken(what)) } else { Ok(()) }
}

/// Runs an insert of `owner` and `named` that selects `named` from its own table, and tells when there is no such row.
pub(crate) fn insert_known(
    connection: &Connection,
    sql: &str,
    owner: &str,
    what: &'static str,
    named: &str,
) -> Result<(), StoreError> {
    let changed = connection.prepare_cached(sql)?.execute([owner, named])?;
    if changed == 0 { Err(StoreError::not_found(what, named)) } else { Ok(()) }
}
