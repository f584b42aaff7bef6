//! Table `user_groups`.

use hub_contract::id::GroupId;
use rusqlite::{Connection, Row, named_params};

use crate::columns::{collect, refuse_taken_name};
use crate::{GroupRow, StoreError, Uses};

/// All user groups, in the order they were made.
pub(crate) fn list(connection: &Connection) -> Result<Vec<GroupRow>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT id, name, name_key, created_at FROM user_groups ORDER BY created_at, id")?;
    collect(&mut statement, [], read)
}

/// The same with what hangs on each, which has to be counted.
pub(crate) fn list_with_uses(connection: &Connection) -> Result<Vec<(GroupRow, Uses)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, name_key, created_at,
            (SELECT count(*) FROM member_groups WHERE user_group = user_groups.id) AS members,
            (SELECT count(*) FROM agent_groups WHERE user_group = user_groups.id) AS agents
         FROM user_groups ORDER BY created_at, id",
    )?;
    collect(&mut statement, [], |row| Ok((read(row)?, Uses { members: row.get(4)?, agents: row.get(5)? })))
}

/// Adds a group, or gives the one with its id this name.
pub(crate) fn put(connection: &Connection, row: &GroupRow) -> Result<(), StoreError> {
    refuse_taken_name(connection, "user_groups", "group", row.id.as_str(), &row.name_key)?;
    connection
        .prepare_cached(
            "INSERT INTO user_groups (id, name, name_key, created_at) VALUES (:id, :name, :name_key, :created_at)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key",
        )?
        .execute(named_params! {
            ":id": row.id.as_str(), ":name": row.name, ":name_key": row.name_key, ":created_at": row.created_at,
        })?;
    Ok(())
}

/// Removes a group. Its members leave it; agents that it opens lose that grant.
pub(crate) fn remove(connection: &Connection, id: &GroupId) -> Result<(), StoreError> {
    let changed = connection.prepare_cached("DELETE FROM user_groups WHERE id = ?")?.execute([id.as_str()])?;
    if changed == 0 { Err(StoreError::not_found("group", id.as_str())) } else { Ok(()) }
}

fn read(row: &Row<'_>) -> Result<GroupRow, StoreError> {
    Ok(GroupRow { id: GroupId(row.get(0)?), name: row.get(1)?, name_key: row.get(2)?, created_at: row.get(3)? })
}
