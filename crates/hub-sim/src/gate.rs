//! A door in a script that the test holds.

use std::sync::Arc;

use tokio::sync::watch;

/// A door in a reply: the server stops there until the test opens it. Clones are the same door.
#[derive(Debug, Clone)]
pub struct Gate {
    open: Arc<watch::Sender<bool>>,
    arrivals: Arc<watch::Sender<usize>>,
}

impl Gate {
    /// A closed door.
    pub fn new() -> Self {
        Self { open: Arc::new(watch::Sender::new(false)), arrivals: Arc::new(watch::Sender::new(0)) }
    }

    /// Lets through everybody who waits, and everybody who comes later.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// Waits until the server stands at the door (or went through it) at least once: what the script sends before
    /// the door is then written to the socket.
    pub async fn reached(&self) {
        self.reached_times(1).await;
    }

    /// As [`Gate::reached`], for a door that several replies share.
    pub async fn reached_times(&self, times: usize) {
        let mut arrivals = self.arrivals.subscribe();
        // The sender lives in `self`, so this cannot fail.
        let _ = arrivals.wait_for(|count| *count >= times).await;
    }

    /// Whether the server came here already.
    pub fn was_reached(&self) -> bool {
        *self.arrivals.borrow() > 0
    }

    /// As if the server had come here.
    pub(crate) fn mark_reached(&self) {
        self.arrivals.send_modify(|count| *count += 1);
    }

    pub(crate) async fn pass(&self) {
        self.mark_reached();
        let mut open = self.open.subscribe();
        let _ = open.wait_for(|open| *open).await;
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}
