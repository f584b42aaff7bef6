//! Builds the workspace's programs. There is one set of cargo features for everything that is run or tested: cargo
//! resolves features over the selected packages, so another selection would compile the same dependencies again.

use std::process::Command;

use anyhow::Result;

use crate::setup::python::{AXE, CLIENTS};
use crate::{process, workspace};

/// The selection that every build of this program uses.
pub(crate) const SELECTION: &[&str] = &["--workspace", "--features", "hub-desktop/custom-protocol"];

/// Cargo counts the features of dev-dependencies only when a test is among the targets. Naming the cheapest one gives
/// every build the same features, so that `run` and `test` share what they compile (Tauri is the costly part).
const CHEAPEST_TEST: &str = "command_line";

/// Builds the named programs in the dev profile.
pub(crate) fn build(names: &[&str]) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.arg("build").args(SELECTION).args(["--test", CHEAPEST_TEST]);
    for name in names {
        cargo.args(["--bin", name]);
    }
    process::run(&mut cargo)
}

/// Builds an example of the desktop tests in the dev profile; it lies in `examples/`.
pub(crate) fn build_example(name: &str) -> Result<()> {
    process::run(process::cargo().arg("build").args(SELECTION).args(["--test", CHEAPEST_TEST, "--example", name]))
}

/// Builds the shell as it is shipped.
pub(crate) fn build_release_shell() -> Result<()> {
    process::run(process::cargo().args([
        "build",
        "--release",
        "--package",
        "hub-desktop",
        "--features",
        "custom-protocol",
    ]))
}

/// Tells a test or a tool where the programs are.
pub(crate) fn announce(command: &mut Command) -> Result<()> {
    for (variable, name) in [
        ("HUB_BIN", "hub"),
        ("HUB_DESKTOP_BIN", "hub-desktop"),
        ("HUB_SIM_BIN", "hub-sim"),
        ("HUB_DEMO_BIN", "hub-demo"),
    ] {
        command.env(variable, workspace::binary(name, false)?);
    }
    command.env("HUB_SDK_PYTHON", CLIENTS.python()?);
    if let Some(script) = AXE.file("axe_playwright_python/axe.min.js")? {
        command.env("HUB_AXE", script);
    }
    Ok(())
}
