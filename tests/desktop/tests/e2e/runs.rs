//! What was run earlier with a workflow: listed, opened, and run again with the same inputs.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use hub_contract::PlatformId;
use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::connection::ConnectRequest;
use hub_contract::secret::SecretInput;
use hub_sim::{DifyOptions, DifySim};
use hub_tests_desktop::{Machine, Window, at_machine, button, field, region, until};
use serde_json::json;

use crate::seed;

const AGENT: &str = "Weekly report";
const TOPIC: &str = "Topic (required)";
const TITLE: &str = "Earlier runs";
/// The words of each run in the list.
const RUNS: &str = "return [...document.querySelectorAll('.past-run')].map(run => run.innerText);";
/// Whether the answer that failed is in view.
const FAILED_IN_VIEW: &str = "const answer = [...document.querySelectorAll('.view article')]
        .find(one => one.innerText.includes('Failed'));
    if (!answer) return false;
    const [a, v] = [answer, answer.closest('.view')].map(one => one.getBoundingClientRect());
    return a.top < v.bottom && a.bottom > v.top;";

/// The Hub with a workflow that can be asked, and the page of a new run.
async fn window(machine: &Machine, dify: &DifySim) -> Result<Window> {
    let models = seed::openai().await?;
    let start = seed::connected(machine, &models).await?;
    let hub = seed::hub(machine).await?;
    let connection = hub
        .connection_add(ConnectRequest {
            platform: PlatformId::Dify,
            name: Some("Reports".into()),
            base_url: Some(dify.base_url()),
            fields: BTreeMap::new(),
            secrets: BTreeMap::from([("api_key".into(), SecretInput::new("app-test-workflow"))]),
            proxy: None,
            verify: true,
            allow_plain_http: false,
            as_typed: false,
        })
        .await?
        .id;
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
    window.click(&button(AGENT).first()).await?;
    window.finds(&field(TOPIC)).await?;
    Ok(window)
}

async fn run(window: &Window, topic: &str, ends: &str) -> Result<()> {
    window.fill(&field(TOPIC), topic).await?;
    window.click(&button("Run")).await?;
    window.sees(ends).await?;
    window.misses(&button("Stop")).await
}

/// Waits until the list has these runs; each begins with the state and has the words.
async fn lists(window: &Window, wanted: &[(&str, &str)]) -> Result<()> {
    until(&format!("the runs {wanted:?}"), async || {
        let told = window.run(RUNS, vec![]).await?;
        let told: Vec<&str> = told.as_array().into_iter().flatten().filter_map(|run| run.as_str()).collect();
        let fits = told.len() == wanted.len()
            && told.iter().zip(wanted).all(|(run, (state, words))| run.starts_with(state) && run.contains(words));
        Ok(fits.then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_workflow_is_run_again_with_the_inputs_of_an_earlier_run_and_that_run_is_opened() -> Result<()> {
    let test = "a_workflow_is_run_again_with_the_inputs_of_an_earlier_run_and_that_run_is_opened";
    at_machine(test, seed::without_keychain(), async |machine| {
        let dify = DifySim::start(DifyOptions::default()).await?;
        let window = window(machine, &dify).await?;
        window.click(&button(TITLE)).await?;
        window.finds(&region(TITLE)).await?;
        window.sees("Nothing was run yet").await?;

        run(&window, "Repair rates of line A", "Finished").await?;
        lists(&window, &[("Finished", "Repair rates of line A · short")]).await?;
        run(&window, "sim:failed", "Failed").await?;
        let both = [("Failed", "sim:failed · short"), ("Finished", "Repair rates of line A · short")];
        lists(&window, &both).await?;

        ensure!(window.value_of(&field(TOPIC)).await? == "sim:failed", "the form keeps what was sent last");
        window.click(&button("Use these inputs").last()).await?;
        window.misses(&button("Use these inputs").first()).await?;
        until("the form to be filled", async || {
            Ok((window.value_of(&field(TOPIC)).await? == "Repair rates of line A").then_some(()))
        })
        .await?;
        window.click(&button("Run")).await?;
        window.click(&button(TITLE)).await?;
        let again = [("Finished", "Repair rates of line A"), both[0], both[1]];
        lists(&window, &again).await?;

        // The list stays open; from a new conversation the run that failed is gone to.
        window.go("/chat").await?;
        window.sees("Hello from Demo workflow").await?;
        lists(&window, &again).await?;
        window.click(&button("sim:failed").first().inside(region(TITLE))).await?;
        until("the failed run in view", async || {
            Ok((window.run(FAILED_IN_VIEW, vec![]).await? == json!(true)).then_some(()))
        })
        .await?;
        machine.close(window).await
    })
    .await
}
