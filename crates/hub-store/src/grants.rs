//! Tables `agent_plans` and `agent_groups`: who may use an agent.

use std::collections::HashMap;

use hub_contract::id::{AgentId, GroupId, PlanId};
use rusqlite::Connection;

use crate::columns::{collect, insert_known};
use crate::{AgentRow, StoreError};

/// Fills the grants of these agents in; `only` is the one agent they all are, if they are one.
pub(crate) fn fill(connection: &Connection, agents: &mut [AgentRow], only: Option<&AgentId>) -> Result<(), StoreError> {
    let mut plans = by_agent(connection, "agent_plans", "plan", only)?;
    let mut groups = by_agent(connection, "agent_groups", "user_group", only)?;
    for agent in agents {
        agent.plans = plans.remove(agent.id.as_str()).unwrap_or_default().into_iter().map(PlanId).collect();
        agent.groups = groups.remove(agent.id.as_str()).unwrap_or_default().into_iter().map(GroupId).collect();
    }
    Ok(())
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

fn by_agent(
    connection: &Connection,
    table: &str,
    column: &str,
    only: Option<&AgentId>,
) -> Result<HashMap<String, Vec<String>>, StoreError> {
    let chosen = if only.is_some() { "agent = ?1" } else { "?1 IS NULL" };
    let mut statement = connection
        .prepare_cached(&format!("SELECT agent, {column} FROM {table} WHERE {chosen} ORDER BY agent, {column}"))?;
    let mut grants: HashMap<String, Vec<String>> = HashMap::new();
    for (agent, grant) in collect(&mut statement, [only.map(AgentId::as_str)], |row| Ok((row.get(0)?, row.get(1)?)))? {
        grants.entry(agent).or_default().push(grant);
    }
    Ok(grants)
}
