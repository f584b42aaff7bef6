//! JSON as platforms write it: escaped surrogate pairs cut in two, numbers as text or as `NaN`, several documents in a row.

mod repair;
mod value;

use serde::de::DeserializeSeed;

use value::InPlace;
pub(crate) use value::{Object, Value};

/// Surrogates are no `char`, so a lone half travels through the parser as one of these 2,048 private characters (the
/// last ones of plane 16) and is made whole or replaced by [`Joiner`].
const HALVES: u32 = 0x10_F800;
const SURROGATES: u32 = 0xD800;
const LOW: u32 = 0xDC00;

/// The first JSON document of `text`; what follows it is left alone. Lone surrogate halves are kept for [`Joiner`].
///
/// # Errors
/// The parser's, when there is no whole document.
pub(crate) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    Documents::default().parse(text)
}

/// The documents of one answer, parsed one after the other into the same memory.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    room: Value,
}

impl Documents {
    /// As [`parse`].
    ///
    /// # Errors
    /// As [`parse`].
    pub(crate) fn parse(&mut self, text: &str) -> Result<Value, serde_json::Error> {
        let mut document = std::mem::take(&mut self.room);
        first_document(text, &mut document).or_else(|error| {
            let halves = keep_halves(text);
            first_document(&halves, &mut document)
                .or_else(|_| first_document(&repair::mended(&halves), &mut document))
                .map_err(|_| error)
        })?;
        Ok(document)
    }

    /// Takes a document back that is no longer needed, as room for the next one.
    pub(crate) fn give_back(&mut self, document: Value) {
        self.room = document;
    }
}

/// A whole number, however it is written: `3`, `3.0`, `"3"`. Negative and broken ones count as unknown.
pub(crate) fn lenient_u64(value: &Value) -> Option<u64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse::<f64>().ok(),
        _ => None,
    }?;
    // Token counts are far below 2^53, up to which f64 is exact.
    (0.0..9_007_199_254_740_992.0).contains(&number).then_some(number as u64)
}

/// A code as text, however it is written: `"1113"`, `400`, `400.0`. Null, empty and other types count as none.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text of a member that is a text and not empty.
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// Puts surrogate pairs together that were cut between two deltas of one text.
#[derive(Debug, Default)]
pub(crate) struct Joiner {
    high: Option<u32>,
}

impl Joiner {
    /// The next delta: a first half held back before is joined with its second half; a half without its other half
    /// becomes U+FFFD.
    pub(crate) fn push(&mut self, delta: &str) -> String {
        // Characters of plane 16, and nothing else, begin with that byte.
        if self.high.is_none() && memchr::memchr(0xF4, delta.as_bytes()).is_none() {
            return delta.to_owned();
        }
        let mut text = String::with_capacity(delta.len());
        for c in delta.chars() {
            let low = half_of(c).filter(|half| *half >= LOW);
            if let Some(high) = self.high.take() {
                if let Some(low) = low {
                    let code = 0x10000 + ((high - SURROGATES) << 10) + (low - LOW);
                    text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    continue;
                }
                text.push(char::REPLACEMENT_CHARACTER);
            }
            match half_of(c) {
                Some(half) if half < LOW => self.high = Some(half),
                Some(_) => text.push(char::REPLACEMENT_CHARACTER),
                None => text.push(c),
            }
        }
        text
    }

    /// The end of the text: a half still held back becomes U+FFFD.
    pub(crate) fn finish(&mut self) -> String {
        self.high.take().map(|_| char::REPLACEMENT_CHARACTER.to_string()).unwrap_or_default()
    }
}

/// What follows an object or a list is left alone; a bare word or number stands alone.
fn first_document(text: &str, document: &mut Value) -> Result<(), serde_json::Error> {
    let mut parser = serde_json::Deserializer::from_str(text);
    InPlace(document).deserialize(&mut parser)?;
    if document.is_object() || document.is_array() { Ok(()) } else { parser.end() }
}

/// `text` with every lone `\uD800`…`\uDFFF` replaced by its private character. Pairs and all else stay.
fn keep_halves(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        kept.push_str(before);
        let length = match surrogate_at(escape) {
            Some(high) if high < LOW && escape.get(6..).and_then(surrogate_at).is_some_and(|low| low >= LOW) => {
                kept.push_str(escape.get(..12).unwrap_or(escape));
                12
            }
            Some(half) => {
                kept.extend(char::from_u32(HALVES + (half - SURROGATES)));
                6
            }
            // The escaped character goes along, so that the second backslash of `\\u` is not taken for a first one.
            None => {
                let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                kept.push_str(escape.get(..length).unwrap_or(escape));
                length
            }
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
}

fn surrogate_at(escape: &str) -> Option<u32> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    let code = u32::from_str_radix(digits, 16).ok()?;
    (SURROGATES..0xE000).contains(&code).then_some(code)
}

fn half_of(c: char) -> Option<u32> {
    is_half(c).then(|| u32::from(c) - HALVES + SURROGATES)
}

fn is_half(c: char) -> bool {
    u32::from(c) >= HALVES
}

/// A document for a test, written as for `serde_json::json!`.
#[cfg(test)]
macro_rules! document {
    ($($json:tt)*) => { $crate::json::Value::from(::serde_json::json!($($json)*)) };
}
#[cfg(test)]
pub(crate) use document as json;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(deltas: &[&str]) -> String {
        let mut joiner = Joiner::default();
        let mut text: String =
            deltas.iter().map(|delta| joiner.push(parse(delta).expect("readable").as_str().expect("a text"))).collect();
        text.push_str(&joiner.finish());
        text
    }

    #[test]
    fn p15_surrogate_halves_are_joined_or_replaced() {
        assert_eq!(joined(&[r#""a\ud83d""#, r#""\ude00b""#]), "a😀b");
        assert_eq!(joined(&[r#""a\uD83D""#, r#""""#, r#""\uDE00b""#]), "a😀b");
        assert_eq!(joined(&[r#""a\ud83d""#, r#""b""#]), "a\u{FFFD}b");
        assert_eq!(joined(&[r#""a\ude00b""#]), "a\u{FFFD}b");
        assert_eq!(joined(&[r#""a\ud83d""#]), "a\u{FFFD}");
        assert_eq!(joined(&[r#""\ud83d\ud83d\ude00""#]), "\u{FFFD}😀");
        assert_eq!(joined(&[r#""\\ud83d \ud83d""#, r#""\ude00""#]), "\\ud83d 😀");
    }

    #[test]
    fn what_is_no_json_stays_an_error() {
        for text in ["", "{", r#"{"a":"\ud83d"#, "\\u", "nonsense"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse("{\"a\":1}\n{\"b\":2}").expect("the first"), json!({"a": 1}));
    }

    #[test]
    fn q52_numbers_however_they_are_written() {
        for (value, number) in [
            (json!(3), Some(3)),
            (json!(3.0), Some(3)),
            (json!("1760"), Some(1760)),
            (json!("0"), Some(0)),
            (json!(-1), None),
            (json!("x"), None),
            (json!(null), None),
        ] {
            assert_eq!(lenient_u64(&value), number, "{value}");
        }
    }

    proptest! {
        #[test]
        fn ordinary_texts_come_through_unchanged(parts in prop::collection::vec("\\PC{0,12}", 0..6)) {
            let deltas: Vec<String> = parts.iter().map(|part| json!(part).to_string()).collect();
            let deltas: Vec<&str> = deltas.iter().map(String::as_str).collect();
            prop_assume!(!parts.concat().chars().any(is_half));
            prop_assert_eq!(joined(&deltas), parts.concat());
        }

        #[test]
        fn utf16_cut_anywhere_is_whole_again(text in "[a😀世🌏]{0,8}", cut in 0usize..20) {
            let units: Vec<u16> = text.encode_utf16().collect();
            let cut = cut.min(units.len());
            let escape = |units: &[u16]| units.iter().fold(String::from("\""), |s, u| s + &format!("\\u{u:04x}")) + "\"";
            let (first, second) = units.split_at(cut);
            prop_assert_eq!(joined(&[&escape(first), &escape(second)]), text);
        }
    }
}
