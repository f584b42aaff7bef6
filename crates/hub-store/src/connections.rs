//! Table `connections`.

use hub_contract::id::ConnectionId;
use hub_contract::settings::ProxySetting;
use rusqlite::{Connection, Row, named_params};

use crate::columns::{collect, from_json, from_optional_json, platform, to_json};
use crate::{ConnectionRow, StoreError};

pub(crate) fn list(connection: &Connection) -> Result<Vec<ConnectionRow>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM connections ORDER BY created_at, id")?;
    collect(&mut statement, [], read)
}

pub(crate) fn get(connection: &Connection, id: &ConnectionId) -> Result<Option<ConnectionRow>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM connections WHERE id = ?")?;
    Ok(collect(&mut statement, [id.as_str()], read)?.pop())
}

pub(crate) fn insert(connection: &Connection, row: &ConnectionRow) -> Result<(), StoreError> {
    write(
        connection,
        "INSERT INTO connections
            (id, platform, name, base_url, fields, secrets, proxy, plain_http_allowed, last_test, catalog_at, created_at)
         VALUES
            (:id, :platform, :name, :base_url, :fields, :secrets, :proxy, :plain_http_allowed, :last_test, :catalog_at,
             :created_at)",
        row,
    )?;
    Ok(())
}

pub(crate) fn update(connection: &Connection, row: &ConnectionRow) -> Result<(), StoreError> {
    let changed = write(
        connection,
        "UPDATE connections SET
            platform = :platform, name = :name, base_url = :base_url, fields = :fields, secrets = :secrets,
            proxy = :proxy, plain_http_allowed = :plain_http_allowed, last_test = :last_test,
            catalog_at = :catalog_at, created_at = :created_at
         WHERE id = :id",
        row,
    )?;
    found(changed, &row.id)
}

/// Removes a connection and its catalogue. Conversations name it in their target only, so they stay.
pub(crate) fn remove(connection: &Connection, id: &ConnectionId) -> Result<(), StoreError> {
    let changed = connection.prepare_cached("DELETE FROM connections WHERE id = ?")?.execute([id.as_str()])?;
    found(changed, id)
}

/// No connection has a secret any more, nor a password for its proxy.
pub(crate) fn forget_secrets(connection: &Connection) -> Result<(), StoreError> {
    for mut row in list(connection)? {
        row.secrets.clear();
        if let Some(ProxySetting::Custom { has_password, .. }) = &mut row.proxy {
            *has_password = false;
        }
        update(connection, &row)?;
    }
    Ok(())
}

pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM connections", [], |row| row.get(0))?)
}

fn write(connection: &Connection, sql: &str, row: &ConnectionRow) -> Result<usize, StoreError> {
    let proxy = row.proxy.as_ref().map(to_json).transpose()?;
    let last_test = row.last_test.as_ref().map(to_json).transpose()?;
    let changed = connection.prepare_cached(sql)?.execute(named_params! {
        ":id": row.id.as_str(),
        ":platform": row.platform.as_str(),
        ":name": row.name,
        ":base_url": row.base_url,
        ":fields": to_json(&row.fields)?,
        ":secrets": to_json(&row.secrets)?,
        ":proxy": proxy,
        ":plain_http_allowed": row.plain_http_allowed,
        ":last_test": last_test,
        ":catalog_at": row.catalog_at,
        ":created_at": row.created_at,
    })?;
    Ok(changed)
}

fn read(row: &Row<'_>) -> Result<ConnectionRow, StoreError> {
    Ok(ConnectionRow {
        id: ConnectionId(row.get("id")?),
        platform: platform(row, "platform")?
            .ok_or_else(|| StoreError::Damaged("a connection has no platform".to_owned()))?,
        name: row.get("name")?,
        base_url: row.get("base_url")?,
        fields: from_json(row, "fields")?,
        secrets: from_json(row, "secrets")?,
        proxy: from_optional_json(row, "proxy")?,
        plain_http_allowed: row.get("plain_http_allowed")?,
        last_test: from_optional_json(row, "last_test")?,
        catalog_at: row.get("catalog_at")?,
        created_at: row.get("created_at")?,
    })
}

fn found(changed: usize, id: &ConnectionId) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::not_found("connection", id.as_str())) } else { Ok(()) }
}
