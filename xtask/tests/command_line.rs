//! The command as a person types it. Also the workspace's cheapest test target: `binaries.rs` builds it for that reason.

use std::io;
use std::process::{Command, Output};

fn xtask(words: &[&str]) -> io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(words)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("CI")
        .output()
}

#[test]
fn help_names_every_command() {
    let output = xtask(&[]).unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for command in ["xtask run", "xtask test", "xtask ui", "xtask tour"] {
        assert!(text.contains(command), "{command} is missing in:\n{text}");
    }
}

#[test]
fn wrong_usage_ends_with_status_2_and_says_what_is_wrong() {
    let output = xtask(&["run", "--fast"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--fast"));
}

#[test]
fn every_suite_is_listed() {
    let output = xtask(&["test", "--list"]).unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for suite in ["lint", "unit", "ipc", "wire", "storage", "keychain", "e2e"] {
        assert!(text.lines().any(|line| line.starts_with(suite)), "{suite} is missing in:\n{text}");
    }
}

#[test]
fn an_unknown_suite_is_refused_before_anything_is_built() {
    let output = xtask(&["test", "nothing"]).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("there is no suite `nothing`"));
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_run_offers_headless() {
    let output = xtask(&["run"]).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--headless"));
}
