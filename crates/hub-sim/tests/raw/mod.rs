//! A client that shows the bytes on the wire, without any HTTP library between.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest wait for bytes that should come at once.
const GUARD: Duration = Duration::from_secs(30);

/// One connection.
pub(crate) struct Client {
    socket: TcpStream,
}

impl Client {
    pub(crate) async fn connect(address: std::net::SocketAddr) -> Self {
        Self { socket: TcpStream::connect(address).await.unwrap() }
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.socket.write_all(text.as_bytes()).await.unwrap();
    }

    pub(crate) async fn get(&mut self, path: &str) {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: sim\r\n\r\n")).await;
    }

    /// Everything until the server closes; `Err` when it resets.
    pub(crate) async fn rest(&mut self) -> std::io::Result<Vec<u8>> {
        let mut all = Vec::new();
        tokio::time::timeout(GUARD, self.socket.read_to_end(&mut all)).await.expect("the server closes")?;
        Ok(all)
    }

    /// Everything until the server closes, as text.
    pub(crate) async fn rest_text(&mut self) -> String {
        String::from_utf8(self.rest().await.unwrap()).unwrap()
    }

    /// What comes until `end` is there.
    pub(crate) async fn until(&mut self, end: &str) -> String {
        let mut all = Vec::new();
        let read = async {
            while !String::from_utf8_lossy(&all).contains(end) {
                let mut byte = [0];
                self.socket.read_exact(&mut byte).await.unwrap();
                all.extend_from_slice(&byte);
            }
        };
        tokio::time::timeout(GUARD, read).await.unwrap_or_else(|_| panic!("`{end}` comes"));
        String::from_utf8(all).unwrap()
    }
}
