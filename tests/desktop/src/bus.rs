//! A session bus of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, ensure};

use crate::marked::{Environment, spawn};

/// A running session bus.
#[derive(Debug)]
pub(crate) struct Bus {
    daemon: Child,
}

impl Bus {
    pub(crate) fn start(environment: &mut Environment) -> Result<Self> {
        let mut command = environment.command("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address"]);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut daemon = spawn(&mut command)?;
        let output = daemon.stdout.take().context("the bus has no output")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        ensure!(!address.trim().is_empty(), "the session bus did not start");
        environment.set("DBUS_SESSION_BUS_ADDRESS", address.trim());
        Ok(Self { daemon })
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
