//! Table `agents`; grants are in tables of their own.

use std::borrow::Cow;

use hub_contract::agent::AgentSource;
use hub_contract::connection::DependentAgents;
use hub_contract::id::{AgentId, ConnectionId, ModelId};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use crate::columns::{collect, from_json, from_optional_json, platform, to_json};
use crate::{AgentRow, StoreError, grants};

/// What [`read`] takes, in its order. With 2,000 agents, finding each column by its name takes longer than reading it.
macro_rules! select {
    ($prompt:literal, $rest:literal) => {
        concat!(
            "SELECT id, name, group_name, description, icon, platform, source, app, enabled, position, created_at, ",
            $prompt,
            " FROM agents ",
            $rest
        )
    };
}

/// All agents, in their order.
pub(crate) fn list(connection: &Connection) -> Result<Vec<AgentRow>, StoreError> {
    all(connection, select!("prompt, parameters", "ORDER BY id"))
}

/// The same without role prompts and their parameters, which are most of what there is to read.
pub(crate) fn outlines(connection: &Connection) -> Result<Vec<AgentRow>, StoreError> {
    all(connection, select!("NULL, NULL", "ORDER BY id"))
}

fn all(connection: &Connection, sql: &str) -> Result<Vec<AgentRow>, StoreError> {
    let count: usize = connection.prepare_cached("SELECT count(*) FROM agents")?.query_row([], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(sql)?;
    // Rows are large: a list that grows would copy them again and again.
    let mut agents = Vec::with_capacity(count);
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        agents.push(read(row)?);
    }
    // By their ids, as they come from the table, and so do their grants.
    grants::fill(connection, &mut agents, None)?;
    // SQLite would carry every whole row through its sorter. Those of one place stay in the order of their ids.
    agents.sort_by_cached_key(|agent| (agent.position, agent.created_at));
    Ok(agents)
}

/// The ids of all agents.
pub(crate) fn ids(connection: &Connection) -> Result<Vec<AgentId>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id FROM agents")?;
    collect(&mut statement, [], |row| Ok(AgentId(row.get(0)?)))
}

pub(crate) fn get(connection: &Connection, id: &AgentId) -> Result<Option<AgentRow>, StoreError> {
    let mut statement = connection.prepare_cached(select!("prompt, parameters", "WHERE id = ?"))?;
    let mut found = collect(&mut statement, [id.as_str()], read)?;
    grants::fill(connection, &mut found, Some(id))?;
    Ok(found.pop())
}

/// Adds an agent after all others, whatever its row says about its place.
pub(crate) fn insert(connection: &Connection, row: &AgentRow) -> Result<(), StoreError> {
    let last: Option<u32> =
        connection.prepare_cached("SELECT max(position) FROM agents")?.query_row([], |row| row.get(0))?;
    insert_at(connection, row, last.map_or(0, |last| last + 1))
}

fn insert_at(connection: &Connection, row: &AgentRow, position: u32) -> Result<(), StoreError> {
    write(
        connection,
        "INSERT INTO agents
            (id, name, group_name, description, icon, platform, connection, source, prompt, parameters, app, enabled,
             position, created_at)
         VALUES
            (:id, :name, :group_name, :description, :icon, :platform, :connection, :source, :prompt, :parameters, :app,
             :enabled, :position, :created_at)",
        row,
        position,
    )?;
    grants::set(connection, row)
}

/// Adds an agent at the place that its row says, or stores it in place of the one with its id.
pub(crate) fn put(connection: &Connection, row: &AgentRow) -> Result<(), StoreError> {
    if update_at(connection, row, row.position)? { Ok(()) } else { insert_at(connection, row, row.position) }
}

/// Stores an agent in place of the one with its id; its place in the list stays.
pub(crate) fn update(connection: &Connection, row: &AgentRow) -> Result<(), StoreError> {
    let mut place = connection.prepare_cached("SELECT position FROM agents WHERE id = ?")?;
    let place = place.query_row([row.id.as_str()], |row| row.get(0)).optional()?;
    let missing = || StoreError::not_found("agent", row.id.as_str());
    update_at(connection, row, place.ok_or_else(missing)?).map(drop)
}

/// Answers whether there was one.
fn update_at(connection: &Connection, row: &AgentRow, position: u32) -> Result<bool, StoreError> {
    let changed = write(
        connection,
        "UPDATE agents SET
            name = :name, group_name = :group_name, description = :description, icon = :icon, platform = :platform,
            connection = :connection, source = :source, prompt = :prompt, parameters = :parameters, app = :app,
            enabled = :enabled, position = :position, created_at = :created_at
         WHERE id = :id",
        row,
        position,
    )?;
    if changed > 0 {
        grants::set(connection, row)?;
    }
    Ok(changed > 0)
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

fn write(connection: &Connection, sql: &str, row: &AgentRow, position: u32) -> Result<usize, StoreError> {
    let (prompt, parameters) = match &row.source {
        AgentSource::Prompt { prompt, parameters, .. } => (Some(prompt), Some(to_json(parameters)?)),
        AgentSource::Remote { .. } => (None, None),
    };
    Ok(connection.prepare_cached(sql)?.execute(named_params! {
        ":id": row.id.as_str(),
        ":name": row.name,
        ":group_name": row.group,
        ":description": row.description,
        ":icon": row.icon,
        ":platform": row.platform.as_str(),
        ":connection": row.source.connection().as_str(),
        ":source": to_json(&Source::of(&row.source))?,
        ":prompt": prompt,
        ":parameters": parameters,
        ":app": to_json(&row.app)?,
        ":enabled": row.enabled,
        ":position": position,
        ":created_at": row.created_at,
    })?)
}

/// An agent without its grants.
fn read(row: &Row<'_>) -> Result<AgentRow, StoreError> {
    Ok(AgentRow {
        id: AgentId(row.get(0)?),
        name: row.get(1)?,
        group: row.get(2)?,
        description: row.get(3)?,
        icon: row.get(4)?,
        platform: platform(row, 5)?.ok_or_else(|| StoreError::Damaged("an agent has no platform".to_owned()))?,
        source: from_json::<Source<'_>>(row, 6)?.with_prompt(row)?,
        app: from_json(row, 7)?,
        enabled: row.get(8)?,
        plans: Vec::new(),
        groups: Vec::new(),
        position: row.get(9)?,
        created_at: row.get(10)?,
    })
}

/// What stands behind an agent, as column `source` has it: a prompt and its parameters have columns of their own. Flat,
/// because serde keeps a tagged enum's fields aside before it reads them.
#[derive(Serialize, Deserialize)]
struct Source<'a> {
    #[serde(rename = "type")]
    kind: Kind,
    connection: Cow<'a, ConnectionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remote_id: Option<Cow<'a, str>>,
    #[serde(default)]
    workflow: bool,
    /// Only a prompt has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<Cow<'a, ModelId>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Remote,
    Prompt,
}

impl<'a> Source<'a> {
    fn of(source: &'a AgentSource) -> Self {
        let connection = Cow::Borrowed(source.connection());
        match source {
            AgentSource::Remote { remote_id, workflow, .. } => {
                let remote_id = remote_id.as_deref().map(Cow::Borrowed);
                Self { kind: Kind::Remote, connection, remote_id, workflow: *workflow, model: None }
            }
            AgentSource::Prompt { model, .. } => {
                let model = Some(Cow::Borrowed(model));
                Self { kind: Kind::Prompt, connection, remote_id: None, workflow: false, model }
            }
        }
    }

    /// With the prompt of the row, if it was selected.
    fn with_prompt(self, row: &Row<'_>) -> Result<AgentSource, StoreError> {
        let connection = self.connection.into_owned();
        Ok(match (self.kind, self.model) {
            (Kind::Remote, _) => {
                let remote_id = self.remote_id.map(Cow::into_owned);
                AgentSource::Remote { connection, remote_id, workflow: self.workflow }
            }
            (Kind::Prompt, Some(model)) => AgentSource::Prompt {
                connection,
                model: model.into_owned(),
                prompt: row.get::<_, Option<String>>(11)?.unwrap_or_default(),
                parameters: from_optional_json(row, 12)?.unwrap_or_default(),
            },
            (Kind::Prompt, None) => return Err(StoreError::Damaged("an agent has no model".to_owned())),
        })
    }
}
