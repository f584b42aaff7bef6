//! hub-platforms
