//! Every limit of the way to a platform and back, in one value.

use std::time::Duration;

/// Limits of time and size. [`Default`] holds the product's values; tests scale one value instead of faking time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands: name, proxy, TCP and TLS together.
    pub connect: Duration,
    /// Without a single byte, comments included.
    pub silence: Duration,
    /// The same, for platforms that work in silence for minutes in the middle of an answer.
    pub silence_long: Duration,
    /// The same, before the first byte of platforms that think or load for long before they speak.
    pub silence_slow_start: Duration,
    /// Alive, but without anything for the reader: a notice, never an end.
    pub no_content: Duration,
    /// One call from beginning to end.
    pub total: Duration,
    /// After the platform said that the answer is complete: for the token counts that may follow.
    pub grace: Duration,
    /// For questions to go on with, after a complete answer; without them when it takes longer.
    pub suggestions: Duration,
    /// For the picture of an app, from the request to its last byte; the agent waits for it.
    pub icon: Duration,
    /// First wait before a call is repeated, where the platform names none; doubled each time.
    pub repeat_wait: Duration,
    /// Longest wait that a platform may ask for before a repeat.
    pub repeat_wait_max: Duration,
    /// Answers that one server gives at the same time; further questions wait.
    pub at_once: usize,
    /// How often a refused model call is repeated.
    pub repeats: u32,
    /// The head of an answer, in bytes.
    pub head_bytes: usize,
    /// One event of a stream, in bytes.
    pub event_bytes: usize,
    /// One whole document (a model list, an error), in bytes.
    pub document_bytes: usize,
    /// One stream, decoded, in bytes. Room for a long answer that comes letter by letter, each in an event of its own
    /// of some hundred bytes; what is kept of it is bounded by `answer_bytes`.
    pub stream_bytes: u64,
    /// What one answer may bring of everything that is kept (text, reasoning, steps, sources), in bytes.
    pub answer_bytes: usize,
    /// Decoded bytes per byte on the wire.
    pub inflation: u64,
    /// Decoded bytes that may come before `inflation` counts.
    pub inflation_free_bytes: u64,
    /// The picture of an app as it is fetched, in bytes.
    pub icon_bytes: usize,
    /// One attachment, in bytes.
    pub attachment_bytes: usize,
    /// One text file that is put into the question, in bytes.
    pub inlined_text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(60),
            silence_long: Duration::from_secs(240),
            silence_slow_start: Duration::from_secs(600),
            no_content: Duration::from_secs(120),
            total: Duration::from_secs(30 * 60),
            grace: Duration::from_secs(2),
            suggestions: Duration::from_secs(5),
            icon: Duration::from_secs(10),
            repeat_wait: Duration::from_millis(500),
            repeat_wait_max: Duration::from_secs(60),
            at_once: 24,
            repeats: 2,
            head_bytes: 64 * 1024,
            event_bytes: 8 * MIB,
            document_bytes: 32 * MIB,
            stream_bytes: 1024 * MIB as u64,
            answer_bytes: 64 * MIB,
            inflation: 100,
            inflation_free_bytes: MIB as u64,
            icon_bytes: MIB,
            attachment_bytes: 20 * MIB,
            inlined_text_bytes: 2 * MIB,
        }
    }
}

impl Limits {
    /// The same limits with every time multiplied by `factor`; sizes and counts stay. A factor that makes no time
    /// (negative, not a number) counts as 1.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let scale = |time: Duration| Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(time);
        Self {
            connect: scale(self.connect),
            silence: scale(self.silence),
            silence_long: scale(self.silence_long),
            silence_slow_start: scale(self.silence_slow_start),
            no_content: scale(self.no_content),
            total: scale(self.total),
            grace: scale(self.grace),
            suggestions: scale(self.suggestions),
            icon: scale(self.icon),
            repeat_wait: scale(self.repeat_wait),
            repeat_wait_max: scale(self.repeat_wait_max),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_touches_times_only() {
        let limits = Limits::default().scaled(0.01);
        assert_eq!(limits.silence, Duration::from_millis(600));
        assert_eq!(limits.event_bytes, Limits::default().event_bytes);
        assert_eq!(Limits::default().scaled(f64::NAN), Limits::default());
    }
}
