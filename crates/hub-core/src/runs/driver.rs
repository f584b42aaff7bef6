//! Drives one run: takes the platform's signals, coalesces text, keeps the answer on the disk, and ends exactly once
//! whatever the platform does.

use std::time::Duration;

use hub_contract::connection::TestReport;
use hub_contract::conversation::{MessageView, RunFacts};
use hub_contract::id::ConnectionId;
use hub_contract::run::{ActiveRun, RunEvent};
use hub_contract::{ErrorCode, HubError};
use hub_platforms::{ChatSignal, Endpoint, Platforms, Stopped, Turn};
use tokio::time::Instant;

use super::{Run, Runs, lock};

/// After the first delta, text waits at most this long for more of its kind.
const COALESCE: Duration = Duration::from_millis(33);
/// … or until there is this much of it, in bytes.
const COALESCE_BYTES: usize = 4096;
/// A message shows at most this much text, in bytes; the rest is kept as a file.
const SHOWN_BYTES: usize = 2 * 1024 * 1024;
/// How long the platform's own stop call may take.
const STOP_WAIT: Duration = Duration::from_secs(10);

/// Everything a run needs; its question and its empty answer are stored already.
pub(crate) struct Job {
    pub(crate) active: ActiveRun,
    pub(crate) connection: ConnectionId,
    pub(crate) answer: MessageView,
    pub(crate) platforms: Platforms,
    pub(crate) endpoint: Endpoint,
    pub(crate) turn: Turn,
    pub(crate) facts: RunFacts,
    /// What is worth knowing before the answer.
    pub(crate) notice: Option<RunEvent>,
}

/// Answers the event that ends the run, for the caller to tell: everything is on the disk by then.
pub(super) async fn drive(runs: &Runs, run: &Run, job: Job) -> RunEvent {
    let Job { active, connection, platforms, endpoint, turn, facts, notice, .. } = job;
    let mut out = Out::new(runs, run, facts, platforms.limits().answer_bytes);
    out.push(RunEvent::Started {
        run: active.run,
        conversation: active.conversation,
        message: active.message,
        remote: Default::default(),
    });
    if let Some(notice) = notice {
        out.push(notice);
    }

    let asker = turn.asker();
    let mut chat = platforms.chat(endpoint.clone(), turn);
    let end = loop {
        let flush_at = out.flush_at();
        tokio::select! {
            biased;
            () = run.stop.cancelled() => {
                // Dropping closes the socket at once; the platform's own call comes after it.
                drop(chat);
                let remote = lock(&run.answer).body.remote.clone();
                let stopped = tokio::time::timeout(STOP_WAIT, platforms.stop(&endpoint, &asker, &remote)).await;
                break RunEvent::Cancelled { confirmed: matches!(stopped, Ok(Stopped::Confirmed)) };
            }
            signal = chat.next() => match signal {
                Some(ChatSignal::Event(event)) if event.ends_run() => break event,
                Some(ChatSignal::Event(event)) => {
                    if let Some(error) = out.take(event) {
                        break RunEvent::Failed { error };
                    }
                }
                Some(ChatSignal::Remote(remote)) => lock(&run.answer).body.remote.merge(remote),
                Some(ChatSignal::Facts(facts)) => out.learn(facts),
                None => break RunEvent::Truncated { error: None },
            },
            () = until(flush_at) => out.flush(),
        }
    };
    out.end(end, &connection).await
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// What goes out of a run: into the answer, the log and the saver.
struct Out<'a> {
    runs: &'a Runs,
    run: &'a Run,
    began: Instant,
    facts: RunFacts,
    waiting: Option<(RunEvent, Instant)>,
    /// The first text and the first reasoning go out at once.
    sent_text: bool,
    sent_reasoning: bool,
    reasoning_began: Option<Instant>,
    overflow: String,
    received: usize,
    /// An answer that brings more than this ends, in bytes.
    most: usize,
}

impl<'a> Out<'a> {
    fn new(runs: &'a Runs, run: &'a Run, facts: RunFacts, most: usize) -> Self {
        Self {
            runs,
            run,
            began: Instant::now(),
            facts,
            waiting: None,
            sent_text: false,
            sent_reasoning: false,
            reasoning_began: None,
            overflow: String::new(),
            received: 0,
            most,
        }
    }

    fn flush_at(&self) -> Option<Instant> {
        self.waiting.as_ref().map(|(_, since)| *since + COALESCE)
    }

    /// Takes an event that does not end the run; answers why the run has to end, if it has to.
    fn take(&mut self, event: RunEvent) -> Option<HubError> {
        let (delta_bytes, first) = match &event {
            RunEvent::Text { delta, .. } => {
                self.reasoning_ends();
                if !delta.is_empty() && self.facts.first_text_ms.is_none() {
                    self.facts.first_text_ms = Some(millis(self.began));
                }
                (delta.len(), !std::mem::replace(&mut self.sent_text, true))
            }
            RunEvent::Reasoning { delta, .. } => {
                self.reasoning_began.get_or_insert_with(Instant::now);
                (delta.len(), !std::mem::replace(&mut self.sent_reasoning, true))
            }
            _ => {
                self.flush();
                if self.is_full(weight(&event)) {
                    return Some(answer_too_long());
                }
                self.push(event);
                return None;
            }
        };
        if delta_bytes == 0 {
            return None;
        }
        if self.is_full(delta_bytes) {
            self.flush();
            return Some(answer_too_long());
        }
        let event = self.shown(event)?;
        let joined = self.waiting.as_mut().is_some_and(|(waiting, _)| append(waiting, &event));
        if !joined {
            self.flush();
            self.waiting = Some((event, Instant::now()));
        }
        let full = self.waiting.as_ref().is_some_and(|(waiting, _)| size(waiting) >= COALESCE_BYTES);
        if first || full {
            self.flush();
        }
        None
    }

    /// Counts what came; answers whether it is more than an answer may bring.
    fn is_full(&mut self, bytes: usize) -> bool {
        self.received = self.received.saturating_add(bytes);
        self.received > self.most
    }

    /// The part of a text event that the message still shows; what is beyond goes to the overflow.
    fn shown(&mut self, event: RunEvent) -> Option<RunEvent> {
        let RunEvent::Text { mut delta, part } = event else { return Some(event) };
        let waiting = self.waiting.as_ref().map_or(0, |(waiting, _)| size(waiting));
        let room = SHOWN_BYTES.saturating_sub(lock(&self.run.answer).text.len() + waiting);
        if delta.len() > room {
            let cut = (0..=room).rev().find(|at| delta.is_char_boundary(*at)).unwrap_or(0);
            let rest = delta.split_off(cut);
            if self.overflow.is_empty() {
                self.flush();
                self.push(RunEvent::Notice {
                    code: "answer_long".into(),
                    facts: Default::default(),
                    message: "the answer is longer than is shown; the rest is kept as a file".into(),
                });
            }
            self.overflow.push_str(&rest);
        }
        (!delta.is_empty()).then_some(RunEvent::Text { delta, part })
    }

    fn flush(&mut self) {
        if let Some((event, _)) = self.waiting.take() {
            self.push(event);
        }
    }

    fn push(&mut self, event: RunEvent) {
        lock(&self.run.answer).apply(&event);
        self.runs.inner.saver.later(&self.run.active.message, &self.run.answer);
        self.run.log.push(event);
    }

    fn learn(&mut self, facts: hub_platforms::RequestFacts) {
        self.facts.method = facts.method;
        self.facts.url = facts.url;
        self.facts.status = facts.status.or(self.facts.status);
        self.facts.http = facts.http.or(self.facts.http.take());
        self.facts.request_id = facts.request_id.or(self.facts.request_id.take());
        self.facts.proxy = facts.proxy.or(self.facts.proxy.take());
        self.facts.retries = facts.retries;
        self.facts.first_byte_ms = facts.first_byte_ms.or(self.facts.first_byte_ms);
    }

    fn reasoning_ends(&mut self) {
        if let Some(began) = self.reasoning_began.take() {
            let mut answer = lock(&self.run.answer);
            answer.body.reasoning_ms = Some(answer.body.reasoning_ms.unwrap_or(0) + millis(began));
        }
    }

    /// Stores the end.
    async fn end(mut self, end: RunEvent, connection: &ConnectionId) -> RunEvent {
        self.flush();
        self.reasoning_ends();
        self.facts.total_ms = Some(millis(self.began));
        let overflow = self.keep_overflow().await;
        let answer = {
            let mut answer = lock(&self.run.answer);
            answer.body.facts = Some(self.facts.clone());
            answer.body.overflow = overflow;
            answer.apply(&end);
            answer.clone()
        };
        if let Err(error) = self.runs.inner.saver.now(answer).await {
            let notice = RunEvent::Notice {
                code: "not_saved".into(),
                facts: [("code".to_owned(), error.code.as_str().to_owned())].into(),
                message: error.message,
            };
            lock(&self.run.answer).apply(&notice);
            self.run.log.push(notice);
        }
        self.note_on_connection(&end, connection).await;
        end
    }

    async fn keep_overflow(&mut self) -> Option<hub_contract::id::FileId> {
        if self.overflow.is_empty() {
            return None;
        }
        let bytes = std::mem::take(&mut self.overflow).into_bytes();
        self.runs.inner.store.put_file("rest.md", "text/markdown", bytes).await.ok().map(|file| file.id)
    }

    /// The card of a connection says what the last call told about its credential.
    async fn note_on_connection(&self, end: &RunEvent, connection: &ConnectionId) {
        let error = match end {
            RunEvent::Finished { .. } => None,
            RunEvent::Failed { error } if tells_of_credential(error.code) => Some(error.clone()),
            _ => return,
        };
        let store = &self.runs.inner.store;
        let Ok(Some(mut row)) = store.connection(connection).await else { return };
        let was_ok = row.last_test.as_ref().is_some_and(|report| report.ok);
        if error.is_none() && was_ok {
            return;
        }
        row.last_test = Some(TestReport {
            at: self.runs.inner.clock.now(),
            ok: error.is_none(),
            latency_ms: None,
            key_verified: None,
            models: None,
            error,
            steps: Vec::new(),
        });
        // A card that could not be updated is no reason to fail the run.
        let _ = store.update_connection(row).await;
    }
}

fn tells_of_credential(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::BadCredential | ErrorCode::PermissionDenied | ErrorCode::QuotaExhausted | ErrorCode::Reauthorize
    )
}

/// Adds a delta to a waiting one of the same kind and part.
fn append(waiting: &mut RunEvent, event: &RunEvent) -> bool {
    match (waiting, event) {
        (RunEvent::Text { delta, part }, RunEvent::Text { delta: more, part: of })
        | (RunEvent::Reasoning { delta, part }, RunEvent::Reasoning { delta: more, part: of })
            if part == of =>
        {
            delta.push_str(more);
            true
        }
        _ => false,
    }
}

fn size(event: &RunEvent) -> usize {
    match event {
        RunEvent::Text { delta, .. } | RunEvent::Reasoning { delta, .. } => delta.len(),
        _ => 0,
    }
}

/// How much of memory and disk an event takes, in bytes, near enough: as long as it is as JSON.
fn weight(event: &RunEvent) -> usize {
    struct Counted(usize);
    impl std::io::Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counted = Counted(0);
    // A writer that takes everything refuses nothing.
    let _ = serde_json::to_writer(&mut counted, event);
    counted.0
}

fn answer_too_long() -> HubError {
    HubError::new(ErrorCode::TooLarge, "the answer is longer than is kept").hint("answer_size")
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
