//! One question to several at once, side by side, until one of them is chosen.

use anyhow::{Result, ensure};
use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::connection::EnableModelsRequest;
use hub_sim::{Gate, OpenAiSim, Scenario};
use hub_tests_desktop::{Machine, Window, at_machine, button, field, link, until};
use serde_json::{Value, json};

use crate::seed::{self, MODEL, in_halves};

const AGENT: &str = "Parts desk";
const QUESTION: &str = "Which seal fits line B?";
const ENTER: &str = "\u{E007}";
/// Ctrl and Enter; a modifier holds until the end of one call.
const CTRL_ENTER: &str = "\u{E009}\u{E007}";
/// How many rows the list of conversations has.
const ROWS: &str = "return document.querySelectorAll('.list .conversation').length;";

/// A Hub with a model of one platform, and an agent on a model of another.
async fn window(machine: &Machine, sim: &OpenAiSim, other: &OpenAiSim) -> Result<Window> {
    let start = seed::connected(machine, sim).await?;
    let hub = seed::hub(machine).await?;
    let connection = hub.connection_add(seed::connection("Other", other)).await?;
    let models = vec![MODEL.into()];
    hub.models_enable(EnableModelsRequest { connection: connection.id.clone(), models, enabled: true }).await?;
    hub.agent_add(AddAgentRequest {
        source: AgentSource::Prompt {
            connection: connection.id,
            model: MODEL.into(),
            prompt: "You sell parts.".into(),
            parameters: Value::Null,
        },
        name: AGENT.to_owned(),
        group: None,
        description: String::new(),
        plans: Vec::new(),
        groups: Vec::new(),
    })
    .await?;
    hub.close().await;
    let window = machine.open(start).await?;
    window.click(&button(MODEL).first()).await?;
    Ok(window)
}

async fn sees_rows(window: &Window, count: u64) -> Result<()> {
    until("the rows of the list", async || Ok((window.run(ROWS, vec![]).await? == json!(count)).then_some(()))).await
}

fn text(text: &str) -> Scenario {
    Scenario::Text { text: text.into(), reasoning: None }
}

#[tokio::test]
async fn several_answer_side_by_side_and_one_goes_on() -> Result<()> {
    let test = "several_answer_side_by_side_and_one_goes_on";
    at_machine(test, seed::without_keychain(), async |machine| {
        let (sim, other, gate) = (seed::openai().await?, seed::openai().await?, Gate::new());
        let window = window(machine, &sim, &other).await?;
        window.click(&button("Ask another as well")).await?;
        window.click(&button(AGENT).last()).await?;
        window.sees("Ask 2 at once").await?;

        sim.next_reply(in_halves("The green one. ", &gate, "It is in stock."));
        other.next(Scenario::BadKey);
        window.fill(&field("Message all 2 at once"), QUESTION).await?;
        window.type_into(&field("Message all 2 at once"), ENTER).await?;
        // One fails while the other is still answering.
        window.sees("The green one.").await?;
        window.sees("Failed.").await?;
        window.finds(&button(&format!("Stop {MODEL}"))).await?;
        sees_rows(&window, 1).await?;
        gate.open();
        window.sees("It is in stock.").await?;

        other.next(text("The blue one."));
        window.click(&button("Retry")).await?;
        window.sees("The blue one.").await?;
        sim.next(text("Green, because of the oil."));
        other.next(text("Blue, because of the heat."));
        let further = field("Ask all 2 something further");
        window.fill(&further, "Why?").await?;
        window.finds(&button("Send")).await?;
        window.type_into(&further, ENTER).await?;
        window.sees("Green, because of the oil.").await?;
        window.sees("Blue, because of the heat.").await?;
        window.finds(&button("Send")).await?;

        window.reload().await?;
        window.sees("Green, because of the oil.").await?;
        window.sees("Blue, because of the heat.").await?;
        window.click(&button(&format!("Continue with {AGENT}"))).await?;
        let message = field(&format!("Message {AGENT}"));
        window.finds(&message).await?;
        sees_rows(&window, 1).await?;
        other.next(text("Twelve of them."));
        window.fill(&message, "How many are there?").await?;
        window.type_into(&message, ENTER).await?;
        window.sees("Twelve of them.").await?;
        ensure!(sim.chats().len() == 2, "who was not chosen is asked no more");

        window.click(&link("Show the answers side by side")).await?;
        window.sees("Further questions go to one alone.").await?;
        window.sees("It is in stock.").await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn somebody_is_added_by_name_and_taken_away_again() -> Result<()> {
    let test = "somebody_is_added_by_name_and_taken_away_again";
    at_machine(test, seed::without_keychain(), async |machine| {
        let (sim, other) = (seed::openai().await?, seed::openai().await?);
        let window = window(machine, &sim, &other).await?;
        let one = field(&format!("Message {MODEL}"));
        window.fill(&one, "my words @par").await?;
        window.sees("Ctrl + Enter to ask it as well").await?;
        window.type_into(&one, CTRL_ENTER).await?;
        let both = field("Message all 2 at once");
        window.finds(&both).await?;
        ensure!(window.value_of(&both).await?.trim() == "my words", "only the name left the text");
        window.click(&button(&format!("Do not ask “{AGENT}”"))).await?;
        window.finds(&one).await?;
        ensure!(window.value_of(&one).await?.trim() == "my words");
        machine.close(window).await
    })
    .await
}
