//! Tables `agent_plans` and `agent_groups`: who may use an agent.

use hub_contract::id::{AgentId, GroupId, PlanId};
use rusqlite::Connection;

use crate::columns::insert_known;
use crate::{AgentRow, StoreError};

/// Fills the grants of these agents in, which stand in the order of their ids; `only` is the one agent they all are, if
/// they are one.
pub(crate) fn fill(connection: &Connection, agents: &mut [AgentRow], only: Option<&AgentId>) -> Result<(), StoreError> {
    // Grants come in the order of their agents' ids, so both are walked once, side by side.
    let mut next = 0;
    each(connection, "agent_plans", "plan", only, |agent, plan| {
        if let Some(agent) = reach(agents, &mut next, agent) {
            agent.plans.push(PlanId(plan));
        }
    })?;
    next = 0;
    each(connection, "agent_groups", "user_group", only, |agent, group| {
        if let Some(agent) = reach(agents, &mut next, agent) {
            agent.groups.push(GroupId(group));
        }
    })
}

/// Goes on to the agent with that id, which is not before the last one.
fn reach<'a>(agents: &'a mut [AgentRow], next: &mut usize, id: &str) -> Option<&'a mut AgentRow> {
    while agents.get(*next).is_some_and(|agent| agent.id.as_str() < id) {
        *next += 1;
    }
    agents.get_mut(*next).filter(|agent| agent.id.as_str() == id)
}

/// Sets the grants of an agent anew.
pub(crate) fn set(connection: &Connection, agent: &AgentRow) -> Result<(), StoreError> {
    let id = agent.id.as_str();
    connection.prepare_cached("DELETE FROM agent_plans WHERE agent = ?")?.execute([id])?;
    connection.prepare_cached("DELETE FROM agent_groups WHERE agent = ?")?.execute([id])?;
    let sql = "INSERT OR IGNORE INTO agent_plans (agent, plan) SELECT ?1, id FROM plans WHERE id = ?2";
    agent.plans.iter().try_for_each(|plan| insert_known(connection, sql, id, "plan", plan.as_str()))?;
    let sql = "INSERT OR IGNORE INTO agent_groups (agent, user_group) SELECT ?1, id FROM user_groups WHERE id = ?2";
    agent.groups.iter().try_for_each(|group| insert_known(connection, sql, id, "group", group.as_str()))
}

/// Hands out every grant of a table, with its agent.
fn each(
    connection: &Connection,
    table: &str,
    column: &str,
    only: Option<&AgentId>,
    mut take: impl FnMut(&str, String),
) -> Result<(), StoreError> {
    let chosen = if only.is_some() { "agent = ?1" } else { "?1 IS NULL" };
    let mut statement = connection
        .prepare_cached(&format!("SELECT agent, {column} FROM {table} WHERE {chosen} ORDER BY agent, {column}"))?;
    let mut rows = statement.query([only.map(AgentId::as_str)])?;
    while let Some(row) = rows.next()? {
        take(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?, row.get(1)?);
    }
    Ok(())
}
