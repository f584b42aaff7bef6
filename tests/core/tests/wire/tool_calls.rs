//! Quirks of tool calls.

use crate::support::*;

/// The steps of an answer whose deltas carry these `tool_calls`.
async fn steps(calls: &[&str], finish: &str) -> Asked {
    let mut chunks: Vec<String> = calls
        .iter()
        .map(|calls| format!(r#"{{"choices":[{{"index":0,"delta":{{"tool_calls":{calls}}},"finish_reason":null}}]}}"#))
        .collect();
    chunks.push(format!(r#"{{"choices":[{{"index":0,"delta":{{}},"finish_reason":"{finish}"}}]}}"#));
    let asked = ask_chunks(&chunks.iter().map(String::as_str).collect::<Vec<_>>()).await;
    asked.stopped("");
    asked
}

#[tokio::test]
async fn q15_without_an_index() {
    let asked = steps(
        &[
            r#"[{"id":"a","function":{"name":"f","arguments":"{}"}}]"#,
            r#"[{"id":"b","function":{"name":"g","arguments":"{\"x\""}}]"#,
            r#"[{"function":{"arguments":":1}"}}]"#,
        ],
        "tool_calls",
    )
    .await;
    assert_eq!(asked.steps(), [("a", "f", "{}"), ("b", "g", "{\"x\":1}")]);
}

#[tokio::test]
async fn q17_empty_ids_in_continuations() {
    let asked = steps(
        &[
            r#"[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]"#,
            r#"[{"index":0,"id":"","function":{"arguments":"}"}}]"#,
            r#"[{"index":0,"id":null,"function":{"arguments":""}}]"#,
        ],
        "tool_calls",
    )
    .await;
    assert_eq!(asked.steps(), [("a", "f", "{}")]);
}

#[tokio::test]
async fn q18_indices_from_one_with_gaps() {
    let asked = steps(
        &[
            r#"[{"index":1,"id":"a","function":{"name":"f","arguments":"1"}}]"#,
            r#"[{"index":9,"id":"b","function":{"name":"g","arguments":"2"}}]"#,
        ],
        "tool_calls",
    )
    .await;
    assert_eq!(asked.steps(), [("a", "f", "1"), ("b", "g", "2")]);
}

#[tokio::test]
async fn q19_arguments_as_an_object() {
    let asked = steps(&[r#"[{"index":0,"id":"a","function":{"name":"f","arguments":{"a":1}}}]"#], "tool_calls").await;
    assert_eq!(asked.steps(), [("a", "f", "{\"a\":1}")]);
}

#[tokio::test]
async fn q20_a_name_that_comes_late() {
    let asked = steps(
        &[r#"[{"index":0,"id":"a","function":{"arguments":"{}"}}]"#, r#"[{"index":0,"function":{"name":"f"}}]"#],
        "tool_calls",
    )
    .await;
    assert_eq!(asked.steps(), [("a", "f", "{}")]);
}

#[tokio::test]
async fn q21_a_repeated_name() {
    let call = r#"[{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}]"#;
    assert_eq!(steps(&[call, call], "tool_calls").await.steps(), [("a", "f", "11")]);
}

#[tokio::test]
async fn q22_stop_although_tools_were_called() {
    let asked = steps(&[r#"[{"id":"a","function":{"name":"f","arguments":"{}"}}]"#], "stop").await;
    assert_eq!(asked.steps(), [("a", "f", "{}")]);
    assert!(asked.notices().is_empty());
}
