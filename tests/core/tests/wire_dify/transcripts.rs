//! The transcripts of the wire document, each with what it says must come of it, whole and byte by byte.

use std::time::Duration;

use hub_contract::run::{FinishReason, StepKind};
use hub_contract::{ErrorCode, PlatformId, RunEvent};
use hub_platforms::Limits;
use hub_sim::{Reply, Script};

use crate::support::*;
use crate::turn_of;

macro_rules! transcript {
    ($name:literal) => {
        include_str!(concat!("../wire/transcripts/dify/", $name))
    };
}

/// The same events come however the bytes are cut.
async fn of_mode(mode: &str, body: &'static str) -> Asked {
    let script = ["/v1/chat-messages", "/v1/workflows/run"].iter().fold(Script::new(), |script, path| {
        script.on(path, Reply::sse_body(body)).on(path, Reply::sse_body(body).pieces_of(1))
    });
    let server = serve(script).await;
    let endpoint = endpoint(PlatformId::Dify, &format!("{}/v1", server.base_url()));
    let whole = ask_of(&platforms(limits()), endpoint.clone(), turn_of(mode)).await;
    let pieces = ask_of(&platforms(limits()), endpoint, turn_of(mode)).await;
    assert_eq!((&pieces.events, &pieces.remote), (&whole.events, &whole.remote));
    whole
}

#[tokio::test]
async fn chat_basic() {
    let asked = of_mode("chat", transcript!("chat_basic.sse")).await;
    asked.stopped("早上好");
    assert_eq!(asked.usage(), Some((Some(6), Some(3), Some(9))));
    let sources: Vec<_> = asked
        .events
        .iter()
        .filter_map(|event| if let RunEvent::Sources { items } = event { Some(items.clone()) } else { None })
        .flatten()
        .collect();
    assert_eq!(sources.len(), 1);
    assert_eq!(
        (sources[0].title.as_str(), sources[0].quote.as_deref(), sources[0].score),
        ("doc", Some("x"), Some(0.9))
    );
    let remote = &asked.remote;
    assert_eq!(remote.conversation.as_deref(), Some("11111111-2222-4333-8444-555555555555"));
    assert_eq!((remote.message.as_deref(), remote.task.as_deref()), (Some("m-1"), Some("t-1")));
}

#[tokio::test]
async fn agent_thought() {
    let asked = of_mode("agent-chat", transcript!("agent_thought.sse")).await;
    asked.stopped("22°C");
    assert_eq!(asked.steps(), [("th-1", "weather", "{\"city\":\"X\"}")]);
    let told: Vec<_> = asked
        .events
        .iter()
        .filter_map(|event| if let RunEvent::Step(step) = event { Some(step) } else { None })
        .collect();
    assert_eq!(told.len(), 2, "one step, told twice");
    assert_eq!((told[1].kind, told[1].output.as_deref()), (StepKind::Tool, Some("22")));
    let files: Vec<_> = asked
        .events
        .iter()
        .filter_map(|event| if let RunEvent::File(file) = event { Some(file) } else { None })
        .collect();
    assert_eq!(files.len(), 1);
    assert!(files[0].url.starts_with("http://127.0.0.1:"), "{}", files[0].url);
    assert!(files[0].url.ends_with("/files/tools/f-1.png?sign=synthetic"), "{}", files[0].url);
    assert_eq!(files[0].name, "f-1.png");
}

#[tokio::test]
async fn newagent_full_after_delta() {
    let asked = of_mode("agent", transcript!("newagent_full_after_delta.sse")).await;
    asked.stopped("abc");
    assert!(!asked.events.iter().any(|event| matches!(event, RunEvent::Replace { .. })), "nothing new was said");
}

#[tokio::test]
async fn chatflow_ok() {
    let asked = of_mode("advanced-chat", transcript!("chatflow_ok.sse")).await;
    asked.stopped("OK");
    assert_eq!(asked.usage(), Some((Some(3), Some(2), Some(5))));
    assert_eq!(asked.steps(), [("ne-1", "LLM", "")]);
}

#[tokio::test]
async fn chatflow_failed() {
    let asked = of_mode("advanced-chat", transcript!("chatflow_failed.sse")).await;
    let error = asked.failed("", ErrorCode::PlatformError);
    assert_eq!(error.detail.platform_code.as_deref(), Some("completion_request_error"));
    assert_eq!(error.detail.text.as_deref(), Some("synthetic node error"));
}

#[tokio::test]
async fn moderated_replace() {
    of_mode("chat", transcript!("moderated_replace.sse")).await.stopped("[removed]");
}

#[tokio::test]
async fn workflow_run() {
    let asked = of_mode("workflow", transcript!("workflow_run.sse")).await;
    asked.stopped("Summary");
    let outputs: Vec<_> = asked
        .events
        .iter()
        .filter_map(|event| if let RunEvent::Outputs { items } = event { Some(items.clone()) } else { None })
        .flatten()
        .collect();
    assert_eq!((outputs[0].name.as_str(), &outputs[0].value), ("summary", &serde_json::json!("Summary")));
    assert_eq!(asked.notices(), ["partly_succeeded"]);
}

#[tokio::test]
async fn workflow_paused() {
    let asked = of_mode("workflow", transcript!("workflow_paused.sse")).await;
    asked.finished("", FinishReason::NeedsInput);
    let form = asked
        .events
        .iter()
        .find_map(|event| if let RunEvent::NeedInput(form) = event { Some(form) } else { None })
        .expect("a form");
    assert!(form.id.contains("ft-8") && form.id.contains("r-8"), "{}", form.id);
    assert_eq!((form.kind.as_str(), form.prompt.as_str()), ("form", "Approve?"));
    assert_eq!(
        (form.fields[0].name.as_str(), form.fields[0].options.as_slice()),
        ("action", ["Yes".to_owned()].as_slice())
    );
}

#[tokio::test]
async fn error_quota_midstream() {
    let asked = of_mode("chat", transcript!("error_quota_midstream.sse")).await;
    let error = asked.failed("hal", ErrorCode::QuotaExhausted);
    assert_eq!(error.detail.platform_code.as_deref(), Some("provider_quota_exceeded"));
}

#[tokio::test]
async fn error_429() {
    let reply = Reply::status(429).header("retry-after", "2").send(transcript!("error_429.json"));
    let patience = Limits { repeat_wait_max: Duration::from_secs(1), ..limits() };
    let server = serve(reply).await;
    let endpoint = endpoint(PlatformId::Dify, &format!("{}/v1", server.base_url()));
    let asked = ask_of(&platforms(patience), endpoint, turn_of("chat")).await;
    let error = asked.failed("", ErrorCode::RateLimited);
    assert_eq!(
        (error.detail.platform_code.as_deref(), error.detail.retry_after_ms),
        (Some("too_many_requests"), Some(2000))
    );
}

#[tokio::test]
async fn error_not_chat_app() {
    let server = serve(Reply::status(400).send(transcript!("error_not_chat_app.json"))).await;
    let endpoint = endpoint(PlatformId::Dify, &format!("{}/v1", server.base_url()));
    let asked = ask_of(&platforms(limits()), endpoint, turn_of("chat")).await;
    asked.failed("", ErrorCode::WrongMode);
    let paths: Vec<_> = server.requests().iter().map(|request| request.path.clone()).collect();
    assert_eq!(paths[..2], ["/v1/chat-messages", "/v1/info"], "the stored mode is stale, so it is asked for");
}
