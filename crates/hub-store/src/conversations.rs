//! Table `conversations`.

use hub_contract::UtcMs;
use hub_contract::conversation::ListConversationsRequest;
use hub_contract::id::{ComparisonId, ConversationId};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::columns::{collect, from_json, platform, to_json};
use crate::search::folded;
use crate::{ConversationRow, StoreError};

/// How many conversations a list holds when nobody says.
const LISTED: u32 = 100;

/// A page of conversations, newest first. The first page begins with every pinned one; these do not count towards its
/// limit and are on no later page.
pub(crate) fn list(
    connection: &Connection,
    request: &ListConversationsRequest,
) -> Result<Vec<ConversationRow>, StoreError> {
    let target = request.target.as_ref().map(to_json).transpose()?;
    let page = |pinned: bool, limit: i64| {
        let which = if target.is_some() { "target = :target AND" } else { ":target IS NULL AND" };
        let mut statement = connection.prepare_cached(&format!(
            "SELECT * FROM conversations
             WHERE {which} archived = :archived AND pinned = :pinned AND updated_at < :before
             ORDER BY updated_at DESC, key DESC LIMIT :limit"
        ))?;
        let parameters = named_params! {
            ":target": target,
            ":archived": request.archived,
            ":pinned": pinned,
            ":before": request.before.unwrap_or(UtcMs::MAX),
            ":limit": limit,
        };
        collect(&mut statement, parameters, read)
    };

    let limit = if request.limit == 0 { LISTED } else { request.limit };
    let mut rows = if request.before.is_none() { page(true, -1)? } else { Vec::new() };
    rows.extend(page(false, i64::from(limit))?);
    Ok(rows)
}

pub(crate) fn get(connection: &Connection, id: &ConversationId) -> Result<Option<ConversationRow>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM conversations WHERE id = ?")?;
    Ok(collect(&mut statement, [id.as_str()], read)?.pop())
}

/// The conversations of a comparison, in the order in which they began.
pub(crate) fn compared(connection: &Connection, id: &ComparisonId) -> Result<Vec<ConversationRow>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM conversations WHERE comparison = ? ORDER BY key")?;
    collect(&mut statement, [id.as_str()], read)
}

/// Takes one conversation of a comparison back to the list and puts the others away.
pub(crate) fn choose_compared(connection: &Connection, chosen: &ConversationId) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE conversations SET archived = (id <> :chosen)
             WHERE comparison = (SELECT comparison FROM conversations WHERE id = :chosen)",
        )?
        .execute(named_params! { ":chosen": chosen.as_str() })?;
    Ok(())
}

/// The key that messages name their conversation by.
pub(crate) fn key(connection: &Connection, id: &ConversationId) -> Result<i64, StoreError> {
    connection
        .prepare_cached("SELECT key FROM conversations WHERE id = ?")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?
        .ok_or_else(|| StoreError::not_found("conversation", id.as_str()))
}

pub(crate) fn insert(connection: &Connection, row: &ConversationRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO conversations
                (id, target, target_name, platform, pinned, archived, created_at, updated_at, title, title_folded, draft,
                 comparison)
             VALUES
                (:id, :target, :target_name, :platform, :pinned, :archived, :created_at, :updated_at, :title,
                 :title_folded, :draft, :comparison)",
        )?
        .execute(named_params! {
            ":id": row.id.as_str(),
            ":target": to_json(&row.target)?,
            ":target_name": row.target_name,
            ":platform": row.platform.map(|platform| platform.as_str()),
            ":pinned": row.pinned,
            ":archived": row.archived,
            ":created_at": row.created_at,
            ":updated_at": row.updated_at,
            ":title": row.title,
            ":title_folded": folded(&row.title),
            ":draft": row.draft,
            ":comparison": row.comparison.as_ref().map(ComparisonId::as_str),
        })?;
    Ok(())
}

/// Stores what a person can change: title, pin, archive, draft. The rest of the row stays.
pub(crate) fn update(connection: &Connection, row: &ConversationRow) -> Result<(), StoreError> {
    let changed = connection
        .prepare_cached(
            "UPDATE conversations SET title = :title, title_folded = :title_folded, pinned = :pinned,
                archived = :archived, draft = :draft
             WHERE id = :id",
        )?
        .execute(named_params! {
            ":id": row.id.as_str(),
            ":title": row.title,
            ":title_folded": folded(&row.title),
            ":pinned": row.pinned,
            ":archived": row.archived,
            ":draft": row.draft,
        })?;
    if changed == 0 { Err(StoreError::not_found("conversation", row.id.as_str())) } else { Ok(()) }
}

/// Notes that a conversation grew.
pub(crate) fn grew(connection: &Connection, key: i64, at: UtcMs) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE conversations SET updated_at = ? WHERE key = ?")?.execute((at, key))?;
    Ok(())
}

/// Forgets what was begun to be typed: it was sent.
pub(crate) fn clear_draft(connection: &Connection, key: i64) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE conversations SET draft = '' WHERE key = ?")?.execute([key])?;
    Ok(())
}

/// Removes the row; its messages go with it.
pub(crate) fn remove(connection: &Connection, key: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM conversations WHERE key = ?")?.execute([key])?;
    Ok(())
}

pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM conversations", [], |row| row.get(0))?)
}

fn read(row: &Row<'_>) -> Result<ConversationRow, StoreError> {
    Ok(ConversationRow {
        id: ConversationId(row.get("id")?),
        title: row.get("title")?,
        target: from_json(row, "target")?,
        target_name: row.get("target_name")?,
        platform: platform(row, "platform")?,
        pinned: row.get("pinned")?,
        archived: row.get("archived")?,
        draft: row.get("draft")?,
        comparison: row.get::<_, Option<String>>("comparison")?.map(ComparisonId),
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
