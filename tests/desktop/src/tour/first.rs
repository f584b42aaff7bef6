//! What somebody sees who has nothing yet, and whose data cannot be opened.

use crate::{Start, button, pretend_newer};
use anyhow::Result;
use hub_contract::platform::Language;

use super::album::{Album, Faults};
use super::{Look, demo};

pub(crate) async fn tour(look: &Look, language: Language, faults: &mut Faults) -> Result<()> {
    let machine = demo::machine(language).await?;
    let start = Start { vault: Some("session"), ..Start::default() };
    let window = machine.open(start.clone()).await?;
    let mut album = Album::begin(&machine, &window, language, look, faults).await?;
    album.state("onboarding").await?;
    window.click(&button(&album.word("welcome-look-first"))).await?;
    album.state("chat-nothing-connected").await?;
    for (name, entry) in [
        ("platforms-empty", "nav-platforms"),
        ("models-empty", "nav-models"),
        ("agents-empty", "nav-agents"),
        ("members-empty", "nav-members"),
    ] {
        window.click(&album.rail(entry)).await?;
        album.state(name).await?;
    }
    machine.close(window).await?;

    pretend_newer(&machine.data_dir().join("hub.db"))?;
    let window = machine.open(start).await?;
    Album::begin(&machine, &window, language, look, faults).await?.state("blocked").await
}
