//! What goes into the two indexes, and how they are asked.

use std::collections::HashSet;

/// From this many characters on, a query is answered by trigrams.
pub(super) const TRIGRAM: usize = 3;

/// How many trigrams of a long query are looked up. They only have to narrow the choice: the text itself decides.
const ASKED: usize = 24;

/// Every character of a folded text and every two neighbours, each once. Spaces are no characters here: a query of one
/// or two characters has none.
pub(super) fn short_grams(folded: &str) -> String {
    let mut seen = HashSet::new();
    let mut grams = String::new();
    // Where the character before begins, in the same word.
    let mut before = None;
    for (at, character) in folded.char_indices() {
        let end = at + character.len_utf8();
        let begins = [Some(at), before];
        before = (!matches!(character, ' ' | super::APART)).then_some(at);
        let of_word = begins.into_iter().flatten().filter(|_| before.is_some());
        for gram in of_word.filter_map(|begin| folded.get(begin..end)) {
            if seen.insert(gram) {
                grams.push_str(gram);
                grams.push(' ');
            }
        }
    }
    grams
}

/// The expression that finds one or two characters.
pub(super) fn short_query(folded: &str) -> String {
    quoted(folded)
}

/// The expression that finds texts in which all of the query's trigrams are: every text that holds the query, and a few
/// more. Of a long query the trigrams asked for are spread over all of it.
pub(super) fn trigram_query(folded: &str) -> String {
    let characters: Vec<&str> = characters(folded).collect();
    let trigrams: Vec<String> = characters.windows(TRIGRAM).map(|trigram| quoted(&trigram.concat())).collect();
    let step = trigrams.len().div_ceil(ASKED).max(1);
    let mut asked: Vec<String> = trigrams.into_iter().step_by(step).collect();
    asked.sort_unstable();
    asked.dedup();
    asked.join(" AND ")
}

fn characters(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().filter_map(|(at, character)| text.get(at..at + character.len_utf8()))
}

/// A string of the query language, in which nothing has a meaning.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_are_characters_and_neighbours_within_words() {
        assert_eq!(short_grams("中文 a🦀a"), "中 文 中文 a 🦀 a🦀 🦀a ");
    }

    #[test]
    fn queries_have_no_syntax() {
        assert_eq!(short_query("\"*"), "\"\"\"*\"");
        assert_eq!(trigram_query("a\"b)"), "\"\"\"b)\" AND \"a\"\"b\"");
    }

    #[test]
    fn long_queries_ask_for_a_few_trigrams_of_their_whole_length() {
        let long: String = ('\u{4e00}'..'\u{5000}').collect();
        assert_eq!(trigram_query(&long).split(" AND ").count(), 24);
    }
}
