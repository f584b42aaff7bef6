//! The suite `oauth`: letting the Hub into a Coze account, row by row (O1 to O30), against the simulator's authorization
//! server, which compares redirect addresses letter by letter, takes a code once, checks S256 and rotates refresh tokens.
//!
//! The test plays the browser: it opens the address that the Hub names and carries the answer back. What only a window or
//! a desktop can show is in the suite `e2e`; rows that need it say so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

#[path = "oauth/accounts.rs"]
mod accounts;
#[path = "oauth/browser.rs"]
mod browser;
#[path = "oauth/desk.rs"]
mod desk;
#[path = "oauth/exchange.rs"]
mod exchange;
#[path = "oauth/links.rs"]
mod links;
#[path = "oauth/loopback.rs"]
mod loopback;
#[path = "oauth/relay.rs"]
mod relay;
#[path = "oauth/secrets.rs"]
mod secrets;
#[path = "oauth/service.rs"]
mod service;
#[path = "oauth/starts.rs"]
mod starts;
#[path = "oauth/terminal.rs"]
mod terminal;
#[path = "oauth/tokens.rs"]
mod tokens;
