//! The page of Hub Desktop: everything inside the window, in Yew. It talks to the shell through [`ipc`] only and knows
//! no secret after it was sent.
#![allow(missing_debug_implementations, reason = "components and their properties are never printed")]

pub mod app;
pub mod components;
pub mod dom;
pub mod format;
pub mod ipc;
pub mod markdown;
pub mod pages;
pub mod route;
pub mod shortcut;
pub mod state;

pub use app::start;

#[cfg(test)]
mod tests;
