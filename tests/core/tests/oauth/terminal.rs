//! `hub authorize`: the same ways without a window, with the real program.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use hub_contract::authorize::{LOOPBACK_PORTS, loopback_address};
use hub_sim::coze::{self, Consent, CozeOptions, CozeSim};
use hub_tests_core::hub_program;
use serde_json::Value;

use crate::browser;

struct Terminal {
    folder: tempfile::TempDir,
    sim: CozeSim,
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_authorised_by_pasting_the_address() {
    let terminal = Terminal::with_client().await;
    let ended = terminal.paste(&[]).await;
    assert_eq!((ended["state"].as_str(), ended["account"].as_str()), (Some("connected"), Some("李雷")));
    let listed = terminal.lines(&["connections", "list", "--json"], 0);
    assert_eq!(listed[0]["authorized"]["account"], "李雷");
    assert_eq!(listed[0]["state"]["state"], "ready");

    // Another account is not taken silently; with the person's word it is.
    terminal.sim.platform().change(|options| options.consent = Consent::AllowsAsStranger);
    let other = terminal.paste(&[]).await;
    assert_eq!((other["state"].as_str(), other["now"].as_str()), (Some("other_account"), Some("韩梅梅")));
    assert_eq!(terminal.lines(&["connections", "list", "--json"], 0)[0]["authorized"]["account"], "李雷");
    let replaced = terminal.paste(&["--replace"]).await;
    assert_eq!(replaced["account"], "韩梅梅");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_code_is_shown_and_followed() {
    let terminal = Terminal::with_client().await;
    let mut child = terminal.start(&["authorize", "Coze", "--device", "--json"]);
    let mut lines = objects(&mut child);
    let shown = lines.next().expect("where to go");
    assert_eq!(shown["user_code"], "ABCD-1234");
    terminal.sim.platform().confirm_device();
    assert_eq!(lines.next().expect("how it ended")["account"], "李雷");
    assert!(child.wait().unwrap().success());

    let mut child = terminal.start(&["authorize", "Coze", "--device", "--json"]);
    let mut lines = objects(&mut child);
    lines.next().expect("where to go");
    terminal.sim.platform().deny_device();
    let told = lines.next().expect("why not");
    assert_eq!(told["error"]["detail"]["hint"], "authorize_denied");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("The authorization was denied."), "{output:?}");
}

impl Terminal {
    /// A Hub with a client that is yet to be authorised: nothing is tested, nothing fails.
    async fn with_client() -> Self {
        let redirects = LOOPBACK_PORTS.map(loopback_address).to_vec();
        let sim = CozeSim::start(CozeOptions { redirects, ..CozeOptions::default() }).await.unwrap();
        let terminal = Self { folder: tempfile::tempdir().unwrap(), sim };
        let field = format!("client_id={}", coze::CLIENT);
        let base_url = terminal.sim.base_url();
        let mut child = terminal.start(&[
            "connect",
            "coze",
            "--name",
            "Coze",
            "--base-url",
            &base_url,
            "--field",
            &field,
            "--secret-stdin",
            "--json",
        ]);
        write(&mut child, coze::CLIENT_SECRET);
        let made = objects(&mut child).next().expect("a connection");
        assert_eq!(made["state"]["state"], "credential_missing");
        assert!(child.wait().unwrap().success());
        terminal
    }

    /// Goes the way with the pasted address; how it ended.
    async fn paste(&self, more: &[&str]) -> Value {
        let line = [&["authorize", "Coze", "--paste", "--json"], more].concat();
        let mut child = self.start(&line);
        let mut lines = objects(&mut child);
        let url = lines.next().expect("where to go")["url"].as_str().unwrap().to_owned();
        write(&mut child, &browser::open(&url).await.location().expect("sent back"));
        let ended = lines.next().expect("how it ended");
        child.wait().unwrap();
        ended
    }

    fn lines(&self, arguments: &[&str], status: i32) -> Vec<Value> {
        let mut child = self.start(arguments);
        let lines = objects(&mut child).collect();
        assert_eq!(child.wait().unwrap().code(), Some(status));
        lines
    }

    fn start(&self, arguments: &[&str]) -> Child {
        let folder: &Path = self.folder.path();
        let mut command = Command::new(hub_program());
        command.arg("--data-dir").arg(folder.join("hub")).args(["--vault", "passphrase", "--lang", "en"]);
        command.args(arguments).env_clear().env("HOME", folder).env("HUB_PASSPHRASE", "correct horse");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

fn write(child: &mut Child, line: &str) {
    let mut stdin = child.stdin.take().expect("a stdin");
    writeln!(stdin, "{line}").unwrap();
}

fn objects(child: &mut Child) -> impl Iterator<Item = Value> + use<> {
    let lines = BufReader::new(child.stdout.take().expect("a stdout")).lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap())
}
