//! What Coze says when it refuses.

use serde_json::{Value, json};

use crate::Reply;

/// Why a request is refused: Coze's code, a status and words of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    code: u32,
    message: String,
}

impl Refusal {
    pub(super) fn new(code: u32, message: impl Into<String>) -> Self {
        // The statuses that Coze's own programs know; everything else comes with 200.
        let status = match code {
            4000 => 400,
            4100 => 401,
            4101 => 403,
            4200 => 404,
            4020 => 429,
            _ => 200,
        };
        Self { status, code, message: format!("sim: {}", message.into()) }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(4000, message)
    }

    pub(super) fn document(&self) -> Value {
        json!({ "code": self.code, "msg": self.message, "detail": { "logid": format!("SIMLOG{}", self.code) } })
    }

    pub(super) fn reply(&self) -> Reply {
        Reply::json(self.status, &self.document())
    }
}
