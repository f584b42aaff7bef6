//! A test in a process of its own: to measure its memory, to stop or kill it, to give it another environment. The test
//! runs itself again and finds in [`task`] what it has to do there.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};

const TASK: &str = "HUB_TEST_STREAMS_CHILD";

/// What this process was started for; `None` in the test itself.
pub(crate) fn task() -> Option<String> {
    std::env::var(TASK).ok()
}

/// The test `name` (with its module) as a process with a task.
pub(crate) fn command(name: &str, task: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args([name, "--exact", "--nocapture"]).env(TASK, task).stdout(Stdio::piped());
    command
}

/// Tells the parent something, on a line of its own.
pub(crate) fn say(word: &str, what: impl std::fmt::Display) {
    println!("\n{word}\t{what}");
}

/// Runs a child to its end and answers what it said, by word. The servers of the test go on meanwhile.
pub(crate) async fn run(mut command: Command) -> BTreeMap<String, String> {
    let child = command.spawn().expect("this test once more");
    heard(child).await
}

/// What a child said until its end, by word.
pub(crate) async fn heard(child: Child) -> BTreeMap<String, String> {
    let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.expect("waits").expect("its output");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    said.lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(word, what)| (word.to_owned(), what.to_owned()))
        .collect()
}
