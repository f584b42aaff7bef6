//! The store through its public face.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod backups;
mod conversations;
mod files;
mod opening;
mod past_runs;
mod rows;
mod search;
mod support;
