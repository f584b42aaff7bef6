//! Backups, restoring, and copies for another computer.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex};

use hub_contract::conversation::{FileView, SearchFilter};
use hub_contract::progress::{Progress, ProgressStep};
use hub_store::{BackupFile, ClosedHub, ConnectionRow, Store, StoreError, Tell, check, look_into_database};
use zeroize::Zeroizing;

use crate::support::{answer, conversation, new_store, open, question};

/// A question with an attachment, in a conversation of its own.
async fn ask(store: &Store, id: &str, text: &str, attachment: &[u8]) -> FileView {
    let file = store.put_file("图.png", "image/png", attachment.to_vec()).await.unwrap();
    let mut asked = question(&format!("q-{id}"), id, None, text, 1);
    asked.attachments.push(file.clone());
    store.insert_messages(Some(conversation(id, 1)), vec![asked], 1).await.unwrap();
    file
}

async fn text_of(store: &Store, id: &str) -> Option<String> {
    store.message(&format!("q-{id}").as_str().into()).await.unwrap().map(|message| message.text)
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_backup_tells_how_far_it_is() {
    let (directory, store) = new_store();
    ask(&store, "c", "question", &vec![b'a'; 3 * 1024 * 1024]).await;
    let told = Arc::new(Mutex::new(Vec::<Progress>::new()));
    let list = Arc::clone(&told);
    let tell = Tell::to(move |progress| list.lock().unwrap().push(progress));
    let written = store.backup(&directory.path().join("x.hubbackup"), 1, tell).await.unwrap();
    let told = told.lock().unwrap();
    let mut steps: Vec<ProgressStep> = told.iter().map(|progress| progress.step).collect();
    steps.dedup();
    assert_eq!(steps, [ProgressStep::Collect, ProgressStep::Write, ProgressStep::Verify]);
    for step in [ProgressStep::Write, ProgressStep::Verify] {
        let of: Vec<_> = told.iter().filter(|progress| progress.step == step).collect();
        assert!(of.len() > 3, "more than a beginning and an end: {of:?}");
        assert!(of.is_sorted_by_key(|progress| progress.done) && of.iter().all(|one| one.total == of[0].total));
        assert_eq!((of[0].done, of.last().unwrap().percent()), (0, Some(100)), "{step:?}");
    }
    assert!(told.iter().any(|progress| progress.total == written.bytes), "all of the file is proven");
}

#[tokio::test]
async fn a_backup_holds_everything_and_comes_back() {
    let (directory, store) = new_store();
    let kept = ask(&store, "c", "一 question", b"attached").await;
    store.set_setting("a", &1.into()).await.unwrap();
    let backups = directory.path().join("backups");
    fs::create_dir(&backups).unwrap();
    let path = backups.join("备份 one.hubbackup");
    fs::write(&path, "an older one").unwrap();
    let written = store.backup(&path, 7, Tell::default()).await.unwrap();
    assert_eq!(names(&backups), ["备份 one.hubbackup"], "nothing beside it");
    assert_eq!(written.bytes, fs::metadata(&path).unwrap().len());
    let facts = check(fs::File::open(&path).unwrap()).unwrap().facts;
    assert_eq!(facts, written.facts);
    assert_eq!((facts.made_at, facts.hub.as_str()), (7, "hub-1"));
    assert_eq!((facts.conversations, facts.messages, facts.files, facts.missing_files), (1, 1, 1, 0));
    let sizes = store.sizes().await.unwrap();
    assert_eq!((sizes.backups, sizes.backups_bytes), (1, written.bytes));
    assert!(sizes.last_backup.is_some());

    // What came later goes, what went comes back; readers that were open see it at once.
    let later = ask(&store, "later", "later", b"of later").await;
    store.remove_conversation(&"c".into()).await.unwrap();
    store.set_setting("a", &2.into()).await.unwrap();
    assert!(store.read_file(&kept.id).await.is_err());
    let staged = store.stage(fs::File::open(&path).unwrap()).await.unwrap();
    assert_eq!((staged.facts(), staged.credentials()), (&facts, None));
    assert_eq!(text_of(&store, "c").await, None, "nothing has changed yet");
    store.restore(staged).await.unwrap();
    assert_eq!(text_of(&store, "c").await.as_deref(), Some("一 question"));
    assert_eq!(text_of(&store, "later").await, None);
    assert_eq!(store.setting("a").await.unwrap(), Some(1.into()));
    assert_eq!(store.read_file(&kept.id).await.unwrap(), b"attached");
    assert!(store.read_file(&later.id).await.is_err(), "the file of what went is gone too");
    assert_eq!(store.search("一", 0, SearchFilter::default()).await.unwrap().total, 1);
    assert_eq!(store.sizes().await.unwrap().files_bytes, 8);
    store.quick_check().await.unwrap();
    ask(&store, "after", "it goes on", b"x").await;
    store.close().await;

    let store = open(directory.path()).unwrap();
    assert_eq!(text_of(&store, "after").await.as_deref(), Some("it goes on"));
    assert_eq!(store.search("goes on", 0, SearchFilter::default()).await.unwrap().total, 1);
    assert!(!directory.path().join("work").exists());
}

#[tokio::test]
async fn another_hubs_backup_keeps_this_hubs_id_and_the_person() {
    let (_elsewhere, other) = new_store();
    let (directory, store) = new_store_of("hub-2");
    ask(&other, "c", "text", b"attached").await;
    other.insert_connection(connection_with_secret()).await.unwrap();
    let path = directory.path().join("other.hubbackup");
    other.backup(&path, 1, Tell::default()).await.unwrap();
    let staged = store.stage(fs::File::open(&path).unwrap()).await.unwrap();
    assert_eq!(staged.facts().hub, "hub-1");
    staged.forget_secrets().unwrap();
    store.restore(staged).await.unwrap();
    assert_eq!(store.person().await.unwrap(), "hub-1", "platforms know the person by it");
    let connection = store.connections().await.unwrap().remove(0);
    assert!(connection.secrets.is_empty());
    assert!(!serde_json::to_string(&connection.proxy).unwrap().contains("\"has_password\":true"));
    store.close().await;
    let store = open(directory.path()).unwrap();
    assert_eq!(store.hub_id(), "hub-2", "its place in the keychain");
}

#[tokio::test]
async fn a_changed_or_cut_backup_is_refused_and_changes_nothing() {
    let (directory, store) = new_store();
    ask(&store, "c", "text", b"attached").await;
    let path = directory.path().join("x.hubbackup");
    store.backup(&path, 1, Tell::default()).await.unwrap();
    let whole = fs::read(&path).unwrap();
    // Every kind of place: names, lengths, the database, the file, the facts, the end.
    for at in (0..whole.len()).step_by(997).chain((0..1_024).step_by(8)) {
        let mut changed = whole.clone();
        changed[at] ^= 0x41;
        let Ok(checked) = check(changed.as_slice()) else { continue };
        // Padding and fields of a header that nobody reads.
        assert_eq!(checked.facts, check(whole.as_slice()).unwrap().facts, "byte {at}");
    }
    for length in (0..whole.len() - 1_024).step_by(1_777) {
        let cut = check(&whole[..length]);
        assert!(matches!(cut, Err(StoreError::BackupDamaged(_))), "{length} bytes: {cut:?}");
        assert!(store.stage(std::io::Cursor::new(whole[..length].to_vec())).await.is_err());
    }
    for other in [&b""[..], b"SQLite format 3\0", &[0; 4_096], b"garbage", include_bytes!("backups.rs")] {
        assert!(matches!(check(other), Err(StoreError::BackupDamaged(_))));
    }
    assert_eq!(text_of(&store, "c").await.as_deref(), Some("text"));
}

#[tokio::test]
async fn an_archive_cannot_reach_out_of_its_folder() {
    let (_directory, store) = new_store();
    let id = "0".repeat(64);
    for name in ["../x", "/etc/x", "files/../../x", "files/x", "hub.db/x", "HUB.DB", &format!("files/{id}/../x"), &id] {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(1);
        header.set_cksum();
        archive.append(&header, &b"x"[..]).unwrap();
        let staged = store.stage(std::io::Cursor::new(archive.into_inner().unwrap())).await;
        assert!(matches!(staged, Err(StoreError::BackupDamaged(_))), "{name}: {staged:?}");
    }
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    archive.append_link(&mut header, "hub.db", "/etc/passwd").unwrap();
    let staged = store.stage(std::io::Cursor::new(archive.into_inner().unwrap())).await;
    assert!(matches!(staged, Err(StoreError::BackupDamaged(_))), "{staged:?}");
}

#[tokio::test]
async fn a_lost_attachment_is_no_reason_to_have_no_backup() {
    let (directory, store) = new_store();
    let lost = ask(&store, "lost", "text", b"lost").await;
    let changed = ask(&store, "changed", "text", b"changed").await;
    ask(&store, "whole", "text", b"whole").await;
    let place = |id: &str| directory.path().join("files").join(&id[..2]).join(id);
    fs::remove_file(place(lost.id.as_str())).unwrap();
    fs::write(place(changed.id.as_str()), "CHANGED").unwrap();
    let written = store.backup(&directory.path().join("x.hubbackup"), 1, Tell::default()).await.unwrap();
    assert_eq!((written.facts.files, written.facts.missing_files), (1, 2));
}

#[tokio::test]
async fn a_database_from_before_a_migration_comes_back_and_files_stay() {
    let (directory, store) = new_store();
    let file = ask(&store, "c", "text", b"attached").await;
    store.close().await;
    let backup = directory.path().join("pre-v9.db");
    fs::copy(directory.path().join("hub.db"), &backup).unwrap();
    let store = open(directory.path()).unwrap();
    ask(&store, "later", "text", b"later").await;

    let facts = look_into_database(&backup).unwrap();
    assert_eq!((facts.conversations, facts.files), (1, 1));
    let staged = store.stage_database(&backup).await.unwrap();
    store.restore(staged).await.unwrap();
    assert_eq!(text_of(&store, "later").await, None);
    assert_eq!(store.read_file(&file.id).await.unwrap(), b"attached");
    assert!(backup.exists());
}

#[tokio::test]
async fn a_copy_for_another_computer_carries_what_the_core_gives_it() {
    let (directory, store) = new_store();
    ask(&store, "c", "text", b"attached").await;
    let (copy, facts) =
        store.write_copy(Vec::new(), 3, Zeroizing::new(b"[\"opaque\"]".to_vec()), Tell::default()).await.unwrap();
    assert_eq!(check(copy.as_slice()).unwrap().facts, facts);
    assert!(!directory.path().join("work/moving.db").exists());
    let (_elsewhere, other) = new_store_of("hub-2");
    let staged = other.stage(std::io::Cursor::new(copy)).await.unwrap();
    assert_eq!(staged.credentials(), Some(&b"[\"opaque\"]"[..]));
    other.restore(staged).await.unwrap();
    assert_eq!(text_of(&other, "c").await.as_deref(), Some("text"));
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_put_aside_for_a_backup() {
    let (directory, store) = new_store();
    let file = ask(&store, "c", "text", b"attached").await;
    let path = directory.path().join("backups/x.hubbackup");
    fs::create_dir(directory.path().join("backups")).unwrap();
    store.backup(&path, 1, Tell::default()).await.unwrap();
    store.close().await;
    for (number, content) in [&b"garbage"[..], b""].into_iter().enumerate() {
        fs::write(directory.path().join("hub.db"), content).unwrap();
        fs::write(directory.path().join("hub.db-wal"), "a log of something else").unwrap();
        assert!(matches!(open(directory.path()), Err(StoreError::Damaged(_))));
        let closed = ClosedHub::lock(directory.path()).unwrap();
        assert!(matches!(ClosedHub::lock(directory.path()), Err(StoreError::InstanceRunning)));
        let staged = closed.stage(fs::File::open(&path).unwrap()).unwrap();
        let aside = closed.replace(staged, number as i64).unwrap();
        let mut put_aside = Vec::new();
        fs::File::open(aside.join("hub.db")).unwrap().read_to_end(&mut put_aside).unwrap();
        assert_eq!(put_aside, content);
        assert!(aside.join("hub.db-wal").exists());

        let store = open(directory.path()).unwrap();
        assert_eq!(text_of(&store, "c").await.as_deref(), Some("text"));
        assert_eq!(store.read_file(&file.id).await.unwrap(), b"attached");
        store.quick_check().await.unwrap();
        store.close().await;
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_makes_room_for_a_new_one() {
    let (directory, store) = new_store();
    ask(&store, "c", "text", b"attached").await;
    fs::create_dir(directory.path().join("backups")).unwrap();
    store.backup(&directory.path().join("backups/x.hubbackup"), 1, Tell::default()).await.unwrap();
    store.close().await;
    fs::write(directory.path().join("hub.db"), "garbage").unwrap();
    assert!(matches!(open(directory.path()), Err(StoreError::Damaged(_))));
    assert_eq!(hub_store::backups_in(directory.path()).unwrap().len(), 1, "backups are found without the database");

    let aside = ClosedHub::lock(directory.path()).unwrap().put_aside(7).unwrap();
    assert_eq!(fs::read(aside.join("hub.db")).unwrap(), b"garbage");
    let store = open(directory.path()).unwrap();
    assert!(text_of(&store, "c").await.is_none(), "it is a new one");
    store.close().await;
    drop(open(directory.path()).unwrap());
}

#[tokio::test]
async fn only_the_newest_of_a_kind_are_kept_and_never_the_last_one_less() {
    let (directory, store) = new_store();
    let backups = directory.path().join("backups");
    fs::create_dir(&backups).unwrap();
    let mut made = Vec::new();
    for number in 0..5 {
        let path = backups.join(format!("auto-{number}.hubbackup"));
        fs::write(&path, "x").unwrap();
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000 - number);
        fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
        made.push(path);
    }
    fs::write(backups.join("mine.hubbackup"), "x").unwrap();
    fs::write(backups.join("auto-9.hubbackup.part"), "unfinished").unwrap();
    // The clock went back: the last one made has the oldest time.
    store.prune_backups("auto-", 3, made[4].clone()).await.unwrap();
    assert_eq!(
        names(&backups),
        ["auto-0.hubbackup", "auto-1.hubbackup", "auto-4.hubbackup", "auto-9.hubbackup.part", "mine.hubbackup"]
    );
    let listed: Vec<BackupFile> = store.backups().await.unwrap();
    assert_eq!(listed.len(), 4, "what is unfinished is no backup");
    store.close().await;
    drop(open(directory.path()).unwrap());
    assert!(!backups.join("auto-9.hubbackup.part").exists(), "the next start tidies up");
}

#[tokio::test]
async fn beside_a_running_instance_a_backup_can_be_made_but_not_restored() {
    let (directory, store) = new_store();
    ask(&store, "c", "text", b"attached").await;
    let beside = Store::open_reading(directory.path()).unwrap();
    let path = directory.path().join("x.hubbackup");
    beside.backup(&path, 1, Tell::default()).await.unwrap();
    let staged = beside.stage(fs::File::open(&path).unwrap()).await;
    assert!(matches!(staged, Err(StoreError::InstanceRunning)), "{staged:?}");
    let copied = beside.write_copy(Vec::new(), 1, Zeroizing::default(), Tell::default()).await;
    assert!(matches!(copied, Err(StoreError::InstanceRunning)));
}

#[tokio::test]
async fn a_growing_answer_comes_back_interrupted() {
    use hub_contract::conversation::MessageState;
    let (directory, store) = new_store();
    ask(&store, "c", "text", b"attached").await;
    let mut growing = answer("a", "c", "q-c", "half an ans", 2);
    growing.state = MessageState::Streaming;
    store.insert_messages(None, vec![growing], 2).await.unwrap();
    let path = directory.path().join("x.hubbackup");
    store.backup(&path, 1, Tell::default()).await.unwrap();
    let staged = store.stage(fs::File::open(&path).unwrap()).await.unwrap();
    store.restore(staged).await.unwrap();
    let stored = store.message(&"a".into()).await.unwrap().unwrap();
    assert_eq!(stored.state, MessageState::Truncated { error: None });
}

#[tokio::test]
async fn a_backup_never_takes_the_place_of_the_database() {
    let (directory, store) = new_store();
    ask(&store, "c", "text", b"attached").await;
    for name in ["hub.db", "HUB.DB-wal", "vault.bin", "no such folder/x"] {
        assert!(store.backup(&directory.path().join(name), 1, Tell::default()).await.is_err(), "{name}");
    }
    assert!(text_of(&store, "c").await.is_some());
}

fn new_store_of(hub: &str) -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let options = hub_store::StoreOptions { data_dir: directory.path().to_owned(), now: 1_000, hub_id: hub.to_owned() };
    let store = Store::open(options).unwrap();
    (directory, store)
}

fn connection_with_secret() -> ConnectionRow {
    use hub_contract::settings::ProxySetting;
    ConnectionRow {
        id: "k1".into(),
        platform: hub_contract::PlatformId::Deepseek,
        name: "Work".into(),
        base_url: "https://api.example.com".into(),
        fields: Default::default(),
        secrets: [("api_key".to_owned(), hub_contract::secret::SecretHint::default())].into(),
        proxy: Some(ProxySetting::Custom { url: "http://p:1".into(), user: String::new(), has_password: true }),
        plain_http_allowed: false,
        last_test: None,
        catalog_at: None,
        created_at: 1,
    }
}
