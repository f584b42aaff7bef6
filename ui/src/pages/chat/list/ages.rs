//! The conversations of the list under headings that say when somebody last asked in them.

use std::collections::HashSet;

use hub_contract::UtcMs;
use hub_contract::conversation::ConversationView;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// Kept on top, however old.
    Pinned,
    Today,
    Yesterday,
    /// In the seven days before today.
    Week,
    /// In the thirty days before today.
    Month,
    Earlier,
}

impl Age {
    /// The key of its words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Pinned => "chat-age-pinned",
            Self::Today => "chat-age-today",
            Self::Yesterday => "chat-age-yesterday",
            Self::Week => "chat-age-week",
            Self::Month => "chat-age-month",
            Self::Earlier => "chat-age-earlier",
        }
    }

    fn of(one: &ConversationView, now: UtcMs, offset_minutes: i32) -> Self {
        if one.pinned {
            return Self::Pinned;
        }
        let day = |at: UtcMs| (at + i64::from(offset_minutes) * 60_000).div_euclid(DAY);
        match day(now) - day(one.updated_at) {
            // A clock may have been set back.
            ..=0 => Self::Today,
            1 => Self::Yesterday,
            2..=7 => Self::Week,
            8..=30 => Self::Month,
            _ => Self::Earlier,
        }
    }
}

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Heading(Age),
    /// The conversation at that place.
    Conversation(usize),
}

/// The lines of conversations that are in the order of the list: pinned ones, then newest first.
pub(super) fn lines(conversations: &[ConversationView], now: UtcMs, offset_minutes: i32) -> Vec<Line> {
    let mut lines = Vec::with_capacity(conversations.len() + 6);
    let mut under = None;
    let mut compared = HashSet::new();
    for (place, one) in conversations.iter().enumerate() {
        // What was asked together is one line, at the place of the first.
        if one.comparison.as_ref().is_some_and(|comparison| !compared.insert(comparison)) {
            continue;
        }
        let age = Age::of(one, now, offset_minutes);
        if under != Some(age) {
            lines.push(Line::Heading(age));
            under = Some(age);
        }
        lines.push(Line::Conversation(place));
    }
    lines
}

#[cfg(test)]
mod tests {
    use hub_contract::conversation::Target;

    use super::*;

    fn conversation(updated_at: UtcMs, pinned: bool) -> ConversationView {
        ConversationView {
            id: "c".into(),
            title: "t".into(),
            target: Target::Model { connection: "k".into(), model: "m".into() },
            target_name: "m".into(),
            platform: None,
            usable: true,
            pinned,
            archived: false,
            created_at: 0,
            updated_at,
            run: None,
            comparison: None,
        }
    }

    #[test]
    fn each_heading_stands_once_before_its_conversations() {
        let now = 100 * DAY;
        let ages =
            [(0, true), (1, false), (1, false), (DAY, false), (7 * DAY, false), (30 * DAY, false), (31 * DAY, false)];
        let all: Vec<_> = ages.iter().map(|(ago, pinned)| conversation(now - ago, *pinned)).collect();
        let headings: Vec<_> = lines(&all, now, 0)
            .into_iter()
            .filter_map(|line| match line {
                Line::Heading(age) => Some(age),
                Line::Conversation(_) => None,
            })
            .collect();
        assert_eq!(headings, [Age::Pinned, Age::Yesterday, Age::Week, Age::Month, Age::Earlier]);
        assert_eq!(lines(&all, now, 0).len(), all.len() + headings.len());
        assert_eq!(lines(&[], now, 0), []);
    }

    #[test]
    fn what_was_asked_together_is_one_line() {
        let now = 100 * DAY;
        let compared =
            |comparison: &str| ConversationView { comparison: Some(comparison.into()), ..conversation(now, false) };
        let all = [compared("v"), compared("w"), compared("v"), conversation(now, false), conversation(now, false)];
        let places: Vec<_> = lines(&all, now, 0).into_iter().skip(1).collect();
        assert_eq!(places, [0, 1, 3, 4].map(Line::Conversation));
    }

    #[test]
    fn a_day_ends_at_midnight_of_the_place() {
        // 20:00 UTC is 04:00 of the next day in Qinghe.
        let (now, before) = (10 * DAY + 20 * DAY / 24, 10 * DAY + 15 * DAY / 24);
        assert_eq!(Age::of(&conversation(before, false), now, 0), Age::Today);
        assert_eq!(Age::of(&conversation(before, false), now, 8 * 60), Age::Yesterday);
        assert_eq!(Age::of(&conversation(now + DAY, false), now, 0), Age::Today, "a clock that was set back");
    }
}
