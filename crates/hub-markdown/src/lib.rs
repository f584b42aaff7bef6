//! Markdown of answers, from text to a small tree: read by pulldown-cmark, with formulas found as people and models write
//! them. The page draws the tree as nodes, an export writes it as HTML, and so both show the same. No I/O; compiles to
//! wasm.
#![deny(missing_docs)]

pub mod ast;
mod formulas;
mod link;
mod parse;

pub use link::{host, openable};
pub use parse::{TopBlock, parse};
