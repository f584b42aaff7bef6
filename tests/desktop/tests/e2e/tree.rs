//! A conversation is a tree: questions in other words, other answers, branches; and what becomes of it afterwards.

use anyhow::{Context, Result, ensure};
use hub_sim::{OpenAiSim, Scenario};
use hub_tests_desktop::{Machine, Window, article, at_machine, button, dialog, field, heading, link, option};
use serde_json::Value;

use crate::seed::{self, MODEL};

const QUESTION: &str = "Why did the repair rate rise?";
const ANSWER: &str = "Because of a batch of seals.";
const OTHER_WORDS: &str = "Why did it fall in May?";
const OTHER_ANSWER: &str = "Because line B was retrained.";
const ENTER: &str = "\u{E007}";

/// A Hub in which one question was asked and answered.
async fn asked(machine: &Machine, sim: &OpenAiSim) -> Result<Window> {
    let window = machine.open(seed::connected(machine, sim).await?).await?;
    window.click(&button(MODEL).first()).await?;
    sim.next(Scenario::Text { text: ANSWER.into(), reasoning: None });
    window.fill(&field("Message"), QUESTION).await?;
    window.click(&button("Send")).await?;
    window.sees(ANSWER).await?;
    window.sees("First token").await?;
    Ok(window)
}

/// The name of what has the focus.
async fn focused(window: &Window) -> Result<String> {
    let name = window.run("return document.activeElement?.getAttribute('aria-label') ?? '';", vec![]).await?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}

/// What was sent to the model last, in its own order.
fn last_said(sim: &OpenAiSim) -> Result<Vec<String>> {
    let chat = sim.chats().pop().context("a question came")?;
    let messages = chat.get("messages").and_then(Value::as_array).context("it has messages")?;
    let said = |message: &Value| message.get("content").and_then(Value::as_str).map(str::to_owned);
    Ok(messages.iter().filter_map(said).collect())
}

#[tokio::test]
async fn a_question_in_other_words_stands_beside_the_earlier_one() -> Result<()> {
    let test = "a_question_in_other_words_stands_beside_the_earlier_one";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = asked(machine, &sim).await?;
        window.click(&button("Edit question")).await?;
        ensure!(window.value_of(&field("Edit question")).await? == QUESTION);
        window.press("\u{E00C}").await?;
        window.misses(&field("Edit question")).await?;
        ensure!(focused(&window).await? == "Edit question", "Escape gives it up, and the focus goes back");

        window.press(ENTER).await?;
        window.fill(&field("Edit question"), OTHER_WORDS).await?;
        machine.keep_picture("tree-edit");
        sim.next(Scenario::Text { text: OTHER_ANSWER.into(), reasoning: None });
        window.press(ENTER).await?;
        window.sees(OTHER_ANSWER).await?;
        window.sees("First token").await?;
        window.sees_no_more(ANSWER).await?;
        ensure!(last_said(&sim)? == [OTHER_WORDS], "the earlier words are not sent");
        machine.keep_picture("tree-versions");

        window.click(&button("Previous version")).await?;
        window.sees(ANSWER).await?;
        ensure!(focused(&window).await? == "Next version", "the focus stays on the versions");
        window.press(ENTER).await?;
        window.sees(OTHER_ANSWER).await?;
        window.press(ENTER).await?;
        window.sees(ANSWER).await?;
        ensure!(sim.chats().len() == 2, "looking at versions asks nothing");

        window.reload().await?;
        window.sees(ANSWER).await?;
        window.sees("1 / 2").await?;
        window.sees_no_more(OTHER_ANSWER).await
    })
    .await
}

#[tokio::test]
async fn another_answer_is_a_version_and_a_branch_a_conversation() -> Result<()> {
    let test = "another_answer_is_a_version_and_a_branch_a_conversation";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = asked(machine, &sim).await?;
        sim.next(Scenario::Text { text: OTHER_ANSWER.into(), reasoning: None });
        window.click(&button("Regenerate")).await?;
        window.sees(OTHER_ANSWER).await?;
        window.sees("2 / 2").await?;
        window.click(&button("Previous version")).await?;
        window.sees(ANSWER).await?;

        window.click(&button("Branch into a new conversation")).await?;
        window.finds(&heading(&format!("{QUESTION} (2)"))).await?;
        window.sees(ANSWER).await?;
        sim.next(Scenario::Text { text: "Since August.".into(), reasoning: None });
        window.fill(&field("Message"), "Since when?").await?;
        window.click(&button("Send")).await?;
        window.sees("Since August.").await?;
        ensure!(last_said(&sim)? == [QUESTION, ANSWER, "Since when?"], "what was said goes along");
        machine.keep_picture("tree-branch");

        window.click(&link(QUESTION)).await?;
        window.finds(&heading(QUESTION)).await?;
        window.sees(ANSWER).await?;
        window.sees_no_more("Since August.").await?;
        let answer = window.text_of(&article("Answer by").last()).await?;
        ensure!(answer.contains("1 / 2"), "the other conversation stays as it was: {answer}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn conversations_are_written_into_files_and_put_away() -> Result<()> {
    let test = "conversations_are_written_into_files_and_put_away";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = asked(machine, &sim).await?;
        window.click(&button("Branch into a new conversation")).await?;
        window.finds(&heading(&format!("{QUESTION} (2)"))).await?;
        window.sees("Today").await?;

        let folder = machine.home().join("exports");
        let actions = button(&format!("Actions for “{QUESTION}”"));
        window.click(&actions).await?;
        window.click(&option("Export…")).await?;
        window.finds(&dialog("Export")).await?;
        machine.keep_picture("tree-export");
        window.choose(&field("Conversations"), "All conversations").await?;
        window.choose(&field("Format"), "HTML").await?;
        window.fill(&field("Folder"), &folder.display().to_string()).await?;
        window.click(&button("Export").inside(dialog("Export"))).await?;
        window.sees("2 of 2 written").await?;
        window.click(&button("Close").last()).await?;
        let mut names: Vec<_> =
            std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.file_name())).collect::<Result<_>>()?;
        names.sort();
        ensure!(names == ["Why did the repair rate rise_ (2).html", "Why did the repair rate rise_.html"], "{names:?}");
        let file = folder.join(names.last().context("two files")?);
        ensure!(std::fs::read_to_string(file)?.contains(ANSWER));

        let branch = format!("{QUESTION} (2)");
        let actions = button(&format!("Actions for “{branch}”"));
        window.click(&actions).await?;
        window.click(&option("Archive")).await?;
        window.misses(&link(&branch)).await?;
        window.click(&button("Archived")).await?;
        window.click(&actions).await?;
        window.click(&option("Bring back")).await?;
        window.sees("Nothing is archived.").await?;
        window.finds(&link(&branch)).await
    })
    .await
}
