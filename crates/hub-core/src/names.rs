//! Names that the operator gives: the contract's rules, and what only a bundle's preview asks.

pub(crate) use hub_contract::name::{NAME_MAX, checked, key, visible};

/// True for a name that mixes Latin letters with Cyrillic or Greek ones, which often look the same.
pub(crate) fn mixes_scripts(name: &str) -> bool {
    let has = |range: fn(char) -> bool| name.chars().any(range);
    let latin = has(|c| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}'));
    latin && has(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{1f00}'..='\u{1fff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_look_alike_are_noticed() {
        assert!(mixes_scripts("Sаles"), "the second letter is Cyrillic");
        assert!(!mixes_scripts("Sales") && !mixes_scripts("Продажи") && !mixes_scripts("销售 Sales"));
    }
}
