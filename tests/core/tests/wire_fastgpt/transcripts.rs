//! The transcripts of the wire document, each with what it says must come of it, whole and byte by byte.

use hub_contract::run::{FinishReason, RemoteIds};
use hub_contract::{ErrorCode, PlatformId, RunEvent};
use hub_sim::{Reply, Script};

use crate::support::*;
use crate::turn;

macro_rules! transcript {
    ($name:literal) => {
        include_str!(concat!("../wire/transcripts/fastgpt/", $name))
    };
}

/// The same events come however the bytes are cut.
async fn told(reply: Reply) -> Asked {
    let server = serve(Script::new().next(reply.clone()).next(reply.pieces_of(1))).await;
    let endpoint = endpoint(PlatformId::Fastgpt, &format!("{}/api", server.base_url()));
    let whole = ask_of(&platforms(limits()), endpoint.clone(), turn()).await;
    let pieces = ask_of(&platforms(limits()), endpoint, turn()).await;
    assert_eq!((&pieces.events, &pieces.remote), (&whole.events, &whole.remote));
    whole
}

async fn stream(body: &'static str) -> Asked {
    told(Reply::sse_body(body)).await
}

#[tokio::test]
async fn plain() {
    let asked = stream(transcript!("plain.sse")).await;
    asked.stopped("你好");
    assert_eq!(asked.usage(), None, "FastGPT's own counts are always 1");
    let ids = RemoteIds { conversation: Some("hub-1".into()), message: Some("hub-answer-1".into()), task: None };
    assert_eq!(asked.remote, ids);
}

#[tokio::test]
async fn detail_old_order() {
    let asked = stream(transcript!("detail_old_order.sse")).await;
    asked.stopped("答案");
    assert_eq!((asked.reasoning().as_str(), asked.usage()), ("想", Some((Some(8), Some(4), Some(12)))));
    let sources: Vec<_> = asked
        .events
        .iter()
        .filter_map(|event| if let RunEvent::Sources { items } = event { Some(items.clone()) } else { None })
        .flatten()
        .collect();
    assert_eq!((sources[0].title.as_str(), sources[0].quote.as_deref()), ("doc.md", Some("x")));
    let steps = asked.steps();
    assert_eq!((steps.len(), steps[0].1), (1, "AI"));
}

#[tokio::test]
async fn detail_tools_interactive() {
    let asked = stream(transcript!("detail_tools_interactive.sse")).await;
    asked.finished("", FinishReason::NeedsInput);
    assert_eq!(asked.steps(), [("tc1", "calc", "{\"a\":1}")]);
    assert!(
        asked.events.iter().any(|event| matches!(event, RunEvent::Step(step) if step.output.as_deref() == Some("3")))
    );
    let question = asked
        .events
        .iter()
        .find_map(|event| if let RunEvent::NeedInput(question) = event { Some(question) } else { None })
        .expect("a question");
    assert_eq!((question.kind.as_str(), question.prompt.as_str()), ("choice", "Pick"));
    assert_eq!(question.fields[0].options, ["A", "B"]);
}

#[tokio::test]
async fn new_order_v1() {
    let asked = stream(transcript!("new_order_v1.sse")).await;
    asked.stopped("ok");
    assert_eq!(asked.usage(), Some((Some(1), Some(1), Some(2))));
}

#[tokio::test]
async fn error_in_stream() {
    let asked = stream(transcript!("error_in_stream.sse")).await;
    let error = asked.failed("部", ErrorCode::PlatformError);
    assert_eq!(error.detail.text.as_deref(), Some("synthetic node failure"));
}

#[tokio::test]
async fn error_no_content_type() {
    let asked = told(Reply::status(200).send(transcript!("error_no_content_type.sse"))).await;
    let error = asked.failed("", ErrorCode::BadCredential);
    assert_eq!(error.detail.platform_code.as_deref(), Some("unAuthApiKey"));
}

#[tokio::test]
async fn error_ratelimit_old() {
    let asked = told(Reply::status(500).send(transcript!("error_ratelimit_old.json"))).await;
    asked.failed("", ErrorCode::RateLimited);
}
