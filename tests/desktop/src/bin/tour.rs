//! Pictures of the demo: every page and important state, in both languages and themes, at the usual and the smallest size.
//! After all pictures it fails when it saw text that is cut off, lies over other text or is faint, or targets that are too
//! small to hit, and lists each.
//!
//! `tour DIR [--stream]`; the programs come from the environment, as for tests.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use hub_contract::platform::Language;
use hub_tests_core::namespaces::is_administered;
use hub_tests_desktop::tour::{Faults, Look, Part, administered, tour};

const LANGUAGES: [Language; 2] = [Language::ZhCn, Language::En];

#[tokio::main]
async fn main() -> ExitCode {
    match pictures().await {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            eprint!("{faults}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

async fn pictures() -> Result<Faults> {
    let mut words = std::env::args_os().skip(1);
    let folder = PathBuf::from(words.next().context("usage: tour DIR [--stream]")?);
    std::fs::create_dir_all(&folder)?;
    let look = Look::Pictures { folder: folder.clone(), stream: words.any(|word| word == "--stream") };
    let mut faults = Faults::default();
    let parts: &[Part] =
        if is_administered() { &[Part::Policy] } else { &[Part::First, Part::Filled, Part::Bundles, Part::Authorize] };
    for language in LANGUAGES {
        for part in parts {
            tour(*part, language, &look, &mut faults).await?;
        }
    }
    if !is_administered() {
        with_a_policy(&folder, &mut faults)?;
    }
    Ok(faults)
}

/// Runs this program again for these pictures only, on a computer with the policy. It tells its faults itself.
fn with_a_policy(folder: &Path, faults: &mut Faults) -> Result<()> {
    let Some(mut command) = administered() else { return Ok(()) };
    let status = command.arg(std::env::current_exe()?).arg(folder).status().context("unshare")?;
    if !status.success() {
        faults.note("told above", "policy-*");
    }
    Ok(())
}
