//! Packages that others wrote, for tests that drive or ask them. Each set lies in the target directory under the digest of
//! its requirements, so a change of those makes another one and nothing is installed twice. pip gets the packages from
//! wherever this machine's configuration says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::progress::step;
use crate::{process, stamp, workspace};

/// A Python environment with one set of packages.
#[derive(Debug)]
pub(crate) struct Packages {
    name: &'static str,
    about: &'static str,
    /// What is installed, with exact versions.
    requirements: &'static str,
    /// What pip is told besides.
    options: &'static [&'static str],
}

/// The platforms' own clients, for the suite `sdk`.
pub(crate) const CLIENTS: Packages = Packages {
    name: "sdk",
    about: "the platforms' clients for Python",
    requirements: "tests/core/sdk/requirements.txt",
    options: &[],
};

/// axe-core's script, for the suite `a11y`. Nothing of the package is run.
pub(crate) const AXE: Packages = Packages {
    name: "axe",
    about: "the rules of accessibility",
    requirements: "tests/desktop/axe/requirements.txt",
    options: &["--no-deps"],
};

/// Written last: an environment without it is not whole.
const WHOLE: &str = "whole";

impl Packages {
    /// Sees to it that the environment is there.
    pub(crate) fn prepare(&self) -> Result<()> {
        let environment = self.environment()?;
        if environment.join(WHOLE).is_file() {
            return Ok(());
        }
        step(&format!("Installing {}", self.about), || {
            if environment.is_dir() {
                fs::remove_dir_all(&environment).context("could not remove an environment that is not whole")?;
            }
            process::run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
            let mut pip = Command::new(python_in(&environment));
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(self.options);
            process::run(pip.arg("--requirement").arg(workspace::root().join(self.requirements)))?;
            Ok(fs::write(environment.join(WHOLE), "")?)
        })
    }

    /// The Python of the environment, whether it is there or not.
    pub(crate) fn python(&self) -> Result<PathBuf> {
        Ok(python_in(&self.environment()?))
    }

    /// A file of an installed package; None before [`Packages::prepare`].
    pub(crate) fn file(&self, path: &str) -> Result<Option<PathBuf>> {
        let environment = self.environment()?;
        if !environment.join(WHOLE).is_file() {
            return Ok(None);
        }
        let files = stamp::files(&environment)?;
        Ok(files.into_iter().find(|file| file.ends_with(path)))
    }

    fn environment(&self) -> Result<PathBuf> {
        let digest = stamp::digest(workspace::root(), &[self.requirements])?;
        Ok(workspace::target_dir()?.join(format!("{}-{digest}", self.name)))
    }
}

fn python_in(environment: &Path) -> PathBuf {
    if cfg!(windows) { environment.join("Scripts/python.exe") } else { environment.join("bin/python") }
}
