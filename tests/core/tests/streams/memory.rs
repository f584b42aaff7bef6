//! Memory, measured: the client is a process of its own, the server is not, and the peak of its resident memory is what
//! Linux keeps of it.
#![cfg(target_os = "linux")]

use std::fs;

use hub_contract::{ErrorCode, RunEvent};
use hub_sim::{Action, Coding, Framing, Reply};

use crate::dialects::{Dialect, speaking};
use crate::hub::Desk;
use crate::support::*;
use crate::{child, times};

const MIB: u64 = 1024 * 1024;
/// How much an endless line and a bomb may take.
const HOSTILE: u64 = 16 * MIB;
/// How much a long answer may take.
const LONG: u64 = 32 * MIB;

#[tokio::test]
async fn s20_an_endless_line_takes_little_memory() {
    const NAME: &str = "memory::s20_an_endless_line_takes_little_memory";
    if let Some(task) = child::task() {
        return measure_ask(speaking(20), &task).await;
    }
    for dialect in speaking(20) {
        let line = Action::Repeat(vec![Action::Send(vec![b'x'; 64 * 1024].into())], None);
        let reply = Reply::sse_body(dialect.says("kept") + "data: ").then(line);
        let growth = growth_of(NAME, dialect, reply, "event_size").await;
        assert!(growth <= HOSTILE, "{growth} bytes");
    }
}

#[tokio::test]
async fn s37_a_bomb_takes_little_memory() {
    const NAME: &str = "memory::s37_a_bomb_takes_little_memory";
    if let Some(task) = child::task() {
        return measure_ask(speaking(37), &task).await;
    }
    for dialect in speaking(37) {
        for coding in [Coding::Gzip, Coding::Brotli] {
            let bomb = Action::Repeat(vec![Action::Send(vec![b'x'; MIB as usize].into())], Some(50));
            let reply =
                Reply::sse_body(dialect.says("kept") + ": ").coding(coding).framing(Framing::Chunked).then(bomb);
            let growth = growth_of(NAME, dialect, reply, "inflation").await;
            assert!(growth <= HOSTILE, "{coding:?}: {growth} bytes");
        }
    }
}

/// Two MiB in texts of one byte, through the whole path: transport, dialect, run, database.
#[tokio::test]
async fn s64_two_mebibytes_in_single_bytes_take_little_memory() {
    const NAME: &str = "memory::s64_two_mebibytes_in_single_bytes_take_little_memory";
    if let Some(task) = child::task() {
        let (name, server) = task.split_once(' ').unwrap();
        let dialect = speaking(64).find(|dialect| dialect.name == name).unwrap();
        let desk = Desk::new(dialect, server).await;
        desk.ask_and_hear("warm up").await;
        let before = resident();
        let events = desk.ask_and_hear("go on").await;
        child::say("growth", peak().saturating_sub(before));
        let text: usize =
            events.iter().map(|event| if let RunEvent::Text { delta, .. } = event { delta.len() } else { 0 }).sum();
        child::say("text", text);
        child::say("events", events.len());
        return;
    }
    for dialect in speaking(64) {
        let count = times(2 * MIB as usize);
        let deltas = Action::Repeat(vec![Action::Send(dialect.says("x").repeat(256).into())], Some(count as u64 / 256));
        let long = Reply::event_stream().then(deltas).send(dialect.ends());
        let script = hub_sim::Script::new().next(Reply::sse_body(dialect.answer("warm"))).next(long);
        let server = serve(script).await;
        let said = child::run(child::command(NAME, &format!("{} {}", dialect.name, server.base_url()))).await;
        let number = |word: &str| said[word].parse::<u64>().unwrap();
        assert_eq!(number("text") as usize, count / 256 * 256);
        assert!(number("growth") <= LONG, "{}: {said:?}", dialect.name);
        println!("S64: {said:?}");
    }
}

/// The growth of a client that asks for this answer, which fails with that hint and keeps its text.
async fn growth_of(name: &str, dialect: &Dialect, reply: Reply, hint: &str) -> u64 {
    let script = hub_sim::Script::new().next(Reply::sse_body(dialect.answer("warm"))).next(reply);
    let server = serve(script).await;
    let said = child::run(child::command(name, &format!("{} {}", dialect.name, server.base_url()))).await;
    assert_eq!((said["text"].as_str(), said["hint"].as_str()), ("kept", hint));
    println!("growth: {} bytes", said["growth"]);
    said["growth"].parse().unwrap()
}

async fn measure_ask(mut dialects: impl Iterator<Item = &'static Dialect>, task: &str) {
    let (name, server) = task.split_once(' ').unwrap();
    let dialect = dialects.find(|dialect| dialect.name == name).unwrap();
    // What a first call loads for all later ones is no growth.
    dialect.ask_at(server).await.stopped("warm");
    let before = resident();
    let asked = dialect.ask_at(server).await;
    child::say("growth", peak().saturating_sub(before));
    child::say("text", asked.text());
    let text = asked.text();
    child::say("hint", asked.failed(&text, ErrorCode::TooLarge).detail.hint.as_deref().unwrap_or_default());
}

/// Resident memory now, and from now on the lowest peak.
fn resident() -> u64 {
    // 5 sets the peak back (proc_pid_clear_refs(5)).
    fs::write("/proc/self/clear_refs", "5").unwrap();
    status("VmRSS:")
}

fn peak() -> u64 {
    status("VmHWM:")
}

/// A line of the process's own status, in bytes.
fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}
