//! The real program in a real window, as a person has it: a screen, a session bus, a keychain, and hands.
//!
//! [`Machine`] is what the person sits at: each has a home directory, a screen and a bus of its own, so that nothing is
//! shared between tests or with the machine they run on. [`Window`] is the program started on it, driven through
//! WebKitWebDriver by accessible names and visible words only. Everything ends with its value, also when a test panics.
//!
//! Needs Debian's webkit2gtk-driver, xvfb and dbus; with a keychain also gnome-keyring and libsecret-tools.
#![cfg(unix)]
#![deny(missing_docs)]

mod axe;
mod browser;
mod bus;
mod chromium;
mod damage;
mod driver;
mod keychain;
pub mod keys;
mod look;
mod machine;
mod marked;
mod programs;
mod screen;
pub mod scripted;
mod target;
pub mod tour;
mod wait;
mod window;
mod x11;

pub use axe::Axe;
pub use browser::Browser;
pub use chromium::Chromium;
pub use damage::pretend_newer;
pub use look::{Fault, look_for_faults};
pub use machine::{Keychain, Machine, MachineOptions};
pub use programs::{Program, program};
pub use target::{
    Target, alert, article, button, checkbox, dialog, field, heading, link, option, radio, region, row, tab,
};
pub use wait::{GUARD, until};
pub use window::{Start, Window};

use std::panic::AssertUnwindSafe;

use anyhow::Result;
use futures_util::FutureExt;

/// Runs a test at a machine. When it fails, a picture of the screen goes to the folder that `HUB_TEST_SHOTS` names,
/// as `<test>.png`.
///
/// # Errors
/// The machine could not be set up, or the test's own error.
pub async fn at_machine(
    test: &str,
    options: MachineOptions,
    person: impl AsyncFnOnce(&Machine) -> Result<()>,
) -> Result<()> {
    let machine = Machine::start(options).await?;
    let outcome = AssertUnwindSafe(person(&machine)).catch_unwind().await;
    if !matches!(outcome, Ok(Ok(()))) {
        machine.keep_picture(test);
    }
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
