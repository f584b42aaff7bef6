//! Connecting a platform through the form, and what the form says when that cannot work.

use anyhow::{Result, ensure};
use hub_sim::openai::TEST_KEY;
use hub_sim::{Gate, ProxyKind, ProxyServer, Recorder, Reply, Scenario, Script, ScriptedServer};
use hub_tests_desktop::{
    Machine, MachineOptions, Start, Target, Window, at_machine, button, checkbox, dialog, field, radio,
};

use crate::seed::{self, MODEL, rail};

/// The address field of the form.
fn address() -> Target {
    field("API endpoint")
}

/// From the first page to the empty form of a platform.
async fn open_form(machine: &Machine, platform: &str) -> Result<Window> {
    let window = machine.open(Start::default()).await?;
    window.click(&button("Connect a platform")).await?;
    window.click(&button(&format!("Add · {platform}"))).await?;
    window.finds(&dialog(&format!("Connect {platform}"))).await?;
    Ok(window)
}

#[tokio::test]
async fn a_person_connects_a_platform_enables_models_and_gets_an_answer() -> Result<()> {
    let test = "a_person_connects_a_platform_enables_models_and_gets_an_answer";
    at_machine(test, MachineOptions::default(), async |machine| {
        let sim = seed::openai().await?;
        let window = open_form(machine, "OpenAI").await?;
        window.fill(&field("API key"), TEST_KEY).await?;
        window.fill(&address(), &sim.base_url()).await?;
        window.sees(&format!("{}/chat/completions", sim.base_url())).await?;
        window.click(&button("Test")).await?;
        window.sees("Test passed").await?;
        window.click(&button("Save")).await?;

        window.click(&button("Fetch list")).await?;
        window.fill(&field("Search"), MODEL).await?;
        window.click(&checkbox(MODEL)).await?;
        window.click(&button("Enable 1")).await?;
        window.sees("1 model enabled").await?;

        window.click(&rail("Chat")).await?;
        window.fill(&field("Message"), "Why did the repair rate rise?").await?;
        window.click(&button("Send")).await?;
        window.sees("First token").await?;
        let asked = sim.chats();
        ensure!(asked.len() == 1, "one question went out, not {}", asked.len());
        ensure!(asked.iter().all(|chat| chat["model"] == MODEL && chat["stream"] == true), "{asked:?}");

        window.click(&rail("Platforms")).await?;
        window.sees("1 model enabled").await?;
        ensure!(!window.text().await?.contains(TEST_KEY), "a stored key is never shown");
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn several_models_are_ticked_and_enabled_at_once() -> Result<()> {
    at_machine("several_models_are_ticked_and_enabled_at_once", seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        window.click(&rail("Models")).await?;
        window.click(&button("Fetch list")).await?;
        window.click(&checkbox("gpt-demo-mini")).await?;
        window.click(&checkbox("gpt-demo-text")).await?;
        window.sees("2 selected").await?;
        window.click(&button("Enable 2")).await?;
        window.sees("3 models enabled").await?;
        window.click(&rail("Platforms")).await?;
        window.sees("3 models enabled").await
    })
    .await
}

/// What a form shows after a save that the server made impossible; nothing typed is lost and nothing is saved.
async fn refused(machine: &Machine, address_typed: &str, key: &str, words: &[&str]) -> Result<()> {
    let window = open_form(machine, "OpenAI").await?;
    window.fill(&field("API key"), key).await?;
    window.fill(&address(), address_typed).await?;
    window.fill(&field("Connection name"), "Ours").await?;
    window.sees("/chat/completions").await?;
    window.click(&button("Save")).await?;
    for words in words {
        window.sees(words).await?;
    }
    ensure!(window.value_of(&address()).await? == address_typed, "the address is kept");
    ensure!(window.value_of(&field("API key")).await? == key, "the key is kept");
    ensure!(window.value_of(&field("Connection name")).await? == "Ours", "the name is kept");
    ensure!(!window.text().await?.contains(key), "no message repeats the key");
    window.click(&button("Cancel")).await?;
    window.click(&button("Discard")).await?;
    window.misses(&dialog("Connect OpenAI")).await?;
    window.finds(&button("Add · OpenAI")).await
}

#[tokio::test]
async fn a_wrong_key_is_told_with_the_next_step() -> Result<()> {
    at_machine("a_wrong_key_is_told_with_the_next_step", MachineOptions::default(), async |machine| {
        let sim = seed::openai().await?;
        let words = ["OpenAI does not accept the key.", "Check that the whole key was copied"];
        refused(machine, &sim.base_url(), "sk-test-9999-refused", &words).await
    })
    .await
}

#[tokio::test]
async fn a_web_page_instead_of_an_api_is_told() -> Result<()> {
    at_machine("a_web_page_instead_of_an_api_is_told", MachineOptions::default(), async |machine| {
        let script = Script::new().otherwise(Reply::html(200, "<!doctype html><title>Sign in</title><p>Hello"));
        let server = ScriptedServer::start(script).await?;
        let words = ["answered with a web page", "it must be the API's"];
        refused(machine, &format!("{}/v1", server.base_url()), TEST_KEY, &words).await
    })
    .await
}

#[tokio::test]
async fn the_connection_doctor_shows_where_the_way_ends() -> Result<()> {
    at_machine("the_connection_doctor_shows_where_the_way_ends", seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        window.click(&rail("Platforms")).await?;
        window.click(&button("Manage · OpenAI")).await?;
        window.click(&button("Diagnose “OpenAI”")).await?;
        window.sees("Proxy · left out").await?;
        window.sees("No proxy is on this way.").await?;
        window.sees("Credential · passed").await?;
        window.sees("Answer to its end · passed").await?;
        window.sees("Stop · left out").await?;
        ensure!(sim.chats().len() == 1, "one short question");

        sim.next(Scenario::NoBalance);
        window.click(&button("Diagnose “OpenAI”")).await?;
        window.sees("First piece of an answer · failed").await?;
        window.sees("Answer to its end · not reached").await
    })
    .await
}

#[tokio::test]
async fn a_redirect_is_told_and_the_key_stays_here() -> Result<()> {
    at_machine("a_redirect_is_told_and_the_key_stays_here", MachineOptions::default(), async |machine| {
        let elsewhere = Recorder::start().await?;
        let script = Script::new().otherwise(Reply::redirect(307, format!("{}/v1/models", elsewhere.base_url())));
        let server = ScriptedServer::start(script).await?;
        let words = ["redirected to another address; the key was not sent there", "Check the address"];
        refused(machine, &format!("{}/v1", server.base_url()), TEST_KEY, &words).await?;
        ensure!(elsewhere.connections() == 0, "nobody went where the redirect pointed");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_and_can_be_saved_all_the_same() -> Result<()> {
    let test = "a_server_that_is_not_there_is_told_and_can_be_saved_all_the_same";
    at_machine(test, MachineOptions::default(), async |machine| {
        let window = open_form(machine, "OpenAI-compatible").await?;
        // The discard port: nothing listens there.
        window.fill(&address(), "http://127.0.0.1:9/v1").await?;
        window.sees("http://127.0.0.1:9/v1/chat/completions").await?;
        window.click(&button("Save")).await?;
        window.sees("No connection to 127.0.0.1").await?;
        window.sees("Check that the server runs").await?;
        window.click(&button("Save without testing")).await?;
        window.misses(&dialog("Connect OpenAI-compatible")).await?;
        window.click(&rail("Platforms")).await?;
        window.finds(&button("Manage · OpenAI-compatible")).await
    })
    .await
}

#[tokio::test]
async fn an_address_is_judged_while_it_is_typed_and_nothing_is_sent() -> Result<()> {
    let test = "an_address_is_judged_while_it_is_typed_and_nothing_is_sent";
    at_machine(test, MachineOptions::default(), async |machine| {
        let server = Recorder::start().await?;
        let window = open_form(machine, "OpenAI-compatible").await?;
        window.fill(&address(), &format!("{}/v1/v1/", server.base_url())).await?;
        window.sees("A doubled version was made one.").await?;
        window.sees(&format!("{}/v1/chat/completions", server.base_url())).await?;
        window.fill(&address(), &format!("{}/gateway/llm", server.base_url())).await?;
        window.sees(&format!("{}/gateway/llm/chat/completions", server.base_url())).await?;
        for (typed, words) in [
            ("https://api.exam ple.com/v1", "There are spaces in the address"),
            ("api.example.com/v1", "http:// or https:// is missing"),
            ("ftp://api.example.com/v1", "Only addresses with http:// or https://"),
            ("https://li:secret@api.example.com/v1", "must not hold a user name or password"),
            ("http://api.example.com/v1", "Plain http to a public host"),
            ("", "Enter API endpoint."),
        ] {
            window.fill(&address(), typed).await?;
            window.click(&button("Save")).await?;
            window.sees(words).await?;
            window.finds(&dialog("Connect OpenAI-compatible")).await?;
        }
        ensure!(server.connections() == 0, "looking at an address sends nothing");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_address_is_used_as_typed_where_that_is_ticked() -> Result<()> {
    let test = "an_address_is_used_as_typed_where_that_is_ticked";
    at_machine(test, MachineOptions::default(), async |machine| {
        let window = open_form(machine, "OpenAI-compatible").await?;
        // The discard port: nothing listens there.
        window.fill(&address(), "http://127.0.0.1:9").await?;
        window.sees("http://127.0.0.1:9/v1/chat/completions").await?;
        window.click(&checkbox("Use the address exactly as typed")).await?;
        window.sees("http://127.0.0.1:9/chat/completions").await?;
        window.click(&button("Save")).await?;
        window.click(&button("Save without testing")).await?;
        window.misses(&dialog("Connect OpenAI-compatible")).await?;

        window.click(&button("Edit connection")).await?;
        window.sees("http://127.0.0.1:9/chat/completions").await?;
        ensure!(window.value_of(&address()).await? == "http://127.0.0.1:9", "the stored address is left as it is");
        ensure!(!window.text().await?.contains("http://127.0.0.1:9/v1"), "nothing is proposed for it");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_key_with_a_line_break_inside_is_told_before_it_is_sent() -> Result<()> {
    let test = "a_key_with_a_line_break_inside_is_told_before_it_is_sent";
    at_machine(test, MachineOptions::default(), async |machine| {
        let server = Recorder::start().await?;
        let window = open_form(machine, "OpenAI").await?;
        window.fill(&field("API key"), "sk-test-0000 pasted-twice").await?;
        window.fill(&address(), &format!("{}/v1", server.base_url())).await?;
        window.sees("/chat/completions").await?;
        window.click(&button("Save")).await?;
        window.sees("The key has a space or a line break inside.").await?;
        ensure!(server.connections() == 0, "nothing was sent");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_empty_key_is_asked_for_and_a_pasted_line_break_is_no_part_of_one() -> Result<()> {
    let test = "an_empty_key_is_asked_for_and_a_pasted_line_break_is_no_part_of_one";
    at_machine(test, MachineOptions::default(), async |machine| {
        let sim = seed::openai().await?;
        let window = open_form(machine, "OpenAI").await?;
        window.fill(&address(), &sim.base_url()).await?;
        window.sees(&format!("{}/chat/completions", sim.base_url())).await?;
        window.click(&button("Save")).await?;
        window.sees("Enter API key.").await?;
        window.finds(&dialog("Connect OpenAI")).await?;
        ensure!(sim.requests().is_empty(), "nothing is sent without a key");

        machine.copy("UTF8_STRING", format!("{TEST_KEY}\n").as_bytes())?;
        window.type_into(&field("API key"), "\u{E009}v").await?;
        window.click(&button("Save")).await?;
        window.finds(&button("Fetch list")).await
    })
    .await
}

#[tokio::test]
async fn a_test_that_gets_no_answer_can_be_left() -> Result<()> {
    at_machine("a_test_that_gets_no_answer_can_be_left", MachineOptions::default(), async |machine| {
        let never = Gate::new();
        let server = ScriptedServer::start(Script::new().otherwise(Reply::event_stream().wait(&never))).await?;
        let window = open_form(machine, "OpenAI-compatible").await?;
        window.fill(&address(), &format!("{}/v1", server.base_url())).await?;
        window.sees(&format!("{}/v1/chat/completions", server.base_url())).await?;
        window.click(&button("Test")).await?;
        window.finds(&button("Testing")).await?;
        window.click(&button("Cancel")).await?;
        window.click(&button("Discard")).await?;
        window.misses(&dialog("Connect OpenAI-compatible")).await?;
        window.finds(&button("Add · OpenAI-compatible")).await
    })
    .await
}

#[tokio::test]
async fn a_locked_keychain_is_told_in_chinese_and_nothing_is_lost() -> Result<()> {
    let options = MachineOptions { language: "zh_CN.UTF-8", ..MachineOptions::default() };
    at_machine("a_locked_keychain_is_told_in_chinese_and_nothing_is_lost", options, async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(Start::default()).await?;
        window.click(&button("接入平台")).await?;
        window.click(&button("添加 · OpenAI")).await?;
        window.fill(&field("API Key"), TEST_KEY).await?;
        window.fill(&field("API endpoint"), &sim.base_url()).await?;
        window.sees(&format!("{}/chat/completions", sim.base_url())).await?;
        machine.lock_keychain()?;
        window.click(&button("保存")).await?;
        machine.refuse_keychain().await?;
        window.sees("钥匙串已锁定。").await?;
        window.sees("解锁后再试。").await?;
        ensure!(window.value_of(&field("API Key")).await? == TEST_KEY, "the key is still in the form");
        ensure!(!in_files(machine, TEST_KEY)?, "the key is in no file");

        window.click(&button("保存")).await?;
        machine.unlock_keychain().await?;
        window.finds(&button("获取列表")).await
    })
    .await
}

#[tokio::test]
async fn a_stored_key_is_only_in_the_keychain() -> Result<()> {
    at_machine("a_stored_key_is_only_in_the_keychain", MachineOptions::default(), async |machine| {
        let sim = seed::openai().await?;
        let window = open_form(machine, "OpenAI").await?;
        window.fill(&field("API key"), TEST_KEY).await?;
        window.fill(&address(), &sim.base_url()).await?;
        window.sees("/chat/completions").await?;
        window.click(&button("Save")).await?;
        window.finds(&button("Fetch list")).await?;
        machine.close(window).await?;
        ensure!(!in_files(machine, TEST_KEY)?, "the key is in no file of the data directory");

        let window = machine.open(Start::default()).await?;
        window.click(&rail("Platforms")).await?;
        window.click(&button("Test · OpenAI")).await?;
        let asked = sim.requests().len();
        ensure!(asked > 0);
        window.sees("0 models enabled").await
    })
    .await
}

/// Whether a text stands in a file of the data directory, as it is.
fn in_files(machine: &Machine, text: &str) -> Result<bool> {
    let mut folders = vec![machine.data_dir()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read(&path).is_ok_and(|bytes| contains(&bytes, text.as_bytes())) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

#[tokio::test]
async fn a_connection_goes_out_through_a_proxy_of_its_own() -> Result<()> {
    at_machine("a_connection_goes_out_through_a_proxy_of_its_own", MachineOptions::default(), async |machine| {
        let sim = seed::openai().await?;
        let upstream = sim.base_url().trim_start_matches("http://").split('/').next().unwrap_or_default().parse()?;
        let proxy = ProxyServer::start(ProxyKind::Http, Some("li:the proxy's password"), upstream).await?;
        let window = open_form(machine, "OpenAI").await?;
        window.fill(&field("API key"), TEST_KEY).await?;
        // A name that no resolver knows: what arrives came through the proxy.
        window.fill(&address(), "http://llm.example/v1").await?;
        window.click(&checkbox("Use plain http")).await?;
        window.click(&button("Proxy")).await?;
        window.click(&radio("Its own")).await?;
        window.click(&button("Test")).await?;
        window.sees("Enter the proxy's address.").await?;
        window.fill(&field("Proxy address"), &proxy.url()).await?;
        window.fill(&field("User name"), "li").await?;
        window.fill(&field("Password"), "wrong").await?;
        window.click(&button("Test")).await?;
        window.sees("The proxy did not let the request through").await?;
        window.fill(&field("Password"), "the proxy's password").await?;
        window.click(&button("Test")).await?;
        window.sees("Test passed").await?;
        window.click(&button("Save")).await?;
        window.click(&button("Fetch list")).await?;
        window.finds(&checkbox(MODEL)).await?;

        window.click(&button("Edit connection")).await?;
        // It comes with the check of the address; the form is complete then, and its buttons stay where they are.
        window.finds(&checkbox("Use plain http")).await?;
        ensure!(window.value_of(&field("Proxy address")).await? == proxy.url(), "the proxy is shown");
        ensure!(!window.text().await?.contains("the proxy's password"), "its password is not");
        window.click(&radio("As in the settings")).await?;
        // The form becomes shorter: a click that is aimed before it would miss.
        window.misses(&field("Proxy address")).await?;
        window.click(&button("Save")).await?;
        window.sees("could not be found").await?;
        machine.close(window).await?;
        let let_through = proxy.seen().iter().any(|proxied| proxied.let_through);
        ensure!(let_through, "everything went through it: {:?}", proxy.seen());
        Ok(())
    })
    .await
}
