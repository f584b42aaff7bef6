//! What stands beside an answer: token counts, sources, files.

use hub_contract::run::{RemoteFile, Source, Usage};

use crate::json::{Value, lenient_u64, member};
use crate::remote_url::{file_name, resolved};

/// Token counts of `metadata.usage`; `None` where all of them are missing.
pub(super) fn usage(usage: Option<&Value>) -> Option<Usage> {
    let usage = usage?;
    let count = |name: &str| usage.get(name).and_then(lenient_u64);
    let counts = Usage {
        input: count("prompt_tokens"),
        output: count("completion_tokens"),
        total: count("total_tokens"),
        ..Usage::default()
    };
    let counted = [counts.input, counts.output, counts.total].into_iter().flatten().any(|count| count > 0);
    counted.then_some(counts)
}

/// The sources told so far, without repeats.
#[derive(Debug, Default)]
pub(super) struct Sources {
    known: Vec<Source>,
}

impl Sources {
    /// Takes a list; all sources when it told new ones.
    pub(super) fn take(&mut self, list: Option<&Value>) -> Option<Vec<Source>> {
        let before = self.known.len();
        for source in sources(list) {
            if !self.known.iter().any(|known| known.title == source.title && known.quote == source.quote) {
                self.known.push(source);
            }
        }
        (self.known.len() > before).then(|| self.known.clone())
    }
}

/// `retriever_resources`, or the results of a retrieval node, whose facts stand one level deeper.
fn sources(list: Option<&Value>) -> Vec<Source> {
    let read = |entry: &Value| {
        let facts = entry.get("metadata").filter(|facts| facts.is_object()).unwrap_or(entry);
        let title = ["document_name", "title", "dataset_name"]
            .iter()
            .find_map(|name| member(facts, name).or_else(|| member(entry, name)))?;
        Some(Source {
            title: title.to_owned(),
            url: member(facts, "url").filter(|url| url.starts_with("http")).map(str::to_owned),
            quote: member(entry, "content").map(str::to_owned),
            score: facts.get("score").and_then(Value::as_f64),
        })
    };
    list.and_then(Value::as_array).into_iter().flatten().filter_map(read).collect()
}

/// The files told so far, each once.
#[derive(Debug)]
pub(super) struct Files {
    base_url: String,
    interface: &'static str,
    known: Vec<String>,
}

impl Files {
    pub(super) fn new(base_url: &str, interface: &'static str) -> Self {
        Self { base_url: base_url.to_owned(), interface, known: Vec::new() }
    }

    /// A file that the platform made; `None` for what is none, is the person's own, or was told already.
    pub(super) fn take(&mut self, file: &Value) -> Option<RemoteFile> {
        if member(file, "belongs_to") == Some("user") {
            return None;
        }
        let url = member(file, "url").or_else(|| member(file, "remote_url"))?;
        let url = resolved(&self.base_url, self.interface, url)?;
        // The signature behind the question mark is another one each time.
        let place = url.split('?').next().unwrap_or_default().to_owned();
        if self.known.contains(&place) {
            return None;
        }
        self.known.push(place);
        let name = member(file, "filename").or_else(|| member(file, "name")).map(str::to_owned);
        let kind = member(file, "type").unwrap_or("file");
        Some(RemoteFile {
            name: name.or_else(|| file_name(&url)).unwrap_or_else(|| kind.to_owned()),
            url,
            mime: member(file, "mime_type").map(str::to_owned),
        })
    }

    /// The files in a list or alone.
    pub(super) fn take_all(&mut self, files: &Value) -> Vec<RemoteFile> {
        match files {
            Value::Array(files) => files.iter().filter_map(|file| self.take(file)).collect(),
            Value::Object(_) => self.take(files).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// True for a file among the outputs of a workflow.
pub(super) fn is_file(value: &Value) -> bool {
    let is_file = |value: &Value| {
        member(value, "dify_model_identity") == Some("__dify__file__")
            || (member(value, "url").is_some() && value.get("transfer_method").is_some())
    };
    match value {
        Value::Array(values) => !values.is_empty() && values.iter().all(is_file),
        value => is_file(value),
    }
}
