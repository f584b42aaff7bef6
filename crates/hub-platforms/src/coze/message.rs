//! Messages of a chat: texts, files, tool calls, what was found, questions (`wire/agents.md` 4.8).
//!
//! What a bot looks up in its knowledge is private: only names and places are handed on, never the passages.

use hub_contract::run::{RemoteFile, Source};

use crate::json::{self, Value, member};

/// What a message is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// An answer in words and files.
    Answer { text: String, files: Vec<RemoteFile> },
    /// An answer made for Coze's own page.
    Card(String),
    /// A tool is called.
    ToolCall { name: String, arguments: String },
    /// What a tool gave back.
    ToolResult(String),
    /// Something was found in the bot's knowledge.
    Knowledge(Vec<Source>),
    /// A question to go on with.
    Question(String),
    /// Nothing for a reader.
    Nothing,
}

/// Reads a whole message.
pub(super) fn read(message: &Value) -> Content {
    let content = message.get("content").and_then(Value::as_str).unwrap_or_default();
    match member(message, "type").unwrap_or_default() {
        "answer" => answer(member(message, "content_type").unwrap_or("text"), content),
        "function_call" => tool_call(content),
        "tool_response" | "tool_output" => Content::ToolResult(content.to_owned()),
        "knowledge" => Content::Knowledge(vec![nameless()]),
        "follow_up" if !content.trim().is_empty() => Content::Question(content.to_owned()),
        "verbose" => verbose(content),
        _ => Content::Nothing,
    }
}

fn answer(content_type: &str, content: &str) -> Content {
    match content_type {
        "card" => Content::Card(content.to_owned()),
        "object_string" => match json::parse(content) {
            Ok(Value::Array(parts)) => Content::Answer {
                text: parts.iter().filter_map(|part| member(part, "text")).collect(),
                files: parts.iter().filter_map(file).collect(),
            },
            _ => Content::Answer { text: content.to_owned(), files: Vec::new() },
        },
        _ => Content::Answer { text: content.to_owned(), files: Vec::new() },
    }
}

fn file(part: &Value) -> Option<RemoteFile> {
    let url = member(part, "file_url")?;
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().filter(|last| !last.is_empty());
    let name = member(part, "name").or(last).unwrap_or(url);
    Some(RemoteFile { name: name.to_owned(), url: url.to_owned(), mime: None })
}

/// Its content is JSON, which may be cut or broken.
fn tool_call(content: &str) -> Content {
    let call = json::parse(content).unwrap_or(Value::Null);
    let name = member(&call, "name").or_else(|| member(&call, "plugin_name")).unwrap_or("tool");
    let arguments = match call.get("arguments") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None if call.is_object() => String::new(),
        Some(arguments) => arguments.to_string(),
        None => content.to_owned(),
    };
    Content::ToolCall { name: name.to_owned(), arguments }
}

fn verbose(content: &str) -> Content {
    let Ok(told) = json::parse(content) else {
        return Content::Nothing;
    };
    if member(&told, "msg_type") != Some("knowledge_recall") {
        return Content::Nothing;
    }
    let data = member(&told, "data").and_then(|data| json::parse(data).ok()).unwrap_or(Value::Null);
    let mut sources: Vec<Source> = Vec::new();
    for chunk in data.get("chunks").and_then(Value::as_array).into_iter().flatten() {
        let source = named(chunk);
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    if sources.is_empty() {
        sources.push(nameless());
    }
    Content::Knowledge(sources)
}

fn named(chunk: &Value) -> Source {
    let at = |place: &str| chunk.pointer(place).and_then(Value::as_str).filter(|text| !text.is_empty());
    let title = at("/meta/document/name").or_else(|| at("/meta/link/title")).or_else(|| at("/meta/dataset/name"));
    Source {
        url: at("/meta/link/url").map(str::to_owned),
        score: chunk.get("score").and_then(Value::as_f64),
        ..title.map_or_else(nameless, |title| Source { title: title.to_owned(), ..nameless() })
    }
}

fn nameless() -> Source {
    Source { title: "knowledge".to_owned(), url: None, quote: None, score: None }
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn private_passages_stay_private() {
        let chunk = json!({"chunks": [{"slice": "the secret passage", "score": 0.5,
            "meta": {"document": {"name": "制度.docx"}, "link": {"url": "https://example.invalid/d"}}}]});
        let recall = json!({"msg_type": "knowledge_recall", "data": chunk.to_string()});
        for message in [
            json!({"type": "knowledge", "content": "---\nthe secret passage\n"}),
            json!({"type": "verbose", "content": recall.to_string()}),
        ] {
            let content = read(&message);
            assert!(matches!(&content, Content::Knowledge(sources) if sources.len() == 1), "{content:?}");
            assert!(!format!("{content:?}").contains("secret"), "{content:?}");
        }
    }

    #[test]
    fn broken_tool_calls_are_still_told() {
        let call = |content: &str| read(&json!({"type": "function_call", "content": content}));
        let told = |name: &str, arguments: &str| Content::ToolCall { name: name.into(), arguments: arguments.into() };
        assert_eq!(call(r#"{"name":"s","arguments":{"q":1}}"#), told("s", r#"{"q":1}"#));
        assert_eq!(call(r#"{"name":"s","arguments":"{\"q\":1}"}"#), told("s", r#"{"q":1}"#));
        assert_eq!(call(r#"{"name":"s"}"#), told("s", ""));
        assert_eq!(call(r#"{"name":"s","argu"#), told("tool", r#"{"name":"s","argu"#));
    }

    #[test]
    fn answers_may_hold_files() {
        let parts =
            json!([{"type": "text", "text": "看图"}, {"type": "image", "file_url": "https://f.invalid/a/b.png?x=1"}]);
        let message = json!({"type": "answer", "content_type": "object_string", "content": parts.to_string()});
        let Content::Answer { text, files } = read(&message) else { panic!("no answer") };
        assert_eq!((text.as_str(), files[0].name.as_str()), ("看图", "b.png"));
        assert_eq!(read(&json!({"type": "later_type", "content": "x"})), Content::Nothing);
    }
}
