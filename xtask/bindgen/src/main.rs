//! Makes what is shipped out of a compiled wasm file, in two steps between which an optimiser may run:
//!
//! - `xtask-bindgen bind IN.wasm OUT_DIR` writes the JavaScript bindings. The bindings tool is called as a library, so
//!   nothing has to be installed and its version is the lock file's.
//! - `xtask-bindgen arrange FILE.wasm` puts the functions into the order in which they pack smallest.
//!
//! A package of its own because it takes long to compile, and `cargo xtask` should not.

mod arrange;
mod likeness;

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["bind", wasm, out_dir] => bind(Path::new(wasm), Path::new(out_dir)),
        ["arrange", wasm] => arrange(Path::new(wasm)),
        _ => bail!("usage: xtask-bindgen bind IN.wasm OUT_DIR | xtask-bindgen arrange FILE.wasm"),
    }
}

fn bind(wasm: &Path, out_dir: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name("ui")
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)?
        .generate(out_dir)
}

fn arrange(wasm: &Path) -> Result<()> {
    let arranged = arrange::arrange(&fs::read(wasm)?).context("could not arrange the functions")?;
    Ok(fs::write(wasm, arranged)?)
}
