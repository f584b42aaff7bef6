//! Writes the JavaScript bindings of a wasm file: `xtask-bindgen IN.wasm OUT_DIR`. The bindings tool is called as a
//! library, so nothing has to be installed and its version is the lock file's. A package of its own because it takes
//! long to compile, and `cargo xtask` should not.

use std::env;

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let words: Vec<_> = env::args_os().skip(1).collect();
    let [wasm, out_dir] = words.as_slice() else { bail!("usage: xtask-bindgen IN.wasm OUT_DIR") };
    Bindgen::new()
        .input_path(wasm)
        .out_name("ui")
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)?
        .generate(out_dir)
}
