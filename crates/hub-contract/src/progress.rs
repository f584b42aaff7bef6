//! How far long work is: copies of the Hub, and bundles.

use serde::{Deserialize, Serialize};

/// How far a piece of long work is. Steps follow one another; only some of them count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is done now.
    pub step: ProgressStep,
    /// How much of this step is done, in bytes.
    #[serde(default)]
    pub done: u64,
    /// How much this step has, in bytes; 0 where it is not counted.
    #[serde(default)]
    pub total: u64,
}

/// A step of long work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgressStep {
    /// What belongs to it is read out of the Hub.
    Collect,
    /// It is locked, or the lock is opened; a passphrase costs work.
    Lock,
    /// It is written.
    Write,
    /// What was written, or what was brought, is read and proven.
    Verify,
    /// What is there now is put aside.
    PutAside,
    /// It is put in place.
    Apply,
}

impl ProgressStep {
    /// Every step, in the order in which work takes them.
    pub const ALL: [Self; 6] = [Self::Collect, Self::Lock, Self::Write, Self::Verify, Self::PutAside, Self::Apply];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Lock => "lock",
            Self::Write => "write",
            Self::Verify => "verify",
            Self::PutAside => "put_aside",
            Self::Apply => "apply",
        }
    }
}

impl Progress {
    /// The beginning of a step that is not counted.
    pub fn at(step: ProgressStep) -> Self {
        Self { step, done: 0, total: 0 }
    }

    /// How much of the step is done, in hundredths; absent where it is not counted.
    pub fn percent(&self) -> Option<u8> {
        let hundredths = self.done.saturating_mul(100).checked_div(self.total)?;
        Some(u8::try_from(hundredths.min(100)).unwrap_or(100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_is_not_counted_has_no_percent() {
        assert_eq!(Progress::at(ProgressStep::Lock).percent(), None);
        let half = Progress { step: ProgressStep::Write, done: 1, total: 2 };
        assert_eq!(half.percent(), Some(50));
        assert_eq!(Progress { done: 3, ..half }.percent(), Some(100), "what grows meanwhile");
    }
}
