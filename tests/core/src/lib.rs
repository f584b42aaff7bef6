//! What the core suites share.

pub mod figures;
pub mod team;

use std::path::PathBuf;

/// The `hub` program: `HUB_BIN` (set by `cargo xtask test`), else the one beside this test in the target directory.
///
/// # Panics
/// When there is none, with the command that builds it.
pub fn hub_program() -> PathBuf {
    if let Some(path) = std::env::var_os("HUB_BIN") {
        let path = PathBuf::from(path);
        assert!(path.is_file(), "HUB_BIN names no file: {}", path.display());
        return path;
    }
    // target/debug/deps/cli-… -> target/debug/hub
    let test = std::env::current_exe().ok();
    let built = test
        .as_deref()
        .and_then(|test| Some(test.parent()?.parent()?.join(format!("hub{}", std::env::consts::EXE_SUFFIX))));
    match built {
        Some(path) if path.is_file() => path,
        other => {
            let looked = other.map(|path| path.display().to_string()).unwrap_or_default();
            #[allow(clippy::panic, reason = "a test library tells its test what is missing")]
            {
                panic!("no hub program at {looked}: run `cargo build -p hub-cli` or set HUB_BIN")
            }
        }
    }
}
