//! The answers of an agent as the platform writes them.

use serde_json::{Value, json};

use super::chat::Chat;
use crate::Scenario;
use crate::openai::{answer_to, tokens};
use crate::play::Frames;

/// The frames of a streamed answer.
pub(super) fn of(chat: &Chat, scenario: &Scenario, number: u64) -> Frames {
    let said = said(chat, scenario);
    let chunk = |delta: Value, finish: &str| frame(&chunk(chat, number, delta, finish, scenario, 0));
    let assistant = |text: &str| json!({ "role": "assistant", "content": text });
    let mut opening = Vec::new();
    if !said.reasoning.is_empty() {
        opening.push(chunk(json!({ "role": "assistant", "content": "", "reasoning_content": said.reasoning }), ""));
    }
    if matches!(scenario, Scenario::Tools) {
        let call = json!([{ "id": "call_sim_a", "type": "function", "function": {
            "name": "query_repair_orders", "desc": "", "type": "tool", "arguments": "{\"quarter\":\"2026Q3\"}",
        }}]);
        opening.push(chunk(json!({ "role": "assistant", "content": "", "tool_calls": call }), ""));
        opening.push(chunk(json!({ "role": "tool", "content": "{\"orders\":17}", "time_cost": 120 }), ""));
    }
    let pieces: Vec<String> = tokens(&said.text);
    let count = pieces.len();
    let finish = finish_of(scenario);
    Frames {
        opening,
        pieces: pieces.iter().map(|piece| chunk(assistant(piece), "")).collect(),
        ending: vec![
            frame(&self::chunk(chat, number, assistant(""), finish, scenario, count)),
            "data: [DONE]\n\n".to_owned(),
        ],
        failure: frame(&json!({ "error": { "message": "sim: the agent broke off", "code": "sim_internal" } })),
    }
}

/// The whole answer as one document.
pub(super) fn whole(chat: &Chat, scenario: &Scenario, number: u64) -> Value {
    let text = said(chat, scenario).text;
    let message = json!({ "role": "assistant", "content": text, "steps": [] });
    let choice = json!({ "finish_reason": finish_of(scenario), "moderation_level": "", "message": message });
    json!({
        "id": id(number), "created": created(number), "assistant_id": chat.assistant, "choices": [choice],
        "usage": usage(chat, tokens(&text).len()),
    })
}

struct Said {
    reasoning: String,
    text: String,
}

fn said(chat: &Chat, scenario: &Scenario) -> Said {
    let answer = answer_to(&chat.question);
    let (reasoning, text) = match scenario {
        Scenario::Text { text, reasoning } => (reasoning.clone().unwrap_or_default(), text.clone()),
        Scenario::Echo => (String::new(), format!("messages: {}", chat.messages)),
        Scenario::Empty | Scenario::Filtered => Default::default(),
        Scenario::Long => (answer.reasoning.to_owned(), [answer.text; 6].join("\n\n---\n\n")),
        _ => (answer.reasoning.to_owned(), answer.text.to_owned()),
    };
    Said { reasoning, text }
}

fn finish_of(scenario: &Scenario) -> &'static str {
    match scenario {
        Scenario::Filtered => "sensitive",
        Scenario::Length => "length",
        Scenario::Refusal => "tool_fail",
        _ => "stop",
    }
}

/// Counts are zero before the last chunk.
fn chunk(chat: &Chat, number: u64, delta: Value, finish: &str, scenario: &Scenario, count: usize) -> Value {
    let level = if matches!(scenario, Scenario::Filtered) && !finish.is_empty() { "2" } else { "" };
    let usage = if finish.is_empty() {
        json!({ "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0 })
    } else {
        usage(chat, count)
    };
    json!({
        "id": id(number), "created": created(number), "assistant_id": chat.assistant, "usage": usage,
        "choices": [{ "index": 0, "delta": delta, "finish_reason": finish, "moderation_level": level }],
    })
}

fn usage(chat: &Chat, count: usize) -> Value {
    let sent = tokens(&chat.question).len() + 4 * chat.messages;
    json!({ "prompt_tokens": sent, "completion_tokens": count, "total_tokens": sent + count })
}

fn id(number: u64) -> String {
    format!("yq-sim{number:04}")
}

fn created(number: u64) -> u64 {
    1_900_000_000 + number
}

fn frame(data: &Value) -> String {
    format!("data:{data}\n\n")
}
