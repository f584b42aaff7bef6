//! Where the programs under test lie.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// A program of this repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The window.
    Desktop,
    /// The same core without a window.
    Hub,
    /// The platform simulators.
    Sim,
    /// Fills a Hub with made-up data.
    Demo,
}

/// Where that program lies: as the environment says (`cargo xtask` sets it), else beside this test.
///
/// # Errors
/// It was not built.
pub fn program(program: Program) -> Result<PathBuf> {
    let (variable, name) = match program {
        Program::Desktop => ("HUB_DESKTOP_BIN", "hub-desktop"),
        Program::Hub => ("HUB_BIN", "hub"),
        Program::Sim => ("HUB_SIM_BIN", "hub-sim"),
        Program::Demo => ("HUB_DEMO_BIN", "hub-demo"),
    };
    let path = match std::env::var_os(variable) {
        Some(path) => PathBuf::from(path),
        None => beside_this(name)?,
    };
    ensure!(path.is_file(), "{} is not there: build {name}, or set {variable}", path.display());
    Ok(path)
}

/// Tests lie in target/<profile>/deps, programs in target/<profile>.
fn beside_this(name: &str) -> Result<PathBuf> {
    let this = std::env::current_exe().context("this program has no path")?;
    let folder = this.parent().context("this program lies nowhere")?;
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    Ok(folder.join(name))
}
