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
}

/// The days of a conversation, in order. They are counted when a message comes or goes, not while one grows.
#[hook]
pub(super) fn use_days(thread: Option<&Thread>) -> Rc<Vec<Day>> {
    let messages = thread.map_or(&[][..], |thread| thread.messages.as_slice());
    let ends = [messages.first(), messages.last()].map(|message| message.map(|message| message.id.clone()));
    use_memo((messages.len(), ends), |_| days(messages, dom::utc_offset_minutes))
}

/// What stands above a message that is the first of its day. The conversation itself begins without, if it is of today.
pub(super) fn above(days: &[Day], place: usize, now: UtcMs, t: &Texts) -> Option<Html> {
    let day = days.iter().find(|day| day.place == place)?;
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

/// The menu that goes to the start or to a day, the newest first.
pub(super) fn menu(days: &[Day], now: UtcMs, t: &Texts, go: &Callback<MessageId>) -> Html {
    let item = |icon, label: String, day: &Day| {
        let (go, message) = (go.clone(), day.message.clone());
        let onclick = Callback::from(move |()| go.emit(message.clone()));
        MenuItem { icon, label: label.into(), bad: false, onclick }
    };
    let start = days.first().map(|day| item(IconName::Up, t.get("chat-go-start"), day));
    let dated =
        days.iter().rev().map(|day| item(IconName::Clock, in_words(day.at, now, dom::utc_offset_minutes, t), day));
    let items: Vec<MenuItem> = start.into_iter().chain(dated).collect();
    if items.is_empty() {
        return html! {};
    }
    html! { <MenuButton label={t.get("chat-go")} {items} /> }
}

fn days(messages: &[SharedMessage], offset_minutes: impl Fn(UtcMs) -> i32) -> Vec<Day> {
    let mut days = Vec::new();
    let mut last = None;
    for (place, message) in messages.iter().enumerate() {
        let at = message.created_at;
        let number = format::local_day(at, offset_minutes(at));
        // A clock that was set back makes no day twice.
        if last.is_none_or(|last| number > last) {
            last = Some(number);
            days.push(Day { place, message: message.id.clone(), at });
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
        let places = |offset| days(&messages, |_| offset).iter().map(|day| day.place).collect::<Vec<_>>();
        assert_eq!(places(0), [0, 2, 4], "what is earlier than the message before it makes no day again");
        assert_eq!(places(8 * 60), [0, 1, 4], "in Shanghai 16:00 UTC is midnight");
        assert_eq!(days(&[], |_| 0), []);
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
