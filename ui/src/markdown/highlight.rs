//! Marks the words that were searched for.

use yew::prelude::*;

/// A text with the searched words marked. Words are separated by spaces; case does not matter for ASCII letters.
pub fn marked(text: &str, query: &str) -> Html {
    pieces(text, query)
        .into_iter()
        .map(|(found, piece)| {
            if found {
                html! { <mark>{ piece }</mark> }
            } else {
                html! { { piece } }
            }
        })
        .collect()
}

/// The text cut where a searched word begins or ends; true for the words.
fn pieces(text: &str, query: &str) -> Vec<(bool, String)> {
    // ASCII only: other letters could change their length, and then the places would not fit the text.
    let lower = text.to_ascii_lowercase();
    let words: Vec<String> = query.split_whitespace().map(str::to_ascii_lowercase).collect();
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(rest) = lower.get(from..).filter(|rest| !rest.is_empty()) {
        let next = words
            .iter()
            .filter_map(|word| rest.find(word.as_str()).map(|at| (at, word.len())))
            .min_by_key(|(at, len)| (*at, usize::MAX - len));
        let Some((at, len)) = next else { break };
        if at > 0 {
            pieces.push((false, text.get(from..from + at).unwrap_or_default().to_owned()));
        }
        pieces.push((true, text.get(from + at..from + at + len).unwrap_or_default().to_owned()));
        from += at + len;
    }
    if let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        pieces.push((false, rest.to_owned()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::pieces;

    fn found(text: &str, query: &str) -> Vec<String> {
        let all = pieces(text, query);
        assert_eq!(all.iter().map(|(_, piece)| piece.as_str()).collect::<String>(), text, "nothing is lost");
        all.into_iter().filter(|(found, _)| *found).map(|(_, piece)| piece).collect()
    }

    #[test]
    fn words_are_found_in_any_language() {
        assert_eq!(found("整体返修率 1.83%，B 线返修率偏高", "返修率"), ["返修率", "返修率"]);
        assert_eq!(found("Repair rate, not REPAIRED", "repair"), ["Repair", "REPAIR"]);
        assert_eq!(found("a b", "b  a"), ["a", "b"]);
        assert_eq!(found("abc", "ab abc"), ["abc"], "the longer word wins");
        assert_eq!(found("İstanbul ß", "x"), Vec::<String>::new());
        assert_eq!(found("", "x"), Vec::<String>::new());
        assert_eq!(found("text", "  "), Vec::<String>::new());
    }
}
