//! What a server saw: requests, connections and how they ended.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::watch;

/// Longest wait for something a test expects. It only decides how long a failing test takes.
const GUARD: Duration = Duration::from_secs(30);

/// One request, as it came.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its connection, from 0 in the order of acceptance.
    pub connection: usize,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path without query, percent escapes untouched.
    pub path: String,
    /// The query without `?`; empty if there is none.
    pub query: String,
    /// The target as written; an absolute URL when the client takes the server for its proxy.
    pub target: String,
    /// Names as written, in order.
    pub headers: Vec<(String, String)>,
    /// The body, unchunked.
    pub body: Bytes,
    /// When it was complete.
    pub at: Instant,
}

impl Recorded {
    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(present, _)| present.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The value of a query parameter, percent escapes untouched.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, v)| v)
    }
}

/// One connection.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its number, from 0 in the order of acceptance.
    pub number: usize,
    /// How many complete requests came over it.
    pub requests: usize,
    /// Bytes that came.
    pub received: u64,
    /// Bytes that the socket took.
    pub sent: u64,
    /// Its end, once it ended.
    pub end: Option<ConnectionEnd>,
}

/// How a connection ended, seen from the server.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionEnd {
    /// By whom and how.
    pub by: EndedBy,
    /// When the server saw it.
    pub at: Instant,
}

/// Who ended a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// The client closed (FIN).
    Client,
    /// The client reset (RST), or the system did for it: unread answer bytes make a close a reset.
    ClientReset,
    /// The script closed.
    Server,
    /// The script reset.
    ServerReset,
}

impl EndedBy {
    /// Whether the client ended it, in either way.
    pub fn is_client(self) -> bool {
        matches!(self, Self::Client | Self::ClientReset)
    }
}

/// Something that a test waited for did not come within 30 seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitTimeout {
    /// What was waited for, and what was there instead.
    pub waited_for: String,
}

impl std::fmt::Display for WaitTimeout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not within {} s: {}", GUARD.as_secs(), self.waited_for)
    }
}

impl std::error::Error for WaitTimeout {}

/// Everything a server saw. Clones are the same log.
#[derive(Debug, Clone)]
pub struct Log {
    entries: Arc<Mutex<Entries>>,
    changes: Arc<watch::Sender<()>>,
}

#[derive(Debug, Default)]
struct Entries {
    requests: Vec<Recorded>,
    connections: Vec<Connection>,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self { entries: Arc::default(), changes: Arc::new(watch::Sender::new(())) }
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.entries().requests.clone()
    }

    /// All connections so far.
    pub fn connections(&self) -> Vec<Connection> {
        self.entries().connections.clone()
    }

    /// Waits until there are at least so many requests, and returns all of them.
    pub async fn wait_for_requests(&self, count: usize) -> Result<Vec<Recorded>, WaitTimeout> {
        let what = format!("{count} requests");
        self.wait_for(&what, |log| Some(log.requests()).filter(|requests| requests.len() >= count)).await
    }

    /// Waits until that connection ended.
    pub async fn wait_for_end(&self, connection: usize) -> Result<ConnectionEnd, WaitTimeout> {
        let what = format!("the end of connection {connection}");
        self.wait_for(&what, |log| log.entries().connections.get(connection).and_then(|seen| seen.end)).await
    }

    /// Waits until `look` finds something. It is called after every change of the log.
    pub async fn wait_for<T>(&self, what: &str, mut look: impl FnMut(&Log) -> Option<T>) -> Result<T, WaitTimeout> {
        let mut changes = self.changes.subscribe();
        let search = async {
            loop {
                if let Some(found) = look(self) {
                    return found;
                }
                // The sender lives in `self`, so this cannot fail.
                let _ = changes.changed().await;
            }
        };
        tokio::time::timeout(GUARD, search).await.map_err(|_| WaitTimeout {
            waited_for: format!(
                "{what}; seen: {} requests, {:?}",
                self.entries().requests.len(),
                self.entries().connections
            ),
        })
    }

    pub(crate) fn accepted(&self) -> usize {
        let number = {
            let mut entries = self.entries();
            let number = entries.connections.len();
            entries.connections.push(Connection { number, requests: 0, received: 0, sent: 0, end: None });
            number
        };
        self.changed();
        number
    }

    pub(crate) fn requested(&self, request: Recorded) {
        self.on_connection(request.connection, |connection| connection.requests += 1);
        self.entries().requests.push(request);
        self.changed();
    }

    pub(crate) fn received(&self, connection: usize, bytes: usize) {
        self.on_connection(connection, |connection| connection.received += bytes as u64);
        self.changed();
    }

    pub(crate) fn sent(&self, connection: usize, bytes: usize) {
        self.on_connection(connection, |connection| connection.sent += bytes as u64);
        self.changed();
    }

    pub(crate) fn ended(&self, connection: usize, by: EndedBy) {
        let end = ConnectionEnd { by, at: Instant::now() };
        self.on_connection(connection, |connection| connection.end = Some(end));
        self.changed();
    }

    fn on_connection(&self, number: usize, change: impl FnOnce(&mut Connection)) {
        if let Some(connection) = self.entries().connections.get_mut(number) {
            change(connection);
        }
    }

    fn changed(&self) {
        self.changes.send_replace(());
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
