//! What FastGPT says when it refuses: older servers always with 500, and inside streams as an event.

use serde_json::json;

use crate::Reply;

/// A refused call: its number, name and words.
pub(super) type Refusal = (u32, &'static str, String);

/// The reply to it.
pub(super) fn refused((code, name, words): &Refusal, older: bool, streams: bool) -> Reply {
    let document = json!({ "code": code, "statusText": name, "message": words, "data": null });
    let rate_limited = *code == 429;
    match (older, streams) {
        (true, true) if !rate_limited => Reply::status(200).send(format!("event: error\ndata: {document}\n\n")),
        (true, _) => Reply::json(500, &document),
        (false, _) => {
            let status = match code {
                400 | 404 | 429 => u16::try_from(*code).unwrap_or(500),
                514 => 401,
                _ => 500,
            };
            let reply = Reply::json(status, &document);
            if rate_limited { reply.header("x-ratelimit-remaining", "0").header("retry-after", "1") } else { reply }
        }
    }
}
