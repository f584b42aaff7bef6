//! The shape of a conversation: which messages follow which, without their texts.

use std::collections::HashMap;

use hub_contract::UtcMs;
use hub_contract::id::MessageId;

/// A message's place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) key: i64,
    pub(crate) parent: Option<i64>,
    pub(crate) created_at: UtcMs,
    /// When it was last chosen among its siblings.
    pub(crate) chosen_at: Option<UtcMs>,
    pub(crate) id: MessageId,
}

impl Node {
    /// When it was last written or chosen: the greatest of the siblings is shown.
    fn shown_at(&self) -> UtcMs {
        self.chosen_at.map_or(self.created_at, |chosen| chosen.max(self.created_at))
    }
}

/// The messages of one conversation. Its first messages have no parent.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    parents: HashMap<i64, Option<i64>>,
    /// By parent, oldest first.
    children: HashMap<Option<i64>, Vec<Node>>,
}

impl Tree {
    pub(crate) fn new(nodes: Vec<Node>) -> Self {
        let mut tree = Self::default();
        for node in nodes {
            tree.parents.insert(node.key, node.parent);
            tree.children.entry(node.parent).or_default().push(node);
        }
        for siblings in tree.children.values_mut() {
            siblings.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        }
        tree
    }

    /// The way from a first message through `through`, then always to the message that was written or chosen last.
    /// Without `through` it begins with that one of the first messages.
    pub(crate) fn branch(&self, through: Option<i64>) -> Vec<i64> {
        let mut branch = self.way_to(through);
        let mut last = through;
        while let Some(next) = self.shown_after(last) {
            branch.push(next.key);
            last = Some(next.key);
        }
        branch
    }

    /// Which messages on the way to that one the branch would pass over, each with a moment that makes it the last
    /// chosen of its siblings.
    pub(crate) fn passed_over(&self, to: i64, now: UtcMs) -> Vec<(i64, UtcMs)> {
        let passed_over = |key: i64| {
            let shown = self.shown_after(self.parents.get(&key).copied().flatten())?;
            (shown.key != key).then(|| (key, now.max(shown.shown_at() + 1)))
        };
        self.way_to(Some(to)).into_iter().filter_map(passed_over).collect()
    }

    /// All messages at the place of this one, oldest first, itself included.
    pub(crate) fn siblings(&self, key: i64) -> Vec<MessageId> {
        let place = self.parents.get(&key).and_then(|parent| self.children.get(parent));
        place.into_iter().flatten().map(|node| node.id.clone()).collect()
    }

    fn way_to(&self, to: Option<i64>) -> Vec<i64> {
        let mut way = Vec::new();
        let mut above = to;
        while let Some(key) = above {
            way.push(key);
            above = self.parents.get(&key).copied().flatten();
        }
        way.reverse();
        way
    }

    /// Of several at the same moment the last of their order.
    fn shown_after(&self, parent: Option<i64>) -> Option<&Node> {
        self.children.get(&parent)?.iter().max_by_key(|node| node.shown_at())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `key, parent, created_at`; ids are the keys' digits.
    fn tree(nodes: &[(i64, Option<i64>, UtcMs)]) -> Tree {
        let node = |&(key, parent, created_at): &(i64, Option<i64>, UtcMs)| Node {
            key,
            parent,
            created_at,
            chosen_at: None,
            id: MessageId(key.to_string()),
        };
        Tree::new(nodes.iter().map(node).collect())
    }

    #[test]
    fn an_empty_conversation_has_an_empty_branch() {
        assert!(tree(&[]).branch(None).is_empty());
    }

    #[test]
    fn the_newest_branch_follows_the_newest_child_at_every_fork() {
        // 1 ─ 2 ─ 3 ─ 6      2 and 4 answer 1; 3 follows 2, 5 follows 4.
        //   └ 4 ─ 5
        let tree = tree(&[
            (1, None, 10),
            (2, Some(1), 20),
            (3, Some(2), 30),
            (4, Some(1), 40),
            (5, Some(4), 50),
            (6, Some(3), 60),
        ]);
        assert_eq!(tree.branch(None), [1, 4, 5], "6 is newest of all, but 4 is newer than 2");
        assert_eq!(tree.branch(Some(2)), [1, 2, 3, 6]);
        assert_eq!(tree.branch(Some(1)), [1, 4, 5]);
        assert_eq!(tree.siblings(2), [MessageId::from("2"), MessageId::from("4")]);
        assert_eq!(tree.siblings(6), [MessageId::from("6")]);
    }

    #[test]
    fn an_edited_first_question_is_a_sibling_and_equal_times_are_told_apart_by_id() {
        let tree = tree(&[(1, None, 10), (2, Some(1), 20), (3, None, 10), (4, Some(3), 20)]);
        assert_eq!(tree.branch(None), [3, 4]);
        assert_eq!(tree.branch(Some(1)), [1, 2]);
        assert_eq!(tree.siblings(1), [MessageId::from("1"), MessageId::from("3")]);
    }

    #[test]
    fn the_branch_follows_what_was_chosen_last_at_every_fork() {
        let nodes =
            [(1, None, 10), (2, Some(1), 20), (3, Some(2), 30), (4, Some(1), 40), (5, Some(2), 50), (6, None, 60)];
        let mut chosen = tree(&nodes);
        assert_eq!(chosen.passed_over(3, 100), [(1, 100), (2, 100), (3, 100)]);
        assert_eq!(chosen.passed_over(6, 100), [], "it is shown already");
        for (key, at) in chosen.passed_over(3, 100) {
            for node in chosen.children.values_mut().flatten().filter(|node| node.key == key) {
                node.chosen_at = Some(at);
            }
        }
        assert_eq!(chosen.branch(None), [1, 2, 3]);
        assert_eq!(chosen.branch(Some(4)), [1, 4]);
        assert_eq!(chosen.branch(Some(2)), [1, 2, 3], "what was chosen below is remembered too");
        assert_eq!(chosen.siblings(3), [MessageId::from("3"), MessageId::from("5")], "choosing changes no order");
    }

    #[test]
    fn a_clock_that_went_back_does_not_undo_a_choice() {
        assert_eq!(tree(&[(1, None, 10), (2, None, 20)]).passed_over(1, 5), [(1, 21)]);
    }
}
