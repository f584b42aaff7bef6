//! What is searched for and where, as it stands behind the question mark of the path: the way back leads to the same hits.

use hub_contract::UtcMs;
use hub_contract::conversation::{SearchFilter, SearchKind, Target};
use serde::{Deserialize, Serialize};

use crate::format;

/// A search. What is as usual is not written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct SearchQuery {
    /// The text.
    pub(super) q: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<SearchKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) when: Option<When>,
    /// The first day of a range, as it is typed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) from: String,
    /// The last day of a range.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) to: String,
    /// Whom the conversation is held with, as [`word_of`] writes it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) with: String,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) without_archived: bool,
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum When {
    Today,
    /// Today and the six days before.
    Week,
    /// Today and the 29 days before.
    Month,
    /// From one day to another; each may be open.
    Range,
}

impl SearchQuery {
    /// The filter as the core takes it. A day that is not typed to its end yet does not count.
    pub(super) fn filter(&self, now: UtcMs, offset_minutes: impl Fn(UtcMs) -> i32) -> SearchFilter {
        let (since, until) = match self.when {
            None => (None, None),
            Some(When::Today) => (Some(format::days_ago(0, now, offset_minutes)), None),
            Some(When::Week) => (Some(format::days_ago(6, now, offset_minutes)), None),
            Some(When::Month) => (Some(format::days_ago(29, now, offset_minutes)), None),
            Some(When::Range) => {
                (format::start_of_day(&self.from, &offset_minutes), format::end_of_day(&self.to, &offset_minutes))
            }
        };
        let without_archived = self.without_archived;
        SearchFilter { target: target_of(&self.with), kind: self.kind, since, until, without_archived }
    }

    /// Whether anything but the text is asked for.
    pub(super) fn is_filtered(&self) -> bool {
        *self != Self { q: self.q.clone(), ..Self::default() }
    }
}

/// An agent or model in one word.
pub(super) fn word_of(target: &Target) -> String {
    match target {
        Target::Agent { agent } => format!("agent/{agent}"),
        Target::Model { connection, model } => format!("model/{connection}/{model}"),
    }
}

/// The inverse of [`word_of`]. Ids of models may hold slashes themselves.
fn target_of(word: &str) -> Option<Target> {
    let (kind, id) = word.split_once('/')?;
    match kind {
        "agent" => Some(Target::Agent { agent: id.into() }),
        "model" => {
            let (connection, model) = id.split_once('/')?;
            Some(Target::Model { connection: connection.into(), model: model.into() })
        }
        _ => None,
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use yew_router::query::{FromQuery, ToQuery};

    use super::*;

    /// 2026-11-18T01:42:00Z: 09:42 in Shanghai.
    const NOW: UtcMs = 1_794_966_120_000;
    const HOUR: i64 = 3_600_000;

    fn written(query: &SearchQuery) -> String {
        query.to_query().unwrap().into_owned()
    }

    #[test]
    fn every_query_comes_back_from_the_path() {
        let model = Target::Model { connection: "c".into(), model: "org/model:free 1&2".into() };
        for query in [
            SearchQuery::default(),
            SearchQuery { q: "返修 & 密封=?#%".into(), ..SearchQuery::default() },
            SearchQuery { when: Some(When::Week), with: word_of(&model), ..SearchQuery::default() },
            SearchQuery {
                q: "a".into(),
                kind: Some(SearchKind::Answer),
                when: Some(When::Range),
                from: "2026-11-01".into(),
                to: "2026-11-".into(),
                with: word_of(&Target::Agent { agent: "x".into() }),
                without_archived: true,
            },
        ] {
            let path = written(&query);
            assert_eq!(SearchQuery::from_query(&path).ok(), Some(query), "{path}");
        }
        assert_eq!(written(&SearchQuery { q: "a".into(), ..SearchQuery::default() }), "q=a", "as usual is not written");
    }

    #[test]
    fn targets_are_words_and_back() {
        for target in [
            Target::Agent { agent: "a".into() },
            Target::Model { connection: "c".into(), model: "org/model:free".into() },
        ] {
            assert_eq!(target_of(&word_of(&target)), Some(target));
        }
        for word in ["", "agent", "model/c", "other/x"] {
            assert_eq!(target_of(word), None, "{word}");
        }
    }

    #[test]
    fn spans_of_time_begin_where_the_local_day_does() {
        let shanghai = |_| 8 * 60;
        let since = |when, offset: fn(UtcMs) -> i32| {
            SearchQuery { when: Some(when), ..SearchQuery::default() }.filter(NOW, offset).since.unwrap()
        };
        assert_eq!(since(When::Today, shanghai), NOW - 9 * HOUR - 42 * 60_000);
        assert_eq!(since(When::Today, |_| 0), NOW - HOUR - 42 * 60_000);
        assert_eq!(since(When::Week, shanghai), since(When::Today, shanghai) - 6 * 24 * HOUR);
        assert_eq!(since(When::Month, shanghai), since(When::Today, shanghai) - 29 * 24 * HOUR);
        let range = SearchQuery {
            when: Some(When::Range),
            from: "2026-11-18".into(),
            to: "2026-11-18".into(),
            ..SearchQuery::default()
        };
        let filter = range.filter(NOW, shanghai);
        assert_eq!(filter.since, Some(since(When::Today, shanghai)));
        assert_eq!(filter.until.unwrap() - filter.since.unwrap(), 24 * HOUR - 1);
        let half = SearchQuery { from: "2026-1".into(), to: String::new(), ..range };
        assert_eq!(half.filter(NOW, shanghai), SearchFilter::default(), "not typed to its end");
    }

    #[test]
    fn only_filters_filter() {
        assert!(!SearchQuery { q: "a".into(), ..SearchQuery::default() }.is_filtered());
        assert!(SearchQuery { without_archived: true, ..SearchQuery::default() }.is_filtered());
        assert!(SearchQuery { when: Some(When::Range), ..SearchQuery::default() }.is_filtered());
    }
}
