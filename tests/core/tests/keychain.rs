//! The vault against a real GNOME Keyring, in every state a keychain can be in.
//!
//! Each test starts a session bus of its own with a private home directory, brings the keyring into a state there and
//! runs itself again inside (`INSIDE` is set then). Needs Debian's gnome-keyring, dbus and libsecret-tools; the tests with
//! a prompt also xvfb and xdotool.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends there"
)]
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use hub_contract::{ErrorCode, HubError};
use hub_vault::{Vault, VaultError, VaultMode, VaultOptions};
use secrecy::{ExposeSecret, SecretString};

const HERE: &str = "https://api.example.com:443";
const PASSWORD: &str = "keyring password";
/// No test takes this long; one that does is stuck.
const GUARD: Duration = Duration::from_secs(60);

#[test]
fn an_unlocked_keychain_keeps_secrets() {
    in_session("an_unlocked_keychain_keeps_secrets", UNLOCKED, async {
        let secrets = ["sk-test-1", "两行\n密钥\t\u{1F511}", " spaces ", &"x".repeat(100 * 1024)];
        for (number, secret) in secrets.iter().enumerate() {
            let id = format!("connection/c{number}/api_key");
            vault("hub").put(&id, HERE, &text(secret)).await.unwrap();
            assert_eq!(read(&vault("hub"), &id).await, Ok(Some((*secret).to_owned())));
        }
        let vault_now = vault("hub");
        assert_eq!(vault_now.backend(), "Secret Service");
        assert!(!vault_now.was_used(), "opening asks the keychain nothing");
        vault_now.check().await.unwrap();
        assert!(vault_now.was_used());

        let id = "connection/c0/api_key";
        // Another program sees the item, so it is in the keychain and nowhere else.
        assert_eq!(
            lookup("hub/connection/c0/api_key"),
            r#"{"origin":"https://api.example.com:443","value":"sk-test-1"}"#
        );
        assert_eq!(read(&vault("another hub"), id).await, Ok(None), "another Hub's secrets are not ours");
        assert!(vault("hub").get(id, "https://evil.example:443").await.unwrap().is_none());

        vault("hub").put(id, HERE, &text("sk-test-2")).await.unwrap();
        assert_eq!(read(&vault("hub"), id).await, Ok(Some("sk-test-2".into())));
        vault("hub").remove(id).await.unwrap();
        vault("hub").remove(id).await.unwrap();
        assert_eq!(read(&vault("hub"), id).await, Ok(None), "with a collection, nothing found is no secret");
        assert_eq!(lookup("hub/connection/c0/api_key"), "");
    });
}

#[test]
fn a_keychain_locked_at_run_time_is_told_and_works_again() {
    in_session("a_keychain_locked_at_run_time_is_told_and_works_again", UNLOCKED, async {
        let before = vault("hub");
        before.put("a", HERE, &text("1")).await.unwrap();
        lock();

        assert_eq!(read(&before, "a").await, Ok(Some("1".into())), "what was read stays for the session");
        let now = vault("hub");
        assert_eq!(read(&now, "a").await, Err(VaultError::Locked));
        assert_eq!(read(&now, "never stored").await, Err(VaultError::Locked), "nobody knows while it is locked");
        assert_eq!(now.put("a", HERE, &text("2")).await, Err(VaultError::Locked));
        assert_eq!(now.put("b", HERE, &text("2")).await, Err(VaultError::Locked));
        assert_eq!(now.remove("a").await, Err(VaultError::Locked));
        assert_eq!(now.check().await, Err(VaultError::Locked));
        assert_eq!(HubError::from(VaultError::Locked).code, ErrorCode::KeychainLocked);

        unlock();
        assert_eq!(read(&now, "a").await, Ok(Some("1".into())), "and nothing was changed meanwhile");
        assert_eq!(read(&now, "b").await, Ok(None));
    });
}

#[test]
fn without_a_session_bus_the_keychain_is_absent() {
    in_home("without_a_session_bus_the_keychain_is_absent", async {
        let vault = vault("hub");
        for result in [
            read(&vault, "a").await.map(drop),
            vault.put("a", HERE, &text("1")).await,
            vault.remove("a").await,
            vault.check().await,
        ] {
            assert!(matches!(result, Err(VaultError::Absent { .. })), "{result:?}");
        }
        // The way out that the person is offered.
        vault.switch(VaultMode::Session, &[], None).await.unwrap();
        vault.put("a", HERE, &text("1")).await.unwrap();
        assert_eq!(read(&vault, "a").await, Ok(Some("1".into())));
    });
}

#[test]
fn a_missing_collection_is_not_a_missing_secret() {
    in_session("a_missing_collection_is_not_a_missing_secret", "", async {
        let vault = vault("hub");
        assert_eq!(read(&vault, "a").await, Err(VaultError::NoCollection));
        assert_eq!(vault.put("a", HERE, &text("1")).await, Err(VaultError::NoCollection));
        assert_eq!(vault.remove("a").await, Err(VaultError::NoCollection));
        assert_eq!(vault.check().await, Err(VaultError::NoCollection));
        assert_eq!(HubError::from(VaultError::NoCollection).code, ErrorCode::KeychainNoCollection);

        // The person makes one, and the same vault goes on.
        unlock();
        assert_eq!(read(&vault, "a").await, Ok(None));
        vault.put("a", HERE, &text("1")).await.unwrap();
        assert_eq!(read(&self::vault("hub"), "a").await, Ok(Some("1".into())));
    });
}

#[test]
fn a_keychain_that_is_killed_is_locked_and_then_found_again() {
    in_session("a_keychain_that_is_killed_is_locked_and_then_found_again", UNLOCKED, async {
        vault("hub").put("a", HERE, &text("1")).await.unwrap();
        let connected = vault("hub");
        connected.put("b", HERE, &text("2")).await.unwrap();
        kill_keyring();

        assert_eq!(read(&connected, "a").await, Err(VaultError::Locked), "the bus has started a locked one");
        unlock();
        assert_eq!(read(&connected, "a").await, Ok(Some("1".into())), "over a new connection");
        connected.put("a", HERE, &text("3")).await.unwrap();
        assert_eq!(read(&vault("hub"), "a").await, Ok(Some("3".into())));
    });
}

#[test]
fn two_items_for_one_secret_are_neither_read_nor_replaced() {
    in_session("two_items_for_one_secret_are_neither_read_nor_replaced", UNLOCKED, async {
        for extra in ["1", "2"] {
            let mut store = Command::new("secret-tool")
                .args(["store", "--label=twin", "service", "dev.hubdesktop.hub", "username", "hub/a", "extra", extra])
                .stdin(Stdio::piped())
                .spawn()
                .unwrap();
            std::io::Write::write_all(&mut store.stdin.take().unwrap(), b"{}").unwrap();
            assert!(store.wait().unwrap().success());
        }
        let ambiguous = VaultError::Ambiguous { account: "hub/a".into(), count: 2 };
        let vault = vault("hub");
        assert_eq!(read(&vault, "a").await, Err(ambiguous.clone()));
        assert_eq!(vault.put("a", HERE, &text("1")).await, Err(ambiguous.clone()));
        assert_eq!(vault.remove("a").await, Err(ambiguous.clone()));
        let told = HubError::from(ambiguous);
        assert_eq!((told.code, told.detail.text.as_deref()), (ErrorCode::KeychainAmbiguous, Some("hub/a")));
        vault.put("b", HERE, &text("others work")).await.unwrap();
    });
}

#[test]
fn a_foreign_item_under_our_name_is_damage() {
    in_session("a_foreign_item_under_our_name_is_damage", UNLOCKED, async {
        let vault = vault("hub");
        vault.put("a", HERE, &text("1")).await.unwrap();
        let mut store = Command::new("secret-tool")
            .args(["store", "--label=foreign", "service", "dev.hubdesktop.hub", "username", "hub/a"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut store.stdin.take().unwrap(), b"not ours").unwrap();
        assert!(store.wait().unwrap().success());
        let later = self::vault("hub");
        assert_eq!(read(&later, "a").await, Err(VaultError::ItemDamaged));
        later.put("a", HERE, &text("2")).await.unwrap();
        assert_eq!(read(&later, "a").await, Ok(Some("2".into())), "entering the key again repairs it");
    });
}

#[test]
fn a_prompt_blocks_its_thread_only_and_its_answer_counts() {
    in_display("a_prompt_blocks_its_thread_only_and_its_answer_counts", UNLOCKED, async {
        vault("hub").put("a", HERE, &text("1")).await.unwrap();
        lock();
        let waiting = vault("hub");
        let caller = tokio::spawn({
            let waiting = waiting.clone();
            async move { read(&waiting, "a").await }
        });
        prompt_window().await;
        assert!(!caller.is_finished(), "the prompt is open and nobody answered");

        // The person presses Stop: the caller is free at once, the question stays.
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        let second = tokio::spawn({
            let waiting = waiting.clone();
            async move { read(&waiting, "a").await }
        });
        answer_prompt(&["type", PASSWORD]);
        answer_prompt(&["key", "Return"]);
        assert_eq!(second.await.unwrap(), Ok(Some("1".into())), "one prompt was enough");
    });
}

#[test]
fn a_refused_prompt_is_an_answer_and_not_asked_again() {
    in_display("a_refused_prompt_is_an_answer_and_not_asked_again", UNLOCKED, async {
        vault("hub").put("a", HERE, &text("1")).await.unwrap();
        lock();
        let vault = vault("hub");
        let callers: Vec<_> = (0..3)
            .map(|_| {
                let vault = vault.clone();
                tokio::spawn(async move { read(&vault, "a").await })
            })
            .collect();
        prompt_window().await;
        answer_prompt(&["key", "Escape"]);
        for caller in callers {
            assert_eq!(caller.await.unwrap(), Err(VaultError::Locked));
        }
    });
}

#[test]
fn a_keychain_that_is_killed_while_it_asks_answers_and_works_again() {
    in_display("a_keychain_that_is_killed_while_it_asks_answers_and_works_again", UNLOCKED, async {
        vault("hub").put("a", HERE, &text("1")).await.unwrap();
        lock();
        let vault = vault("hub");
        let caller = tokio::spawn({
            let vault = vault.clone();
            async move { read(&vault, "a").await }
        });
        prompt_window().await;
        kill_keyring();
        assert_eq!(caller.await.unwrap(), Err(VaultError::Ended), "its answer will never come");
        assert_eq!(HubError::from(VaultError::Ended).code, ErrorCode::KeychainAbsent);
        start_unlocked();
        assert_eq!(read(&vault, "a").await, Ok(Some("1".into())), "the next action finds it again");
    });
}

#[test]
fn opening_a_hub_and_looking_around_asks_the_keychain_nothing() {
    in_session("opening_a_hub_and_looking_around_asks_the_keychain_nothing", UNLOCKED, async {
        // Locked and without a display, every question to it would be an error.
        let hub = open_hub().await;
        let added = hub.connection_add(connection()).await.unwrap();
        hub.close().await;
        lock();
        let hub = open_hub().await;
        assert_eq!(hub.connections_list(()).await.unwrap().len(), 1);
        hub.conversations_list(Default::default()).await.unwrap();
        hub.settings_read(()).await.unwrap();
        let view = hub.data_read(()).await.unwrap().vault;
        assert!(view.unused && view.error.is_none() && view.secrets == 1, "{view:?}");
        hub.backup_make(hub_contract::data::BackupRequest { path: None }).await.unwrap();
        assert!(hub.data_read(()).await.unwrap().vault.unused, "a backup holds no secret and needs none");

        let asked = hub.vault_check(()).await.unwrap();
        assert_eq!(asked.error.map(|error| error.code), Some(ErrorCode::KeychainLocked));
        let tested = hub
            .connection_test(hub_contract::connection::TestConnectionRequest { id: added.id, deep: false })
            .await
            .unwrap();
        assert_eq!(tested.error.map(|error| error.code), Some(ErrorCode::KeychainLocked));
    });
}

#[test]
fn moving_a_hub_takes_every_secret_along_with_one_prompt() {
    in_display("moving_a_hub_takes_every_secret_along_with_one_prompt", UNLOCKED, async {
        let hub = open_hub().await;
        for _ in 0..3 {
            hub.connection_add(connection()).await.unwrap();
        }
        hub.close().await;
        lock();
        let hub = open_hub().await;
        let (path, passphrase) = (home().join("a.hubmove"), "a passphrase");
        let moving = tokio::spawn({
            let (hub, path) = (hub.clone(), path.clone());
            let request = hub_contract::data::MoveRequest {
                path: path.display().to_string(),
                passphrase: hub_contract::secret::SecretInput::new(passphrase),
            };
            async move { hub.hub_move(request).await }
        });
        prompt_window().await;
        answer_prompt(&["type", PASSWORD]);
        answer_prompt(&["key", "Return"]);
        moving.await.unwrap().unwrap();

        let request = hub_contract::data::RestoreRequest {
            path: path.display().to_string(),
            apply: false,
            passphrase: Some(hub_contract::secret::SecretInput::new(passphrase)),
        };
        let held = hub.backup_restore(request).await.unwrap();
        assert_eq!((held.connections, held.credentials), (3, 3));
    });
}

#[test]
fn every_state_of_a_keychain_has_a_code_or_a_hint_of_its_own() {
    let states = [
        VaultError::Locked,
        VaultError::Waiting,
        VaultError::Ended,
        VaultError::Absent { text: "no bus".into() },
        VaultError::NoCollection,
        VaultError::Ambiguous { account: "hub/a".into(), count: 2 },
        VaultError::PassphraseNeeded,
        VaultError::PassphraseWrong,
        VaultError::PassphraseEmpty,
        VaultError::FileDamaged { text: "cut".into() },
        VaultError::ItemDamaged,
        VaultError::DiskFull,
    ];
    let told: std::collections::BTreeSet<_> = states
        .iter()
        .map(|state| {
            let told = HubError::from(state.clone());
            (told.code.as_str(), told.detail.hint)
        })
        .collect();
    assert_eq!(told.len(), states.len(), "two states look alike to a person: {told:?}");
}

// What runs inside a session.

async fn open_hub() -> hub_core::Hub {
    hub_core::install_crypto();
    hub_core::Hub::open(hub_core::HubOptions::new(home().join("hub"), "0")).await.unwrap()
}

/// A connection that is saved without asking anybody.
fn connection() -> hub_contract::connection::ConnectRequest {
    serde_json::from_value(serde_json::json!({
        "platform": "openai",
        "base_url": "http://127.0.0.1:9/v1",
        "secrets": { "api_key": "sk-test-of-a-connection" },
        "verify": false,
    }))
    .unwrap()
}

fn vault(hub: &str) -> Vault {
    Vault::open(VaultOptions { hub: hub.into(), mode: VaultMode::Keychain, data_dir: home() })
}

fn text(text: &str) -> SecretString {
    SecretString::from(text)
}

async fn read(vault: &Vault, id: &str) -> Result<Option<String>, VaultError> {
    Ok(vault.get(id, HERE).await?.map(|secret| secret.expose_secret().to_owned()))
}

fn lookup(account: &str) -> String {
    output("secret-tool", &["lookup", "service", "dev.hubdesktop.hub", "username", account])
}

fn lock() {
    let method = "org.freedesktop.Secret.Service.Lock";
    let login = "[objectpath '/org/freedesktop/secrets/collection/login']";
    let to = ["--session", "--dest", "org.freedesktop.secrets", "--object-path", "/org/freedesktop/secrets"];
    output("gdbus", &[&["call"], &to[..], &["--method", method, login]].concat());
}

/// Starts the keyring anew, unlocked; makes its collection when there is none. A running one cannot be unlocked without
/// a display.
fn unlock() {
    kill_keyring();
    start_unlocked();
}

fn start_unlocked() {
    assert!(Command::new("bash").args(["-ec", UNLOCKED]).status().unwrap().success());
}

fn kill_keyring() {
    let pids = processes_of(&home(), "gnome-keyring-d");
    assert!(!pids.is_empty(), "no keyring runs here");
    end(&pids);
    wait_until("the keyring to end", || processes_of(&home(), "gnome-keyring-d").is_empty());
}

async fn prompt_window() {
    let home = home();
    tokio::task::spawn_blocking(move || {
        wait_until("the keyring's prompt", || !processes_of(&home, "gcr-prompter").is_empty());
        wait_until("the prompt's window", || {
            Command::new("xdotool")
                .args(["search", "--onlyvisible", "--class", "gcr-prompter"])
                .output()
                .is_ok_and(|found| !found.stdout.is_empty())
        });
    })
    .await
    .unwrap();
}

fn answer_prompt(keys: &[&str]) {
    output("xdotool", keys);
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output();
    String::from_utf8(output.unwrap_or_else(|error| panic!("{program}: {error}")).stdout).unwrap()
}

// Sessions.

/// Set inside a session; its value is the session's home directory and marks every process of it.
const INSIDE: &str = "HUB_KEYCHAIN_TEST_HOME";

/// The exit status of `--unlock` proves nothing; the round trip does.
const UNLOCKED: &str = r#"
    printf '%s' "$HUB_KEYCHAIN_PASSWORD" | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1
    for attempt in $(seq 100); do
        printf probe | secret-tool store --label=probe k probe 2>/dev/null && break
        sleep 0.1
    done
    test "$(secret-tool lookup k probe)" = probe
"#;

/// Runs the test on a session bus of its own, after a bash script there.
fn in_session(test: &str, script: &str, inside: impl Future<Output = ()>) {
    let run = format!("{script}\nexec \"$HUB_KEYCHAIN_TEST\" --exact {test} --nocapture");
    run_or_start(test, inside, |command| {
        command.args(["dbus-run-session", "--", "bash", "-ec", &run]);
    });
}

/// The same with a display, so that the keyring can ask.
fn in_display(test: &str, script: &str, inside: impl Future<Output = ()>) {
    let run = format!("{script}\nexec \"$HUB_KEYCHAIN_TEST\" --exact {test} --nocapture");
    run_or_start(test, inside, |command| {
        command.args(["xvfb-run", "-a", "-s", "-screen 0 1024x768x24", "dbus-run-session", "--", "bash", "-ec", &run]);
    });
}

/// Runs the test without any bus.
fn in_home(test: &str, inside: impl Future<Output = ()>) {
    run_or_start(test, inside, |command| {
        command.arg(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]);
    });
}

fn run_or_start(test: &str, inside: impl Future<Output = ()>, command: impl FnOnce(&mut Command)) {
    if std::env::var_os(INSIDE).is_some() {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(inside);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().canonicalize().unwrap();
    // Not the test's own environment: neither its bus nor its display may be seen inside.
    let mut env = Command::new("env");
    env.args(["-i", "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"]);
    for name in ["HOME", "XDG_RUNTIME_DIR", INSIDE] {
        env.arg(format!("{name}={}", home.display()));
    }
    env.arg(format!("XDG_DATA_HOME={}/.local/share", home.display()))
        .arg(format!("HUB_KEYCHAIN_PASSWORD={PASSWORD}"))
        .arg(format!("HUB_KEYCHAIN_TEST={}", std::env::current_exe().unwrap().display()));
    command(&mut env);
    std::os::unix::fs::PermissionsExt::set_mode(&mut std::fs::metadata(&home).unwrap().permissions(), 0o700);
    let mut session = Session { child: env.stdin(Stdio::null()).spawn().unwrap(), home };
    let status = session.wait();
    assert!(status.success(), "{test} failed inside its session: {status}");
}

/// A running session. Dropping it ends every process that was started in it, also those that left its process tree.
struct Session {
    child: Child,
    home: PathBuf,
}

impl Session {
    fn wait(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < GUARD, "the session is stuck");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        end(&processes_of(&self.home, ""));
        drop(self.child.wait());
    }
}

fn home() -> PathBuf {
    std::env::var_os(INSIDE).map(PathBuf::from).expect("only inside a session")
}

/// Processes of a session whose name begins like this.
fn processes_of(home: &Path, name: &str) -> Vec<String> {
    let mark = format!("{INSIDE}={}", home.display());
    let mut pids = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let pid = entry.file_name().to_string_lossy().into_owned();
        let read = |file: &str| std::fs::read(entry.path().join(file)).unwrap_or_default();
        let of_session = read("environ").split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes());
        if of_session && String::from_utf8_lossy(&read("comm")).starts_with(name) {
            pids.push(pid);
        }
    }
    pids
}

fn end(pids: &[String]) {
    if !pids.is_empty() {
        drop(Command::new("kill").arg("-KILL").args(pids).stderr(Stdio::null()).status());
    }
}

fn wait_until(what: &str, done: impl Fn() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < GUARD / 2, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
