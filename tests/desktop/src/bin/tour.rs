//! The demo in the real window, picture by picture.
fn main() {}
