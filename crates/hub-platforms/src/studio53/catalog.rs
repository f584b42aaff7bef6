//! Bots, then workflows: two lists that are read as one.

use hub_contract::HubError;
use hub_contract::model::{Capabilities, CatalogItem, CatalogKind};

use super::not_studio53;
use crate::dialect::CatalogPage;
use crate::json::{Value, member};

/// Entries of a page.
const PAGE: usize = 100;

/// A place in the two lists. What marks it is `list:offset:first id of the page before`, so that a server which ignores
/// the offset is not asked for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    workflows: bool,
    offset: usize,
    first_before: Option<String>,
}

impl Page {
    /// The page that a marker stands for; without one the first.
    pub(super) fn of(marker: Option<&str>) -> Self {
        let Some(marker) = marker else {
            return Self::first(false);
        };
        let mut parts = marker.splitn(3, ':');
        let workflows = parts.next() == Some("workflows");
        let offset = parts.next().and_then(|offset| offset.parse().ok()).unwrap_or(0);
        Self { workflows, offset, first_before: parts.next().map(str::to_owned) }
    }

    /// The first page of a list.
    pub(super) fn first(workflows: bool) -> Self {
        Self { workflows, offset: 0, first_before: None }
    }

    /// What asks for it.
    pub(super) fn path(&self) -> String {
        let list = if self.workflows { "workflows" } else { "apps" };
        format!("/v3/{list}?offset={}&limit={PAGE}", self.offset)
    }

    /// Reads it.
    pub(super) fn read(&self, document: &Value) -> Result<CatalogPage, HubError> {
        let entries = entries(document).ok_or_else(not_studio53)?;
        let first = entries.first().and_then(|entry| member(entry, "bot_id")).map(str::to_owned);
        let repeated = first.is_some() && first == self.first_before;
        let items = if repeated { Vec::new() } else { entries.iter().filter_map(|entry| self.item(entry)).collect() };
        let next = if entries.len() >= PAGE && !repeated {
            let list = if self.workflows { "workflows" } else { "apps" };
            Some(format!("{list}:{}:{}", self.offset + PAGE, first.unwrap_or_default()))
        } else {
            (!self.workflows).then(|| "workflows:0".to_owned())
        };
        Ok(CatalogPage { items, next })
    }

    fn item(&self, entry: &Value) -> Option<CatalogItem> {
        let id = member(entry, "bot_id")?;
        Some(CatalogItem {
            remote_id: id.to_owned(),
            kind: if self.workflows { CatalogKind::Workflow } else { CatalogKind::Bot },
            name: name(entry).unwrap_or(id).to_owned(),
            description: member(entry, "description").map(str::to_owned),
            capabilities: Capabilities::default(),
            shutdown_date: None,
            chats: true,
            enabled: false,
        })
    }
}

/// The entries of a list: a bare one, or one under `data`.
pub(super) fn entries(document: &Value) -> Option<&Vec<Value>> {
    document.as_array().or_else(|| document.get("data")?.as_array())
}

/// The name that people gave a bot.
pub(super) fn name(entry: &Value) -> Option<&str> {
    member(entry, "nickname").or_else(|| member(entry, "name"))
}
