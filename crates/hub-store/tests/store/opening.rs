//! Opening, closing, and reading beside a running instance.

use hub_contract::{ErrorCode, HubError};
use hub_store::{Store, StoreError};
use serde_json::json;

use crate::support::{conversation, new_store, open};

#[tokio::test]
async fn the_hub_id_is_made_once() {
    let (directory, store) = new_store();
    assert_eq!(store.hub_id(), "hub-1");
    assert_eq!(store.data_dir(), directory.path());
    store.close().await;
    let options = hub_store::StoreOptions { data_dir: directory.path().to_owned(), now: 9, hub_id: "other".to_owned() };
    assert_eq!(Store::open(options).unwrap().hub_id(), "hub-1");
}

#[tokio::test]
async fn a_data_directory_has_one_instance() {
    let (directory, store) = new_store();
    let second = open(directory.path());
    assert!(matches!(second, Err(StoreError::InstanceRunning)), "{second:?}");
    drop(store);
    open(directory.path()).unwrap();
}

#[tokio::test]
async fn every_clone_is_closed_and_the_log_is_folded_in() {
    let (directory, store) = new_store();
    let clone = store.clone();
    store.set_setting("a", &json!(1)).await.unwrap();
    store.close().await;
    assert!(matches!(clone.setting("a").await, Err(StoreError::Closed)));
    assert!(matches!(clone.set_setting("a", &json!(2)).await, Err(StoreError::Closed)));
    clone.close().await;
    assert!(!directory.path().join("hub.db-wal").exists(), "everything is in hub.db");
    assert_eq!(open(directory.path()).unwrap().setting("a").await.unwrap(), Some(json!(1)));
}

#[tokio::test]
async fn what_was_begun_is_done_also_when_nobody_waits_for_it() {
    let (_directory, store) = new_store();
    let value = json!(1);
    let mut change = Box::pin(store.set_setting("a", &value));
    // Polled once, so it is in the queue; then given up.
    let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
    assert!(change.as_mut().poll(context).is_pending());
    drop(change);
    store.set_setting("b", &json!(2)).await.unwrap();
    assert_eq!(store.setting("a").await.unwrap(), Some(json!(1)));
}

#[tokio::test]
async fn reading_works_beside_a_running_instance_and_changes_are_refused() {
    let (directory, store) = new_store();
    store.insert_conversation(conversation("c", 1)).await.unwrap();
    let reading = Store::open_reading(directory.path()).unwrap();
    assert_eq!(reading.hub_id(), "hub-1");
    assert!(reading.conversation(&"c".into()).await.unwrap().is_some());
    store.insert_conversation(conversation("d", 2)).await.unwrap();
    assert!(reading.conversation(&"d".into()).await.unwrap().is_some(), "it sees what is new");

    let refused = reading.insert_conversation(conversation("e", 1)).await;
    assert!(matches!(refused, Err(StoreError::InstanceRunning)), "{refused:?}");
    reading.close().await;
    store.insert_conversation(conversation("e", 1)).await.unwrap();
}

#[tokio::test]
async fn another_program_that_keeps_the_database_locked_does_not_keep_it_from_being_read() {
    let (directory, store) = new_store();
    store.insert_conversation(conversation("c", 1)).await.unwrap();
    let other = rusqlite::Connection::open(directory.path().join("hub.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = store.insert_conversation(conversation("d", 1)).await;
    assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
    assert!(store.conversation(&"c".into()).await.unwrap().is_some());
    other.execute_batch("COMMIT").unwrap();
    store.insert_conversation(conversation("d", 1)).await.unwrap();
}

#[tokio::test]
async fn reading_where_there_is_nothing_makes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let nothing = Store::open_reading(directory.path());
    assert!(matches!(nothing, Err(StoreError::NotFound { what: "database", .. })), "{nothing:?}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_log_without_its_database_is_a_loss_and_not_a_beginning() {
    let (directory, store) = new_store();
    store.close().await;
    std::fs::remove_file(directory.path().join("hub.db")).unwrap();
    std::fs::remove_file(directory.path().join("hub.json")).unwrap();
    std::fs::write(directory.path().join("hub.db-wal"), "frames").unwrap();
    let lost = open(directory.path());
    assert!(matches!(lost, Err(StoreError::Damaged(_))), "{lost:?}");
    assert_eq!(std::fs::read(directory.path().join("hub.db-wal")).unwrap(), b"frames");
}

#[test]
fn every_error_has_the_code_that_somebody_acts_on() {
    let code = |error: StoreError| {
        let error = HubError::from(error);
        (error.code, error.detail.hint)
    };
    let hint = |hint: &str| Some(hint.to_owned());
    assert_eq!(code(StoreError::DiskFull), (ErrorCode::DiskFull, None));
    assert_eq!(code(StoreError::Newer { found: 2, supported: 1 }), (ErrorCode::DatabaseNewer, None));
    assert_eq!(code(StoreError::Damaged(String::new())), (ErrorCode::DatabaseDamaged, None));
    assert_eq!(code(StoreError::FileDamaged(String::new())), (ErrorCode::DatabaseDamaged, hint("file_damaged")));
    assert_eq!(code(StoreError::InstanceRunning), (ErrorCode::InstanceRunning, None));
    assert_eq!(code(StoreError::NeedsMigration), (ErrorCode::InstanceRunning, hint("older_instance")));
    assert_eq!(code(StoreError::Busy), (ErrorCode::InstanceRunning, hint("database_busy")));
    assert_eq!(code(StoreError::ReadOnly), (ErrorCode::Internal, hint("data_dir_read_only")));
    assert_eq!(code(StoreError::NotFound { what: "file", id: "x".into() }), (ErrorCode::NotFound, None));
    assert_eq!(code(StoreError::Closed), (ErrorCode::Internal, None));
}
