//! What the machine must have, and getting what is missing. Only package registries are asked: apt, for the wasm
//! library also the channel that rustup already uses, and pip for the suites `sdk` and `a11y`.

mod debian;
pub(crate) mod python;
pub(crate) mod wasm;

use std::env;
use std::io::{self, IsTerminal};

use anyhow::{Context, Result, bail};

use wasm::WasmToolchain;

use crate::process;

/// Something a task needs beyond Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// To link the shell: WebKitGTK and GTK headers.
    Shell,
    /// To compile for wasm32.
    Page,
    /// To show a window where there is no display, and to take its picture.
    Screen,
    /// A session bus and a real keychain.
    Keyring,
    /// To drive the window.
    Driver,
    /// A Python with the platforms' clients.
    Clients,
    /// axe-core's script.
    Axe,
    /// Another browser than WebKit, and what drives it.
    Chromium,
}

impl Need {
    /// The packages on Debian and Ubuntu. `Page` is not listed: there, packages are the last of several ways.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Shell => &["libwebkit2gtk-4.1-dev", "libgtk-3-dev", "libdbus-1-dev", "pkg-config"],
            Self::Page => &[],
            Self::Screen => {
                &["xvfb", "xauth", "dbus", "xdotool", "xclip", "x11-utils", "imagemagick", "fonts-noto-cjk"]
            }
            Self::Keyring => {
                &["dbus", "gnome-keyring", "libsecret-tools", "libglib2.0-bin", "xvfb", "xauth", "xdotool"]
            }
            Self::Driver => &["webkit2gtk-driver", "xvfb", "dbus", "xdg-utils", "iproute2"],
            Self::Chromium => &["chromium", "chromium-driver"],
            Self::Clients | Self::Axe => &["python3", "python3-venv"],
        }
    }
}

/// Whether packages may be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    /// `--yes`, or CI=true.
    Given,
    /// There is a person to ask.
    Ask,
    /// Nobody to ask: say what is missing and end.
    Withheld,
}

impl Consent {
    pub(crate) fn from_flag(yes: bool) -> Self {
        if yes || env::var("CI").is_ok_and(|value| value == "true") {
            Self::Given
        } else if io::stdin().is_terminal() && io::stderr().is_terminal() {
            Self::Ask
        } else {
            Self::Withheld
        }
    }
}

/// Sees to it that everything needed is there, and says how the page is compiled if it was among the needs.
pub(crate) fn prepare(needs: &[Need], consent: Consent) -> Result<Option<WasmToolchain>> {
    let mut packages: Vec<&str> = needs.iter().flat_map(|need| need.packages()).copied().collect();
    let page = needs.contains(&Need::Page);
    if page && WasmToolchain::find()?.is_none() && !wasm::add_target() {
        packages.extend(wasm::DEBIAN_PACKAGES);
    }
    packages.sort_unstable();
    packages.dedup();
    provide(&packages, consent)?;
    if needs.contains(&Need::Clients) {
        python::CLIENTS.prepare()?;
    }
    if needs.contains(&Need::Axe) {
        python::AXE.prepare()?;
    }
    if !page {
        return Ok(None);
    }
    let toolchain = WasmToolchain::find()?;
    toolchain.map(Some).context(
        "there is no Rust library for wasm32-unknown-unknown here: `rustup target add wasm32-unknown-unknown` adds it",
    )
}

fn provide(packages: &[&str], consent: Consent) -> Result<()> {
    if packages.is_empty() || !cfg!(target_os = "linux") {
        return Ok(());
    }
    if !debian::is_here() {
        eprintln!("    This is neither Debian nor Ubuntu. Needed are what they call: {}", packages.join(" "));
        return Ok(());
    }
    let missing = debian::missing(packages)?;
    if missing.is_empty() {
        return Ok(());
    }
    let line = debian::install_line(&missing);
    match consent {
        Consent::Given => {}
        Consent::Ask if ask(&missing)? => {}
        Consent::Ask | Consent::Withheld => {
            bail!("system packages are missing. This installs them:\n\n{line}\n\n(or run this again with --yes)")
        }
    }
    debian::install(&missing)
}

fn ask(missing: &[&str]) -> Result<bool> {
    eprint!("These system packages are missing: {}\nInstall them now? [Y/n] ", missing.join(" "));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

/// rustfmt and clippy, which a minimal toolchain lacks.
pub(crate) fn prepare_lints() -> Result<()> {
    let missing: Vec<&str> = [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")]
        .iter()
        .filter(|tool| !process::found(tool.0))
        .map(|tool| tool.1)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !process::found("rustup") {
        bail!("{} missing, and there is no rustup to add them", missing.join(" and "));
    }
    process::run(std::process::Command::new("rustup").args(["component", "add"]).args(missing))
}
