use std::collections::BTreeMap;

use hub_contract::run::{FinishReason, InputField, NeedInput};
use hub_contract::{PlatformId, RunEvent};
use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::chat::ChatSignal;
use crate::dialect::Progress;
use crate::endpoint::Network;
use crate::sse::{Frame, Item};

pub(super) fn endpoint(base_url: &str, secrets: &[(&str, &str)]) -> Endpoint {
    Endpoint {
        platform: PlatformId::Coze,
        base_url: base_url.to_owned(),
        fields: BTreeMap::new(),
        secrets: secrets.iter().map(|(key, value)| ((*key).to_owned(), SecretString::from(*value))).collect(),
        token: None,
        network: Network::default(),
    }
}

fn turn(workflow: bool) -> Turn {
    let app = App { id: Some("7001".to_owned()), workflow, mode: None };
    Turn { app, text: "问题".to_owned(), user: "u-1".to_owned(), ..Turn::default() }
}

fn asked(turn: &Turn) -> (String, serde_json::Value) {
    let endpoint = endpoint("https://api.coze.cn/", &[(TOKEN, "test-token-1")]);
    let call = Coze.chat_call(&endpoint, turn, &Limits::default(), &Learned::new()).expect("a call");
    assert!(call.streams);
    (call.url, call.body.json().cloned().unwrap_or_default())
}

#[test]
fn the_authorised_token_goes_before_the_entered_one() {
    let header = |secrets: &[(&str, &str)]| {
        let call = call(&endpoint("https://api.coze.com", secrets), Method::Get, "/v1/bots", None)?;
        Ok::<_, HubError>(call.credential.map(|(_, value)| value.expose_secret().to_owned()))
    };
    assert_eq!(header(&[(TOKEN, "t1")]), Ok(Some("Bearer t1".to_owned())));
    assert_eq!(header(&[(TOKEN, "t1"), (ACCESS_TOKEN, "t2")]), Ok(Some("Bearer t2".to_owned())));
    let error = header(&[]).expect_err("nothing to show");
    assert_eq!((error.code, error.detail.field.as_deref()), (ErrorCode::CredentialMissing, Some(TOKEN)));
}

#[test]
fn a_chat_flow_is_asked_by_its_workflow_and_takes_text_alone() {
    let app = App { id: Some("chatflow:7401".to_owned()), workflow: false, mode: None };
    let file = |name: &str, mime: &str, bytes: &'static [u8]| crate::turn::Attachment {
        name: name.to_owned(),
        mime: mime.to_owned(),
        bytes: bytes.into(),
        uploaded: None,
    };
    let mut turn = Turn { app, attachments: vec![file("a.csv", "text/csv", b"x,y")], ..turn(false) };
    turn.inputs = BTreeMap::from([("level".to_owned(), json!(0))]);
    let (url, body) = asked(&turn);
    assert_eq!(url, "https://api.coze.cn/v1/workflows/chat");
    let question = json!({"role": "user", "type": "question", "content_type": "text",
        "content": "问题\n\na.csv\n```\nx,y\n```"});
    assert_eq!(
        body,
        json!({"workflow_id": "7401", "additional_messages": [question], "parameters": {"level": 0}}),
        "no bot, and no conversation before there is one"
    );
    turn.remote.conversation = Some("8001".to_owned());
    assert_eq!(asked(&turn).1["conversation_id"], "8001");
    let endpoint = endpoint("https://api.coze.cn", &[(TOKEN, "test-token-1")]);
    turn.attachments = vec![file("a.png", "image/png", b"\x89PNG")];
    assert!(Coze.preparation(&endpoint, &turn, &Limits::default()).expect("nothing to upload").is_none());
    let refused = Coze.chat_call(&endpoint, &turn, &Limits::default(), &Learned::new()).expect_err("a picture");
    assert_eq!(refused.code, ErrorCode::UnsupportedFile);
}

#[test]
fn inputs_go_where_the_kind_of_bot_reads_them() {
    let mut turn = turn(false);
    turn.inputs = BTreeMap::from([("n".to_owned(), json!(0)), ("name".to_owned(), json!("甲"))]);
    let (_, body) = asked(&turn);
    assert_eq!(
        (&body["custom_variables"], &body["parameters"]),
        (&json!({"n": "0", "name": "甲"}), &serde_json::Value::Null)
    );
    turn.app.mode = Some("2".to_owned());
    let (_, body) = asked(&turn);
    assert_eq!(
        (&body["custom_variables"], &body["parameters"]),
        (&serde_json::Value::Null, &json!({"n": 0, "name": "甲"}))
    );
    turn.app.workflow = true;
    assert_eq!(asked(&turn).1, json!({"workflow_id": "7001", "parameters": {"n": 0, "name": "甲"}}));
    turn.inputs.clear();
    assert_eq!(asked(&turn).1["parameters"], json!({"input": "问题"}));
}

#[test]
fn an_answer_is_wanted_before_going_on() {
    let field = InputField {
        name: "call_1".to_owned(),
        label: String::new(),
        kind: "paragraph".to_owned(),
        required: true,
        options: Vec::new(),
        default: None,
        max_chars: None,
    };
    let mut turn = turn(false);
    turn.text.clear();
    turn.remote.conversation = Some("8004".to_owned());
    turn.waits_for =
        Some(NeedInput { id: "9004".to_owned(), kind: "form".to_owned(), prompt: String::new(), fields: vec![field] });
    let error = request::question(&turn, &Limits::default()).expect_err("no answer");
    assert_eq!((error.code, error.detail.field.as_deref()), (ErrorCode::InputRequired, Some("call_1")));
    turn.text = "red".to_owned();
    let (url, body) = asked(&turn);
    assert_eq!(url, "https://api.coze.cn/v3/chat/submit_tool_outputs?conversation_id=8004&chat_id=9004");
    assert_eq!(body, json!({"tool_outputs": [{"tool_call_id": "call_1", "output": "red"}], "stream": true}));
}

#[test]
fn typed_ids_cannot_leave_their_place() {
    let app = App { id: Some("a/../b?c=d e".to_owned()), workflow: false, mode: None };
    assert_eq!(app::path(&app).expect("a path"), "/v1/bots/a%2F..%2Fb%3Fc%3Dd%20e?is_published=true");
}

fn item() -> impl Strategy<Value = Item> {
    let name = prop_oneof![
        Just("conversation.chat.created"),
        Just("conversation.message.delta"),
        Just("conversation.message.completed"),
        Just("conversation.chat.requires_action"),
        Just("conversation.chat.completed"),
        Just("conversation.chat.failed"),
        Just("Message"),
        Just("Interrupt"),
        Just("Done"),
        Just("Error"),
        Just("error"),
        Just("done"),
        Just("PING"),
        Just(""),
    ];
    let data = prop_oneof![
        Just(r#"{"id":"m","type":"answer","content":"a\ud83d","reasoning_content":"r"}"#.to_owned()),
        Just(r#"{"id":"t","type":"function_call","content":"{"}"#.to_owned()),
        Just(r#"{"content":"{\"n\":0}","node_is_finish":true,"node_title":"End"}"#.to_owned()),
        Just(r#"{"last_error":{"code":5000}}"#.to_owned()),
        Just(r#"{"code":4016,"msg":"m"}"#.to_owned()),
        Just("[DONE]".to_owned()),
        "\\PC{0,20}",
        "[{}\\[\\]\",:a-z0-9]{0,30}",
    ];
    prop_oneof![
        6 => (name, data.clone(), any::<bool>())
            .prop_map(|(name, data, cut)| Item::Frame(Frame { name: name.to_owned(), data, cut, ..Frame::default() })),
        1 => data.prop_map(|value| Item::Stray { name: String::new(), value }),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_one_event_ends_the_run_and_comes_last(
        items in prop::collection::vec(item(), 0..12),
        workflow in any::<bool>(),
    ) {
        let mut reader = Coze.reader(&endpoint("https://example.invalid", &[]), &turn(workflow));
        let mut signals = Vec::new();
        let over = items.iter().any(|item| reader.item(item, &mut signals) == Progress::Over);
        let ends = |signals: &[ChatSignal]| {
            let ends = |signal: &&ChatSignal| matches!(signal, ChatSignal::Event(event) if event.ends_run());
            signals.iter().filter(ends).count()
        };
        prop_assert_eq!(ends(&signals), usize::from(over));
        reader.end(None, &mut signals);
        prop_assert_eq!(ends(&signals), 1);
        prop_assert!(matches!(signals.last(), Some(ChatSignal::Event(event)) if event.ends_run()));
        let complete = items.iter().any(|item| matches!(item, Item::Frame(frame) if frame.name.ends_with("completed") || frame.name == "Done"));
        let finished = matches!(signals.last(), Some(ChatSignal::Event(RunEvent::Finished { reason: FinishReason::Stop })));
        prop_assert!(!finished || complete, "only the platform makes an answer complete");
    }
}
