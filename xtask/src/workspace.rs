//! Where things lie.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Cargo's target directory: the one this program was built into.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let program = env::current_exe().context("this program does not know its own path")?;
    let target = program.parent().and_then(Path::parent).context("this program does not lie in a target directory")?;
    Ok(target.to_owned())
}

/// A program of the workspace, built in the dev profile or in release.
pub(crate) fn binary(name: &str, release: bool) -> Result<PathBuf> {
    let profile = if release { "release" } else { "debug" };
    Ok(target_dir()?.join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}
