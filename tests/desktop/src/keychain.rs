//! A real GNOME Keyring.

use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::marked::{Environment, spawn};
use crate::until;

/// What the person types to unlock it.
const PASSWORD: &str = "password of a test";

/// Makes the keychain and leaves it unlocked. The daemon's exit status proves nothing, so a secret goes in and comes out
/// again before anything else happens.
pub(crate) async fn unlock(environment: &Environment) -> Result<()> {
    let mut command = environment.command("gnome-keyring-daemon");
    command.args(["--unlock", "--components=secrets", "--daemonize"]);
    let mut daemon = spawn(command.stdin(Stdio::piped()).stderr(Stdio::null()))?;
    daemon.stdin.take().context("the keychain takes no password")?.write_all(PASSWORD.as_bytes())?;
    daemon.wait()?;
    until("the keychain to keep a secret", async || {
        Ok((store(environment)? && lookup(environment)? == "probe").then_some(()))
    })
    .await
}

/// Locks it, as a screen lock or another program may.
pub(crate) fn lock(environment: &Environment) -> Result<()> {
    let mut command = environment.command("gdbus");
    command.args(["call", "--session", "--dest", "org.freedesktop.secrets"]);
    command.args(["--object-path", "/org/freedesktop/secrets", "--method", "org.freedesktop.Secret.Service.Lock"]);
    command.arg("[objectpath '/org/freedesktop/secrets/collection/login']");
    ensure!(command.status()?.success(), "the keychain could not be locked");
    Ok(())
}

/// Waits until the keychain asks for its password, and gives it or refuses.
pub(crate) async fn answer(environment: &Environment, give: bool) -> Result<()> {
    until("the keychain to ask for its password", async || {
        let mut command = environment.command("xdotool");
        let found =
            command.args(["search", "--onlyvisible", "--class", "gcr-prompter"]).stdout(Stdio::piped()).output()?;
        Ok((!found.stdout.is_empty()).then_some(()))
    })
    .await?;
    let keys: &[&[&str]] = if give { &[&["type", PASSWORD], &["key", "Return"]] } else { &[&["key", "Escape"]] };
    for keys in keys {
        ensure!(environment.command("xdotool").args(*keys).status()?.success(), "the prompt takes no keys");
    }
    Ok(())
}

fn store(environment: &Environment) -> Result<bool> {
    let mut command = environment.command("secret-tool");
    command.args(["store", "--label=probe", "test", "probe"]).stdin(Stdio::piped()).stderr(Stdio::null());
    let mut tool = spawn(&mut command)?;
    tool.stdin.take().context("secret-tool takes no secret")?.write_all(b"probe")?;
    Ok(tool.wait()?.success())
}

fn lookup(environment: &Environment) -> Result<String> {
    let mut command = environment.command("secret-tool");
    let output = command.args(["lookup", "test", "probe"]).stdout(Stdio::piped()).stderr(Stdio::null()).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
