//! Table `catalog_items`: what each connection offers. Most are models, and only models can be enabled here.

use hub_contract::UtcMs;
use hub_contract::id::{ConnectionId, ModelId};
use hub_contract::model::{CatalogItem, CatalogKind};
use rusqlite::{Connection, Row, named_params};

use crate::columns::{collect, from_json, from_word, to_json, to_word};
use crate::{ModelRow, StoreError};

/// The models of a connection: the platform's in its order, then typed-in ones in the order of typing.
pub(crate) fn list(connection: &Connection, of: &ConnectionId) -> Result<Vec<ModelRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM catalog_items WHERE connection = ? AND kind = 'model' ORDER BY typed_in, position",
    )?;
    collect(&mut statement, [of.as_str()], read_model)
}

/// The enabled models of all connections, by connection in the order they were made.
pub(crate) fn enabled(connection: &Connection) -> Result<Vec<ModelRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT catalog_items.* FROM catalog_items JOIN connections ON connections.id = catalog_items.connection
         WHERE catalog_items.kind = 'model' AND catalog_items.enabled
         ORDER BY connections.created_at, connections.id, catalog_items.typed_in, catalog_items.position",
    )?;
    collect(&mut statement, [], read_model)
}

/// Everything a connection offers, typed-in models last.
pub(crate) fn catalog(connection: &Connection, of: &ConnectionId) -> Result<Vec<CatalogItem>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM catalog_items WHERE connection = ? ORDER BY typed_in, position")?;
    collect(&mut statement, [of.as_str()], read_item)
}

/// Puts the platform's new list in place of the old one. What is enabled stays enabled, also when the platform no longer
/// lists it: then it stands among the typed-in ones, and goes back when it is listed again.
pub(crate) fn replace(
    connection: &Connection,
    of: &ConnectionId,
    items: &[CatalogItem],
    at: UtcMs,
) -> Result<(), StoreError> {
    let noted =
        connection.prepare_cached("UPDATE connections SET catalog_at = ? WHERE id = ?")?.execute((at, of.as_str()))?;
    if noted == 0 {
        return Err(StoreError::not_found("connection", of.as_str()));
    }

    connection
        .prepare_cached("DELETE FROM catalog_items WHERE connection = ? AND NOT typed_in AND NOT enabled")?
        .execute([of.as_str()])?;
    let first_free = next_position(connection, of)?;
    connection
        .prepare_cached(
            "UPDATE catalog_items SET typed_in = 1, position = position + ? WHERE connection = ? AND NOT typed_in",
        )?
        .execute((first_free, of.as_str()))?;

    let mut upsert = connection.prepare_cached(
        "INSERT INTO catalog_items
            (connection, kind, remote_id, typed_in, position, enabled, chats, name, description, capabilities,
             shutdown_date)
         VALUES
            (:connection, :kind, :remote_id, 0, :position, 0, :chats, :name, :description, :capabilities, :shutdown_date)
         ON CONFLICT (connection, kind, remote_id) DO UPDATE SET
            typed_in = 0, position = excluded.position, chats = excluded.chats, name = excluded.name,
            description = excluded.description, capabilities = excluded.capabilities,
            shutdown_date = excluded.shutdown_date",
    )?;
    for (position, item) in (0_i64..).zip(items) {
        upsert.execute(named_params! {
            ":connection": of.as_str(),
            ":kind": to_word(&item.kind)?,
            ":remote_id": item.remote_id,
            ":position": position,
            ":chats": item.chats,
            ":name": item.name,
            ":description": item.description,
            ":capabilities": to_json(&item.capabilities)?,
            ":shutdown_date": item.shutdown_date,
        })?;
    }
    Ok(())
}

/// Switches models on or off. An id that is not listed becomes a typed-in model.
pub(crate) fn enable(
    connection: &Connection,
    of: &ConnectionId,
    models: &[ModelId],
    enabled: bool,
) -> Result<(), StoreError> {
    let exists: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM connections WHERE id = ?)")?
        .query_row([of.as_str()], |row| row.get(0))?;
    if !exists {
        return Err(StoreError::not_found("connection", of.as_str()));
    }

    let first_free = next_position(connection, of)?;
    let mut upsert = connection.prepare_cached(
        "INSERT INTO catalog_items
            (connection, kind, remote_id, typed_in, position, enabled, chats, name, capabilities)
         VALUES (:connection, :kind, :model, 1, :position, :enabled, 1, :model, '{}')
         ON CONFLICT (connection, kind, remote_id) DO UPDATE SET enabled = excluded.enabled",
    )?;
    for (position, model) in (first_free..).zip(models) {
        upsert.execute(named_params! {
            ":connection": of.as_str(),
            ":kind": to_word(&CatalogKind::Model)?,
            ":model": model.as_str(),
            ":position": position,
            ":enabled": enabled,
        })?;
    }
    Ok(())
}

/// Switches exactly these models of a connection on.
pub(crate) fn enable_only(connection: &Connection, of: &ConnectionId, enabled: &[ModelId]) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE catalog_items SET enabled = 0 WHERE connection = ? AND kind = 'model'")?
        .execute([of.as_str()])?;
    enable(connection, of, enabled, true)
}

fn next_position(connection: &Connection, of: &ConnectionId) -> Result<i64, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT coalesce(max(position) + 1, 0) FROM catalog_items WHERE connection = ?")?;
    Ok(statement.query_row([of.as_str()], |row| row.get(0))?)
}

fn read_model(row: &Row<'_>) -> Result<ModelRow, StoreError> {
    Ok(ModelRow {
        connection: ConnectionId(row.get("connection")?),
        id: ModelId(row.get("remote_id")?),
        enabled: row.get("enabled")?,
        typed_in: row.get("typed_in")?,
        chats: row.get("chats")?,
        capabilities: from_json(row, "capabilities")?,
        shutdown_date: row.get("shutdown_date")?,
    })
}

fn read_item(row: &Row<'_>) -> Result<CatalogItem, StoreError> {
    Ok(CatalogItem {
        remote_id: row.get("remote_id")?,
        kind: from_word(row, "kind")?,
        name: row.get("name")?,
        description: row.get("description")?,
        capabilities: from_json(row, "capabilities")?,
        shutdown_date: row.get("shutdown_date")?,
        chats: row.get("chats")?,
        enabled: row.get("enabled")?,
    })
}
