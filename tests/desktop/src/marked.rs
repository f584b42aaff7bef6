//! Processes that belong to one machine. They inherit a mark in their environment, so that all of them are found and
//! ended, also daemons and whatever the program under test started.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// The variable that marks a process; its value is the machine's home directory.
const MARK: &str = "HUB_TEST_MACHINE";

/// The environment of everything on one machine. Nothing of the test's own environment gets in: neither its display nor
/// its bus nor its proxy may be seen.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    home: PathBuf,
    variables: Vec<(String, String)>,
}

impl Environment {
    pub(crate) fn new(home: &Path) -> Self {
        let place = |below: &str| home.join(below).display().to_string();
        let variables = [
            ("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin".to_owned()),
            ("HOME", place("")),
            ("XDG_RUNTIME_DIR", place("")),
            ("XDG_DATA_HOME", place(".local/share")),
            ("XDG_CONFIG_HOME", place(".config")),
            ("XDG_CACHE_HOME", place(".cache")),
            ("TMPDIR", place("tmp")),
            // UTF-8 without an installed locale; the language comes from LANG.
            ("LC_ALL", "C.UTF-8".to_owned()),
            ("TZ", "Asia/Shanghai".to_owned()),
            (MARK, place("")),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Self { home: home.to_owned(), variables }
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// A program on this machine. It dies with the thread that starts it, should that be killed before it can clean up.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program.as_ref()).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).current_dir(&self.home);
        command
    }
}

/// Starts a program of the machine.
pub(crate) fn spawn(command: &mut Command) -> Result<Child> {
    let names: Vec<_> = command.get_args().skip(3).take(1).map(|name| name.display().to_string()).collect();
    command.spawn().with_context(|| format!("{} could not be started", names.join(" ")))
}

/// A process of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    /// At most 15 characters, as the kernel keeps it.
    pub(crate) name: String,
}

/// All processes of the machine with that home directory.
pub(crate) fn processes_of(home: &Path) -> Vec<Process> {
    let mark = format!("{MARK}={}", home.join("").display());
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter_map(|pid| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
        if !environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes()) {
            return None;
        }
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        parse(pid, &stat)
    })
    .collect()
}

/// Ends everything of a machine, at once and for good.
pub(crate) fn end_all(home: &Path) {
    // Until nothing was found twice: a process that is just becoming another program shows no environment.
    let mut quiet = 0;
    for _ in 0..100 {
        let pids: Vec<u32> = processes_of(home).iter().map(|process| process.pid).collect();
        kill("KILL", &pids);
        quiet = if pids.is_empty() { quiet + 1 } else { 0 };
        if quiet == 2 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// Sends a signal.
pub(crate) fn kill(signal: &str, pids: &[u32]) {
    if pids.is_empty() {
        return;
    }
    let pids = pids.iter().map(u32::to_string);
    let _ = Command::new("kill").arg("-s").arg(signal).args(pids).stderr(Stdio::null()).status();
}

/// `pid (name) state parent …`; the name may hold spaces and brackets.
fn parse(pid: u32, stat: &str) -> Option<Process> {
    let (before, after) = stat.rsplit_once(')')?;
    let (_, name) = before.split_once('(')?;
    let mut fields = after.split_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    (state != "Z").then(|| Process { pid, parent, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let process = parse(7, "7 (Web (Pro) cess) S 3 7 7 0").unwrap();
        assert_eq!(process, Process { pid: 7, parent: 3, name: "Web (Pro) cess".into() });
        assert_eq!(parse(7, "7 (gone) Z 3 7 7 0"), None, "a zombie has ended");
    }

    #[tokio::test]
    async fn processes_of_a_machine_are_found_and_ended() {
        let home = tempfile::tempdir().unwrap();
        let environment = Environment::new(home.path());
        let mut child = spawn(environment.command("sleep").arg("600")).unwrap();
        let is_sleep = |process: &Process| process.pid == child.id() && process.name == "sleep";
        let found = crate::until("sleep", async || Ok(processes_of(home.path()).iter().any(is_sleep).then_some(())));
        found.await.unwrap();
        end_all(home.path());
        assert!(!child.wait().unwrap().success());
        assert_eq!(processes_of(home.path()), []);
    }
}
