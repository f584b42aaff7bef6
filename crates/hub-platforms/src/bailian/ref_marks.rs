//! Takes the tags off citation marks: `<ref>[1]</ref>` becomes `[1]` (`wire/cloud-llm.md` 2.3), wherever it is cut.

const TAGS: &[&str] = &["<ref>", "</ref>"];

/// The filter of one text.
#[derive(Debug, Default)]
pub(super) struct RefMarks {
    /// What may become a tag.
    held: String,
}

impl RefMarks {
    /// The text without tags, but for an end that may be the beginning of one.
    pub(super) fn push(&mut self, text: &str) -> String {
        let text = std::mem::take(&mut self.held) + text;
        let mut plain = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find('<') {
            let (before, tag) = rest.split_at(at);
            plain.push_str(before);
            if let Some(behind) = TAGS.iter().find_map(|known| tag.strip_prefix(known)) {
                rest = behind;
            } else if TAGS.iter().any(|known| known.starts_with(tag)) {
                tag.clone_into(&mut self.held);
                return plain;
            } else {
                plain.push('<');
                rest = tag.get(1..).unwrap_or_default();
            }
        }
        plain.push_str(rest);
        plain
    }

    /// The end of the text: what was held back became no tag.
    pub(super) fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(pieces: &[&str]) -> String {
        let mut marks = RefMarks::default();
        let mut text: String = pieces.iter().map(|piece| marks.push(piece)).collect();
        text.push_str(&marks.finish());
        text
    }

    #[test]
    fn only_the_tags_go() {
        assert_eq!(plain(&["5天<ref>[1]</ref>。"]), "5天[1]。");
        assert_eq!(plain(&["a < b, <re", "f>[2]<", "/ref> c <b> <"]), "a < b, [2] c <b> <");
        assert_eq!(plain(&["<<ref>x"]), "<x");
    }

    proptest! {
        #[test]
        fn cuts_change_nothing(text in "(<ref>|</ref>|<|ref|[a好]){0,12}", cut in 0usize..40) {
            let cut = text.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(text.len());
            let (first, second) = text.split_at(cut);
            prop_assert_eq!(plain(&[first, second]), plain(&[&text]));
        }
    }
}
