//! Letting the Hub into a Coze account, and adding the agents that it has.

use crate::{Start, button, checkbox, dialog, field, region};
use anyhow::Result;
use hub_contract::authorize::{RELAY, redirect_addresses};
use hub_contract::platform::Language;
use hub_contract::{PlatformId, catalogue};
use hub_sim::coze::{CLIENT, CLIENT_SECRET, CozeOptions, CozeSim};

use super::album::{Album, Faults};
use super::{Look, demo};

pub(crate) async fn tour(look: &Look, language: Language, faults: &mut Faults) -> Result<()> {
    let machine = demo::machine(language).await?;
    let options = CozeOptions { redirects: redirect_addresses(RELAY).to_vec(), ..CozeOptions::default() };
    let coze = CozeSim::start(options).await?;
    machine.install_browser()?;
    let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
    let mut album = Album::begin(&machine, &window, language, look, faults).await?;
    connect(&mut album, language, &coze.base_url()).await?;
    wait(&mut album).await?;
    be_let_in(&mut album).await?;
    add_agents(&mut album).await?;
    machine.close(window).await
}

/// The empty form, then the one that is filled in.
async fn connect(album: &mut Album<'_>, language: Language, address: &str) -> Result<()> {
    let name = catalogue::spec(PlatformId::Coze).name.get(language);
    album.window.click(&button(&album.word("welcome-platform-action"))).await?;
    album.window.click(&button(&format!("{} · {name}", album.word("action-authorize")))).await?;
    album.state("form-authorize").await?;
    for (key, value) in
        [(catalogue::CLIENT_ID, CLIENT), (catalogue::CLIENT_SECRET, CLIENT_SECRET), (catalogue::BASE_URL, address)]
    {
        album.window.fill(&field(label(key, language)), value).await?;
    }
    click(album, "action-save").await?;
    let title = album.texts.with("authorize-title", &[("name", name.into())]);
    album.window.finds(&dialog(&title)).await?;
    album.state("authorize").await
}

/// The browser is open and nobody has answered.
async fn wait(album: &mut Album<'_>) -> Result<()> {
    click(album, "action-authorize").await?;
    album.machine.leave_browser_closed().await?;
    album.window.finds(&button(&album.word("authorize-give-up"))).await?;
    album.state("authorize-waiting").await?;
    click(album, "authorize-give-up").await?;
    album.window.choose(&field(&album.word("authorize-way")), &album.word("authorize-way-device")).await?;
    click(album, "action-authorize").await?;
    album.machine.leave_browser_closed().await?;
    album.window.sees(&album.word("authorize-type-code")).await?;
    album.state("authorize-device").await?;
    click(album, "authorize-give-up").await
}

/// The answer comes to an address of this computer.
async fn be_let_in(album: &mut Album<'_>) -> Result<()> {
    album.window.choose(&field(&album.word("authorize-way")), &album.word("authorize-way-loopback")).await?;
    click(album, "action-authorize").await?;
    let browser = album.machine.browser().await?;
    album.window.sees(&album.word("authorize-done")).await?;
    browser.close().await?;
    album.state("authorize-done").await
}

async fn add_agents(album: &mut Album<'_>) -> Result<()> {
    click(album, "authorize-go-on").await?;
    let list = region(&album.word("add-agent-list"));
    album.window.click(&checkbox("").inside(list.clone()).first()).await?;
    album.state("agent-pick").await?;
    let next = album.texts.with("add-agent-next", &[("n", 1.into())]);
    album.window.click(&button(&next)).await?;
    album.state("agent-basics").await?;
    let save = album.texts.with("add-agent-save", &[("n", 1.into())]);
    album.window.click(&button(&save)).await?;
    album.window.misses(&dialog(&album.word("agents-add"))).await?;
    album.window.click(&album.rail("nav-platforms")).await?;
    album.state("platforms-authorized").await
}

fn label(key: &str, language: Language) -> &'static str {
    let fields = catalogue::spec(PlatformId::Coze).fields.iter();
    fields.into_iter().find(|field| field.key == key).map(|field| field.label.get(language)).unwrap_or_default()
}

async fn click(album: &Album<'_>, key: &str) -> Result<()> {
    album.window.click(&button(&album.word(key))).await
}
