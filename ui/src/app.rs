//! Starts the page and frames it: rail, list column and main part, keys that work everywhere, what stands in the way.

mod boot;
mod keys;
mod leaving;
mod managed;
mod opened;
mod rail;
mod window;

pub use boot::start;
