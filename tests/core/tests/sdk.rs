//! The suite `sdk`: clients that others wrote drive our simulators, so that a simulator is not only what our own
//! dialects believe of a platform. One process of `hub-sim` for each client; a script in `sdk/` for each.
//!
//! `cargo xtask test sdk` makes the Python environment with the pinned clients and names it in `HUB_SDK_PYTHON`.
//!
//! FastGPT, Yuanqi and 53AI Studio have no client in a registry. Their simulators stand on the transcripts of the wire
//! documents alone, which the suite `wire` plays unchanged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hub_tests_core::sim_program;

#[test]
fn openai_drives_every_profile_of_the_family() {
    run("openai_models.py");
}

#[test]
fn cozepy_lists_chats_uploads_and_answers_a_workflow() {
    run("coze_bots.py");
}

#[test]
fn appbuilder_sdk_lists_uploads_and_runs() {
    run("appbuilder_apps.py");
}

#[test]
fn dify_client_python_drives_every_mode() {
    run("dify_app.py");
}

#[test]
fn dashscope_drives_agents_and_workflows() {
    run("bailian_apps.py");
}

#[test]
fn the_ark_runtime_drives_bots_and_endpoints() {
    run("ark_bots.py");
}

/// A client whose script nobody runs would look tested.
#[test]
fn every_script_has_a_test() {
    let here = include_str!("sdk.rs");
    for file in std::fs::read_dir(scripts()).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".py") && name != "common.py" {
            assert!(here.contains(&format!("run(\"{name}\")")), "{name} is run by no test");
        }
    }
}

/// Runs a script against simulators of its own; its words are the test's when it fails.
#[track_caller]
fn run(script: &str) {
    let python = std::env::var_os("HUB_SDK_PYTHON")
        .expect("HUB_SDK_PYTHON names no Python: `cargo xtask test sdk` makes one with the clients");
    let simulators = Simulators::start();
    let output = Command::new(python)
        // Nothing is written beside the scripts, and nothing of this user's Python is seen.
        .args(["-B", "-E", "-s"])
        .arg(scripts().join(script))
        .arg(&simulators.addresses)
        .current_dir(simulators.folder.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{script}: {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk")
}

/// A running `hub-sim`.
struct Simulators {
    process: Child,
    /// Its line of JSON with every platform's address.
    addresses: String,
    /// What clients write where they are started goes with it.
    folder: tempfile::TempDir,
}

impl Simulators {
    fn start() -> Self {
        let mut process = Command::new(sim_program())
            .args(["--tokens-per-second", "0", "--first-token-ms", "0", "--until-stdin-closes"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut addresses = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut addresses).unwrap();
        Self { process, addresses: addresses.trim().to_owned(), folder: tempfile::tempdir().unwrap() }
    }
}

impl Drop for Simulators {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
