//! The shell's commands on Tauri's mock runtime, with the real context: the real access control, the real dispatch, a
//! real Hub. What the page may call, what it gets, and what it may not call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod commands;
mod locks;
mod stream;
mod world;
