//! Backups, restoring and moving of a whole Hub: killed in the middle, on a full disk, with a clock that is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use hub_contract::ErrorCode;
use hub_contract::UtcMs;
use hub_contract::connection::EnableModelsRequest;
use hub_contract::conversation::{MessageState, SendRequest, ShowConversationRequest, Target};
use hub_contract::data::{BackupKind, BackupRequest, MoveRequest, RestoreRequest};
use hub_contract::run::{AttachRunRequest, RunEvent, StopRunRequest};
use hub_contract::secret::SecretInput;
use hub_core::{Clock, Hub, HubOptions};
use hub_sim::{OpenAiOptions, OpenAiSim, Profile, Scenario, TEST_KEY};
use hub_store::{Store, Tell};
use hub_vault::{Unsealer, VaultMode};
use secrecy::SecretString;

use crate::support::{CHILD, SmallDisk, child, conversation_row, long_text, message, open, rounds};

const DAY: i64 = 24 * 60 * 60 * 1000;
const PASSPHRASE: &str = "correct horse";
/// No wait takes this long; one that does is stuck.
const GUARD: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_copies_are_made_and_restored_the_hub_is_the_one_or_the_other() {
    const NAME: &str = "copies::killed_while_copies_are_made_and_restored_the_hub_is_the_one_or_the_other";
    if let Some(directory) = std::env::var_os(CHILD) {
        return copy_until_killed(Path::new(&directory)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("hub");
    let store = open(&directory).unwrap();
    write_state(&store, "a").await;
    let first = state(&store).await;
    store.backup(&folder.path().join("a.hubbackup"), 1, Tell::default()).await.unwrap();
    for conversation in store.conversations(Default::default()).await.unwrap() {
        store.remove_conversation(&conversation.id).await.unwrap();
    }
    write_state(&store, "b").await;
    let second = state(&store).await;
    store.backup(&folder.path().join("b.hubbackup"), 1, Tell::default()).await.unwrap();
    store.close().await;
    assert_ne!(first, second);

    let rounds = rounds(60, 6);
    let mut seen = BTreeSet::new();
    for round in 0..rounds {
        let mut running = child(NAME, &directory).stdout(Stdio::piped()).spawn().unwrap();
        kill_after_pause(&mut running, 1 + round % 4, Duration::from_millis((round as u64 * 13) % 90));
        let store = open(&directory).unwrap();
        store.quick_check().await.unwrap();
        let now = state(&store).await;
        assert!(now == first || now == second, "round {round}: neither the one nor the other");
        seen.insert(now == first);
        // A write waits for the leftovers to be cleared.
        store.set_setting("tidied", &true.into()).await.unwrap();
        assert_eq!(files_below(&directory.join("files")).len(), now.1, "round {round}: files that nobody holds");
        for file in files_below(&directory.join("backups")) {
            hub_store::check(File::open(&file).unwrap())
                .unwrap_or_else(|error| panic!("round {round}: {}: {error}", file.display()));
        }
        let moved = folder.path().join("m.hubmove");
        if moved.exists() {
            let opened = Unsealer::new(File::open(&moved).unwrap(), &SecretString::from(PASSPHRASE)).unwrap();
            hub_store::check(opened).unwrap_or_else(|error| panic!("round {round}: {error}"));
        }
        assert!(!directory.join("work").exists(), "round {round}");
        store.close().await;
    }
    assert_eq!(seen.len(), 2, "both states were met");
    println!("{rounds} kills, never anything between the two");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_backup_a_day_whatever_the_clock_does_and_a_week_of_them_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    write_state(&store, "a").await;
    store.close().await;
    let clock = Arc::new(TestClock(AtomicI64::new(1_790_000_000_000)));
    let hub = open_at(folder.path(), &clock).await;
    let made = async || hub.back_up_when_due().await.unwrap().is_some();
    assert!(made().await, "the first one");
    assert!(!made().await, "once a day");
    clock.forward(DAY - 1);
    assert!(!made().await);
    clock.forward(1);
    assert!(made().await);

    clock.forward(2 * DAY);
    assert!(made().await, "two days ahead");
    clock.forward(-2 * DAY);
    assert!(made().await, "put right: waiting for the day that has not come would be no backup for two days");
    assert!(!made().await, "but only one");
    clock.forward(DAY);
    assert!(made().await);

    for _ in 0..10 {
        clock.forward(DAY);
        assert!(made().await);
    }
    hub.backup_make(BackupRequest { path: None }).await.unwrap();
    let listed = hub.backups_list(()).await.unwrap();
    let of = |kind| listed.iter().filter(|backup| backup.kind == kind).count();
    assert_eq!((of(BackupKind::Automatic), of(BackupKind::Asked)), (7, 1));
    for backup in &listed {
        hub_store::check(File::open(&backup.path).unwrap()).unwrap();
    }
    hub.close().await;

    let empty = tempfile::tempdir().unwrap();
    let hub = open_at(empty.path(), &clock).await;
    assert!(hub.back_up_when_due().await.unwrap().is_none(), "nothing to save");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_leaves_the_old_backups_and_says_so() {
    let mount_point = tempfile::tempdir().unwrap();
    let Some(_mounted) = SmallDisk::mount(mount_point.path()) else {
        println!("skipped: a small disk cannot be mounted here");
        return;
    };
    let directory = mount_point.path().join("hub");
    let store = open(&directory).unwrap();
    store.insert_messages(Some(conversation_row("c")), vec![message("m", "c", &long_text(1))], 1).await.unwrap();
    store.close().await;
    let clock = Arc::new(TestClock(AtomicI64::new(1_790_000_000_000)));
    let hub = open_at(&directory, &clock).await;
    let first = hub.back_up_when_due().await.unwrap().unwrap();
    let before = fs::read(&first.path).unwrap();
    assert_eq!(hub.data_read(()).await.unwrap().backup_error, None);

    let ballast = fill_up(mount_point.path());
    clock.forward(DAY);
    let refused = hub.back_up_when_due().await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::DiskFull, "{refused}");
    let told = hub.data_read(()).await.unwrap().backup_error.unwrap();
    assert_eq!(told.code, ErrorCode::DiskFull);
    let restored = hub.backup_restore(restore(&first.path, true)).await.unwrap_err();
    assert_eq!(restored.code, ErrorCode::DiskFull, "{restored}");
    let target = mount_point.path().join("m.hubmove");
    let moved = hub.hub_move(move_to(&target)).await.unwrap_err();
    assert_eq!(moved.code, ErrorCode::DiskFull, "{moved}");
    assert_eq!(fs::read(&first.path).unwrap(), before);
    assert_eq!(files_below(&directory.join("backups")), [PathBuf::from(&first.path)], "no pieces");
    assert!(!target.exists() && files_below(&directory.join("work")).is_empty());

    fs::remove_file(ballast).unwrap();
    hub.back_up_when_due().await.unwrap().unwrap();
    assert_eq!(hub.data_read(()).await.unwrap().backup_error, None);
    hub.close().await;
    assert_eq!(open(&directory).unwrap().sizes().await.unwrap().messages, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_a_growing_answer_stays_on_the_screen_and_is_saved_once_there_is_room() {
    let mount_point = tempfile::tempdir().unwrap();
    let Some(_mounted) = SmallDisk::mount(mount_point.path()) else {
        println!("skipped: a small disk cannot be mounted here");
        return;
    };
    let directory = mount_point.path().join("hub");
    let sim = OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await.unwrap();
    let hub = open_at(&directory, &Arc::new(TestClock(AtomicI64::new(1)))).await;
    let target = connect(&hub, &sim).await;
    sim.next(Scenario::Stall);
    let sent = hub.chat_send(question(target)).await.unwrap();
    let (saw_text, mut text_seen) = tokio::sync::mpsc::unbounded_channel();
    let (following, run) = (hub.clone(), sent.run.clone());
    let follower = tokio::spawn(async move {
        let mut events = Vec::new();
        let request = AttachRunRequest { run, from_seq: 0 };
        let followed = following
            .run_attach(request, |frame| {
                if matches!(frame.event, RunEvent::Text { .. }) {
                    let _ = saw_text.send(());
                }
                events.push(frame.event);
            })
            .await;
        followed.unwrap();
        events
    });
    tokio::time::timeout(GUARD, text_seen.recv()).await.unwrap().unwrap();
    // What there is of the answer may be saved before or after this; its end comes after it for certain.
    let ballast = fill_up(mount_point.path());
    hub.run_stop(StopRunRequest { run: sent.run.clone() }).await.unwrap();
    let events = tokio::time::timeout(GUARD, follower).await.unwrap().unwrap();
    let told = events.iter().any(|event| matches!(event, RunEvent::Notice { code, .. } if code == "not_saved"));
    assert!(told, "{events:?}");
    assert!(matches!(events.last(), Some(RunEvent::Cancelled { .. })));
    let on_screen = shown(&hub, &sent).await;
    assert!(!on_screen.text.is_empty());
    assert!(matches!(on_screen.state, MessageState::Cancelled { .. }), "{:?}", on_screen.state);

    fs::remove_file(ballast).unwrap();
    let stored = async {
        loop {
            let beside = Store::open_reading(&directory).unwrap();
            let stored = beside.message(&sent.answer.id).await.unwrap().unwrap();
            if matches!(stored.state, MessageState::Cancelled { .. }) {
                return stored;
            }
            tokio::task::yield_now().await;
        }
    };
    let stored = tokio::time::timeout(GUARD, stored).await.expect("saving is tried again by itself");
    assert_eq!(stored.text, on_screen.text);
    hub.close().await;
}

/// Restores, backs up, moves, again and again, and says each thing that is done.
async fn copy_until_killed(directory: &Path) {
    let outside = directory.parent().unwrap().to_owned();
    let hub = open_at(directory, &Arc::new(TestClock(AtomicI64::new(1_790_000_000_000)))).await;
    for number in 0.. {
        let copy = outside.join(if number % 2 == 0 { "a.hubbackup" } else { "b.hubbackup" });
        hub.backup_restore(restore(&copy.display().to_string(), true)).await.unwrap();
        println!("ack\trestored\t{number}");
        hub.backup_make(BackupRequest { path: None }).await.unwrap();
        println!("ack\tbacked up\t{number}");
        hub.hub_move(move_to(&outside.join("m.hubmove"))).await.unwrap();
        println!("ack\tmoved\t{number}");
    }
}

/// Kills the child some time after it has said so much: at another place of what it does each time.
fn kill_after_pause(child: &mut Child, acknowledgements: usize, pause: Duration) {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let said = (&mut lines).filter(|line| line.starts_with("ack\t")).take(acknowledgements).count();
    assert_eq!(said, acknowledgements, "the child ended by itself");
    std::thread::sleep(pause);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What a Hub holds: its messages with their texts, and how many files these have.
async fn state(store: &Store) -> (BTreeMap<String, String>, usize) {
    let mut messages = BTreeMap::new();
    let mut files = BTreeSet::new();
    for conversation in store.conversations(Default::default()).await.unwrap() {
        for message in store.branch(&conversation.id, None).await.unwrap() {
            for file in &message.attachments {
                store.read_file(&file.id).await.unwrap();
                files.insert(file.id.clone());
            }
            messages.insert(message.id.0, message.text);
        }
    }
    (messages, files.len())
}

async fn write_state(store: &Store, name: &str) {
    for number in 0..12 {
        let conversation = format!("{name}-{number}");
        let mut asked = message(&format!("m-{conversation}"), &conversation, &long_text(number));
        // Some files are in both states, some in one.
        let bytes = if number % 3 == 0 { format!("both {number}") } else { format!("{name} {number}") };
        asked.attachments.push(store.put_file("f.txt", "text/plain", bytes.into_bytes()).await.unwrap());
        store.insert_messages(Some(conversation_row(&conversation)), vec![asked], 1).await.unwrap();
    }
}

struct TestClock(AtomicI64);

impl TestClock {
    fn forward(&self, by: i64) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> UtcMs {
        self.0.load(Ordering::SeqCst)
    }
}

async fn open_at(directory: &Path, clock: &Arc<TestClock>) -> Hub {
    hub_core::install_crypto();
    let mut options = HubOptions::new(directory, "0");
    options.vault = Some(VaultMode::Session);
    options.clock = clock.clone();
    options.scheduled_work = false;
    Hub::open(options).await.unwrap()
}

async fn connect(hub: &Hub, sim: &OpenAiSim) -> Target {
    let request = serde_json::from_value(serde_json::json!({
        "platform": "openai", "base_url": sim.base_url(), "secrets": { "api_key": TEST_KEY }, "verify": false,
    }));
    let connection = hub.connection_add(request.unwrap()).await.unwrap();
    let models = vec!["gpt-demo".into()];
    hub.models_enable(EnableModelsRequest { connection: connection.id.clone(), models, enabled: true }).await.unwrap();
    Target::Model { connection: connection.id, model: "gpt-demo".into() }
}

fn question(target: Target) -> SendRequest {
    serde_json::from_value(serde_json::json!({ "target": target, "text": "question" })).unwrap()
}

async fn shown(hub: &Hub, sent: &hub_contract::conversation::Sent) -> hub_contract::conversation::MessageView {
    let request = ShowConversationRequest { id: sent.conversation.id.clone(), through: None, last: None };
    hub.conversation_show(request).await.unwrap().messages.pop().unwrap()
}

fn restore(path: &str, apply: bool) -> RestoreRequest {
    RestoreRequest { path: path.to_owned(), apply, passphrase: None }
}

fn move_to(path: &Path) -> MoveRequest {
    MoveRequest { path: path.display().to_string(), passphrase: SecretInput::new(PASSPHRASE) }
}

/// Takes all room there is.
fn fill_up(disk: &Path) -> PathBuf {
    let path = disk.join("ballast");
    let mut ballast = File::create(&path).unwrap();
    let mut size = 64 * 1024;
    while size > 0 {
        match ballast.write(&vec![0; size]) {
            Ok(written) if written > 0 => {}
            _ => size /= 2,
        }
    }
    path
}

/// Every file below a folder; none when there is none.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}
