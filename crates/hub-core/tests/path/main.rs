//! The path of one message through the core: a connection, its models, a question, the run, the disk. Real sockets,
//! real SQLite; secrets in memory (the keychain has a suite of its own).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod agents;
mod apps;
mod branches;
mod comparisons;
mod connections;
mod formulas;
mod home;
mod past_runs;
mod proxies;
mod runs;
