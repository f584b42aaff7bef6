//! A Python environment with the platforms' own clients, for the suite `sdk`. It lies in the target directory under the
//! digest of its requirements, so a change of those makes another one and nothing is installed twice. pip gets the
//! packages from wherever this machine's configuration says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::progress::step;
use crate::{process, stamp, workspace};

/// What is installed, with exact versions.
const REQUIREMENTS: &str = "tests/core/sdk/requirements.txt";
/// Written last: an environment without it is not whole.
const WHOLE: &str = "whole";

/// Sees to it that the environment is there.
pub(crate) fn prepare() -> Result<()> {
    let environment = environment()?;
    if environment.join(WHOLE).is_file() {
        return Ok(());
    }
    step("Installing the platforms' clients for Python", || {
        if environment.is_dir() {
            fs::remove_dir_all(&environment).context("could not remove an environment that is not whole")?;
        }
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        let mut pip = Command::new(python_in(&environment));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        process::run(pip.arg(workspace::root().join(REQUIREMENTS)))?;
        Ok(fs::write(environment.join(WHOLE), "")?)
    })
}

/// The Python of the environment, whether it is there or not.
pub(crate) fn python() -> Result<PathBuf> {
    Ok(python_in(&environment()?))
}

fn environment() -> Result<PathBuf> {
    let digest = stamp::digest(workspace::root(), &[REQUIREMENTS])?;
    Ok(workspace::target_dir()?.join(format!("sdk-{digest}")))
}

fn python_in(environment: &Path) -> PathBuf {
    if cfg!(windows) { environment.join("Scripts/python.exe") } else { environment.join("bin/python") }
}
