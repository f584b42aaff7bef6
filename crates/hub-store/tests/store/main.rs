//! The store through its public face.

mod conversations;
mod files;
mod opening;
mod rows;
mod search;
mod support;
