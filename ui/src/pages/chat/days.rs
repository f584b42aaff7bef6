//! The days of a conversation: what stands between messages of different days, and where one can go.

use std::rc::Rc;

use hub_contract::UtcMs;
use hub_contract::id::MessageId;
use hub_text::Texts;
use yew::prelude::*;

use super::menu::{MenuButton, MenuItem};
use crate::components::IconName;
use crate::state::chat::{SharedMessage, Thread};
use crate::{dom, format};

/// A day of the conversation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Day {
    /// Where its first message is.
    place: usize,
    message: MessageId,
    at: UtcMs,
    /// False for the first one while it is not known what stands above it.
    begins_here: bool,
}

/// The days of a conversation as far as it was read, in order. They are counted when a message comes or goes, not while one grows.
#[hook]
pub(super) fn use_days(thread: Option<&Thread>) -> Rc<Vec<Day>> {
    let (before, messages) = thread.map_or((0, &[][..]), |thread| (thread.before, thread.messages.as_slice()));
    let ends = [messages.first(), messages.last()].map(|message| message.map(|message| message.id.clone()));
    use_memo((before, messages.len(), ends), |_| days(before, messages, dom::utc_offset_minutes))
}

/// What stands above a message that is the first of its day. The conversation itself begins without, if it is of today.
pub(super) fn above(days: &[Day], place: usize, now: UtcMs, t: &Texts) -> Option<Html> {
    let day = days.iter().find(|day| day.place == place && day.begins_here)?;
    let today = format::local_day(now, dom::utc_offset_minutes(now));
    if place == 0 && format::local_day(day.at, dom::utc_offset_minutes(day.at)) == today {
        return None;
    }
    let words = in_words(day.at, now, dom::utc_offset_minutes, t);
    Some(html! {
        <div key={format!("day-{}", day.message)} class="day" role="separator" aria-label={words.clone()}>
            <span>{ words }</span>
        </div>
    })
}

/// The menu that goes to the start, which is no message's id, or to a day, the newest first.
pub(super) fn menu(days: &[Day], now: UtcMs, t: &Texts, go: &Callback<Option<MessageId>>) -> Html {
    let item = |icon, label: String, message: Option<&MessageId>| {
        let (go, message) = (go.clone(), message.cloned());
        let onclick = Callback::from(move |()| go.emit(message.clone()));
        MenuItem { icon, label: label.into(), bad: false, onclick }
    };
    let start = days.first().map(|_| item(IconName::Up, t.get("chat-go-start"), None));
    let dated = days
        .iter()
        .rev()
        .filter(|day| day.begins_here)
        .map(|day| item(IconName::Clock, in_words(day.at, now, dom::utc_offset_minutes, t), Some(&day.message)));
    let items: Vec<MenuItem> = start.into_iter().chain(dated).collect();
    if items.is_empty() {
        return html! {};
    }
    html! { <MenuButton label={t.get("chat-go")} {items} /> }
}

fn days(before: usize, messages: &[SharedMessage], offset_minutes: impl Fn(UtcMs) -> i32) -> Vec<Day> {
    /// A clock is put forward or back at a full quarter of an hour. What is said within one asks for it once.
    const QUARTER: UtcMs = 15 * 60_000;
    let mut days = Vec::new();
    let mut last = None;
    let mut offset = None;
    for (index, message) in messages.iter().enumerate() {
        let at = message.created_at;
        let quarter = at.div_euclid(QUARTER);
        let minutes = match offset {
            Some((known, minutes)) if known == quarter => minutes,
            _ => offset_minutes(at),
        };
        offset = Some((quarter, minutes));
        let number = format::local_day(at, minutes);
        // A clock that was set back makes no day twice.
        if last.is_none_or(|last| number > last) {
            last = Some(number);
            let begins_here = index > 0 || before == 0;
            days.push(Day { place: before + index, message: message.id.clone(), at, begins_here });
        }
    }
    days
}

/// `Today`, `Yesterday`, or the weekday and the date, in the person's own time.
fn in_words(at: UtcMs, now: UtcMs, offset_minutes: impl Fn(UtcMs) -> i32, t: &Texts) -> String {
    let day = |at| format::local_day(at, offset_minutes(at));
    match day(now) - day(at) {
        0 => t.get("chat-age-today"),
        1 => t.get("chat-age-yesterday"),
        _ => {
            // 1970-01-01 was a Thursday.
            let weekday = (day(at) + 4).rem_euclid(7);
            t.with(
                "chat-day",
                &[("weekday", weekday.into()), ("date", format::date(at, now, offset_minutes(at)).into())],
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::conversation::{MessageBody, MessageState, MessageView, Role};
    use hub_contract::platform::Language;
    use hub_contract::run::FinishReason;

    use super::*;

    const HOUR: i64 = 3_600_000;
    /// 2026-11-18T01:42:00Z, a Wednesday.
    const NOW: UtcMs = 1_794_966_120_000;

    fn messages(times: &[UtcMs]) -> Vec<SharedMessage> {
        let message = |at: &UtcMs| MessageView {
            id: format!("m{at}").as_str().into(),
            conversation: "c".into(),
            parent: None,
            role: Role::User,
            state: MessageState::Finished { reason: FinishReason::Stop },
            text: String::new(),
            body: MessageBody::default(),
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: *at,
        };
        times.iter().map(|at| message(at).into()).collect()
    }

    #[test]
    fn a_day_begins_when_the_persons_clock_says_so() {
        let messages = messages(&[15 * HOUR, 17 * HOUR, 25 * HOUR, 20 * HOUR, 50 * HOUR]);
        let places = |offset| days(0, &messages, |_| offset).iter().map(|day| day.place).collect::<Vec<_>>();
        assert_eq!(places(0), [0, 2, 4], "what is earlier than the message before it makes no day again");
        assert_eq!(places(8 * 60), [0, 1, 4], "in Shanghai 16:00 UTC is midnight");
        assert_eq!(days(0, &[], |_| 0), []);
    }

    #[test]
    fn a_day_begins_where_it_is_known_what_stands_above() {
        let messages = messages(&[15 * HOUR, 17 * HOUR, 25 * HOUR]);
        let begin = |before| days(before, &messages, |_| 0).iter().map(|day| (day.place, day.begins_here)).collect();
        let (whole, end): (Vec<_>, Vec<_>) = (begin(0), begin(100));
        assert_eq!(whole, [(0, true), (2, true)]);
        assert_eq!(end, [(100, false), (102, true)]);
    }

    #[test]
    fn days_are_told_in_the_persons_language() {
        let words = |at, language| in_words(at, NOW, |_| 8 * 60, &Texts::new(language));
        assert_eq!(words(NOW - 9 * HOUR, Language::En), "Today");
        assert_eq!(words(NOW - 10 * HOUR, Language::ZhCn), "昨天");
        assert_eq!(words(NOW - 48 * HOUR, Language::En), "Monday, 11-16");
        assert_eq!(words(NOW - 48 * HOUR, Language::ZhCn), "11-16 星期一");
        assert_eq!(words(0, Language::En), "Thursday, 1970-01-01");
        assert_eq!(words(NOW + 48 * HOUR, Language::En), "Friday, 11-20", "a clock that was set back");
    }
}
