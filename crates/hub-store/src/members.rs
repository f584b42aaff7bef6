//! Tables `members` and `member_groups`.

use std::collections::HashMap;

use hub_contract::id::{GroupId, MemberId, PlanId};
use rusqlite::{Connection, Row, named_params};

use crate::columns::{collect, insert_known, refuse_taken_name};
use crate::{MemberRow, StoreError};

/// All members, in the order they were added.
pub(crate) fn list(connection: &Connection) -> Result<Vec<MemberRow>, StoreError> {
    let mut groups = groups(connection)?;
    let mut statement = connection.prepare_cached("SELECT * FROM members ORDER BY created_at, id")?;
    collect(&mut statement, [], read).map(|mut members| {
        for member in &mut members {
            member.groups = groups.remove(&member.id).unwrap_or_default();
        }
        members
    })
}

pub(crate) fn get(connection: &Connection, id: &MemberId) -> Result<Option<MemberRow>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM members WHERE id = ?")?;
    let Some(mut member) = collect(&mut statement, [id.as_str()], read)?.pop() else {
        return Ok(None);
    };
    let mut statement =
        connection.prepare_cached("SELECT user_group FROM member_groups WHERE member = ? ORDER BY user_group")?;
    member.groups = collect(&mut statement, [id.as_str()], |row| Ok(GroupId(row.get(0)?)))?;
    Ok(Some(member))
}

/// Adds a member, or sets everything of the one with its id anew.
pub(crate) fn put(connection: &Connection, row: &MemberRow) -> Result<(), StoreError> {
    refuse_taken_name(connection, "members", "member", row.id.as_str(), &row.name_key)?;
    let plan = row.plan.as_ref().map(PlanId::as_str);
    if let Some(plan) = plan {
        let mut known = connection.prepare_cached("SELECT 1 FROM plans WHERE id = ?")?;
        if !known.exists([plan])? {
            return Err(StoreError::not_found("plan", plan));
        }
    }
    connection
        .prepare_cached(
            "INSERT INTO members (id, name, name_key, plan, until, created_at)
             VALUES (:id, :name, :name_key, :plan, :until, :created_at)
             ON CONFLICT (id) DO UPDATE SET
                name = excluded.name, name_key = excluded.name_key, plan = excluded.plan, until = excluded.until",
        )?
        .execute(named_params! {
            ":id": row.id.as_str(),
            ":name": row.name,
            ":name_key": row.name_key,
            ":plan": plan,
            ":until": row.until,
            ":created_at": row.created_at,
        })?;
    connection.prepare_cached("DELETE FROM member_groups WHERE member = ?")?.execute([row.id.as_str()])?;
    let sql = "INSERT OR IGNORE INTO member_groups (member, user_group) SELECT ?1, id FROM user_groups WHERE id = ?2";
    row.groups.iter().try_for_each(|group| insert_known(connection, sql, row.id.as_str(), "group", group.as_str()))
}

pub(crate) fn remove(connection: &Connection, id: &MemberId) -> Result<(), StoreError> {
    let changed = connection.prepare_cached("DELETE FROM members WHERE id = ?")?.execute([id.as_str()])?;
    if changed == 0 { Err(StoreError::not_found("member", id.as_str())) } else { Ok(()) }
}

fn groups(connection: &Connection) -> Result<HashMap<MemberId, Vec<GroupId>>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT member, user_group FROM member_groups ORDER BY member, user_group")?;
    let mut groups: HashMap<MemberId, Vec<GroupId>> = HashMap::new();
    for (member, group) in collect(&mut statement, [], |row| Ok((MemberId(row.get(0)?), GroupId(row.get(1)?))))? {
        groups.entry(member).or_default().push(group);
    }
    Ok(groups)
}

/// A member without its groups.
fn read(row: &Row<'_>) -> Result<MemberRow, StoreError> {
    Ok(MemberRow {
        id: MemberId(row.get("id")?),
        name: row.get("name")?,
        name_key: row.get("name_key")?,
        plan: row.get::<_, Option<String>>("plan")?.map(PlanId),
        until: row.get("until")?,
        groups: Vec::new(),
        created_at: row.get("created_at")?,
    })
}
