//! The passage that is shown of a hit.

use super::fold::Folded;

/// How many characters of it stand before the first match, and how many it has in all; a longer match is shown whole.
const BEFORE: usize = 24;
const LENGTH: usize = 80;

/// About 80 characters around the first match of the folded `query`, in pieces: every other piece, from the second on, is
/// a match. One line; `…` stands where it was cut.
pub(super) fn passage(text: &str, query: &str) -> Vec<String> {
    let folded = Folded::new(text);
    let mut matches = folded.text.match_indices(query).map(|(at, found)| folded.origin(text, at..at + found.len()));
    let Some(first) = matches.next() else {
        return vec![one_line(text.chars().take(LENGTH))];
    };

    let start = back(text, first.start, BEFORE);
    let end = forward(text, start, LENGTH).max(first.end);
    let mut pieces = Vec::new();
    let mut shown = start;
    for found in std::iter::once(first).chain(matches).take_while(|found| found.end <= end) {
        // Two matches can share a letter that folding made two of.
        let found = found.start.max(shown)..found.end;
        pieces.push(piece(text, shown..found.start));
        shown = found.end;
        pieces.push(piece(text, found));
    }
    pieces.push(piece(text, shown..end));

    if start > 0
        && let Some(first) = pieces.first_mut()
    {
        first.insert(0, '…');
    }
    if end < text.len()
        && let Some(last) = pieces.last_mut()
    {
        last.push('…');
    }
    pieces
}

/// The place so many characters before `from`.
fn back(text: &str, from: usize, characters: usize) -> usize {
    let before = text.get(..from).unwrap_or_default();
    before.char_indices().rev().take(characters).last().map_or(from, |(at, _)| at)
}

/// The place so many characters after `from`.
fn forward(text: &str, from: usize, characters: usize) -> usize {
    let after = text.get(from..).unwrap_or_default();
    after.char_indices().nth(characters).map_or(text.len(), |(at, _)| from + at)
}

fn piece(text: &str, range: std::ops::Range<usize>) -> String {
    one_line(text.get(range).unwrap_or_default().chars())
}

fn one_line(characters: impl Iterator<Item = char>) -> String {
    characters.map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_piece_is_a_match() {
        assert_eq!(passage("一\n二三，二三四", "二三"), ["一 ", "二三", "，", "二三", "四"]);
        assert_eq!(passage("Rust", "rust"), ["", "Rust", ""]);
    }

    #[test]
    fn long_texts_are_cut_between_characters_and_say_so() {
        let text = format!("{}目标{}", "前".repeat(100), "🦀".repeat(100));
        let pieces = passage(&text, "目标");
        assert_eq!(pieces, [format!("…{}", "前".repeat(24)), "目标".to_owned(), format!("{}…", "🦀".repeat(54))]);
    }

    #[test]
    fn a_match_longer_than_a_passage_is_whole() {
        let long = "x".repeat(200);
        assert_eq!(passage(&format!("a{long}b"), &long), ["a".to_owned(), long, "…".to_owned()]);
    }
}
