//! Plans, user groups, members, who may use which agent, and the Hub through a member's eyes.

use anyhow::{Context, Result, ensure};
use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::people::{AddMemberRequest, AddNamedRequest};
use hub_core::Hub;
use hub_tests_desktop::{Window, at_machine, button, checkbox, dialog, field, region, row, tab, until};
use serde_json::{Value, json};

use crate::seed::{self, MODEL, rail};

/// More members than a page may hold rows.
const MANY: usize = 300;

/// From the members page: adds a plan or user group by its form.
async fn add_named(window: &Window, section: &str, action: &str, name: &str) -> Result<()> {
    window.click(&tab(section)).await?;
    window.click(&button(action).first()).await?;
    window.finds(&dialog(action)).await?;
    window.fill(&field("Name"), name).await?;
    window.click(&button(action).inside(dialog(action))).await?;
    window.misses(&dialog(action)).await?;
    window.finds(&row(name)).await
}

/// From the agents page: adds a model with a role prompt, granted to a group or to nobody.
async fn add_agent(window: &Window, name: &str, group: Option<&str>) -> Result<()> {
    window.click(&button("Add agent").first()).await?;
    window.finds(&dialog("Add agent")).await?;
    window.fill(&field("Role prompt"), "You look up spare parts.").await?;
    window.fill(&field("Name"), name).await?;
    match group {
        Some(group) => {
            window.click(&checkbox(group)).await?;
            window.sees("1 of 1 members can use it").await?;
        }
        None => window.sees("With nothing ticked, only the operator sees it.").await?,
    }
    window.click(&button("Add agent").inside(dialog("Add agent"))).await?;
    window.misses(&dialog("Add agent")).await?;
    window.finds(&row(name)).await
}

#[tokio::test]
async fn an_agent_granted_to_a_group_is_what_its_member_sees() -> Result<()> {
    let test = "an_agent_granted_to_a_group_is_what_its_member_sees";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        window.click(&rail("Members")).await?;
        window.sees("No members yet").await?;
        add_named(&window, "Plans", "Add plan", "Standard").await?;
        add_named(&window, "User groups", "Add user group", "Service").await?;

        window.click(&tab("Members")).await?;
        window.click(&button("Add member").first()).await?;
        window.finds(&dialog("Add member")).await?;
        window.fill(&field("Name"), "Chen Xiao").await?;
        window.choose(&field("Plan"), "Standard").await?;
        window.fill(&field("Last day of the plan"), "2027-02-30").await?;
        window.click(&checkbox("Service")).await?;
        window.click(&button("Add member").inside(dialog("Add member"))).await?;
        window.sees("Write the day like 2027-06-30").await?;
        window.fill(&field("Last day of the plan"), "2099-02-28").await?;
        window.click(&button("Add member").inside(dialog("Add member"))).await?;
        window.misses(&dialog("Add member")).await?;
        let member = window.text_of(&row("Chen Xiao")).await?;
        ensure!(["Standard", "2099-02-28", "Service"].iter().all(|words| member.contains(words)), "{member}");

        window.click(&rail("Agents")).await?;
        add_agent(&window, "Spare parts", Some("Service")).await?;
        add_agent(&window, "Board papers", None).await?;
        window.sees("Operator only").await?;

        window.click(&button("View as")).await?;
        window.click(&button("Chen Xiao").inside(dialog("View as"))).await?;
        window.sees("You are viewing as the member “Chen Xiao”.").await?;
        window.sees("Usable 1").await?;
        let open = window.text_of(&row("Spare parts")).await?;
        ensure!(open.contains("Granted to the group “Service”"), "{open}");
        let closed = window.text_of(&row("Board papers")).await?;
        ensure!(closed.contains("Granted to nobody, operator only") && closed.contains("Locked"), "{closed}");

        window.click(&rail("Chat")).await?;
        window.finds(&button("Spare parts").first()).await?;
        window.misses(&button(MODEL)).await?;
        window.click(&button("Spare parts").last()).await?;
        let offered = region("Choose an agent or model");
        window.finds(&button("Spare parts").inside(offered.clone())).await?;
        let names = window.text_of(&offered).await?;
        ensure!(!names.contains("Board papers") && !names.contains(MODEL), "a member is offered more: {names}");
        window.press("\u{E00C}").await?;

        window.click(&button("Stop viewing")).await?;
        window.misses(&button("Stop viewing")).await?;
        window.click(&rail("Agents")).await?;
        window.finds(&button("Edit “Board papers”")).await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn a_name_that_is_taken_or_cannot_be_seen_is_refused_with_words() -> Result<()> {
    let test = "a_name_that_is_taken_or_cannot_be_seen_is_refused_with_words";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        window.click(&rail("Members")).await?;
        add_named(&window, "Plans", "Add plan", "Standard").await?;
        window.click(&button("Add plan").first()).await?;
        window.finds(&dialog("Add plan")).await?;
        let save = button("Add plan").inside(dialog("Add plan"));
        window.click(&save).await?;
        window.sees("Enter Name.").await?;
        window.fill(&field("Name"), "  STANDARD ").await?;
        window.sees("This name is taken.").await?;
        window.click(&save).await?;
        window.fill(&field("Name"), "Stand\u{200b}ard").await?;
        window.sees("cannot be seen").await?;
        window.click(&save).await?;
        window.finds(&dialog("Add plan")).await?;
        window.fill(&field("Name"), "Trial").await?;
        window.click(&save).await?;
        window.misses(&dialog("Add plan")).await?;
        window.finds(&row("Trial")).await?;
        let plans = seen_rows(&window).await?;
        ensure!(plans == 2, "nothing refused was added: {plans} plans");
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn a_removal_says_what_depends_on_it() -> Result<()> {
    let test = "a_removal_says_what_depends_on_it";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let start = seed::connected(machine, &sim).await?;
        let hub = seed::hub(machine).await?;
        let group = hub.group_add(AddNamedRequest { name: "Service".into() }).await?.id;
        hub.member_add(member("Chen Xiao", vec![group.clone()])).await?;
        let model = hub.models_list(()).await?.into_iter().find(|model| model.enabled).context("a model")?;
        hub.agent_add(AddAgentRequest {
            source: AgentSource::Prompt {
                connection: model.connection,
                model: model.id,
                prompt: "You look up spare parts.".into(),
                parameters: Value::Null,
            },
            name: "Spare parts".into(),
            group: None,
            description: String::new(),
            plans: Vec::new(),
            groups: vec![group],
        })
        .await?;
        hub.close().await;

        let window = machine.open(start).await?;
        window.click(&rail("Members")).await?;
        window.click(&tab("User groups")).await?;
        window.click(&button("Delete “Service”")).await?;
        let told = dialog("Delete “Service”");
        window.finds(&told).await?;
        for words in ["1 member leaves this group", "Chen Xiao", "1 agent loses this grant", "Spare parts"] {
            window.sees(words).await?;
        }
        window.click(&button("Delete user group")).await?;
        window.misses(&told).await?;
        window.sees("No user groups yet").await?;
        window.click(&tab("Members")).await?;
        let left = window.text_of(&row("Chen Xiao")).await?;
        ensure!(!left.contains("Service"), "{left}");
        window.click(&rail("Agents")).await?;
        window.sees("Operator only").await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn many_members_are_scrolled_and_searched_with_few_rows_in_the_page() -> Result<()> {
    let test = "many_members_are_scrolled_and_searched_with_few_rows_in_the_page";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let start = seed::connected(machine, &sim).await?;
        fill(&seed::hub(machine).await?).await?;
        let window = machine.open(start).await?;
        window.click(&rail("Members")).await?;
        window.finds(&row("Member 000")).await?;
        let mounted = seen_rows(&window).await?;
        ensure!(mounted < MANY / 3, "{mounted} rows are in the page");
        let last = format!("Member {:03}", MANY - 1);
        let down = "const all = document.querySelector('.rows-scroll'); all.scrollTop = all.scrollHeight;";
        window.run(down, vec![]).await?;
        window.finds(&row(&last)).await?;
        window.fill(&field(&format!("Search {MANY} members by name, plan or group")), "member 042").await?;
        window.finds(&row("Member 042")).await?;
        until("one row", async || Ok((seen_rows(&window).await? == 1).then_some(()))).await?;
        machine.close(window).await
    })
    .await
}

async fn fill(hub: &Hub) -> Result<()> {
    for number in 0..MANY {
        hub.member_add(member(&format!("Member {number:03}"), Vec::new())).await?;
    }
    hub.close().await;
    Ok(())
}

fn member(name: &str, groups: Vec<hub_contract::id::GroupId>) -> AddMemberRequest {
    AddMemberRequest { name: name.to_owned(), plan: None, until: None, groups }
}

/// How many rows of the table are in the page, without its head and the space before and after them.
async fn seen_rows(window: &Window) -> Result<usize> {
    let count = window.run("return document.querySelectorAll('.people-table tbody tr:not(.spacer)').length;", vec![]);
    let count = count.await?;
    ensure!(count != json!(null), "the page tells no number");
    Ok(usize::try_from(count.as_u64().unwrap_or_default())?)
}
