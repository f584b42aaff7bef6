//! A Rust that compiles for wasm32. Three ways, the cheapest first: the installed toolchain has the target; rustup can
//! add it; Debian's compiler for the web builds the standard library from its own sources, so nothing is downloaded
//! that apt does not bring.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{process, workspace};

/// The name of the target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// The third way's packages.
pub(crate) const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

/// How the page is compiled.
#[derive(Debug)]
pub(crate) enum WasmToolchain {
    /// The toolchain in use has the target's library.
    Installed,
    /// Debian's compiler builds the library; its objects are linked by the linker of the toolchain in use.
    Debian { linker: PathBuf },
}

/// Makes the page smaller where the standard library is built along: a panic ends the page at once instead of carrying
/// words for a console that nobody reads, and nothing formats a value for a developer.
const SMALLER: &[&str] =
    &["-Zunstable-options", "-Cpanic=immediate-abort", "-Zfmt-debug=none", "-Zlocation-detail=none"];

impl WasmToolchain {
    /// What is on this machine now.
    pub(crate) fn find() -> Result<Option<Self>> {
        let libdir = ask_rustc("rustc", &["--print", "target-libdir", "--target", TARGET]);
        if libdir.is_ok_and(|dir| Path::new(&dir).is_dir()) {
            return Ok(Some(Self::Installed));
        }
        let Ok(sysroot) = ask_rustc(DEBIAN_RUSTC, &["--print", "sysroot"]) else {
            return Ok(None);
        };
        let library = Path::new(&sysroot).join("lib/rustlib/src/rust/library/std");
        if !library.is_dir() || !Path::new(DEBIAN_CARGO).is_file() {
            return Ok(None);
        }
        Ok(Some(Self::Debian { linker: rust_lld()? }))
    }

    /// `cargo build` for the target, with a target directory of its own: flags and compiler differ from the native ones.
    pub(crate) fn build_command(&self, target_dir: &Path) -> Command {
        let mut command = match self {
            Self::Installed => process::cargo(),
            Self::Debian { linker } => {
                let mut command = Command::new(DEBIAN_CARGO);
                command
                    .current_dir(workspace::root())
                    // `cargo xtask` points this at the libraries of another compiler.
                    .env_remove("LD_LIBRARY_PATH")
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("RUSTC", DEBIAN_RUSTC)
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
                command
            }
        };
        command.args(["build", "--target", TARGET, "--target-dir"]).arg(target_dir);
        if matches!(self, Self::Debian { .. }) {
            command.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", SMALLER.join(" "));
        }
        command
    }
}

/// The second way. False where there is no rustup, or it cannot get the target.
pub(crate) fn add_target() -> bool {
    process::found("rustup")
        && process::run(Command::new("rustup").args(["target", "add", TARGET]).current_dir(workspace::root())).is_ok()
}

fn rust_lld() -> Result<PathBuf> {
    let sysroot = ask_rustc("rustc", &["--print", "sysroot"])?;
    let version = ask_rustc("rustc", &["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc does not name its host")?;
    let linker = Path::new(&sysroot).join("lib/rustlib").join(host).join("bin/rust-lld");
    if !linker.is_file() {
        bail!("{} is missing: this toolchain has no linker for wasm", linker.display());
    }
    Ok(linker)
}

fn ask_rustc(rustc: &str, words: &[&str]) -> Result<String> {
    let output = process::capture(Command::new(rustc).args(words).current_dir(workspace::root()))?;
    Ok(String::from_utf8(output)?.trim().to_owned())
}
