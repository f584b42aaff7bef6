//! The scripted server: an accept loop and one task per connection.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::http::log::Log;
use crate::http::read::RequestReader;
use crate::http::write::{After, write_reply};
use crate::tls::Identity;
use crate::{Connection, ConnectionEnd, EndedBy, Recorded, Reply, Responder, WaitTimeout};

/// How many requests of one connection may wait for their answers.
const PIPELINE: usize = 64;

/// An HTTP/1.1 server on 127.0.0.1 that answers what it is told to. Dropping it ends all its connections. A client that
/// closes its sending half counts as gone, as HTTP clients do not do that before they have their answer.
#[derive(Debug)]
pub struct ScriptedServer {
    scheme: &'static str,
    address: SocketAddr,
    log: Log,
    accept_loop: JoinHandle<()>,
}

impl ScriptedServer {
    /// Starts on a free port.
    pub async fn start(responder: impl Responder) -> io::Result<Self> {
        Self::start_on(0, responder).await
    }

    /// Starts on that port; 0 is any free one.
    pub async fn start_on(port: u16, responder: impl Responder) -> io::Result<Self> {
        Self::listen(port, None, responder).await
    }

    /// Starts on a free port and speaks TLS as this identity, HTTP/1.1 inside.
    pub async fn start_tls(identity: &Identity, responder: impl Responder) -> io::Result<Self> {
        Self::listen(0, Some(identity.acceptor(&["http/1.1"])?), responder).await
    }

    async fn listen(port: u16, tls: Option<TlsAcceptor>, responder: impl Responder) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let log = Log::new();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let accept_loop = tokio::spawn(accept(listener, tls, Arc::new(responder), log.clone()));
        Ok(Self { scheme, address, log, accept_loop })
    }

    /// `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything it saw; stays readable after the server is gone.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.log.requests()
    }

    /// All connections so far.
    pub fn connections(&self) -> Vec<Connection> {
        self.log.connections()
    }

    /// Waits until there are at least so many requests, and returns all of them.
    pub async fn wait_for_requests(&self, count: usize) -> Result<Vec<Recorded>, WaitTimeout> {
        self.log.wait_for_requests(count).await
    }

    /// Waits until that connection ended: how a test sees that Stop really closed the socket.
    pub async fn wait_for_end(&self, connection: usize) -> Result<ConnectionEnd, WaitTimeout> {
        self.log.wait_for_end(connection).await
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.accept_loop.abort();
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, responder: Arc<dyn Responder>, log: Log) {
    // Dropped with this task, which ends all connections.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((socket, _)) = accepted else { continue };
                let number = log.accepted();
                // Without this, small pieces would be held back and joined.
                let _ = socket.set_nodelay(true);
                let (tls, responder, log) = (tls.clone(), Arc::clone(&responder), log.clone());
                connections.spawn(async move {
                    let Some(tls) = tls else {
                        return serve(socket, number, responder, log).await;
                    };
                    match tls.accept(socket).await {
                        Ok(stream) => serve(stream, number, responder, log).await,
                        Err(_) => log.ended(number, EndedBy::Client),
                    }
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve<S: Socket>(mut socket: S, number: usize, responder: Arc<dyn Responder>, log: Log) {
    let (read, mut write) = tokio::io::split(&mut socket);
    let (sender, mut receiver) = mpsc::channel(PIPELINE);
    let mut reader = RequestReader::new(read, number, log.clone());

    // Reading goes on while a reply is written: that is how the server sees the client leave in the middle of one.
    let reading = async {
        loop {
            match reader.next().await {
                Ok(Some(request)) => {
                    log.requested(request.clone());
                    // Fails only when writing ended, and then this future is dropped.
                    let _ = sender.send(Incoming::Request(request)).await;
                }
                Ok(None) => return EndedBy::Client,
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    let _ = sender.send(Incoming::Nonsense(error.to_string())).await;
                    return match reader.until_closed().await {
                        Ok(()) => EndedBy::Client,
                        Err(_) => EndedBy::ClientReset,
                    };
                }
                Err(_) => return EndedBy::ClientReset,
            }
        }
    };
    let writing = async {
        while let Some(incoming) = receiver.recv().await {
            let written = match incoming {
                Incoming::Request(request) => {
                    let reply = responder.respond(&request);
                    write_reply(&mut write, &reply, &request, &log).await
                }
                Incoming::Nonsense(why) => {
                    let reply = Reply::text(400, format!("hub-sim: {why}")).header("connection", "close");
                    write_reply(&mut write, &reply, &unreadable(number), &log).await
                }
            };
            match written {
                Ok(After::KeepAlive) => {}
                Ok(After::Close) => {
                    let _ = write.shutdown().await;
                    return EndedBy::Server;
                }
                Ok(After::Reset) => return EndedBy::ServerReset,
                Err(_) => return EndedBy::ClientReset,
            }
        }
        EndedBy::Server
    };

    let end = tokio::select! {
        end = reading => end,
        end = writing => end,
    };
    if end == EndedBy::ServerReset {
        let _ = socket.tcp().set_zero_linger();
    }
    drop(socket);
    log.ended(number, end);
}

/// A connection, encrypted or not.
trait Socket: AsyncRead + AsyncWrite + Unpin + Send {
    /// The TCP connection below.
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Socket for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Stands for a request that could not be read.
fn unreadable(connection: usize) -> Recorded {
    Recorded {
        connection,
        method: String::new(),
        path: String::new(),
        query: String::new(),
        target: String::new(),
        headers: Vec::new(),
        body: Bytes::new(),
        at: Instant::now(),
    }
}

enum Incoming {
    Request(Recorded),
    Nonsense(String),
}
