//! Runs live here, not in the page: changing page, closing the window to the tray or reloading the page does not touch
//! them. Each run has a log of its frames; a page that attaches gets what it missed and then what comes.

mod driver;
mod log;
mod saver;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hub_contract::conversation::MessageView;
use hub_contract::id::{ConnectionId, ConversationId, MessageId, RunId};
use hub_contract::run::{ActiveRun, AttachRunRequest, RunFrame, StopRunRequest};
use hub_contract::{ErrorCode, HubError};
use hub_store::Store;
use tokio_util::sync::CancellationToken;

pub(crate) use driver::Job;
use log::Log;
use saver::Saver;

use crate::clock::Clock;
use crate::{Hub, Result};

/// How many ended runs keep their log, so that a page which attaches a moment late still sees the end.
const ENDED_KEPT: usize = 32;

/// All runs of a Hub. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Runs {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    saver: Saver,
    runs: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    active: HashMap<RunId, Arc<Run>>,
    /// Ended runs, oldest first.
    ended: Vec<(RunId, Arc<Log>)>,
}

/// One run that is going on.
struct Run {
    active: ActiveRun,
    connection: ConnectionId,
    log: Arc<Log>,
    stop: CancellationToken,
    /// The answer as it stands, ahead of the disk by at most a second.
    answer: Arc<Mutex<MessageView>>,
}

impl Runs {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        let saver = Saver::new(store.clone());
        Self { inner: Arc::new(Inner { store, clock, saver, runs: Mutex::default() }) }
    }

    /// Begins a run; its question and its empty answer are stored already.
    pub(crate) fn begin(&self, job: Job) {
        let run = Arc::new(Run {
            active: job.active.clone(),
            connection: job.connection.clone(),
            log: Arc::new(Log::default()),
            stop: CancellationToken::new(),
            answer: Arc::new(Mutex::new(job.answer.clone())),
        });
        self.table().active.insert(job.active.run.clone(), run.clone());
        let runs = self.clone();
        tokio::spawn(async move {
            let end = driver::drive(&runs, &run, job).await;
            // Off the table before anybody hears of the end: who asks again at once must not find it busy.
            runs.ended(&run);
            run.log.push(end);
        });
    }

    /// The run of a conversation, if one is going on.
    pub(crate) fn of_conversation(&self, conversation: &ConversationId) -> Option<RunId> {
        self.table()
            .active
            .values()
            .find(|run| run.active.conversation == *conversation)
            .map(|run| run.active.run.clone())
    }

    /// The answer as it stands in memory, for a message whose run goes on or whose saving waits for room on the disk.
    pub(crate) fn answer_now(&self, message: &MessageId) -> Option<MessageView> {
        let running = self.table().active.values().find(|run| run.active.message == *message).cloned();
        running.map(|run| lock(&run.answer).clone()).or_else(|| self.inner.saver.waiting(message))
    }

    /// Stops the run of a conversation and waits until its text is stored.
    pub(crate) async fn stop_conversation(&self, conversation: &ConversationId) {
        self.stop_where(|run| run.active.conversation == *conversation).await;
    }

    /// Stops every run of a connection and waits until their texts are stored.
    pub(crate) async fn stop_connection(&self, connection: &ConnectionId) {
        self.stop_where(|run| run.connection == *connection).await;
    }

    /// Stops every run and writes what waits to be written.
    pub(crate) async fn end_all(&self) {
        self.stop_where(|_| true).await;
        self.inner.saver.flush().await;
    }

    async fn stop_where(&self, which: impl Fn(&Run) -> bool) {
        let chosen: Vec<Arc<Run>> = self.table().active.values().filter(|run| which(run)).cloned().collect();
        for run in &chosen {
            run.stop.cancel();
        }
        for run in chosen {
            run.log.ended().await;
        }
    }

    fn ended(&self, run: &Run) {
        let mut table = self.table();
        table.active.remove(&run.active.run);
        table.ended.push((run.active.run.clone(), run.log.clone()));
        if table.ended.len() > ENDED_KEPT {
            table.ended.remove(0);
        }
    }

    fn log_of(&self, run: &RunId) -> Option<Arc<Log>> {
        let table = self.table();
        let active = table.active.get(run).map(|run| run.log.clone());
        active.or_else(|| table.ended.iter().find(|(id, _)| id == run).map(|(_, log)| log.clone()))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        lock(&self.inner.runs)
    }
}

impl Hub {
    /// Follows a run: hands over every frame from `from_seq` on, first those missed, then those that come, and returns
    /// when the run has ended.
    ///
    /// # Errors
    /// `not_found` when the run ended long ago: its answer then stands in the conversation.
    pub async fn run_attach(&self, request: AttachRunRequest, mut on_frame: impl FnMut(RunFrame) + Send) -> Result<()> {
        let log = self
            .inner
            .runs
            .log_of(&request.run)
            .ok_or_else(|| HubError::new(ErrorCode::NotFound, "the run is over").hint("run_over"))?;
        log.follow(&request.run, request.from_seq, &mut on_frame).await;
        Ok(())
    }

    /// Stops a run here and, where the platform can, there. Its text stays. Stopping an ended run changes nothing.
    ///
    /// # Errors
    /// None today; a result because every command has one.
    pub async fn run_stop(&self, request: StopRunRequest) -> Result<()> {
        self.inner.runs.stop_where(|run| run.active.run == request.run).await;
        Ok(())
    }

    /// The runs that are going on.
    ///
    /// # Errors
    /// None today; a result because every command has one.
    pub async fn runs_list(&self, (): ()) -> Result<Vec<ActiveRun>> {
        let mut runs: Vec<ActiveRun> = self.inner.runs.table().active.values().map(|run| run.active.clone()).collect();
        runs.sort_by(|a, b| a.run.cmp(&b.run));
        Ok(runs)
    }
}

/// A lock whose holder panicked still holds whole values: every change under it is one assignment or one `apply`.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
