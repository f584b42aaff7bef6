//! A filter as a part of the query itself, so that what it leaves out is not read.

use hub_contract::conversation::{Role, SearchFilter, SearchKind};
use rusqlite::ToSql;
use rusqlite::types::Value;

use crate::StoreError;
use crate::columns::{to_json, to_word};

/// Conditions for the end of a WHERE clause, and their values by name.
#[derive(Default)]
pub(super) struct Conditions {
    /// Each begins with AND.
    pub(super) sql: String,
    /// Whether they speak of the conversation `c`.
    pub(super) of_conversation: bool,
    values: Vec<(&'static str, Value)>,
}

impl Conditions {
    /// On a message `m`, with its conversation as `c` where that is needed; `None` where no message counts.
    pub(super) fn on_messages(filter: &SearchFilter) -> Result<Option<Self>, StoreError> {
        let role = match filter.kind {
            None => None,
            Some(SearchKind::Question) => Some(Role::User),
            Some(SearchKind::Answer) => Some(Role::Assistant),
            Some(SearchKind::Title) => return Ok(None),
        };
        let mut conditions = Self::default();
        if let Some(role) = role {
            conditions.and("m.role = :role", ":role", to_word(&role)?.into());
        }
        conditions.between("m.created_at", filter);
        conditions.with(filter)?;
        Ok(Some(conditions))
    }

    /// On a conversation `c`, for its title; `None` where no title counts.
    pub(super) fn on_titles(filter: &SearchFilter) -> Result<Option<Self>, StoreError> {
        if matches!(filter.kind, Some(SearchKind::Question | SearchKind::Answer)) {
            return Ok(None);
        }
        let mut conditions = Self::default();
        conditions.between("c.updated_at", filter);
        conditions.with(filter)?;
        Ok(Some(conditions))
    }

    /// The values, with those that the rest of the query takes.
    pub(super) fn values<'a>(&'a self, others: &[(&'a str, &'a dyn ToSql)]) -> Vec<(&'a str, &'a dyn ToSql)> {
        let own = self.values.iter().map(|(name, value)| (*name, value as &dyn ToSql));
        others.iter().copied().chain(own).collect()
    }

    fn between(&mut self, column: &str, filter: &SearchFilter) {
        if let Some(since) = filter.since {
            self.and(&format!("{column} >= :since"), ":since", since.into());
        }
        if let Some(until) = filter.until {
            self.and(&format!("{column} <= :until"), ":until", until.into());
        }
    }

    fn with(&mut self, filter: &SearchFilter) -> Result<(), StoreError> {
        if let Some(target) = &filter.target {
            self.and("c.target = :target", ":target", to_json(target)?.into());
        }
        if filter.without_archived {
            self.sql.push_str(" AND NOT c.archived");
        }
        self.of_conversation = filter.target.is_some() || filter.without_archived;
        Ok(())
    }

    fn and(&mut self, condition: &str, name: &'static str, value: Value) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.push((name, value));
    }
}
