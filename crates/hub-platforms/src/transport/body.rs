//! The body of an answer, piece by piece: decoded, and within the limits of time and size.

use std::time::Duration;

use hub_contract::{ErrorCode, HubError};
use tokio::time::Instant;

use super::decode::{DecodeError, Decoder};
use super::failure;
use super::patience::{self, OutOfTime};

/// A body that is being received. Dropping it closes the connection if it is not complete.
pub(crate) struct Body {
    response: reqwest::Response,
    decoder: Decoder,
    silence: Silence,
    /// When the last byte came.
    heard: Instant,
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
        Self { response, decoder, silence, heard: Instant::now(), until, arrived: false }
    }

    /// From now on the connection may say nothing for that long, where that is longer than before.
    pub(crate) fn allow_silence(&mut self, silence: Duration) {
        self.silence.before_first_byte = self.silence.before_first_byte.max(silence);
        self.silence.afterwards = self.silence.afterwards.max(silence);
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
            let chunk = match patience::wait(&mut self.heard, patience, self.until, self.response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => return Ok(None),
                Ok(Err(error)) => return Err(failure::of_body(&error)),
                Err(out_of_time) => return Err(too_long(out_of_time)),
            };
            if chunk.is_empty() {
                continue;
            }
            self.arrived = true;
            self.heard = Instant::now();
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

/// What a call is told that was given up.
pub(super) fn too_long(out_of_time: OutOfTime) -> HubError {
    match out_of_time {
        OutOfTime::Silent => HubError::new(ErrorCode::Silence, "The server sent nothing for too long."),
        OutOfTime::InAll => HubError::new(ErrorCode::Silence, "The call took longer than any may.").hint("total_time"),
    }
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
