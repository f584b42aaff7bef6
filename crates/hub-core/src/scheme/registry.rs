//! On Windows: a class of the person's own part of the registry names the program and has it started with the link.
//! Installers write the same class for everybody; the person's own one comes before it.

use std::path::{Path, PathBuf};

/// The command of a class: the program, and the link as its one argument.
fn command_of(program: &Path) -> Option<String> {
    // No path of Windows holds these.
    let program = program.to_str().filter(|path| !path.contains(['"', '\n', '\r']))?;
    Some(format!("\"{program}\" \"%1\""))
}

/// The program of a command that gets the link.
fn program_of(command: &str) -> Option<PathBuf> {
    let (program, arguments) = match command.trim().strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => command.trim().split_once(' ')?,
    };
    arguments.contains("%1").then(|| PathBuf::from(program))
}

#[cfg(windows)]
pub(super) use class::Registry;

#[cfg(windows)]
mod class {
    use std::path::Path;

    use hub_contract::authorize::SCHEME;
    use windows_registry::{CLASSES_ROOT, CURRENT_USER};

    use super::super::{Handler, unregistered};
    use super::{command_of, program_of};
    use crate::Result;

    const COMMAND: &str = r"shell\open\command";

    /// The registry as this person sees it.
    pub(in super::super) struct Registry;

    impl Registry {
        pub(in super::super) fn of_person() -> Option<Self> {
            Some(Self)
        }

        pub(in super::super) fn handler(&self) -> Handler {
            // Everybody's classes and the person's own as one.
            let command = CLASSES_ROOT.open(format!(r"{SCHEME}\{COMMAND}")).and_then(|key| key.get_string(""));
            match command {
                Err(_) => Handler::Nobody,
                Ok(command) => match program_of(&command).filter(|program| program.is_file()) {
                    Some(program) => Handler::Program(program),
                    None => Handler::Stale(command),
                },
            }
        }

        pub(in super::super) fn register(&self, program: &Path) -> Result<()> {
            let command = command_of(program).ok_or_else(unregistered)?;
            let write = || {
                let class = CURRENT_USER.create(format!(r"Software\Classes\{SCHEME}"))?;
                class.set_string("", "URL:Hub Desktop")?;
                class.set_string("URL Protocol", "")?;
                class.create(COMMAND)?.set_string("", &command)
            };
            write().map_err(|_| unregistered())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_read_as_it_was_written() {
        for path in [r"C:\Program Files\Hub Desktop\hub-desktop.exe", r"D:\智能体\hub-desktop.exe"] {
            let command = command_of(Path::new(path)).unwrap();
            assert_eq!(program_of(&command), Some(PathBuf::from(path)), "{command}");
        }
        assert_eq!(command_of(Path::new("a\"b.exe")), None);
    }

    #[test]
    fn a_command_without_the_link_opens_nothing() {
        assert_eq!(program_of(r#""C:\hub.exe""#), None);
        assert_eq!(program_of(r"C:\hub.exe"), None);
        assert_eq!(program_of(r"C:\hub.exe %1"), Some(PathBuf::from(r"C:\hub.exe")));
        assert_eq!(program_of(""), None);
    }
}
