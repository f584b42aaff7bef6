//! How long to wait before a call is sent again: what the server asked for, read leniently.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Reads `retry-after-ms` and `retry-after` (seconds, also fractions, or an HTTP date). `None` for what is broken,
/// negative or past.
pub(crate) fn asked(milliseconds: Option<&str>, seconds_or_date: Option<&str>, now: SystemTime) -> Option<Duration> {
    if let Some(wait) = milliseconds.and_then(|text| number(text, 1000.0)) {
        return Some(wait);
    }
    let text = seconds_or_date?;
    number(text, 1.0).or_else(|| date(text)?.duration_since(now).ok()).filter(|wait| !wait.is_zero())
}

fn number(text: &str, per_second: f64) -> Option<Duration> {
    let number: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(number / per_second).ok().filter(|wait| !wait.is_zero())
}

/// The one form of dates that HTTP senders must use: `Wed, 21 Oct 2026 07:28:00 GMT` (RFC 9110, 5.6.7).
fn date(text: &str) -> Option<SystemTime> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.trim().split_once(", ")?.1.split(' ');
    let day: i64 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = i64::try_from(MONTHS.iter().position(|name| *name == month)?).ok()? + 1;
    let year: i64 = words.next()?.parse().ok()?;
    let mut clock = words.next()?.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let in_range = (1970..10_000).contains(&year)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    if words.next()? != "GMT" || words.next().is_some() || !in_range {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

/// Days of the Gregorian calendar, counted in years that begin in March so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 306 + 5) / 10 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn q58_every_way_to_write_it() {
        let now = at(1_792_567_670); // ten seconds before 21 Oct 2026 07:28:00
        for (text, wait) in [
            ("Wed, 21 Oct 2026 07:28:00 GMT", Some(Duration::from_secs(10))),
            ("2", Some(Duration::from_secs(2))),
            ("0.5", Some(Duration::from_millis(500))),
            ("600", Some(Duration::from_secs(600))),
            ("0", None),
            ("-1", None),
            ("abc", None),
            ("inf", None),
            ("NaN", None),
            ("", None),
            ("Wed, 21 Oct 2020 07:28:00 GMT", None),
            ("Wed, 99 Oct 2026 07:28:00 GMT", None),
            ("Wed, 21 Oct 2026 07:28 GMT", None),
        ] {
            assert_eq!(asked(None, Some(text), now), wait, "{text}");
        }
        assert_eq!(asked(Some("1500"), Some("9"), now), Some(Duration::from_millis(1500)));
        assert_eq!(asked(Some("x"), Some("9"), now), Some(Duration::from_secs(9)));
        assert_eq!(asked(None, None, now), None);
    }

    #[test]
    fn dates_count_from_1970() {
        assert_eq!(date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(at(0)));
        assert_eq!(date("Tue, 29 Feb 2000 12:00:00 GMT"), Some(at(951_825_600)));
        assert_eq!(date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(at(784_111_777)));
    }
}
