//! Starting under bad conditions: odd places, damaged files, another instance, data of a newer version.

use anyhow::{Result, ensure};
use hub_tests_desktop::{Start, at_machine, button, pretend_newer};

use crate::seed::{self, rail};

#[tokio::test]
async fn a_data_directory_may_have_spaces_chinese_and_emoji_in_its_path() -> Result<()> {
    let test = "a_data_directory_may_have_spaces_chinese_and_emoji_in_its_path";
    at_machine(test, seed::without_keychain(), async |machine| {
        let data_dir = machine.home().join("我的 Hub 数据 🚀/with spaces");
        let start = Start { data_dir: Some(data_dir.clone()), vault: Some("session"), ..Start::default() };
        let window = machine.open(start.clone()).await?;
        window.sees(&data_dir.display().to_string()).await?;
        window.click(&button("Look around first")).await?;
        window.sees("No platform is connected yet").await?;
        machine.close(window).await?;
        ensure!(data_dir.join("hub.db").is_file(), "the data lies where it was asked for");

        let window = machine.open(start).await?;
        window.sees("No platform is connected yet").await
    })
    .await
}

#[tokio::test]
async fn damaged_preferences_give_the_defaults_and_a_notice_once() -> Result<()> {
    let test = "damaged_preferences_give_the_defaults_and_a_notice_once";
    at_machine(test, seed::without_keychain(), async |machine| {
        let file = machine.data_dir().join("preferences.json");
        std::fs::create_dir_all(machine.data_dir())?;
        std::fs::write(&file, "{\"preferences\":{\"theme\":\"da")?;
        let start = Start { vault: Some("session"), ..Start::default() };
        let window = machine.open(start.clone()).await?;
        window.sees("The file with the appearance settings was damaged, so the defaults are used.").await?;
        window.click(&button("Got it")).await?;
        window.sees_no_more("was damaged").await?;
        window.click(&button("Look around first")).await?;
        window.sees("No platform is connected yet").await?;
        machine.close(window).await?;
        let aside = std::fs::read_to_string(file.with_extension("damaged.json"))?;
        ensure!(aside == "{\"preferences\":{\"theme\":\"da", "the damaged file is kept aside");

        let window = machine.open(start).await?;
        window.sees("No platform is connected yet").await?;
        ensure!(!window.text().await?.contains("was damaged"), "it is said once");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn theme_and_language_stay_after_quitting() -> Result<()> {
    at_machine("theme_and_language_stay_after_quitting", seed::without_keychain(), async |machine| {
        let start = Start { vault: Some("session"), ..Start::default() };
        let window = machine.open(start.clone()).await?;
        window.click(&hub_tests_desktop::radio("Dark")).await?;
        window.click(&hub_tests_desktop::radio("中文")).await?;
        window.sees("从哪里开始？").await?;
        machine.close(window).await?;

        let window = machine.open(start).await?;
        window.sees("从哪里开始？").await?;
        let theme = window.run("return document.documentElement.dataset.theme;", vec![]).await?;
        ensure!(theme == "dark", "{theme}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_second_start_hands_over_and_ends() -> Result<()> {
    at_machine("a_second_start_hands_over_and_ends", seed::without_keychain(), async |machine| {
        let start = Start { vault: Some("session"), ..Start::default() };
        let window = machine.open(start.clone()).await?;
        window.sees("Where to begin?").await?;
        let status = machine.run_beside(&start).await?;
        ensure!(status.success(), "{status}");
        ensure!(window.is_running());
        window.click(&button("Look around first")).await?;
        window.sees("No platform is connected yet").await
    })
    .await
}

#[tokio::test]
async fn a_second_start_that_cannot_hear_the_first_says_so() -> Result<()> {
    let test = "a_second_start_that_cannot_hear_the_first_says_so";
    at_machine(test, seed::without_keychain(), async |machine| {
        let start = Start { vault: Some("session"), ..Start::default() };
        let first = machine.open(start.clone()).await?;
        first.sees("Where to begin?").await?;
        let second = machine.open(Start { without_bus: true, ..start }).await?;
        second.sees("Hub Desktop is already open").await?;
        second.sees("Use that one, or close it first.").await?;
        first.click(&button("Look around first")).await?;
        first.sees("No platform is connected yet").await
    })
    .await
}

#[tokio::test]
async fn two_hubs_may_be_open_beside_each_other() -> Result<()> {
    at_machine("two_hubs_may_be_open_beside_each_other", seed::without_keychain(), async |machine| {
        let one = Start { vault: Some("session"), ..Start::default() };
        let other = Start { data_dir: Some(machine.home().join("other")), ..one.clone() };
        let first = machine.open(one).await?;
        let second = machine.open(other).await?;
        first.sees("Where to begin?").await?;
        second.sees(&machine.home().join("other").display().to_string()).await
    })
    .await
}

#[tokio::test]
async fn data_of_a_newer_version_is_left_alone() -> Result<()> {
    at_machine("data_of_a_newer_version_is_left_alone", seed::without_keychain(), async |machine| {
        let start = Start { vault: Some("session"), ..Start::default() };
        let window = machine.open(start.clone()).await?;
        window.click(&button("Look around first")).await?;
        window.finds(&rail("Settings")).await?;
        machine.close(window).await?;
        let database = machine.data_dir().join("hub.db");
        pretend_newer(&database)?;
        let before = std::fs::read(&database)?;

        let window = machine.open(start).await?;
        window.sees("The data comes from a newer version").await?;
        window.sees("Install the newer version. Nothing was changed.").await?;
        machine.close(window).await?;
        ensure!(std::fs::read(&database)? == before, "not one byte was changed");
        Ok(())
    })
    .await
}
