//! The rules of accessibility, as axe-core asks them. Its script is not ours and not in the repository: `HUB_AXE` names it.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::look::Fault;
use crate::window::Window;

/// Asks every rule about what can be reached now: with an open dialog only about the dialog.
const ASK: &str = include_str!("page/axe.js");

/// axe-core's script.
#[derive(Debug, Clone)]
pub struct Axe {
    script: Arc<str>,
}

impl Axe {
    /// Reads the script.
    ///
    /// # Errors
    /// `HUB_AXE` names no file; `cargo xtask test a11y` fetches it.
    pub fn from_environment() -> Result<Self> {
        let file =
            std::env::var_os("HUB_AXE").context("HUB_AXE names no script: `cargo xtask test a11y` fetches it")?;
        let script = std::fs::read_to_string(&file).with_context(|| format!("no script in {}", file.display()))?;
        Ok(Self { script: script.into() })
    }

    /// What breaks a rule with a serious or critical effect.
    ///
    /// # Errors
    /// The page does not answer, or the rules cannot be asked there.
    pub async fn ask(&self, window: &Window) -> Result<Vec<Fault>> {
        if window.run("return typeof window.axe;", vec![]).await? == "undefined" {
            window.run(&self.script, vec![]).await?;
        }
        let answer = window.run_async(ASK, vec![]).await?;
        ensure!(answer.get("error").is_none(), "the rules could not be asked: {answer}");
        let asked = answer.get("asked").and_then(Value::as_u64).unwrap_or_default();
        ensure!(asked > 0, "no rule was asked: {answer}");
        let faults = answer.get("faults").cloned().unwrap_or_else(|| json!([]));
        serde_json::from_value(faults).context("an answer in another shape")
    }
}
