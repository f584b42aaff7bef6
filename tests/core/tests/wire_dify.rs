//! Dify over real sockets: the transcripts of the wire document, and the simulator for what needs state.
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

#[path = "wire_dify/apps.rs"]
mod apps;
#[path = "wire_dify/asking.rs"]
mod asking;
#[path = "wire_dify/forms.rs"]
mod forms;
#[path = "wire_dify/streams.rs"]
mod streams;
#[path = "wire_dify/transcripts.rs"]
mod transcripts;

use hub_contract::PlatformId;
use hub_contract::catalogue::API_KEY;
use hub_platforms::{App, Attachment, Endpoint, Turn};
use hub_sim::dify::{DifyOptions, DifySim, Mode};
use secrecy::SecretString;
use support::endpoint;

/// What Dify has no place for.
#[allow(dead_code, reason = "for the census of all platforms")]
const NOT_OFFERED: &[(&str, &str)] = &[
    ("filtered", "moderation puts another text in place of the answer and does not say that it ended it"),
    ("history", "the platform keeps it by conversation and person"),
    ("several answers", "a run has one answer"),
    ("catalogue", "one key is one app; the list has one entry"),
    ("model and role prompt", "they belong to the app"),
];

fn app(mode: &str) -> App {
    App { id: None, workflow: mode == "workflow", mode: Some(mode.to_owned()) }
}

/// A question whose route is known.
fn turn_of(mode: &str) -> Turn {
    Turn { app: app(mode), text: "Hi".to_owned(), user: "local-1".to_owned(), ..Turn::default() }
}

fn attachment(name: &str, mime: &str) -> Attachment {
    Attachment { name: name.to_owned(), mime: mime.to_owned(), bytes: b"%PDF".as_slice().into(), uploaded: None }
}

async fn sim() -> DifySim {
    DifySim::start(DifyOptions::default()).await.expect("a free port")
}

/// The app of that mode of a simulator.
fn app_of(sim: &DifySim, mode: Mode) -> Endpoint {
    with_key(sim, &format!("app-test-{}", mode.short()))
}

fn with_key(sim: &DifySim, key: &str) -> Endpoint {
    let mut endpoint = endpoint(PlatformId::Dify, &sim.base_url());
    endpoint.secrets.insert(API_KEY.to_owned(), SecretString::from(key));
    endpoint
}
