//! Puts channel frames back in order. The bridge pushes small frames and lets the page fetch large ones, so a small
//! frame, even the closing one, may overtake a large one.

use std::collections::BTreeMap;

/// Frames by their index, held back until every earlier one has come.
#[derive(Debug)]
pub(super) struct Ordered<T> {
    next: u64,
    end: Option<u64>,
    held: BTreeMap<u64, T>,
}

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self { next: 0, end: None, held: BTreeMap::new() }
    }
}

impl<T> Ordered<T> {
    /// Takes a frame; answers with all that can be handed on now, in order.
    pub(super) fn push(&mut self, index: u64, frame: T) -> Vec<T> {
        if index >= self.next {
            self.held.insert(index, frame);
        }
        let mut ready = Vec::new();
        while let Some(frame) = self.held.remove(&self.next) {
            self.next += 1;
            ready.push(frame);
        }
        ready
    }

    /// Notes that the channel closes after `count` frames.
    pub(super) fn close(&mut self, count: u64) {
        self.end = Some(count);
    }

    /// True when the channel is closed and every frame was handed on.
    pub(super) fn is_done(&self) -> bool {
        self.end.is_some_and(|end| self.next >= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_that_come_early_wait() {
        let mut ordered = Ordered::default();
        assert_eq!(ordered.push(0, 'a'), vec!['a']);
        assert_eq!(ordered.push(2, 'c'), Vec::<char>::new());
        assert_eq!(ordered.push(3, 'd'), Vec::<char>::new());
        assert_eq!(ordered.push(1, 'b'), vec!['b', 'c', 'd']);
    }

    #[test]
    fn the_end_waits_for_a_frame_it_overtook() {
        let mut ordered = Ordered::default();
        ordered.close(2);
        assert!(!ordered.is_done(), "nothing has come yet");
        ordered.push(1, 'b');
        assert!(!ordered.is_done(), "the first frame is still on its way");
        assert_eq!(ordered.push(0, 'a'), vec!['a', 'b']);
        assert!(ordered.is_done());
    }

    #[test]
    fn an_empty_channel_is_done_at_once() {
        let mut ordered = Ordered::<char>::default();
        ordered.close(0);
        assert!(ordered.is_done());
    }

    #[test]
    fn a_repeated_frame_is_dropped() {
        let mut ordered = Ordered::default();
        ordered.push(0, 'a');
        assert_eq!(ordered.push(0, 'a'), Vec::<char>::new());
    }
}
