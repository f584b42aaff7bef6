//! Icons of agents in the window: shown everywhere, taken away, read again, chosen from a file.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use hub_contract::PlatformId;
use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::connection::ConnectRequest;
use hub_contract::secret::SecretInput;
use hub_sim::dify::{App, Mode};
use hub_sim::{DifyOptions, DifySim};
use hub_tests_desktop::{Window, at_machine, button, dialog, row, until};
use serde_json::{Value, json};

use crate::seed::{self, rail};

const KEY: &str = "app-test-icons";
const AGENT: &str = "Service assistant";
/// Where icons stand.
const TABLE: &str = ".agents-table .mg.pic img";
const LIST: &str = ".list-row .mg.pic img";
const FORM: &str = "dialog .mg.pic img";
/// Chooses a picture of 300x200 pixels in the file picker of the form, as a person does.
const CHOOSE: &str = "const done = arguments[arguments.length - 1];
    const canvas = document.createElement('canvas');
    canvas.width = 300; canvas.height = 200;
    const brush = canvas.getContext('2d');
    brush.fillStyle = '#08f'; brush.fillRect(0, 0, 300, 200);
    canvas.toBlob(blob => {
        const files = new DataTransfer();
        files.items.add(new File([blob], 'logo.png', { type: 'image/png' }));
        const input = document.querySelector('input[type=file]');
        input.files = files.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
        done(true);
    }, 'image/png');";

#[tokio::test]
async fn an_agents_icon_is_shown_taken_away_read_again_and_chosen_from_a_file() -> Result<()> {
    let test = "an_agents_icon_is_shown_taken_away_read_again_and_chosen_from_a_file";
    at_machine(test, seed::without_keychain(), async |machine| {
        let mut app = App::new(KEY, Mode::Chat);
        app.icon = Some("/files/face.png".to_owned());
        let dify = DifySim::start(DifyOptions { apps: vec![app], ..DifyOptions::default() }).await?;
        let models = seed::openai().await?;
        let start = seed::connected(machine, &models).await?;
        let hub = seed::hub(machine).await?;
        let connection = hub.connection_add(connect(&dify)).await?.id;
        hub.agent_add(AddAgentRequest {
            source: AgentSource::Remote { connection, remote_id: None, workflow: false },
            name: AGENT.to_owned(),
            group: None,
            description: String::new(),
            plans: Vec::new(),
            groups: Vec::new(),
        })
        .await?;
        hub.close().await;

        let window = machine.open(start).await?;
        window.click(&rail("Chat")).await?;
        drawn(&window, LIST, &[128]).await?;
        window.click(&rail("Agents")).await?;
        drawn(&window, TABLE, &[128]).await?;
        let fetched = icon_requests(&dify);
        ensure!(fetched == 1, "what is shown is not fetched again: {fetched} requests");

        edit(&window).await?;
        drawn(&window, FORM, &[128]).await?;
        window.click(&button("Remove icon")).await?;
        drawn(&window, FORM, &[]).await?;
        save(&window).await?;
        drawn(&window, TABLE, &[]).await?;

        edit(&window).await?;
        window.click(&button("Read from the platform")).await?;
        window.sees("It is read from the platform again when you save.").await?;
        save(&window).await?;
        drawn(&window, TABLE, &[128]).await?;
        ensure!(icon_requests(&dify) == 2, "once more, because a person asked for it");

        edit(&window).await?;
        window.run_async(CHOOSE, vec![]).await?;
        drawn(&window, FORM, &[300]).await?;
        save(&window).await?;
        drawn(&window, TABLE, &[128]).await?;
        window.click(&rail("Chat")).await?;
        drawn(&window, LIST, &[128]).await?;
        machine.close(window).await
    })
    .await
}

async fn edit(window: &Window) -> Result<()> {
    window.click(&button(&format!("Edit “{AGENT}”"))).await?;
    window.finds(&dialog(&format!("Edit “{AGENT}”"))).await
}

async fn save(window: &Window) -> Result<()> {
    let form = dialog(&format!("Edit “{AGENT}”"));
    window.click(&button("Save").inside(form.clone())).await?;
    window.misses(&form).await?;
    window.finds(&row(AGENT)).await
}

/// Waits until exactly these pictures are drawn there, by their widths: one that the window's policy refuses has none.
async fn drawn(window: &Window, place: &str, widths: &[u32]) -> Result<()> {
    let look = "return [...document.querySelectorAll(arguments[0])].map(picture => picture.naturalWidth);";
    let expected = Value::from(widths);
    until(&format!("pictures {widths:?} at {place}"), async || {
        Ok((window.run(look, vec![json!(place)]).await? == expected).then_some(()))
    })
    .await
}

fn icon_requests(dify: &DifySim) -> usize {
    dify.requests().iter().filter(|request| request.path.starts_with("/files/")).count()
}

fn connect(dify: &DifySim) -> ConnectRequest {
    ConnectRequest {
        platform: PlatformId::Dify,
        name: Some("Service".into()),
        base_url: Some(dify.base_url()),
        fields: BTreeMap::new(),
        secrets: BTreeMap::from([("api_key".into(), SecretInput::new(KEY))]),
        proxy: None,
        verify: true,
        allow_plain_http: false,
        as_typed: false,
    }
}
