//! Backups, restoring and moving, from the window; and the ways out of a damaged database.

use anyhow::{Context, Result, ensure};
use hub_tests_desktop::{Machine, Start, Window, at_machine, button, field, link};

use crate::seed::{self, MODEL, rail};

const QUESTION: &str = "Asked after the backup";
const PASSPHRASE: &str = "a passphrase for the file";

/// The part of the settings that all of this is about.
async fn open_data(window: &Window) -> Result<()> {
    window.click(&rail("Settings")).await?;
    window.click(&link("Data")).await?;
    window.finds(&button("Back up now")).await
}

async fn back_up(window: &Window) -> Result<()> {
    open_data(window).await?;
    window.click(&button("Back up now")).await?;
    window.sees("Backed up and checked").await
}

async fn ask(window: &Window) -> Result<()> {
    window.click(&rail("Chat")).await?;
    window.click(&button(MODEL).first()).await?;
    window.fill(&field("Message"), QUESTION).await?;
    window.click(&button("Send")).await?;
    window.sees("First token").await
}

/// The one backup in the folder whose name begins like this.
fn backup(machine: &Machine, prefix: &str) -> Result<String> {
    let entries = std::fs::read_dir(machine.data_dir().join("backups"))?;
    let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.find(|name| name.starts_with(prefix)).with_context(|| format!("no backup is called {prefix}…"))
}

#[tokio::test]
async fn a_backup_is_looked_into_restored_and_taken_back() -> Result<()> {
    at_machine("a_backup_is_looked_into_restored_and_taken_back", seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        back_up(&window).await?;
        window.sees("Asked for").await?;
        ask(&window).await?;
        window.finds(&link(QUESTION)).await?;

        let restore = async || {
            open_data(&window).await?;
            window.click(&button(&format!("Restore {}", backup(machine, "hub-")?))).await?;
            window.sees("This replaces everything in this Hub").await?;
            let holds = window.text().await?;
            ensure!(holds.contains("Connections\n1") && holds.contains("Conversations\n0"), "{holds}");
            window.click(&button("Replace everything")).await?;
            window.sees("It is in place").await
        };
        restore().await?;
        window.click(&button("Undo")).await?;
        window.sees("Everything is as it was before").await?;
        window.click(&button("Go on")).await?;
        window.click(&rail("Chat")).await?;
        window.finds(&link(QUESTION)).await?;

        restore().await?;
        window.click(&button("Go on")).await?;
        window.sees("Before a restore").await?;
        window.click(&rail("Chat")).await?;
        window.sees_no_more(QUESTION).await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn everything_moves_to_another_computer() -> Result<()> {
    at_machine("everything_moves_to_another_computer", seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        let file = machine.home().join("office.hubmove").display().to_string();
        open_data(&window).await?;
        window.click(&button("Move…")).await?;
        window.sees("The file carries the credentials").await?;
        window.fill(&field("Path of the file"), &file).await?;
        window.fill(&field("Passphrase"), "short").await?;
        window.click(&button("Write the file")).await?;
        window.sees("At least 8 characters.").await?;
        window.fill(&field("Passphrase"), PASSPHRASE).await?;
        window.fill(&field("Type it again"), "something else").await?;
        window.sees("The two passphrases differ.").await?;
        window.fill(&field("Type it again"), PASSPHRASE).await?;
        window.click(&button("Write the file")).await?;
        window.sees("Written and checked").await?;
        machine.close(window).await?;
        let written = std::fs::read(&file)?;
        let key = hub_sim::openai::TEST_KEY.as_bytes();
        ensure!(!written.windows(key.len()).any(|part| part == key), "the key is not readable in the file");

        let elsewhere =
            Start { data_dir: Some(machine.home().join("elsewhere")), vault: Some("session"), ..Start::default() };
        let window = machine.open(elsewhere).await?;
        window.click(&button("Look around first")).await?;
        open_data(&window).await?;
        window.click(&button("Take over…")).await?;
        window.fill(&field("Path of the file"), &file).await?;
        window.fill(&field("Passphrase"), "not the passphrase").await?;
        window.click(&button("Look inside")).await?;
        window.sees("The passphrase does not open the file.").await?;
        window.fill(&field("Passphrase"), PASSPHRASE).await?;
        window.click(&button("Look inside")).await?;
        window.sees("This replaces everything in this Hub").await?;
        let holds = window.text().await?;
        ensure!(holds.contains("Connections\n1") && holds.contains("Credentials\n1"), "{holds}");
        window.click(&button("Replace everything")).await?;
        window.sees("It is in place").await?;
        window.click(&button("Go on")).await?;
        // The key came along: an answer needs it.
        ask(&window).await
    })
    .await
}

#[tokio::test]
async fn a_damaged_database_gives_way_to_a_backup_or_to_an_empty_hub() -> Result<()> {
    let test = "a_damaged_database_gives_way_to_a_backup_or_to_an_empty_hub";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let start = seed::connected(machine, &sim).await?;
        let window = machine.open(start.clone()).await?;
        back_up(&window).await?;
        machine.close(window).await?;
        let damage = || std::fs::write(machine.data_dir().join("hub.db"), "this is no database");

        damage()?;
        let window = machine.open(start.clone()).await?;
        window.sees("The database is damaged").await?;
        window.click(&button(&format!("Restore {}", backup(machine, "hub-")?))).await?;
        window.click(&button("Replace everything")).await?;
        window.sees("The database that could not be opened is kept in this folder").await?;
        window.click(&button("Go on")).await?;
        window.click(&rail("Platforms")).await?;
        window.sees("1 model enabled").await?;
        machine.close(window).await?;

        damage()?;
        let window = machine.open(start).await?;
        window.sees("The database is damaged").await?;
        window.click(&button("Start with an empty Hub…")).await?;
        window.click(&button("Start empty")).await?;
        window.sees("Where to begin?").await?;
        let kept = std::fs::read_dir(machine.data_dir().join("backups"))?.filter_map(Result::ok);
        let aside = kept.filter(|entry| entry.file_name().to_string_lossy().starts_with("aside-")).count();
        ensure!(aside == 2, "both damaged databases are kept: {aside}");
        machine.close(window).await
    })
    .await
}
