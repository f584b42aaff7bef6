//! The `hub-sim` binary, run as the demo runs it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A running simulator; ended when the test ends.
struct Running {
    child: Child,
    addresses: Value,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hub-sim"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, addresses: serde_json::from_str(&line).unwrap() }
    }

    fn url(&self, name: &str) -> &str {
        self.addresses[name].as_str().unwrap()
    }

    /// Whether it ends within 30 seconds, and well.
    fn ends_well(&mut self) -> bool {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn it_serves_all_profiles_and_tells_what_it_saw() {
    let sim = Running::start(&["--tokens-per-second", "0", "--first-token-ms", "0", "--key", "sk-test-own"]);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for name in ["openai", "siliconflow", "deepseek", "compatible"] {
        let list: Value = client
            .get(format!("{}/models", sim.url(name)))
            .bearer_auth("sk-test-own")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert!(!list["data"].as_array().unwrap().is_empty(), "{name}");
    }
    let refused =
        client.get(format!("{}/models", sim.url("openai"))).bearer_auth("sk-test-other").send().await.unwrap();
    assert_eq!(refused.status(), 401);

    let workspaces = client.get(format!("{}/v1/workspaces", sim.url("coze"))).bearer_auth("sk-test-own").send();
    assert_eq!(workspaces.await.unwrap().json::<Value>().await.unwrap()["code"], 0);
    let apps = client.post(format!("{}/app?Action=DescribeApps", sim.url("appbuilder"))).bearer_auth("sk-test-own");
    let apps: Value = apps.body("{}").send().await.unwrap().json().await.unwrap();
    assert!(!apps["data"].as_array().unwrap().is_empty());

    let log = client.get(sim.url("log")).send().await.unwrap().text().await.unwrap();
    assert!(!log.contains("sk-test-own"), "keys stay out of the log");
    let log: Value = serde_json::from_str(&log).unwrap();
    assert_eq!(log["requests"].as_array().unwrap().len(), 7);
    assert_eq!(log["requests"][0]["path"], "/openai/v1/models");
    assert_eq!(log["requests"][0]["has_key"], true);
}

#[test]
fn it_can_write_its_addresses_to_a_file() {
    let folder = std::env::temp_dir().join(format!("hub-sim-test-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("sim.json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_hub-sim"))
        .args(["--until-stdin-closes", "--print-port-to"])
        .arg(&file)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while !file.exists() && started.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let line = std::fs::read_to_string(&file);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    std::fs::remove_dir_all(&folder).unwrap();
    let addresses: Value = serde_json::from_str(&line.unwrap()).unwrap();
    assert!(addresses["deepseek"].as_str().unwrap().ends_with("/deepseek/v1"));
}

#[test]
fn it_ends_when_stdin_closes() {
    let mut sim = Running::start(&["--until-stdin-closes"]);
    assert!(sim.child.try_wait().unwrap().is_none());
    drop(sim.child.stdin.take());
    assert!(sim.ends_well());
}

#[test]
fn it_ends_on_sigterm_and_not_with_stdin_unless_asked() {
    let mut sim = Running::start(&[]);
    drop(sim.child.stdin.take());
    let address = sim.url("openai").trim_start_matches("http://").split('/').next().unwrap().to_owned();
    std::net::TcpStream::connect(address).expect("still there");
    Command::new("kill").arg(sim.child.id().to_string()).status().unwrap();
    assert!(sim.ends_well());
}
