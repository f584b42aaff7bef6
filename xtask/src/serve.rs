//! `cargo xtask ui --serve PORT`: the page in a plain browser, with the demo's data. The server is an example of the desktop
//! tests: it answers the page's calls with the program's own commands, so nothing is played but the bridge.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::args::ServeOptions;
use crate::demo::{self, Demo};
use crate::progress::step;
use crate::setup::{self, Consent, Need};
use crate::sweeper::Sweeper;
use crate::{binaries, page, workspace};

const SERVER: &str = "page_server";

/// Serves until it is interrupted.
pub(crate) fn serve(consent: Consent, options: &ServeOptions) -> Result<()> {
    page::ui(consent)?;
    setup::prepare(&[Need::Shell], consent)?;
    step("Building the server", || {
        binaries::build(demo::BINARIES)?;
        binaries::build_example(SERVER)
    })?;
    let mut sweeper = Sweeper::start()?;
    let mut server = Command::new(workspace::binary(&Path::new("examples").join(SERVER).display().to_string(), false)?);
    step("Filling the demo", || Demo::start(&mut sweeper, &options.lang))?.enter(&mut server);
    server.arg("--dist").arg(workspace::root().join("dist")).args(["--port", &options.port.to_string()]);
    server.args(&options.answer);
    eprintln!("==> Serving; the model Scripted gives the scripted answer. Ctrl+C ends it");
    sweeper.run(&mut server)
}
