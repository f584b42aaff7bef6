//! Frames of a chat, without spaces after the colons as Coze writes them, and paced like an answer.

use std::time::Duration;

use serde_json::Value;

use super::CozeOptions;
use crate::openai::tokens::tokens;
use crate::{Action, Reply};

/// A stream on its way to becoming a reply.
#[derive(Debug)]
pub(super) struct Frames {
    reply: Reply,
    gap: Duration,
}

impl Frames {
    pub(super) fn new(options: &CozeOptions) -> Self {
        let gap = options.tokens_per_second.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate.max(1));
        let mut frames = Self { reply: Reply::event_stream(), gap };
        frames.pause(options.first_token);
        frames
    }

    pub(super) fn event(&mut self, name: &str, data: &Value) {
        self.send(format!("event:{name}\ndata:{data}\n\n"));
    }

    /// One event for each token of `text`, as `data` makes it of the token.
    pub(super) fn pieces(&mut self, name: &str, text: &str, data: impl Fn(&str) -> Value) {
        for piece in tokens(text) {
            self.pause(self.gap);
            self.event(name, &data(&piece));
        }
    }

    pub(super) fn send(&mut self, bytes: String) {
        self.then(Action::Send(bytes.into()));
    }

    pub(super) fn then(&mut self, action: Action) {
        self.reply = std::mem::replace(&mut self.reply, Reply::nothing()).then(action);
    }

    pub(super) fn into_reply(self) -> Reply {
        self.reply
    }

    fn pause(&mut self, length: Duration) {
        if !length.is_zero() {
            self.then(Action::Delay(length));
        }
    }
}
