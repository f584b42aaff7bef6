use hub_contract::RunEvent;
use proptest::prelude::*;

use super::*;
use crate::chat::ChatSignal;
use crate::dialect::Progress;
use crate::json::json;
use crate::sse::{Frame, Item};

fn item() -> impl Strategy<Value = Item> {
    let data = prop_oneof![
        Just(r#"{"choices":[{"delta":{"content":"a\ud83d"},"finish_reason":null}]}"#.to_owned()),
        Just(r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#.to_owned()),
        Just(r#"{"status":"running","name":"AI"}"#.to_owned()),
        Just(r#"[{"moduleName":"AI","inputTokens":1,"toolDetail":[{"inputTokens":2}]}]"#.to_owned()),
        Just(r#"{"tool":{"id":"t","params":"{","toolName":"f"}}"#.to_owned()),
        Just(r#"{"interactive":{"type":"userSelect","params":{"userSelectOptions":[]}}}"#.to_owned()),
        Just(r#"{"code":500,"message":"m"}"#.to_owned()),
        Just("[DONE]".to_owned()),
        "[{}\\[\\]\",:a-z0-9]{0,40}",
    ];
    let name = prop_oneof![
        3 => Just("answer"),
        1 => Just(""),
        1 => Just("flowNodeStatus"),
        1 => Just("flowResponses"),
        1 => Just("flowNodeResponse"),
        1 => Just("toolCall"),
        1 => Just("toolResponse"),
        1 => Just("interactive"),
        1 => Just("error"),
        1 => Just("fromTheFuture"),
    ];
    (name, data, any::<bool>())
        .prop_map(|(name, data, cut)| Item::Frame(Frame { name: name.to_owned(), data, cut, ..Frame::default() }))
}

proptest! {
    #[test]
    fn whatever_comes_one_event_ends_the_run_and_comes_last(items in prop::collection::vec(item(), 0..12), plugin in any::<bool>()) {
        let mut reader = reader::AnswerReader::new(plugin, RemoteIds::default());
        let mut signals = Vec::new();
        let over = items.iter().any(|item| reader.item(item, &mut signals) == Progress::Over);
        let ends = |signals: &[ChatSignal]| {
            signals.iter().filter(|signal| matches!(signal, ChatSignal::Event(event) if event.ends_run())).count()
        };
        prop_assert_eq!(ends(&signals), usize::from(over));
        reader.end(None, &mut signals);
        prop_assert_eq!(ends(&signals), 1);
        prop_assert!(matches!(signals.last(), Some(ChatSignal::Event(event)) if event.ends_run()));
        let is_end = |item: &Item| matches!(item, Item::Frame(Frame { data, .. })
            if data.contains("stop") || data.contains("[DONE]") || data.contains("interactive"));
        let finished = matches!(signals.last(), Some(ChatSignal::Event(RunEvent::Finished { .. })));
        prop_assert!(!finished || items.iter().any(is_end), "only the platform's word makes an answer complete");
    }
}

#[test]
fn tokens_of_nodes_inside_nodes_are_counted_once() {
    let mut nodes = nodes::Nodes::default();
    nodes.result(&json!({"moduleName": "A", "inputTokens": 1, "outputTokens": 1}));
    nodes.results(&json!([{"moduleName": "A", "inputTokens": 1, "outputTokens": 1,
        "toolDetail": [{"inputTokens": 10, "outputTokens": 20}]}]));
    nodes.result(&json!({"moduleName": "A", "inputTokens": 99}));
    let usage = nodes.usage().expect("counts");
    assert_eq!((usage.input, usage.output, usage.total), (Some(11), Some(21), Some(32)));
}
