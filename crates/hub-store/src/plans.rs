//! Table `plans`.

use hub_contract::id::PlanId;
use rusqlite::{Connection, Row, named_params};

use crate::columns::{collect, refuse_taken_name};
use crate::{PlanRow, StoreError, Uses};

/// All plans, in the order they were made.
pub(crate) fn list(connection: &Connection) -> Result<Vec<PlanRow>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM plans ORDER BY created_at, id")?;
    collect(&mut statement, [], read)
}

/// The same with what hangs on each, which has to be counted.
pub(crate) fn list_with_uses(connection: &Connection) -> Result<Vec<(PlanRow, Uses)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT plans.*,
            (SELECT count(*) FROM members WHERE plan = plans.id) AS members,
            (SELECT count(*) FROM agent_plans WHERE plan = plans.id) AS agents
         FROM plans ORDER BY created_at, id",
    )?;
    collect(&mut statement, [], |row| {
        Ok((read(row)?, Uses { members: row.get("members")?, agents: row.get("agents")? }))
    })
}

/// Adds a plan, or gives the one with its id this name.
pub(crate) fn put(connection: &Connection, row: &PlanRow) -> Result<(), StoreError> {
    refuse_taken_name(connection, "plans", "plan", row.id.as_str(), &row.name_key)?;
    connection
        .prepare_cached(
            "INSERT INTO plans (id, name, name_key, created_at) VALUES (:id, :name, :name_key, :created_at)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key",
        )?
        .execute(named_params! {
            ":id": row.id.as_str(), ":name": row.name, ":name_key": row.name_key, ":created_at": row.created_at,
        })?;
    Ok(())
}

/// Removes a plan. Members that have it then have none; agents that it opens lose that grant.
pub(crate) fn remove(connection: &Connection, id: &PlanId) -> Result<(), StoreError> {
    // The end of a plan that is gone means nothing, and would be the end of the next one.
    connection.prepare_cached("UPDATE members SET until = NULL WHERE plan = ?")?.execute([id.as_str()])?;
    let changed = connection.prepare_cached("DELETE FROM plans WHERE id = ?")?.execute([id.as_str()])?;
    if changed == 0 { Err(StoreError::not_found("plan", id.as_str())) } else { Ok(()) }
}

fn read(row: &Row<'_>) -> Result<PlanRow, StoreError> {
    Ok(PlanRow {
        id: PlanId(row.get("id")?),
        name: row.get("name")?,
        name_key: row.get("name_key")?,
        created_at: row.get("created_at")?,
    })
}
