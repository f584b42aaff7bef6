//! So many answers at once from one server; further questions wait for their turn.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::address;

/// The places at each server, by its origin. A server is known as long as the program runs: there are as many as an
/// operator connected.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    servers: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

impl Queue {
    /// Waits for a place at the server behind that address; it is free again when what is returned is dropped. `None` for an
    /// address that no call can be made to: that is told elsewhere.
    pub(crate) async fn place(&self, base_url: &str, at_once: usize) -> Option<OwnedSemaphorePermit> {
        let origin = address::origin(base_url)?;
        let server = {
            let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(servers.entry(origin).or_insert_with(|| Arc::new(Semaphore::new(at_once.max(1)))))
        };
        server.acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::Queue;

    #[test]
    fn a_place_is_free_again_and_other_servers_have_their_own() {
        let queue = Queue::default();
        let now = |url: &str| pin!(queue.place(url, 1)).poll(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Some(first)) = now("https://a.example/v1") else { panic!("there is a place") };
        assert!(now("https://a.example:443/other").is_pending(), "the same server has no place left");
        assert!(now("https://b.example/v1").is_ready());
        drop(first);
        assert!(matches!(now("https://a.example/v1"), Poll::Ready(Some(_))));
        assert!(matches!(now("nothing"), Poll::Ready(None)));
    }
}
