//! The suite `streams`: rows S1 to S64 of the trust document's table of hostile and careless streams, through the real
//! transport over real sockets, for every dialect in `streams/dialects.rs`. A test `s12_…` is row S12; what the wire
//! documents' rows Q and P add to a row stands in the same test.
//!
//! `HUB_TEST_FULL=1` runs the counts as written; without it at least 5 % of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

#[path = "streams/answers.rs"]
mod answers;
#[path = "streams/census.rs"]
mod census;
#[path = "streams/characters.rs"]
mod characters;
#[path = "streams/child.rs"]
mod child;
#[path = "streams/cuts.rs"]
mod cuts;
#[path = "streams/dialects.rs"]
mod dialects;
#[path = "streams/events.rs"]
mod events;
#[path = "streams/http2.rs"]
mod http2;
#[path = "streams/hub.rs"]
mod hub;
#[path = "streams/memory.rs"]
mod memory;
#[path = "streams/names.rs"]
mod names;
#[path = "streams/platforms.rs"]
mod platforms;
#[path = "streams/proxies.rs"]
mod proxies;
#[path = "streams/refusals.rs"]
mod refusals;
#[path = "streams/runs.rs"]
mod runs;
#[path = "streams/secrets.rs"]
mod secrets;
#[path = "streams/silence.rs"]
mod silence;
#[path = "streams/sizes.rs"]
mod sizes;
#[path = "wire/support.rs"]
#[allow(dead_code, unused_imports, unused_macros, reason = "the suite `wire` uses the rest")]
mod support;
#[path = "streams/tls.rs"]
mod tls;
#[path = "streams/tokens.rs"]
mod tokens;

/// `count` with `HUB_TEST_FULL=1`, else 5 % of it, rounded up.
fn times(count: usize) -> usize {
    let full = std::env::var_os("HUB_TEST_FULL").is_some_and(|full| full == "1");
    if full { count } else { count.div_ceil(20) }
}
