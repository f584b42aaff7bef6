//! Children that are killed or limited, small disks, and rows to store.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hub_contract::HubError;
use hub_contract::conversation::{MessageBody, MessageState, MessageView, Role, Target};
use hub_contract::run::FinishReason;
use hub_store::{ConversationRow, Store, StoreError, StoreOptions};

/// The data directory of a child.
pub(crate) const CHILD: &str = "HUB_TEST_STORAGE_CHILD";

/// How often to do what an issue gives a count for: as written with `HUB_TEST_FULL=1`, else less.
pub(crate) fn rounds(full: usize, usual: usize) -> usize {
    if std::env::var_os("HUB_TEST_FULL").is_some_and(|set| set == "1") { full } else { usual }
}

pub(crate) fn open(directory: &Path) -> Result<Store, StoreError> {
    Store::open(StoreOptions { data_dir: directory.to_owned(), now: 1_000, hub_id: "hub-1".to_owned() })
}

/// Kills the child when it has acknowledged so much, and returns all that it acknowledged before it died.
pub(crate) fn kill_after(child: &mut Child, acknowledgements: usize) -> BTreeMap<String, String> {
    let mut said = BTreeMap::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut heard = 0;
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 0 {
        // A line that death cut short acknowledges nothing.
        if let Some((id, text)) = line.strip_suffix('\n').and_then(|line| line.strip_prefix("ack\t")?.split_once('\t'))
        {
            said.insert(id.to_owned(), text.to_owned());
            heard += 1;
            if heard == acknowledgements {
                child.kill().unwrap();
            }
        }
        line.clear();
    }
    child.wait().unwrap();
    said
}

/// Adds messages until one is refused. Returns which are in, and why the last is not.
pub(crate) async fn fill(store: &Store) -> (Vec<usize>, StoreError) {
    let mut kept = Vec::new();
    for number in 0..1_000 {
        match add_message(store, &number.to_string(), &long_text(number)).await {
            Ok(()) => kept.push(number),
            Err(error) => return (kept, error),
        }
    }
    panic!("the disk never was full");
}

pub(crate) async fn are_there(store: &Store, numbers: &[usize]) {
    assert!(!numbers.is_empty());
    for number in numbers {
        let message = store.message(&format!("m-{number}").into()).await.unwrap();
        assert_eq!(message.unwrap_or_else(|| panic!("message {number} is gone")).text, long_text(*number));
    }
}

pub(crate) async fn add_message(store: &Store, id: &str, text: &str) -> Result<(), StoreError> {
    let conversation = format!("c-{id}");
    let messages = vec![message(&format!("m-{id}"), &conversation, text)];
    store.insert_messages(Some(conversation_row(&conversation)), messages, 1).await
}

/// About 4 KB, different for each number.
pub(crate) fn long_text(number: usize) -> String {
    (0..200).map(|line| format!("number {number} {:x}, ", (number * 7_919 + line) * 2_654_435_761)).collect()
}

pub(crate) fn conversation_row(id: &str) -> ConversationRow {
    ConversationRow {
        id: id.into(),
        title: "title".to_owned(),
        target: Target::Agent { agent: "a".into() },
        target_name: "Agent".to_owned(),
        platform: None,
        pinned: false,
        archived: false,
        draft: String::new(),
        comparison: None,
        created_at: 1,
        updated_at: 1,
    }
}

pub(crate) fn message(id: &str, conversation: &str, text: &str) -> MessageView {
    MessageView {
        id: id.into(),
        conversation: conversation.into(),
        parent: None,
        role: Role::User,
        state: MessageState::Finished { reason: FinishReason::Stop },
        text: text.to_owned(),
        body: MessageBody::default(),
        attachments: Vec::new(),
        siblings: Vec::new(),
        created_at: 1,
    }
}

/// This test once more, as a process of its own.
pub(crate) fn child(test: &str, directory: &Path) -> Command {
    child_of(&std::env::current_exe().unwrap(), test, directory)
}

pub(crate) fn child_of(program: &Path, test: &str, directory: &Path) -> Command {
    let mut command = Command::new(program);
    as_child(&mut command, test, directory);
    command
}

pub(crate) fn as_child<'a>(command: &'a mut Command, test: &str, directory: &Path) -> &'a mut Command {
    command.args([test, "--exact", "--nocapture"]).env(CHILD, directory)
}

pub(crate) fn say_code(error: Option<StoreError>) {
    println!("code\t{}", error.map_or("none", |error| HubError::from(error).code.as_str()));
}

pub(crate) fn code_of(child: &mut Command) -> String {
    lines_of(child).remove("code").expect("the child said no code")
}

/// What a child said, line by line, by the word before the tab.
pub(crate) fn lines_of(child: &mut Command) -> BTreeMap<String, String> {
    let mut running = child.stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    running.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(running.wait().unwrap().success(), "{said}");
    said.lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(word, rest)| (word.to_owned(), rest.to_owned()))
        .collect()
}

/// True for root, to whom permissions do not apply: what he makes is his.
pub(crate) fn is_root() -> bool {
    fs::metadata(tempfile::tempdir().unwrap().path()).unwrap().uid() == 0
}

/// A disk of 2 MB in memory.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this user may not mount.
    pub(crate) fn mount(at: &Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(at).stderr(Stdio::null());
        mount.status().ok()?.success().then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let lazily = Command::new("umount").arg("-l").arg(&self.0).status();
        assert!(lazily.is_ok_and(|status| status.success()), "the small disk is still mounted");
    }
}
