//! How an agent or model looks, and how times and counts of answers are written.

use hub_contract::conversation::Target;
use hub_contract::id::ConnectionId;
use hub_contract::platform::Language;
use hub_contract::{PlatformId, UtcMs, catalogue};
use yew::prelude::*;

use crate::components::{MonogramProps, MonogramSize, platform_monogram};
use crate::format;
use crate::state::{Connections, use_icons};

#[derive(Properties, PartialEq)]
pub(crate) struct TargetMarkProps {
    pub(crate) name: AttrValue,
    pub(crate) platform: Option<PlatformId>,
    /// An agent has a monogram of its own; a model has its platform's. Absent means a model.
    #[prop_or_default]
    pub(crate) target: Option<Target>,
    #[prop_or_default]
    pub(crate) size: MonogramSize,
}

/// The icon or monogram of an agent, or the monogram of a model.
#[component]
pub(crate) fn TargetMark(props: &TargetMarkProps) -> Html {
    let icons = use_icons();
    let monogram = |tint: u8, picture: Option<AttrValue>| {
        MonogramProps { glyph: glyph(&props.name).into(), tint, size: props.size, picture, person: false }.draw()
    };
    match (&props.target, props.platform) {
        (Some(Target::Agent { agent }), _) => monogram(tint(agent.as_str()), icons.of(agent)),
        (_, Some(platform)) => platform_monogram(platform, props.size),
        (_, None) => monogram(6, None),
    }
}

/// The platform of a model's connection.
pub(super) fn model_platform(connections: &Connections, id: &ConnectionId) -> Option<PlatformId> {
    connections.find(id).map(|connection| connection.platform)
}

/// The platform's name.
pub(super) fn platform_name(platform: PlatformId, language: Language) -> &'static str {
    catalogue::spec(platform).name.get(language)
}

/// `10:31` today, `11-18 10:31` before.
pub(crate) fn clock(at: UtcMs, now: UtcMs, offset_minutes: i32) -> String {
    let whole = format::date_time(at, now, offset_minutes);
    if format::date(at, now, offset_minutes) == format::date(now, now, offset_minutes) {
        whole.rsplit(' ').next().unwrap_or_default().to_owned()
    } else {
        whole
    }
}

/// A length of time in an answer: `44 ms`, `0.82 秒`, `7.4 秒`, `1 分 5 秒`.
pub(super) fn seconds(ms: u64, language: Language) -> String {
    let value = ms as f64 / 1000.0;
    // Two decimals would say nothing of less than a tenth of a second.
    if !(100..60_000).contains(&ms) {
        return format::duration(ms, language);
    }
    let unit = match language {
        Language::ZhCn => "秒",
        Language::En => "s",
    };
    if ms < 1_000 { format!("{value:.2} {unit}") } else { format!("{value:.1} {unit}") }
}

/// How long something took that is told in whole seconds: `6 秒`; `0.82 秒` below one.
pub(super) fn whole_seconds(ms: u64, language: Language) -> String {
    if ms < 1_000 { seconds(ms, language) } else { seconds((ms + 500) / 1_000 * 1_000, language).replacen(".0", "", 1) }
}

/// One Han character, or up to two Latin letters.
pub(crate) fn glyph(name: &str) -> String {
    let letters: Vec<char> = name.chars().filter(|c| c.is_alphanumeric()).take(2).collect();
    match letters.as_slice() {
        [first, second] if first.is_ascii() && second.is_ascii() => format!("{}{second}", first.to_ascii_uppercase()),
        [first, ..] => first.to_uppercase().to_string(),
        [] => "·".to_owned(),
    }
}

/// 1 to 6, always the same for the same id.
pub(crate) fn tint(id: &str) -> u8 {
    let sum = id.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    (sum % 6) as u8 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_answers_have_the_right_number_of_digits() {
        assert_eq!(seconds(4, Language::ZhCn), "4 ms");
        assert_eq!(seconds(820, Language::ZhCn), "0.82 秒");
        assert_eq!(seconds(7_420, Language::En), "7.4 s");
        assert_eq!(seconds(65_000, Language::En), "1 min 5 s");
        assert_eq!(whole_seconds(6_020, Language::ZhCn), "6 秒");
        assert_eq!(whole_seconds(300, Language::En), "0.30 s");
    }

    #[test]
    fn today_has_no_date() {
        const HOUR: i64 = 3_600_000;
        assert_eq!(clock(2 * HOUR, 20 * HOUR, 0), "02:00");
        assert_eq!(clock(2 * HOUR, 26 * HOUR, 0), "01-01 02:00");
        assert_eq!(clock(23 * HOUR, 25 * HOUR, 8 * 60), "07:00", "it is the same day in Shanghai");
    }

    #[test]
    fn glyphs_are_short() {
        assert_eq!(glyph("售后知识助手"), "售");
        assert_eq!(glyph("release notes"), "Re");
        assert_eq!(glyph("A"), "A");
        assert_eq!(glyph("  "), "·");
        assert!((1..=6).contains(&tint("any id")));
    }
}
