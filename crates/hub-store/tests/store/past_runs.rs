//! Earlier runs, read out of trees of messages.

use std::collections::BTreeMap;

use hub_contract::conversation::{MessageBody, MessageState, MessageView, RunFacts, Target};
use hub_contract::id::MessageId;
use hub_contract::run::FinishReason;
use hub_store::{ConversationRow, PastRunRow, PastRunsOf, Store, StoreError};
use serde_json::{Value, json};

use crate::support::{answer, conversation, new_store, question};

fn of(limit: u32) -> PastRunsOf {
    PastRunsOf { agent: "a1".into(), limit, before: None, only_with_inputs: false }
}

fn with_agent(id: &str) -> ConversationRow {
    ConversationRow { target: Target::Agent { agent: "a1".into() }, ..conversation(id, 1) }
}

fn values(name: &str, value: Value) -> BTreeMap<String, Value> {
    BTreeMap::from([(name.to_owned(), value)])
}

fn form(id: &str, conversation: &str, parent: Option<&str>, topic: &str) -> MessageView {
    let body = MessageBody { inputs: values("topic", json!(topic)), ..MessageBody::default() };
    MessageView { body, ..question(id, conversation, parent, "", 1) }
}

fn took(ms: u64, message: MessageView) -> MessageView {
    let facts = Some(RunFacts { total_ms: Some(ms), ..RunFacts::default() });
    MessageView { body: MessageBody { facts, ..message.body }, ..message }
}

fn answers(runs: &[PastRunRow]) -> Vec<&str> {
    runs.iter().map(|run| run.answer.as_str()).collect()
}

async fn put(store: &Store, row: ConversationRow, messages: Vec<MessageView>) {
    store.insert_messages(Some(row), messages, 1).await.unwrap();
}

#[tokio::test]
async fn runs_of_all_conversations_with_an_agent_come_newest_first_in_pages() {
    let (_directory, store) = new_store();
    let again = answer("a1b", "c1", "q1", "", 2);
    let put_away = ConversationRow { archived: true, ..with_agent("c2") };
    put(
        &store,
        with_agent("c1"),
        vec![form("q1", "c1", None, "one"), took(7, answer("a1a", "c1", "q1", "x", 1)), again],
    )
    .await;
    put(&store, put_away, vec![form("q2", "c2", None, "two"), answer("a2", "c2", "q2", "", 3)]).await;
    put(&store, conversation("c3", 9), vec![form("q3", "c3", None, "three"), answer("a3", "c3", "q3", "", 4)]).await;

    let all = store.past_runs(of(9)).await.unwrap();
    assert_eq!(answers(&all), ["a2", "a1b", "a1a"], "each answer is a run; another's are not among them");
    let first = PastRunRow {
        conversation: "c1".into(),
        answer: "a1a".into(),
        state: MessageState::Finished { reason: FinishReason::Stop },
        created_at: 1,
        total_ms: Some(7),
        text: String::new(),
        inputs: values("topic", json!("one")),
    };
    assert_eq!(all[2], first);

    let page = |before: &str| PastRunsOf { before: Some(MessageId::from(before)), ..of(1) };
    assert_eq!(answers(&store.past_runs(of(2)).await.unwrap()), ["a2", "a1b"]);
    assert_eq!(answers(&store.past_runs(page("a1b")).await.unwrap()), ["a1a"]);
    assert_eq!(answers(&store.past_runs(page("a1a")).await.unwrap()), Vec::<&str>::new());
    let gone = store.past_runs(page("nowhere")).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "message", .. })), "{gone:?}");
}

#[tokio::test]
async fn a_run_that_waited_and_went_on_is_one() {
    let (_directory, store) = new_store();
    let waits = |id: &str, parent: &str, ms| {
        let state = MessageState::Finished { reason: FinishReason::NeedsInput };
        took(ms, MessageView { state, ..answer(id, "c", parent, "", 1) })
    };
    let reply = |id: &str, parent: &str| {
        let body = MessageBody { answer: values("note", json!("yes")), ..MessageBody::default() };
        MessageView { body, ..question(id, "c", Some(parent), "yes", 1) }
    };
    let messages = vec![
        form("q1", "c", None, "one"),
        waits("w1", "q1", 10),
        reply("q2", "w1"),
        waits("w2", "q2", 20),
        reply("q3", "w2"),
        took(30, answer("a", "c", "q3", "done", 2)),
        // The next run in the same conversation, which still waits.
        form("q4", "c", Some("a"), "two"),
        waits("w4", "q4", 40),
    ];
    put(&store, with_agent("c"), messages).await;
    let runs = store.past_runs(of(9)).await.unwrap();
    assert_eq!(answers(&runs), ["w4", "a"]);
    assert_eq!((runs[1].total_ms, &runs[1].inputs), (Some(60), &values("topic", json!("one"))), "from its beginning");
    assert_eq!((runs[0].total_ms, &runs[0].inputs), (Some(40), &values("topic", json!("two"))));
}

#[tokio::test]
async fn copies_and_questions_without_inputs_are_no_runs() {
    let (_directory, store) = new_store();
    let copied = |of: &str, message: MessageView| {
        let copied_from = Some(MessageId::from(of));
        MessageView { body: MessageBody { copied_from, ..message.body }, ..message }
    };
    let words = question("q2", "c", Some("a1"), &"why? ".repeat(1_000), 3);
    let messages =
        vec![form("q1", "c", None, "one"), answer("a1", "c", "q1", "", 2), words, answer("a2", "c", "q2", "", 4)];
    put(&store, with_agent("c"), messages).await;
    let branch = vec![
        copied("q1", form("q5", "d", None, "one")),
        copied("a1", answer("a5", "d", "q5", "", 2)),
        // Run again in the copy: that is a run of its own.
        answer("a6", "d", "q5", "", 5),
    ];
    put(&store, with_agent("d"), branch).await;
    let all = store.past_runs(of(9)).await.unwrap();
    assert_eq!(answers(&all), ["a6", "a2", "a1"]);
    assert_eq!((all[1].text.chars().count(), all[1].inputs.len()), (400, 0), "only how a long question begins");
    let with_inputs = PastRunsOf { only_with_inputs: true, ..of(9) };
    assert_eq!(answers(&store.past_runs(with_inputs.clone()).await.unwrap()), ["a6", "a1"]);
    let one = PastRunsOf { limit: 2, ..with_inputs };
    assert_eq!(answers(&store.past_runs(one).await.unwrap()), ["a6", "a1"], "what is left out fills no place");
}
