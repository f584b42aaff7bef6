//! Where an answer comes from: web search results in the vendors' spellings.

use hub_contract::run::Source;

use super::first_choice;
use crate::json::{Value, member};

/// The sources told so far, without repeats.
#[derive(Debug, Default)]
pub(super) struct Sources {
    known: Vec<Source>,
}

impl Sources {
    /// Takes a chunk; the whole list when it told new ones.
    pub(super) fn take(&mut self, document: &Value) -> Option<Vec<Source>> {
        let before = self.known.len();
        for place in [document.get("search_results"), document.get("citations")] {
            self.add(place);
        }
        if let Some(choice) = first_choice(document) {
            for message in ["delta", "message"] {
                self.add(choice.get(message).and_then(|message| message.get("annotations")));
            }
        }
        (self.known.len() > before).then(|| self.known.clone())
    }

    fn add(&mut self, list: Option<&Value>) {
        for entry in list.and_then(Value::as_array).into_iter().flatten() {
            let Some(source) = read(entry) else { continue };
            let known =
                |known: &Source| known.url == source.url && (source.url.is_some() || known.title == source.title);
            if !self.known.iter().any(known) {
                self.known.push(source);
            }
        }
    }
}

/// An address alone, a search result, or an annotation of the type `url_citation`.
fn read(entry: &Value) -> Option<Source> {
    if let Some(url) = entry.as_str() {
        return Some(Source { title: url.to_owned(), url: Some(url.to_owned()), quote: None, score: None });
    }
    let entry = entry.get("url_citation").unwrap_or(entry);
    let url = member(entry, "url");
    let title = member(entry, "title").or(url)?;
    Some(Source {
        title: title.to_owned(),
        url: url.map(str::to_owned),
        quote: member(entry, "content").or_else(|| member(entry, "snippet")).map(str::to_owned),
        score: None,
    })
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn sources_are_told_once() {
        let mut sources = Sources::default();
        let first =
            json!({"search_results": [{"title": "A", "url": "https://a.example"}], "citations": ["https://a.example"]});
        assert_eq!(sources.take(&first).map(|list| list.len()), Some(1));
        assert_eq!(sources.take(&first), None);
        let annotated = json!({"choices": [{"delta": {"annotations": [
            {"type": "url_citation", "url_citation": {"url": "https://b.example", "title": "B"}}
        ]}}]});
        let list = sources.take(&annotated).expect("a new one");
        assert_eq!(list.iter().map(|source| source.title.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    }
}
