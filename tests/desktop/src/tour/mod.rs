//! The demo in the real window, stop by stop: every page and important state in both themes. What is done at each stop is
//! a [`Look`].

mod album;
mod authorize;
mod bundles;
mod demo;
mod filled;
mod first;
mod policy;

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use hub_contract::platform::Language;

pub use album::Faults;

use crate::Axe;

/// What is done at every stop.
#[derive(Debug, Clone)]
pub enum Look {
    /// Pictures at the usual and the smallest size, each looked at for what a designer would see.
    Pictures {
        /// Where they go.
        folder: PathBuf,
        /// Twelve frames of one streamed answer as well.
        stream: bool,
    },
    /// The rules of accessibility are asked.
    Rules(Axe),
}

/// Parts of the tour. Each sets up a machine of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Nothing yet, and data that cannot be opened.
    First,
    /// Weeks of use.
    Filled,
    /// What is handed out, and the colleague who takes it over.
    Bundles,
    /// Letting the Hub into an account.
    Authorize,
    /// What an administrator manages; only for a program that [`administered`] runs.
    Policy,
}

/// Goes through one part and answers what was found.
///
/// # Errors
/// The machine could not be set up, or a page is not as the tour knows it.
pub async fn tour(part: Part, language: Language, look: &Look, faults: &mut Faults) -> Result<()> {
    match part {
        Part::First => first::tour(look, language, faults).await,
        Part::Filled => filled::tour(look, language, faults).await,
        Part::Bundles => bundles::tour(look, language, faults).await,
        Part::Authorize => authorize::tour(look, language, faults).await,
        Part::Policy => policy::tour(look, language, faults).await,
    }
}

/// Begins a command whose program sees a computer with a policy. None where this computer cannot play one.
pub fn administered() -> Option<Command> {
    policy::elsewhere()
}

impl Look {
    /// Width and height of the window at each stop.
    fn sizes(&self) -> &'static [(u32, u32)] {
        match self {
            Self::Pictures { .. } => &album::SIZES,
            Self::Rules(_) => &[album::USUAL],
        }
    }

    fn wants_frames(&self) -> bool {
        matches!(self, Self::Pictures { stream: true, .. })
    }
}
