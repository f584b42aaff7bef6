//! Conversations, trees of messages, growing answers.

use hub_contract::conversation::{
    ListConversationsRequest, MessageBody, MessageState, MessageView, Notice, RunFacts, SearchFilter, Target,
};
use hub_contract::id::ConversationId;
use hub_contract::run::{FinishReason, RemoteIds};
use hub_contract::{ErrorCode, HubError};
use hub_store::{ConversationRow, Store, StoreError};

use crate::support::{answer, conversation, ids, new_store, open, question};

async fn listed(store: &Store, request: ListConversationsRequest) -> Vec<String> {
    store.conversations(request).await.unwrap().into_iter().map(|row| row.id.0).collect()
}

#[tokio::test]
async fn lists_are_newest_first_with_pinned_ones_before_and_archived_ones_apart() {
    let (_directory, store) = new_store();
    let agent = Target::Agent { agent: "a1".into() };
    let rows = [
        conversation("old", 10),
        conversation("new", 40),
        ConversationRow { target: agent.clone(), ..conversation("agent", 30) },
        ConversationRow { pinned: true, ..conversation("pinned", 20) },
        ConversationRow { archived: true, ..conversation("archived", 50) },
    ];
    for row in rows {
        store.insert_conversation(row).await.unwrap();
    }
    let all = ListConversationsRequest::default;
    assert_eq!(listed(&store, all()).await, ["pinned", "new", "agent", "old"]);
    assert_eq!(listed(&store, ListConversationsRequest { limit: 1, ..all() }).await, ["pinned", "new"]);
    assert_eq!(listed(&store, ListConversationsRequest { before: Some(40), ..all() }).await, ["agent", "old"]);
    assert_eq!(listed(&store, ListConversationsRequest { archived: true, ..all() }).await, ["archived"]);
    assert_eq!(listed(&store, ListConversationsRequest { target: Some(agent), ..all() }).await, ["agent"]);
}

#[tokio::test]
async fn a_person_changes_title_pin_archive_and_draft_and_nothing_else() {
    let (_directory, store) = new_store();
    let stored = conversation("c", 10);
    store.insert_conversation(stored.clone()).await.unwrap();
    let changed = ConversationRow {
        title: "周报".to_owned(),
        pinned: true,
        archived: true,
        draft: "half a".to_owned(),
        ..stored.clone()
    };
    store.update_conversation(ConversationRow { updated_at: 99, created_at: 99, ..changed.clone() }).await.unwrap();
    assert_eq!(store.conversation(&stored.id).await.unwrap(), Some(changed));
    let missing = store.update_conversation(conversation("none", 1)).await;
    assert!(matches!(missing, Err(StoreError::NotFound { what: "conversation", .. })), "{missing:?}");
}

#[tokio::test]
async fn a_question_and_its_empty_answer_are_stored_together() {
    let (_directory, store) = new_store();
    let row = ConversationRow { draft: "Hel".to_owned(), ..conversation("c", 10) };
    let growing = MessageView { state: MessageState::Streaming, ..answer("a", "c", "q", "", 12) };
    store.insert_messages(Some(row), vec![question("q", "c", None, "Hello", 11), growing], 20).await.unwrap();

    let stored = store.conversation(&"c".into()).await.unwrap().unwrap();
    assert_eq!((stored.updated_at, stored.draft.as_str()), (20, ""));
    assert_eq!(ids(&store.branch(&"c".into(), None).await.unwrap()), ["q", "a"]);
}

#[tokio::test]
async fn nothing_is_stored_when_one_message_is_refused() {
    let (_directory, store) = new_store();
    store.insert_messages(Some(conversation("other", 1)), vec![question("x", "other", None, "", 1)], 1).await.unwrap();
    let messages = vec![question("q", "c", None, "Hello", 11), answer("a", "c", "x", "", 12)];
    let refused = store.insert_messages(Some(conversation("c", 10)), messages, 20).await;
    assert!(matches!(refused, Err(StoreError::NotFound { what: "message", .. })), "x is elsewhere: {refused:?}");
    assert_eq!(store.conversation(&"c".into()).await.unwrap(), None);
    assert_eq!(store.message(&"q".into()).await.unwrap(), None);
}

#[tokio::test]
async fn answers_come_back_as_they_were_saved_in_every_state() {
    let (_directory, store) = new_store();
    let error = HubError::new(ErrorCode::Overloaded, "busy").hint("html");
    let states = [
        MessageState::Streaming,
        MessageState::Finished { reason: FinishReason::Length },
        MessageState::Failed { error: error.clone() },
        MessageState::Cancelled { confirmed: true },
        MessageState::Truncated { error: Some(error) },
        MessageState::Truncated { error: None },
    ];
    let first = MessageView { state: MessageState::Streaming, ..answer("a", "c", "q", "", 12) };
    store
        .insert_messages(Some(conversation("c", 1)), vec![question("q", "c", None, "?", 1), first.clone()], 1)
        .await
        .unwrap();
    for state in states {
        let body = MessageBody {
            reasoning: "想".to_owned(),
            notices: vec![Notice { code: "history_cut".to_owned(), facts: [].into(), message: "cut".to_owned() }],
            facts: Some(RunFacts { status: Some(200), ..Default::default() }),
            remote: RemoteIds { task: Some("t".to_owned()), ..Default::default() },
            ..Default::default()
        };
        let text = "one\ntwo 🦀 \0 three".to_owned();
        let saved = MessageView { state, body, text, siblings: vec!["a".into()], ..first.clone() };
        store.save_answers(vec![saved.clone()]).await.unwrap();
        assert_eq!(store.message(&"a".into()).await.unwrap(), Some(saved));
    }
    assert_eq!(store.conversation(&"c".into()).await.unwrap().unwrap().updated_at, 1);
}

#[tokio::test]
async fn one_removed_conversation_does_not_keep_other_answers_from_being_saved() {
    let (_directory, store) = new_store();
    for id in ["c", "d"] {
        let messages = vec![question(&format!("q{id}"), id, None, "?", 1)];
        store.insert_messages(Some(conversation(id, 1)), messages, 1).await.unwrap();
    }
    store.remove_conversation(&"c".into()).await.unwrap();
    let answers = vec![question("qc", "c", None, "late", 1), question("qd", "d", None, "kept", 1)];
    store.save_answers(answers).await.unwrap();
    assert_eq!(store.message(&"qc".into()).await.unwrap(), None);
    assert_eq!(store.message(&"qd".into()).await.unwrap().unwrap().text, "kept");
}

#[tokio::test]
async fn branches_go_through_the_message_asked_for() {
    let (_directory, store) = new_store();
    let messages = vec![
        question("q1", "c", None, "first", 1),
        answer("a1", "c", "q1", "one", 2),
        answer("a2", "c", "q1", "another", 3),
        question("q2", "c", Some("a1"), "more of one", 4),
        question("q0", "c", None, "first, edited", 5),
    ];
    store.insert_messages(Some(conversation("c", 1)), messages, 5).await.unwrap();
    let id = ConversationId::from("c");
    assert_eq!(ids(&store.branch(&id, None).await.unwrap()), ["q0"]);
    assert_eq!(ids(&store.branch(&id, Some(&"q1".into())).await.unwrap()), ["q1", "a2"]);
    let branch = store.branch(&id, Some(&"a1".into())).await.unwrap();
    assert_eq!(ids(&branch), ["q1", "a1", "q2"]);
    assert_eq!(branch[0].siblings, ["q1".into(), "q0".into()]);
    assert_eq!(branch[1].siblings, ["a1".into(), "a2".into()]);
    for message in branch {
        assert_eq!(store.message(&message.id).await.unwrap(), Some(message), "alone as in its branch");
    }

    let (before, end) = store.branch_end(&id, Some(&"a1".into()), 2).await.unwrap();
    assert_eq!((before, ids(&end)), (1, vec!["a1", "q2"]));
    assert_eq!(end[0].siblings, ["a1".into(), "a2".into()]);
    let (before, whole) = store.branch_end(&id, Some(&"a1".into()), 9).await.unwrap();
    assert_eq!((before, ids(&whole)), (0, vec!["q1", "a1", "q2"]));
    let above = store.messages_above(&"q2".into(), 9).await.unwrap().unwrap();
    assert_eq!(above, whole[..2], "as in the branch");
    assert_eq!(ids(&store.messages_above(&"q2".into(), 1).await.unwrap().unwrap()), ["a1"]);
    assert_eq!(store.messages_above(&"q1".into(), 9).await.unwrap(), Some(Vec::new()));
    assert_eq!(store.messages_above(&"none".into(), 9).await.unwrap(), None);

    let elsewhere = store.branch(&id, Some(&"none".into())).await;
    assert!(matches!(elsewhere, Err(StoreError::NotFound { what: "message", .. })), "{elsewhere:?}");
    let missing = store.branch(&"none".into(), None).await;
    assert!(matches!(missing, Err(StoreError::NotFound { what: "conversation", .. })), "{missing:?}");
}

#[tokio::test]
async fn a_chosen_branch_is_shown_when_the_store_is_opened_again() {
    let (directory, store) = new_store();
    let messages = vec![
        question("q1", "c", None, "first", 1),
        answer("a1", "c", "q1", "one", 2),
        question("q2", "c", Some("a1"), "more of one", 3),
        answer("a2", "c", "q1", "another", 4),
    ];
    store.insert_messages(Some(conversation("c", 1)), messages, 5).await.unwrap();
    let id = ConversationId::from("c");
    assert_eq!(ids(&store.branch(&id, None).await.unwrap()), ["q1", "a2"]);
    store.choose_branch(&"a1".into(), 6).await.unwrap();
    drop(store);
    let store = open(directory.path()).unwrap();
    let branch = store.branch(&id, None).await.unwrap();
    assert_eq!(ids(&branch), ["q1", "a1", "q2"]);
    assert_eq!(branch[1].siblings, ["a1".into(), "a2".into()], "their order stays");

    store.choose_branch(&"a2".into(), 7).await.unwrap();
    let later = vec![question("q3", "c", Some("q2"), "still more of one", 8)];
    store.insert_messages(None, later, 8).await.unwrap();
    assert_eq!(ids(&store.branch(&id, None).await.unwrap()), ["q1", "a1", "q2", "q3"], "what is written is shown");
    let missing = store.choose_branch(&"none".into(), 9).await;
    assert!(matches!(missing, Err(StoreError::NotFound { what: "message", .. })), "{missing:?}");
}

#[tokio::test]
async fn a_long_conversation_is_shown_and_removed() {
    let (_directory, store) = new_store();
    let id = |number: i64| format!("m{number}");
    let messages: Vec<MessageView> = (0..3_000)
        .map(|number| question(&id(number), "c", (number > 0).then(|| id(number - 1)).as_deref(), "text", number))
        .collect();
    store.insert_messages(Some(conversation("c", 1)), messages, 1).await.unwrap();
    assert_eq!(store.branch(&"c".into(), None).await.unwrap().len(), 3_000);
    store.remove_conversation(&"c".into()).await.unwrap();
    assert_eq!(store.sizes().await.unwrap().messages, 0);
    assert_eq!(store.search("text", 0, SearchFilter::default()).await.unwrap().total, 0);
    assert_eq!(store.search("t", 0, SearchFilter::default()).await.unwrap().total, 0);
    let again = store.remove_conversation(&"c".into()).await;
    assert!(matches!(again, Err(StoreError::NotFound { what: "conversation", .. })), "{again:?}");
}

#[tokio::test]
async fn answers_that_were_growing_are_truncated_at_the_next_start_and_can_be_found() {
    let (directory, store) = new_store();
    let growing = MessageView { state: MessageState::Streaming, ..answer("a", "c", "q", "", 2) };
    store
        .insert_messages(Some(conversation("c", 1)), vec![question("q", "c", None, "?", 1), growing.clone()], 1)
        .await
        .unwrap();
    store.save_answers(vec![MessageView { text: "半句话".to_owned(), ..growing }]).await.unwrap();
    assert_eq!(store.search("半句话", 0, SearchFilter::default()).await.unwrap().total, 0, "it still grows");
    store.close().await;

    let store = open(directory.path()).unwrap();
    let interrupted = store.message(&"a".into()).await.unwrap().unwrap();
    assert_eq!(interrupted.state, MessageState::Truncated { error: None });
    assert_eq!(interrupted.text, "半句话");
    assert_eq!(store.search("半句话", 0, SearchFilter::default()).await.unwrap().total, 1);
}
