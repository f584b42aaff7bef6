//! How much is shipped.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::{Figure, print};
use crate::{binaries, process, stamp, workspace};

/// Most of the page's wasm, compressed, in KB of 1,024 bytes.
const WASM_GOAL: f64 = 400.0;

pub(super) fn measure() -> Result<()> {
    binaries::build_release_shell()?;
    let program = workspace::binary("hub-desktop", true)?;
    let wasm = workspace::root().join("dist/ui_bg.wasm");
    print(
        "size",
        &[
            Figure { name: "program_mib", value: bytes(&program)? / (1024.0 * 1024.0), goal: None },
            Figure { name: "wasm_kb", value: bytes(&wasm)? / 1024.0, goal: None },
            Figure { name: "wasm_gzip_kb", value: gzipped(&wasm)? / 1024.0, goal: Some(WASM_GOAL) },
            Figure { name: "words_gzip_kb", value: largest_words()? / 1024.0, goal: None },
        ],
    );
    Ok(())
}

/// The page fetches the words of one language.
fn largest_words() -> Result<f64> {
    let mut largest: f64 = 0.0;
    for file in stamp::files(&workspace::root().join("dist/texts"))? {
        largest = largest.max(gzipped(&file)?);
    }
    Ok(largest)
}

fn bytes(file: &Path) -> Result<f64> {
    Ok(fs::metadata(file).with_context(|| format!("there is no {}", file.display()))?.len() as f64)
}

fn gzipped(file: &Path) -> Result<f64> {
    let packed = process::capture(Command::new("gzip").args(["-9", "-c"]).arg(file).stdin(Stdio::null()))?;
    Ok(packed.len() as f64)
}
