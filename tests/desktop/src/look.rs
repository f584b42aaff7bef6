//! What a designer would see at once: text that is cut off or lies over other text, text too faint to read, targets too
//! small to hit.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::window::Window;

const LOOK: &str = include_str!("page/look.js");

/// Something wrong with how the page looks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Fault {
    /// `clipped`, `overlapping`, `faint` or `small`; a broken rule's name.
    pub kind: String,
    /// Where: the element's place in the page.
    pub place: String,
    /// What is measured there.
    pub what: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}: {}", self.kind, self.place, self.what)
    }
}

/// Looks at everything that is shown now.
///
/// # Errors
/// The page does not answer.
pub async fn look_for_faults(window: &Window) -> Result<Vec<Fault>> {
    let found = window.run(LOOK, vec![]).await?;
    let mut faults: Vec<Fault> = serde_json::from_value(found).context("the page was not measured")?;
    faults.sort();
    faults.dedup();
    Ok(faults)
}
