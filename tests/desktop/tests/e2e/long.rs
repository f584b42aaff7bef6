//! A conversation of years: only what is near the view is in the page, and what is read stays where it is.

use anyhow::{Context, Result, ensure};
use hub_tests_core::conversations::{BEGAN, LONG, MINUTE, long};
use hub_tests_desktop::{Start, Window, at_machine, button, link, option, until};
use serde_json::{Value, json};

use crate::seed;

const MESSAGES: usize = 10_000;
/// Mounted blocks hold 20 messages each; a view and what lies beside it are a few.
const MOST: u64 = 260;

/// Elements in the page.
const ELEMENTS: &str = "return document.querySelectorAll('*').length;";
const MOUNTED: &str = "return document.querySelectorAll('.thread [id^=\"m-m-\"]').length;";
/// Where the message in the middle of the view is, and which it is.
const MIDDLE: &str = "
    const view = document.querySelector('.view').getBoundingClientRect();
    const middle = (view.top + view.bottom) / 2;
    for (const one of document.querySelectorAll('.thread [id^=\"m-m-\"]')) {
        const box = one.getBoundingClientRect();
        if (box.bottom > middle) return [one.id, box.top];
    }
";
const TURN: &str = "document.querySelector('.view').scrollTop -= arguments[0];";
const TOP_OF: &str = "return document.getElementById(arguments[0])?.getBoundingClientRect().top ?? null;";
const FRAMES: &str = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));";

const DAYS: &str = "
    const [began, minute, messages] = arguments;
    return new Set(Array.from({ length: messages }, (_, n) => new Date(began + n * minute).toDateString())).size;
";
const CHOICES: &str = "return document.querySelectorAll('[role=menuitem]').length;";
/// As a link into the middle of a conversation.
const GO: &str = "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'));";

async fn number(window: &Window, script: &str) -> Result<u64> {
    window.run(script, vec![]).await?.as_u64().context("the page tells no number")
}

#[tokio::test]
async fn ten_thousand_messages_are_scrolled_with_few_in_the_page() -> Result<()> {
    let test = "ten_thousand_messages_are_scrolled_with_few_in_the_page";
    at_machine(test, seed::without_keychain(), async |machine| {
        long(&machine.data_dir(), MESSAGES).await?;
        let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        window.click(&link(LONG)).await?;
        window.sees(&format!("Answer {}.", MESSAGES / 2 - 1)).await?;
        let (elements, mounted) = (number(&window, ELEMENTS).await?, number(&window, MOUNTED).await?);
        ensure!(mounted > 0 && mounted <= MOST, "{mounted} messages are in the page");

        // A turn of the wheel moves what is read by just as much, whatever comes into the page above it.
        for turn in 0..40 {
            let before = window.run(MIDDLE, vec![]).await?;
            let (id, top) = (before.get(0).cloned().context("a message")?, place(before.get(1))?);
            window.run(TURN, vec![json!(700)]).await?;
            window.run_async(FRAMES, vec![]).await?;
            let now = place(Some(&window.run(TOP_OF, vec![id.clone()]).await?))?;
            ensure!((now - top - 700.0).abs() < 3.0, "turn {turn}: {id} went from {top} to {now}");
            let mounted = number(&window, MOUNTED).await?;
            ensure!(mounted <= MOST, "turn {turn}: {mounted} messages are in the page");
        }

        // All the way up in long strides, and back to the end.
        until("the first question", async || {
            window.run(TURN, vec![json!(60_000)]).await?;
            window.run_async(FRAMES, vec![]).await?;
            let mounted = number(&window, MOUNTED).await?;
            ensure!(mounted > 0 && mounted <= MOST, "{mounted} messages are in the page");
            Ok(window.run(TOP_OF, vec![json!("m-m-0")]).await?.as_f64().filter(|top| *top > 0.0))
        })
        .await?;
        window.click(&button("Jump to latest")).await?;
        window.sees(&format!("Answer {}.", MESSAGES / 2 - 1)).await?;
        until("as few elements as at first", async || {
            let now = number(&window, ELEMENTS).await?;
            Ok((now <= elements + elements / 10).then_some(()))
        })
        .await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn the_end_of_ten_thousand_messages_comes_first_and_then_the_whole_with_nothing_moved() -> Result<()> {
    let test = "the_end_of_ten_thousand_messages_comes_first_and_then_the_whole_with_nothing_moved";
    at_machine(test, seed::without_keychain(), async |machine| {
        long(&machine.data_dir(), MESSAGES).await?;
        let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        window.click(&link(LONG)).await?;
        window.sees(&format!("Answer {}.", MESSAGES / 2 - 1)).await?;

        // What is read stays where it is while the rest comes above it. The menu knows all days when all has come.
        window.run(TURN, vec![json!(700)]).await?;
        window.run_async(FRAMES, vec![]).await?;
        let before = window.run(MIDDLE, vec![]).await?;
        let (id, top) = (before.get(0).cloned().context("a message")?, place(before.get(1))?);
        let days = window.run(DAYS, vec![json!(BEGAN), json!(MINUTE), json!(MESSAGES)]).await?;
        let days = days.as_u64().context("the days")?;
        ensure!(days > 5, "{days}");
        window.click(&button("Go to the start or a date")).await?;
        until("every day in the menu", async || Ok((number(&window, CHOICES).await? == days + 1).then_some(())))
            .await?;
        let now = place(Some(&window.run(TOP_OF, vec![id.clone()]).await?))?;
        ensure!((now - top).abs() < 3.0, "{id} went from {top} to {now}");

        // The start, where nothing is left to be read.
        window.click(&option("Go to the start")).await?;
        until("the start in view", async || {
            let top = window.run(TOP_OF, vec![json!("m-m-0")]).await?.as_f64();
            Ok(top.filter(|top| (0.0..600.0).contains(top)).map(drop))
        })
        .await?;
        window.click(&button("Jump to latest")).await?;
        window.sees(&format!("Answer {}.", MESSAGES / 2 - 1)).await?;

        // A message in the middle that was searched for.
        window.run(GO, vec![json!("/chat/long?message=m-5001")]).await?;
        window.sees("Answer 2500.").await?;
        let top = place(Some(&window.run(TOP_OF, vec![json!("m-m-5001")]).await?))?;
        ensure!((0.0..600.0).contains(&top), "it is at {top}");
        machine.close(window).await
    })
    .await
}

fn place(value: Option<&Value>) -> Result<f64> {
    value.and_then(Value::as_f64).context("the message is gone from the page")
}
