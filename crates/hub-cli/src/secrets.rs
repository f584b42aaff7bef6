//! Secrets on their way in: from stdin, a file or a prompt, never from an argument.

use std::io::{IsTerminal, Read};
use std::path::Path;

use hub_contract::secret::SecretInput;

use crate::args::SecretSource;
use crate::failure::{Failure, Result};
use crate::output::Output;

/// Larger than any secret; keeps a wrong file out of memory.
const MAX_BYTES: u64 = 1024 * 1024;

/// The secret that was asked for with a flag, if one was.
pub(crate) fn given(source: &SecretSource) -> Result<Option<SecretInput>> {
    if source.secret_stdin {
        return read(std::io::stdin().lock(), "stdin").map(Some);
    }
    source.secret_file.as_deref().map(from_file).transpose()
}

/// All of stdin as a secret.
pub(crate) fn from_stdin() -> Result<SecretInput> {
    read(std::io::stdin().lock(), "stdin")
}

/// Asks on the terminal, without showing what is typed; `None` where there is no terminal.
pub(crate) fn ask(output: &Output, label: &str) -> Result<Option<SecretInput>> {
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let question = output.texts().with("cli-ask-secret", &[("what", label.into())]);
    match rpassword::prompt_password(question) {
        Ok(text) => Ok(Some(SecretInput::new(text))),
        Err(error) => Err(Failure::of_io("terminal", &error)),
    }
}

/// The passphrase of the vault: `HUB_PASSPHRASE`, or a prompt; twice for a new vault.
pub(crate) fn passphrase(output: &Output, new: bool) -> Result<SecretInput> {
    if let Some(passphrase) = from_environment() {
        return Ok(passphrase);
    }
    let wanted = if new { "cli-passphrase-new" } else { "cli-passphrase" };
    let missing = || Failure::usage("cli-no-passphrase", "HUB_PASSPHRASE");
    if new { ask_twice(output, wanted, missing) } else { ask_once(output, wanted, missing) }
}

/// A passphrase for a file that leaves this computer: `HUB_PASSPHRASE`, or a prompt, twice.
pub(crate) fn new_file_passphrase(output: &Output) -> Result<SecretInput> {
    from_environment().map_or_else(|| ask_twice(output, "cli-move-passphrase-new", no_file_passphrase), Ok)
}

/// The passphrase of such a file.
pub(crate) fn file_passphrase(output: &Output) -> Result<SecretInput> {
    from_environment().map_or_else(|| ask_once(output, "cli-move-passphrase", no_file_passphrase), Ok)
}

/// A passphrase for a bundle, asked twice. Never the environment's: that one opens this Hub's own vault.
pub(crate) fn new_bundle_passphrase(output: &Output) -> Result<SecretInput> {
    ask_twice(output, "cli-move-passphrase-new", no_file_passphrase)
}

/// The passphrase of a bundle that somebody else made.
pub(crate) fn bundle_passphrase(output: &Output) -> Result<SecretInput> {
    ask_once(output, "cli-move-passphrase", no_file_passphrase)
}

/// All of stdin as a passphrase; it ends where its line does, because `echo` adds one.
pub(crate) fn passphrase_from_stdin() -> Result<SecretInput> {
    let passphrase = from_stdin()?;
    Ok(SecretInput::new(passphrase.expose().trim_end_matches(['\r', '\n'])))
}

fn from_environment() -> Option<SecretInput> {
    std::env::var("HUB_PASSPHRASE").ok().map(SecretInput::new)
}

fn no_file_passphrase() -> Failure {
    Failure::usage("cli-no-move-passphrase", "--passphrase-stdin")
}

fn ask_once(output: &Output, wanted: &str, missing: impl FnOnce() -> Failure) -> Result<SecretInput> {
    ask(output, &output.texts().get(wanted))?.ok_or_else(missing)
}

fn ask_twice(output: &Output, wanted: &str, missing: impl FnOnce() -> Failure) -> Result<SecretInput> {
    let first = ask_once(output, wanted, missing)?;
    let again = ask(output, &output.texts().get("cli-passphrase-again"))?;
    if again.as_ref() == Some(&first) { Ok(first) } else { Err(Failure::usage("cli-passphrases-differ", "")) }
}

fn from_file(path: &Path) -> Result<SecretInput> {
    let name = path.display().to_string();
    let file = std::fs::File::open(path).map_err(|error| Failure::of_io(name.as_str(), &error))?;
    read(file, &name)
}

fn read(from: impl Read, what: &str) -> Result<SecretInput> {
    let mut text = String::new();
    from.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|error| Failure::of_io(what, &error))?;
    // From here on it is wiped when it goes.
    let secret = SecretInput::new(text);
    if secret.expose().len() as u64 > MAX_BYTES {
        return Err(Failure::usage("cli-secret-too-large", what));
    }
    Ok(secret)
}
