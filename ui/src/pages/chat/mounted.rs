//! Which messages are mounted: some around those that are read. Pure.

/// So many messages are mounted at first …
const AT_FIRST: usize = 60;
/// … and so many more each time the person comes near the edge.
const MORE: usize = 40;
/// So many stand above a message that was gone to.
const ABOVE: usize = 2;

/// A part of the messages, from one place to another. It only grows, until one goes elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mounted {
    from: usize,
    /// The end of it; absent where it reaches to the last message, whatever comes.
    to: Option<usize>,
}

impl Mounted {
    /// The newest messages.
    pub(super) fn newest(count: usize) -> Self {
        Self { from: count.saturating_sub(AT_FIRST), to: None }
    }

    /// The messages around one; where it is one of the newest, these. A few messages alone would fill no view, and what
    /// does not scroll brings no earlier ones.
    pub(super) fn around(place: usize, count: usize) -> Self {
        let from = place.saturating_sub(ABOVE).min(Self::newest(count).from);
        Self { from, to: Some(from + AT_FIRST).filter(|to| *to < count) }
    }

    /// With earlier messages too.
    pub(super) fn earlier(self) -> Self {
        Self { from: self.from.saturating_sub(MORE), ..self }
    }

    /// With later messages too.
    pub(super) fn later(self, count: usize) -> Self {
        Self { to: self.to.map(|to| to + MORE).filter(|to| *to < count), ..self }
    }

    /// The first place.
    pub(super) fn from(self) -> usize {
        self.from
    }

    /// How many places there are, of so many messages.
    pub(super) fn length(self, count: usize) -> usize {
        self.to.unwrap_or(count).min(count).saturating_sub(self.from)
    }

    /// Whether the last message is among them.
    pub(super) fn reaches_the_end(self) -> bool {
        self.to.is_none()
    }

    /// Whether a place is among them.
    pub(super) fn holds(self, place: usize) -> bool {
        place >= self.from && self.to.is_none_or(|to| place < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_conversation_shows_its_end_and_grows_upwards() {
        let mounted = Mounted::newest(10_000);
        assert_eq!((mounted.from(), mounted.length(10_000)), (9_940, 60));
        assert_eq!(mounted.length(10_002), 62, "what comes is mounted");
        assert_eq!(mounted.earlier().from(), 9_900);
        assert_eq!(Mounted::newest(3).earlier().from(), 0);
        assert!(mounted.reaches_the_end() && mounted.holds(9_999) && !mounted.holds(9_939));
    }

    #[test]
    fn the_start_of_a_long_conversation_does_not_bring_all_of_it() {
        let mounted = Mounted::around(0, 10_000);
        assert_eq!((mounted.from(), mounted.length(10_000)), (0, 60));
        assert!(!mounted.reaches_the_end() && mounted.holds(59) && !mounted.holds(60));
        assert_eq!(mounted.later(10_000).length(10_000), 100);
        let mounted = Mounted::around(5_000, 10_000);
        assert_eq!((mounted.from(), mounted.length(10_000)), (4_998, 60));
    }

    #[test]
    fn growing_downwards_ends_at_the_end() {
        let mounted = Mounted::around(0, 90);
        assert!(!mounted.reaches_the_end());
        assert!(mounted.later(90).reaches_the_end());
        assert!(Mounted::around(50, 90).reaches_the_end(), "near the end all that follows is mounted");
        assert_eq!(Mounted::around(3, 4), Mounted::newest(4), "a short conversation is mounted whole");
        assert_eq!(Mounted::around(89, 90), Mounted::newest(90));
        assert!(Mounted::newest(90).later(90).reaches_the_end());
    }

    #[test]
    fn a_shorter_branch_is_shown_as_far_as_it_goes() {
        assert_eq!(Mounted::newest(100).length(20), 0);
        assert_eq!(Mounted::around(0, 100).length(20), 20);
    }
}
