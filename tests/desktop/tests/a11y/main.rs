//! The rules of accessibility on every page of the tour, in the real window and both themes: nothing serious or critical,
//! without an exception. English in CI's depth, both languages with `--full`.
#![cfg(unix)]

mod net;
mod pages;
