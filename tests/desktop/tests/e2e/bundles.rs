//! What an operator hands out is taken over in somebody else's window: without a network, and only when it is what it says.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use hub_sim::Scenario;
use hub_sim::openai::TEST_KEY;
use hub_tests_core::namespaces::has_namespaces;
use hub_tests_desktop::{Machine, Start, Window, at_machine, button, checkbox, dialog, field, link, radio};
use serde_json::Value;

use crate::office::{FAR_AGENT, HAN, LI, NEAR_AGENT, Office, PASSPHRASE, hub};
use crate::seed::{self, rail};

/// Set for a test that runs where there is no way out.
const APART: &str = "HUB_TEST_APART";

fn fingerprint(made: &Value) -> Result<&str> {
    made["fingerprint"].as_str().context("no fingerprint")
}

/// A Hub of somebody who has nothing yet, at its first page.
async fn newcomer(machine: &Machine) -> Result<Window> {
    machine.open(Start { vault: Some("session"), ..Start::default() }).await
}

/// In an open import dialog: names the file and looks inside.
async fn look_inside(window: &Window, file: &Path) -> Result<()> {
    window.finds(&dialog("Import a bundle")).await?;
    window.fill(&field("Path of the file"), &file.display().to_string()).await?;
    window.click(&button("Look inside")).await
}

/// From the first page to a member's Hub.
async fn take_over(window: &Window, file: &Path) -> Result<()> {
    window.click(&button("Import a team bundle")).await?;
    look_inside(window, file).await?;
    window.sees("is not known here yet").await?;
    window.click(&checkbox("The operator named the same six words")).await?;
    window.click(&button("changes").last()).await?;
    window.sees("Imported: 2 agents").await?;
    window.click(&button("Go on")).await?;
    window.sees(NEAR_AGENT).await
}

async fn open_bundles(window: &Window) -> Result<()> {
    window.click(&rail("Settings")).await?;
    window.click(&link("Bundles")).await?;
    window.finds(&button("Import…")).await
}

async fn ask(window: &Window, agent: &str, question: &str) -> Result<()> {
    window.click(&rail("Agents")).await?;
    window.click(&button(&format!("Try “{agent}”"))).await?;
    let message = field(&format!("Message {agent}"));
    window.fill(&message, question).await?;
    window.click(&button("Send")).await
}

/// A network of its own with nothing but the loopback. Screens are told apart by sockets that the kernel keeps for each
/// network, and by files that it does not: without files of its own a screen here would take another test's name.
const NO_NETWORK: &str = r#"
    ip link set lo up && mkdir -p /tmp/.X11-unix && mount -t tmpfs tmpfs /tmp/.X11-unix && exec "$0" "$@"
"#;

/// Runs this test again where there is no network but the loopback, unless this is that run. Answers whether it is.
fn is_apart(test: &str) -> Result<bool> {
    if std::env::var_os(APART).is_some() {
        return Ok(true);
    }
    if !has_namespaces(test, &["--net", "--mount"]) {
        return Ok(false);
    }
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--net", "--mount", "sh", "-c", NO_NETWORK]);
    command.arg(std::env::current_exe()?).args(["--exact", &format!("bundles::{test}"), "--nocapture"]);
    let status = command.env(APART, "1").stdin(Stdio::null()).status().context("unshare")?;
    ensure!(status.success(), "the test failed where there is no network");
    Ok(false)
}

#[tokio::test]
async fn a_bundle_is_taken_over_and_used_without_a_network() -> Result<()> {
    let test = "a_bundle_is_taken_over_and_used_without_a_network";
    if !is_apart(test)? {
        return Ok(());
    }
    let routes = std::fs::read_to_string("/proc/net/route")?;
    ensure!(routes.lines().count() <= 1, "there is a way out: {routes}");
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let office = Office::open(machine, &sim).await?;
        let file = machine.home().join("li.hubbundle");
        let made = office.export(machine, LI, &file, true)?;
        let window = newcomer(machine).await?;
        window.click(&button("Import a team bundle")).await?;
        look_inside(&window, &file).await?;
        window.fill(&field("Passphrase"), "not the passphrase").await?;
        window.click(&button("Look inside")).await?;
        window.sees("the passphrase is wrong, or the file is damaged").await?;
        window.fill(&field("Passphrase"), PASSPHRASE).await?;
        window.click(&button("Look inside")).await?;
        window.sees("is not known here yet").await?;
        window.sees(fingerprint(&made)?).await?;
        let preview = window.text().await?;
        for words in [LI, NEAR_AGENT, FAR_AGENT, "Credentials\n2"] {
            ensure!(preview.contains(words), "{words} is shown before anything changes: {preview}");
        }
        window.click(&radio("Changed 0")).await?;
        window.sees_no_more(NEAR_AGENT).await?;
        let import = button("changes").last();
        window.click(&import).await?;
        window.finds(&import).await?;
        window.click(&checkbox("The operator named the same six words")).await?;
        window.click(&import).await?;
        window.sees("Imported: 2 agents").await?;
        window.click(&button("Go on")).await?;
        window.sees("Managed by").await?;

        sim.next(Scenario::Text { text: "Forty seals are in stock.".into(), reasoning: None });
        ask(&window, NEAR_AGENT, "How many seals are there?").await?;
        window.sees("Forty seals are in stock.").await?;
        ensure!(sim.chats().len() == 1, "the key that came along was accepted");

        let question = "What does head office say?";
        ask(&window, FAR_AGENT, question).await?;
        window.sees("This computer has no network.").await?;
        let kept = window.value_of(&field(&format!("Message {FAR_AGENT}"))).await?;
        ensure!(kept == question, "the text stays in the composer: {kept}");
        window.misses(&link(question)).await?;

        window.click(&link("Search")).await?;
        window.fill(&field("Search all conversations"), "forty seals").await?;
        window.click(&button("Open in conversation")).await?;
        window.sees("Forty seals are in stock.").await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn a_bundle_that_is_not_what_it_says_is_refused_with_the_reason() -> Result<()> {
    let test = "a_bundle_that_is_not_what_it_says_is_refused_with_the_reason";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let office = Office::open(machine, &sim).await?;
        let file = |name: &str| machine.home().join(name);
        let [first, second, for_han, changed] =
            ["first", "second", "han", "changed"].map(|name| file(&format!("{name}.hubbundle")));
        office.export(machine, LI, &first, false)?;
        office.export(machine, LI, &second, false)?;
        office.export(machine, HAN, &for_han, false)?;
        let mut bytes = std::fs::read(&second)?;
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        std::fs::write(&changed, bytes)?;

        let window = newcomer(machine).await?;
        take_over(&window, &second).await?;
        open_bundles(&window).await?;
        window.sees("Managed by").await?;
        window.sees("A credential of your own is missing").await?;
        window.click(&button("Import…")).await?;
        for (file, why) in [
            (&changed, "changed or damaged on its way"),
            (&for_han, "made for somebody else"),
            (&file("nowhere"), "There is no bundle there"),
            (&first, "older than the one installed"),
        ] {
            look_inside(&window, file).await?;
            window.sees(why).await?;
        }
        window.click(&button("Go back to it anyway")).await?;
        window.sees("This is older than what is installed").await?;
        window.click(&button("Cancel")).await?;
        window.click(&button("Import…")).await?;
        look_inside(&window, &second).await?;
        window.sees("Exactly this bundle is installed").await?;
        machine.close(window).await
    })
    .await
}

/// A file as the system's drag and drop hands it to a page: its bytes, not where it lies.
const DROP: &str = r#"
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([Uint8Array.from(arguments[0])], arguments[1]));
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
"#;

#[tokio::test]
async fn a_bundle_is_dropped_on_the_window_or_opened_from_outside() -> Result<()> {
    let test = "a_bundle_is_dropped_on_the_window_or_opened_from_outside";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let office = Office::open(machine, &sim).await?;
        let file = machine.home().join("for li.hubbundle");
        office.export(machine, LI, &file, false)?;
        let opening = Start { vault: Some("session"), file: Some(file.clone()), ..Start::default() };

        // The program is not there yet.
        let window = machine.open(opening.clone()).await?;
        window.finds(&dialog("Import a bundle")).await?;
        window.sees("is not known here yet").await?;
        window.click(&button("Cancel")).await?;
        window.sees_no_more("is not known here yet").await?;

        // It is: the second start hands the file over and ends.
        machine.run_beside(&opening).await?;
        window.sees("is not known here yet").await?;
        window.click(&button("Cancel")).await?;
        window.sees_no_more("is not known here yet").await?;

        let bytes = std::fs::read(&file)?;
        window.run(DROP, vec![bytes.into(), "dropped.hubbundle".into()]).await?;
        window.sees("is not known here yet").await?;
        window.click(&checkbox("The operator named the same six words")).await?;
        window.click(&button("changes").last()).await?;
        window.sees("Imported: 2 agents").await?;
        window.click(&button("Go on")).await?;
        window.sees(NEAR_AGENT).await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn what_the_window_exports_is_imported_by_the_program() -> Result<()> {
    let test = "what_the_window_exports_is_imported_by_the_program";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let office = Office::open(machine, &sim).await?;
        let file = machine.home().join("from-the-window.hubbundle");
        let window = machine.open(office.start()).await?;
        open_bundles(&window).await?;
        window.click(&button("Export…")).await?;
        window.click(&button("Next")).await?;
        window.sees("Choose for whom the bundle is.").await?;
        window.choose(&field("Member"), LI).await?;
        window.click(&button("Next")).await?;
        window.sees("The bundle holds 2 agents on 2 connections.").await?;
        window.sees("also without this app").await?;
        window.click(&checkbox(&format!("Account of {NEAR_AGENT}"))).await?;
        window.sees("The bundle carries credentials and is locked").await?;
        window.click(&button("Next")).await?;
        window.fill(&field("Passphrase"), "short").await?;
        window.fill(&field("Path of the file"), &file.display().to_string()).await?;
        window.click(&button("Write the bundle")).await?;
        window.sees("At least 8 characters.").await?;
        window.fill(&field("Passphrase"), PASSPHRASE).await?;
        window.fill(&field("Type it again"), PASSPHRASE).await?;
        window.choose(&field("Accepted until"), "30 days").await?;
        window.click(&button("Write the bundle")).await?;
        window.sees("Written and signed: 2 agents").await?;
        window.sees("Tell the passphrase on another way").await?;
        let done = window.text().await?;
        let words = done.split_whitespace().find(|word| word.matches('-').count() == 5 && word.len() == 35);
        let words = words.with_context(|| format!("the fingerprint is shown: {done}"))?;
        ensure!(!done.contains(PASSPHRASE), "the passphrase is not shown");

        let elsewhere = machine.home().join("elsewhere");
        let file = file.display().to_string();
        let import = ["bundle", "import", &file, "--trust", words, "--passphrase-stdin", "--yes"];
        let imported = hub(machine, &elsewhere, &import, PASSPHRASE)?;
        ensure!(imported["agents"] == 2 && imported["credentials"] == 1, "{imported}");
        ensure!(imported["member"] == LI && imported["not_after"].is_i64(), "{imported}");
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn a_member_follows_a_folder_and_takes_over_what_changed() -> Result<()> {
    let test = "a_member_follows_a_folder_and_takes_over_what_changed";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let office = Office::open(machine, &sim).await?;
        let (file, folder) = (machine.home().join("li.hubbundle"), machine.home().join("shared"));
        std::fs::create_dir(&folder)?;
        let folder = folder.display().to_string();
        office.export(machine, LI, &file, false)?;
        let window = newcomer(machine).await?;
        take_over(&window, &file).await?;
        open_bundles(&window).await?;
        window.click(&button("Follow…")).await?;
        window.fill(&field("Folder or address"), "/no/such/folder").await?;
        window.click(&button("Save")).await?;
        window.sees("Enter an existing folder").await?;
        window.fill(&field("Folder or address"), &folder).await?;
        window.choose(&field("Look there"), "Once a day").await?;
        window.click(&button("Save")).await?;
        window.sees("Once a day · not looked yet").await?;
        window.click(&button("Look now")).await?;
        window.sees("There is nothing newer").await?;
        window.click(&button("Close").last()).await?;

        office.rename(NEAR_AGENT, "Spares").await?;
        hub(machine, &office.data_dir, &["bundle", "publish", &folder, "--for-member", LI], "")?;
        window.click(&button("Look now")).await?;
        window.sees("which is trusted here").await?;
        let preview = window.text_of(&dialog("Import a bundle")).await?;
        ensure!(preview.contains(NEAR_AGENT) && preview.contains("Spares"), "the old and the new name: {preview}");
        window.click(&button("Import 1 change")).await?;
        window.sees("Imported: 2 agents").await?;
        window.click(&button("Go on")).await?;
        window.click(&rail("Agents")).await?;
        window.sees("Spares").await?;

        // The credential is the member's own to bring; the rest of the form is the operator's.
        window.click(&link("Enter or authorise")).await?;
        window.click(&button("Show why · OpenAI")).await?;
        window.click(&button(&format!("Edit “Account of {NEAR_AGENT}”"))).await?;
        window.sees("Only the credential and the proxy are yours to change.").await?;
        window.fill(&field("API key"), TEST_KEY).await?;
        window.click(&button("Save")).await?;
        window.sees_no_more("Only the credential").await?;
        window.sees(&format!("missing for: Account of {FAR_AGENT}")).await?;
        machine.close(window).await
    })
    .await
}
