use hub_contract::RunEvent;
use proptest::prelude::*;

use super::*;
use crate::chat::ChatSignal;
use crate::dialect::Progress;
use crate::sse::{Frame, Item};

fn item() -> impl Strategy<Value = Item> {
    let data = prop_oneof![
        Just(r#"{"event":"message","answer":"<think>a","task_id":"t"}"#.to_owned()),
        Just(r#"{"event":"message","answer":"b</think>c\ud83d"}"#.to_owned()),
        Just(r#"{"event":"agent_message","answer":"x"}"#.to_owned()),
        Just(r#"{"event":"agent_thought","id":"1","tool":"a;b","tool_input":"{","observation":"o"}"#.to_owned()),
        Just(r#"{"event":"message_replace","answer":"r"}"#.to_owned()),
        Just(r#"{"event":"message_end","metadata":{"usage":{"total_tokens":1}}}"#.to_owned()),
        Just(r#"{"event":"workflow_started","data":{"id":"r"}}"#.to_owned()),
        Just(r#"{"event":"node_started","data":{"id":"n","node_id":"n"}}"#.to_owned()),
        Just(r#"{"event":"human_input_required","data":{"form_token":"f","node_id":"n"}}"#.to_owned()),
        Just(r#"{"event":"workflow_paused","data":{}}"#.to_owned()),
        Just(r#"{"event":"workflow_finished","data":{"status":"succeeded","outputs":{"answer":"a"}}}"#.to_owned()),
        Just(r#"{"event":"workflow_finished","data":{"status":"failed"}}"#.to_owned()),
        Just(r#"{"event":"error","code":"x","message":"m"}"#.to_owned()),
        Just("[DONE]".to_owned()),
        Just("null".to_owned()),
        "[{}\\[\\]\",:a-z0-9]{0,40}",
    ];
    prop_oneof![
        8 => (data.clone(), any::<bool>()).prop_map(|(data, cut)| Item::Frame(Frame { data, cut, ..Frame::default() })),
        1 => data.prop_map(|value| Item::Stray { name: String::new(), value }),
        1 => Just(Item::Frame(Frame { name: "ping".to_owned(), ..Frame::default() })),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_one_event_ends_the_run_and_comes_last(
        items in prop::collection::vec(item(), 0..12),
        outputs in any::<bool>(),
    ) {
        let expecting = if outputs { Expecting::Outputs } else { Expecting::Text };
        let mut reader = AnswerReader::new("https://h.example/v1", INTERFACE, expecting, None);
        let mut signals = Vec::new();
        let over = items.iter().any(|item| reader.item(item, &mut signals) == Progress::Over);
        let ends = |signals: &[ChatSignal]| {
            signals.iter().filter(|signal| matches!(signal, ChatSignal::Event(event) if event.ends_run())).count()
        };
        prop_assert_eq!(ends(&signals), usize::from(over));
        reader.end(None, &mut signals);
        prop_assert_eq!(ends(&signals), 1);
        prop_assert!(matches!(signals.last(), Some(ChatSignal::Event(event)) if event.ends_run()));
        let is_end = |item: &Item| matches!(item, Item::Frame(Frame { data, .. }) | Item::Stray { value: data, .. }
            if data.contains("_end") || data.contains("succeeded") || data.contains("human_input"));
        let finished = matches!(signals.last(), Some(ChatSignal::Event(RunEvent::Finished { .. })));
        prop_assert!(!finished || items.iter().any(is_end), "only the platform's word makes an answer complete");
    }
}

#[test]
fn a_mode_that_is_not_told_is_found_out_step_by_step() {
    let mut turn = Turn::default();
    assert!(mode::prepare(&mut turn, Some(&json!({"name": "x"}).into())));
    assert_eq!(mode::known(&turn.app), Known::Trying(Route::Chat));
    assert!(mode::prepare(&mut turn, None));
    assert_eq!(mode::known(&turn.app), Known::Trying(Route::Workflow));
    assert!(mode::prepare(&mut turn, None));
    assert_eq!(mode::known(&turn.app), Known::Route(Route::Completion));
    assert!(!mode::prepare(&mut turn, None), "nothing is left to find out");

    let mut chosen = Turn { app: App { workflow: true, ..App::default() }, ..Turn::default() };
    mode::prepare(&mut chosen, Some(&json!({"name": "x"}).into()));
    assert_eq!(mode::known(&chosen.app), Known::Route(Route::Workflow), "the operator's word counts");
}
