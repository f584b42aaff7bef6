//! FastGPT over real sockets: the transcripts of the wire document, and the simulator for what needs state.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

#[allow(dead_code, unused_imports, unused_macros, reason = "other suites use the rest")]
#[path = "wire/support.rs"]
mod support;

#[path = "wire_fastgpt/asking.rs"]
mod asking;
#[path = "wire_fastgpt/transcripts.rs"]
mod transcripts;

use hub_contract::PlatformId;
use hub_contract::catalogue::API_KEY;
use hub_platforms::{App, Endpoint, Turn};
use hub_sim::fastgpt::{FastGptOptions, FastGptSim, TEST_APP, TEST_KEY};
use secrecy::SecretString;
use support::endpoint;

/// What FastGPT has no place for.
#[allow(dead_code, reason = "for the census of all platforms")]
const NOT_OFFERED: &[(&str, &str)] = &[
    ("forgotten conversation", "an unknown chatId begins a new conversation; no error tells of it"),
    ("task id", "a run is stopped by app and chatId"),
    ("generated files", "they stand in the text as links"),
    ("several answers", "a run has one answer"),
    ("catalogue", "one key is one app; the list has one entry"),
    ("filtered", "an app's own words; nothing marks them"),
];

/// A question to an app about which nothing more has to be asked.
fn turn() -> Turn {
    let app = App { id: None, workflow: false, mode: Some("simple".to_owned()) };
    Turn { app, text: "Hi".to_owned(), user: "local-1".to_owned(), fresh_id: "1".to_owned(), ..Turn::default() }
}

async fn sim() -> FastGptSim {
    FastGptSim::start(FastGptOptions::default()).await.expect("a free port")
}

/// The app of a simulator, with its id.
fn app_of(sim: &FastGptSim) -> Endpoint {
    let mut endpoint = with_key(sim, TEST_KEY);
    endpoint.fields.insert("app_id".to_owned(), TEST_APP.to_owned());
    endpoint
}

fn with_key(sim: &FastGptSim, key: &str) -> Endpoint {
    let mut endpoint = endpoint(PlatformId::Fastgpt, &sim.base_url());
    endpoint.secrets.insert(API_KEY.to_owned(), SecretString::from(key));
    endpoint
}
