//! The demo in the real window, picture by picture: every page and important state, in both languages and themes, at the
//! usual and the smallest size. After all pictures it fails when it saw text that is cut off, lies over other text or is
//! faint, or targets that are too small to hit, and lists each.
//!
//! `tour DIR [--stream]`; the programs come from the environment, as for tests.

mod album;
mod authorize;
mod bundles;
mod demo;
mod filled;
mod first;
mod policy;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use hub_contract::platform::Language;
use hub_tests_core::namespaces::is_administered;

use album::Faults;

const LANGUAGES: [Language; 2] = [Language::ZhCn, Language::En];

/// What the tour is asked for.
struct Arguments {
    /// Where the pictures go.
    folder: PathBuf,
    /// Twelve frames of one streamed answer as well.
    stream: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match tour().await {
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

async fn tour() -> Result<Faults> {
    let mut words = std::env::args_os().skip(1);
    let folder = PathBuf::from(words.next().context("usage: tour DIR [--stream]")?);
    let arguments = Arguments { folder, stream: words.any(|word| word == "--stream") };
    std::fs::create_dir_all(&arguments.folder)?;
    let mut faults = Faults::default();
    if is_administered() {
        for language in LANGUAGES {
            policy::tour(&arguments, language, &mut faults).await?;
        }
        return Ok(faults);
    }
    for language in LANGUAGES {
        first::tour(&arguments, language, &mut faults).await?;
        filled::tour(&arguments, language, &mut faults).await?;
        bundles::tour(&arguments, language, &mut faults).await?;
        authorize::tour(&arguments, language, &mut faults).await?;
    }
    policy::elsewhere(&arguments, &mut faults)?;
    Ok(faults)
}
