//! What the core suites share.

pub mod borrowed;
pub mod conversations;
pub mod figures;
#[cfg(unix)]
pub mod namespaces;
pub mod team;

use std::path::PathBuf;

/// The `hub` program: `HUB_BIN` (set by `cargo xtask test`), else the one beside this test in the target directory.
///
/// # Panics
/// When there is none, with the command that builds it.
pub fn hub_program() -> PathBuf {
    program("HUB_BIN", "hub", "hub-cli")
}

/// The `hub-sim` program: `HUB_SIM_BIN`, else the one beside this test.
///
/// # Panics
/// As [`hub_program`].
pub fn sim_program() -> PathBuf {
    program("HUB_SIM_BIN", "hub-sim", "hub-sim")
}

fn program(variable: &str, name: &str, package: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        let path = PathBuf::from(path);
        assert!(path.is_file(), "{variable} names no file: {}", path.display());
        return path;
    }
    // target/debug/deps/cli-… -> target/debug/hub
    let test = std::env::current_exe().ok();
    let built = test
        .as_deref()
        .and_then(|test| Some(test.parent()?.parent()?.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))));
    match built {
        Some(path) if path.is_file() => path,
        other => {
            let looked = other.map(|path| path.display().to_string()).unwrap_or_default();
            #[allow(clippy::panic, reason = "a test library tells its test what is missing")]
            {
                panic!("no {name} program at {looked}: run `cargo build -p {package}` or set {variable}")
            }
        }
    }
}
