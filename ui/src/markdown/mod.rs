//! Markdown of answers, from text to nodes: read by pulldown-cmark, kept as a small tree, drawn by Yew. Nothing here
//! writes HTML and nothing is fetched; a picture is a button that says where it lies.
//!
//! A growing answer and a finished one go the same way. See [`stream`] for why that is cheap.

pub mod ast;
mod code;
mod copy;
mod formulas;
mod highlight;
mod link;
mod math;
mod parse;
pub mod stream;
mod view;
mod web;

#[cfg(test)]
mod examples_tests;

pub use code::CodeBlock;
pub use highlight::marked;
pub use link::host;
pub use view::{Markdown, language_of};
pub use web::WebLink;
