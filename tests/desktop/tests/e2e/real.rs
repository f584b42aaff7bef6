//! The window with a server that is no simulator. Run by hand, with the base URL of any OpenAI-compatible server that
//! needs no key, for example llama.cpp's:
//! `HUB_REAL_SERVER=http://127.0.0.1:18080/v1 cargo test -p hub-tests-desktop --test e2e -- --ignored real::`

use anyhow::{Context, Result, ensure};
use hub_tests_desktop::{Start, article, at_machine, button, checkbox, dialog, field, link};

use crate::seed::{self, rail};

#[tokio::test]
#[ignore = "needs a server: HUB_REAL_SERVER names its base URL"]
async fn a_chat_with_a_real_server() -> Result<()> {
    let server = std::env::var("HUB_REAL_SERVER").context("HUB_REAL_SERVER names no server")?;
    at_machine("a_chat_with_a_real_server", seed::without_keychain(), async |machine| {
        let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        window.click(&button("Connect a platform")).await?;
        window.click(&button("Add · OpenAI-compatible")).await?;
        window.finds(&dialog("Connect OpenAI-compatible")).await?;
        window.fill(&field("API endpoint"), &server).await?;
        window.sees("/chat/completions").await?;
        window.click(&button("Test")).await?;
        window.sees("Test passed").await?;
        window.click(&button("Save")).await?;
        window.click(&button("Fetch list")).await?;
        window.click(&checkbox("Select all").first()).await?;
        window.click(&button("Enable 1")).await?;
        window.sees("1 model enabled").await?;

        window.click(&rail("Chat")).await?;
        window.fill(&field("Message"), "Name three colours.").await?;
        window.click(&button("Send")).await?;
        window.sees("First token").await?;
        let answer = window.text_of(&article("Answer by").last()).await?;
        println!("{answer}");
        ensure!(answer.chars().count() > 40, "an answer of some words: {answer}");
        window.finds(&link("Name three colours.")).await?;
        machine.keep_picture("a_chat_with_a_real_server");
        machine.close(window).await
    })
    .await
}
