//! System packages on Debian and Ubuntu.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::process;

/// Another apt may be at work (unattended upgrades): wait for it, in seconds.
const LOCK_TIMEOUT: &str = "DPkg::Lock::Timeout=600";

/// True on Debian, Ubuntu and what derives from them.
pub(crate) fn is_here() -> bool {
    process::found("apt-get") && fs::read_to_string("/etc/os-release").is_ok_and(|text| names_debian(&text))
}

fn names_debian(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split_whitespace())
        .any(|name| name == "debian" || name == "ubuntu")
}

/// Those of the packages that are not installed.
pub(crate) fn missing<'a>(packages: &[&'a str]) -> Result<Vec<&'a str>> {
    // dpkg-query ends with an error as soon as one package is unknown, and still lists the others.
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(packages)
        .stderr(Stdio::null())
        .output()?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let installed: Vec<&str> = listed.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    Ok(packages.iter().filter(|package| !installed.contains(package)).copied().collect())
}

/// The one command that installs them, for a person to copy.
pub(crate) fn install_line(packages: &[&str]) -> String {
    let sudo = if is_root() { "" } else { "sudo " };
    format!(
        "{sudo}apt-get update && {sudo}apt-get -o {LOCK_TIMEOUT} install -y --no-install-recommends {}",
        packages.join(" ")
    )
}

/// Installs them.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if !is_root() && !process::found("sudo") {
        bail!("there is no sudo here. As root, run:\n\n{}", install_line(packages));
    }
    process::run(&mut apt(&["update"]))?;
    process::run(apt(&["install", "-y", "--no-install-recommends"]).args(packages))
}

fn apt(words: &[&str]) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("env");
        command.arg("DEBIAN_FRONTEND=noninteractive");
        command
    } else {
        let mut command = Command::new("sudo");
        command.args(["env", "DEBIAN_FRONTEND=noninteractive"]);
        command
    };
    command.args(["apt-get", "-q", "-o", LOCK_TIMEOUT, "-o", "Dpkg::Use-Pty=0"]).args(words);
    command
}

fn is_root() -> bool {
    process::capture(Command::new("id").arg("-u")).is_ok_and(|output| output.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_what_derives_from_it_are_known() {
        assert!(names_debian("PRETTY_NAME=\"x\"\nID=debian\n"));
        assert!(names_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(names_debian("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!names_debian("ID=fedora\nHOME_URL=\"https://debian.example\"\n"));
    }
}
