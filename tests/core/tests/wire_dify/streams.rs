//! What streams do beside the transcripts.

use hub_contract::run::{RemoteIds, StepState};
use hub_contract::{ErrorCode, PlatformId, RunEvent};
use hub_sim::Reply;

use crate::support::*;
use crate::turn_of;

async fn of_mode(mode: &str, frames: &[&str]) -> Asked {
    let server = serve(Reply::sse(frames.iter().copied())).await;
    ask_of(&platforms(limits()), endpoint(PlatformId::Dify, &format!("{}/v1", server.base_url())), turn_of(mode)).await
}

#[tokio::test]
async fn frames_of_older_servers_are_read_alike() {
    let asked = of_mode(
        "chat",
        &[
            r#"{"event": "message", "task_id": "t", "message_id": "m", "conversation_id": "c", "answer": "\u4f60\ud83d"}"#,
            r#"{"event": "message", "task_id": "t", "message_id": "m", "conversation_id": "c", "answer": "\ude00"}"#,
            r#"{"event": "message", "task_id": "t", "message_id": "m", "conversation_id": "c", "answer": ""}"#,
            r#"{"event": "message_end", "task_id": "t", "message_id": "m", "conversation_id": "", "metadata": {}}"#,
        ],
    )
    .await;
    asked.stopped("你😀");
    let ids = RemoteIds { conversation: Some("c".into()), message: Some("m".into()), task: Some("t".into()) };
    assert_eq!(asked.remote, ids, "an empty id erases none");
}

#[tokio::test]
async fn tags_and_chunks_of_reasoning_are_no_answer() {
    let asked = of_mode(
        "chat",
        &[
            r#"{"event":"message","answer":"<think>\nfirst"}"#,
            r#"{"event":"message","answer":" second</think>\n\nyes"}"#,
            r#"{"event":"message_end","metadata":{}}"#,
        ],
    )
    .await;
    asked.stopped("yes");
    assert_eq!(asked.reasoning(), "first second");
    let asked = of_mode(
        "advanced-chat",
        &[
            r#"{"event":"workflow_started","workflow_run_id":"r","data":{"id":"r"}}"#,
            r#"{"event":"reasoning_chunk","data":{"reasoning":"why","node_id":"n","is_final":false}}"#,
            r#"{"event":"message","answer":"yes"}"#,
            r#"{"event":"message_end","metadata":{}}"#,
            r#"{"event":"workflow_finished","data":{"status":"succeeded","outputs":{"answer":"yes"}}}"#,
        ],
    )
    .await;
    asked.stopped("yes");
    assert_eq!(asked.reasoning(), "why");
}

#[tokio::test]
async fn a_thought_is_told_once_and_not_when_it_is_the_answer() {
    let asked = of_mode(
        "agent-chat",
        &[
            r#"{"event":"agent_thought","id":"1","thought":"I look it up","tool":"a;dataset_x","tool_input":"{\"a\":{\"q\":1},\"dataset_x\":{\"query\":\"y\"}}","observation":""}"#,
            r#"{"event":"agent_thought","id":"1","thought":"I look it up","tool":"a;dataset_x","tool_input":"{\"a\":{\"q\":1},\"dataset_x\":{\"query\":\"y\"}}","observation":"{\"a\":\"one\",\"dataset_x\":\"secret passage\"}"}"#,
            r#"{"event":"agent_thought","id":"2","thought":"It is so","tool":"","tool_input":"","observation":""}"#,
            r#"{"event":"agent_message","answer":"It is so"}"#,
            r#"{"event":"agent_thought","id":"2","thought":"It is so","tool":"","tool_input":"","observation":""}"#,
            r#"{"event":"message_end","metadata":{}}"#,
        ],
    )
    .await;
    asked.stopped("It is so");
    assert_eq!(asked.reasoning(), "I look it up");
    assert_eq!(asked.steps(), [("1/0", "a", "{\"q\":1}"), ("1/1", "dataset_x", "{\"query\":\"y\"}")]);
}

#[tokio::test]
async fn nodes_in_iterations_have_a_parent_and_end() {
    let asked = of_mode(
        "workflow",
        &[
            r#"{"event":"workflow_started","workflow_run_id":"r","data":{"id":"r"}}"#,
            r#"{"event":"iteration_started","data":{"id":"it","node_id":"it","node_type":"iteration","title":"Each"}}"#,
            r#"{"event":"iteration_next","data":{"id":"it","node_id":"it","index":1}}"#,
            r#"{"event":"node_started","data":{"id":"e1","node_id":"n","node_type":"tool","title":"Call","iteration_id":"it"}}"#,
            r#"{"event":"node_finished","data":{"id":"e1","node_id":"n","node_type":"tool","title":"Call","status":"failed","error":"no","elapsed_time":0.5,"iteration_id":"it"}}"#,
            r#"{"event":"iteration_completed","data":{"id":"it","node_id":"it","node_type":"iteration","title":"Each","status":"succeeded"}}"#,
            r#"{"event":"node_started","data":{"id":"e2","node_id":"k","node_type":"knowledge-retrieval","title":"Find"}}"#,
            r#"{"event":"node_finished","data":{"id":"e2","node_id":"k","node_type":"knowledge-retrieval","title":"Find","status":"succeeded","outputs":{"result":[{"title":"a.md","content":"passage","metadata":{"document_name":"a.md","score":0.4}}]}}}"#,
            r#"{"event":"node_started","data":{"id":"e3","node_id":"z","node_type":"end","title":"End"}}"#,
            r#"{"event":"workflow_finished","data":{"status":"succeeded","outputs":{"n":0,"b":false,"s":""}}}"#,
        ],
    )
    .await;
    asked.stopped("");
    let last = |id: &str| {
        let mut steps = asked.events.iter().filter_map(|event| match event {
            RunEvent::Step(step) if step.id == id => Some(step),
            _ => None,
        });
        steps.next_back().expect("told").clone()
    };
    assert_eq!((last("e1").parent.as_deref(), last("e1").state), (Some("it"), StepState::Failed));
    assert_eq!((last("e1").output.as_deref(), last("e1").ms), (Some("no"), Some(500)));
    assert_eq!((last("it").state, last("e3").state), (StepState::Done, StepState::Done));
    assert!(asked.events.iter().any(|event| matches!(event, RunEvent::Sources { items } if items[0].title == "a.md")));
    let outputs = asked.events.iter().find_map(|event| match event {
        RunEvent::Outputs { items } => Some(items.iter().map(|output| output.value.to_string()).collect::<Vec<_>>()),
        _ => None,
    });
    let mut outputs = outputs.expect("outputs");
    outputs.sort();
    assert_eq!(outputs, ["\"\"", "0", "false"], "empty values are values");
    assert!(asked.notices().is_empty());
}

#[tokio::test]
async fn an_answer_without_its_end_is_cut_off() {
    let message = r#"{"event":"message","answer":"ha"}"#;
    assert_eq!(of_mode("chat", &[message]).await.truncated("ha"), None);
    let server = serve(Reply::sse_body(format!("data: {message}\n\ndata: {{\"event\":\"mess")).close()).await;
    let endpoint = endpoint(PlatformId::Dify, &format!("{}/v1", server.base_url()));
    ask_of(&platforms(limits()), endpoint, turn_of("chat")).await.truncated("ha");
}

#[tokio::test]
async fn unknown_events_speech_and_nonsense_are_left_alone() {
    let asked = of_mode(
        "chat",
        &[
            "null",
            "123",
            r#"{"event":"from_the_future","answer":"x","data":{"text":"x"}}"#,
            r#"{"event":"tts_message","audio":"AAAA"}"#,
            r#"{"event":"message","answer":"ok"}"#,
            r#"{"event":"message_end","metadata":{}}"#,
            r#"{"event":"tts_message_end","audio":""}"#,
        ],
    )
    .await;
    asked.stopped("ok");
}

#[tokio::test]
async fn a_failed_run_has_the_words_of_its_end_where_no_error_follows() {
    let asked = of_mode(
        "workflow",
        &[r#"{"event":"workflow_finished","data":{"status":"failed","error":"node x: timeout","outputs":{}}}"#],
    )
    .await;
    assert_eq!(asked.failed("", ErrorCode::PlatformError).detail.text.as_deref(), Some("node x: timeout"));
    let asked =
        of_mode("workflow", &[r#"{"event":"workflow_finished","data":{"status":"stopped","outputs":{}}}"#]).await;
    assert_eq!(asked.truncated("").expect("why").detail.hint.as_deref(), Some("stopped_there"));
}

#[tokio::test]
async fn a_server_that_answers_at_once_is_read_too() {
    for (mode, body, text) in [
        (
            "chat",
            r#"{"event":"message","message_id":"m","conversation_id":"c","answer":"all","metadata":{"usage":{"total_tokens":3}}}"#,
            "all",
        ),
        (
            "workflow",
            r#"{"workflow_run_id":"r","task_id":"t","data":{"id":"r","status":"succeeded","outputs":{"a":1},"error":null}}"#,
            "",
        ),
    ] {
        let server = serve(Reply::status(200).header("content-type", "application/json").send(body)).await;
        let endpoint = endpoint(PlatformId::Dify, &format!("{}/v1", server.base_url()));
        ask_of(&platforms(limits()), endpoint, turn_of(mode)).await.stopped(text);
    }
}

#[tokio::test]
async fn outputs_that_are_files_are_files() {
    let asked = of_mode(
        "workflow",
        &[r#"{"event":"workflow_finished","data":{"status":"succeeded","outputs":{"doc":{"dify_model_identity":"__dify__file__","filename":"r.pdf","url":"/files/1/r.pdf?sign=a","mime_type":"application/pdf"}},"files":[{"filename":"r.pdf","url":"/files/1/r.pdf?sign=b"}]}}"#],
    )
    .await;
    let files: Vec<_> = asked
        .events
        .iter()
        .filter_map(|event| if let RunEvent::File(file) = event { Some(file) } else { None })
        .collect();
    assert_eq!(files.len(), 1, "told once, whatever its signature");
    assert_eq!((files[0].name.as_str(), files[0].mime.as_deref()), ("r.pdf", Some("application/pdf")));
}
