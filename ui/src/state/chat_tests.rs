use hub_contract::HubError;
use hub_contract::conversation::{MessageBody, Target};
use hub_contract::run::{FinishReason, RemoteIds, Step, StepKind, StepState};

use super::*;

fn conversation() -> ConversationView {
    ConversationView {
        id: "c".into(),
        title: "问题".into(),
        target: Target::Model { connection: "k".into(), model: "m".into() },
        target_name: "m".into(),
        platform: None,
        usable: true,
        pinned: false,
        archived: false,
        created_at: 0,
        updated_at: 0,
        run: None,
        comparison: None,
    }
}

fn message(id: &str, parent: Option<&str>, role: Role) -> MessageView {
    let state = match role {
        Role::User => MessageState::Finished { reason: FinishReason::Stop },
        Role::Assistant => MessageState::Streaming,
    };
    MessageView {
        id: id.into(),
        conversation: "c".into(),
        parent: parent.map(Into::into),
        role,
        state,
        text: if role == Role::User { "question".into() } else { String::new() },
        body: MessageBody::default(),
        attachments: Vec::new(),
        siblings: Vec::new(),
        created_at: 1_000,
    }
}

fn sent(run: &str, question: &str, parent: Option<&str>, answer: &str) -> ChatAction {
    ChatAction::Sent(Box::new(Sent {
        run: run.into(),
        conversation: conversation(),
        question: message(question, parent, Role::User),
        answer: message(answer, Some(question), Role::Assistant),
    }))
}

fn frame(seq: u64, event: RunEvent) -> RunFrame {
    RunFrame { run: "r".into(), seq, event }
}

fn started() -> RunEvent {
    RunEvent::Started { run: "r".into(), conversation: "c".into(), message: "a".into(), remote: RemoteIds::default() }
}

fn text(delta: &str) -> RunEvent {
    RunEvent::Text { delta: delta.into(), part: None }
}

fn reasoning(delta: &str) -> RunEvent {
    RunEvent::Reasoning { delta: delta.into(), part: None }
}

fn asked() -> Rc<ChatState> {
    Rc::new(ChatState::default()).reduce(sent("r", "q", None, "a"))
}

fn take(state: Rc<ChatState>, frames: Vec<RunFrame>) -> Rc<ChatState> {
    state.reduce(ChatAction::Frames(frames, 5_000))
}

fn answer(state: &ChatState) -> &MessageView {
    last_answer(state.thread.as_ref().expect("a conversation")).expect("an answer")
}

#[test]
fn frames_that_come_twice_are_taken_once() {
    let frames = vec![frame(0, started()), frame(1, text("Hel")), frame(2, text("lo"))];
    let state = take(asked(), frames.clone());
    let again = take(Rc::clone(&state), frames);
    assert_eq!(answer(&again).text, "Hello");
    let more = take(again, vec![frame(2, text("lo")), frame(3, text("!"))]);
    assert_eq!(answer(&more).text, "Hello!");
}

#[test]
fn frames_of_another_run_change_nothing() {
    let state = take(asked(), vec![frame(0, started()), frame(1, text("mine"))]);
    let foreign = RunFrame { run: "other".into(), seq: 2, event: text("not mine") };
    let after = take(Rc::clone(&state), vec![foreign]);
    assert_eq!(answer(&after).text, "mine");
    let (before, after) = (state.thread.as_ref().unwrap(), after.thread.as_ref().unwrap());
    assert_eq!(before.messages[1], after.messages[1], "the message is the same one, so nothing is drawn again");
}

#[test]
fn only_the_growing_message_changes_identity() {
    let before = take(asked(), vec![frame(0, started())]);
    let after = take(Rc::clone(&before), vec![frame(1, text("x"))]);
    let (before, after) = (before.thread.as_ref().unwrap(), after.thread.as_ref().unwrap());
    assert_eq!(before.messages[0], after.messages[0]);
    assert_ne!(before.messages[1], after.messages[1]);
}

#[test]
fn a_page_that_re_attaches_gets_the_whole_answer_once() {
    let mut stored = message("a", Some("q"), Role::Assistant);
    stored.text = "Hel".into();
    let detail = ConversationDetail {
        conversation: conversation(),
        before: 0,
        messages: vec![message("q", None, Role::User), stored],
        draft: String::new(),
    };
    let state = Rc::new(ChatState::default()).reduce(ChatAction::Open(Box::new(detail)));
    let active = ActiveRun { run: "r".into(), conversation: "c".into(), message: "a".into() };
    let state = state.reduce(ChatAction::Resume(active.clone()));
    assert_eq!(answer(&state).text, "Hel", "what is stored stays on the screen until the frames come");
    let state = take(state, vec![frame(0, started()), frame(1, text("Hello")), frame(2, text(" you"))]);
    assert_eq!(answer(&state).text, "Hello you");
    let state = state.reduce(ChatAction::Resume(active));
    assert_eq!(state.thread.as_ref().unwrap().run.as_ref().unwrap().next, 3, "the same run is not begun again");
}

#[test]
fn each_end_sets_its_state_and_ends_the_run() {
    let ends = [
        RunEvent::Finished { reason: FinishReason::Stop },
        RunEvent::Failed { error: HubError::internal("x") },
        RunEvent::Cancelled { confirmed: false },
        RunEvent::Truncated { error: None },
    ];
    for end in ends {
        let state = take(asked(), vec![frame(0, started()), frame(1, text("kept")), frame(2, end)]);
        assert!(state.thread.as_ref().unwrap().run.is_none());
        assert_eq!(answer(&state).text, "kept", "what was received stays");
        assert_eq!(phase(answer(&state), false), Phase::Ended);
        let late = take(Rc::clone(&state), vec![frame(3, text("late"))]);
        assert_eq!(answer(&late).text, "kept");
    }
}

#[test]
fn replace_steps_and_reasoning_time() {
    let step = |state, ms| Step {
        id: "s".into(),
        parent: None,
        title: "检索".into(),
        kind: StepKind::Retrieval,
        state,
        input: None,
        output: None,
        ms,
    };
    let state = take(
        asked(),
        vec![frame(0, started()), frame(1, reasoning("hm")), frame(2, RunEvent::Step(step(StepState::Running, None)))],
    );
    assert_eq!(phase(answer(&state), true), Phase::Reasoning);
    let state = state.reduce(ChatAction::Frames(
        vec![
            frame(3, RunEvent::Step(step(StepState::Done, Some(380)))),
            frame(4, text("draft")),
            frame(5, RunEvent::Replace { text: "final".into(), part: None }),
        ],
        8_000,
    ));
    let message = answer(&state);
    assert_eq!(message.text, "final");
    assert_eq!(message.body.steps.len(), 1);
    assert_eq!(message.body.steps[0].ms, Some(380));
    assert_eq!(message.body.reasoning_ms, Some(3_000));
    assert_eq!(phase(message, true), Phase::Answering);
    assert_eq!(phase(message, false), Phase::Orphaned);
}

/// What is sent beside a message that is on the screen.
fn sent_beside(question: MessageView, answer: MessageView) -> ChatAction {
    ChatAction::Sent(Box::new(Sent { run: "r3".into(), conversation: conversation(), question, answer }))
}

fn two_turns() -> Rc<ChatState> {
    let state = take(asked(), vec![frame(0, started()), frame(1, RunEvent::Finished { reason: FinishReason::Stop })]);
    let state = state.reduce(sent("r2", "q2", Some("a"), "a2"));
    assert_eq!(ids(&state), ["q", "a", "q2", "a2"]);
    state
}

fn ids(state: &ChatState) -> Vec<&str> {
    state.thread.as_ref().unwrap().messages.iter().map(|message| message.id.as_str()).collect()
}

#[test]
fn another_answer_is_a_sibling_and_cuts_what_followed() {
    let before = two_turns();
    let mut other = message("b", Some("q"), Role::Assistant);
    other.siblings = vec!["a".into(), "b".into()];
    let state = Rc::clone(&before).reduce(sent_beside(message("q", None, Role::User), other));
    assert_eq!(ids(&state), ["q", "b"]);
    let (before, thread) = (before.thread.as_ref().unwrap(), state.thread.as_ref().unwrap());
    assert_eq!(thread.messages[1].siblings, [MessageId::from("a"), MessageId::from("b")]);
    assert_eq!(thread.messages[0], before.messages[0], "the question keeps its identity");
}

#[test]
fn a_question_in_other_words_takes_the_place_of_the_earlier_one() {
    let mut other = message("q3", Some("a"), Role::User);
    other.siblings = vec!["q2".into(), "q3".into()];
    let state = two_turns().reduce(sent_beside(other, message("a3", Some("q3"), Role::Assistant)));
    assert_eq!(ids(&state), ["q", "a", "q3", "a3"]);
    assert_eq!(state.thread.as_ref().unwrap().messages[2].siblings.len(), 2);

    let mut first = message("p", None, Role::User);
    first.siblings = vec!["q".into(), "p".into()];
    let state = state.reduce(sent_beside(first, message("b", Some("p"), Role::Assistant)));
    assert_eq!(ids(&state), ["p", "b"], "the first question can be edited too");
}

fn stored(answer: &MessageView, run: Option<&str>) -> ChatAction {
    ChatAction::Settled(Box::new(ConversationDetail {
        conversation: ConversationView { run: run.map(Into::into), ..conversation() },
        before: 0,
        messages: vec![message("q", None, Role::User), answer.clone()],
        draft: String::new(),
    }))
}

#[test]
fn what_is_stored_replaces_what_ended_but_not_what_grows() {
    let state = take(asked(), vec![frame(0, started()), frame(1, text("on the screen"))]);
    let mut answered = message("a", Some("q"), Role::Assistant);
    answered.text = "on".into();
    let state = state.reduce(stored(&answered, Some("r")));
    assert_eq!(answer(&state).text, "on the screen");
    let state = take(state, vec![frame(2, RunEvent::Finished { reason: FinishReason::Stop })]);
    answered.text = "on the screen".into();
    answered.state = MessageState::Finished { reason: FinishReason::Stop };
    answered.body.reasoning_ms = Some(1);
    let question = state.thread.as_ref().unwrap().messages[0].clone();
    let state = state.reduce(stored(&answered, None));
    assert_eq!(answer(&state).body.reasoning_ms, Some(1));
    assert_eq!(state.thread.as_ref().unwrap().messages[0], question, "what did not change keeps its identity");
}

#[test]
fn a_run_whose_end_was_never_heard_is_settled_by_what_is_stored() {
    let state = take(asked(), vec![frame(0, started()), frame(1, text("part"))]);
    let mut answered = message("a", Some("q"), Role::Assistant);
    answered.text = "part".into();
    answered.state = MessageState::Truncated { error: None };
    let state = state.reduce(stored(&answered, None));
    assert!(state.thread.as_ref().unwrap().run.is_none());
    assert_eq!(phase(answer(&state), false), Phase::Ended);
}

/// A conversation of `q1 a1 … q4 a4`, of which only what stands after `before` messages was read.
fn end_of_four(before: usize) -> Rc<ChatState> {
    let messages = four_turns().split_off(before);
    let detail =
        ConversationDetail { conversation: conversation(), before: before as u32, messages, draft: String::new() };
    Rc::new(ChatState::default()).reduce(ChatAction::Open(Box::new(detail)))
}

fn four_turns() -> Vec<MessageView> {
    let ids = ["q1", "a1", "q2", "a2", "q3", "a3", "q4", "a4"];
    let above = std::iter::once(None).chain(ids.map(Some));
    let turns = ids.iter().zip(above).zip([Role::User, Role::Assistant].into_iter().cycle());
    turns.map(|((id, parent), role)| message(id, parent, role)).collect()
}

fn earlier(from: usize, to: usize) -> ChatAction {
    ChatAction::Earlier(four_turns().drain(from..to).collect())
}

#[test]
fn what_stands_above_the_end_is_put_there_and_keeps_every_place() {
    let state = end_of_four(6);
    let place = |state: &ChatState, id: &str| state.thread.as_ref().unwrap().place_of(&id.into());
    let count = |state: &ChatState| state.thread.as_ref().unwrap().count();
    assert_eq!((place(&state, "a4"), place(&state, "q1"), count(&state)), (Some(7), None, 8));
    let end = state.thread.as_ref().unwrap().messages[0].clone();
    let state = state.reduce(earlier(3, 6));
    assert_eq!(ids(&state), ["a2", "q3", "a3", "q4", "a4"]);
    assert_eq!((place(&state, "a4"), place(&state, "a2"), count(&state)), (Some(7), Some(3), 8));
    assert_eq!(state.thread.as_ref().unwrap().messages[3], end, "what was there keeps its identity");
    let state = state.reduce(earlier(4, 6)).reduce(earlier(0, 2));
    assert_eq!(ids(&state).len(), 5, "what is there already, or does not touch it, is passed over");
    let state = state.reduce(earlier(0, 5));
    assert_eq!(ids(&state), ["q1", "a1", "q2", "a2", "q3", "a3", "q4", "a4"]);
    assert_eq!((state.thread.as_ref().unwrap().before, count(&state)), (0, 8));
}

#[test]
fn the_end_is_settled_below_what_was_read() {
    let settled = |from: usize| {
        let messages = four_turns().split_off(from);
        let draft = String::new();
        ChatAction::Settled(Box::new(ConversationDetail {
            conversation: conversation(),
            before: from as u32,
            messages,
            draft,
        }))
    };
    let state = end_of_four(2).reduce(settled(4));
    assert_eq!(ids(&state), ["q2", "a2", "q3", "a3", "q4", "a4"]);
    assert_eq!(state.thread.as_ref().unwrap().before, 2);
    let state = end_of_four(6).reduce(settled(4));
    assert_eq!(ids(&state), ["q3", "a3", "q4", "a4"], "more of it was read than before");
    assert_eq!(state.thread.as_ref().unwrap().before, 4);
    let state = state.reduce(earlier(0, 6));
    assert_eq!(ids(&state).len(), 8, "a stretch that was on its way fits as far as it is needed");
}

#[test]
fn asking_at_the_edge_of_what_was_read_leaves_the_rest_in_its_place() {
    let beside = |id: &str, above: &str, role| message(id, Some(above), role);
    let state = end_of_four(6).reduce(sent_beside(beside("q5", "a3", Role::User), beside("a5", "q5", Role::Assistant)));
    assert_eq!(ids(&state), ["q5", "a5"]);
    assert_eq!(state.thread.as_ref().unwrap().before, 6);
    let state = end_of_four(7).reduce(sent_beside(beside("q4", "a3", Role::User), beside("b4", "q4", Role::Assistant)));
    assert_eq!(ids(&state), ["q4", "b4"]);
    assert_eq!(state.thread.as_ref().unwrap().before, 6, "the question was read with its other answer");
    let state = state.reduce(earlier(0, 6));
    assert_eq!(ids(&state), ["q1", "a1", "q2", "a2", "q3", "a3", "q4", "b4"]);
}
