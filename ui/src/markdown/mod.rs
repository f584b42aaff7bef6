//! Markdown of answers on the page: the tree that `hub_markdown` reads is drawn by Yew. Nothing here writes HTML and
//! nothing is fetched; a picture is a button that says where it lies.
//!
//! A growing answer and a finished one go the same way. See [`stream`] for why that is cheap.

mod code;
mod copy;
mod highlight;
mod math;
pub mod stream;
mod view;
mod web;

#[cfg(test)]
mod examples_tests;

pub use hub_markdown::host;

pub use code::CodeBlock;
pub use highlight::marked;
pub use view::{Markdown, language_of};
pub use web::WebLink;
