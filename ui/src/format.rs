//! Numbers, sizes and times for people. Pure: the clock and the time zone are passed in.

use hub_contract::UtcMs;
use hub_contract::platform::Language;
use hub_text::Texts;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// `1284` as `1,284`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bytes as `84.2 MB`; powers of 1,000, one decimal from kilobytes on.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if number < 1000 {
        return format!("{number} B");
    }
    let mut value = number as f64 / 1000.0;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    format!("{value:.1} {unit}")
}

/// A length of time: `412 ms` under a second, `0.82 秒` under a minute in answers, then minutes and seconds.
pub fn duration(ms: u64, language: Language) -> String {
    let zh = language == Language::ZhCn;
    if ms < 1000 {
        return format!("{ms} ms");
    }
    let seconds = ms as f64 / 1000.0;
    if seconds < 60.0 {
        let unit = if zh { "秒" } else { "s" };
        return format!("{seconds:.1} {unit}");
    }
    let whole = ms / 1000;
    let (minutes, rest) = (whole / 60, whole % 60);
    if zh { format!("{minutes} 分 {rest} 秒") } else { format!("{minutes} min {rest} s") }
}

/// A context window: `128K`, `1M`; plain below a thousand.
pub fn tokens(number: u64) -> String {
    // Vendors count in 1,000 or in 1,024; both 128,000 and 131,072 are called 128K.
    let kilo = if number.is_multiple_of(1000) { 1000 } else { 1024 };
    if number >= kilo * kilo && number.is_multiple_of(kilo * kilo) {
        format!("{}M", number / (kilo * kilo))
    } else if number >= kilo * kilo {
        format!("{:.1}M", number as f64 / (kilo * kilo) as f64)
    } else if number >= kilo {
        format!("{}K", (number + kilo / 2) / kilo)
    } else {
        number.to_string()
    }
}

/// When something was: relative up to seven days, then the date.
pub fn when(at: UtcMs, now: UtcMs, offset_minutes: i32, texts: &Texts) -> String {
    let ago = now - at;
    if ago < MINUTE {
        texts.get("time-just-now")
    } else if ago < HOUR {
        texts.with("time-minutes-ago", &[("n", (ago / MINUTE).into())])
    } else if ago < DAY {
        texts.with("time-hours-ago", &[("n", (ago / HOUR).into())])
    } else if ago < 7 * DAY {
        texts.with("time-days-ago", &[("n", (ago / DAY).into())])
    } else {
        date(at, now, offset_minutes)
    }
}

/// `11-18 09:42`; with the year in front when it is another one.
pub fn date_time(at: UtcMs, now: UtcMs, offset_minutes: i32) -> String {
    let local = Local::of(at, offset_minutes);
    format!("{} {:02}:{:02}", date(at, now, offset_minutes), local.hour, local.minute)
}

/// `11-18`, or `2025-11-18` when it is another year.
pub fn date(at: UtcMs, now: UtcMs, offset_minutes: i32) -> String {
    let local = Local::of(at, offset_minutes);
    if local.year == Local::of(now, offset_minutes).year {
        format!("{:02}-{:02}", local.month, local.day)
    } else {
        format!("{}-{:02}-{:02}", local.year, local.month, local.day)
    }
}

/// `2026-11-18`, as part of a file name.
pub fn file_date(at: UtcMs, offset_minutes: i32) -> String {
    let local = Local::of(at, offset_minutes);
    format!("{}-{:02}-{:02}", local.year, local.month, local.day)
}

/// The first millisecond of a day that is written as `2026-11-18`; `offset_minutes` tells the clock's distance from UTC
/// at a moment. `None` for anything else, and for days that no month has.
pub fn start_of_day(text: &str, offset_minutes: impl Fn(UtcMs) -> i32) -> Option<UtcMs> {
    let start = day_number(text)? * DAY;
    Some(start - i64::from(offset_minutes(start)) * MINUTE)
}

/// The last millisecond of a day; otherwise as [`start_of_day`].
pub fn end_of_day(text: &str, offset_minutes: impl Fn(UtcMs) -> i32) -> Option<UtcMs> {
    let end = (day_number(text)? + 1) * DAY - 1;
    Some(end - i64::from(offset_minutes(end)) * MINUTE)
}

/// The first millisecond of the local day that was so many days ago; 0 is today.
pub fn days_ago(days: i64, now: UtcMs, offset_minutes: impl Fn(UtcMs) -> i32) -> UtcMs {
    let start = (local_day(now, offset_minutes(now)) - days) * DAY;
    start - i64::from(offset_minutes(start)) * MINUTE
}

/// The local day of a moment, counted from 1970-01-01.
pub fn local_day(at: UtcMs, offset_minutes: i32) -> i64 {
    (at + i64::from(offset_minutes) * MINUTE).div_euclid(DAY)
}

/// A day that is written as `2026-11-18`, counted from 1970-01-01.
fn day_number(text: &str) -> Option<i64> {
    let mut parts = text.trim().splitn(3, '-');
    let mut part = |digits: usize| {
        let part = parts.next()?;
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<i64>().ok())?
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if !(1..=12).contains(&month) || year < 1970 {
        return None;
    }
    // The inverse of what `Local::of` does.
    let (from_march, of_era) = if month > 2 { (month - 3, year) } else { (month + 9, year - 1) };
    let (era, year_of_era) = (of_era.div_euclid(400), of_era.rem_euclid(400));
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let number = era * 146_097 + day_of_era - 719_468;
    let local = Local::of(number * DAY, 0);
    ((local.year, local.month, local.day) == (year, month, day)).then_some(number)
}

/// A moment on the local calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Local {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
}

impl Local {
    fn of(at: UtcMs, offset_minutes: i32) -> Self {
        let local = at + i64::from(offset_minutes) * MINUTE;
        let (days, in_day) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        // Days to a date in the proleptic Gregorian calendar, counted in eras of 400 years from 1 March.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month, day, hour: in_day / HOUR, minute: in_day % HOUR / MINUTE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(7), "7");
        assert_eq!(count(1284), "1,284");
        assert_eq!(count(1_000_000), "1,000,000");
    }

    #[test]
    fn sizes_have_one_decimal() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(84_200_000), "84.2 MB");
        assert_eq!(bytes(999_990), "1.0 MB", "never 1000.0 KB");
        assert_eq!(bytes(2_000_000_000_000), "2.0 TB");
    }

    #[test]
    fn durations_follow_the_language() {
        assert_eq!(duration(412, Language::ZhCn), "412 ms");
        assert_eq!(duration(8_200, Language::ZhCn), "8.2 秒");
        assert_eq!(duration(65_000, Language::En), "1 min 5 s");
    }

    #[test]
    fn context_windows_are_short() {
        assert_eq!(tokens(131_072), "128K");
        assert_eq!(tokens(128_000), "128K");
        assert_eq!(tokens(1_048_576), "1M");
        assert_eq!(tokens(512), "512");
    }

    #[test]
    fn dates_are_local_and_drop_this_year() {
        // 2026-11-18T01:42:00Z is 09:42 in Shanghai.
        let at = 1_794_966_120_000;
        assert_eq!(date_time(at, at, 8 * 60), "11-18 09:42");
        assert_eq!(file_date(at, 8 * 60), "2026-11-18");
        assert_eq!(date_time(0, 0, 0), "01-01 00:00");
        assert_eq!(date(0, 40 * 365 * DAY, 0), "1970-01-01");
        assert_eq!(date(951_782_400_000, 951_782_400_000, 0), "02-29", "2000 is a leap year");
        assert_eq!(date(0, 0, -60), "12-31", "west of Greenwich it is still 1969");
    }

    #[test]
    fn a_day_ends_when_the_local_clock_says_so() {
        assert_eq!(end_of_day("1970-01-01", |_| 0), Some(DAY - 1));
        let end = end_of_day("2026-11-18", |_| 8 * 60).unwrap();
        assert_eq!(file_date(end, 8 * 60), "2026-11-18");
        assert_eq!(file_date(end + 1, 8 * 60), "2026-11-19");
        assert_eq!(file_date(end_of_day(" 2028-02-29 ", |_| -60).unwrap(), -60), "2028-02-29");
        for text in ["", "2027-02-29", "2026-13-01", "2026-04-31", "2026-1-1", "tomorrow", "2026-11-18-1", "2026-00-10"]
        {
            assert_eq!(end_of_day(text, |_| 0), None, "{text}");
        }
    }

    #[test]
    fn a_day_begins_where_the_one_before_ends() {
        let start = start_of_day("2026-11-18", |_| 8 * 60).unwrap();
        assert_eq!(end_of_day("2026-11-17", |_| 8 * 60), Some(start - 1));
        assert_eq!(start_of_day("2026-11-31", |_| 0), None);
        assert_eq!(days_ago(0, start, |_| 8 * 60), start);
        assert_eq!(days_ago(0, start + DAY - 1, |_| 8 * 60), start);
        assert_eq!(Some(days_ago(17, start, |_| 8 * 60)), start_of_day("2026-11-01", |_| 8 * 60));
        assert_eq!(local_day(start, 8 * 60), local_day(start - 1, 8 * 60) + 1);
    }

    #[test]
    fn times_are_relative_for_a_week() {
        let texts = Texts::new(Language::En);
        assert_eq!(when(0, 30_000, 0, &texts), "just now");
        assert_eq!(when(0, 2 * MINUTE, 0, &texts), "2 min ago");
        assert_eq!(when(0, 3 * DAY, 0, &texts), "3 days ago");
        assert_eq!(when(0, 8 * DAY, 0, &texts), "01-01");
    }
}
