//! Writing a question: long pastes, earlier questions, another agent by its name; and finding what was said.

use anyhow::{Context, Result, ensure};
use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::conversation::{SendRequest, ShowConversationRequest, Target};
use hub_contract::id::{ConnectionId, ConversationId};
use hub_contract::run::AttachRunRequest;
use hub_core::Hub;
use hub_sim::{OpenAiSim, Scenario};
use hub_tests_desktop::{Machine, Window, at_machine, button, field, heading, link, option, region, until};
use serde_json::{Value, json};

use crate::seed::{self, MODEL};

const UP: &str = "\u{E013}";
const DOWN: &str = "\u{E015}";
const HOME: &str = "\u{E011}";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const AGENT: &str = "Parts desk";
/// What an input method tells the page, by name.
const COMPOSITION: &str = "const area = document.querySelector('.composer .text');
    area.dispatchEvent(new CompositionEvent(arguments[0], { bubbles: true }));";
/// A paste of `arguments[0]`, as the engine does it: the event, then the text at the caret.
const PASTE: &str = "const area = document.querySelector('.composer .text');
    area.focus();
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', arguments[0]);
    const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    if (area.dispatchEvent(paste)) document.execCommand('insertText', false, arguments[0]);";

async fn ask(window: &Window, sim: &OpenAiSim, question: &str, answer: &str) -> Result<()> {
    sim.next(Scenario::Text { text: answer.into(), reasoning: None });
    window.fill(&field("Message"), question).await?;
    window.click(&button("Send")).await?;
    window.sees(answer).await?;
    window.finds(&button("Send")).await
}

async fn written(window: &Window, expected: &str) -> Result<()> {
    let written = until("", async || {
        let value = window.value_of(&field("Message")).await?;
        Ok((value == expected).then_some(()))
    });
    if written.await.is_err() {
        let value = window.value_of(&field("Message")).await?;
        anyhow::bail!("{expected:?} should stand in the composer, not {value:?}");
    }
    Ok(())
}

#[tokio::test]
async fn earlier_questions_come_back_by_keys_and_long_pastes_as_files() -> Result<()> {
    let test = "earlier_questions_come_back_by_keys_and_long_pastes_as_files";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        window.click(&button(MODEL).first()).await?;
        ask(&window, &sim, "Why did it rise?", "Because of the seals.").await?;
        ask(&window, &sim, "Since when?", "Since August.").await?;

        let message = field("Message");
        window.type_into(&message, UP).await?;
        written(&window, "Since when?").await?;
        window.type_into(&message, UP).await?;
        written(&window, "Why did it rise?").await?;
        window.type_into(&message, DOWN).await?;
        written(&window, "Since when?").await?;
        window.type_into(&message, DOWN).await?;
        written(&window, "").await?;

        window.fill(&message, "my own").await?;
        window.type_into(&message, UP).await?;
        written(&window, "my own").await?;
        // The driver puts the caret at the end before each call, so both keys go in one.
        window.run(COMPOSITION, vec![json!("compositionstart")]).await?;
        window.type_into(&message, &format!("{HOME}{UP}")).await?;
        written(&window, "my own").await?;
        window.run(COMPOSITION, vec![json!("compositionend")]).await?;
        window.type_into(&message, &format!("{HOME}{UP}")).await?;
        written(&window, "Since when?").await?;
        window.type_into(&message, ESCAPE).await?;
        written(&window, "my own").await?;

        let pasted = "A line of the log.\n".repeat(600);
        window.fill(&message, "Read this: ").await?;
        window.run(PASTE, vec![json!(pasted)]).await?;
        window.sees("The pasted text has 11,400 characters.").await?;
        written(&window, &format!("Read this: {pasted}")).await?;
        machine.keep_picture("composer-paste");
        window.click(&button("Keep as text")).await?;
        window.sees_no_more("The pasted text has").await?;
        written(&window, &format!("Read this: {pasted}")).await?;

        window.fill(&message, "Read this: ").await?;
        window.run(PASTE, vec![json!(pasted)]).await?;
        window.click(&button("Attach as a file")).await?;
        window.sees("pasted.txt").await?;
        written(&window, "Read this: ").await?;
        machine.keep_picture("composer-pasted");
        sim.next(Scenario::Text { text: "It is a log.".into(), reasoning: None });
        window.click(&button("Send")).await?;
        window.sees("It is a log.").await?;
        let sent = sim.chats().pop().context("a question came")?.to_string();
        let whole = Value::from(pasted).to_string();
        ensure!(sent.contains("pasted.txt") && sent.contains(whole.trim_matches('"')), "the file went along whole");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_name_behind_an_at_sign_says_who_is_asked() -> Result<()> {
    let test = "a_name_behind_an_at_sign_says_who_is_asked";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let start = seed::connected(machine, &sim).await?;
        add_agent(machine).await?;
        let window = machine.open(start).await?;
        window.click(&button(MODEL).first()).await?;
        window.finds(&field(&format!("Message {MODEL}"))).await?;

        let message = field("Message");
        window.type_into(&message, "@").await?;
        window.finds(&option(MODEL)).await?;
        machine.keep_picture("composer-mention");
        window.type_into(&message, ESCAPE).await?;
        window.misses(&option(MODEL)).await?;
        window.fill(&message, "Write to wang@parts.example").await?;
        window.misses(&option(AGENT)).await?;
        written(&window, "Write to wang@parts.example").await?;

        window.fill(&message, "@par").await?;
        window.finds(&option(AGENT)).await?;
        window.type_into(&message, ENTER).await?;
        window.finds(&field(&format!("Message {AGENT}"))).await?;
        written(&window, "").await?;
        ensure!(sim.chats().is_empty(), "choosing asks nothing");
        ask(&window, &sim, "Which seal fits?", "Number 12.").await?;

        window.type_into(&message, "And what does it cost @gpt").await?;
        window.sees("Choosing begins a new conversation").await?;
        machine.keep_picture("composer-mention-begins");
        window.click(&option(MODEL)).await?;
        window.finds(&field(&format!("Message {MODEL}"))).await?;
        written(&window, "And what does it cost ").await?;
        window.sees_no_more("Number 12.").await?;
        window.click(&link("Which seal fits?")).await?;
        window.sees("Number 12.").await?;
        written(&window, "").await
    })
    .await
}

#[tokio::test]
async fn what_was_said_is_found_by_filters_and_by_its_day() -> Result<()> {
    let test = "what_was_said_is_found_by_filters_and_by_its_day";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let start = seed::connected(machine, &sim).await?;
        let conversation = said(machine, &sim, 40, None, "The first flange question", "Flange one.").await?;
        said(machine, &sim, 0, Some(conversation), "The second flange question", "Flange two.").await?;
        let window = machine.open(start).await?;

        window.click(&link("Search")).await?;
        let (search, results) = (field("Search all conversations"), region("Search results"));
        window.fill(&search, "flange").await?;
        for (filter, shown, hidden) in [
            ("Questions", "second flange", "Flange two."),
            ("Answers", "Flange two.", "second flange"),
            ("30 days", "Flange two.", "Flange one."),
            ("All", "second flange", "first flange"),
        ] {
            window.click(&button(filter)).await?;
            let filtered = until("", async || {
                let words = window.text_of(&results).await?;
                Ok((words.contains(shown) && !words.replace("The first flange question", "").contains(hidden))
                    .then_some(()))
            });
            filtered.await.with_context(|| format!("the filter {filter}"))?;
        }
        machine.keep_picture("search-filters");
        let path = window.run("return location.search;", vec![]).await?;
        ensure!(path == json!("?q=flange&when=month"), "the filters stand in the path: {path}");
        window.reload().await?;
        window.sees("Flange two.").await?;
        window.sees_no_more("Flange one.").await?;
        window.click(&button("Range…")).await?;
        window.fill(&field("To"), "2020-01-01").await?;
        window.sees("Nothing found for").await?;
        machine.keep_picture("search-filtered-away");
        window.click(&button("Remove the filters")).await?;
        window.sees("Flange one.").await?;

        window.click(&button("Open in conversation")).await?;
        window.finds(&heading("The first flange question")).await?;
        let thread = window.text_of(&region("Messages")).await?;
        ensure!(thread.contains("The first flange question"), "a short conversation is there whole: {thread}");
        window.click(&button("Go to the start or a date")).await?;
        machine.keep_picture("thread-go");
        window.click(&option("Go to the start")).await?;
        focused(&window, "The first flange question").await?;
        window.click(&button("Go to the start or a date")).await?;
        window.click(&option("Today")).await?;
        focused(&window, "The second flange question").await
    })
    .await
}

/// Waits until the message that has the focus holds these words.
async fn focused(window: &Window, words: &str) -> Result<()> {
    let focused = until("", async || {
        let text = window.run("return document.activeElement?.innerText ?? '';", vec![]).await?;
        Ok(text.as_str().is_some_and(|text| text.contains(words)).then_some(()))
    });
    focused.await.with_context(|| format!("the focus is not on {words:?}"))
}

async fn add_agent(machine: &Machine) -> Result<()> {
    let hub = seed::hub(machine).await?;
    let connection = only_connection(&hub).await?;
    let source = AgentSource::Prompt {
        connection,
        model: MODEL.into(),
        prompt: "You sell parts.".into(),
        parameters: Value::Null,
    };
    hub.agent_add(AddAgentRequest {
        source,
        name: AGENT.to_owned(),
        group: None,
        description: String::new(),
        plans: Vec::new(),
        groups: Vec::new(),
    })
    .await?;
    hub.close().await;
    Ok(())
}

async fn only_connection(hub: &Hub) -> Result<ConnectionId> {
    Ok(hub.connections_list(()).await?.pop().context("there is a connection")?.id)
}

/// A question and its answer of so many days ago.
async fn said(
    machine: &Machine,
    sim: &OpenAiSim,
    days_ago: i64,
    conversation: Option<ConversationId>,
    question: &str,
    answer: &str,
) -> Result<ConversationId> {
    let hub = seed::hub_days_ago(machine, days_ago).await?;
    let connection = only_connection(&hub).await?;
    let parent = match &conversation {
        Some(id) => {
            let show = ShowConversationRequest { id: id.clone(), through: None, last: None };
            hub.conversation_show(show).await?.messages.pop().map(|message| message.id)
        }
        None => None,
    };
    sim.next(Scenario::Text { text: answer.into(), reasoning: None });
    let target = Some(Target::Model { connection, model: MODEL.into() }).filter(|_| conversation.is_none());
    let sent = hub
        .chat_send(SendRequest {
            conversation,
            target,
            parent,
            text: question.into(),
            attachments: Vec::new(),
            inputs: Default::default(),
            answer: Default::default(),
        })
        .await?;
    hub.run_attach(AttachRunRequest { run: sent.run, from_seq: 0 }, |_| {}).await?;
    hub.close().await;
    Ok(sent.conversation.id)
}
