//! What the program is started with: `--data-dir DIR` and `--vault MODE`. A passphrase comes in `HUB_PASSPHRASE`, never
//! as an argument.

use std::ffi::OsString;
use std::path::PathBuf;

use hub_contract::settings::VaultMode;

/// The arguments of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// Whose Hub to open.
    pub data_dir: PathBuf,
    /// Another place for secrets than the Hub's setting.
    pub vault: Option<VaultMode>,
}

/// Reads the arguments.
///
/// # Errors
/// A sentence about what is wrong with them.
pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Result<Arguments, String> {
    let mut data_dir = None;
    let mut vault = None;
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--data-dir") => data_dir = Some(arguments.next().ok_or("--data-dir needs a folder")?.into()),
            Some("--vault") => {
                vault = match arguments.next().as_deref().and_then(|mode| mode.to_str()) {
                    Some("keychain") => Some(VaultMode::Keychain),
                    Some("session") => Some(VaultMode::Session),
                    Some("passphrase") => Some(VaultMode::Passphrase),
                    _ => return Err("--vault takes keychain, session or passphrase".to_owned()),
                };
            }
            // Anything else is ignored: desktops add arguments of their own, and a hostile one must not be a flag.
            _ => {}
        }
    }
    let data_dir = data_dir.or_else(hub_core::default_data_dir).ok_or("this system names no data directory")?;
    Ok(Arguments { data_dir, vault })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Result<Arguments, String> {
        read(arguments.iter().map(|argument| OsString::from(*argument)))
    }

    #[test]
    fn arguments_are_understood() {
        let read = of(&["--data-dir", "/tmp/我的 Hub", "--vault", "session"]).unwrap();
        assert_eq!(read, Arguments { data_dir: "/tmp/我的 Hub".into(), vault: Some(VaultMode::Session) });
    }

    #[test]
    fn wrong_ones_are_named_and_foreign_ones_ignored() {
        assert!(of(&["--vault", "plaintext"]).is_err());
        assert!(of(&["--data-dir"]).is_err());
        assert!(of(&["--data-dir", "/tmp/x", "--remote-debugging-port=1"]).is_ok());
    }
}
