//! The suite `storage`: the store against what happens to disks and processes. Where a process has to die or to be
//! limited, a test runs itself again as a child (`CHILD` then holds the data directory).
//!
//! `HUB_TEST_FULL=1` kills as often as the issue says instead of a tenth of it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

#[path = "storage/copies.rs"]
mod copies;
#[path = "storage/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hub_contract::conversation::{MessageState, MessageView, Role, SearchFilter};
use hub_contract::run::FinishReason;
use hub_contract::{ErrorCode, HubError};
use hub_store::{Store, StoreError, Tell};
use tempfile::TempDir;

use support::{
    CHILD, SmallDisk, add_message, are_there, as_child, child, child_of, code_of, conversation_row, fill, is_root,
    kill_after, lines_of, long_text, message, open, rounds, say_code,
};

/// The user that owns nothing.
const NOBODY: u32 = 65_534;

#[tokio::test]
async fn killed_at_any_moment_it_loses_nothing_that_was_acknowledged() {
    if let Some(directory) = std::env::var_os(CHILD) {
        return chat_until_killed(Path::new(&directory)).await;
    }
    let directory = tempfile::tempdir().unwrap();
    let rounds = rounds(200, 20);
    let mut acknowledged = BTreeMap::new();
    for round in 0..rounds {
        let mut child = child("killed_at_any_moment_it_loses_nothing_that_was_acknowledged", directory.path());
        let mut running = child.stdout(Stdio::piped()).spawn().unwrap();
        let said = kill_after(&mut running, 1 + (round * 37) % 90);
        assert!(!said.is_empty(), "round {round}: the child acknowledged nothing");
        acknowledged.extend(said);

        let store = open(directory.path()).unwrap();
        store.quick_check().await.unwrap();
        for (id, text) in &acknowledged {
            let stored = store.message(&id.as_str().into()).await.unwrap();
            let stored = stored.unwrap_or_else(|| panic!("round {round}: {id} was acknowledged and is gone"));
            assert!(stored.text.starts_with(text), "round {round}: {id} lost text: {:?}, had {text:?}", stored.text);
            assert_ne!(stored.state, MessageState::Streaming, "round {round}: {id}");
            for file in &stored.attachments {
                store.read_file(&file.id).await.unwrap();
            }
        }
        store
            .backup(&directory.path().join("copy.hubbackup"), 1, Tell::default())
            .await
            .unwrap_or_else(|error| panic!("round {round}: {error}"));
        store.close().await;
    }
    println!("{rounds} kills, {} acknowledged messages, none lost", acknowledged.len());
}

#[tokio::test]
async fn an_older_version_refuses_a_newer_database_and_leaves_every_byte() {
    let directory = filled().await;
    overwrite(&directory.path().join("hub.db"), 60, &99_u32.to_be_bytes());
    refuses(directory.path(), ErrorCode::DatabaseNewer);
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_as_it_is() {
    let whole = filled().await;
    let bytes = fs::read(whole.path().join("hub.db")).unwrap();
    let garbage: Vec<u8> =
        bytes.iter().enumerate().map(|(at, byte)| byte ^ (at as u8).wrapping_mul(31) ^ 0x5a).collect();
    let mut foreign = bytes.clone();
    foreign[68..72].fill(0);
    let cases: [(&str, &[u8]); 6] = [
        ("garbage", &garbage),
        ("empty", b""),
        ("cut in its header", &bytes[..50]),
        ("cut in the middle", &bytes[..bytes.len() / 2]),
        ("without its last page", &bytes[..bytes.len() - 4_096]),
        ("another program's", &foreign),
    ];
    for (case, content) in cases {
        println!("{case}");
        fs::write(whole.path().join("hub.db"), content).unwrap();
        refuses(whole.path(), ErrorCode::DatabaseDamaged);
    }
    fs::remove_file(whole.path().join("hub.db")).unwrap();
    println!("gone");
    refuses(whole.path(), ErrorCode::DatabaseDamaged);
    assert!(!whole.path().join("hub.db").exists(), "no new one in place of the lost one");
}

#[tokio::test]
async fn damage_inside_is_found_and_then_nothing_is_written() {
    let directory = filled().await;
    let length = fs::metadata(directory.path().join("hub.db")).unwrap().len();
    overwrite(&directory.path().join("hub.db"), length / 2, &[0xa5; 8_192]);
    let store = open(directory.path()).unwrap();
    let checked = store.quick_check().await;
    assert!(matches!(checked, Err(StoreError::Damaged(_))), "{checked:?}");
    let refused = store.set_setting("a", &true.into()).await;
    assert!(matches!(refused, Err(StoreError::Damaged(_))), "{refused:?}");
    assert!(
        store.backup(&directory.path().join("copy.hubbackup"), 1, Tell::default()).await.is_err(),
        "a damaged copy is no backup"
    );
    assert!(!directory.path().join("copy.hubbackup").exists());
}

#[tokio::test]
async fn a_second_process_is_told_that_one_is_running() {
    const NAME: &str = "a_second_process_is_told_that_one_is_running";
    if let Some(directory) = std::env::var_os(CHILD) {
        return say_code(open(Path::new(&directory)).err());
    }
    let directory = filled().await;
    let store = open(directory.path()).unwrap();
    assert_eq!(code_of(&mut child(NAME, directory.path())), "instance_running");
    store.close().await;
    assert_eq!(code_of(&mut child(NAME, directory.path())), "none");
}

#[tokio::test]
async fn spaces_chinese_and_emoji_in_the_path_are_fine() {
    let directory = tempfile::tempdir().unwrap();
    let inside = directory.path().join("我的 数据 100% #1 ?a=b 🦀 'q' \"w\"/Hub");
    let store = open(&inside).unwrap();
    let file = store.put_file("图.png", "image/png", b"bytes".to_vec()).await.unwrap();
    let mut question = message("m-一", "c-一", "在路径里");
    question.attachments.push(file.clone());
    store.insert_messages(Some(conversation_row("c-一")), vec![question], 1).await.unwrap();
    let copy = inside.join("backups/备份 🦀.hubbackup");
    fs::create_dir(inside.join("backups")).unwrap();
    store.backup(&copy, 1, Tell::default()).await.unwrap();
    assert_eq!(
        Store::open_reading(&inside).unwrap().search("路径", 0, SearchFilter::default()).await.unwrap().total,
        1
    );
    store.close().await;

    let store = open(&inside).unwrap();
    assert_eq!(store.read_file(&file.id).await.unwrap(), b"bytes");
    assert_eq!(store.message(&"m-一".into()).await.unwrap().unwrap().text, "在路径里");
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_can_still_be_read() {
    const NAME: &str = "a_directory_that_cannot_be_written_can_still_be_read";
    if let Some(directory) = std::env::var_os(CHILD) {
        return read_only(Path::new(&directory)).await;
    }
    let directory = filled().await;
    let before = contents(directory.path());
    for entry in fs::read_dir(directory.path()).unwrap() {
        fs::set_permissions(entry.unwrap().path(), Permissions::from_mode(0o444)).unwrap();
    }
    fs::set_permissions(directory.path(), Permissions::from_mode(0o555)).unwrap();

    if is_root() {
        // Root may write everything, so another user has to try. He needs a copy of the test that he can reach.
        let program = directory.path().with_extension("test");
        fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let mut child = child_of(&program, NAME, directory.path());
        let status = child.current_dir("/").uid(NOBODY).gid(NOBODY).status();
        fs::remove_file(&program).unwrap();
        assert!(status.unwrap().success());
    } else {
        read_only(directory.path()).await;
    }
    assert_eq!(contents(directory.path()), before);
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn on_a_full_disk_what_is_there_stays_and_saving_works_again_once_there_is_room() {
    let mount_point = tempfile::tempdir().unwrap();
    let Some(_mounted) = SmallDisk::mount(mount_point.path()) else {
        println!("skipped: a disk of 2 MB cannot be mounted here; the limit on file sizes stands in for it");
        return;
    };
    let directory = mount_point.path().join("hub");
    let store = open(&directory).unwrap();
    let ballast = directory.join("ballast");
    fs::write(&ballast, vec![0; 256 * 1_024]).unwrap();

    let (kept, error) = fill(&store).await;
    assert_eq!(HubError::from(error).code, ErrorCode::DiskFull);
    let file = store.put_file("big", "text/plain", vec![7; 3 << 20]).await;
    assert_eq!(file.err().map(HubError::from).map(|error| error.code), Some(ErrorCode::DiskFull));
    let copy = store.backup(&directory.join("copy"), 1, Tell::default()).await;
    assert_eq!(copy.err().map(HubError::from).map(|error| error.code), Some(ErrorCode::DiskFull));
    for piece in ["copy", "copy.part", "copy.db.part"] {
        assert!(!directory.join(piece).exists(), "{piece}: pieces of a copy take no room");
    }
    are_there(&store, &kept).await;

    fs::remove_file(&ballast).unwrap();
    add_message(&store, "later", "there is room again").await.unwrap();
    store.quick_check().await.unwrap();
    store.close().await;
    let store = open(&directory).unwrap();
    are_there(&store, &kept).await;
    assert!(store.message(&"m-later".into()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_limit_on_file_sizes_is_a_full_disk() {
    const NAME: &str = "a_limit_on_file_sizes_is_a_full_disk";
    if let Some(directory) = std::env::var_os(CHILD) {
        let store = open(Path::new(&directory)).unwrap();
        let (kept, error) = fill(&store).await;
        are_there(&store, &kept).await;
        println!("kept\t{}", kept.len());
        return say_code(Some(error));
    }
    let directory = tempfile::tempdir().unwrap();
    // The signal that comes with the limit would end the child; ignored, it is an error of the write.
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\""]).arg(std::env::current_exe().unwrap());
    let said = lines_of(as_child(&mut limited, NAME, directory.path()));
    assert_eq!(said.get("code").map(String::as_str), Some("disk_full"));

    let store = open(directory.path()).unwrap();
    store.quick_check().await.unwrap();
    let kept: usize = said["kept"].parse().unwrap();
    assert!(kept > 0);
    are_there(&store, &(0..kept).collect::<Vec<_>>()).await;
    add_message(&store, "later", "without the limit").await.unwrap();
}

/// A closed data directory with enough in it to have something to damage.
async fn filled() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).unwrap();
    for number in 0..40 {
        add_message(&store, &number.to_string(), &long_text(number)).await.unwrap();
    }
    store.close().await;
    directory
}

/// Opening, also for reading only, ends with this code and changes nothing.
fn refuses(directory: &Path, code: ErrorCode) {
    let before = contents(directory);
    for opened in [open(directory), Store::open_reading(directory)] {
        let error = HubError::from(opened.expect_err("it must not open"));
        assert_eq!(error.code, code, "{error}");
        assert_eq!(contents(directory), before, "after {error}");
    }
}

/// Everything in a directory but the lock.
fn contents(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file() && !path.ends_with("hub.lock"));
    files.map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

/// Opening for writing is refused and says why; reading works.
async fn read_only(directory: &Path) {
    let error = HubError::from(open(directory).expect_err("it must not open"));
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::Internal, Some("data_dir_read_only")));
    let store = Store::open_reading(directory).unwrap();
    assert_eq!(store.message(&"m-7".into()).await.unwrap().unwrap().text, long_text(7));
    assert!(store.search("number 7", 0, SearchFilter::default()).await.unwrap().total > 0);
    let elsewhere = tempfile::tempdir().unwrap();
    let saved = store.backup(&elsewhere.path().join("saved.hubbackup"), 1, Tell::default()).await.unwrap();
    assert_eq!(saved.facts.messages, 40, "what can be read can be saved to another place");
}

/// Questions with growing answers, each acknowledged on stdout as soon as the store says that it is stored.
async fn chat_until_killed(directory: &Path) {
    let store = open(directory).unwrap();
    let conversation = format!("c{}", std::process::id());
    let mut row = Some(conversation_row(&conversation));
    let mut parent = None;
    for number in 0.. {
        let (question_id, answer_id) = (format!("{conversation}-q{number}"), format!("{conversation}-a{number}"));
        let mut question = message(&question_id, &conversation, "问题 question");
        question.parent = parent.take();
        if number % 5 == 0 {
            let bytes = format!("file of {question_id}").into_bytes();
            question.attachments.push(store.put_file("f.txt", "text/plain", bytes).await.unwrap());
        }
        let mut answer = message(&answer_id, &conversation, "");
        (answer.role, answer.parent, answer.state) =
            (Role::Assistant, Some(question_id.as_str().into()), MessageState::Streaming);
        store.insert_messages(row.take(), vec![question.clone(), answer.clone()], number).await.unwrap();
        acknowledge(&question);
        for step in 0..4 {
            answer.text.push_str("更多的文字 and words. ");
            if step == 3 && number % 3 != 0 {
                answer.state = MessageState::Finished { reason: FinishReason::Stop };
            }
            store.save_answers(vec![answer.clone()]).await.unwrap();
            acknowledge(&answer);
        }
        parent = Some(answer_id.as_str().into());
    }
}

fn acknowledge(message: &MessageView) {
    println!("ack\t{}\t{}", message.id, message.text);
}
