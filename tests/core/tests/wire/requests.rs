//! What is sent: header, body, and other shapes for servers that refuse the usual one.

use hub_contract::conversation::Role;
use hub_contract::id::ModelId;
use hub_contract::{ErrorCode, PlatformId};
use hub_platforms::{Attachment, PastMessage, Turn};
use hub_sim::{Reply, Script};
use secrecy::SecretString;
use serde_json::json;

use crate::support::*;

fn answer() -> Reply {
    Reply::sse_body(transcript!("t-oa-1.sse"))
}

#[tokio::test]
async fn the_key_stands_in_its_header_and_nowhere_else() {
    let server = serve(answer()).await;
    ask_of(&platforms(limits()), compatible(&server), turn()).await;
    let request = &server.requests()[0];
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
    assert!(request.header("content-type").is_some_and(|value| value.starts_with("application/json")));
    assert!(request.header("user-agent").is_some_and(|value| value.starts_with("HubDesktop/")));
    let elsewhere = request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    assert!(elsewhere.into_iter().all(|(_, value)| !value.contains(KEY)));
    assert!(!request.target.contains(KEY) && !String::from_utf8_lossy(&request.body).contains(KEY));
}

#[tokio::test]
async fn the_body_holds_what_was_set_and_no_more() {
    let server = serve(answer()).await;
    let turn = Turn {
        system: Some("Short.".to_owned()),
        history: vec![
            PastMessage { role: Role::User, text: "1".into(), attachments: vec![] },
            PastMessage { role: Role::Assistant, text: "2".into(), attachments: vec![] },
        ],
        attachments: vec![Attachment {
            name: "p.png".into(),
            mime: "image/png".into(),
            bytes: b"\x89PNG".as_slice().into(),
            uploaded: None,
        }],
        parameters: json!({"temperature": 0.5}),
        user: "local-1".to_owned(),
        ..turn()
    };
    ask_of(&platforms(limits()), compatible(&server), turn).await;
    assert_eq!(
        server.requests()[0].json(),
        json!({
            "model": "demo",
            "stream": true,
            "stream_options": {"include_usage": true},
            "temperature": 0.5,
            "messages": [
                {"role": "system", "content": "Short."},
                {"role": "user", "content": "1"},
                {"role": "assistant", "content": "2"},
                {"role": "user", "content": [
                    {"type": "text", "text": "Hi"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
                ]},
            ],
        })
    );
}

#[tokio::test]
async fn q50_a_question_without_images_is_a_plain_string() {
    let server = serve(answer()).await;
    ask_of(&platforms(limits()), compatible(&server), turn()).await;
    assert_eq!(server.requests()[0].json()["messages"], json!([{"role": "user", "content": "Hi"}]));
}

#[tokio::test]
async fn q48_stream_options_are_left_out_once_refused() {
    let refusal = Reply::json(400, &json!({"error": {"message": "Unrecognized request argument: stream_options"}}));
    let server = serve(Script::new().next(refusal).otherwise(answer())).await;
    let platforms = platforms(limits());
    let asked = ask_of(&platforms, compatible(&server), turn()).await;
    asked.stopped("Hello 世界 🌏");
    assert_eq!(asked.facts.retries, 1);
    ask_of(&platforms, compatible(&server), turn()).await.stopped("Hello 世界 🌏");
    let sent: Vec<bool> =
        server.requests().iter().map(|request| request.json().get("stream_options").is_some()).collect();
    assert_eq!(sent, [true, false, false], "remembered for the endpoint");
}

#[tokio::test]
async fn q49_max_tokens_under_its_other_name() {
    let words = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
    let refusal = Reply::json(400, &json!({"error": {"message": words, "param": "max_tokens"}}));
    let server = serve(Script::new().next(refusal).otherwise(answer())).await;
    let turn = Turn { parameters: json!({"max_tokens": 64}), ..turn() };
    ask_of(&platforms(limits()), compatible(&server), turn).await.stopped("Hello 世界 🌏");
    let bodies: Vec<_> = server.requests().iter().map(|request| request.json()).collect();
    assert_eq!((&bodies[0]["max_tokens"], bodies[0].get("max_completion_tokens")), (&json!(64), None));
    assert_eq!((&bodies[1]["max_completion_tokens"], bodies[1].get("max_tokens")), (&json!(64), None));
}

#[tokio::test]
async fn q49_refused_in_every_shape_it_is_not_asked_for_ever() {
    let refusal = Reply::json(400, &json!({"error": {"message": "max_tokens max_completion_tokens stream_options"}}));
    let server = serve(refusal).await;
    let turn = Turn { parameters: json!({"max_tokens": 64}), ..turn() };
    ask_of(&platforms(limits()), compatible(&server), turn).await.failed("", ErrorCode::InvalidRequest);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn q55_model_ids_go_out_unchanged() {
    for id in ["Pro/deepseek-ai/DeepSeek-V3", "gemma3:4b", "/models/demo.gguf"] {
        let server = serve(answer()).await;
        ask_of(&platforms(limits()), compatible(&server), Turn { model: Some(ModelId::from(id)), ..turn() }).await;
        assert_eq!(server.requests()[0].json()["model"], json!(id));
        assert_eq!(server.requests()[0].path, "/v1/chat/completions");
    }
}

#[tokio::test]
async fn q57_a_bad_key_is_told_and_nothing_is_sent() {
    for (key, code) in [
        ("sk-te st", ErrorCode::BadCredential),
        ("sk-\nx", ErrorCode::BadCredential),
        ("", ErrorCode::CredentialMissing),
    ] {
        let server = serve(answer()).await;
        let mut endpoint = endpoint(PlatformId::Openai, &server.base_url());
        endpoint.secrets.insert("api_key".to_owned(), SecretString::from(key));
        let asked = ask_of(&platforms(limits()), endpoint, turn()).await;
        assert_eq!(asked.failed("", code).detail.field.as_deref(), Some("api_key"));
        assert!(server.requests().is_empty());
    }
    let server = serve(answer()).await;
    let mut endpoint = compatible(&server);
    endpoint.secrets.insert("api_key".to_owned(), SecretString::from(format!(" Bearer {KEY}\r\n")));
    ask_of(&platforms(limits()), endpoint, turn()).await.stopped("Hello 世界 🌏");
    assert_eq!(server.requests()[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[tokio::test]
async fn a_file_that_no_model_takes_is_told_and_nothing_is_sent() {
    let server = serve(answer()).await;
    let file = Attachment {
        name: "a.zip".into(),
        mime: "application/zip".into(),
        bytes: b"PK\x03".as_slice().into(),
        uploaded: None,
    };
    let asked = ask_of(&platforms(limits()), compatible(&server), Turn { attachments: vec![file], ..turn() }).await;
    assert_eq!(asked.failed("", ErrorCode::UnsupportedFile).detail.text.as_deref(), Some("a.zip"));
    assert!(server.requests().is_empty());
}
