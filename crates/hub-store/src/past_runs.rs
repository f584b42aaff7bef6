//! Earlier runs: answers with what was filled in for them. They are read out of the messages; nothing is kept twice.

use std::collections::BTreeMap;

use hub_contract::conversation::Target;
use hub_contract::id::{ConversationId, MessageId};
use rusqlite::{Connection, named_params};
use serde_json::Value;

use crate::columns::{from_optional_json, to_json};
use crate::messages::{key_of, read_state};
use crate::{PastRunRow, PastRunsOf, StoreError};

/// How much of a question's text is told, in characters: it may be very long.
const PAST_RUN_CHARS: u32 = 400;

/// The runs, newest first.
pub(crate) fn list(connection: &Connection, of: &PastRunsOf) -> Result<Vec<PastRunRow>, StoreError> {
    let before = of.before.as_ref().map(|id| key_of(connection, id)).transpose()?.unwrap_or(i64::MAX);
    // Keys only: sorting would read the whole body of every answer. Their order is the order of writing.
    let mut answers = connection.prepare_cached(
        "SELECT m.key FROM conversations c JOIN messages m ON m.conversation = c.key
         WHERE c.target = :target AND m.role = 'assistant' AND m.key < :before ORDER BY m.key DESC",
    )?;
    let target = to_json(&Target::Agent { agent: of.agent.clone() })?;
    let mut keys = answers.query(named_params! { ":target": target, ":before": before })?;
    let limit = usize::try_from(of.limit).unwrap_or(usize::MAX);
    let mut runs = Vec::new();
    while runs.len() < limit {
        let Some(key) = keys.next()? else { break };
        if let Some(run) = run(connection, key.get(0)?, of.only_with_inputs)? {
            runs.push(run);
        }
    }
    Ok(runs)
}

/// The run that ends with an answer; nothing for a copy, and for one that waited and then went on.
fn run(connection: &Connection, answer: i64, only_with_inputs: bool) -> Result<Option<PastRunRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT m.id, c.id AS conversation, m.parent, m.state, m.state_facts, m.created_at,
                json_extract(m.body, '$.facts.total_ms') AS total_ms
         FROM messages m JOIN conversations c ON c.key = m.conversation
         WHERE m.key = ?1 AND json_extract(m.body, '$.copied_from') IS NULL
         AND NOT EXISTS (SELECT 1 FROM messages n
                         WHERE n.parent = ?1 AND json_extract(n.body, '$.answer') IS NOT NULL)",
    )?;
    let mut rows = statement.query([answer])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let Some(question) = row.get("parent")? else { return Ok(None) };
    let asked = asked(connection, question)?;
    if only_with_inputs && asked.inputs.is_empty() {
        return Ok(None);
    }
    let last: Option<u64> = row.get("total_ms")?;
    Ok(Some(PastRunRow {
        conversation: ConversationId(row.get("conversation")?),
        answer: MessageId(row.get("id")?),
        state: read_state(row)?,
        created_at: row.get("created_at")?,
        // A run of several parts is as long as they are together.
        total_ms: last.into_iter().chain(asked.earlier_ms).reduce(u64::saturating_add),
        text: asked.text,
        inputs: asked.inputs,
    }))
}

/// What a run began with.
struct Asked {
    text: String,
    inputs: BTreeMap<String, Value>,
    /// How long the parts before the last one took.
    earlier_ms: Option<u64>,
}

/// Goes up from the question of an answer to the one that the run began with: what a person answered while the run
/// waited belongs to it.
fn asked(connection: &Connection, question: i64) -> Result<Asked, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT substr(q.text, 1, :chars) AS text, json_extract(q.body, '$.inputs') AS inputs,
                iif(json_extract(q.body, '$.answer') IS NULL, NULL, w.parent) AS earlier,
                json_extract(w.body, '$.facts.total_ms') AS total_ms
         FROM messages q LEFT JOIN messages w ON w.key = q.parent WHERE q.key = :question",
    )?;
    let (mut question, mut earlier_ms) = (question, None::<u64>);
    // A parent is older than what follows it, so this ends.
    loop {
        let mut rows = statement.query(named_params! { ":chars": PAST_RUN_CHARS, ":question": question })?;
        let row = rows.next()?.ok_or_else(|| StoreError::Damaged(format!("message {question} has lost its row")))?;
        let Some(earlier) = row.get("earlier")? else {
            let inputs = from_optional_json(row, "inputs")?.unwrap_or_default();
            return Ok(Asked { text: row.get("text")?, inputs, earlier_ms });
        };
        let ms: Option<u64> = row.get("total_ms")?;
        earlier_ms = earlier_ms.into_iter().chain(ms).reduce(u64::saturating_add);
        question = earlier;
    }
}
