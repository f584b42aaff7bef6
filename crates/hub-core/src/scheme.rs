//! Who opens links of the program's scheme on this computer.
//!
//! On Linux a desktop entry names the program, on Windows the person's part of the registry. A program that is moved, for
//! example an AppImage, leaves an entry behind that opens nothing: it is found and written anew. On macOS the bundle itself
//! says it, and the system reads that when the bundle is put in its place.

#[cfg(target_os = "linux")]
mod desktop;
#[cfg(any(windows, test))]
mod registry;

use std::path::{Path, PathBuf};

use hub_contract::{ErrorCode, HubError};

#[cfg(target_os = "linux")]
use self::desktop::Desktop as Place;
#[cfg(windows)]
use self::registry::Registry as Place;
use crate::Result;

/// Who opens our links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Handler {
    /// This program, with the link as its argument.
    Program(PathBuf),
    /// Nobody.
    Nobody,
    /// An entry whose program is gone, or which forgets the link.
    Stale(String),
    /// It cannot be told: the desktop's tools are missing.
    Unknown,
    /// What the package says; there is nothing to look after.
    #[cfg(not(any(target_os = "linux", windows)))]
    Package,
}

/// Makes this program the one that opens the scheme's links, unless one that works is there already. For the first start
/// and every one after it; whoever calls this goes on when it fails.
///
/// # Errors
/// `internal` with the hint `scheme_unregistered`.
#[cfg(any(target_os = "linux", windows))]
pub fn register_scheme(program: &Path) -> Result<()> {
    let Some(place) = Place::of_person() else { return Err(unregistered()) };
    match place.handler() {
        Handler::Program(_) => Ok(()),
        Handler::Nobody | Handler::Stale(_) | Handler::Unknown => place.register(program),
    }
}

/// The bundle's own words hold; nothing is registered from here.
///
/// # Errors
/// None here; a result because other systems have one.
#[cfg(not(any(target_os = "linux", windows)))]
pub fn register_scheme(_: &Path) -> Result<()> {
    Ok(())
}

/// Who opens our links now, mended with `program` where that is known.
#[cfg(any(target_os = "linux", windows))]
pub(crate) fn look_after(program: Option<&Path>) -> Handler {
    let Some(place) = Place::of_person() else { return Handler::Unknown };
    let found = place.handler();
    match (&found, program) {
        (Handler::Nobody | Handler::Stale(_), Some(program)) if place.register(program).is_ok() => place.handler(),
        _ => found,
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) fn look_after(_: Option<&Path>) -> Handler {
    Handler::Package
}

/// What is wrong with it, for the doctor.
pub(crate) fn fault(handler: &Handler) -> Option<HubError> {
    let (message, hint) = match handler {
        Handler::Program(_) => return None,
        #[cfg(not(any(target_os = "linux", windows)))]
        Handler::Package => return None,
        Handler::Nobody => ("no program opens the links", "scheme_nobody"),
        Handler::Stale(_) => ("the links' program is gone", "scheme_stale"),
        Handler::Unknown => ("the desktop's tools are missing", "scheme_unknown"),
    };
    Some(HubError::new(ErrorCode::Internal, message).hint(hint))
}

#[cfg(any(target_os = "linux", windows))]
fn unregistered() -> HubError {
    HubError::new(ErrorCode::Internal, "the scheme could not be registered").hint("scheme_unknown")
}
