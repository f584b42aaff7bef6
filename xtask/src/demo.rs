//! A scratch Hub for trying everything without any key: made-up data in a directory of its own, the platforms played by
//! hub-sim, secrets in a passphrase vault so that the person's keychain is never touched. All gone at the end.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail, ensure};

use crate::sweeper::Sweeper;
use crate::{process, workspace};

/// The programs it needs.
pub(crate) const BINARIES: &[&str] = &["hub-sim", "hub-demo"];

/// A seeded Hub with its platforms running.
#[derive(Debug)]
pub(crate) struct Demo {
    scratch: PathBuf,
    passphrase: String,
    lang: String,
}

impl Demo {
    /// Starts the platforms and fills the Hub. They end with the sweeper.
    pub(crate) fn start(sweeper: &mut Sweeper, lang: &str) -> Result<Self> {
        let scratch = sweeper.scratch_dir("hub-demo")?;
        let demo = Self { scratch, passphrase: passphrase(), lang: lang.to_owned() };
        let sim = start_platforms(sweeper, &demo.scratch)?;
        let mut seed = Command::new(workspace::binary("hub-demo", false)?);
        seed.arg("--data-dir").arg(demo.data_dir()).arg("--sim-json").arg(&sim).args(["--lang", lang]);
        process::run(seed.env("HUB_PASSPHRASE", &demo.passphrase))?;
        Ok(demo)
    }

    /// Points the program at this Hub. Everything the window keeps lies in the Hub's data directory.
    pub(crate) fn enter(&self, program: &mut Command) {
        program
            .arg("--data-dir")
            .arg(self.data_dir())
            .args(["--vault", "passphrase"])
            .env("HUB_PASSPHRASE", &self.passphrase)
            // Without a chosen language the window follows the system's.
            .env("LC_ALL", if self.lang == "en" { "en_US.UTF-8" } else { "zh_CN.UTF-8" });
    }

    fn data_dir(&self) -> PathBuf {
        self.scratch.join("hub")
    }
}

/// Starts hub-sim on a free port. Its first line says where it listens; the line goes to a file, which is returned.
fn start_platforms(sweeper: &mut Sweeper, scratch: &Path) -> Result<PathBuf> {
    let file = scratch.join("sim.json");
    let mut sim = Command::new(workspace::binary("hub-sim", false)?);
    sim.args(["--port", "0", "--until-stdin-closes"]).stdin(Stdio::piped()).stdout(File::create(&file)?);
    let child = sweeper.spawn(&mut sim)?;
    let ready = process::poll(Duration::from_secs(30), || {
        if let Some(status) = child.try_wait()? {
            bail!("hub-sim ended with {status}");
        }
        Ok(fs::read_to_string(&file)?.ends_with('\n').then_some(()))
    })?;
    ensure!(ready.is_some(), "hub-sim did not say within 30 s where it listens");
    Ok(file)
}

/// Good enough for made-up data that is deleted at the end: std's randomly keyed hasher.
fn passphrase() -> String {
    format!("demo-{:016x}{:016x}", RandomState::new().hash_one(1), RandomState::new().hash_one(2))
}
