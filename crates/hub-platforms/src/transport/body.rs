//! The body of an answer, piece by piece: decoded, and within the limits of time and size.

use std::time::Duration;

use hub_contract::{ErrorCode, HubError};
use tokio::time::{Instant, timeout_at};

use super::decode::{DecodeError, Decoder};
use super::failure;

/// A body that is being received. Dropping it closes the connection if it is not complete.
pub(crate) struct Body {
    response: reqwest::Response,
    decoder: Decoder,
    silence: Silence,
    last_byte: Instant,
    until: Instant,
    arrived: bool,
}

/// How long a connection may say nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Silence {
    pub(super) before_first_byte: Duration,
    pub(super) afterwards: Duration,
}

impl Body {
    pub(super) fn new(response: reqwest::Response, decoder: Decoder, silence: Silence, until: Instant) -> Self {
        Self { response, decoder, silence, last_byte: Instant::now(), until, arrived: false }
    }

    /// True after the first byte.
    pub(crate) fn has_begun(&self) -> bool {
        self.arrived
    }

    /// The next decoded bytes; `None` at the end. May be dropped while waiting without losing bytes.
    ///
    /// # Errors
    /// `silence`, `connect` when it broke off, `too_large`, `bad_answer` for a broken compression.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, HubError> {
        loop {
            let patience = if self.arrived { self.silence.afterwards } else { self.silence.before_first_byte };
            let silent_until = self.last_byte + patience;
            let deadline = silent_until.min(self.until);
            let chunk = match timeout_at(deadline, self.response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => return Ok(None),
                Ok(Err(error)) => return Err(failure::of_body(&error)),
                Err(_) if deadline == silent_until => return Err(silence()),
                Err(_) => return Err(total()),
            };
            if chunk.is_empty() {
                continue;
            }
            self.arrived = true;
            self.last_byte = Instant::now();
            match self.decoder.push(&chunk) {
                Ok(decoded) if decoded.is_empty() => {}
                Ok(decoded) => return Ok(Some(decoded)),
                Err(error) => return Err(undecodable(error)),
            }
        }
    }

    /// The whole body.
    ///
    /// # Errors
    /// As [`next`](Self::next), and `too_large` for more than `limit` bytes.
    pub(crate) async fn whole(&mut self, limit: usize) -> Result<Vec<u8>, HubError> {
        let mut whole = Vec::new();
        while let Some(bytes) = self.next().await? {
            if whole.len() + bytes.len() > limit {
                return Err(
                    HubError::new(ErrorCode::TooLarge, "The answer is larger than allowed.").hint("answer_size")
                );
            }
            whole.extend_from_slice(&bytes);
        }
        Ok(whole)
    }

    /// The beginning of the body, as much as comes, without complaint.
    pub(crate) async fn beginning(&mut self, limit: usize) -> Vec<u8> {
        let mut beginning = Vec::new();
        while beginning.len() < limit {
            let Ok(Some(bytes)) = self.next().await else {
                break;
            };
            beginning.extend_from_slice(&bytes);
        }
        beginning.truncate(limit);
        beginning
    }
}

/// Nothing came within the limit.
pub(super) fn silence() -> HubError {
    HubError::new(ErrorCode::Silence, "The server sent nothing for too long.")
}

/// The call took longer than any may.
pub(super) fn total() -> HubError {
    HubError::new(ErrorCode::Silence, "The call took longer than any may.").hint("total_time")
}

fn undecodable(error: DecodeError) -> HubError {
    match error {
        DecodeError::Swells => {
            HubError::new(ErrorCode::TooLarge, "The compressed answer swells out of proportion.").hint("inflation")
        }
        DecodeError::TooLarge => {
            HubError::new(ErrorCode::TooLarge, "The answer is larger than allowed.").hint("answer_size")
        }
        DecodeError::Broken => {
            HubError::new(ErrorCode::BadAnswer, "The answer's compression is broken.").hint("encoding")
        }
    }
}
