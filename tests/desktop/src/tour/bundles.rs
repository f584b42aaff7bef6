//! What an operator hands out, and what the colleague sees who takes it over.

use std::process::Stdio;

use crate::{Machine, Program, Start, Target, button, checkbox, dialog, field, program};
use anyhow::{Context, Result, ensure};
use hub_contract::platform::Language;

use super::album::{Album, Faults};
use super::{Look, demo};

const PASSPHRASE: &str = "four words of a tour";
/// So many of the demo's agents are handed out.
const AGENTS: usize = 5;

pub(crate) async fn tour(look: &Look, language: Language, faults: &mut Faults) -> Result<()> {
    let machine = demo::machine(language).await?;
    let _platforms = demo::fill(&machine, language).await?;
    let (plan, member) = match language {
        Language::ZhCn => ("外勤版", "周岚"),
        Language::En => ("Field service", "Zhou Lan"),
    };
    let agents = hand_out(&machine, plan, member)?;
    let window = machine.open(demo::start()).await?;
    let mut office = Album::begin(&machine, &window, language, look, faults).await?;
    let file = export(&mut office, member).await?;
    machine.close(window).await?;

    let data_dir = Some(machine.home().join("member"));
    let window = machine.open(Start { data_dir, vault: Some("session"), ..Start::default() }).await?;
    let mut colleague = Album::begin(&machine, &window, language, look, faults).await?;
    import(&mut colleague, &file).await?;
    follow(&mut colleague).await?;
    let first = agents.first().context("the demo has no agents")?;
    hub(&machine, &["agents", "edit", first, "--description", "…"])?;
    let shared = machine.home().display().to_string();
    hub(&machine, &["bundle", "publish", &shared, "--for-member", member])?;
    changed(&mut colleague).await?;
    machine.close(window).await
}

/// Gives a new member some of the demo's agents; answers their ids.
fn hand_out(machine: &Machine, plan: &str, member: &str) -> Result<Vec<String>> {
    hub(machine, &["plans", "add", plan])?;
    hub(machine, &["members", "add", member, "--plan", plan])?;
    let listed = hub(machine, &["agents", "list"])?;
    let ids = listed.lines().filter_map(|line| {
        let agent: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(agent.get("id")?.as_str()?.to_owned())
    });
    let ids: Vec<String> = ids.take(AGENTS).collect();
    for id in &ids {
        hub(machine, &["agents", "edit", id, "--grant-plan", plan])?;
    }
    Ok(ids)
}

fn hub(machine: &Machine, arguments: &[&str]) -> Result<String> {
    let mut command = machine.command(program(Program::Hub)?);
    command.arg("--data-dir").arg(machine.data_dir()).args(["--vault", "passphrase", "--json"]).args(arguments);
    let output =
        command.env("HUB_PASSPHRASE", demo::PASSPHRASE).stdout(Stdio::piped()).stderr(Stdio::piped()).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "hub {}: {said}", arguments.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}

/// The wizard, step by step; answers the file that it wrote.
async fn export(album: &mut Album<'_>, member: &str) -> Result<String> {
    let file = album.machine.home().join("colleague.hubbundle").display().to_string();
    album.page("settings-bundles", "/settings/bundles").await?;
    click(album, "bundle-export-open").await?;
    album.window.choose(&named_field(album, "bundle-member"), member).await?;
    album.state("bundle-audience").await?;
    click(album, "bundle-next").await?;
    let inside = dialog(&album.word("bundle-export-title"));
    album.window.click(&checkbox("").inside(inside).first()).await?;
    album.state("bundle-credentials").await?;
    click(album, "bundle-next").await?;
    album.window.fill(&named_field(album, "passphrase"), PASSPHRASE).await?;
    album.window.fill(&named_field(album, "passphrase-again"), PASSPHRASE).await?;
    album.window.fill(&named_field(album, "file-path"), &file).await?;
    album.state("bundle-seal").await?;
    click(album, "bundle-write").await?;
    album.window.sees(&album.word("bundle-hand-fingerprint")).await?;
    album.state("bundle-written").await?;
    Ok(file)
}

/// The first page's door.
async fn import(album: &mut Album<'_>, file: &str) -> Result<()> {
    click(album, "welcome-bundle").await?;
    album.window.fill(&named_field(album, "file-path"), file).await?;
    click(album, "bundle-look").await?;
    album.window.fill(&named_field(album, "passphrase"), "not these words").await?;
    click(album, "bundle-look").await?;
    album.window.sees(&album.word("error-hint-bundle-locked")).await?;
    album.state("bundle-locked").await?;
    album.window.fill(&named_field(album, "passphrase"), PASSPHRASE).await?;
    click(album, "bundle-look").await?;
    let compared = checkbox(&album.word("bundle-compared"));
    album.window.finds(&compared).await?;
    album.state("bundle-preview").await?;
    album.window.click(&compared).await?;
    album.window.click(&apply(album)).await?;
    album.window.finds(&button(&album.word("restore-go-on"))).await?;
    album.state("bundle-imported").await?;
    click(album, "restore-go-on").await
}

/// A member's pages, and the place that is followed.
async fn follow(album: &mut Album<'_>) -> Result<()> {
    album.page("member-agents", "/agents").await?;
    album.page("member-platforms", "/platforms").await?;
    album.window.go("/settings/bundles").await?;
    click(album, "bundle-follow-open").await?;
    let folder = album.machine.home().display().to_string();
    album.window.fill(&named_field(album, "bundle-follow-address"), &folder).await?;
    album.state("bundle-follow").await?;
    click(album, "action-save").await?;
    album.window.finds(&button(&album.word("bundle-check-now"))).await?;
    album.state("member-bundles").await
}

/// The changes of a newer bundle.
async fn changed(album: &mut Album<'_>) -> Result<()> {
    click(album, "bundle-check-now").await?;
    album.window.finds(&apply(album)).await?;
    album.state("bundle-changes").await
}

async fn click(album: &Album<'_>, key: &str) -> Result<()> {
    album.window.click(&button(&album.word(key))).await
}

fn named_field(album: &Album<'_>, key: &str) -> Target {
    field(&album.word(key))
}

/// The button that imports; its words count the changes.
fn apply(album: &Album<'_>) -> Target {
    let nothing = album.texts.with("bundle-apply", &[("n", 0.into())]);
    button(&nothing).last()
}
