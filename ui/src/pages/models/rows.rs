//! Which rows are shown and which are chosen. Pure.

use std::collections::BTreeSet;

use hub_contract::model::{CatalogItem, CatalogKind};

use crate::components::CheckMark;

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// Part of the id, whatever its case.
    pub text: String,
    pub reasoning: bool,
    pub vision: bool,
    pub enabled: bool,
    /// Models that cannot chat too, as far as their id tells.
    pub all_kinds: bool,
}

impl Filter {
    /// The places of the models that pass, in the platform's order. Places, not models: a list may have thousands.
    pub(super) fn of(&self, items: &[CatalogItem]) -> Vec<usize> {
        let wanted = self.text.trim().to_lowercase();
        items.iter().enumerate().filter(|(_, item)| self.passes(item, &wanted)).map(|(place, _)| place).collect()
    }

    fn passes(&self, item: &CatalogItem, wanted: &str) -> bool {
        item.kind == CatalogKind::Model
            && (item.chats || item.enabled || self.all_kinds)
            && (!self.reasoning || item.capabilities.reasoning == Some(true))
            && (!self.vision || item.capabilities.vision == Some(true))
            && (!self.enabled || item.enabled)
            && (wanted.is_empty() || item.remote_id.to_lowercase().contains(wanted))
    }
}

/// What the platform tells of its models; a column or filter that knows nothing is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub reasoning: bool,
    pub vision: bool,
    pub context: bool,
    /// Something stands in the column of capabilities.
    pub badges: bool,
}

impl Told {
    pub(super) fn of(items: &[CatalogItem]) -> Self {
        let any = |tells: fn(&CatalogItem) -> bool| items.iter().any(tells);
        let reasoning = any(|item| item.capabilities.reasoning == Some(true));
        let vision = any(|item| item.capabilities.vision == Some(true));
        Self {
            reasoning,
            vision,
            badges: reasoning || vision || any(|item| item.shutdown_date.is_some() || !item.chats),
            context: any(|item| item.capabilities.context.is_some()),
        }
    }
}

/// The chosen models, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selection(BTreeSet<String>);

impl Selection {
    pub(super) fn has(&self, id: &str) -> bool {
        self.0.contains(id)
    }

    pub(super) fn toggle(&mut self, id: &str) {
        if !self.0.remove(id) {
            self.0.insert(id.to_owned());
        }
    }

    /// Chooses all that are shown, or none when all of them are chosen.
    pub(super) fn toggle_all(&mut self, items: &[CatalogItem], shown: &[usize]) {
        if self.mark(items, shown) == CheckMark::On {
            ids_of(items, shown).for_each(|id| {
                self.0.remove(id);
            });
        } else {
            self.0.extend(ids_of(items, shown).map(str::to_owned));
        }
    }

    /// How the box for all stands.
    pub(super) fn mark(&self, items: &[CatalogItem], shown: &[usize]) -> CheckMark {
        if self.0.is_empty() {
            return CheckMark::Off;
        }
        match ids_of(items, shown).filter(|id| self.has(id)).count() {
            all if all == shown.len() && all > 0 => CheckMark::On,
            _ => CheckMark::Mixed,
        }
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

fn ids_of<'a>(items: &'a [CatalogItem], shown: &'a [usize]) -> impl Iterator<Item = &'a str> {
    shown.iter().filter_map(|place| items.get(*place)).map(|item| item.remote_id.as_str())
}

#[cfg(test)]
mod tests {
    use hub_contract::model::Capabilities;

    use super::*;

    fn item(id: &str, enabled: bool) -> CatalogItem {
        CatalogItem {
            remote_id: id.into(),
            kind: CatalogKind::Model,
            name: id.into(),
            description: None,
            capabilities: Capabilities::default(),
            shutdown_date: None,
            chats: true,
            enabled,
        }
    }

    fn found<'a>(filter: &Filter, items: &'a [CatalogItem]) -> Vec<&'a str> {
        let shown = filter.of(items);
        shown.iter().map(|place| items[*place].remote_id.as_str()).collect()
    }

    #[test]
    fn search_ignores_case_and_filters_join() {
        let mut thinking = item("Qwen/QwQ-32B", true);
        thinking.capabilities.reasoning = Some(true);
        let items = [thinking, item("Qwen/Qwen2.5-72B", true), item("deepseek-chat", false)];
        let qwen = Filter { text: "qwen".into(), ..Filter::default() };
        assert_eq!(found(&qwen, &items), ["Qwen/QwQ-32B", "Qwen/Qwen2.5-72B"]);
        assert_eq!(found(&Filter { reasoning: true, ..qwen }, &items), ["Qwen/QwQ-32B"]);
    }

    #[test]
    fn models_that_cannot_chat_are_behind_a_switch_unless_enabled() {
        let mut embedding = item("embed-1", false);
        embedding.chats = false;
        let mut enabled = item("embed-2", true);
        enabled.chats = false;
        let items = [embedding, enabled];
        assert_eq!(found(&Filter::default(), &items), ["embed-2"]);
        assert_eq!(Filter { all_kinds: true, ..Filter::default() }.of(&items).len(), 2);
    }

    #[test]
    fn all_shown_are_chosen_and_given_back() {
        let items = [item("a", false), item("b", false), item("c", false)];
        let shown = [0, 1];
        let mut selection = Selection::default();
        assert_eq!(selection.mark(&items, &shown), CheckMark::Off);
        selection.toggle("a");
        assert_eq!(selection.mark(&items, &shown), CheckMark::Mixed);
        selection.toggle_all(&items, &shown);
        assert_eq!((selection.mark(&items, &shown), selection.count()), (CheckMark::On, 2));
        selection.toggle_all(&items, &shown);
        assert_eq!(selection.count(), 0);
    }

    #[test]
    fn what_is_chosen_but_not_shown_keeps_the_box_mixed() {
        let items = [item("a", false), item("b", false)];
        let mut selection = Selection::default();
        selection.toggle("b");
        let shown = [0];
        assert_eq!(selection.mark(&items, &shown), CheckMark::Mixed);
    }
}
