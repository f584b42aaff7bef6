//! What is there when the program is opened again, however it ended, and finding it.

use anyhow::{Result, ensure};
use hub_sim::{Gate, Scenario};
use hub_tests_desktop::{article, at_machine, button, field, heading, link, region};

use crate::seed::{self, MODEL, in_halves};

#[tokio::test]
async fn a_conversation_is_there_after_quitting_and_goes_on() -> Result<()> {
    let test = "a_conversation_is_there_after_quitting_and_goes_on";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let start = seed::connected(machine, &sim).await?;
        let window = machine.open(start.clone()).await?;
        window.click(&button(MODEL).first()).await?;
        sim.next(Scenario::Text { text: "Because of a batch of seals.".into(), reasoning: None });
        window.fill(&field("Message"), "Why did the repair rate rise?").await?;
        window.click(&button("Send")).await?;
        window.sees("Because of a batch of seals.").await?;
        window.sees("First token").await?;
        machine.close(window).await?;

        let window = machine.open(start).await?;
        // The window opens where it was left.
        window.sees("Because of a batch of seals.").await?;
        sim.next(Scenario::Text { text: "Since August.".into(), reasoning: None });
        window.fill(&field("Message"), "Since when?").await?;
        window.click(&button("Send")).await?;
        window.sees("Since August.").await?;
        let chats = sim.chats();
        let messages = chats.last().and_then(|chat| chat["messages"].as_array().map(Vec::len));
        ensure!(messages == Some(3), "the earlier question and answer went along: {messages:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_half_answer_is_there_after_a_power_cut_and_says_that_it_is_half() -> Result<()> {
    let test = "a_half_answer_is_there_after_a_power_cut_and_says_that_it_is_half";
    at_machine(test, seed::without_keychain(), async |machine| {
        let (sim, gate) = (seed::openai().await?, Gate::new());
        let start = seed::connected(machine, &sim).await?;
        let window = machine.open(start.clone()).await?;
        window.click(&button(MODEL).first()).await?;
        sim.next_reply(in_halves("The first half is here. ", &gate, "never sent"));
        window.fill(&field("Message"), "Tell me both halves").await?;
        window.click(&button("Send")).await?;
        window.sees("The first half is here.").await?;
        // What is on the screen is on the disk a second later; this waits for the disk itself.
        seed::stored(machine, "The first half is here.").await?;
        window.kill().await?;

        let window = machine.open(start).await?;
        window.sees("The first half is here.").await?;
        window.sees("Interrupted. The answer is incomplete.").await?;
        window.sees("The app closed before the answer was complete.").await?;
        window.finds(&button("Retry")).await
    })
    .await
}

#[tokio::test]
async fn words_are_found_in_all_conversations_one_chinese_character_too() -> Result<()> {
    let test = "words_are_found_in_all_conversations_one_chinese_character_too";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        for (question, answer) in [("哪个批次返修最多？", "八月的密封件。"), ("Plan a trip", "Take the early train.")]
        {
            window.click(&link("New conversation")).await?;
            sim.next(Scenario::Text { text: answer.into(), reasoning: None });
            window.fill(&field("Message"), question).await?;
            window.click(&button("Send")).await?;
            window.sees(answer).await?;
            window.finds(&button("Send")).await?;
        }
        window.click(&link("Search")).await?;
        let search = field("Search all conversations");
        for (text, found, other) in [
            ("修", "哪个批次返修最多？", "Plan a trip"),
            ("密封", "哪个批次返修最多？", "Plan a trip"),
            ("early TRAIN", "Plan a trip", "哪个批次返修最多？"),
        ] {
            window.fill(&search, text).await?;
            window.sees("results in").await?;
            let results = region("Search results");
            window.sees(found).await?;
            let words = window.text_of(&results).await?;
            ensure!(words.contains(found) && !words.contains(other), "{text} finds: {words}");
        }
        window.fill(&search, "nowhere to be found").await?;
        window.sees("Nothing found for").await?;

        window.fill(&search, "密封").await?;
        window.click(&button("Open in conversation")).await?;
        window.finds(&heading("哪个批次返修最多？")).await?;
        let answer = window.text_of(&article("Answer by").last()).await?;
        ensure!(answer.contains("八月的密封件。"));
        Ok(())
    })
    .await
}
