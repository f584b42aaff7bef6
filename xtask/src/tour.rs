//! `cargo xtask tour DIR`: the demo in the real window, picture by picture. The tour itself is a program of the desktop
//! test package; this builds what it needs and tells it where things are.

use std::process::Command;

use anyhow::{Context, Result};

use crate::args::TourOptions;
use crate::progress::step;
use crate::setup::{self, Need};
use crate::{binaries, page, process, workspace};

const NEEDS: &[Need] = &[Need::Shell, Need::Page, Need::Screen, Need::Keyring, Need::Driver];

pub(crate) fn tour(options: &TourOptions) -> Result<()> {
    let toolchain = setup::prepare(NEEDS, options.consent)?.context("no toolchain for the page")?;
    page::build(&toolchain)?;
    step("Building the programs", || binaries::build(&["hub-desktop", "hub", "hub-sim", "hub-demo", "tour"]))?;
    let dir = std::path::absolute(&options.dir)?;
    let mut tour = Command::new(workspace::binary("tour", false)?);
    tour.arg(&dir).current_dir(workspace::root());
    if options.stream {
        tour.arg("--stream");
    }
    binaries::announce(&mut tour)?;
    step("Touring", || process::run(&mut tour))
}
