//! What an administrator manages, and how the pages say so. Needs an `/etc` of its own.

use anyhow::{Context, Result};
use hub_contract::platform::Language;
use hub_tests_core::namespaces::{administered, has_namespaces};
use hub_tests_desktop::{Start, button, link};

use crate::album::{Album, Faults};
use crate::{Arguments, demo};

const POLICY: &str = r#"{
    "disableExport": true,
    "allowedHosts": ["api.example.com"],
    "lockedSettings": [{ "setting": "proxy", "value": { "mode": "none" } }, "history_limit"]
}"#;

/// Runs this program again for these pictures only, on a computer with the policy. It tells its faults itself.
pub(crate) fn elsewhere(arguments: &Arguments, faults: &mut Faults) -> Result<()> {
    if !has_namespaces("the tour of a policy", &["--mount"]) {
        return Ok(());
    }
    let status =
        administered(POLICY).arg(std::env::current_exe()?).arg(&arguments.folder).status().context("unshare")?;
    if !status.success() {
        faults.note("told above", "policy-*");
    }
    Ok(())
}

pub(crate) async fn tour(arguments: &Arguments, language: Language, faults: &mut Faults) -> Result<()> {
    let machine = demo::machine(language).await?;
    let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
    let mut album = Album::begin(&machine, &window, language, &arguments.folder, faults).await?;
    window.click(&button(&album.word("welcome-look-first"))).await?;
    window.click(&album.rail("nav-settings")).await?;
    for section in ["network", "chat", "bundles", "about"] {
        window.click(&link(&album.word(&format!("settings-{section}")))).await?;
        album.state(&format!("policy-{section}")).await?;
    }
    machine.close(window).await
}
