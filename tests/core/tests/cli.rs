//! `hub` as a person or a script runs it: the real program against a simulated platform, with the passphrase vault.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends there"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hub_core::{Hub, HubOptions};
use hub_sim::{Gate, OpenAiOptions, OpenAiSim, Profile, Recorder, Reply, Scenario, Script, ScriptedServer, TEST_KEY};
use hub_tests_core::hub_program;
use serde_json::Value;
use tempfile::TempDir;

const PASSPHRASE: &str = "correct horse";

#[tokio::test(flavor = "multi_thread")]
async fn from_a_key_to_a_conversation_that_is_found_again() {
    let (hub, sim) = (TestHub::new(), OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await.unwrap());
    // A key as it is pasted: with a newline behind it.
    let connected = hub.run(
        &["connect", "openai", "--name", "Work", "--base-url", &sim.base_url(), "--secret-stdin", "--json"],
        &format!("{TEST_KEY}\n"),
    );
    let connection = connected.ok().object();
    let id = connection["id"].as_str().unwrap();
    assert_eq!(connection["name"], "Work");
    assert_eq!(connection["state"]["state"], "ready");
    assert!(
        sim.requests().iter().all(|request| request.header("authorization") == Some(&format!("Bearer {TEST_KEY}")))
    );

    let listed = hub.run(&["connections", "list", "--json"], "").ok().objects();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["id"], id);
    let tested = hub.run(&["connections", "test", "Work", "--json"], "").ok().object();
    assert_eq!(tested["ok"], true);
    let offered = hub.run(&["catalog", id, "--search", "MINI", "--json"], "").ok().objects();
    assert_eq!(names(&offered, "remote_id"), ["gpt-demo-mini"]);
    hub.run(&["models", "enable", "Work", "gpt-demo", "typed/in:model"], "").ok();
    let models = hub.run(&["models", "list", "--json"], "").ok().objects();
    assert_eq!(names(&models, "id"), ["gpt-demo", "typed/in:model"]);

    let chat = hub.run(&["chat", "--model", &format!("{id}/gpt-demo"), "--json", "你好"], "").ok();
    let events = chat.objects();
    assert_event_order(&events, "finished");
    let answer: String =
        events.iter().filter(|event| event["type"] == "text").filter_map(|event| event["delta"].as_str()).collect();
    assert!(answer.contains("演示模型"), "{answer}");
    let conversation = events[0]["conversation"].as_str().unwrap().to_owned();

    // The question comes from stdin, the connection by its name, and the conversation goes on.
    let again = hub
        .run(&["chat", "--model", "Work/gpt-demo", "--conversation", &conversation], "And a second question?\n")
        .ok();
    assert!(!again.stdout.is_empty() && again.stderr.contains(&conversation));
    let last = sim.chats().pop().unwrap();
    let roles: Vec<&str> =
        last["messages"].as_array().unwrap().iter().filter_map(|message| message["role"].as_str()).collect();
    assert_eq!(roles, ["user", "assistant", "user"]);
    assert_eq!(last["messages"][2]["content"], "And a second question?", "without the newline of echo");

    let conversations = hub.run(&["conversations", "list", "--json"], "").ok().objects();
    assert_eq!(names(&conversations, "id"), [conversation.as_str()]);
    let shown = hub.run(&["conversations", "show", &conversation, "--json"], "").ok().object();
    assert_eq!(shown["messages"].as_array().unwrap().len(), 4);
    assert_eq!(shown["messages"][1]["text"], answer.as_str());
    for text in ["你", "你好", "second"] {
        let hits = hub.run(&["conversations", "search", text, "--json"], "").ok().objects();
        assert!(names(&hits, "conversation").contains(&conversation.as_str()), "{text}");
    }
    let found = |filters: &[&str]| {
        let line = [&["conversations", "search", "second", "--json"], filters].concat();
        hub.run(&line, "").ok().objects().len()
    };
    let all = found(&[]);
    assert!(all > 0);
    for (filters, count) in [
        (&["--model", "Work/gpt-demo"][..], all),
        (&["--model", "Work/other"], 0),
        (&["--agent", "nobody"], 0),
        (&["--role", "title"], 0),
        (&["--since", "2020-01-01", "--until", "2999-12-31", "--without-archived"], all),
        (&["--until", "2020-01-01"], 0),
        (&["--since", "2999-12-31"], 0),
    ] {
        assert_eq!(found(filters), count, "{filters:?}");
    }
    assert_eq!(found(&["--role", "question"]) + found(&["--role", "answer"]), all);
    let exported = hub.run(&["conversations", "export", &conversation, "--format", "md"], "").ok();
    assert!(exported.stdout.contains(&answer));

    hub.run(&["conversations", "remove", &conversation], "").ok();
    assert_eq!(hub.run(&["conversations", "list", "--json"], "").ok().stdout, "");
    hub.run(&["connections", "remove", "Work"], "").ok();
    assert_eq!(hub.run(&["connections", "list", "--json"], "").ok().stdout, "");
    hub.assert_no_file_contains(TEST_KEY);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_doctor_tells_every_step_and_where_the_way_ends() {
    let (hub, sim) = connected(Profile::OpenAi).await;
    let walked = hub.run(&["connections", "test", "Sim", "--deep"], "").ok();
    let lines: Vec<&str> = walked.stdout.lines().collect();
    assert_eq!(lines.len(), 8, "{}", walked.stdout);
    assert_eq!(lines[0], "Host name: left out · The address is a number and needs no name.");
    assert!(lines[1].starts_with("Connection: passed · ") && lines[1].ends_with(" ms"), "{}", lines[1]);
    assert_eq!(lines[2], "Proxy: left out · No proxy is on this way.");
    assert!(lines[4].starts_with("Credential: passed · "), "{}", lines[4]);
    assert!(lines[6].starts_with("Answer to its end: passed · "), "{}", lines[6]);
    assert!(lines[7].starts_with("Stop: left out · The platform has no call"), "{}", lines[7]);
    assert!(walked.stderr.contains("The test passed"), "{}", walked.stderr);

    sim.next(Scenario::NoBalance);
    let refused = hub.run(&["connections", "test", "Sim", "--deep", "--lang", "zh-CN"], "");
    assert_eq!(refused.status, 1, "{}", refused.stderr);
    let lines: Vec<&str> = refused.stdout.lines().collect();
    assert!(lines[5].contains("失败") && lines[5].contains("OpenAI"), "why, where it ends: {}", lines[5]);
    assert!(lines[6].contains("未到达") && lines[7].contains("未到达"), "{}", refused.stdout);
    assert!(refused.stderr.contains("insufficient_quota"), "the platform's own words: {}", refused.stderr);

    sim.next(Scenario::Cut);
    let cut = hub.run(&["connections", "test", "Sim", "--deep", "--json"], "");
    assert_eq!(cut.status, 1, "{}", cut.stderr);
    let states: Vec<Value> =
        cut.object()["steps"].as_array().unwrap().iter().map(|step| step["state"].clone()).collect();
    let expected = ["skipped", "passed", "skipped", "skipped", "passed", "passed", "failed", "not_reached"];
    assert_eq!(states, expected, "{}", cut.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_get_the_answer_on_stdout_and_words_in_their_language_on_stderr() {
    let (hub, sim) = connected(Profile::DeepSeek).await;
    sim.next(Scenario::Text { text: "四十二\n".into(), reasoning: Some("想一想".into()) });
    let chat = hub.run(&["chat", "--lang", "zh-CN", "--model", "Sim/deepseek-reasoner", "问"], "").ok();
    assert_eq!(chat.stdout, "四十二\n");
    assert!(chat.stderr.contains("继续这个对话"), "{}", chat.stderr);
    assert!(!chat.stderr.contains("想一想"), "reasoning is not the answer");

    let table = hub.run(&["connections", "list", "--lang", "zh-CN"], "").ok();
    let lines: Vec<&str> = table.stdout.lines().collect();
    assert!(lines[0].contains("平台") && lines[0].contains("状态"), "{}", table.stdout);
    assert!(lines[1].contains("deepseek") && lines[1].contains("可用"), "{}", table.stdout);
    let help = hub.run(&["--help", "--lang", "zh-CN"], "").ok();
    assert!(help.stdout.contains("用法：") && help.stdout.contains("平台目录"), "{}", help.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_is_told_and_saves_nothing() {
    let (hub, sim) = (TestHub::new(), OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await.unwrap());
    let wrong = "sk-test-0000-not-accepted";
    let refused = hub.run(&["connect", "openai", "--base-url", &sim.base_url(), "--secret-stdin", "--json"], wrong);
    assert_eq!(refused.failed(1)["code"], "bad_credential");
    assert!(refused.stderr.contains("does not accept the key"), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("Error code: bad_credential") && refused.stderr.contains("HTTP status: 401"),
        "{}",
        refused.stderr
    );
    assert!(!refused.stderr.contains(wrong) && !refused.stdout.contains(wrong), "a key is never shown");
    assert_eq!(hub.run(&["connections", "list", "--json"], "").ok().stdout, "");
    hub.assert_no_file_contains(wrong);

    // Without a test it is saved, and the test says the same.
    let id = hub
        .run(&["connect", "openai", "--base-url", &sim.base_url(), "--secret-stdin", "--no-verify"], wrong)
        .ok()
        .stdout;
    let tested = hub.run(&["connections", "test", id.trim(), "--json"], "");
    assert_eq!(tested.status, 1);
    assert_eq!(tested.objects()[0]["error"]["code"], "bad_credential");
    let file = hub.path("key.txt");
    std::fs::write(&file, TEST_KEY).unwrap();
    hub.run(&["connections", "set-secret", id.trim(), "--secret-file", file.to_str().unwrap()], "").ok();
    hub.run(&["connections", "test", id.trim()], "").ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_cannot_be_right_are_never_sent() {
    let (hub, sim) = (TestHub::new(), OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await.unwrap());
    let address = sim.base_url();
    for (key, hint) in [
        ("", "key_empty"),
        (" \n", "key_empty"),
        ("sk-test\n0000", "key_newline"),
        ("sk-test 0000", "key_spaces"),
        ("密钥", "key_characters"),
    ] {
        for arguments in [&[][..], &["--no-verify"]] {
            let line = [&["connect", "openai", "--base-url", &address, "--secret-stdin", "--json"], arguments].concat();
            let refused = hub.run(&line, key);
            let error = refused.failed(2);
            assert_eq!(
                (error["detail"]["hint"].as_str(), error["detail"]["field"].as_str()),
                (Some(hint), Some("api_key")),
                "{key:?}"
            );
        }
    }
    let none = hub.run(&["connect", "openai", "--base-url", &address], "");
    assert_eq!(none.status, 2, "no flag and no terminal: {}", none.stderr);
    assert!(none.stderr.contains("--secret-stdin"), "{}", none.stderr);
    assert!(sim.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_cannot_be_right_are_told_by_kind() {
    let hub = TestHub::new();
    for (address, hint) in [
        ("api.example.com/v1", "address_no_scheme"),
        ("https://api.exa mple.com/v1", "address_spaces"),
        ("ftp://api.example.com", "address_other_scheme"),
        ("https://user:sk-test-secret@api.example.com/v1", "address_credentials"),
        ("https://", "address_not_an_address"),
        ("http://api.example.com/v1", "address_plain_http"),
    ] {
        let refused =
            hub.run(&["connect", "openai-compatible", "--base-url", address, "--secret-stdin", "--json"], TEST_KEY);
        let error = refused.failed(2);
        assert_eq!(
            (error["detail"]["hint"].as_str(), error["detail"]["field"].as_str()),
            (Some(hint), Some("base_url")),
            "{address}"
        );
        assert!(!refused.stderr.contains("error-") && !refused.stderr.contains("sk-test-secret"), "{}", refused.stderr);
        assert!(refused.stderr.lines().count() >= 3, "a title, what to do, the code: {}", refused.stderr);
    }
    assert_eq!(hub.run(&["connections", "list", "--json"], "").ok().stdout, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubled_version_is_mended_and_the_final_address_said() {
    let (hub, sim) = (TestHub::new(), OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await.unwrap());
    let doubled = format!("{}/v1/", sim.base_url());
    let connected =
        hub.run(&["connect", "openai", "--base-url", &doubled, "--secret-stdin", "--json"], TEST_KEY).ok().object();
    assert_eq!(connected["base_url"], sim.base_url());
    assert_eq!(connected["final_url"], format!("{}/chat/completions", sim.base_url()));
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_are_no_platform_are_told_by_what_they_did() {
    let hub = TestHub::new();
    let elsewhere = Recorder::start().await.unwrap();
    let page = Reply::html(200, "<!doctype html><title>Sign in</title>");
    for (reply, codes) in [
        (page, &["not_stream", "bad_answer"][..]),
        (Reply::redirect(302, format!("{}/v1/models", elsewhere.base_url())), &["redirected"]),
        (Reply::redirect(307, format!("{}/v1/models", elsewhere.base_url())), &["redirected"]),
        (Reply::status(404), &["not_found"]),
    ] {
        let server = ScriptedServer::start(Script::new().otherwise(reply)).await.unwrap();
        let address = format!("{}/v1", server.base_url());
        let refused = hub.run(&["connect", "openai", "--base-url", &address, "--secret-stdin", "--json"], TEST_KEY);
        let code = refused.failed(1)["code"].clone();
        assert!(codes.contains(&code.as_str().unwrap()), "{code}: {}", refused.stderr);
    }
    assert_eq!(elsewhere.connections(), 0, "no redirect is followed with a key");

    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = hub.run(
        &["connect", "openai", "--base-url", &format!("http://{nobody}/v1"), "--secret-stdin", "--json"],
        TEST_KEY,
    );
    assert_eq!(refused.failed(1)["code"], "connect");
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_fail_or_are_cut_keep_their_text_and_end_with_1() {
    let (hub, sim) = connected(Profile::OpenAi).await;
    for (scenario, end) in
        [(Scenario::Cut, "truncated"), (Scenario::Reset, "truncated"), (Scenario::ErrorInStream, "failed")]
    {
        sim.next(scenario);
        let chat = hub.run(&["chat", "--model", "Sim/gpt-demo", "--json", "hi"], "");
        assert_eq!(chat.status, 1, "{end}: {}", chat.stderr);
        let events = chat.objects();
        assert_event_order(&events, end);
        let text: String = events.iter().filter_map(|event| event["delta"].as_str()).collect();
        assert!(!text.is_empty());
        let shown = hub
            .run(&["conversations", "show", events[0]["conversation"].as_str().unwrap(), "--json"], "")
            .ok()
            .object();
        assert_eq!(shown["messages"][1]["text"], text.as_str());
        assert_eq!(shown["messages"][1]["state"]["state"], end);
    }
    sim.next(Scenario::BadKey);
    let refused = hub.run(&["chat", "--model", "Sim/gpt-demo", "hi"], "");
    assert_eq!((refused.status, refused.stdout.as_str()), (1, ""));
    assert!(refused.stderr.contains("Error code: bad_credential"), "{}", refused.stderr);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_stops_the_run_on_both_sides_and_keeps_the_text() {
    let (hub, sim) = connected(Profile::OpenAi).await;
    let gate = Gate::new();
    sim.next(Scenario::Held(gate.clone()));
    let mut child = hub.start(&["chat", "--model", "Sim/gpt-demo", "--json", "hi"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let mut events: Vec<Value> = Vec::new();
    while events.last().is_none_or(|event| event["type"] != "text") {
        events.push(lines.next().expect("text comes before the gate"));
    }
    gate.reached().await;
    interrupt(&child);
    events.extend(lines);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_event_order(&events, "cancelled");

    let text: String = events.iter().filter_map(|event| event["delta"].as_str()).collect();
    let shown =
        hub.run(&["conversations", "show", events[0]["conversation"].as_str().unwrap(), "--json"], "").ok().object();
    assert_eq!(shown["messages"][1]["text"], text.as_str());
    assert_eq!(shown["messages"][1]["state"]["state"], "cancelled");
    let chat = sim.requests().into_iter().rfind(|request| request.path.ends_with("/chat/completions")).unwrap();
    gate.open();
    assert!(sim.wait_for_end(chat.connection).await.unwrap().by.is_client(), "the platform saw the connection close");
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_running_window_reading_works_and_writing_ends_with_3() {
    let (hub, sim) = connected(Profile::OpenAi).await;
    hub.run(&["chat", "--model", "Sim/gpt-demo", "hello"], "").ok();
    hub.run(&["catalog", "Sim"], "").ok();
    let window = Hub::open(HubOptions::new(hub.data_dir(), "0")).await.unwrap();
    for line in [
        &["platforms"][..],
        &["connections", "list"],
        &["models", "list"],
        &["catalog", "Sim"],
        &["conversations", "list"],
        &["conversations", "search", "hello"],
        &["doctor"],
    ] {
        let read = hub.run(line, "");
        assert_eq!(read.status, 0, "{line:?}: {}", read.stderr);
        assert!(!read.stdout.is_empty(), "{line:?}");
    }
    let before = sim.requests().len();
    for line in [
        &["connect", "openai", "--base-url", &sim.base_url(), "--secret-stdin"][..],
        &["connections", "remove", "Sim"],
        &["models", "disable", "Sim", "gpt-demo"],
        &["chat", "--model", "Sim/gpt-demo", "hi"],
    ] {
        let refused = hub.run(&[line, &["--json"]].concat(), TEST_KEY);
        assert_eq!(refused.failed(3)["code"], "instance_running", "{line:?}");
    }
    assert_eq!(sim.requests().len(), before, "nothing was sent");
    window.close().await;
    hub.run(&["chat", "--model", "Sim/gpt-demo", "hi"], "").ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_ends_with_3() {
    let (hub, sim) = connected(Profile::OpenAi).await;
    let before = sim.requests().len();
    let wrong = hub.run_with(&["chat", "--model", "Sim/gpt-demo", "--json", "hi"], "", Some("wrong"));
    let error = wrong.failed(3);
    assert_eq!(
        (error["code"].as_str(), error["detail"]["hint"].as_str()),
        (Some("keychain_locked"), Some("passphrase_wrong"))
    );
    assert!(wrong.stderr.contains("does not open the vault"), "{}", wrong.stderr);
    let none = hub.run_with(&["chat", "--model", "Sim/gpt-demo", "hi"], "", None);
    assert_eq!(none.status, 2, "no passphrase and no terminal: {}", none.stderr);
    assert!(none.stderr.contains("HUB_PASSPHRASE"));
    assert_eq!(hub.run_with(&["doctor"], "", Some("wrong")).status, 3);
    assert_eq!(sim.requests().len(), before);
    hub.run(&["chat", "--model", "Sim/gpt-demo", "hi"], "").ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_vault_keeps_secrets_for_one_call() {
    let (hub, sim) = (TestHub::in_session(), OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await.unwrap());
    hub.run(&["connect", "openai", "--name", "Sim", "--base-url", &sim.base_url(), "--secret-stdin"], TEST_KEY).ok();
    hub.run(&["models", "enable", "Sim", "gpt-demo"], "").ok();
    let chat = hub.run(&["chat", "--model", "Sim/gpt-demo", "--json", "hi"], "");
    assert_eq!(chat.failed(3)["code"], "credential_missing");
    assert!(!hub.data_dir().join("vault.bin").exists());
    hub.assert_no_file_contains(TEST_KEY);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_along_with_a_question() {
    let (hub, sim) = connected(Profile::OpenAi).await;
    let picture = hub.path("图 1.png");
    std::fs::write(&picture, [0x89, b'P', b'N', b'G']).unwrap();
    hub.run(&["chat", "--model", "Sim/gpt-demo", "--attach", picture.to_str().unwrap(), "What is this?"], "").ok();
    assert!(sim.chats().pop().unwrap().to_string().contains("data:image/png;base64,iVBORw=="));
    let missing = hub.run(&["chat", "--model", "Sim/gpt-demo", "--attach", "no-such-file", "hi"], "");
    assert_eq!(missing.status, 1);
    assert!(missing.stderr.contains("no-such-file"), "{}", missing.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_looked_into_restored_and_undone() {
    let (hub, _sim) = connected(Profile::OpenAi).await;
    let picture = hub.path("图 1.png");
    std::fs::write(&picture, [0x89, b'P', b'N', b'G']).unwrap();
    let attached = ["chat", "--model", "Sim/gpt-demo", "--attach", picture.to_str().unwrap(), "before"];
    hub.run(&attached, "").ok();
    let (file, text) = (hub.path("备份 1.hubbackup"), "before");
    let out = file.to_str().unwrap();
    let made = hub.run(&["backup", out, "--json"], "").ok().object();
    assert_eq!(made["path"], out);
    assert_eq!(made["bytes"], std::fs::metadata(&file).unwrap().len());
    assert!(!contains(&file, TEST_KEY));

    hub.run(&["chat", "--model", "Sim/gpt-demo", "after"], "").ok();
    let preview = hub.run(&["restore", out, "--preview", "--json"], "").ok().object();
    assert_eq!((&preview["conversations"], &preview["messages"], &preview["files"]), (&1.into(), &2.into(), &1.into()));
    assert_eq!((&preview["connections"], &preview["undo"]), (&1.into(), &Value::Null));
    let found = |text: &str| hub.run(&["conversations", "search", text, "--json"], "").ok().objects().len();
    assert_eq!((found(text), found("after")), (1, 1), "a preview changes nothing");

    let restored = hub.run(&["restore", out, "--json"], "").ok().object();
    assert_eq!((found(text), found("after")), (1, 0));
    hub.run(&["chat", "--model", "Sim/gpt-demo", "the key still works"], "").ok();
    let undone = hub.run(&["restore", restored["undo"].as_str().unwrap()], "").ok();
    assert_eq!((found(text), found("after"), found("still works")), (1, 1, 0));
    assert!(undone.stdout.contains("undo-"), "an undo can be undone: {}", undone.stdout);
    let doctor = hub.run(&["doctor"], "");
    assert_eq!(doctor.status, 0, "{}", doctor.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_moves_to_another_computer_with_its_keys_and_only_with_the_passphrase() {
    let (hub, sim) = connected(Profile::OpenAi).await;
    hub.run(&["chat", "--model", "Sim/gpt-demo", "moves along"], "").ok();
    let file = hub.path("to the new one.hubmove");
    let (out, passphrase) = (file.to_str().unwrap(), "a passphrase of the file\n");
    let short = hub.run(&["move", out, "--passphrase-stdin", "--json"], "short");
    assert_eq!(short.failed(2)["detail"]["hint"], "passphrase_short");
    assert!(!file.exists());
    let made = hub.run(&["move", out, "--passphrase-stdin", "--json"], passphrase).ok().object();
    assert_eq!((made["path"].as_str(), made["kind"].as_str()), (Some(out), Some("move")));
    for secret in [TEST_KEY, "moves along", "SQLite format 3"] {
        assert!(!contains(&file, secret), "{secret}");
    }

    let new = TestHub::new();
    let wrong = new.run(&["restore", out, "--passphrase-stdin", "--json"], "another passphrase");
    assert_eq!(wrong.failed(2)["detail"]["hint"], "move_passphrase_wrong");
    let without = new.run_with(&["restore", out, "--preview"], "", None);
    assert_eq!(without.status, 2, "{}", without.stderr);
    let preview = new.run(&["restore", out, "--preview", "--passphrase-stdin", "--json"], passphrase).ok().object();
    assert_eq!(
        (&preview["kind"], &preview["credentials"], &preview["messages"]),
        (&"move".into(), &1.into(), &2.into())
    );
    new.run(&["restore", out, "--passphrase-stdin"], passphrase).ok();
    let before = sim.chats().len();
    new.run(&["chat", "--model", "Sim/gpt-demo", "on the new one"], "").ok();
    assert_eq!(sim.chats().len(), before + 1, "with the key that came along");
    assert_eq!(new.run(&["conversations", "search", "moves along", "--json"], "").ok().objects().len(), 1);
    new.assert_no_file_contains(TEST_KEY);
    hub.run(&["chat", "--model", "Sim/gpt-demo", "the old one goes on"], "").ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_hubs_backup_comes_without_keys_and_says_so() {
    let (hub, _sim) = connected(Profile::OpenAi).await;
    let file = hub.path("a.hubbackup");
    hub.run(&["backup", file.to_str().unwrap()], "").ok();
    let new = TestHub::new();
    let restored = new.run(&["restore", file.to_str().unwrap(), "--json"], "").ok().object();
    assert_eq!(restored["credentials_needed"], true);
    let chat = new.run(&["chat", "--model", "Sim/gpt-demo", "--json", "hi"], "");
    assert_eq!(chat.failed(3)["code"], "credential_missing");
    new.run(&["connections", "set-secret", "Sim", "--secret-stdin"], TEST_KEY).ok();
    new.run(&["chat", "--model", "Sim/gpt-demo", "hi"], "").ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_put_aside_for_a_backup_and_a_damaged_backup_is_refused() {
    let (hub, _sim) = connected(Profile::OpenAi).await;
    hub.run(&["chat", "--model", "Sim/gpt-demo", "saved"], "").ok();
    let file = hub.path("a.hubbackup");
    let out = file.to_str().unwrap();
    hub.run(&["backup", out], "").ok();
    for damage in [&b"garbage"[..], b""] {
        std::fs::write(hub.data_dir().join("hub.db"), damage).unwrap();
        let listed = hub.run(&["conversations", "list", "--json"], "");
        assert_eq!(listed.failed(3)["code"], "database_damaged");
        let cut = hub.path("cut.hubbackup");
        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
        let refused = hub.run(&["restore", cut.to_str().unwrap(), "--json"], "");
        assert_eq!(refused.failed(2)["detail"]["hint"], "backup_damaged");
        assert_eq!(std::fs::read(hub.data_dir().join("hub.db")).unwrap(), damage, "nothing was changed");
        let gone = hub.run(&["restore", "no such file", "--json"], "");
        assert_eq!(gone.failed(1)["code"], "not_found");

        let restored = hub.run(&["restore", out, "--json"], "").ok().object();
        let aside = std::path::PathBuf::from(restored["undo"].as_str().unwrap());
        assert_eq!(std::fs::read(aside.join("hub.db")).unwrap(), damage);
        assert_eq!(hub.run(&["conversations", "search", "saved", "--json"], "").ok().objects().len(), 1);
        hub.run(&["chat", "--model", "Sim/gpt-demo", "the key is still there"], "").ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_named_as_people_name_them_and_reasons_are_told() {
    let (hub, _sim) = connected(Profile::OpenAi).await;
    hub.run(&["plans", "add", "Pro"], "").ok();
    hub.run(&["groups", "add", "Sales"], "").ok();
    let add = ["agents", "add", "--model", "Sim/gpt-demo", "--prompt-stdin", "--name", "Parts", "--grant-plan", "Pro"];
    let agent = hub.run(&[&add[..], &["--json"]].concat(), "You know parts.").ok().object();
    let member = ["members", "add", "Li", "--plan", "Pro", "--until", "2099-01-31", "--group", "Sales", "--json"];
    let member = hub.run(&member, "").ok().object();
    assert_eq!(member["until"], 4_073_587_199_999_i64, "the last millisecond of that day");

    let seen = hub.run(&["agents", "list", "--as-member", "Li", "--json"], "").ok().object();
    assert_eq!((seen["access"]["access"].as_str(), seen["opened_by"]["name"].as_str()), (Some("allowed"), Some("Pro")));
    let seen = hub.run(&["agents", "list", "--as-group", "Sales", "--json"], "").ok().object();
    assert_eq!(seen["access"], serde_json::json!({ "access": "locked", "plans": ["Pro"], "groups": [] }));
    assert!(hub.run(&["agents", "list", "--as-group", "Sales"], "").ok().stdout.contains("needs Pro"));
    assert!(hub.run(&["agents", "list", "--as-plan", "Pro"], "").ok().stdout.contains("plan Pro"));

    let used = hub.run(&["plans", "remove", "Pro", "--json"], "").failed(2);
    assert_eq!(
        (used["detail"]["hint"].as_str(), used["detail"]["text"].as_str()),
        (Some("in_use"), Some("members: 1, agents: 1"))
    );
    hub.run(&["plans", "rename", "Pro", "Gold"], "").ok();
    let table = hub.run(&["members", "list"], "").ok().stdout;
    assert!(table.contains("Gold") && table.contains("2099-01-31") && table.contains("Sales"), "{table}");
    hub.run(&["agents", "edit", agent["id"].as_str().unwrap(), "--grant-group", "Sales"], "").ok();
    let seen = hub.run(&["agents", "list", "--as-group", "Sales", "--json"], "").ok().object();
    assert_eq!(seen["opened_by"]["name"], "Sales");
    hub.run(&["plans", "remove", "Gold", "--even-if-used"], "").ok();
    assert_eq!(hub.run(&["plans", "list", "--json"], "").ok().stdout, "");
    hub.run(&["members", "edit", "Li", "Han"], "").ok();
    let edited = hub.run(&["members", "list", "--json"], "").ok().object();
    assert_eq!((edited["name"].as_str(), &edited["groups"]), (Some("Han"), &serde_json::json!([])));
    for line in ["plans rename Gold x", "groups remove nobody", "members remove Li", "agents list --as-member Li"] {
        let arguments: Vec<&str> = line.split(' ').chain(["--json"]).collect();
        assert_eq!(hub.run(&arguments, "").failed(1)["code"], "not_found", "{line}");
    }
    hub.run(&["members", "remove", "Han"], "").ok();
}

#[test]
fn wrong_usage_ends_with_2_and_makes_nothing() {
    let hub = TestHub::new();
    for line in
        ["connect nobody", "connect openai sk-test-as-an-argument", "chat hi", "conversations export x", "nonsense", ""]
    {
        let arguments: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        assert_eq!(hub.run(&arguments, "").status, 2, "{line}");
    }
    assert!(!hub.data_dir().exists(), "a wrong line opens no Hub");
    hub.run(&["--help"], "").ok();
    hub.run(&["--version"], "").ok();
}

#[test]
fn an_unknown_connection_or_conversation_is_told() {
    let hub = TestHub::new();
    for line in [
        "connections test nobody",
        "catalog nobody",
        "chat --model nobody/m hi",
        "conversations show nobody",
        "conversations remove nobody",
    ] {
        let arguments: Vec<&str> = line.split(' ').chain(["--json"]).collect();
        assert_eq!(hub.run(&arguments, "").failed(1)["code"], "not_found", "{line}");
    }
}

#[test]
fn the_catalogue_and_the_doctor_say_what_there_is() {
    let hub = TestHub::new();
    let platforms = hub.run(&["platforms", "--json"], "").ok().objects();
    assert_eq!(platforms.len(), 12);
    let openai = platforms.iter().find(|platform| platform["id"] == "openai").unwrap();
    assert_eq!(openai["name"], "OpenAI");
    assert_eq!(openai["fields"][0]["kind"], "secret");
    let checks = hub.run(&["doctor", "--json"], "").ok().objects();
    assert!(names(&checks, "id").contains(&"keychain"));
    assert!(checks.iter().all(|check| check["state"] != "fail"), "{checks:?}");
}

// One Hub and its program.

/// A Hub in a directory whose path has spaces, Chinese and emoji.
struct TestHub {
    folder: TempDir,
    vault: &'static str,
}

impl TestHub {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), vault: "passphrase" }
    }

    fn in_session() -> Self {
        Self { vault: "session", ..Self::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn data_dir(&self) -> PathBuf {
        self.path("我的 Hub 😀")
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Ran {
        self.run_with(arguments, stdin, Some(PASSPHRASE))
    }

    fn run_with(&self, arguments: &[&str], stdin: &str, passphrase: Option<&str>) -> Ran {
        let mut child = self.command(arguments, passphrase).spawn().unwrap();
        // A program that does not read its stdin closes it; that is no fault.
        drop(child.stdin.take().unwrap().write_all(stdin.as_bytes()));
        let output = child.wait_with_output().unwrap();
        Ran {
            line: arguments.join(" "),
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[cfg(unix)]
    fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments, Some(PASSPHRASE)).spawn().unwrap()
    }

    fn command(&self, arguments: &[&str], passphrase: Option<&str>) -> Command {
        let mut command = Command::new(hub_program());
        command.arg("--data-dir").arg(self.data_dir()).args(["--vault", self.vault]).args(arguments);
        // Neither the machine's proxy nor its keychain, language or home.
        command.env_clear().env("LANG", "en_US.UTF-8").env("HOME", self.folder.path()).env("TZ", "UTC");
        command.envs(passphrase.map(|passphrase| ("HUB_PASSPHRASE", passphrase)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn assert_no_file_contains(&self, secret: &str) {
        let mut folders = vec![self.data_dir()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    assert!(!contains(&entry.path(), secret), "{} holds the key", entry.path().display());
                }
            }
        }
    }
}

/// What a run of `hub` left.
struct Ran {
    line: String,
    status: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn ok(self) -> Self {
        assert_eq!(self.status, 0, "hub {}: {}", self.line, self.stderr);
        self
    }

    /// The error on stdout of a run that ended with this status.
    fn failed(&self, status: i32) -> Value {
        assert_eq!(self.status, status, "hub {}: {}{}", self.line, self.stdout, self.stderr);
        assert!(!self.stderr.is_empty(), "people are told too");
        self.objects().pop().unwrap()["error"].clone()
    }

    fn objects(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
            .collect()
    }

    fn object(&self) -> Value {
        let mut objects = self.objects();
        assert_eq!(objects.len(), 1, "{}", self.stdout);
        objects.remove(0)
    }
}

/// A Hub with a tested connection named `Sim` whose models are enabled.
async fn connected(profile: Profile) -> (TestHub, OpenAiSim) {
    let (hub, sim) = (TestHub::new(), OpenAiSim::start(OpenAiOptions::new(profile)).await.unwrap());
    let (platform, model) = match profile {
        Profile::DeepSeek => ("deepseek", "deepseek-reasoner"),
        _ => ("openai", "gpt-demo"),
    };
    hub.run(&["connect", platform, "--name", "Sim", "--base-url", &sim.base_url(), "--secret-stdin"], TEST_KEY).ok();
    hub.run(&["models", "enable", "Sim", model], "").ok();
    (hub, sim)
}

/// `started` once and first, one end and last.
fn assert_event_order(events: &[Value], end: &str) {
    let types = names(events, "type");
    assert_eq!((types.first(), types.last()), (Some(&"started"), Some(&end)), "{types:?}");
    let is_once = |name: &str| types.iter().filter(|one| **one == name).count() == 1;
    let ends = types.iter().filter(|name| ["finished", "failed", "cancelled", "truncated"].contains(name)).count();
    assert!(is_once("started") && ends == 1, "{types:?}");
}

fn names<'a>(objects: &'a [Value], key: &str) -> Vec<&'a str> {
    objects.iter().filter_map(|object| object[key].as_str()).collect()
}

fn contains(path: &Path, text: &str) -> bool {
    std::fs::read(path).unwrap().windows(text.len()).any(|window| window == text.as_bytes())
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}
