//! What a run makes of a stream: order, room, Stop, the disk, many at once. Through the whole core.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use hub_contract::ErrorCode;
use hub_contract::UtcMs;
use hub_contract::conversation::{MessageState, Sent};
use hub_contract::run::{RunEvent, StopRunRequest};
use hub_core::{Clock, Hub, HubOptions, Limits, SystemClock};
use hub_sim::{Action, Gate, Recorded, Reply};
use serde_json::json;

use crate::dialects::{Dialect, speaking};
use crate::hub::{Desk, GUARD, answer, options, text};
use crate::support::{ask_of, limits, platforms, serve};
use crate::{child, times};

/// A message shows this much.
const SHOWN: usize = 2 * 1024 * 1024;

#[tokio::test]
async fn s19_of_one_text_of_six_megabytes_two_are_shown_and_the_rest_is_a_file() {
    for dialect in speaking(19) {
        let long = "界".repeat(2_000_000);
        let server = serve(Reply::sse_body(dialect.answer(&long))).await;
        let desk = Desk::new(dialect, &server.base_url()).await;
        let sent = desk.ask("much").await;
        let events = desk.hear(&sent.run).await;
        let shown = text(&events);
        assert!(shown.len() <= SHOWN && shown.len() > SHOWN - 4 && long.starts_with(&shown));
        assert!(events.iter().any(|event| matches!(event, RunEvent::Notice { code, .. } if code == "answer_long")));
        let answer = answer(&desk.hub, &sent.conversation.id).await;
        assert_eq!(answer.text.len(), shown.len());
        assert!(answer.body.overflow.is_some(), "the rest is kept");
        assert!(matches!(answer.state, MessageState::Finished { .. }));
    }
}

#[tokio::test]
async fn s21_an_answer_ends_where_no_more_of_it_is_kept() {
    let thought = |id: usize| {
        let event =
            json!({ "event": "agent_thought", "id": id.to_string(), "position": id, "tool": "t", "tool_input": "x" });
        format!("data: {event}\n\n")
    };
    // The row of one long text: a dialect that makes a conversation first gets its endless answer there.
    for dialect in speaking(19) {
        let says = dialect.says("x").repeat(100);
        let steps = (dialect.name == "dify").then(|| (0..1000).map(thought).collect());
        let endless: Vec<String> = steps.into_iter().chain([says]).collect();
        for frames in endless {
            let endless = Action::Repeat(vec![Action::Send(frames.into())], None);
            let server = serve(Reply::sse_body(dialect.says("kept")).then(endless)).await;
            let folder = tempfile::tempdir().unwrap();
            let options = HubOptions { limits: Limits { answer_bytes: 10_000, ..limits() }, ..options(folder.path()) };
            let desk = Desk::open(options, dialect, &server.base_url()).await;
            let sent = desk.ask("endless").await;
            let events = desk.hear(&sent.run).await;
            let Some(RunEvent::Failed { error }) = events.last() else { panic!("{:?}", events.last()) };
            assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::TooLarge, Some("answer_size")));
            let kept = answer(&desk.hub, &sent.conversation.id).await.text;
            assert!(kept.starts_with("kept") && kept.len() <= 10_000, "{} bytes", kept.len());
            assert!(server.wait_for_end(0).await.unwrap().by.is_client(), "closed by us");
        }
    }
}

#[tokio::test]
async fn s22_many_texts_in_one_chunk_are_few_updates() {
    for dialect in speaking(22) {
        let count = times(100_000);
        let server = serve(Reply::sse_body(dialect.says("x").repeat(count) + &dialect.ends())).await;
        let desk = Desk::new(dialect, &server.base_url()).await;
        let began = Instant::now();
        let events = desk.ask_and_hear("many").await;
        let took = began.elapsed();
        assert_eq!(text(&events).len(), count);
        // One at once, then one each 33 ms or 4 KiB, whatever the machine's speed.
        let most = 2 + took.as_millis() as usize / 33 + count / 4096;
        let updates = events.iter().filter(|event| matches!(event, RunEvent::Text { .. })).count();
        assert!(updates <= most, "{updates} updates in {took:?}");
    }
}

#[tokio::test]
async fn s48_a_clock_that_is_two_days_off_changes_no_answer() {
    #[derive(Debug)]
    struct Off(UtcMs);
    impl Clock for Off {
        fn now(&self) -> UtcMs {
            SystemClock.now() + self.0
        }
    }
    const TWO_DAYS: UtcMs = 2 * 24 * 60 * 60 * 1000;
    for dialect in speaking(48) {
        for off in [-TWO_DAYS, TWO_DAYS] {
            let server = serve(Reply::sse_body(dialect.answer("a"))).await;
            let folder = tempfile::tempdir().unwrap();
            let options = HubOptions { clock: Arc::new(Off(off)), ..options(folder.path()) };
            let desk = Desk::open(options, dialect, &server.base_url()).await;
            let sent = desk.ask("when?").await;
            let events = desk.hear(&sent.run).await;
            assert_eq!(text(&events), "a");
            assert!(matches!(events.last(), Some(RunEvent::Finished { .. })));
            let facts = answer(&desk.hub, &sent.conversation.id).await.body.facts.unwrap();
            assert!(facts.total_ms.unwrap() < GUARD * 1000, "durations are not taken from the wall clock");
        }
    }
}

/// An answer of 100 texts, held before the n-th.
fn held(dialect: &Dialect, at: usize) -> (Gate, Reply) {
    let gate = Gate::new();
    let before = (0..at).fold(Reply::event_stream(), |reply, _| reply.send(dialect.says("x")));
    let behind = dialect.says("x").repeat(100 - at) + &dialect.ends();
    (gate.clone(), before.wait(&gate).send(behind))
}

#[tokio::test]
async fn s58_stop_at_any_moment_closes_the_socket_and_keeps_the_text() {
    for dialect in speaking(58) {
        for at in [0, 1, 50, 99] {
            let (gate, reply) = held(dialect, at);
            let server = serve(reply).await;
            let desk = Desk::new(dialect, &server.base_url()).await;
            let sent = desk.ask("stop me").await;
            gate.reached().await;
            if at > 0 {
                desk.wait_for_text(&sent.conversation.id).await;
            }
            let stop = || desk.hub.run_stop(StopRunRequest { run: sent.run.clone() });
            let (first, second) = tokio::join!(stop(), stop());
            first.and(second).unwrap();
            assert!(server.wait_for_end(0).await.unwrap().by.is_client(), "at {at}: the server sees us leave");
            stop().await.expect("stopping what ended changes nothing");
            let events = desk.hear(&sent.run).await;
            assert!(matches!(events.last(), Some(RunEvent::Cancelled { confirmed: false })), "{:?}", events.last());
            let answer = answer(&desk.hub, &sent.conversation.id).await;
            assert!(matches!(answer.state, MessageState::Cancelled { .. }));
            assert_eq!(answer.text, text(&events));
            assert_eq!(answer.text.is_empty(), at == 0);
            assert_eq!(server.requests().len(), 1);
        }
    }
}

#[tokio::test]
async fn s58_quitting_closes_the_socket_and_keeps_the_text() {
    for dialect in speaking(58) {
        let (_gate, reply) = held(dialect, 50);
        let server = serve(reply).await;
        let desk = Desk::new(dialect, &server.base_url()).await;
        let sent = desk.ask("quit").await;
        desk.wait_for_text(&sent.conversation.id).await;
        desk.hub.close().await;
        assert!(server.wait_for_end(0).await.unwrap().by.is_client());
        assert!(desk.hub.runs_list(()).await.unwrap().is_empty());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn s59_killed_in_mid_answer_the_text_is_there_at_the_next_start() {
    const NAME: &str = "runs::s59_killed_in_mid_answer_the_text_is_there_at_the_next_start";
    if let Some(task) = child::task() {
        let [name, server, folder] = task.split(' ').collect::<Vec<_>>()[..] else { panic!("{task}") };
        let dialect = speaking(59).find(|dialect| dialect.name == name).unwrap();
        let desk = Desk::open(options(folder.as_ref()), dialect, server).await;
        let sent = desk.ask("until the end").await;
        child::say("conversation", &sent.conversation.id);
        return drop(desk.hear(&sent.run).await);
    }
    for dialect in speaking(59) {
        for round in 0..times(60) {
            let folder = tempfile::tempdir().unwrap();
            let (gate, reply) = held(dialect, 1 + round % 99);
            let server = serve(reply).await;
            let task = format!("{} {} {}", dialect.name, server.base_url(), folder.path().display());
            let mut child = child::command(NAME, &task).spawn().unwrap();
            gate.reached().await;
            wait_until_saved(folder.path()).await;
            child.kill().unwrap();
            let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let conversation = said.lines().find_map(|line| line.strip_prefix("conversation\t")).expect("it asked");
            let hub = Hub::open(options(folder.path())).await.unwrap();
            let detail = crate::hub::show(&hub, &conversation.into()).await.unwrap();
            assert_eq!(detail.messages[0].text, "until the end");
            let answer = detail.messages.last().unwrap();
            assert!(!answer.text.is_empty() && answer.text.bytes().all(|byte| byte == b'x'), "{answer:?}");
            assert!(matches!(answer.state, MessageState::Truncated { .. }), "{answer:?}");
        }
    }
}

/// Looks beside the running Hub until its answer has text on the disk.
#[cfg(unix)]
async fn wait_until_saved(folder: &std::path::Path) {
    let began = Instant::now();
    loop {
        assert!(began.elapsed().as_secs() < GUARD, "nothing was saved");
        if let Ok(hub) = Hub::open_reading(options(folder)).await
            && let Ok(rows) = hub.conversations_list(Default::default()).await
            && let Some(row) = rows.first()
            && !answer(&hub, &row.id).await.text.is_empty()
        {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Twenty at once, in several rounds: of each round one stalls and one is cut, the others are whole.
#[tokio::test]
async fn s60_a_stalled_and_a_broken_answer_leave_the_others_alone() {
    for dialect in speaking(60) {
        let says = |text: &str| Reply::sse_body(dialect.says(text));
        let (stalls, breaks) = (says("begun").hold_open(), says("begun").reset());
        let whole: Vec<Reply> = (0..20)
            .map(|n| Reply::sse_body(dialect.answer(&format!("answer {n} ").repeat(100))).pieces_of(200))
            .collect();
        let server = serve(move |request: &Recorded| {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            let number = (0..20).find(|n| body.contains(&format!("question {n}.")));
            match number {
                Some(7) => stalls.clone(),
                Some(13) => breaks.clone(),
                Some(n) => whole[n].clone(),
                None => Reply::text(404, "which?"),
            }
        })
        .await;
        let desk = Desk::new(dialect, &server.base_url()).await;
        for _ in 0..times(20) {
            let mut asked: Vec<Sent> = Vec::new();
            for n in 0..20 {
                asked.push(desk.ask(&format!("question {n}.")).await);
            }
            for (n, sent) in asked.iter().enumerate().filter(|(n, _)| *n != 7) {
                let events = desk.hear(&sent.run).await;
                if n == 13 {
                    assert!(matches!(events.last(), Some(RunEvent::Truncated { .. })), "{:?}", events.last());
                    assert_eq!(text(&events), "begun");
                } else {
                    assert!(matches!(events.last(), Some(RunEvent::Finished { .. })), "{n}: {:?}", events.last());
                    assert_eq!(text(&events), format!("answer {n} ").repeat(100));
                }
            }
            assert_eq!(desk.hub.runs_list(()).await.unwrap().len(), 1, "only the stalled one goes on");
            desk.hub.run_stop(StopRunRequest { run: asked[7].run.clone() }).await.unwrap();
            assert_eq!(answer(&desk.hub, &asked[7].conversation.id).await.text, "begun");
        }
    }
}

/// One server gives so many answers at once; the others wait, and nobody is forgotten.
#[tokio::test]
async fn s60_more_questions_than_a_server_takes_at_once_wait_for_their_turn() {
    for dialect in speaking(60) {
        let gate = Gate::new();
        let reply =
            Reply::event_stream().send(dialect.says("be")).wait(&gate).send(dialect.says("gun") + &dialect.ends());
        let (is_open, too_early) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let server = {
            let (is_open, too_early, asked) = (Arc::clone(&is_open), Arc::clone(&too_early), AtomicUsize::new(0));
            serve(move |_: &Recorded| {
                if asked.fetch_add(1, Ordering::SeqCst) >= 2 && !is_open.load(Ordering::SeqCst) {
                    too_early.fetch_add(1, Ordering::SeqCst);
                }
                reply.clone()
            })
            .await
        };
        let platforms = platforms(Limits { at_once: 2, ..limits() });
        let ask = || ask_of(&platforms, dialect.endpoint(&server.base_url()), dialect.turn());
        let opened = async {
            let began = Instant::now();
            while server.requests().len() < 2 {
                assert!(began.elapsed().as_secs() < GUARD, "the first two were not asked");
                tokio::task::yield_now().await;
            }
            is_open.store(true, Ordering::SeqCst);
            gate.open();
        };
        let (a, b, c, d, ()) = tokio::join!(ask(), ask(), ask(), ask(), opened);
        for asked in [a, b, c, d] {
            asked.stopped("begun");
        }
        assert_eq!((server.requests().len(), too_early.load(Ordering::SeqCst)), (4, 0));
    }
}

/// Another program holds the database for writing while an answer comes to its end.
#[tokio::test]
async fn s61_while_the_database_is_locked_the_text_stays_and_is_saved_later() {
    for dialect in speaking(61) {
        let (gate, reply) = held(dialect, 50);
        let server = serve(reply).await;
        let folder = tempfile::tempdir().unwrap();
        let desk = Desk::open(options(folder.path()), dialect, &server.base_url()).await;
        let sent = desk.ask("hold on").await;
        desk.wait_for_text(&sent.conversation.id).await;
        let database = database_in(&folder.path().join("hub"));
        let locking = rusqlite::Connection::open(&database).unwrap();
        locking.execute_batch("BEGIN IMMEDIATE").unwrap();
        gate.open();
        let events = desk.hear(&sent.run).await;
        assert_eq!(text(&events).len(), 100, "the answer comes to its end on the screen");
        assert!(not_saved(&events).is_some(), "and it is told that it is not on the disk: {events:?}");
        assert_eq!(answer(&desk.hub, &sent.conversation.id).await.text.len(), 100);
        locking.execute_batch("ROLLBACK").unwrap();
        desk.hub.close().await;
        drop(desk);
        assert_eq!(stored(folder.path(), &sent).await.text.len(), 100, "saved once it could be");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn s61_on_a_full_disk_the_text_stays_and_is_saved_once_there_is_room() {
    for dialect in speaking(61) {
        let mount_point = tempfile::tempdir().unwrap();
        let Some(disk) = SmallDisk::mount(mount_point.path()) else {
            println!("skipped: a disk of 4 MB cannot be mounted here; the locked database stands in for it");
            return;
        };
        let (gate, reply) = long_and_held(dialect);
        let server = serve(reply).await;
        let desk = Desk::open(options(&disk.0), dialect, &server.base_url()).await;
        let sent = desk.ask("fill it").await;
        desk.wait_for_text(&sent.conversation.id).await;
        let ballast = disk.0.join("ballast");
        // As much as there is room for.
        let _ = std::fs::write(&ballast, vec![0; 8 * 1024 * 1024]);
        gate.open();
        let events = desk.hear(&sent.run).await;
        let whole = text(&events).len();
        assert!(whole > 1_000_000);
        assert_eq!(not_saved(&events), Some(ErrorCode::DiskFull.as_str()), "{:?}", events.last());
        assert_eq!(answer(&desk.hub, &sent.conversation.id).await.text.len(), whole, "it is on the screen");
        std::fs::remove_file(&ballast).unwrap();
        desk.hub.close().await;
        drop(desk);
        assert_eq!(stored(&disk.0, &sent).await.text.len(), whole, "saved once there was room");
    }
}

/// More text than the ballast leaves room for.
fn long_and_held(dialect: &Dialect) -> (Gate, Reply) {
    let gate = Gate::new();
    let rest = Action::Send((dialect.says(&"x".repeat(1_000_000)) + &dialect.ends()).into());
    (gate.clone(), Reply::sse_body(dialect.says("begun")).wait(&gate).then(rest))
}

fn not_saved(events: &[RunEvent]) -> Option<&str> {
    events.iter().find_map(|event| match event {
        RunEvent::Notice { code, facts, .. } if code == "not_saved" => facts.get("code").map(String::as_str),
        _ => None,
    })
}

fn database_in(data_dir: &std::path::Path) -> std::path::PathBuf {
    let files = std::fs::read_dir(data_dir).unwrap().map(|file| file.unwrap().path());
    let mut databases = files.filter(|file| file.extension().is_some_and(|extension| extension == "db"));
    databases.next().expect("a database")
}

/// The answer as it is after another start.
async fn stored(folder: &std::path::Path, sent: &Sent) -> hub_contract::conversation::MessageView {
    let began = Instant::now();
    loop {
        match Hub::open(options(folder)).await {
            Ok(hub) => return answer(&hub, &sent.conversation.id).await,
            Err(error) => assert!(began.elapsed().as_secs() < GUARD, "the Hub cannot be opened again: {error}"),
        }
        tokio::task::yield_now().await;
    }
}

/// A disk of 4 MB in memory.
#[cfg(target_os = "linux")]
struct SmallDisk(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl SmallDisk {
    /// `None` where this user may not mount.
    fn mount(at: &std::path::Path) -> Option<Self> {
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(at).stderr(std::process::Stdio::null());
        mount.status().ok()?.success().then(|| Self(at.to_owned()))
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let lazily = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
        assert!(lazily.is_ok_and(|status| status.success()), "the small disk is still mounted");
    }
}
