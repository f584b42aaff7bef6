//! Files of messages, and sizes.

use std::path::{Path, PathBuf};

use hub_contract::conversation::{FileView, MessageBody, MessageView};
use hub_contract::id::FileId;
use hub_store::{Store, StoreError};

use crate::support::{conversation, new_store, open, question};

fn path_of(directory: &Path, file: &FileId) -> PathBuf {
    directory.join("files").join(&file.as_str()[..2]).join(file.as_str())
}

async fn store_message(store: &Store, id: &str, attachments: Vec<FileView>, overflow: Option<FileId>) {
    let body = MessageBody { overflow, ..Default::default() };
    let message = MessageView { attachments, body, ..question(&format!("q-{id}"), id, None, "see file", 1) };
    store.insert_messages(Some(conversation(id, 1)), vec![message], 1).await.unwrap();
}

#[tokio::test]
async fn the_same_bytes_are_kept_once_and_go_with_their_last_message() {
    let (directory, store) = new_store();
    let picture = store.put_file("图 1.png", "image/png", b"picture".to_vec()).await.unwrap();
    let copy = store.put_file("copy.png", "image/png", b"picture".to_vec()).await.unwrap();
    let rest = store.put_file("rest", "text/markdown", b"the rest".to_vec()).await.unwrap();
    assert_eq!(picture.id, copy.id);
    assert_eq!((picture.name.as_str(), copy.name.as_str(), picture.bytes), ("图 1.png", "copy.png", 7));

    store_message(&store, "c", vec![picture.clone(), copy.clone()], Some(rest.id.clone())).await;
    store_message(&store, "d", vec![copy.clone()], None).await;
    let shown = store.message(&"q-c".into()).await.unwrap().unwrap();
    assert_eq!(shown.attachments, [picture.clone(), copy]);
    assert_eq!(shown.body.overflow.as_ref(), Some(&rest.id));
    assert_eq!(store.sizes().await.unwrap().files_bytes, 15);

    store.remove_conversation(&"c".into()).await.unwrap();
    assert_eq!(store.read_file(&picture.id).await.unwrap(), b"picture", "d holds it");
    assert!(!path_of(directory.path(), &rest.id).exists());
    store.remove_conversation(&"d".into()).await.unwrap();
    assert!(!path_of(directory.path(), &picture.id).exists());
    assert_eq!(store.sizes().await.unwrap().files_bytes, 0);
}

#[tokio::test]
async fn a_file_put_for_the_next_question_survives_the_removal_of_its_last_message() {
    let (_directory, store) = new_store();
    let file = store.put_file("a", "text/plain", b"again".to_vec()).await.unwrap();
    store_message(&store, "c", vec![file.clone()], None).await;
    store.put_file("b", "text/plain", b"again".to_vec()).await.unwrap();
    store.remove_conversation(&"c".into()).await.unwrap();
    store_message(&store, "d", vec![file.clone()], None).await;
    assert_eq!(store.read_file(&file.id).await.unwrap(), b"again");
}

#[tokio::test]
async fn leftovers_go_at_the_next_start() {
    let (directory, store) = new_store();
    let never_sent = store.put_file("a", "text/plain", b"never sent".to_vec()).await.unwrap();
    let sent = store.put_file("a", "text/plain", b"sent".to_vec()).await.unwrap();
    store_message(&store, "c", vec![sent.clone()], None).await;
    store.close().await;
    let cut = directory.path().join("files/incoming/cut");
    std::fs::write(&cut, "half").unwrap();

    let store = open(directory.path()).unwrap();
    // Leftovers are cleared by the writing thread before anything that is asked of it.
    store.set_setting("after", &true.into()).await.unwrap();
    assert!(!path_of(directory.path(), &never_sent.id).exists());
    assert!(!cut.exists());
    assert_eq!(store.read_file(&sent.id).await.unwrap(), b"sent");
}

#[tokio::test]
async fn a_changed_file_is_refused_and_an_id_is_never_a_path() {
    let (directory, store) = new_store();
    let file = store.put_file("a", "text/plain", b"right".to_vec()).await.unwrap();
    std::fs::write(path_of(directory.path(), &file.id), "wrong").unwrap();
    let changed = store.read_file(&file.id).await;
    assert!(matches!(changed, Err(StoreError::FileDamaged(_))), "{changed:?}");
    store.set_setting("still", &true.into()).await.unwrap();

    for id in ["../../hub.db", "", "文", &"A".repeat(64), &"0".repeat(64)] {
        let refused = store.read_file(&FileId(id.to_owned())).await;
        assert!(matches!(refused, Err(StoreError::NotFound { what: "file", .. })), "{id}: {refused:?}");
    }
}

#[tokio::test]
async fn a_message_cannot_hold_a_file_that_is_not_there() {
    let (_directory, store) = new_store();
    let file = FileView { id: FileId("0".repeat(64)), name: "x".into(), mime: "x".into(), bytes: 1 };
    let message = MessageView { attachments: vec![file], ..question("q", "c", None, "", 1) };
    let refused = store.insert_messages(Some(conversation("c", 1)), vec![message], 1).await;
    assert!(matches!(refused, Err(StoreError::NotFound { what: "file", .. })), "{refused:?}");
    assert_eq!(store.conversation(&"c".into()).await.unwrap(), None);
}
