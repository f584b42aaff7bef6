//! A screen in memory: Xvfb on a display number that it finds itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, ensure};

use crate::marked::{Environment, spawn};
use crate::x11;

/// A running X server.
#[derive(Debug)]
pub(crate) struct Screen {
    server: Child,
    display: String,
    size: (u32, u32),
}

impl Screen {
    pub(crate) fn start(environment: &mut Environment, size: (u32, u32)) -> Result<Self> {
        let (width, height) = size;
        let mut command = environment.command("Xvfb");
        command.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"]);
        command.arg(format!("{width}x{height}x24")).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = spawn(&mut command)?;
        let output = server.stdout.take().context("Xvfb has no output")?;
        let mut number = String::new();
        BufReader::new(output).read_line(&mut number)?;
        let number = number.trim();
        ensure!(!number.is_empty(), "Xvfb did not start");
        environment.set("DISPLAY", &format!(":{number}"));
        environment.set("GDK_BACKEND", "x11");
        Ok(Self { server, display: number.to_owned(), size })
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        self.size
    }

    /// The upper left of the screen as a PNG. There is no window manager, so the window stands there without a frame.
    pub(crate) fn picture(&self, environment: &Environment, (width, height): (u32, u32)) -> Result<Vec<u8>> {
        let mut command = environment.command("import");
        command.args(["-window", "root", "-crop", &format!("{width}x{height}+0+0"), "+repage", "-depth", "8", "png:-"]);
        let output = command.stdout(Stdio::piped()).output()?;
        ensure!(output.status.success(), "no picture of the screen: {}", String::from_utf8_lossy(&output.stderr));
        Ok(output.stdout)
    }

    /// Does what a window manager does when a person clicks the cross: asks every window to close.
    pub(crate) fn close_windows(&self) -> Result<usize> {
        x11::Connection::open(&self.display)?.ask_windows_to_close()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
