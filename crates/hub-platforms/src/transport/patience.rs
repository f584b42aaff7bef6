//! Waiting for the other side, and for no longer than it may take.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// A timer that rings later than this did not ring late: the program stood still, because the computer slept or because
/// somebody stopped it.
const STOOD_STILL: Duration = Duration::from_millis(500);

/// Which limit ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutOfTime {
    /// Nothing came for too long.
    Silent,
    /// The call takes too long in all.
    InAll,
}

/// Waits for `what` until `patience` after `heard`, and at most until `until`. Time in which the program stood still is
/// no silence of the other side: what came meanwhile may lie in the socket, unread, so the patience begins anew and
/// `heard` is set to now.
pub(super) async fn wait<T>(
    heard: &mut Instant,
    patience: Duration,
    until: Instant,
    what: impl Future<Output = T>,
) -> Result<T, OutOfTime> {
    let mut what = std::pin::pin!(what);
    loop {
        let deadline = (*heard + patience).min(until);
        match timeout_at(deadline, what.as_mut()).await {
            Ok(done) => return Ok(done),
            Err(_) if deadline == until => return Err(OutOfTime::InAll),
            Err(_) if deadline.elapsed() > STOOD_STILL => *heard = Instant::now(),
            Err(_) => return Err(OutOfTime::Silent),
        }
    }
}
