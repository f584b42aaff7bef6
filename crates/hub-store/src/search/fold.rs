//! How texts are compared: letters without case, every kind of white space and control as one space.

/// A text as it is searched.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        fold(character, |character| folded.push(character));
    }
    folded
}

/// A folded text that knows where each of its bytes came from.
pub(super) struct Folded {
    pub(super) text: String,
    /// By byte of `text`: where its character begins in the original.
    origins: Vec<usize>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut origins = Vec::with_capacity(original.len());
        for (origin, character) in original.char_indices() {
            fold(character, |character| text.push(character));
            origins.resize(text.len(), origin);
        }
        Self { text, origins }
    }

    /// The characters of the original that a piece of the folded text came from, as a range of bytes.
    pub(super) fn origin(&self, original: &str, piece: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let begin_of = |byte: usize| self.origins.get(byte).copied().unwrap_or(original.len());
        let last = begin_of(piece.end.saturating_sub(1));
        let end = original.get(last..).and_then(|rest| rest.chars().next()).map_or(last, |c| last + c.len_utf8());
        begin_of(piece.start)..end
    }
}

/// One letter can become two (`İ` becomes `i` and a dot above).
fn fold(character: char, mut push: impl FnMut(char)) {
    if character.is_ascii_graphic() {
        push(character.to_ascii_lowercase());
    } else if character.is_whitespace() || character.is_control() {
        push(' ');
    } else {
        character.to_lowercase().for_each(push);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_white_space_do_not_matter() {
        assert_eq!(folded("Größe\tÄRGER\n中文 Ｆ🦀\0"), "größe ärger 中文 ｆ🦀 ");
    }

    #[test]
    fn a_letter_that_becomes_two_is_found_whole() {
        let original = "aİb";
        let folded = Folded::new(original);
        assert_eq!(folded.text, "ai\u{307}b");
        assert_eq!(&original[folded.origin(original, 1..2)], "İ");
        assert_eq!(&original[folded.origin(original, 2..5)], "İb");
    }
}
