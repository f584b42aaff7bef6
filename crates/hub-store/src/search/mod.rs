//! Search over all messages and titles: literal text, without case, newest first.
//!
//! Two indexes answer it. Queries of three characters and more go to trigrams. They are kept without positions, so each
//! text found is looked into before it counts. Queries of one and two characters, usual in Chinese, go to an index of
//! single characters and neighbours, of every script, so that one rule holds for all. Titles are few and short: they are
//! read through. Both indexes are written in the transaction that writes the message.
//!
//! Measured with 100,000 messages of 200 characters, half Chinese and half English, drawn at random, which is the worst
//! case: 38 MiB of text, 77 MiB of trigrams, 43 MiB of characters and neighbours.

mod filter;
mod fold;
mod grams;
mod passage;

use std::cmp::Reverse;
use std::collections::HashSet;

use hub_contract::UtcMs;
use hub_contract::conversation::{AnswerPart, MessageBody, Role, SearchFilter, SearchHit, SearchReply};
use hub_contract::id::{ConversationId, MessageId};
use rusqlite::{Connection, Row};

use crate::StoreError;
use crate::columns::{collect, from_word, platform};

use self::filter::Conditions;

pub(crate) use fold::folded;

/// Counting stops here.
const COUNTED: usize = 1_000;

/// Stands between the texts of one message: a character that folding leaves in no text and no query.
const APART: char = '\u{1}';

/// How many hits there are when nobody says.
const HITS: usize = 50;

/// Finds messages that hold the text, and conversations in which only the title does, as far as the filter lets them
/// count. Surrounding white space is not looked for. `ms` stays 0.
pub(crate) fn find(
    connection: &Connection,
    text: &str,
    limit: u32,
    filter: &SearchFilter,
) -> Result<SearchReply, StoreError> {
    let folded = folded(text);
    let query = folded.trim_matches(' ');
    if query.is_empty() {
        return Ok(SearchReply { hits: Vec::new(), total: 0, ms: 0 });
    }
    let limit = if limit == 0 { HITS } else { usize::try_from(limit).unwrap_or(COUNTED).min(COUNTED) };

    let mut found = messages(connection, query, filter)?;
    let titles = titles(connection, query, filter, &found, limit)?;
    found.extend(titles);
    let total = u32::try_from(found.len().min(COUNTED)).unwrap_or(u32::MAX);
    found.sort_by_key(|found| Reverse((found.at, found.message)));
    found.truncate(limit);
    let hits = found.iter().map(|found| hit(connection, found, query)).collect::<Result<_, _>>()?;
    Ok(SearchReply { hits, total, ms: 0 })
}

/// Puts a message's texts into the indexes, in place of what they had of it: the text itself, and those of further
/// answers in the same message. A control character, which no query holds, keeps them apart.
pub(crate) fn index(connection: &Connection, message: i64, text: &str, parts: &[AnswerPart]) -> Result<(), StoreError> {
    let mut folded = folded(text);
    for part in parts {
        folded.push(APART);
        folded.push_str(&self::folded(&part.text));
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO search_short (rowid, grams) VALUES (?, ?)")?
        .execute((message, grams::short_grams(&folded)))?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO search_trigrams (rowid, text) VALUES (?, ?)")?
        .execute((message, folded))?;
    Ok(())
}

/// Takes a message out of the indexes.
pub(crate) fn remove(connection: &Connection, message: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM search_short WHERE rowid = ?")?.execute([message])?;
    connection.prepare_cached("DELETE FROM search_trigrams WHERE rowid = ?")?.execute([message])?;
    Ok(())
}

/// Takes all messages of a conversation out of the indexes.
pub(crate) fn remove_conversation(connection: &Connection, conversation: i64) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("SELECT key FROM messages WHERE conversation = ?")?;
    let keys: Vec<i64> = statement.query_map([conversation], |row| row.get(0))?.collect::<Result<_, _>>()?;
    keys.into_iter().try_for_each(|key| remove(connection, key))
}

/// Something found: a message, or a conversation by its title.
struct Found {
    conversation: i64,
    message: Option<i64>,
    at: UtcMs,
}

/// The newest messages that hold the query, at most [`COUNTED`].
fn messages(connection: &Connection, query: &str, filter: &SearchFilter) -> Result<Vec<Found>, StoreError> {
    let Some(conditions) = Conditions::on_messages(filter)? else { return Ok(Vec::new()) };
    let by_trigrams = query.chars().count() >= grams::TRIGRAM;
    let (table, expression) = if by_trigrams {
        ("search_trigrams", grams::trigram_query(query))
    } else {
        ("search_short", grams::short_query(query))
    };
    // The index comes first, whatever else is asked for: CROSS JOIN keeps that order.
    let conversations = match conditions.of_conversation {
        true => "CROSS JOIN conversations c ON c.key = m.conversation",
        false => "",
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT m.key, m.conversation, m.created_at, m.text, m.body
         FROM {table} CROSS JOIN messages m ON m.key = {table}.rowid {conversations}
         WHERE {table} MATCH :query{} ORDER BY {table}.rowid DESC",
        conditions.sql
    ))?;
    let mut rows = statement.query(&*conditions.values(&[(":query", &expression)]))?;
    let mut found = Vec::new();
    while found.len() < COUNTED
        && let Some(row) = rows.next()?
    {
        if !by_trigrams || in_texts(row, (3, 4), query)? {
            found.push(Found { conversation: row.get(1)?, message: Some(row.get(0)?), at: row.get(2)? });
        }
    }
    Ok(found)
}

/// Conversations in which only the title holds the query. Where more messages were found than are counted, the total is
/// known, so only those are looked for that are new enough to be shown among the newest messages.
fn titles(
    connection: &Connection,
    query: &str,
    filter: &SearchFilter,
    messages: &[Found],
    limit: usize,
) -> Result<Vec<Found>, StoreError> {
    let Some(conditions) = Conditions::on_titles(filter)? else { return Ok(Vec::new()) };
    let all_known = messages.len() < COUNTED;
    let oldest = if all_known { UtcMs::MIN } else { oldest_shown(messages, limit) };
    let mut known: HashSet<i64> = messages.iter().map(|found| found.conversation).collect();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT key, updated_at FROM conversations c WHERE updated_at >= :oldest AND instr(title_folded, :query){}
         ORDER BY updated_at DESC",
        conditions.sql
    ))?;
    let mut rows = statement.query(&*conditions.values(&[(":oldest", &oldest), (":query", &query)]))?;
    let mut found = Vec::new();
    while found.len() < COUNTED
        && let Some(row) = rows.next()?
    {
        let (conversation, at) = (row.get(0)?, row.get(1)?);
        if known.insert(conversation) && (all_known || !holds(connection, conversation, query)?) {
            found.push(Found { conversation, message: None, at });
        }
    }
    Ok(found)
}

/// When the last of the newest `limit` messages was written.
fn oldest_shown(messages: &[Found], limit: usize) -> UtcMs {
    let mut times: Vec<UtcMs> = messages.iter().map(|found| found.at).collect();
    times.sort_unstable_by_key(|at| Reverse(*at));
    times.get(limit.saturating_sub(1)).copied().unwrap_or(UtcMs::MIN)
}

/// Whether a message of this conversation holds the query.
fn holds(connection: &Connection, conversation: i64, query: &str) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT text, body FROM messages WHERE conversation = ? AND state <> 'streaming'")?;
    let mut rows = statement.query([conversation])?;
    while let Some(row) = rows.next()? {
        if in_texts(row, (0, 1), query)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether one of a message's texts, in these columns, holds the query. The body is only read when the text does not.
fn in_texts(row: &Row<'_>, (text, body): (usize, usize), query: &str) -> Result<bool, StoreError> {
    let column = |at| Ok::<_, StoreError>(row.get_ref(at)?.as_str().map_err(rusqlite::Error::from)?);
    if folded(column(text)?).contains(query) {
        return Ok(true);
    }
    Ok(parts_of(column(body)?)?.iter().any(|part| folded(&part.text).contains(query)))
}

/// The further answers in a body. Almost no message has any, and then its body is not parsed.
fn parts_of(body: &str) -> Result<Vec<AnswerPart>, StoreError> {
    if !body.contains("\"parts\":") {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_str::<MessageBody>(body)?.parts)
}

fn hit(connection: &Connection, found: &Found, query: &str) -> Result<SearchHit, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT c.id AS conversation, c.title, c.target_name, c.platform, m.id AS message, m.role, m.text, m.body
         FROM conversations c LEFT JOIN messages m ON m.key = ? WHERE c.key = ?",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        let title: String = row.get("title")?;
        let message: Option<String> = row.get("message")?;
        let (role, passage) = match message {
            Some(_) => (from_word(row, "role")?, passage::passage(&text_with(row, query)?, query)),
            None => (Role::User, passage::passage(&title, query)),
        };
        Ok(SearchHit {
            conversation: ConversationId(row.get("conversation")?),
            title,
            target_name: row.get("target_name")?,
            platform: platform(row, "platform")?,
            message: message.map(MessageId),
            role,
            passage,
            at: found.at,
        })
    };
    collect(&mut statement, (found.message, found.conversation), read)?
        .pop()
        .ok_or_else(|| StoreError::Damaged("a message is in the search index but not in its table".to_owned()))
}

/// The text of a message that holds the query.
fn text_with(row: &Row<'_>, query: &str) -> Result<String, StoreError> {
    let text: String = row.get("text")?;
    if folded(&text).contains(query) {
        return Ok(text);
    }
    let body: String = row.get("body")?;
    let part = parts_of(&body)?.into_iter().map(|part| part.text).find(|text| folded(text).contains(query));
    Ok(part.unwrap_or(text))
}
