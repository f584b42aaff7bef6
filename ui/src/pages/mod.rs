//! The pages of the window.

pub mod agents;
pub mod blocked;
pub mod chat;
pub mod connection_uses;
pub mod connection_words;
pub mod members;
pub mod models;
pub mod not_found;
pub mod onboarding;
pub mod platforms;
pub mod proxy;
pub mod restore;
pub mod search;
pub mod settings;
pub mod view_as;
pub mod work_progress;
