//! Following a run through a channel.

use hub_contract::RunEvent;
use hub_contract::command::{ListRuns, ShowConversation, StopRun};
use hub_contract::conversation::{MessageState, ShowConversationRequest};
use hub_contract::run::{FinishReason, StopRunRequest};
use hub_sim::{Gate, Scenario};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_comes_through_the_channel_in_order_and_whole() {
    let world = World::start().await;
    let (_, target) = world.connect().await;
    let text = "一二三四五 and six\n".repeat(400);
    world.sim.next(Scenario::Text { text: text.clone(), reasoning: None });
    let sent = world.ask(&target, "count").await;
    world.follow(&sent.run, 0, 7).await.unwrap();

    let frames = world.frames_of(7);
    for (place, (index, frame)) in frames.iter().enumerate() {
        assert_eq!(*index, place, "the channel counts its messages");
        assert_eq!(frame.seq, place as u64, "the run counts its events");
        assert_eq!(frame.run, sent.run);
    }
    assert!(matches!(frames.first().unwrap().1.event, RunEvent::Started { .. }));
    let ends = frames.iter().filter(|(_, frame)| frame.event.ends_run()).count();
    assert_eq!(ends, 1, "one end");
    assert_eq!(frames.last().unwrap().1.event, RunEvent::Finished { reason: FinishReason::Stop });
    let received: String = frames
        .iter()
        .filter_map(|(_, frame)| match &frame.event {
            RunEvent::Text { delta, .. } => Some(delta.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(received, text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_comes_back_gets_what_it_missed_and_what_comes() {
    let world = World::start().await;
    let (_, target) = world.connect().await;
    let gate = Gate::new();
    world.sim.next(Scenario::Held(gate.clone()));
    let sent = world.ask(&target, "hold on").await;
    assert_eq!(world.call::<ListRuns>(()).await.len(), 1);

    let first = world.follow(&sent.run, 0, 1);
    let second = async {
        // Started and some text: half an answer is there, and the other half is behind the gate.
        world.wait_for_frames(1, 2).await;
        let late = world.follow(&sent.run, 1, 2);
        let open = async {
            world.wait_for_frames(2, 1).await;
            gate.open();
        };
        tokio::join!(late, open).0
    };
    let (first, second) = tokio::join!(first, second);
    first.unwrap();
    second.unwrap();

    let all: Vec<_> = world.frames_of(1).into_iter().map(|(_, frame)| frame).collect();
    let late: Vec<_> = world.frames_of(2).into_iter().map(|(_, frame)| frame).collect();
    assert_eq!(late, all[1..], "everything from the second event on, nothing twice");
    assert!(world.call::<ListRuns>(()).await.is_empty());
    let error = world.follow(&"no-such-run".into(), 0, 3).await.unwrap_err();
    assert_eq!(error["code"], "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_ends_the_stream_and_keeps_the_text() {
    let world = World::start().await;
    let (_, target) = world.connect().await;
    world.sim.next(Scenario::Held(Gate::new()));
    let sent = world.ask(&target, "hold on").await;
    let followed = world.follow(&sent.run, 0, 1);
    let stopped = async {
        world.wait_for_frames(1, 2).await;
        world.call::<StopRun>(StopRunRequest { run: sent.run.clone() }).await;
    };
    tokio::join!(followed, stopped).0.unwrap();

    assert!(matches!(world.frames_of(1).last().unwrap().1.event, RunEvent::Cancelled { .. }));
    let shown = ShowConversationRequest { id: sent.conversation.id.clone(), through: None, last: None };
    let messages = world.call::<ShowConversation>(shown).await.messages;
    let answer = messages.last().unwrap();
    assert!(matches!(answer.state, MessageState::Cancelled { .. }), "{:?}", answer.state);
    assert!(!answer.text.is_empty(), "the half that had come stays");
}
