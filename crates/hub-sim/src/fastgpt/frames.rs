//! The frames of an answer.

use serde_json::{Value, json};

use crate::Action;

pub(super) fn event(name: &str, data: &Value) -> Action {
    Action::Send(format!("event: {name}\ndata: {data}\n\n").into())
}

pub(super) fn done() -> Action {
    Action::Send("event: answer\ndata: [DONE]\n\n".into())
}

pub(super) fn delta(name: &str, text: &str) -> Action {
    let mut delta = json!({ "role": "assistant", "content": "" });
    if let Some(members) = delta.as_object_mut() {
        members.insert(name.to_owned(), json!(text));
    }
    chunk(&delta, None)
}

pub(super) fn stop() -> Action {
    chunk(&json!({}), Some("stop"))
}

pub(super) fn tool() -> Vec<Action> {
    let tool = |name: &str, title: &str, params: &str, response: &str| {
        let tool = json!({ "id": "tc1", "toolName": title, "toolAvatar": "", "params": params, "response": response });
        event(name, &json!({ "tool": tool }))
    };
    vec![
        tool("toolCall", "calc", "", ""),
        tool("toolParams", "", "{\"a\"", ""),
        tool("toolParams", "", ":1}", ""),
        tool("toolResponse", "", "", "3"),
    ]
}

pub(super) fn select() -> Action {
    let params = json!({ "description": "Pick", "userSelectOptions": [
        { "key": "o1", "value": "Red" }, { "key": "o2", "value": "Blue" } ] });
    event("interactive", &json!({ "interactive": { "type": "userSelect", "params": params } }))
}

pub(super) fn form() -> Action {
    let params = json!({ "description": "Fill in", "inputForm": [
        { "type": "input", "key": "name", "label": "Name", "value": "", "required": true, "maxLength": 20 },
        { "type": "numberInput", "key": "count", "label": "Count", "value": "", "required": false },
        { "type": "select", "key": "size", "label": "Size", "list": [{ "label": "S", "value": "s" }] } ] });
    event("interactive", &json!({ "interactive": { "type": "userInput", "params": params } }))
}

pub(super) fn results(sources: bool, output: Option<&Value>) -> Action {
    let mut results = vec![json!({ "moduleName": "AI", "moduleType": "chatNode", "runningTime": 0.6, "inputTokens": 8,
        "outputTokens": 4, "totalPoints": 0.1 })];
    if sources {
        results.push(json!({ "moduleName": "Search", "moduleType": "datasetSearchNode", "runningTime": 0.1,
            "quoteList": [{ "id": "q1", "q": "Page 3", "a": "", "sourceName": "handbook.pdf",
                "score": [{ "type": "embedding", "value": 0.8 }] }] }));
    }
    if let Some(output) = output {
        results.push(json!({ "moduleName": "Out", "moduleType": "pluginOutput", "pluginOutput": output }));
    }
    event("flowResponses", &Value::from(results))
}

fn chunk(delta: &Value, reason: Option<&str>) -> Action {
    let choice = json!({ "delta": delta, "index": 0, "finish_reason": reason });
    event("answer", &json!({ "id": "", "object": "", "created": 0, "model": "", "choices": [choice] }))
}
