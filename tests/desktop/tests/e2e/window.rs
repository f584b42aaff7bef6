//! The window itself: that it opens and ends, what its page may do, and what is left when a process dies.

use anyhow::{Result, ensure};
use hub_tests_desktop::{MachineOptions, Start, at_machine, until};

#[tokio::test]
async fn the_window_opens_and_closes() -> Result<()> {
    at_machine("the_window_opens_and_closes", MachineOptions::default(), async |machine| {
        let window = machine.open(Start::default()).await?;
        until("words", async || Ok((!window.text().await?.is_empty()).then_some(()))).await?;
        println!("{}", window.text().await?);
        ensure!(window.is_running());
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn the_page_comes_back_when_its_process_dies() -> Result<()> {
    at_machine("the_page_comes_back_when_its_process_dies", MachineOptions::default(), async |machine| {
        let mut window = machine.open(Start::default()).await?;
        until("words", async || Ok((!window.text().await?.is_empty()).then_some(()))).await?;
        window.kill_page().await?;
        until("words", async || Ok(window.text().await.ok().filter(|text| !text.is_empty()))).await?;
        println!("{}", window.text().await?);
        machine.close(window).await
    })
    .await
}
