//! Growing answers on their way to the disk: one commit a second for all runs together, and at once when a run ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hub_contract::HubError;
use hub_contract::conversation::MessageView;
use hub_contract::id::MessageId;
use hub_store::Store;
use tokio::sync::Notify;

use super::lock;

/// Text on the screen is on the disk at most this much later.
const EVERY: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(super) struct Saver {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    /// Answers that are not on the disk yet, those that are being written included: until then this is where they are
    /// read from.
    waiting: Mutex<HashMap<MessageId, Waiting>>,
    /// One save at a time, or an older state could be written after a newer one.
    saving: tokio::sync::Mutex<()>,
    wake: Arc<Notify>,
}

/// An answer as it stands. It is copied when it is written, not whenever it grows.
#[derive(Clone)]
struct Waiting {
    answer: Arc<Mutex<MessageView>>,
    /// How often it has changed since it waits.
    changes: u64,
}

impl Saver {
    pub(super) fn new(store: Store) -> Self {
        let shared = Arc::new(Shared {
            store,
            waiting: Mutex::default(),
            saving: tokio::sync::Mutex::default(),
            wake: Arc::default(),
        });
        let saving = Arc::downgrade(&shared);
        let wake = Arc::clone(&shared.wake);
        tokio::spawn(async move {
            loop {
                // Nothing of the Hub is held while idle, so that a closed one lets go of its store; dropping it wakes too.
                wake.notified().await;
                while let Some(shared) = saving.upgrade().filter(|shared| !lock(&shared.waiting).is_empty()) {
                    let _ = shared.save().await;
                    drop(shared);
                    tokio::time::sleep(EVERY).await;
                }
                if saving.strong_count() == 0 {
                    return;
                }
            }
        });
        Self { shared }
    }

    /// Saves an answer within a second, as it stands then.
    pub(super) fn later(&self, message: &MessageId, answer: &Arc<Mutex<MessageView>>) {
        self.shared.wait_with(message, Arc::clone(answer));
        self.shared.wake.notify_one();
    }

    /// Saves this state of an answer now. When that fails it keeps being tried every second.
    pub(super) async fn now(&self, answer: MessageView) -> Result<(), HubError> {
        let message = answer.id.clone();
        self.shared.wait_with(&message, Arc::new(Mutex::new(answer)));
        let saved = self.shared.save().await;
        if saved.is_err() {
            self.shared.wake.notify_one();
        }
        saved
    }

    /// An answer that is not on the disk yet.
    pub(super) fn waiting(&self, message: &MessageId) -> Option<MessageView> {
        let waiting = lock(&self.shared.waiting).get(message).cloned();
        waiting.map(|waiting| lock(&waiting.answer).clone())
    }

    /// Writes everything that waits.
    pub(super) async fn flush(&self) {
        let _ = self.shared.save().await;
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.wake.notify_one();
    }
}

impl Shared {
    fn wait_with(&self, message: &MessageId, answer: Arc<Mutex<MessageView>>) {
        let mut waiting = lock(&self.waiting);
        let changes = waiting.get(message).map_or(0, |before| before.changes) + 1;
        waiting.insert(message.clone(), Waiting { answer, changes });
    }

    async fn save(&self) -> Result<(), HubError> {
        let _one = self.saving.lock().await;
        let batch: Vec<(MessageId, Waiting)> =
            lock(&self.waiting).iter().map(|(message, waiting)| (message.clone(), waiting.clone())).collect();
        if batch.is_empty() {
            return Ok(());
        }
        self.store.save_answers(batch.iter().map(|(_, waiting)| lock(&waiting.answer).clone()).collect()).await?;
        let mut waiting = lock(&self.waiting);
        for (message, saved) in batch {
            // A newer state that came meanwhile still waits.
            if waiting.get(&message).is_some_and(|now| now.changes == saved.changes) {
                waiting.remove(&message);
            }
        }
        Ok(())
    }
}
