//! Cleaning up behind this program, however it ends. On Unix a shell in a process group of its own waits for its input
//! to close, which also happens when this program is killed; then it ends the noted processes and removes the noted
//! directory. Elsewhere only a normal end cleans up.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result};

/// Reads "pid N" (minus N for a process group), "forget N" and "dir PATH". Processes get five seconds to end by themselves.
#[cfg(unix)]
const SCRIPT: &str = r#"
trap '' INT HUP TERM
pids= dir=
while read -r word rest; do
    case $word in
        pid) pids="$pids $rest" ;;
        forget) left=; for pid in $pids; do [ "$pid" = "$rest" ] || left="$left $pid"; done; pids=$left ;;
        dir) dir=$rest ;;
    esac
done
for pid in $pids; do kill -s TERM -- "$pid"; done
tries=0
while [ $tries -lt 50 ]; do
    alive=
    for pid in $pids; do kill -s 0 -- "$pid" && alive=1; done
    [ -n "$alive" ] || break
    tries=$((tries + 1))
    sleep 0.1
done
for pid in $pids; do kill -s KILL -- "$pid"; done
[ -z "$dir" ] || rm -rf -- "$dir"
"#;

/// Ends processes and removes a scratch directory when dropped, or when this program dies.
#[derive(Debug)]
pub(crate) struct Sweeper {
    shell: Option<(Child, ChildStdin)>,
    children: Vec<Child>,
    dir: Option<PathBuf>,
}

impl Sweeper {
    pub(crate) fn start() -> Result<Self> {
        Ok(Self { shell: start_shell()?, children: Vec::new(), dir: None })
    }

    /// Makes a scratch directory that only this user can read.
    pub(crate) fn scratch_dir(&mut self, name: &str) -> Result<PathBuf> {
        let dir = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        make_private(&dir).with_context(|| format!("could not make {}", dir.display()))?;
        self.note(&format!("dir {}", dir.display()))?;
        self.dir = Some(dir.clone());
        Ok(dir)
    }

    /// Starts a program that ends with this one at the latest.
    pub(crate) fn spawn(&mut self, command: &mut Command) -> Result<&mut Child> {
        let child = command.spawn().with_context(|| format!("could not start {}", command.get_program().display()))?;
        self.note(&format!("pid {}", child.id()))?;
        Ok(self.children.push_mut(child))
    }

    /// The same with everything that the program starts.
    pub(crate) fn spawn_group(&mut self, command: &mut Command) -> Result<&mut Child> {
        own_group(command);
        let child = command.spawn().with_context(|| format!("could not start {}", command.get_program().display()))?;
        self.note(&format!("pid -{}", child.id()))?;
        Ok(self.children.push_mut(child))
    }

    /// Waits for a program to end by itself.
    pub(crate) fn run(&mut self, command: &mut Command) -> Result<()> {
        let status = self.spawn(command)?.wait()?;
        if let Some(child) = self.children.pop() {
            // Its number may soon belong to another process.
            self.note(&format!("forget {}", child.id()))?;
        }
        anyhow::ensure!(status.success(), "{} ended with {status}", command.get_program().display());
        Ok(())
    }

    fn note(&mut self, line: &str) -> Result<()> {
        if let Some((_, input)) = &mut self.shell {
            writeln!(input, "{line}")?;
        }
        Ok(())
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        let Some((mut shell, input)) = self.shell.take() else {
            return sweep_alone(&mut self.children, self.dir.as_deref());
        };
        drop(input);
        // A child that was ended is only gone once it is waited for, and the shell looks whether they are gone.
        for child in &mut self.children {
            let _ = child.wait();
        }
        let _ = shell.wait();
    }
}

fn sweep_alone(children: &mut [Child], dir: Option<&Path>) {
    for child in children {
        let _ = child.kill();
        let _ = child.wait();
    }
    if let Some(dir) = dir {
        let _ = fs::remove_dir_all(dir);
    }
}

#[cfg(unix)]
fn start_shell() -> Result<Option<(Child, ChildStdin)>> {
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    own_group(&mut command);
    let mut shell = command.spawn().context("could not start sh")?;
    let input = shell.stdin.take().context("sh has no input")?;
    Ok(Some((shell, input)))
}

#[cfg(not(unix))]
fn start_shell() -> Result<Option<(Child, ChildStdin)>> {
    Ok(None)
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

#[cfg(unix)]
fn make_private(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(dir)
}

#[cfg(not(unix))]
fn make_private(dir: &Path) -> std::io::Result<()> {
    fs::create_dir(dir)
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::process;

    #[test]
    fn what_was_started_and_made_is_gone_afterwards() {
        let mut sweeper = Sweeper::start().unwrap();
        let dir = sweeper.scratch_dir("sweeper-test").unwrap();
        fs::write(dir.join("file"), "x").unwrap();
        let child = sweeper.spawn_group(Command::new("sh").args(["-c", "sleep 1000 & wait"])).unwrap().id();
        drop(sweeper);
        assert!(!dir.exists());
        let group_is_gone = || {
            Ok((!Command::new("kill")
                .args(["-s", "0", "--", &format!("-{child}")])
                .stderr(Stdio::null())
                .status()?
                .success())
            .then_some(()))
        };
        assert!(process::poll(Duration::from_secs(30), group_is_gone).unwrap().is_some(), "the group is still alive");
    }
}
