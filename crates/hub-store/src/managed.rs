//! Everything that a bundle brings, put in place of what the bundle before it brought, in one transaction.

use std::collections::HashSet;

use hub_contract::id::{ConnectionId, ModelId};
use rusqlite::Connection;
use serde_json::Value;

use crate::{
    AgentRow, ConnectionRow, GroupRow, MemberRow, PlanRow, StoreError, agents, connections, members, models, plans,
    settings, user_groups,
};

/// The rows of a bundle. Connections that are not named stay as they are; plans, user groups, members and agents that are
/// not named go.
#[derive(Debug, Clone)]
pub struct ManagedRows {
    /// All plans.
    pub plans: Vec<PlanRow>,
    /// All user groups.
    pub groups: Vec<GroupRow>,
    /// All members.
    pub members: Vec<MemberRow>,
    /// All agents, with their places in the list.
    pub agents: Vec<AgentRow>,
    /// Connections to add or to change.
    pub connections: Vec<ConnectionRow>,
    /// Connections to remove.
    pub removed_connections: Vec<ConnectionId>,
    /// The models that shall be enabled, by connection; others of these connections are switched off.
    pub models: Vec<(ConnectionId, Vec<ModelId>)>,
    /// A setting that goes with them.
    pub setting: (String, Value),
}

pub(crate) fn replace(connection: &Connection, rows: &ManagedRows) -> Result<(), StoreError> {
    // Grants and memberships go along; names can then change places.
    connection.execute_batch("DELETE FROM members; DELETE FROM plans; DELETE FROM user_groups")?;
    rows.plans.iter().try_for_each(|row| plans::put(connection, row))?;
    rows.groups.iter().try_for_each(|row| user_groups::put(connection, row))?;
    rows.members.iter().try_for_each(|row| members::put(connection, row))?;

    for id in &rows.removed_connections {
        connections::remove(connection, id)?;
    }
    for row in &rows.connections {
        match connections::get(connection, &row.id)? {
            Some(_) => connections::update(connection, row)?,
            None => connections::insert(connection, row)?,
        }
    }
    for (of, enabled) in &rows.models {
        models::enable_only(connection, of, enabled)?;
    }

    let kept: HashSet<&str> = rows.agents.iter().map(|row| row.id.as_str()).collect();
    for old in agents::ids(connection)?.iter().filter(|id| !kept.contains(id.as_str())) {
        agents::remove(connection, old)?;
    }
    rows.agents.iter().try_for_each(|row| agents::put(connection, row))?;
    settings::set(connection, &rows.setting.0, &rows.setting.1)
}
