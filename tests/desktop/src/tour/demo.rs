//! The demo's Hub on a machine: the simulated platforms run, and the Hub is filled.

use std::process::{Child, Stdio};

use crate::{Keychain, Machine, MachineOptions, Program, Start, program, until};
use anyhow::{Result, ensure};
use hub_contract::platform::Language;

/// Opens the vault of the filled Hub.
pub(crate) const PASSPHRASE: &str = "demo";
/// Slow enough that an answer still grows while its pictures are taken.
const TOKENS_PER_SECOND: &str = "12";

/// The simulated platforms; they end with this.
pub(crate) struct Platforms(Child);

impl Drop for Platforms {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A machine of somebody who speaks that language.
pub(crate) async fn machine(language: Language) -> Result<Machine> {
    let language = match language {
        Language::ZhCn => "zh_CN.UTF-8",
        Language::En => "en_US.UTF-8",
    };
    Machine::start(MachineOptions { keychain: Keychain::None, language, ..MachineOptions::default() }).await
}

/// How the filled Hub is opened.
pub(crate) fn start() -> Start {
    Start { vault: Some("passphrase"), passphrase: Some(PASSPHRASE.to_owned()), ..Start::default() }
}

/// Starts the platforms and fills the machine's Hub.
pub(crate) async fn fill(machine: &Machine, language: Language) -> Result<Platforms> {
    let addresses = machine.home().join("platforms.json");
    let mut command = machine.command(program(Program::Sim)?);
    command.args(["--port", "0", "--tokens-per-second", TOKENS_PER_SECOND, "--until-stdin-closes"]);
    command.arg("--print-port-to").arg(&addresses).stdin(Stdio::piped());
    let platforms = Platforms(command.spawn()?);
    until("the platforms", async || Ok(addresses.is_file().then_some(()))).await?;
    let mut filler = machine.command(program(Program::Demo)?);
    filler.args(["--lang", language.tag(), "--data-dir"]).arg(machine.data_dir()).arg("--sim-json").arg(&addresses);
    let mut filler = filler.env("HUB_PASSPHRASE", PASSPHRASE).spawn()?;
    let status = until("the Hub to be filled", async || Ok(filler.try_wait()?)).await?;
    ensure!(status.success(), "the Hub could not be filled");
    Ok(platforms)
}
