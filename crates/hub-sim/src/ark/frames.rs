//! The answers of bots and models as the platform writes them: chat completions, and for bots what they looked up.

use serde_json::{Value, json};

use super::chat::Chat;
use super::refusal::Refusal;
use crate::Scenario;
use crate::openai::fields::Fields;
use crate::openai::{answer_to, tokens};
use crate::play::Frames;

/// The frames of a streamed answer.
pub(super) fn of(chat: &Chat, scenario: &Scenario, number: u64) -> Frames {
    let (reasoning, text) = said(chat, scenario);
    let chunk = |delta: Value, finish: Value| {
        document(
            chat,
            number,
            "chat.completion.chunk",
            json!([{ "index": 0, "delta": delta, "finish_reason": finish }]),
        )
    };
    let mut first = chunk(json!({ "role": "assistant", "content": "", "reasoning_content": reasoning }), Value::Null);
    if chat.asks_bot() {
        first.set("references", references());
    }
    let pieces = tokens(&text);
    let count = pieces.len();
    let delta = |text: &str| json!({ "role": "assistant", "content": text });
    let mut ending = Vec::new();
    if !matches!(scenario, Scenario::Empty) {
        ending.push(frame(&chunk(delta(""), json!(finish_of(scenario)))));
        if chat.include_usage {
            let mut counts = document(chat, number, "chat.completion.chunk", json!([]));
            add_usage(&mut counts, chat, count);
            ending.push(frame(&counts));
        }
    }
    ending.push("data: [DONE]\n\n".to_owned());
    Frames {
        opening: vec![frame(&first)],
        pieces: pieces.iter().map(|piece| frame(&chunk(delta(piece), Value::Null))).collect(),
        ending,
        failure: format!("{}\n", Refusal::ServerError.document(&format!("02170000{number:04}"))),
    }
}

/// The whole answer as one document.
pub(super) fn whole(chat: &Chat, scenario: &Scenario, number: u64) -> Value {
    let (reasoning, text) = said(chat, scenario);
    let message = json!({ "role": "assistant", "content": text, "reasoning_content": reasoning });
    let choice = json!({ "index": 0, "message": message, "finish_reason": finish_of(scenario) });
    let mut whole = document(chat, number, "chat.completion", json!([choice]));
    add_usage(&mut whole, chat, tokens(&text).len());
    if chat.asks_bot() {
        whole.set("references", references());
    }
    whole
}

fn said(chat: &Chat, scenario: &Scenario) -> (String, String) {
    let answer = answer_to(&chat.question);
    match scenario {
        Scenario::Text { text, reasoning } => (reasoning.clone().unwrap_or_default(), text.clone()),
        Scenario::Echo => (String::new(), format!("messages: {}", chat.messages)),
        Scenario::Empty => Default::default(),
        Scenario::Long => (answer.reasoning.to_owned(), [answer.text; 6].join("\n\n---\n\n")),
        _ => (answer.reasoning.to_owned(), answer.text.to_owned()),
    }
}

fn finish_of(scenario: &Scenario) -> &'static str {
    match scenario {
        Scenario::Filtered => "content_filter",
        Scenario::Length => "length",
        _ => "stop",
    }
}

fn document(chat: &Chat, number: u64, object: &str, choices: Value) -> Value {
    json!({
        "id": format!("ark-sim{number:04}"), "object": object, "created": 1_760_000_000 + number, "model": chat.model,
        "choices": choices,
    })
}

fn add_usage(document: &mut Value, chat: &Chat, count: usize) {
    let sent = tokens(&chat.question).len() + 4 * chat.messages;
    let usage = json!({ "prompt_tokens": sent, "completion_tokens": count, "total_tokens": sent + count });
    if chat.asks_bot() {
        let details = json!([{ "name": "content_plugin", "count": 1, "tool_details": [{
            "name": "search", "input": { "q": chat.question }, "output": {},
            "created_at": 1_760_000_100, "completed_at": 1_760_000_101,
        }]}]);
        let action =
            json!([{ "name": "content_plugin", "action_name": "content_plugin", "count": 1, "prompt_tokens": "0" }]);
        document.set("bot_usage", json!({ "model_usage": [usage], "action_usage": action, "action_details": details }));
    }
    document.set("usage", usage);
}

fn references() -> Value {
    json!([
        { "url": "https://example.invalid/a", "title": "示例新闻", "site_name": "示例网", "summary": "摘要一", "extra": {} },
        { "doc_id": "doc-1", "doc_name": "返修手册.pdf", "chunk_id": "3", "chunk_title": "计算口径" },
    ])
}

fn frame(data: &Value) -> String {
    format!("data: {data}\n\n")
}
