//! Waiting for a condition. The time is a guard against a hang; no test passes or fails by how long something takes.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Nothing that is waited for takes this long on the slowest machine that works at all.
pub const GUARD: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(25);

/// Looks again and again until there is something.
///
/// # Errors
/// `look`'s own error, or after [`GUARD`] one that names what was waited for.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if start.elapsed() > GUARD {
            bail!("waited {} s for {what}", GUARD.as_secs());
        }
        tokio::time::sleep(STEP).await;
    }
}
