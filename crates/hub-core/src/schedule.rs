//! Work that comes round by itself while the Hub is open.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::{Hub, Result};

/// How often something is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rhythm {
    /// From the start of the Hub to the first look.
    pub(crate) first: Duration,
    /// From the end of one look to the next.
    pub(crate) every: Duration,
}

/// Looks again and again, for as long as the Hub is open, and holds it only while it looks. A look that fails is told in
/// the log, and the next one comes all the same.
pub(crate) fn repeat<L, F, T>(hub: &Hub, what: &'static str, rhythm: Rhythm, look: L)
where
    L: Fn(Hub) -> F + Send + 'static,
    F: Future<Output = Result<T>> + Send,
{
    let inner = Arc::downgrade(&hub.inner);
    tokio::spawn(async move {
        let mut wait = rhythm.first;
        loop {
            tokio::time::sleep(wait).await;
            wait = rhythm.every;
            let Some(inner) = inner.upgrade() else { return };
            if let Err(error) = look(Hub { inner }).await {
                tracing::warn!(%error, "{what} failed");
            }
        }
    });
}
