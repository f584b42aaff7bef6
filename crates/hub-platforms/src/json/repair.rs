//! Mends what careless servers write into JSON, so that a token count of `NaN` does not cost a whole answer.

/// `text` with every number that JSON cannot hold (`NaN`, `Infinity`, `1e400`) as `null`, and every control character
/// inside a text escaped. What is sound stays as it is; what is broken in another way stays broken.
pub(super) fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' {
            push_text(&mut mended, rest)
        } else if is_bare(first) {
            push_word(&mut mended, rest)
        } else {
            mended.push(first);
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    mended
}

/// Takes a text with its quotes; answers its length.
fn push_text(mended: &mut String, rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            '\u{0}'..='\u{1F}' => mended.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => mended.push(c),
        }
        if c == '"' && !escaped && at > 0 {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

/// Takes a word or number; answers its length.
fn push_word(mended: &mut String, rest: &str) -> usize {
    let length = rest.find(|c| !is_bare(c)).unwrap_or(rest.len());
    let word = rest.get(..length).unwrap_or_default();
    // Rust reads more numbers than JSON has.
    let holds = word.parse::<f64>().is_err() || serde_json::from_str::<serde_json::Value>(word).is_ok();
    mended.push_str(if holds { word } else { "null" });
    length
}

fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_')
}

#[cfg(test)]
mod tests {
    use super::mended;

    #[test]
    fn only_what_json_cannot_hold_is_changed() {
        for (text, expected) in [
            (r#"{"a":NaN,"b":[-Infinity,1e400,-0,2.5,true,null]}"#, r#"{"a":null,"b":[null,null,-0,2.5,true,null]}"#),
            (r#"{"text":"NaN \" 1e400 \\","b":1}"#, r#"{"text":"NaN \" 1e400 \\","b":1}"#),
            ("{\"a\":\"one\ttwo\u{1}\"}", "{\"a\":\"one\\u0009two\\u0001\"}"),
            (r#"{"a":"cut"#, r#"{"a":"cut"#),
            ("nonsense, {word: 1}", "nonsense, {word: 1}"),
            ("", ""),
        ] {
            assert_eq!(mended(text), expected);
        }
    }
}
