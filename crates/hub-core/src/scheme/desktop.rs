//! On Linux: a desktop entry names the program, and `xdg-mime` makes it the scheme's own.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hub_contract::authorize::SCHEME;

use super::{Handler, unregistered};
use crate::Result;

/// The name of our entry: the program's id, as desktops want it.
const ENTRY: &str = "dev.hubdesktop.hub.desktop";

/// Where a desktop keeps its entries, and its tools. The only programs that are started here are these two, with
/// arguments of our own.
#[derive(Debug, Clone)]
pub(super) struct Desktop {
    /// The person's own entries.
    own: PathBuf,
    /// All folders with entries, the person's own first.
    all: Vec<PathBuf>,
    /// Where programs without a path are looked for.
    programs: Vec<PathBuf>,
    xdg_mime: OsString,
    update_database: OsString,
}

impl Desktop {
    /// `None` for a person without a home.
    pub(super) fn of_person() -> Option<Self> {
        let own = directories::BaseDirs::new()?.data_dir().join("applications");
        let shared = std::env::var_os("XDG_DATA_DIRS").filter(|dirs| !dirs.is_empty());
        let shared = shared.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
        let all = std::iter::once(own.clone())
            .chain(std::env::split_paths(&shared).map(|folder| folder.join("applications")))
            .collect();
        let programs = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
        let (xdg_mime, update_database) = ("xdg-mime".into(), "update-desktop-database".into());
        Some(Self { own, all, programs, xdg_mime, update_database })
    }

    pub(super) fn handler(&self) -> Handler {
        let asked = Command::new(&self.xdg_mime)
            .args(["query", "default", &mime()])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output();
        let Ok(asked) = asked else { return Handler::Unknown };
        let name = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
        // A name, not a path: it is looked for in the folders of entries only.
        if name.is_empty() || name.contains('/') {
            return Handler::Nobody;
        }
        let entry = self.all.iter().find_map(|folder| fs::read_to_string(folder.join(&name)).ok());
        match entry.as_deref().and_then(exec_of) {
            Some(exec) => match self.program_of(&exec) {
                Some(program) => Handler::Program(program),
                None => Handler::Stale(exec),
            },
            None => Handler::Stale(name),
        }
    }

    /// The program of an `Exec` line that is there and gets the link.
    fn program_of(&self, exec: &str) -> Option<PathBuf> {
        let words = words(exec);
        let gets_link = words.iter().skip(1).any(|word| matches!(word.as_str(), "%u" | "%U"));
        let program = PathBuf::from(words.first()?);
        let found = if program.is_absolute() {
            Some(program)
        } else {
            self.programs.iter().map(|folder| folder.join(&program)).find(|path| path.is_file())
        };
        found.filter(|path| gets_link && path.is_file())
    }

    pub(super) fn register(&self, program: &Path) -> Result<()> {
        let entry = entry(program).ok_or_else(unregistered)?;
        let write = || {
            fs::create_dir_all(&self.own)?;
            let (path, new) = (self.own.join(ENTRY), self.own.join(format!(".{ENTRY}.new")));
            fs::write(&new, entry)?;
            fs::rename(new, path)
        };
        write().map_err(|_| unregistered())?;
        // Desktops without this one look into the folder themselves.
        let _ = run(Command::new(&self.update_database).arg(&self.own));
        run(Command::new(&self.xdg_mime).args(["default", ENTRY, &mime()]))
    }
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if status.is_ok_and(|status| status.success()) { Ok(()) } else { Err(unregistered()) }
}

fn mime() -> String {
    format!("x-scheme-handler/{SCHEME}")
}

/// Our entry. It is for links only; the program's place in the menu comes from its package.
fn entry(program: &Path) -> Option<String> {
    let exec = quoted(program.to_str()?)?;
    let mime = mime();
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Hub Desktop\nExec={exec} %u\nTerminal=false\nNoDisplay=true\n\
         StartupNotify=true\nMimeType={mime};\n"
    ))
}

/// A path as one argument of an `Exec` line (Desktop Entry Specification, "The Exec key"). `None` for a path with control
/// characters, which no quoting helps.
fn quoted(path: &str) -> Option<String> {
    if path.chars().any(char::is_control) {
        return None;
    }
    // Quoted only where the specification asks for it: `xdg-open` without a desktop takes the marks for a part of the name.
    if !path.contains([' ', '"', '\'', '\\', '>', '<', '~', '|', '&', ';', '$', '*', '?', '#', '(', ')', '`']) {
        return Some(path.replace('%', "%%"));
    }
    let mut quoted = String::from("\"");
    for c in path.chars() {
        match c {
            // Once for the argument, and once for the string that the line is.
            '"' | '`' | '$' => quoted.extend(['\\', '\\', c]),
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    Some(quoted)
}

/// The `Exec` line of the entry's main group.
fn exec_of(entry: &str) -> Option<String> {
    let main = entry.split("\n[").next()?;
    main.lines().find_map(|line| line.trim().strip_prefix("Exec=").map(|exec| exec.trim().to_owned()))
}

/// The words of an `Exec` line.
fn words(exec: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted, mut is_word) = (Vec::new(), String::new(), false, false);
    let exec = exec.replace("\\\\", "\\");
    let mut letters = exec.chars();
    while let Some(c) = letters.next() {
        match c {
            '"' => (is_quoted, is_word) = (!is_quoted, true),
            '\\' if is_quoted => word.extend(letters.next()),
            c if c.is_whitespace() && !is_quoted => {
                if std::mem::take(&mut is_word) {
                    words.push(std::mem::take(&mut word).replace("%%", "%"));
                }
            }
            c => {
                word.push(c);
                is_word = true;
            }
        }
    }
    if is_word {
        words.push(word.replace("%%", "%"));
    }
    words
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A desktop in a folder, whose `xdg-mime` remembers what it was told.
    fn desktop(folder: &Path) -> Desktop {
        let own = folder.join("applications");
        let tool = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path.into_os_string()
        };
        let memory = folder.join("default").display().to_string();
        let mime = format!(
            "#!/bin/sh\nif [ \"$1\" = query ]; then cat '{memory}' 2>/dev/null; else echo \"$2\" >'{memory}'; fi\n"
        );
        Desktop {
            all: vec![own.clone(), folder.join("shared")],
            own,
            programs: vec![folder.join("bin")],
            xdg_mime: tool("xdg-mime", mime),
            update_database: folder.join("none").into_os_string(),
        }
    }

    fn program(folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        path
    }

    #[test]
    fn a_program_is_registered_and_a_moved_one_is_found_out() {
        let folder = tempfile::tempdir().unwrap();
        let desktop = desktop(folder.path());
        assert_eq!(desktop.handler(), Handler::Nobody);
        let here = program(folder.path(), "with space/100% \"$Hub\" \\ `x`");
        desktop.register(&here).unwrap();
        assert_eq!(desktop.handler(), Handler::Program(here.clone()));

        fs::remove_file(&here).unwrap();
        assert!(matches!(desktop.handler(), Handler::Stale(_)));
        let there = program(folder.path(), "elsewhere/hub-desktop");
        desktop.register(&there).unwrap();
        assert_eq!(desktop.handler(), Handler::Program(there));
    }

    #[test]
    fn an_entry_without_the_link_or_without_its_program_is_stale() {
        let folder = tempfile::tempdir().unwrap();
        let desktop = desktop(folder.path());
        fs::create_dir_all(folder.path().join("shared")).unwrap();
        let installed = program(folder.path(), "bin/hub-desktop");
        let of_package = |exec: &str| {
            let entry = format!("[Desktop Entry]\nExec={exec}\n\n[Desktop Action x]\nExec=other %u\n");
            fs::write(folder.path().join("shared/hub.desktop"), entry).unwrap();
            fs::write(folder.path().join("default"), "hub.desktop\n").unwrap();
            desktop.handler()
        };
        assert_eq!(of_package("hub-desktop %u"), Handler::Program(installed));
        assert_eq!(of_package("hub-desktop"), Handler::Stale("hub-desktop".to_owned()));
        assert_eq!(of_package("gone %u"), Handler::Stale("gone %u".to_owned()));
        fs::write(folder.path().join("default"), "../../etc/passwd\n").unwrap();
        assert_eq!(desktop.handler(), Handler::Nobody);
    }

    #[test]
    fn without_the_desktops_tools_it_is_told_and_nothing_breaks() {
        let folder = tempfile::tempdir().unwrap();
        let desktop = Desktop { xdg_mime: folder.path().join("none").into_os_string(), ..desktop(folder.path()) };
        assert_eq!(desktop.handler(), Handler::Unknown);
        assert!(desktop.register(&program(folder.path(), "hub")).is_err());
        assert!(super::super::fault(&Handler::Unknown).is_some());
    }

    #[test]
    fn a_path_that_no_entry_can_hold_is_refused() {
        let plain = entry(Path::new("/opt/100%/hub-desktop")).unwrap();
        assert!(plain.contains("\nExec=/opt/100%%/hub-desktop %u\n"), "no marks where none are needed: {plain}");
        assert_eq!(entry(Path::new("/a\nExec=evil")), None);
    }
}
