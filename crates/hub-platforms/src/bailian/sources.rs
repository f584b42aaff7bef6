//! The documents behind an answer (`doc_references[]`, `wire/cloud-llm.md` 2.3).

use hub_contract::RunEvent;
use hub_contract::run::Source;

use crate::chat::ChatSignal;
use crate::json::{Value, member, text_of};

/// The sources told so far, in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct Sources {
    known: Vec<(String, Source)>,
}

impl Sources {
    /// Takes the references of a frame; tells the whole list when it brought new ones.
    pub(super) fn take(&mut self, output: &Value, signals: &mut Vec<ChatSignal>) {
        let before = self.known.len();
        for entry in output.get("doc_references").and_then(Value::as_array).into_iter().flatten() {
            let Some(source) = read(entry) else { continue };
            // The number is what marks in the text refer to; without one the document itself tells repeats.
            let number = entry.get("index_id").and_then(text_of);
            let key =
                number.unwrap_or_else(|| format!("{}/{}", source.title, source.url.as_deref().unwrap_or_default()));
            if !self.known.iter().any(|(known, _)| *known == key) {
                self.known.push((key, source));
            }
        }
        if self.known.len() > before {
            self.known.sort_by_key(|(key, _)| key.parse::<u32>().unwrap_or(u32::MAX));
            let items = self.known.iter().map(|(_, source)| source.clone()).collect();
            signals.push(ChatSignal::Event(RunEvent::Sources { items }));
        }
    }
}

fn read(entry: &Value) -> Option<Source> {
    let url = member(entry, "doc_url");
    let title = member(entry, "title").or_else(|| member(entry, "doc_name")).or(url)?;
    Some(Source {
        title: title.to_owned(),
        url: url.map(str::to_owned),
        quote: member(entry, "text").map(str::to_owned),
        score: None,
    })
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn references_are_told_once_in_the_order_of_their_numbers() {
        let (mut sources, mut signals) = (Sources::default(), Vec::new());
        let frame = json!({"doc_references": [
            {"index_id": "2", "title": "B", "doc_url": "https://b.example"},
            {"index_id": 1, "doc_name": "A.pdf", "text": "passage"},
            {"index_id": "2", "title": "B"},
            {"images": []},
        ]});
        sources.take(&frame, &mut signals);
        sources.take(&frame, &mut signals);
        sources.take(&json!({"doc_references": null}), &mut signals);
        let [ChatSignal::Event(RunEvent::Sources { items })] = signals.as_slice() else { panic!("{signals:?}") };
        assert_eq!(items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(), ["A.pdf", "B"]);
        assert_eq!((items[0].quote.as_deref(), items[1].url.as_deref()), (Some("passage"), Some("https://b.example")));
    }
}
