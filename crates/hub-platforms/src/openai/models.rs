//! The model list. Of an entry only the id can be counted on.

use hub_contract::model::{Capabilities, CatalogItem, CatalogKind};
use hub_contract::{ErrorCode, HubError};

use crate::json::{Value, lenient_u64, member};

/// Words in ids of models that cannot chat, as the vendors name them. Only a first choice: the page has a switch.
const NO_CHAT: &[&str] = &[
    "embed",
    "tts",
    "whisper",
    "dall-e",
    "moderation",
    "realtime",
    "image",
    "transcribe",
    "sora",
    "rerank",
    "speech",
    "davinci-002",
    "babbage-002",
];

/// Reads `{"data": [...]}`, `{"models": [...]}` or a bare list. `null` in its place is an empty list.
///
/// # Errors
/// `bad_answer` when there is nothing like a list.
pub(super) fn read(document: &Value, all_chat: bool) -> Result<Vec<CatalogItem>, HubError> {
    let list = match document {
        Value::Array(_) => document,
        _ => document.get("data").or_else(|| document.get("models")).ok_or_else(|| {
            HubError::new(ErrorCode::BadAnswer, "The answer holds no list of models.").hint("no_models")
        })?,
    };
    match list {
        Value::Null => Ok(Vec::new()),
        Value::Array(entries) => {
            Ok(without_repeats(entries.iter().filter_map(|entry| item(entry, all_chat)).collect()))
        }
        _ => Err(HubError::new(ErrorCode::BadAnswer, "The list of models is no list.").hint("no_models")),
    }
}

fn item(entry: &Value, all_chat: bool) -> Option<CatalogItem> {
    let id = entry.as_str().or_else(|| member(entry, "id")).or_else(|| member(entry, "name"))?;
    Some(CatalogItem {
        remote_id: id.to_owned(),
        kind: CatalogKind::Model,
        name: id.to_owned(),
        description: member(entry, "description").map(str::to_owned),
        capabilities: capabilities(entry),
        shutdown_date: member(entry, "shutdown_date").map(str::to_owned),
        chats: all_chat || chats(id),
        enabled: false,
    })
}

fn chats(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    !NO_CHAT.iter().any(|word| id.contains(word))
}

/// What vendors tell in members of their own; nothing is guessed from names.
fn capabilities(entry: &Value) -> Capabilities {
    // vLLM, OpenRouter and Moonshot, Groq, llama.cpp. Not `n_ctx_train`: what is served is often far less.
    let context = ["max_model_len", "context_length", "context_window"]
        .iter()
        .find_map(|name| entry.get(name))
        .or_else(|| entry.pointer("/meta/n_ctx"))
        .and_then(lenient_u64)
        .filter(|context| *context > 0);
    let modalities = entry.pointer("/architecture/input_modalities").and_then(Value::as_array);
    let parameters = entry.get("supported_parameters").and_then(Value::as_array);
    let holds = |list: &Vec<Value>, word: &str| list.iter().any(|member| member.as_str() == Some(word));
    Capabilities {
        reasoning: entry
            .get("supports_reasoning")
            .and_then(Value::as_bool)
            .or_else(|| parameters.map(|list| holds(list, "reasoning"))),
        vision: entry
            .get("supports_image_in")
            .and_then(Value::as_bool)
            .or_else(|| modalities.map(|list| holds(list, "image"))),
        context,
    }
}

fn without_repeats(items: Vec<CatalogItem>) -> Vec<CatalogItem> {
    let mut seen = std::collections::HashSet::new();
    items.into_iter().filter(|item| seen.insert(item.remote_id.clone())).collect()
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    fn ids(document: Value) -> Vec<String> {
        read(&document, false).expect("a list").into_iter().map(|item| item.remote_id).collect()
    }

    #[test]
    fn q45_lists_in_every_shape() {
        assert_eq!(
            ids(json!({"object": "list", "data": [{"id": "a"}, {"id": "b", "created": 0, "x": [1]}]})),
            ["a", "b"]
        );
        assert_eq!(ids(json!({"data": null})), Vec::<String>::new());
        assert_eq!(ids(json!([{"id": "a"}, {"id": "a"}])), ["a"]);
        assert_eq!(
            ids(json!({"models": [{"name": "m"}], "data": [{"id": "/models/demo.gguf"}]})),
            ["/models/demo.gguf"]
        );
        assert_eq!(ids(json!({"models": [{"name": "m"}]})), ["m"]);
        assert_eq!(ids(json!({"data": [{}, null, {"id": ""}, {"id": 7}]})), Vec::<String>::new());
        for nothing in [json!({}), json!({"data": "x"}), json!("x"), json!({"data": {}})] {
            assert_eq!(read(&nothing, false).expect_err("no list").code, ErrorCode::BadAnswer);
        }
    }

    #[test]
    fn what_cannot_chat_stands_behind_the_switch() {
        let items = read(
            &json!({"data": [{"id": "demo-gpt"}, {"id": "demo-Embedding", "shutdown_date": "2027-01-14"}]}),
            false,
        )
        .expect("a list");
        assert_eq!(items.iter().map(|item| item.chats).collect::<Vec<_>>(), [true, false]);
        assert_eq!(items[1].shutdown_date.as_deref(), Some("2027-01-14"));
    }

    #[test]
    fn capabilities_come_from_members_only() {
        let told = |entry: Value| capabilities(&entry);
        assert_eq!(told(json!({"id": "deepseek-reasoner"})), Capabilities::default());
        assert_eq!(told(json!({"max_model_len": 32768})).context, Some(32768));
        assert_eq!(told(json!({"meta": {"n_ctx": 4096, "n_ctx_train": 131072}})).context, Some(4096));
        assert_eq!(told(json!({"meta": {"n_ctx_train": 131072}})).context, None);
        let openrouter = json!({
            "context_length": "8192",
            "architecture": {"input_modalities": ["text", "image"]},
            "supported_parameters": ["tools"]
        });
        assert_eq!(told(openrouter), Capabilities { reasoning: Some(false), vision: Some(true), context: Some(8192) });
    }
}
