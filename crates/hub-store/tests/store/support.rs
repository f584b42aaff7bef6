//! A store in a directory of its own, and rows to put into it.

use std::path::Path;

use hub_contract::UtcMs;
use hub_contract::conversation::{MessageBody, MessageState, MessageView, Role, Target};
use hub_contract::id::{ConversationId, MessageId};
use hub_contract::run::FinishReason;
use hub_store::{ConversationRow, Store, StoreError, StoreOptions};
use tempfile::TempDir;

pub(crate) const FINISHED: MessageState = MessageState::Finished { reason: FinishReason::Stop };

pub(crate) fn new_store() -> (TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).unwrap();
    (directory, store)
}

pub(crate) fn open(directory: &Path) -> Result<Store, StoreError> {
    Store::open(StoreOptions { data_dir: directory.to_owned(), now: 1_000, hub_id: "hub-1".to_owned() })
}

pub(crate) fn conversation(id: &str, updated_at: UtcMs) -> ConversationRow {
    ConversationRow {
        id: id.into(),
        title: format!("about {id}"),
        target: Target::Model { connection: "k1".into(), model: "m1".into() },
        target_name: "Model one".to_owned(),
        platform: Some(hub_contract::PlatformId::Deepseek),
        pinned: false,
        archived: false,
        draft: String::new(),
        comparison: None,
        created_at: updated_at,
        updated_at,
    }
}

pub(crate) fn question(id: &str, conversation: &str, parent: Option<&str>, text: &str, at: UtcMs) -> MessageView {
    MessageView {
        id: id.into(),
        conversation: ConversationId::from(conversation),
        parent: parent.map(MessageId::from),
        role: Role::User,
        state: FINISHED,
        text: text.to_owned(),
        body: MessageBody::default(),
        attachments: Vec::new(),
        siblings: Vec::new(),
        created_at: at,
    }
}

pub(crate) fn answer(id: &str, conversation: &str, parent: &str, text: &str, at: UtcMs) -> MessageView {
    MessageView { role: Role::Assistant, ..question(id, conversation, Some(parent), text, at) }
}

pub(crate) fn ids(messages: &[MessageView]) -> Vec<&str> {
    messages.iter().map(|message| message.id.as_str()).collect()
}
