//! What an administrator manages, and how the pages say so. Needs an `/etc` of its own.

use std::process::Command;

use anyhow::Result;
use hub_contract::platform::Language;
use hub_tests_core::namespaces::{administered, has_namespaces};

use super::album::{Album, Faults};
use super::{Look, demo};
use crate::{Start, button};

const POLICY: &str = r#"{
    "disableExport": true,
    "allowedHosts": ["api.example.com"],
    "lockedSettings": [{ "setting": "proxy", "value": { "mode": "none" } }, "history_limit"]
}"#;

/// Begins a command that sees a computer with the policy. None where this computer cannot play one.
pub(super) fn elsewhere() -> Option<Command> {
    has_namespaces("the tour of a policy", &["--mount"]).then(|| administered(POLICY))
}

pub(crate) async fn tour(look: &Look, language: Language, faults: &mut Faults) -> Result<()> {
    let machine = demo::machine(language).await?;
    let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
    let mut album = Album::begin(&machine, &window, language, look, faults).await?;
    window.click(&button(&album.word("welcome-look-first"))).await?;
    for section in ["network", "chat", "bundles", "about"] {
        album.page(&format!("policy-{section}"), &format!("/settings/{section}")).await?;
    }
    machine.close(window).await
}
