//! The thread on which a store is used. A locked keychain blocks it for as long as its prompt is open, perhaps for
//! ever; callers wait on a channel and can give up, the thread and its question stay.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::VaultError;
use crate::store::{Pulse, SecretStore};

/// How often a caller who waits looks whether somebody is still there to answer.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A store on its thread; cheap to clone. The thread starts with the first call and ends with the last clone.
#[derive(Clone)]
pub(crate) struct Worker {
    name: &'static str,
    jobs: mpsc::Sender<Job>,
    start: Arc<Mutex<Option<Start>>>,
    used: Arc<AtomicBool>,
    pulse: Option<Arc<dyn Pulse>>,
    patience: Duration,
}

/// What a call may ask about its caller.
pub(crate) struct Caller<'a> {
    waits: &'a dyn Fn() -> bool,
}

impl Caller<'_> {
    /// An error once nobody waits for the result any more. Asked after a prompt and before anything is changed, so
    /// that what a person has cancelled does not happen behind their back.
    pub(crate) fn still_waits(&self) -> Result<(), VaultError> {
        if (self.waits)() { Ok(()) } else { Err(VaultError::Waiting) }
    }
}

impl Worker {
    /// A store that is not touched before the first call. A caller waits at most `patience` for it.
    pub(crate) fn new(store: Box<dyn SecretStore>, patience: Duration) -> Self {
        let (jobs, queue) = mpsc::channel();
        Self {
            name: store.name(),
            pulse: store.pulse(),
            jobs,
            start: Arc::new(Mutex::new(Some(Start { store, queue }))),
            used: Arc::default(),
            patience,
        }
    }

    /// The store's name for people.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Whether anything was ever asked of the store.
    pub(crate) fn was_used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }

    /// Runs an action on the thread. Dropping the future takes the action back if it has not begun.
    ///
    /// # Errors
    /// The action's own; [`VaultError::Waiting`] when it takes longer than a caller's patience;
    /// [`VaultError::Ended`] when what the store talks to has ended meanwhile: then the thread may wait for ever, and this
    /// worker is of no use any more. [`VaultError::Locked`] when the person refused a prompt while this action already waited, so that one refusal
    /// answers everything that was asked before it.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        action: impl FnOnce(&mut dyn SecretStore, Caller<'_>) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        self.used.store(true, Ordering::Relaxed);
        self.start()?;
        let (reply, answer) = oneshot::channel();
        let asked = Instant::now();
        let job: Job = Box::new(move |thread| {
            if reply.is_closed() {
                return;
            }
            let result = if thread.refused.is_some_and(|refused| asked < refused) {
                Err(VaultError::Locked)
            } else {
                action(thread.store.as_mut(), Caller { waits: &|| !reply.is_closed() })
            };
            if matches!(result, Err(VaultError::Locked)) {
                thread.refused = Some(Instant::now());
            }
            // Nobody may be waiting any more; a secret in the result is wiped with it.
            drop(reply.send(result));
        });
        self.jobs.send(job).map_err(|_| ended())?;
        tokio::select! {
            biased;
            result = answer => result.unwrap_or_else(|_| Err(ended())),
            () = self.store_ends() => Err(VaultError::Ended),
            () = tokio::time::sleep(self.patience) => Err(VaultError::Waiting),
        }
    }

    /// True of the same thread, whatever clone of the worker is asked.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.used, &other.used)
    }

    /// Returns when what the store talks to has ended; never for a store that talks to nobody.
    async fn store_ends(&self) {
        let Some(pulse) = &self.pulse else {
            return std::future::pending().await;
        };
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let pulse = Arc::clone(pulse);
            if tokio::task::spawn_blocking(move || pulse.has_ended()).await.unwrap_or(false) {
                return;
            }
        }
    }

    fn start(&self) -> Result<(), VaultError> {
        let start = self.start.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Start { store, queue }) = start else {
            return Ok(());
        };
        std::thread::Builder::new()
            .name("vault".into())
            .spawn(move || {
                let mut thread = Thread { store, refused: None };
                for job in queue {
                    job(&mut thread);
                }
            })
            .map(drop)
            .map_err(|error| VaultError::Internal(format!("the vault's thread: {error}")))
    }
}

type Job = Box<dyn FnOnce(&mut Thread) + Send>;

struct Start {
    store: Box<dyn SecretStore>,
    queue: mpsc::Receiver<Job>,
}

struct Thread {
    store: Box<dyn SecretStore>,
    /// When the person last refused to unlock.
    refused: Option<Instant>,
}

fn ended() -> VaultError {
    VaultError::Internal("the vault's thread has ended".into())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use zeroize::Zeroizing;

    use super::*;

    const GUARD: Duration = Duration::from_secs(30);

    /// A store whose every read is a prompt that the test answers.
    struct Prompting {
        prompts: Arc<AtomicUsize>,
        answers: mpsc::Receiver<Result<(), VaultError>>,
    }

    impl SecretStore for Prompting {
        fn name(&self) -> &'static str {
            "prompting"
        }
        fn read(&mut self, _account: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
            self.prompts.fetch_add(1, Ordering::SeqCst);
            self.answers.recv().unwrap_or(Err(VaultError::Locked)).map(|()| None)
        }
        fn write(&mut self, _account: &str, _text: &str) -> Result<(), VaultError> {
            Ok(())
        }
        fn delete(&mut self, _account: &str) -> Result<(), VaultError> {
            Ok(())
        }
    }

    struct Bench {
        worker: Worker,
        prompts: Arc<AtomicUsize>,
        answer: mpsc::Sender<Result<(), VaultError>>,
    }

    fn bench(patience: Duration) -> Bench {
        let (answer, answers) = mpsc::channel();
        let prompts = Arc::new(AtomicUsize::new(0));
        let worker = Worker::new(Box::new(Prompting { prompts: prompts.clone(), answers }), patience);
        Bench { worker, prompts, answer }
    }

    impl Bench {
        fn ask(&self) -> tokio::task::JoinHandle<Result<(), VaultError>> {
            let worker = self.worker.clone();
            tokio::spawn(async move { worker.call(|store, _| store.read("a").map(drop)).await })
        }

        async fn prompted(&self, times: usize) {
            let all = async {
                while self.prompts.load(Ordering::SeqCst) < times {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(GUARD, all).await.unwrap();
        }
    }

    #[tokio::test]
    async fn nothing_is_touched_before_the_first_call() {
        let bench = bench(GUARD);
        assert!(!bench.worker.was_used());
        bench.worker.call(|store, _| store.delete("a")).await.unwrap();
        assert!(bench.worker.was_used());
    }

    #[tokio::test]
    async fn a_caller_who_loses_patience_is_told_so_and_the_thread_goes_on() {
        let bench = bench(Duration::from_millis(20));
        assert_eq!(bench.ask().await.unwrap(), Err(VaultError::Waiting));
        bench.answer.send(Ok(())).unwrap();
        bench.answer.send(Ok(())).unwrap();
        let again = async { while bench.ask().await.unwrap().is_err() {} };
        tokio::time::timeout(GUARD, again).await.unwrap();
    }

    #[tokio::test]
    async fn what_was_cancelled_while_it_waited_is_never_asked() {
        let bench = bench(GUARD);
        let first = bench.ask();
        bench.prompted(1).await;
        drop(queued(bench.worker.call(|store, _| store.read("a").map(drop))).await);
        bench.answer.send(Ok(())).unwrap();
        assert_eq!(first.await.unwrap(), Ok(()));
        bench.worker.call(|store, _| store.delete("a")).await.unwrap();
        assert_eq!(bench.prompts.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn one_refusal_answers_all_who_were_waiting_and_a_later_action_asks_again() {
        let bench = bench(GUARD);
        let first = bench.ask();
        bench.prompted(1).await;
        let mut waiting = Vec::new();
        for _ in 0..5 {
            waiting.push(queued(bench.worker.call(|store, _| store.read("a").map(drop))).await);
        }
        bench.answer.send(Err(VaultError::Locked)).unwrap();
        assert_eq!(first.await.unwrap(), Err(VaultError::Locked));
        for caller in waiting {
            assert_eq!(caller.await, Err(VaultError::Locked));
        }
        assert_eq!(bench.prompts.load(Ordering::SeqCst), 1, "nobody was asked twice");
        bench.answer.send(Ok(())).unwrap();
        assert_eq!(bench.ask().await.unwrap(), Ok(()));
        assert_eq!(bench.prompts.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_service_that_ends_while_it_asks_lets_its_callers_go() {
        struct Ended;
        impl Pulse for Ended {
            fn has_ended(&self) -> bool {
                true
            }
        }
        let mut bench = bench(GUARD);
        bench.worker.pulse = Some(Arc::new(Ended));
        assert_eq!(bench.ask().await.unwrap(), Err(VaultError::Ended));
        assert_eq!(bench.prompts.load(Ordering::SeqCst), 1);
    }

    /// A call that stands in the thread's queue: it has run up to its wait.
    async fn queued<F: Future<Output = Result<(), VaultError>>>(call: F) -> std::pin::Pin<Box<F>> {
        let mut call = Box::pin(call);
        std::future::poll_fn(|context| {
            assert!(call.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        call
    }

    #[tokio::test]
    async fn nothing_is_changed_for_a_caller_who_left_during_the_prompt() {
        let bench = bench(Duration::from_millis(20));
        let (told, heard) = oneshot::channel();
        let call = bench.worker.call(move |store, caller| {
            store.read("a")?;
            let result = caller.still_waits();
            drop(told.send(result.clone()));
            result
        });
        assert_eq!(call.await, Err(VaultError::Waiting));
        bench.answer.send(Ok(())).unwrap();
        assert_eq!(heard.await.unwrap(), Err(VaultError::Waiting));
    }
}
