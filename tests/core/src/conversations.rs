//! Conversations that nobody could hold within a test.

use std::path::Path;

use anyhow::Result;
use hub_contract::UtcMs;
use hub_contract::conversation::{MessageBody, MessageState, MessageView, Role, Target};
use hub_contract::run::FinishReason;
use hub_store::{ConversationRow, Store, StoreOptions};

/// What the long conversation is called.
pub const LONG: &str = "A long conversation";
/// When its first message was written.
pub const BEGAN: UtcMs = 1_700_000_000_000;
/// From each message to the next.
pub const MINUTE: UtcMs = 60_000;

/// Writes a conversation of so many messages into a data directory: `Question 0` and its answer of several paragraphs, code
/// and a table, `Question 1`, and so on. The Hub must be closed. Nobody is there to be asked more.
///
/// # Errors
/// What the store says.
pub async fn long(data_dir: &Path, messages: usize) -> Result<()> {
    long_with(data_dir, messages, Target::Model { connection: "gone".into(), model: "gone".into() }).await
}

/// The same with somebody who can be asked more.
///
/// # Errors
/// What the store says.
pub async fn long_with(data_dir: &Path, messages: usize, target: Target) -> Result<()> {
    let store = Store::open(StoreOptions { data_dir: data_dir.to_owned(), now: BEGAN, hub_id: "test".to_owned() })?;
    let row = ConversationRow {
        id: "long".into(),
        title: LONG.to_owned(),
        target,
        target_name: "A model".to_owned(),
        platform: None,
        pinned: false,
        archived: false,
        draft: String::new(),
        comparison: None,
        created_at: BEGAN,
        updated_at: BEGAN,
    };
    let last = BEGAN + messages as UtcMs * MINUTE;
    store.insert_messages(Some(row), (0..messages).map(message).collect(), last).await?;
    store.close().await;
    Ok(())
}

fn message(number: usize) -> MessageView {
    let id = |number: usize| format!("m-{number}").as_str().into();
    let (role, text) = match number % 2 {
        0 => (Role::User, format!("Question {}", number / 2)),
        _ => (Role::Assistant, answer(number / 2)),
    };
    MessageView {
        id: id(number),
        conversation: "long".into(),
        parent: number.checked_sub(1).map(id),
        role,
        state: MessageState::Finished { reason: FinishReason::Stop },
        text,
        body: MessageBody::default(),
        attachments: Vec::new(),
        siblings: Vec::new(),
        created_at: BEGAN + number as UtcMs * MINUTE,
    }
}

/// Answers of very different heights.
fn answer(number: usize) -> String {
    let paragraph = "The repair rate of line B rose because a batch of seals was too hard. ".repeat(1 + number % 7);
    let mut text = format!("Answer {number}. {paragraph}");
    if number.is_multiple_of(5) {
        text.push_str("\n\n| Line | Rate |\n| --- | --- |\n| A | 1.2 % |\n| B | 3.4 % |\n");
    }
    if number.is_multiple_of(11) {
        text.push_str(&format!(
            "\n\n```rust\n{}```\n",
            "fn rate(line: Line) -> f64 { line.repairs / line.units }\n".repeat(9)
        ));
    }
    text
}
