//! The body of an app's call (`wire/cloud-llm.md` 2.2).

use hub_contract::HubError;
use hub_contract::conversation::Role;
use serde_json::{Map, Value, json};

use crate::limits::Limits;
use crate::text_files;
use crate::turn::Turn;

/// Parameters that are not the operator's to choose: the reader counts on them.
const RESERVED: &[&str] = &["has_thoughts", "incremental_output", "flow_stream_mode"];

/// Builds the body of a question.
///
/// # Errors
/// `unsupported_file` and `too_large`: files can only be given as public addresses, so texts alone go along.
pub(super) fn body(turn: &Turn, limits: &Limits) -> Result<Value, HubError> {
    let mut input = Map::new();
    let question = text_files::text_with(&turn.text, &turn.attachments, limits)?;
    if carries_history(turn) {
        input.insert("messages".to_owned(), messages(turn, question, limits)?);
    } else {
        input.insert("prompt".to_owned(), json!(question));
        if let Some(session) = &turn.remote.conversation {
            input.insert("session_id".to_owned(), json!(session));
        }
    }
    if !turn.inputs.is_empty() {
        input.insert("biz_params".to_owned(), json!(turn.inputs));
    }
    Ok(json!({ "input": input, "parameters": parameters(turn) }))
}

/// True when the history goes along because there is no session that knows it. The app then answers outside any
/// session, so the history goes along with the next question too.
pub(super) fn carries_history(turn: &Turn) -> bool {
    turn.remote.conversation.is_none() && !turn.history.is_empty()
}

/// A call that every app refuses for want of a question.
pub(super) fn without_question() -> Value {
    json!({ "input": { "prompt": "" }, "parameters": {} })
}

fn messages(turn: &Turn, question: String, limits: &Limits) -> Result<Value, HubError> {
    let mut messages = Vec::with_capacity(turn.history.len() + 1);
    for past in &turn.history {
        let role = match past.role {
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        let text = text_files::text_with(&past.text, &past.attachments, limits)?;
        messages.push(json!({ "role": role, "content": text }));
    }
    messages.push(json!({ "role": "user", "content": question }));
    Ok(Value::Array(messages))
}

fn parameters(turn: &Turn) -> Value {
    let mut parameters = Map::new();
    for (name, value) in turn.parameters.as_object().into_iter().flatten() {
        if !RESERVED.contains(&name.as_str()) && !value.is_null() {
            parameters.insert(name.clone(), value.clone());
        }
    }
    parameters.insert("has_thoughts".to_owned(), json!(true));
    parameters.insert("incremental_output".to_owned(), json!(true));
    if turn.app.workflow {
        // What message and end nodes say, with the node that says it.
        parameters.insert("flow_stream_mode".to_owned(), json!("message_format"));
    }
    Value::Object(parameters)
}

#[cfg(test)]
mod tests {
    use hub_contract::run::RemoteIds;

    use super::*;
    use crate::turn::{App, PastMessage};

    fn built(turn: &Turn) -> Value {
        body(turn, &Limits::default()).expect("a body")
    }

    #[test]
    fn a_session_is_told_only_what_is_new() {
        let mut turn = Turn { text: "Hi".to_owned(), ..Turn::default() };
        assert_eq!(built(&turn)["input"], json!({"prompt": "Hi"}));
        turn.remote = RemoteIds { conversation: Some("s-1".to_owned()), ..RemoteIds::default() };
        turn.history = vec![PastMessage { role: Role::User, text: "a".into(), attachments: vec![] }];
        assert_eq!(built(&turn)["input"], json!({"prompt": "Hi", "session_id": "s-1"}));
        assert!(!carries_history(&turn));
    }

    #[test]
    fn without_a_session_the_history_goes_along() {
        let past = |role, text: &str| PastMessage { role, text: text.to_owned(), attachments: vec![] };
        let history = vec![past(Role::User, "a"), past(Role::Assistant, "b")];
        let turn = Turn { text: "c".to_owned(), history, ..Turn::default() };
        let sent = json!([
            {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}
        ]);
        assert_eq!(built(&turn)["input"], json!({"messages": sent}));
    }

    #[test]
    fn parameters_of_the_operator_go_along_but_not_those_the_reader_counts_on() {
        let parameters = json!({"temperature": 0.2, "incremental_output": false, "top_p": null});
        let app = App { workflow: true, ..App::default() };
        let turn = Turn { text: "x".to_owned(), parameters, app, ..Turn::default() };
        assert_eq!(
            built(&turn)["parameters"],
            json!({"temperature": 0.2, "has_thoughts": true, "incremental_output": true, "flow_stream_mode": "message_format"})
        );
    }
}
