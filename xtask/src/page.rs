//! Builds the page: ui/ to wasm, its JavaScript bindings, and everything together into dist/.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::progress::step;
use crate::setup::wasm::{TARGET, WasmToolchain};
use crate::setup::{self, Consent, Need};
use crate::{binaries, process, stamp, workspace};

/// Everything the page is made of. The lock file is in because it decides which Yew and which bindings.
const INPUTS: &[&str] = &[
    "ui",
    "crates/hub-contract",
    "crates/hub-markdown",
    "crates/hub-text",
    "xtask/bindgen",
    "xtask/src/page.rs",
    "xtask/src/setup/wasm.rs",
    "Cargo.toml",
    "Cargo.lock",
];

/// What rustc switches on for the target by default.
const RUSTC_WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// `cargo xtask ui`.
pub(crate) fn ui(consent: Consent) -> Result<()> {
    let toolchain = setup::prepare(&[Need::Page], consent)?.context("no toolchain for the page")?;
    build(&toolchain)
}

/// Builds the page unless dist/ already is what the sources give.
pub(crate) fn build(toolchain: &WasmToolchain) -> Result<()> {
    let work = workspace::target_dir()?.join("wasm");
    let stamp = work.join("page.stamp");
    let inputs = stamp::digest(workspace::root(), INPUTS)?;
    if fs::read_to_string(&stamp).is_ok_and(|text| state(&inputs).is_ok_and(|state| text == state)) {
        eprintln!("==> The page is up to date");
        return Ok(());
    }
    step("Building the page", || {
        compile(toolchain, &work)?;
        let fresh = work.join("dist");
        bind(&work.join(TARGET).join("wasm").join("hub-ui.wasm"), &fresh)?;
        optimise(&fresh.join("ui_bg.wasm"))?;
        arrange(&fresh.join("ui_bg.wasm"))?;
        copy(&workspace::root().join("ui/static"), &fresh)?;
        texts(&fresh.join("texts"))?;
        ensure!(fresh.join("index.html").is_file(), "ui/static has no index.html: the window would stay empty");
        let dist = workspace::root().join("dist");
        replace(&fresh, &dist)?;
        report(&dist.join("ui_bg.wasm"))
    })?;
    fs::write(&stamp, state(&inputs)?).context("could not note the state of the page")
}

/// The sources and what was made of them: a dist/ that somebody emptied or edited is built again.
fn state(inputs: &str) -> Result<String> {
    Ok(format!("{inputs} {}", stamp::digest(workspace::root(), &["dist"])?))
}

fn compile(toolchain: &WasmToolchain, work: &Path) -> Result<()> {
    process::run(toolchain.build_command(work).args(["--profile", "wasm", "--package", "hub-ui"]))
}

fn bind(wasm: &Path, out: &Path) -> Result<()> {
    binaries::build(&["xtask-bindgen"])?;
    empty(out)?;
    process::run(Command::new(workspace::binary("xtask-bindgen", false)?).arg("bind").arg(wasm).arg(out))
}

/// Binaryen makes the wasm smaller where it is installed and new enough to know what rustc emits; it is never required.
fn optimise(wasm: &Path) -> Result<()> {
    let newest_known_too_old = 119;
    let version = process::capture(Command::new("wasm-opt").arg("--version")).unwrap_or_default();
    let version = String::from_utf8_lossy(&version);
    if !version.split_whitespace().any(|word| word.parse::<u32>().is_ok_and(|number| number > newest_known_too_old)) {
        return Ok(());
    }
    process::run(Command::new("wasm-opt").arg("-Os").args(RUSTC_WASM_FEATURES).arg("-o").arg(wasm).arg(wasm))
}

/// The last step: the optimiser would put the functions into an order of its own.
fn arrange(wasm: &Path) -> Result<()> {
    process::run(Command::new(workspace::binary("xtask-bindgen", false)?).arg("arrange").arg(wasm))
}

/// The words of every language in one file each, without those of the terminal program: the page fetches the one it shows.
fn texts(out: &Path) -> Result<()> {
    fs::create_dir_all(out)?;
    for language in fs::read_dir(workspace::root().join("crates/hub-text/texts"))? {
        let language = language?;
        let mut all = String::new();
        for area in stamp::files(&language.path())?.iter().filter(|file| !file.ends_with("cli.ftl")) {
            all.push_str(&fs::read_to_string(area)?);
            all.push('\n');
        }
        let name = Path::new(&language.file_name()).with_extension("ftl");
        fs::write(out.join(name), all)?;
    }
    Ok(())
}

fn empty(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("could not empty {}", dir.display()))?;
    }
    fs::create_dir_all(dir).with_context(|| format!("could not make {}", dir.display()))
}

/// Copies every file below `from`. What is already equal is not written, so that cargo sees no change.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in stamp::files(from)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(dir) = target.parent() {
            fs::create_dir_all(dir)?;
        }
        let content = fs::read(&file)?;
        if fs::read(&target).is_ok_and(|there| there == content) {
            continue;
        }
        fs::write(&target, content).with_context(|| format!("could not write {}", target.display()))?;
    }
    Ok(())
}

fn replace(fresh: &Path, dist: &Path) -> Result<()> {
    copy(fresh, dist)?;
    for file in stamp::files(dist)? {
        if !fresh.join(file.strip_prefix(dist)?).is_file() {
            fs::remove_file(&file).with_context(|| format!("could not remove {}", file.display()))?;
        }
    }
    Ok(())
}

fn report(wasm: &Path) -> Result<()> {
    let bytes = fs::read(wasm)?;
    let packed = gzip(&bytes).map_or_else(|| "gzip not here".to_owned(), |size| format!("{} KB gzip", size / 1024));
    eprintln!("    ui_bg.wasm: {} KB, {packed}", bytes.len() / 1024);
    Ok(())
}

fn gzip(bytes: &[u8]) -> Option<usize> {
    let mut gzip = Command::new("gzip").args(["-9", "-c"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut input = gzip.stdin.take()?;
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = gzip.wait_with_output().ok()?;
    writer.join().ok()?.ok()?;
    Some(output.stdout.len())
}
