//! Whole ways without a mouse, and what a screen reader is told on them.

use anyhow::{Context, Result, ensure};
use hub_sim::openai::TEST_KEY;
use hub_sim::{Gate, Scenario};
use hub_tests_desktop::keys::{ENTER, ESCAPE};
use hub_tests_desktop::{Start, Target, Window, at_machine, button, checkbox, dialog, field, link, until};
use serde_json::json;

use crate::seed::{self, MODEL, in_halves, rail};

const FIRST: &str = "The first half is here. ";
const SECOND: &str = "And here is the second half.";

/// Goes there with Tab and presses Enter.
async fn enter(window: &Window, target: &Target) -> Result<()> {
    window.reach(target).await?;
    window.keys([ENTER]).await
}

/// Goes to a field with Tab and types.
async fn write(window: &Window, target: &Target, text: &str) -> Result<()> {
    window.reach(target).await?;
    window.overwrite(text).await?;
    let written = until("the field to hold it", async || Ok((window.value_of(target).await? == text).then_some(())));
    written.await.with_context(|| target.to_string())
}

#[tokio::test]
async fn connecting_asking_stopping_and_switching_need_no_mouse() -> Result<()> {
    let test = "connecting_asking_stopping_and_switching_need_no_mouse";
    at_machine(test, seed::without_keychain(), async |machine| {
        let (sim, gate) = (seed::openai().await?, Gate::new());
        let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        enter(&window, &button("Connect a platform")).await?;
        enter(&window, &button("Add · OpenAI")).await?;
        write(&window, &field("API key"), TEST_KEY).await?;
        write(&window, &field("API endpoint"), &sim.base_url()).await?;
        enter(&window, &button("Save")).await?;
        enter(&window, &button("Fetch list")).await?;
        write(&window, &field("Search"), MODEL).await?;
        window.reach(&checkbox(MODEL)).await?;
        window.keys([' ']).await?;
        enter(&window, &button("Enable 1")).await?;
        window.sees("1 model enabled").await?;

        enter(&window, &rail("Chat")).await?;
        sim.next_reply(in_halves(FIRST, &gate, SECOND));
        write(&window, &field("Message"), "Tell me both halves").await?;
        window.keys([ENTER]).await?;
        window.sees(FIRST.trim()).await?;
        enter(&window, &button("Stop")).await?;
        window.sees("Stopped").await?;

        enter(&window, &link("New conversation")).await?;
        sim.next(Scenario::Text { text: "Another answer.".into(), reasoning: None });
        write(&window, &field("Message"), "Something else").await?;
        window.keys([ENTER]).await?;
        window.sees("Another answer.").await?;
        enter(&window, &link("Tell me both halves")).await?;
        window.sees(FIRST.trim()).await?;
        window.sees_no_more("Another answer.").await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn the_focus_returns_to_what_opened_a_dialog() -> Result<()> {
    at_machine("the_focus_returns_to_what_opened_a_dialog", seed::without_keychain(), async |machine| {
        let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        enter(&window, &button("Connect a platform")).await?;
        for platform in ["OpenAI", "Coze"] {
            let opener = button(&format!("{} · {platform}", if platform == "Coze" { "Authorize" } else { "Add" }));
            enter(&window, &opener).await?;
            window.finds(&dialog(platform)).await?;
            ensure!(!window.has_focus(&opener).await?, "the focus is in the dialog");
            window.keys([ESCAPE]).await?;
            window.misses(&dialog(platform)).await?;
            let back = until("the focus to return", async || Ok(window.has_focus(&opener).await?.then_some(())));
            back.await.with_context(|| opener.to_string())?;
        }
        machine.close(window).await
    })
    .await
}

/// Notes everything that polite regions say from now on.
const LISTEN: &str = "
    window.hubHeard = [];
    new MutationObserver(() => {
        const words = [...document.querySelectorAll('[aria-live=\"polite\"]')].map(region => region.textContent.trim());
        for (const said of words.filter(word => word && !window.hubHeard.includes(word))) window.hubHeard.push(said);
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
";

#[tokio::test]
async fn the_start_the_end_and_errors_are_told_and_no_token() -> Result<()> {
    at_machine("the_start_the_end_and_errors_are_told_and_no_token", seed::without_keychain(), async |machine| {
        let (sim, gate) = (seed::openai().await?, Gate::new());
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        window.click(&button(MODEL).first()).await?;
        window.run(LISTEN, vec![]).await?;
        sim.next_reply(in_halves(FIRST, &gate, SECOND));
        write(&window, &field("Message"), "Tell me both halves").await?;
        window.keys([ENTER]).await?;
        window.sees(FIRST.trim()).await?;
        hears(&window, "Answering").await?;
        gate.open();
        hears(&window, "Answer finished").await?;
        sim.next(Scenario::BadKey);
        write(&window, &field("Message"), "Once more").await?;
        window.keys([ENTER]).await?;
        hears(&window, "Failed.").await?;
        let heard = window.run("return window.hubHeard;", vec![]).await?;
        let answer_words = [FIRST.trim(), SECOND];
        let spoken = heard.as_array().context("nothing was heard")?;
        ensure!(
            spoken.iter().all(|said| answer_words.iter().all(|words| !said.to_string().contains(words))),
            "the answer itself is not told piece by piece: {heard}"
        );
        machine.close(window).await
    })
    .await
}

/// Waits until that was said.
async fn hears(window: &Window, words: &str) -> Result<()> {
    let said = "return window.hubHeard.some(said => said.includes(arguments[0]));";
    let heard = until("", async || Ok((window.run(said, vec![json!(words)]).await? == true).then_some(())));
    match heard.await {
        Ok(()) => Ok(()),
        Err(error) => Err(error
            .context(format!("{words:?} was not told, but {}", window.run("return window.hubHeard;", vec![]).await?))),
    }
}
