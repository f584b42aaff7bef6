//! Table `messages`: trees of questions and answers.

use hub_contract::UtcMs;
use hub_contract::conversation::{FileView, MessageBody, MessageState, MessageView};
use hub_contract::id::{ConversationId, FileId, MessageId};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::{Map, Value};

use crate::columns::{collect, from_json, from_word, to_json, to_word};
use crate::tree::{Node, Tree};
use crate::{ConversationRow, StoreError, conversations, files, search};

/// The branch through `through`, or the one written or chosen last, with siblings filled in: the last ones, if only those
/// are wanted, and how many stand above them.
pub(crate) fn branch(
    connection: &Connection,
    conversation: &ConversationId,
    through: Option<&MessageId>,
    last: Option<usize>,
) -> Result<(usize, Vec<MessageView>), StoreError> {
    let conversation = conversations::key(connection, conversation)?;
    let through = through.map(|id| key_in(connection, conversation, id)).transpose()?;
    let tree = Tree::new(nodes(connection, conversation)?);
    let read = |key: i64| {
        let mut message = by_key(connection, key)?;
        message.siblings = tree.siblings(key);
        Ok(message)
    };
    let branch = tree.branch(through);
    let before = last.map_or(0, |last| branch.len().saturating_sub(last));
    Ok((before, branch.into_iter().skip(before).map(read).collect::<Result<_, StoreError>>()?))
}

/// What stands above a message, oldest first, with siblings filled in: the nearest so many. Nothing if it is gone.
pub(crate) fn above(
    connection: &Connection,
    id: &MessageId,
    count: usize,
) -> Result<Option<Vec<MessageView>>, StoreError> {
    let Some(mut place) = place_of(connection, id)? else {
        return Ok(None);
    };
    let mut parent_of = connection.prepare_cached("SELECT parent FROM messages WHERE key = ?")?;
    let mut above = Vec::new();
    while let Some(key) = place.parent.filter(|_| above.len() < count) {
        place = Place { key, parent: parent_of.query_row([key], |row| row.get(0))?, ..place };
        let mut message = by_key(connection, key)?;
        message.siblings = siblings(connection, &place)?;
        above.push(message);
    }
    above.reverse();
    Ok(Some(above))
}

/// One message, with its siblings.
pub(crate) fn get(connection: &Connection, id: &MessageId) -> Result<Option<MessageView>, StoreError> {
    let Some(place) = place_of(connection, id)? else {
        return Ok(None);
    };
    let mut message = by_key(connection, place.key)?;
    message.siblings = siblings(connection, &place)?;
    Ok(Some(message))
}

/// All messages at the place of that one, in order, itself included.
pub(crate) fn siblings_of(connection: &Connection, id: &MessageId) -> Result<Vec<MessageId>, StoreError> {
    match place_of(connection, id)? {
        Some(place) => siblings(connection, &place),
        None => Ok(Vec::new()),
    }
}

/// Stores new messages, in order, so that each parent comes before what follows it. Returns the files they hold.
pub(crate) fn insert_all(
    connection: &Connection,
    conversations: &[ConversationRow],
    messages: &[MessageView],
    at: UtcMs,
) -> Result<Vec<FileId>, StoreError> {
    for row in conversations {
        conversations::insert(connection, row)?;
    }
    let mut linked = Vec::new();
    for message in messages {
        let conversation = conversations::key(connection, &message.conversation)?;
        insert(connection, conversation, message)?;
        conversations::grew(connection, conversation, at)?;
        conversations::clear_draft(connection, conversation)?;
        linked.extend(files::of(message).cloned());
    }
    // A question on an older branch makes that branch the one that is shown.
    for last in messages.chunk_by(|a, b| a.conversation == b.conversation).filter_map(<[_]>::last) {
        choose(connection, &last.id, at)?;
    }
    Ok(linked)
}

/// Makes the branch through that message the one that is shown from now on.
pub(crate) fn choose(connection: &Connection, id: &MessageId, at: UtcMs) -> Result<(), StoreError> {
    let place = place_of(connection, id)?.ok_or_else(|| StoreError::not_found("message", id.as_str()))?;
    let tree = Tree::new(nodes(connection, place.conversation)?);
    let mut update = connection.prepare_cached("UPDATE messages SET chosen_at = ? WHERE key = ?")?;
    for (key, moment) in tree.passed_over(place.key, at) {
        update.execute((moment, key))?;
    }
    Ok(())
}

/// Stores how far answers have come. Answers that were removed meanwhile are passed over. Returns the files they hold.
pub(crate) fn save_all(connection: &Connection, answers: &[MessageView]) -> Result<Vec<FileId>, StoreError> {
    let mut linked = Vec::new();
    for answer in answers {
        let Some(place) = place_of(connection, &answer.id)? else {
            continue;
        };
        save(connection, place.key, answer)?;
        linked.extend(files::of(answer).cloned());
    }
    Ok(linked)
}

/// The answers of a conversation that hold a text and that the platform keeps in that conversation of its own.
pub(crate) fn kept_in(
    connection: &Connection,
    conversation: &ConversationId,
    remote: &str,
) -> Result<Vec<MessageId>, StoreError> {
    let conversation = conversations::key(connection, conversation)?;
    let mut statement = connection.prepare_cached(
        "SELECT id FROM messages WHERE conversation = ? AND role = 'assistant' AND text <> ''
         AND json_extract(body, '$.remote.conversation') = ?",
    )?;
    let ids =
        statement.query_map((conversation, remote), |row| row.get(0).map(MessageId))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Answers that were growing when the program ended grow no more: they become truncated, for no known reason.
pub(crate) fn mark_interrupted(connection: &Connection) -> Result<(), StoreError> {
    let mut streaming = connection.prepare("SELECT key, text, body FROM messages WHERE state = 'streaming'")?;
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, from_json(row, "body")?));
    let interrupted: Vec<(i64, String, MessageBody)> = collect(&mut streaming, [], read)?;
    let (state, facts) = state_columns(&MessageState::Truncated { error: None })?;
    for (key, text, body) in interrupted {
        connection
            .prepare_cached("UPDATE messages SET state = ?, state_facts = ? WHERE key = ?")?
            .execute((&state, &facts, key))?;
        search::index(connection, key, &text, &body.parts)?;
    }
    Ok(())
}

pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM messages", [], |row| row.get(0))?)
}

/// Where a message stands.
struct Place {
    key: i64,
    conversation: i64,
    parent: Option<i64>,
}

fn place_of(connection: &Connection, id: &MessageId) -> Result<Option<Place>, StoreError> {
    let read = |row: &Row<'_>| Ok(Place { key: row.get(0)?, conversation: row.get(1)?, parent: row.get(2)? });
    let mut statement = connection.prepare_cached("SELECT key, conversation, parent FROM messages WHERE id = ?")?;
    Ok(statement.query_row([id.as_str()], read).optional()?)
}

fn key_in(connection: &Connection, conversation: i64, id: &MessageId) -> Result<i64, StoreError> {
    place_of(connection, id)?
        .filter(|place| place.conversation == conversation)
        .map(|place| place.key)
        .ok_or_else(|| StoreError::not_found("message", id.as_str()))
}

/// The key of a message, wherever it stands.
pub(crate) fn key_of(connection: &Connection, id: &MessageId) -> Result<i64, StoreError> {
    place_of(connection, id)?.map(|place| place.key).ok_or_else(|| StoreError::not_found("message", id.as_str()))
}

fn siblings(connection: &Connection, place: &Place) -> Result<Vec<MessageId>, StoreError> {
    let (sql, key) = match place.parent {
        Some(parent) => ("SELECT id FROM messages WHERE parent = ? ORDER BY created_at, id", parent),
        // The unary plus keeps SQLite from walking through the first messages of all conversations.
        None => (
            "SELECT id FROM messages WHERE conversation = ? AND +parent IS NULL ORDER BY created_at, id",
            place.conversation,
        ),
    };
    let mut statement = connection.prepare_cached(sql)?;
    let ids = statement.query_map([key], |row| row.get(0).map(MessageId))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

fn nodes(connection: &Connection, conversation: i64) -> Result<Vec<Node>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT key, parent, created_at, chosen_at, id FROM messages WHERE conversation = ?")?;
    let read = |row: &Row<'_>| {
        Ok(Node {
            key: row.get(0)?,
            parent: row.get(1)?,
            created_at: row.get(2)?,
            chosen_at: row.get(3)?,
            id: MessageId(row.get(4)?),
        })
    };
    let nodes = statement.query_map([conversation], read)?.collect::<Result<_, _>>()?;
    Ok(nodes)
}

fn by_key(connection: &Connection, key: i64) -> Result<MessageView, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT m.id, c.id AS conversation, p.id AS parent, m.role, m.state, m.state_facts, m.created_at, m.text, m.body
         FROM messages m JOIN conversations c ON c.key = m.conversation LEFT JOIN messages p ON p.key = m.parent
         WHERE m.key = ?",
    )?;
    let mut message = collect(&mut statement, [key], read)?
        .pop()
        .ok_or_else(|| StoreError::Damaged(format!("message {key} is in an index but not in its table")))?;
    message.attachments = attachments(connection, key)?;
    Ok(message)
}

fn attachments(connection: &Connection, key: i64) -> Result<Vec<FileView>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT f.id, l.name, l.mime, f.bytes FROM message_files l JOIN files f ON f.id = l.file
         WHERE l.message = ? AND l.use = 'attachment' ORDER BY l.position",
    )?;
    let read = |row: &Row<'_>| {
        Ok(FileView { id: FileId(row.get(0)?), name: row.get(1)?, mime: row.get(2)?, bytes: row.get(3)? })
    };
    let files = statement.query_map([key], read)?.collect::<Result<_, _>>()?;
    Ok(files)
}

fn read(row: &Row<'_>) -> Result<MessageView, StoreError> {
    Ok(MessageView {
        id: MessageId(row.get("id")?),
        conversation: ConversationId(row.get("conversation")?),
        parent: row.get::<_, Option<String>>("parent")?.map(MessageId),
        role: from_word(row, "role")?,
        state: read_state(row)?,
        text: row.get("text")?,
        body: from_json(row, "body")?,
        attachments: Vec::new(),
        siblings: Vec::new(),
        created_at: row.get("created_at")?,
    })
}

fn insert(connection: &Connection, conversation: i64, message: &MessageView) -> Result<(), StoreError> {
    let parent = message.parent.as_ref().map(|id| key_in(connection, conversation, id)).transpose()?;
    let (state, facts) = state_columns(&message.state)?;
    connection
        .prepare_cached(
            "INSERT INTO messages (id, conversation, parent, role, state, state_facts, created_at, text, body)
             VALUES (:id, :conversation, :parent, :role, :state, :state_facts, :created_at, :text, :body)",
        )?
        .execute(named_params! {
            ":id": message.id.as_str(),
            ":conversation": conversation,
            ":parent": parent,
            ":role": to_word(&message.role)?,
            ":state": state,
            ":state_facts": facts,
            ":created_at": message.created_at,
            ":text": message.text,
            ":body": to_json(&message.body)?,
        })?;
    let key = connection.last_insert_rowid();
    files::link(connection, key, message)?;
    if message.state != MessageState::Streaming {
        search::index(connection, key, &message.text, &message.body.parts)?;
    }
    Ok(())
}

fn save(connection: &Connection, key: i64, answer: &MessageView) -> Result<(), StoreError> {
    let (state, facts) = state_columns(&answer.state)?;
    connection
        .prepare_cached("UPDATE messages SET state = ?, state_facts = ?, text = ?, body = ? WHERE key = ?")?
        .execute((state, facts, &answer.text, to_json(&answer.body)?, key))?;
    files::link(connection, key, answer)?;
    // An answer is found once it has ended: indexing each step of its growth would write it anew every second.
    if answer.state == MessageState::Streaming {
        search::remove(connection, key)
    } else {
        search::index(connection, key, &answer.text, &answer.body.parts)
    }
}

/// A state as its name and the rest of it.
fn state_columns(state: &MessageState) -> Result<(String, Option<String>), StoreError> {
    let mut facts = match serde_json::to_value(state)? {
        Value::Object(facts) => facts,
        _ => Map::new(),
    };
    let name = facts.remove("state").and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
    let facts = if facts.is_empty() { None } else { Some(to_json(&facts)?) };
    Ok((name, facts))
}

pub(crate) fn read_state(row: &Row<'_>) -> Result<MessageState, StoreError> {
    let mut facts: Map<String, Value> = match row.get::<_, Option<String>>("state_facts")? {
        Some(text) => serde_json::from_str(&text)?,
        None => Map::new(),
    };
    facts.insert("state".to_owned(), Value::String(row.get("state")?));
    Ok(serde_json::from_value(Value::Object(facts))?)
}
