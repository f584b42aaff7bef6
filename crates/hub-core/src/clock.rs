//! Time and new ids are passed in, so that tests are stable.

use std::time::{SystemTime, UNIX_EPOCH};

use hub_contract::UtcMs;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> UtcMs;
}

/// Makes ids.
pub trait Ids: Send + Sync {
    /// An id that was never used.
    fn new_id(&self) -> String;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UtcMs {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UtcMs::try_from(since.as_millis()).unwrap_or(UtcMs::MAX)
    }
}

/// Random ids (UUID version 4).
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn new_id(&self) -> String {
        uuid::Uuid::new_v4().simple().to_string()
    }
}
