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
    pub(crate) id: MessageId,
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

    /// The way from a first message through `through`, then always to the newest message that follows. Without `through`
    /// it begins with the newest first message.
    pub(crate) fn branch(&self, through: Option<i64>) -> Vec<i64> {
        let mut branch = Vec::new();
        let mut above = through;
        while let Some(key) = above {
            branch.push(key);
            above = self.parents.get(&key).copied().flatten();
        }
        branch.reverse();

        let mut last = through;
        while let Some(newest) = self.children.get(&last).and_then(|siblings| siblings.last()) {
            branch.push(newest.key);
            last = Some(newest.key);
        }
        branch
    }

    /// All messages at the place of this one, oldest first, itself included.
    pub(crate) fn siblings(&self, key: i64) -> Vec<MessageId> {
        let place = self.parents.get(&key).and_then(|parent| self.children.get(parent));
        place.into_iter().flatten().map(|node| node.id.clone()).collect()
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
}
