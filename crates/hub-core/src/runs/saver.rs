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
    waiting: Mutex<HashMap<MessageId, Arc<MessageView>>>,
    /// One save at a time, or an older state could be written after a newer one.
    saving: tokio::sync::Mutex<()>,
    wake: Arc<Notify>,
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

    /// Saves this state of an answer within a second.
    pub(super) fn later(&self, answer: MessageView) {
        lock(&self.shared.waiting).insert(answer.id.clone(), Arc::new(answer));
        self.shared.wake.notify_one();
    }

    /// Saves this state of an answer now. When that fails it keeps being tried every second.
    pub(super) async fn now(&self, answer: MessageView) -> Result<(), HubError> {
        lock(&self.shared.waiting).insert(answer.id.clone(), Arc::new(answer));
        let saved = self.shared.save().await;
        if saved.is_err() {
            self.shared.wake.notify_one();
        }
        saved
    }

    /// An answer that is not on the disk yet.
    pub(super) fn waiting(&self, message: &MessageId) -> Option<MessageView> {
        lock(&self.shared.waiting).get(message).map(|answer| (**answer).clone())
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
    async fn save(&self) -> Result<(), HubError> {
        let _one = self.saving.lock().await;
        let batch: Vec<Arc<MessageView>> = lock(&self.waiting).values().cloned().collect();
        if batch.is_empty() {
            return Ok(());
        }
        self.store.save_answers(batch.iter().map(|answer| (**answer).clone()).collect()).await?;
        let mut waiting = lock(&self.waiting);
        for saved in batch {
            // A newer state that came meanwhile still waits.
            if waiting.get(&saved.id).is_some_and(|answer| Arc::ptr_eq(answer, &saved)) {
                waiting.remove(&saved.id);
            }
        }
        Ok(())
    }
}
