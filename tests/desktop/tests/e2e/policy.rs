//! The window on a computer that somebody administers: what is managed is marked, and only that.

use anyhow::{Context, Result, ensure};
use hub_tests_core::namespaces::{administered, has_namespaces, is_administered};
use hub_tests_desktop::{Start, at_machine, button, field, link};

use crate::seed::{self, rail};

const POLICY: &str = r#"{
    "disableExport": true,
    "allowedHosts": ["api.example.com"],
    "lockedSettings": [{ "setting": "proxy", "value": { "mode": "none" } }, "history_limit"]
}"#;

/// Runs this test again on a computer with the policy, unless this is that run. Answers whether it is.
fn runs_administered(test: &str) -> Result<bool> {
    if is_administered() {
        return Ok(true);
    }
    if !has_namespaces(test, &["--mount"]) {
        return Ok(false);
    }
    let mut command = administered(POLICY);
    command.arg(std::env::current_exe()?).args(["--exact", &format!("policy::{test}"), "--nocapture"]);
    let status = command.status().context("unshare")?;
    ensure!(status.success(), "the test failed on a computer with a policy");
    Ok(false)
}

#[tokio::test]
async fn what_the_administrator_manages_is_marked_and_only_that() -> Result<()> {
    let test = "what_the_administrator_manages_is_marked_and_only_that";
    if !runs_administered(test)? {
        return Ok(());
    }
    at_machine(test, seed::without_keychain(), async |machine| {
        let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        window.click(&button("Look around first, connect later")).await?;
        window.click(&rail("Settings")).await?;
        window.click(&link("Network and proxy")).await?;
        window.sees("Managed by your administrator").await?;
        window.sees("api.example.com").await?;
        window.finds(&field("Relay page of authorizations")).await?;
        machine.keep_picture("policy-network");
        window.click(&link("Bundles")).await?;
        window.sees("Managed by your administrator").await?;
        window.misses(&button("Export…")).await?;
        window.finds(&button("Import…")).await?;
        machine.keep_picture("policy-bundles");
        window.click(&link("Diagnostics and about")).await?;
        window.sees("/etc/hub-desktop/policy.json").await?;
        machine.close(window).await
    })
    .await
}
