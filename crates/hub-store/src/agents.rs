//! Table `agents`; grants are in tables of their own.

use hub_contract::connection::DependentAgents;
use hub_contract::id::{AgentId, ConnectionId};
use rusqlite::{Connection, Row, named_params};

use crate::columns::{collect, from_json, platform, to_json};
use crate::{AgentRow, StoreError, grants};

/// All agents, in their order.
pub(crate) fn list(connection: &Connection) -> Result<Vec<AgentRow>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM agents ORDER BY position, created_at, id")?;
    let mut agents = collect(&mut statement, [], read)?;
    grants::fill(connection, &mut agents, None)?;
    Ok(agents)
}

pub(crate) fn get(connection: &Connection, id: &AgentId) -> Result<Option<AgentRow>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM agents WHERE id = ?")?;
    let mut found = collect(&mut statement, [id.as_str()], read)?;
    grants::fill(connection, &mut found, Some(id))?;
    Ok(found.pop())
}

/// Adds an agent after all others, whatever its row says about its place.
pub(crate) fn insert(connection: &Connection, row: &AgentRow) -> Result<(), StoreError> {
    write(
        connection,
        "INSERT INTO agents
            (id, name, group_name, description, icon, platform, connection, source, app, enabled, position, created_at)
         VALUES
            (:id, :name, :group_name, :description, :icon, :platform, :connection, :source, :app, :enabled,
             (SELECT coalesce(max(position), -1) + 1 FROM agents), :created_at)",
        row,
    )?;
    grants::set(connection, row)
}

/// Adds an agent at the place that its row says, or stores it in place of the one with its id.
pub(crate) fn put(connection: &Connection, row: &AgentRow) -> Result<(), StoreError> {
    if get(connection, &row.id)?.is_some() {
        update(connection, row)?;
    } else {
        insert(connection, row)?;
    }
    connection
        .prepare_cached("UPDATE agents SET position = ? WHERE id = ?")?
        .execute((row.position, row.id.as_str()))?;
    Ok(())
}

/// Stores an agent in place of the one with its id; its place in the list stays.
pub(crate) fn update(connection: &Connection, row: &AgentRow) -> Result<(), StoreError> {
    let changed = write(
        connection,
        "UPDATE agents SET
            name = :name, group_name = :group_name, description = :description, icon = :icon, platform = :platform,
            connection = :connection, source = :source, app = :app, enabled = :enabled, created_at = :created_at
         WHERE id = :id",
        row,
    )?;
    if changed == 0 {
        return Err(StoreError::not_found("agent", row.id.as_str()));
    }
    grants::set(connection, row)
}

/// Removes an agent. Conversations name it in their target only, so they stay.
pub(crate) fn remove(connection: &Connection, id: &AgentId) -> Result<(), StoreError> {
    let changed = connection.prepare_cached("DELETE FROM agents WHERE id = ?")?.execute([id.as_str()])?;
    if changed == 0 { Err(StoreError::not_found("agent", id.as_str())) } else { Ok(()) }
}

/// What becomes of agents whose connection goes. Answers how many stand in the way.
pub(crate) fn leave_connection(
    connection: &Connection,
    of: &ConnectionId,
    then: DependentAgents,
) -> Result<usize, StoreError> {
    let sql = match then {
        DependentAgents::Refuse => {
            let mut count = connection.prepare_cached("SELECT count(*) FROM agents WHERE connection = ?")?;
            return Ok(count.query_row([of.as_str()], |row| row.get(0))?);
        }
        DependentAgents::Disable => "UPDATE agents SET enabled = 0 WHERE connection = ?",
        DependentAgents::Remove => "DELETE FROM agents WHERE connection = ?",
    };
    connection.prepare_cached(sql)?.execute([of.as_str()])?;
    Ok(0)
}

fn write(connection: &Connection, sql: &str, row: &AgentRow) -> Result<usize, StoreError> {
    Ok(connection.prepare_cached(sql)?.execute(named_params! {
        ":id": row.id.as_str(),
        ":name": row.name,
        ":group_name": row.group,
        ":description": row.description,
        ":icon": row.icon,
        ":platform": row.platform.as_str(),
        ":connection": row.source.connection().as_str(),
        ":source": to_json(&row.source)?,
        ":app": to_json(&row.app)?,
        ":enabled": row.enabled,
        ":created_at": row.created_at,
    })?)
}

/// An agent without its grants.
fn read(row: &Row<'_>) -> Result<AgentRow, StoreError> {
    Ok(AgentRow {
        id: AgentId(row.get("id")?),
        name: row.get("name")?,
        group: row.get("group_name")?,
        description: row.get("description")?,
        icon: row.get("icon")?,
        platform: platform(row, "platform")?
            .ok_or_else(|| StoreError::Damaged("an agent has no platform".to_owned()))?,
        source: from_json(row, "source")?,
        app: from_json(row, "app")?,
        enabled: row.get("enabled")?,
        plans: Vec::new(),
        groups: Vec::new(),
        position: row.get("position")?,
        created_at: row.get("created_at")?,
    })
}
