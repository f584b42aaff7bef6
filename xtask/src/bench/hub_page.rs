//! The large Hub of `bench hub` in the window.

use std::fs;
use std::process::Command;

use anyhow::Result;

use super::cargo_bench_profile;
use crate::{process, workspace};

/// After `bench_hub` was built.
pub(super) fn measure() -> Result<()> {
    // Together, so that what both need is built once.
    let programs = ["--bin", "hub-desktop", "--bin", "bench_hub_page"];
    cargo_bench_profile(&[&["--workspace", "--features", "hub-desktop/custom-protocol"][..], &programs].concat())?;
    let built = workspace::target_dir()?.join("release");
    let data = workspace::target_dir()?.join("bench/hub");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    process::run(Command::new(built.join("bench_hub")).arg("--fill").arg(&data))?;
    let mut bench = Command::new(built.join("bench_hub_page"));
    bench.arg(&data).env("HUB_DESKTOP_BIN", built.join("hub-desktop"));
    process::run(&mut bench)
}
