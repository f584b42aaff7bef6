//! Hubs that are there before a test begins, and answers that come when the test wants them.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use hub_contract::connection::{ConnectRequest, EnableModelsRequest};
use hub_contract::conversation::ShowConversationRequest;
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;
use hub_contract::{PlatformId, UtcMs};
use hub_core::{Clock, Hub, HubOptions, SystemClock};
use hub_sim::openai::TEST_KEY;
use hub_sim::{Gate, OpenAiOptions, OpenAiSim, Profile, Reply};
use hub_tests_desktop::{Keychain, Machine, MachineOptions, Start, Target, link, region, until};
use serde_json::json;

/// A model that the simulated OpenAI offers.
pub(crate) const MODEL: &str = "gpt-demo";
const PASSPHRASE: &str = "a passphrase of a test";

/// A page's entry in the rail.
pub(crate) fn rail(page: &str) -> Target {
    link(page).inside(region("Main navigation"))
}

/// A machine for a Hub that keeps its secrets in a file.
pub(crate) fn without_keychain() -> MachineOptions {
    MachineOptions { keychain: Keychain::None, ..MachineOptions::default() }
}

/// A simulated OpenAI.
pub(crate) async fn openai() -> Result<OpenAiSim> {
    Ok(OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await?)
}

/// The machine's Hub, to be filled before its window opens.
pub(crate) async fn hub(machine: &Machine) -> Result<Hub> {
    Ok(Hub::open(options(machine)).await?)
}

/// The machine's Hub as it would be filled so many days ago.
pub(crate) async fn hub_days_ago(machine: &Machine, days: i64) -> Result<Hub> {
    let clock: Arc<dyn Clock> = Arc::new(DaysAgo(days));
    Ok(Hub::open(HubOptions { clock, ..options(machine) }).await?)
}

fn options(machine: &Machine) -> HubOptions {
    hub_core::install_crypto();
    HubOptions {
        vault: Some(VaultMode::Passphrase),
        passphrase: Some(PASSPHRASE.into()),
        ..HubOptions::new(machine.data_dir(), "0.0.0-test")
    }
}

/// A clock that is so many days late.
#[derive(Debug)]
struct DaysAgo(i64);

impl Clock for DaysAgo {
    fn now(&self) -> UtcMs {
        SystemClock.now() - self.0 * 24 * 60 * 60 * 1000
    }
}

/// Fills the machine's Hub with a connection to that platform and one enabled model; says how to open it.
pub(crate) async fn connected(machine: &Machine, sim: &OpenAiSim) -> Result<Start> {
    let start = Start { vault: Some("passphrase"), passphrase: Some(PASSPHRASE.to_owned()), ..Start::default() };
    let hub = hub(machine).await?;
    let connection = hub.connection_add(connection("OpenAI", sim)).await?;
    let models = vec![MODEL.into()];
    hub.models_enable(EnableModelsRequest { connection: connection.id, models, enabled: true }).await?;
    hub.close().await;
    Ok(start)
}

/// A connection to that platform, which is asked whether the key holds.
pub(crate) fn connection(name: &str, sim: &OpenAiSim) -> ConnectRequest {
    ConnectRequest {
        platform: PlatformId::Openai,
        name: Some(name.into()),
        base_url: Some(sim.base_url()),
        fields: BTreeMap::new(),
        secrets: BTreeMap::from([("api_key".into(), SecretInput::new(TEST_KEY))]),
        proxy: None,
        verify: true,
        allow_plain_http: false,
        as_typed: false,
    }
}

/// An answer in two halves: the second comes when the test opens the gate.
pub(crate) fn in_halves(first: &str, gate: &Gate, second: &str) -> Reply {
    let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
    Reply::event_stream()
        .send(frame(&piece(first)))
        .wait(gate)
        .send(frame(&piece(second)))
        .send(frame(&end))
        .send("data: [DONE]\n\n")
}

fn piece(text: &str) -> serde_json::Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL,
        "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }],
    })
}

fn frame(data: &serde_json::Value) -> String {
    format!("data: {data}\n\n")
}

/// Waits until a text is in the database, as a program that reads it beside the window sees it.
pub(crate) async fn stored(machine: &Machine, text: &str) -> Result<()> {
    let data_dir = machine.data_dir();
    until("the text to be stored", async || {
        let hub = Hub::open_reading(HubOptions::new(&data_dir, "0.0.0-test")).await?;
        for conversation in hub.conversations_list(Default::default()).await? {
            let show = ShowConversationRequest { id: conversation.id, through: None, last: None };
            let shown = hub.conversation_show(show).await?;
            // Growing answers are not in the search index yet, but on the disk.
            if shown.messages.iter().any(|message| message.text.contains(text)) {
                return Ok(Some(()));
            }
        }
        Ok(None)
    })
    .await
}
