//! Cuts text about as a tokenizer does: two Chinese characters, or a word with the space before it.

/// The pieces of a text; together they are the text.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let mut last = Class::Other;
    let mut length = 0;
    for character in text.chars() {
        let class = Class::of(character);
        if !token.is_empty() && !joins(last, class, length) {
            tokens.push(std::mem::take(&mut token));
            length = 0;
        }
        token.push(character);
        length += 1;
        last = class;
    }
    if !token.is_empty() {
        tokens.push(token);
    }
    tokens
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Word,
    /// Chinese and other characters outside ASCII.
    Wide,
    Other,
}

impl Class {
    fn of(character: char) -> Self {
        match character {
            ' ' => Self::Space,
            c if c.is_ascii_alphanumeric() => Self::Word,
            c if !c.is_ascii() => Self::Wide,
            _ => Self::Other,
        }
    }
}

fn joins(last: Class, next: Class, length: usize) -> bool {
    match (last, next) {
        (Class::Space, Class::Space | Class::Word) => true,
        (Class::Word, Class::Word) => length < 8,
        (Class::Wide, Class::Wide) => length < 2,
        (Class::Other, Class::Other) => length < 3,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_are_small_and_together_the_text() {
        let text = "## 计算口径\n\n1. **分子**: units under warranty `B2608-114` 🌏\n\n```sql\nSELECT  1;\n```";
        let pieces = tokens(text);
        assert_eq!(pieces.concat(), text);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= 9), "{pieces:?}");
        assert!(pieces.contains(&"计算".to_owned()) && pieces.contains(&" under".to_owned()), "{pieces:?}");
        assert!(tokens("").is_empty());
    }
}
