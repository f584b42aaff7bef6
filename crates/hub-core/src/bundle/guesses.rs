//! Wrong passphrases cost time: after five of them a bundle is not tried again for a while.

use std::sync::{Mutex, PoisonError};

use hub_contract::{HubError, UtcMs};

use super::fault::invalid;

/// Wrong ones in a row before the first pause.
const FREE: u32 = 5;
/// The first pause, in milliseconds; each further one is twice as long.
const FIRST_PAUSE: UtcMs = 5_000;
/// The longest pause, in milliseconds.
const LONGEST_PAUSE: UtcMs = 5 * 60_000;

/// How many passphrases in a row were wrong.
#[derive(Debug, Default)]
pub(crate) struct Guesses {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    wrong: u32,
    again_at: UtcMs,
}

impl Guesses {
    /// Refuses a try that comes too soon.
    ///
    /// # Errors
    /// `bundle_invalid` with the hint `bundle_wait` and how long.
    pub(super) fn refuse_hurry(&self, now: UtcMs) -> Result<(), HubError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= state.again_at {
            return Ok(());
        }
        let mut error = invalid("too many wrong passphrases", "bundle_wait");
        error.detail.retry_after_ms = u64::try_from(state.again_at - now).ok();
        Err(error)
    }

    /// Notes how a try ended.
    pub(super) fn note(&self, right: bool, now: UtcMs) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if right {
            *state = State::default();
            return;
        }
        state.wrong = state.wrong.saturating_add(1);
        if state.wrong >= FREE {
            let doubled = (state.wrong - FREE).min(16);
            state.again_at = now + (FIRST_PAUSE << doubled).min(LONGEST_PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_begin_with_the_fifth_wrong_one_grow_and_end_with_a_right_one() {
        let guesses = Guesses::default();
        for _ in 0..4 {
            guesses.note(false, 0);
            guesses.refuse_hurry(0).unwrap();
        }
        guesses.note(false, 0);
        let refused = guesses.refuse_hurry(1_000).unwrap_err();
        assert_eq!(refused.detail.retry_after_ms, Some(4_000));
        guesses.refuse_hurry(5_000).unwrap();
        guesses.note(false, 5_000);
        guesses.refuse_hurry(14_999).unwrap_err();
        guesses.note(true, 15_000);
        guesses.refuse_hurry(0).unwrap();
    }
}
