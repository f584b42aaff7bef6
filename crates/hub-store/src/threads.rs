//! Threads that own what must not be shared. SQLite blocks, so none of its work runs on a worker of the async runtime.

use std::fmt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use crate::StoreError;

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// Threads with one queue of jobs, each thread with a state of its own.
pub(crate) struct Threads<S> {
    queue: Mutex<Option<Sender<Job<S>>>>,
    running: Mutex<Vec<JoinHandle<()>>>,
}

impl<S: Send + 'static> Threads<S> {
    /// Starts one thread for each state. The states are dropped on their threads when these end.
    pub(crate) fn start(name: &str, states: Vec<S>) -> Result<Self, StoreError> {
        let (sender, receiver) = channel::<Job<S>>();
        let receiver = Arc::new(Mutex::new(receiver));
        let mut running = Vec::with_capacity(states.len());
        for state in states {
            let receiver = Arc::clone(&receiver);
            running.push(thread::Builder::new().name(name.to_owned()).spawn(move || work(&receiver, state))?);
        }
        Ok(Self { queue: Mutex::new(Some(sender)), running: Mutex::new(running) })
    }

    /// Runs a job and waits for what it returns. A job that was accepted runs to its end, also when nobody waits any more.
    pub(crate) async fn run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut S) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        // The one who asked may have gone away; then nobody misses the answer.
        self.submit(move |state| drop(reply.send(job(state))))?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Runs a job that nobody waits for.
    pub(crate) fn submit(&self, job: impl FnOnce(&mut S) + Send + 'static) -> Result<(), StoreError> {
        match lock(&self.queue).as_ref() {
            Some(sender) => sender.send(Box::new(job)).map_err(|_| StoreError::Closed),
            None => Err(StoreError::Closed),
        }
    }

    /// Takes no more jobs, finishes those in the queue and returns when the threads have ended.
    pub(crate) fn stop(&self) {
        drop(lock(&self.queue).take());
        for thread in lock(&self.running).drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the store panicked");
            }
        }
    }
}

impl<S> fmt::Debug for Threads<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Threads")
    }
}

fn work<S>(queue: &Mutex<Receiver<Job<S>>>, mut state: S) {
    loop {
        let job = lock(queue).recv();
        match job {
            Ok(job) => job(&mut state),
            Err(_) => return,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
