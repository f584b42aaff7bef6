//! The frames of one run, for everybody who attaches.

use std::sync::Mutex;

use hub_contract::id::RunId;
use hub_contract::run::{RunEvent, RunFrame};
use tokio::sync::watch;

use super::lock;

/// A growing list of events. Readers keep their own place, so a slow page loses nothing and holds nobody up.
pub(super) struct Log {
    events: Mutex<Vec<RunEvent>>,
    /// How many events there are, and whether the last one has come.
    grown: watch::Sender<(usize, bool)>,
}

impl Default for Log {
    fn default() -> Self {
        Self { events: Mutex::default(), grown: watch::Sender::new((0, false)) }
    }
}

impl Log {
    pub(super) fn push(&self, event: RunEvent) {
        let ends = event.ends_run();
        let mut events = lock(&self.events);
        events.push(event);
        let length = events.len();
        drop(events);
        self.grown.send_replace((length, ends));
    }

    /// Waits for the last event.
    pub(super) async fn ended(&self) {
        let mut grown = self.grown.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = grown.wait_for(|(_, ended)| *ended).await;
    }

    pub(super) async fn follow(&self, run: &RunId, from: u64, on_frame: &mut (impl FnMut(RunFrame) + Send)) {
        let mut grown = self.grown.subscribe();
        let mut next = usize::try_from(from).unwrap_or(usize::MAX);
        loop {
            let (length, ended) = *grown.borrow_and_update();
            let missed: Vec<RunEvent> = lock(&self.events).get(next..length).map(<[_]>::to_vec).unwrap_or_default();
            for event in missed {
                on_frame(RunFrame { run: run.clone(), seq: next as u64, event });
                next += 1;
            }
            if ended || grown.changed().await.is_err() {
                return;
            }
        }
    }
}
