//! Names that people give: how they may look, and when two of them are one. Pure, so that a form refuses what the core would.

use crate::{ErrorCode, HubError};

/// Longest name of an agent, plan, user group or member, in characters.
pub const NAME_MAX: usize = 100;

/// A name as it may be kept: without space around it, not empty, not too long, and without characters that cannot be seen
/// or that turn the reading direction, because two names must not look alike and differ.
///
/// # Errors
/// `invalid_request` with the hint `name` or `name_characters`; `too_large` with the hint `text_long`.
pub fn checked(name: &str, field: &str) -> Result<String, HubError> {
    let fault = |code, message: &str, hint: &str| Err(HubError::new(code, message).hint(hint).field(field));
    let name = name.trim();
    if name.is_empty() {
        return fault(ErrorCode::InvalidRequest, "a name is needed", "name");
    }
    if name.chars().count() > NAME_MAX {
        return fault(ErrorCode::TooLarge, "the name is too long", "text_long");
    }
    if hidden(name).next().is_some() {
        return fault(ErrorCode::InvalidRequest, "the name holds characters that cannot be seen", "name_characters");
    }
    Ok(name.to_owned())
}

/// The same for a name that a platform gave: what cannot be seen is left out instead of refused.
pub fn visible(name: &str) -> String {
    let unseen: Vec<usize> = hidden(name).collect();
    let seen = name.char_indices().filter(|(place, _)| !unseen.contains(place)).map(|(_, c)| c);
    seen.collect::<String>().trim().chars().take(NAME_MAX).collect()
}

/// A name as it is compared: case and kinds of space do not matter.
pub fn key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Where characters stand that cannot be seen or that turn the reading direction.
fn hidden(name: &str) -> impl Iterator<Item = usize> + '_ {
    let mut before = None;
    name.char_indices().filter_map(move |(place, c)| {
        let after_symbol = before.is_some_and(|before| before > '\u{2000}' && !char::is_alphanumeric(before));
        before = Some(c);
        // A zero-width joiner and the variation selectors are parts of emoji, and of nothing else here.
        let part_of_emoji = after_symbol && matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
        (is_hidden(c) && !part_of_emoji).then_some(place)
    })
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(name: &str) -> String {
        checked(name, "name").unwrap_err().detail.hint.unwrap_or_default()
    }

    #[test]
    fn what_cannot_be_seen_is_refused_and_emoji_are_not() {
        for name in
            ["Pro\u{200b}", "\u{202e}orP", "a\u{2066}b", "a\u{200d}b", "\u{feff}x", "a\tb", "a\u{7}", "专业\u{ad}版"]
        {
            assert_eq!(hint(name), "name_characters", "{name:?}");
        }
        for name in ["专业版", "Pro ✔\u{fe0f}", "👩\u{200d}💻 Dev", "Ärzte", "Все", "売上"] {
            assert_eq!(checked(&format!(" {name} "), "name").unwrap(), name);
        }
    }

    #[test]
    fn empty_and_endless_names_are_refused() {
        assert_eq!(hint("  "), "name");
        assert_eq!(hint(&"长".repeat(10_000)), "text_long");
        assert!(checked(&"长".repeat(NAME_MAX), "name").is_ok());
    }

    #[test]
    fn a_platforms_name_loses_only_what_cannot_be_seen() {
        assert_eq!(visible("\u{202e}Sales\u{200b} 👩\u{200d}💻\n"), "Sales 👩\u{200d}💻");
    }

    #[test]
    fn names_that_differ_in_case_or_spaces_are_one() {
        assert_eq!(key(" Pro  Plan "), key("pro\u{3000}plan"));
        assert_ne!(key("Pro"), key("Pro1"));
    }
}
