//! Where a bot's answer comes from: pages of the web and passages of knowledge bases (`references[]`). They may be
//! repeated in several chunks.

use hub_contract::run::Source;

use crate::json::{Value, member};

/// The sources told so far.
#[derive(Debug, Default)]
pub(super) struct References {
    known: Vec<(String, Source)>,
}

impl References {
    /// Takes a chunk; the whole list when it told new ones.
    pub(super) fn take(&mut self, document: &Value) -> Option<Vec<Source>> {
        let before = self.known.len();
        for entry in document.get("references").and_then(Value::as_array).into_iter().flatten() {
            if let Some((key, source)) = read(entry)
                && !self.known.iter().any(|(known, _)| *known == key)
            {
                self.known.push((key, source));
            }
        }
        (self.known.len() > before).then(|| self.known.iter().map(|(_, source)| source.clone()).collect())
    }
}

fn read(entry: &Value) -> Option<(String, Source)> {
    let url = member(entry, "url");
    let document = ["title", "doc_title", "doc_name", "file_name"].iter().find_map(|name| member(entry, name));
    let passage = member(entry, "chunk_title");
    let title = match (document, passage) {
        (Some(document), Some(passage)) if document != passage => format!("{document} · {passage}"),
        (Some(name), _) | (None, Some(name)) => name.to_owned(),
        (None, None) => url?.to_owned(),
    };
    let key = match (url, member(entry, "doc_id")) {
        (Some(url), _) => url.to_owned(),
        (None, Some(document)) => format!("{document}/{}", member(entry, "chunk_id").unwrap_or_default()),
        (None, None) => title.clone(),
    };
    let quote = member(entry, "summary").map(str::to_owned);
    Some((key, Source { title, url: url.map(str::to_owned), quote, score: None }))
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn pages_and_passages_are_told_once() {
        let mut references = References::default();
        let chunk = json!({"references": [
            {"url": "https://a.example", "title": "A", "site_name": "S", "summary": "short"},
            {"doc_id": "d1", "doc_name": "Manual.pdf", "chunk_id": "c1", "chunk_title": "Repair"},
            {"doc_id": "d1", "doc_name": "Manual.pdf", "chunk_id": "c2"},
            {"extra": {}},
        ]});
        let told = references.take(&chunk).expect("new ones");
        let titles: Vec<_> = told.iter().map(|source| source.title.as_str()).collect();
        assert_eq!(titles, ["A", "Manual.pdf · Repair", "Manual.pdf"]);
        assert_eq!((told[0].url.as_deref(), told[0].quote.as_deref()), (Some("https://a.example"), Some("short")));
        assert_eq!(references.take(&chunk), None);
        assert_eq!(references.take(&json!({"references": null})), None);
    }
}
