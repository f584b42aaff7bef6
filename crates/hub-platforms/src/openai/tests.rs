use std::collections::BTreeMap;

use hub_contract::catalogue;
use hub_contract::id::ModelId;
use hub_contract::{PlatformId, RunEvent};
use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::chat::ChatSignal;
use crate::dialect::Progress;
use crate::endpoint::Network;
use crate::sse::{Frame, Item};

fn endpoint(platform: PlatformId, base_url: &str, key: Option<&str>) -> Endpoint {
    Endpoint {
        platform,
        base_url: base_url.to_owned(),
        fields: BTreeMap::new(),
        secrets: key.map(|key| (API_KEY.to_owned(), SecretString::from(key))).into_iter().collect(),
        token: None,
        network: Network::default(),
    }
}

fn dialect(platform: PlatformId) -> &'static OpenAi {
    OpenAi::of(platform).expect("one of the family")
}

#[test]
fn the_family_is_every_platform_with_models() {
    for platform in PlatformId::ALL {
        let spec = catalogue::spec(*platform);
        assert_eq!(OpenAi::of(*platform).is_some(), catalogue::offers_models(*platform), "{platform}");
        if catalogue::offers_models(*platform) {
            let required = spec.fields.iter().any(|field| field.key == API_KEY && field.required);
            assert_eq!(dialect(*platform).key_required, required, "{platform}");
        }
    }
}

#[test]
fn calls_go_below_the_base_url() {
    let turn = Turn { model: Some(ModelId::from("m")), ..Turn::default() };
    for (platform, base, models, chat) in [
        (PlatformId::Openai, "https://api.openai.com/v1", "/models", "/chat/completions"),
        (
            PlatformId::Siliconflow,
            "https://api.siliconflow.cn/v1",
            "/models?type=text&sub_type=chat",
            "/chat/completions",
        ),
        (PlatformId::Deepseek, "https://api.deepseek.com/v1/", "/models", "/chat/completions"),
    ] {
        let endpoint = endpoint(platform, base, Some("sk-test-1"));
        let base = base.trim_end_matches('/');
        let dialect = dialect(platform);
        let call = dialect.catalog_call(&endpoint, None).expect("a call");
        assert_eq!((call.method, call.url), (Method::Get, format!("{base}{models}")));
        let call = dialect.chat_call(&endpoint, &turn, &Limits::default(), &Learned::new()).expect("a call");
        assert_eq!((call.method, call.url), (Method::Post, format!("{base}{chat}")));
        assert_eq!(dialect.chat_url(base), format!("{base}{chat}"));
    }
}

#[test]
fn q57_the_key_goes_into_its_header_without_what_was_pasted_along() {
    let header = |platform, base: &str, key| {
        let call = dialect(platform).catalog_call(&endpoint(platform, base, key), None)?;
        Ok::<_, HubError>(call.credential.map(|(name, value)| (name, value.expose_secret().to_owned())))
    };
    let bearer = Some(("authorization", "Bearer sk-test-1".to_owned()));
    let base = "https://api.openai.com/v1";
    for pasted in ["sk-test-1", "sk-test-1\n", "Bearer sk-test-1"] {
        assert_eq!(header(PlatformId::Openai, base, Some(pasted)), Ok(bearer.clone()));
    }
    assert_eq!(
        header(PlatformId::OpenaiCompatible, "https://r.openai.azure.com/openai/v1", Some("k-1")),
        Ok(Some(("api-key", "k-1".to_owned())))
    );
    assert_eq!(header(PlatformId::OpenaiCompatible, "http://localhost:1/v1", None), Ok(None));
    assert_eq!(header(PlatformId::OpenaiCompatible, "http://localhost:1/v1", Some(" ")), Ok(None));
    for missing in [None, Some(""), Some("Bearer ")] {
        let error = header(PlatformId::Openai, base, missing).expect_err("no key");
        assert_eq!(error.code, ErrorCode::CredentialMissing);
    }
    assert_eq!(header(PlatformId::Openai, base, Some("a b")).expect_err("a space").code, ErrorCode::BadCredential);
}

#[test]
fn q51_parts_are_joined_and_thinking_is_kept_apart() {
    let parts = json!({"content": [
        {"type": "text", "text": "x"},
        {"type": "thinking", "thinking": [{"type": "text", "text": "t"}]},
        {"type": "text", "text": "y"},
        "z"
    ]});
    assert_eq!(content(&parts.into()), ("xyz".to_owned(), "t".to_owned()));
    assert_eq!(content(&json!({"content": null}).into()), Default::default());
}

fn item() -> impl Strategy<Value = Item> {
    let data = prop_oneof![
        Just(r#"{"choices":[{"index":0,"delta":{"content":"<think>a"}}]}"#.to_owned()),
        Just(r#"{"choices":[{"index":0,"delta":{"content":"b</think>c\ud83d"}}]}"#.to_owned()),
        Just(r#"{"choices":[{"index":0,"delta":{"reasoning":"r"}}]}"#.to_owned()),
        Just(
            r#"{"choices":[{"delta":{"tool_calls":[{"id":"t","function":{"name":"f","arguments":{}}}]}}]}"#.to_owned()
        ),
        Just(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"total_tokens":1}}"#.to_owned()),
        Just(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}"#.to_owned()),
        Just(r#"{"error":{"message":"m"}}"#.to_owned()),
        Just("[DONE]".to_owned()),
        "\\PC{0,30}",
        "[{}\\[\\]\",:a-z0-9]{0,40}",
    ];
    prop_oneof![
        6 => (data.clone(), any::<bool>()).prop_map(|(data, cut)| Item::Frame(Frame { data, cut, ..Frame::default() })),
        1 => data.clone().prop_map(|value| Item::Stray { name: String::new(), value }),
        1 => data.prop_map(|value| Item::Stray { name: "error".to_owned(), value }),
        1 => Just(Item::Comment("keep-alive".to_owned())),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_one_event_ends_the_run_and_comes_last(items in prop::collection::vec(item(), 0..12)) {
        let mut reader = dialect(PlatformId::Openai).reader(&endpoint(PlatformId::Openai, "https://example.invalid/v1", None), &Turn::default());
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
        let finished = matches!(signals.last(), Some(ChatSignal::Event(RunEvent::Finished { .. })));
        let reason = items.iter().any(|item| matches!(item, Item::Frame(Frame { data, .. }) | Item::Stray { value: data, .. } if data.contains("\"stop\"")));
        prop_assert!(!finished || reason, "only a finish_reason makes an answer complete");
    }
}
