//! Which messages of a long conversation are in the page: those near the view. Spacers before and after them are as high as
//! what is left out. Messages come and go in blocks, so that scrolling by one message changes nothing. Pure; the viewport
//! feeds it and obeys.

use std::collections::HashMap;
use std::ops::Range;

/// Messages of a block.
pub(super) const BLOCK: usize = 20;
/// Height of a block that was never in the page, in CSS pixels. It stays that until the block was measured, so that
/// nothing moves only because something was learned elsewhere.
const UNSEEN: f64 = BLOCK as f64 * 160.0;
/// Blocks in the page on each side of those in view, at least …
const LEAST_BESIDE: usize = 1;
/// … and where blocks come or go.
const BESIDE: usize = 2;

/// The blocks in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mounted {
    from: usize,
    /// The first block after them; absent for all to the end, whatever is still said.
    to: Option<usize>,
}

impl Mounted {
    /// The last blocks of so many messages.
    pub(super) fn at_end(messages: usize) -> Self {
        Self { from: blocks_of(messages).saturating_sub(1 + BESIDE), to: None }
    }

    /// The blocks around a message.
    pub(super) fn around(message: usize, messages: usize) -> Self {
        Self::beside(message / BLOCK..message / BLOCK + 1, blocks_of(messages), BESIDE)
    }

    /// The blocks, of a conversation of so many messages. Of a branch that ends before them, the last ones.
    pub(super) fn blocks(self, messages: usize) -> Range<usize> {
        let all = blocks_of(messages);
        let to = self.to.unwrap_or(all).min(all);
        if self.from < to { self.from..to } else { all.saturating_sub(1 + BESIDE)..all }
    }

    /// The messages in them.
    pub(super) fn messages(self, messages: usize) -> Range<usize> {
        let blocks = self.blocks(messages);
        (blocks.start * BLOCK).min(messages)..(blocks.end * BLOCK).min(messages)
    }

    /// The blocks to have when those are in view: the same as long as they do. Blocks before `read` cannot be had yet.
    pub(super) fn for_view(self, seen: Range<usize>, read: usize, messages: usize) -> Self {
        let all = blocks_of(messages);
        let seen = seen.start.max(read)..seen.end;
        if seen.is_empty() {
            return self;
        }
        let best = Self::beside(seen.clone(), all, BESIDE).not_before(read);
        let least = Self::beside(seen, all, LEAST_BESIDE).not_before(read).blocks(messages);
        let now = self.blocks(messages);
        let is_enough = now.start <= least.start && least.end <= now.end;
        let is_much = now.len() > best.blocks(messages).len() + 2 * BESIDE;
        if is_enough && !is_much { self } else { best }
    }

    /// These, but for blocks before that one.
    pub(super) fn not_before(self, read: usize) -> Self {
        Self { from: self.from.max(read), ..self }
    }

    /// Whether the last message is among them.
    pub(super) fn reaches_the_end(self, messages: usize) -> bool {
        self.blocks(messages).end == blocks_of(messages)
    }

    /// These and those, with what lies between.
    pub(super) fn and(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), to: self.to.zip(other.to).map(|(one, two)| one.max(two)) }
    }

    fn beside(seen: Range<usize>, all: usize, beside: usize) -> Self {
        let to = seen.end + beside;
        Self { from: seen.start.saturating_sub(beside), to: (to < all).then_some(to) }
    }
}

/// The heights of blocks, as far as they were measured.
#[derive(Debug, Clone, Default)]
pub(super) struct Heights(HashMap<usize, f64>);

impl Heights {
    /// A block is so high, in CSS pixels.
    pub(super) fn measured(&mut self, block: usize, height: f64) {
        self.0.insert(block, height);
    }

    /// The height of these blocks together.
    pub(super) fn of(&self, blocks: Range<usize>) -> f64 {
        blocks.map(|block| self.one(block)).sum()
    }

    /// The blocks in a view of that height which begins so far below the first message.
    pub(super) fn seen(&self, top: f64, height: f64, messages: usize) -> Range<usize> {
        let all = blocks_of(messages);
        let (mut first, mut end, mut below) = (None, 0, 0.0);
        for block in 0..all {
            let begins = below;
            below += self.one(block);
            if first.is_none() && below > top {
                first = Some(block);
            }
            if begins < top + height {
                end = block + 1;
            }
        }
        let first = first.unwrap_or(all.saturating_sub(1));
        first..end.max(first + 1).min(all).max(first)
    }

    fn one(&self, block: usize) -> f64 {
        self.0.get(&block).copied().unwrap_or(UNSEEN)
    }
}

fn blocks_of(messages: usize) -> usize {
    messages.div_ceil(BLOCK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_conversation_shows_its_end_and_grows_there() {
        let mounted = Mounted::at_end(10_000);
        assert_eq!(mounted.messages(10_000), 9_940..10_000);
        assert_eq!(mounted.messages(10_002), 9_940..10_002, "what is said later is in it");
        assert!(mounted.reaches_the_end(10_002) && !Mounted::around(0, 10_000).reaches_the_end(10_000));
        assert_eq!(Mounted::at_end(7).messages(7), 0..7);
        assert_eq!(Mounted::at_end(0).messages(0), 0..0);
    }

    #[test]
    fn what_is_in_view_is_always_in_the_page_and_never_much_more() {
        let (messages, mut heights) = (10_000, Heights::default());
        for block in (0..500).step_by(3) {
            heights.measured(block, 500.0 + block as f64);
        }
        let mut mounted = Mounted::at_end(messages);
        let total = heights.of(0..500);
        for step in 0..4_000 {
            // Up to the start and down again, then far jumps.
            let top = match step {
                0..1500 => total - f64::from(step) * total / 1_500.0,
                1500..3000 => f64::from(step - 1_500) * total / 1_500.0,
                _ => f64::from(step * 7_919 % 1_000) * total / 1_000.0,
            };
            let seen = heights.seen(top, 800.0, messages);
            assert!(!seen.is_empty(), "{top}");
            mounted = mounted.for_view(seen.clone(), 0, messages);
            let blocks = mounted.blocks(messages);
            assert!(blocks.start <= seen.start && seen.end <= blocks.end, "{top}: {seen:?} in {blocks:?}");
            assert!(blocks.len() <= seen.len() + 4 * BESIDE, "{top}: {blocks:?} for {seen:?}");
        }
    }

    #[test]
    fn small_turns_of_the_wheel_change_nothing() {
        let heights = Heights::default();
        let mounted = Mounted::around(200, 1_000);
        let top = heights.of(0..10) + 100.0;
        for turn in 0..20 {
            let seen = heights.seen(top + f64::from(turn) * 50.0, 800.0, 1_000);
            assert_eq!(mounted.for_view(seen, 0, 1_000), mounted);
        }
    }

    #[test]
    fn what_was_not_read_yet_comes_when_it_was() {
        let (messages, end) = (10_000, Mounted::at_end(10_000));
        assert_eq!(end.for_view(3..4, 496, messages), end, "nothing of what is in view was read");
        assert_eq!(end.for_view(494..497, 496, messages).blocks(messages), 496..499, "a part of it was");
        let now = end.for_view(494..497, 496, messages);
        assert_eq!(now.for_view(494..497, 496, messages), now, "and that is all there is");
        assert_eq!(now.for_view(494..497, 486, messages).blocks(messages), 492..499);
        assert_eq!(end.for_view(3..4, 0, messages).blocks(messages), 1..6);
    }

    #[test]
    fn a_shorter_branch_takes_its_last_messages_along() {
        let mounted = Mounted::around(900, 1_000);
        assert!(mounted.messages(1_000).contains(&900));
        assert_eq!(mounted.messages(30), 0..30);
        assert_eq!(mounted.messages(0), 0..0);
    }

    #[test]
    fn two_stretches_become_one() {
        let (one, two) = (Mounted::around(100, 1_000), Mounted::around(500, 1_000));
        let both = one.and(two).messages(1_000);
        assert!(both.contains(&100) && both.contains(&300) && both.contains(&500));
        assert_eq!(one.and(Mounted::at_end(1_000)).messages(1_000).end, 1_000);
    }
}
