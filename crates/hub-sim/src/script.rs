//! Who decides what a server answers.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Recorded, Reply};

/// Answers requests. Closures do, and [`Script`], [`Router`] and the simulators.
pub trait Responder: Send + Sync + 'static {
    /// The answer to a request.
    fn respond(&self, request: &Recorded) -> Reply;
}

impl<F> Responder for F
where
    F: Fn(&Recorded) -> Reply + Send + Sync + 'static,
{
    fn respond(&self, request: &Recorded) -> Reply {
        self(request)
    }
}

/// Replies in the order they are to be given. Clones are the same script, so a test can keep one and add to it while
/// the server runs.
///
/// A request is answered by the first of: the queue of its path, the queue for any path, the standing reply of its
/// path, the standing reply for any path. With none of them it gets a 501 that names the request, which no client
/// should take for a platform's answer.
#[derive(Debug, Clone, Default)]
pub struct Script {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    queues: HashMap<String, VecDeque<Reply>>,
    queue: VecDeque<Reply>,
    standing: HashMap<String, Reply>,
    otherwise: Option<Reply>,
}

impl Script {
    /// An empty script.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next reply, whatever is asked.
    pub fn next(self, reply: Reply) -> Self {
        self.push(reply);
        self
    }

    /// The next reply on that path (without query).
    pub fn on(self, path: &str, reply: Reply) -> Self {
        self.push_on(path, reply);
        self
    }

    /// The reply on that path when its queue is empty, as often as it is asked.
    pub fn always(self, path: &str, reply: Reply) -> Self {
        self.state().standing.insert(path.to_owned(), reply);
        self
    }

    /// The reply when nothing else is left.
    pub fn otherwise(self, reply: Reply) -> Self {
        self.state().otherwise = Some(reply);
        self
    }

    /// As [`Script::next`], while the server runs.
    pub fn push(&self, reply: Reply) {
        self.state().queue.push_back(reply);
    }

    /// As [`Script::on`], while the server runs.
    pub fn push_on(&self, path: &str, reply: Reply) {
        self.state().queues.entry(path.to_owned()).or_default().push_back(reply);
    }

    /// How many queued replies were not asked for.
    pub fn left(&self) -> usize {
        let state = self.state();
        state.queue.len() + state.queues.values().map(VecDeque::len).sum::<usize>()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Responder for Script {
    fn respond(&self, request: &Recorded) -> Reply {
        let mut state = self.state();
        if let Some(reply) = state.queues.get_mut(&request.path).and_then(VecDeque::pop_front) {
            return reply;
        }
        if let Some(reply) = state.queue.pop_front() {
            return reply;
        }
        state.standing.get(&request.path).or(state.otherwise.as_ref()).cloned().unwrap_or_else(|| {
            Reply::text(501, format!("hub-sim: no reply is scripted for {} {}", request.method, request.path))
        })
    }
}

impl Responder for Reply {
    /// The same reply to everything.
    fn respond(&self, _: &Recorded) -> Reply {
        self.clone()
    }
}

/// Several responders on one server, each under a path prefix that it does not see.
#[derive(Default)]
pub struct Router {
    mounts: Vec<(String, Arc<dyn Responder>)>,
}

impl Router {
    /// No mounts: everything is 404.
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves `responder` under `prefix`, for example `/openai`. The first fitting prefix wins.
    pub fn mount(mut self, prefix: &str, responder: impl Responder) -> Self {
        self.mounts.push((prefix.trim_end_matches('/').to_owned(), Arc::new(responder)));
        self
    }
}

impl std::fmt::Debug for Router {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.mounts.iter().map(|(prefix, _)| prefix)).finish()
    }
}

impl Responder for Router {
    fn respond(&self, request: &Recorded) -> Reply {
        for (prefix, responder) in &self.mounts {
            let rest = request.path.strip_prefix(prefix.as_str());
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
                return responder.respond(&Recorded { path: rest.to_owned(), ..request.clone() });
            }
        }
        Reply::text(404, "404 page not found")
    }
}
