//! The page: in Chromium beside web builds of other clients, then in the window as shipped.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::cargo_bench_profile;
use crate::sweeper::Sweeper;
use crate::{process, workspace};

/// The script that other clients were measured with: 1,000 source lines as 4,346 chunks at 100 a second, ten times.
const ANSWER: [&str; 6] = ["--lines", "1000", "--chunks", "4346", "--rate", "100"];
const TURNS: &str = "10";
const SERVER: &str = "page_server";
const WINDOW: &str = "bench_ui_window";

/// After the page was built.
pub(super) fn measure() -> Result<()> {
    // Together, so that what all need is built once.
    let programs = ["--bin", "hub-desktop", "--bin", "bench_ui_browser", "--example", SERVER, "--example", WINDOW];
    cargo_bench_profile(&[&["--workspace", "--features", "hub-desktop/custom-protocol"][..], &programs].concat())?;
    let built = workspace::target_dir()?.join("release");
    in_browser(&built)?;
    let mut window = Command::new(built.join("examples").join(WINDOW));
    process::run(window.env("HUB_DESKTOP_BIN", built.join("hub-desktop")))
}

fn in_browser(built: &Path) -> Result<()> {
    let mut sweeper = Sweeper::start()?;
    let mut server = Command::new(built.join("examples").join(SERVER));
    server.arg("--dist").arg(workspace::root().join("dist")).args(ANSWER).stdout(Stdio::piped());
    let output = sweeper.spawn(&mut server)?.stdout.take().context("the server has no output")?;
    let mut address = String::new();
    BufReader::new(output).read_line(&mut address)?;
    ensure!(!address.is_empty(), "the server does not say where it listens");
    process::run(Command::new(built.join("bench_ui_browser")).arg(address.trim()).arg(TURNS))
}
