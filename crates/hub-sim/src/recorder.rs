//! A place that nobody should visit.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Counts connections and keeps every byte that comes: for the far side of a redirect, another origin, a proxy that
/// must not be used. It understands nothing, and answers 204 so that a client which does come is not kept waiting.
#[derive(Debug)]
pub struct Recorder {
    address: SocketAddr,
    seen: Arc<Seen>,
    accept_loop: JoinHandle<()>,
}

#[derive(Debug)]
struct Seen {
    connections: watch::Sender<usize>,
    bytes: Mutex<Vec<u8>>,
}

impl Recorder {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Seen { connections: watch::Sender::new(0), bytes: Mutex::default() });
        let accept_loop = tokio::spawn(accept(listener, Arc::clone(&seen)));
        Ok(Self { address, seen, accept_loop })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections came.
    pub fn connections(&self) -> usize {
        *self.seen.connections.borrow()
    }

    /// All bytes that came, over all connections.
    pub fn received(&self) -> Vec<u8> {
        self.seen.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether these bytes came in one go: to look for a key.
    pub fn received_text(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.received()).contains(text)
    }

    /// Waits for the first connection.
    pub async fn visited(&self) {
        let mut connections = self.seen.connections.subscribe();
        // The sender lives in `self`, so this cannot fail.
        let _ = connections.wait_for(|count| *count > 0).await;
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.accept_loop.abort();
    }
}

async fn accept(listener: TcpListener, seen: Arc<Seen>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((socket, _)) = accepted else { continue };
                seen.connections.send_modify(|count| *count += 1);
                connections.spawn(record(socket, Arc::clone(&seen)));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn record(mut socket: TcpStream, seen: Arc<Seen>) {
    let mut buffer = vec![0; 16 * 1024];
    let mut tail = Vec::new();
    while let Ok(count) = socket.read(&mut buffer).await {
        let Some(new) = buffer.get(..count).filter(|new| !new.is_empty()) else {
            return;
        };
        seen.bytes.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(new);
        tail.extend_from_slice(new);
        if tail.windows(4).any(|window| window == b"\r\n\r\n") {
            let _ = socket.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
            let _ = socket.shutdown().await;
            tail.clear();
        }
    }
}
