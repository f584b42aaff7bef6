//! A clock that can be set back, so that the demo's conversations lie weeks apart.

use std::sync::atomic::{AtomicI64, Ordering};

use hub_contract::UtcMs;
use hub_core::{Clock, SystemClock};

/// The computer's clock, set back by so many milliseconds.
#[derive(Debug)]
pub(crate) struct DemoClock(AtomicI64);

/// So many days in minutes.
pub(crate) const fn days(days: i64) -> i64 {
    days * 24 * 60
}

impl DemoClock {
    pub(crate) fn now() -> Self {
        Self(AtomicI64::new(0))
    }

    /// Sets the clock back by so many minutes from the real time.
    pub(crate) fn set_back(&self, minutes: i64) {
        self.0.store(minutes * 60_000, Ordering::Relaxed);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> UtcMs {
        SystemClock.now() - self.0.load(Ordering::Relaxed)
    }
}
