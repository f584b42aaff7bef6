//! `cargo xtask run`: from a fresh clone to an open window.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::args::RunOptions;
use crate::demo::{self, Demo};
use crate::progress::step;
use crate::setup::{self, Need};
use crate::sweeper::Sweeper;
use crate::{binaries, headless, page, workspace};

pub(crate) fn run(options: &RunOptions) -> Result<()> {
    if options.headless.is_none() && !has_display() {
        bail!(
            "there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set).\n\
             `cargo xtask run --headless DIR` opens the window in memory and writes its picture to DIR."
        );
    }
    let mut needs = vec![Need::Shell, Need::Page];
    if options.headless.is_some() {
        needs.push(Need::Screen);
    }
    let toolchain = setup::prepare(&needs, options.consent)?.context("no toolchain for the page")?;
    page::build(&toolchain)?;
    step("Building the programs", || build(options))?;

    let mut sweeper = Sweeper::start()?;
    let mut program = Command::new(workspace::binary("hub-desktop", options.release)?);
    program.current_dir(workspace::root());
    if options.demo {
        step("Filling the demo", || Demo::start(&mut sweeper, &options.lang))?.enter(&mut program);
    }
    program.args(&options.rest);
    match &options.headless {
        None => {
            eprintln!("==> Opening the window");
            sweeper.run(&mut program)
        }
        Some(dir) => step("Opening the window without a display", || headless::picture(&program, dir, &mut sweeper)),
    }
}

fn build(options: &RunOptions) -> Result<()> {
    let mut names = Vec::new();
    if options.demo {
        names.extend(demo::BINARIES);
    }
    if options.release {
        binaries::build_release_shell()?;
    } else {
        names.push("hub-desktop");
    }
    if names.is_empty() { Ok(()) } else { binaries::build(&names) }
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
