//! What the simulators saw, as JSON, for tests in another process: which requests came, and which sockets closed.

use std::sync::{Arc, OnceLock};

use hub_sim::{Connection, EndedBy, Log, Recorded, Reply, Responder};
use serde_json::{Value, json};

/// Answers with the server's log. Keys are left out: it tells only whether there was one.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogPage {
    log: Arc<OnceLock<Log>>,
}

impl LogPage {
    /// Tells it which log; before that it answers with an empty one.
    pub(crate) fn shows(&self, log: &Log) {
        // Set once, by `main`.
        let _ = self.log.set(log.clone());
    }
}

impl Responder for LogPage {
    fn respond(&self, _: &Recorded) -> Reply {
        let (requests, connections) = self.log.get().map(|log| (log.requests(), log.connections())).unwrap_or_default();
        let requests: Vec<_> =
            requests.iter().filter(|request| !request.path.starts_with("/_sim/")).map(request_json).collect();
        let connections: Vec<_> = connections.iter().map(connection_json).collect();
        Reply::json(200, &json!({ "requests": requests, "connections": connections }))
    }
}

fn request_json(request: &Recorded) -> Value {
    let headers: Vec<_> = request
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("authorization"))
        .map(|(name, value)| json!([name, value]))
        .collect();
    json!({
        "connection": request.connection,
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "has_key": request.header("authorization").is_some(),
        "headers": headers,
        "body": request.json(),
    })
}

fn connection_json(connection: &Connection) -> Value {
    let ended_by = connection.end.map(|end| match end.by {
        EndedBy::Client | EndedBy::ClientReset => "client",
        EndedBy::Server | EndedBy::ServerReset => "server",
    });
    json!({
        "number": connection.number,
        "requests": connection.requests,
        "received": connection.received,
        "sent": connection.sent,
        "ended_by": ended_by,
    })
}
