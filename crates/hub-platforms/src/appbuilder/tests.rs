use std::collections::BTreeMap;

use hub_contract::run::FinishReason;
use hub_contract::{PlatformId, RunEvent};
use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::chat::ChatSignal;
use crate::dialect::Progress;
use crate::endpoint::Network;
use crate::sse::{Frame, Item};
use crate::turn::Attachment;

fn endpoint() -> Endpoint {
    Endpoint {
        platform: PlatformId::Appbuilder,
        base_url: "https://qianfan.baidubce.com/v2".to_owned(),
        fields: BTreeMap::new(),
        secrets: BTreeMap::from([(API_KEY.to_owned(), SecretString::from("Bearer test-key-1"))]),
        token: None,
        network: Network::default(),
    }
}

fn turn() -> Turn {
    let app = App { id: Some("app-1".to_owned()), ..App::default() };
    Turn { app, text: "问题".to_owned(), user: "person-1".to_owned(), ..Turn::default() }
}

#[test]
fn calls_carry_the_key_once_and_go_below_v2() {
    let call = AppBuilder.catalog_call(&endpoint(), Some("mk-2")).expect("a call");
    assert_eq!(call.url, "https://qianfan.baidubce.com/v2/app?Action=DescribeApps");
    assert_eq!(call.body.json(), Some(&json!({"maxKeys": 100, "marker": "mk-2"})));
    let header = call.credential.map(|(_, value)| value.expose_secret().to_owned());
    assert_eq!(header.as_deref(), Some("Bearer test-key-1"));
    let none = Endpoint { secrets: BTreeMap::new(), ..endpoint() };
    assert_eq!(AppBuilder.test_call(&none).expect_err("no key").code, ErrorCode::CredentialMissing);
}

#[test]
fn a_conversation_comes_before_its_files_and_both_before_the_question() {
    let mut turn = turn();
    turn.attachments = vec![Attachment {
        name: "a.txt".to_owned(),
        mime: "text/plain".to_owned(),
        bytes: "a".into(),
        uploaded: Some("of an older conversation".to_owned()),
    }];
    let mut asked = Vec::new();
    for answer in [json!({"conversation_id": "c-1"}), json!({"id": "f-1", "conversation_id": "c-1"})] {
        let call = AppBuilder.preparation(&endpoint(), &turn, &Limits::default()).expect("a call").expect("needed");
        asked.push(call.url.rsplit("/v2").next().unwrap_or_default().to_owned());
        AppBuilder.prepare(&mut turn, &answer.into()).expect("read");
    }
    assert_eq!(asked, ["/app/conversation", "/app/conversation/file/upload"]);
    assert!(AppBuilder.preparation(&endpoint(), &turn, &Limits::default()).expect("nothing").is_none());
    let body = request::question(&turn).expect("a body");
    assert_eq!((&body["conversation_id"], &body["file_ids"]), (&json!("c-1"), &json!(["f-1"])));
}

#[test]
fn a_question_over_2000_characters_is_not_sent() {
    let long = Turn { text: "问".repeat(2001), ..turn() };
    let error = AppBuilder.preparation(&endpoint(), &long, &Limits::default()).expect_err("too long");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::TooLarge, Some("appbuilder_question")));
}

fn item() -> impl Strategy<Value = Item> {
    let data = prop_oneof![
        Just(
            r#"{"answer":"a\ud83d","content":[{"content_type":"text","event_status":"running","event_type":"A"}]}"#
                .to_owned()
        ),
        Just(r#"{"content":[{"event_code":7,"event_status":"error","event_type":"B"}]}"#.to_owned()),
        Just(r#"{"content":[{"event_status":"interrupt","tool_calls":[{"id":"c"}]}]}"#.to_owned()),
        Just(r#"{"answer":"","is_completion":true,"content":[]}"#.to_owned()),
        Just(r#"{"code":"X","message":"m"}"#.to_owned()),
        "\\PC{0,20}",
        "[{}\\[\\]\",:a-z0-9]{0,30}",
    ];
    prop_oneof![
        6 => (data.clone(), any::<bool>()).prop_map(|(data, cut)| Item::Frame(Frame { data, cut, ..Frame::default() })),
        1 => data.prop_map(|value| Item::Stray { name: String::new(), value }),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_one_event_ends_the_run_and_comes_last(items in prop::collection::vec(item(), 0..12)) {
        let mut reader = AppBuilder.reader(&endpoint(), &turn());
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
        let complete = items.iter().any(|item| match item {
            Item::Frame(Frame { data, .. }) | Item::Stray { value: data, .. } => data.contains("is_completion"),
            Item::Comment(_) => false,
        });
        let stop = RunEvent::Finished { reason: FinishReason::Stop };
        prop_assert!(signals.last() != Some(&ChatSignal::Event(stop)) || complete, "only the platform ends an answer");
    }
}
