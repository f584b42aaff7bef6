//! The suite `wire`: every transcript and every quirk of the OpenAI family, through the real transport over real
//! sockets, with the requests that were sent asserted beside the events that came of the answers.
//!
//! Names: `q01_…` is a row of the test matrix in the wire document (8.2), `t_oa_1_…` one of its transcripts.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests fail like tests")]

#[path = "wire/support.rs"]
mod support;

#[path = "wire/chunks.rs"]
mod chunks;
#[path = "wire/failures.rs"]
mod failures;
#[path = "wire/inquiries.rs"]
mod inquiries;
#[path = "wire/requests.rs"]
mod requests;
#[path = "wire/tool_calls.rs"]
mod tool_calls;
#[path = "wire/transcripts.rs"]
mod transcripts;
#[path = "wire/way.rs"]
mod way;
