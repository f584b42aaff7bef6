//! Checks over the page's own sources: words, styles and the contrast of colours.

mod contrast;
mod sources;
mod words;
