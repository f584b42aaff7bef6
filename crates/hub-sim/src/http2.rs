//! HTTP/2 over TLS, frame by frame (RFC 9113), so that a test can send what no library would.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::tls::Identity;
use crate::{Gate, WaitTimeout};

/// What a client writes first.
const PREFACE_LENGTH: usize = 24;
/// Longest wait for something a test expects. It only decides how long a failing test takes.
const GUARD: Duration = Duration::from_secs(30);

mod kind {
    pub(super) const DATA: u8 = 0x0;
    pub(super) const HEADERS: u8 = 0x1;
    pub(super) const RST_STREAM: u8 = 0x3;
    pub(super) const SETTINGS: u8 = 0x4;
    pub(super) const PING: u8 = 0x6;
    pub(super) const GOAWAY: u8 = 0x7;
}

mod flag {
    pub(super) const END_STREAM: u8 = 0x1;
    pub(super) const ACK: u8 = 0x1;
    pub(super) const END_HEADERS: u8 = 0x4;
}

/// A step of an answer.
#[derive(Debug, Clone)]
pub enum Http2Step {
    /// The head, with this status, of an event stream.
    Head(u16),
    /// A part of the body, at most 16,384 bytes.
    Data(Bytes),
    /// The end of the body.
    End,
    /// RST_STREAM with this error code: 0x2 is INTERNAL_ERROR, 0x8 is CANCEL.
    Reset(u32),
    /// GOAWAY with this error code, after the request's own stream; 0x0 is NO_ERROR.
    GoAway(u32),
    /// So many PINGs in a row.
    Pings(usize),
    /// Waits for the test.
    Wait(Gate),
    /// Ends the connection.
    Close,
}

/// An HTTP/2 server on 127.0.0.1. Its n-th request gets the n-th answer, and the last answer again when there are no
/// more. An answer without an end leaves its stream open.
#[derive(Debug)]
pub struct Http2Server {
    address: SocketAddr,
    seen: Arc<watch::Sender<Http2Seen>>,
    accept_loop: JoinHandle<()>,
}

/// What an HTTP/2 server saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Http2Seen {
    /// Connections whose TLS handshake agreed on `h2`.
    pub connections: usize,
    /// Complete requests.
    pub requests: usize,
    /// The error codes of the client's RST_STREAM frames.
    pub resets: Vec<u32>,
    /// Connections that ended.
    pub ended: usize,
    /// Acknowledged PINGs.
    pub pongs: usize,
}

impl Http2Server {
    /// Starts on a free port.
    ///
    /// # Errors
    /// The socket's, and those of an identity that is none.
    pub async fn start(identity: &Identity, answers: Vec<Vec<Http2Step>>) -> io::Result<Self> {
        let acceptor = identity.acceptor(&["h2"])?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let seen = Arc::new(watch::Sender::new(Http2Seen::default()));
        let accept_loop = tokio::spawn(accept(listener, acceptor, Arc::new(answers), Arc::clone(&seen)));
        Ok(Self { address, seen, accept_loop })
    }

    /// `https://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// What it saw so far.
    pub fn seen(&self) -> Http2Seen {
        self.seen.borrow().clone()
    }

    /// Waits until it has seen that.
    ///
    /// # Errors
    /// When that does not happen within 30 seconds.
    pub async fn wait_for(&self, what: &str, is: impl FnMut(&Http2Seen) -> bool) -> Result<Http2Seen, WaitTimeout> {
        let mut seen = self.seen.subscribe();
        let waiting = async { seen.wait_for(is).await.map(|seen| seen.clone()) };
        match tokio::time::timeout(GUARD, waiting).await {
            Ok(Ok(seen)) => Ok(seen),
            // The sender lives in `self`, so only the time can run out.
            _ => Err(WaitTimeout { waited_for: format!("{what}; seen: {:?}", self.seen()) }),
        }
    }
}

impl Drop for Http2Server {
    fn drop(&mut self) {
        self.accept_loop.abort();
    }
}

type Answers = Arc<Vec<Vec<Http2Step>>>;
type Seen = Arc<watch::Sender<Http2Seen>>;
type Writer = Arc<Mutex<WriteHalf<TlsStream<TcpStream>>>>;

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, answers: Answers, seen: Seen) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((socket, _)) = accepted else { continue };
                let (acceptor, answers, seen) = (acceptor.clone(), Arc::clone(&answers), Arc::clone(&seen));
                connections.spawn(async move {
                    let Ok(stream) = acceptor.accept(socket).await else { return };
                    seen.send_modify(|seen| seen.connections += 1);
                    // An error is the end of a connection, whoever ended it.
                    let _ = serve(stream, answers, Arc::clone(&seen)).await;
                    seen.send_modify(|seen| seen.ended += 1);
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TlsStream<TcpStream>, answers: Answers, seen: Seen) -> io::Result<()> {
    let (read, write) = tokio::io::split(stream);
    let write = Arc::new(Mutex::new(write));
    let closed = Arc::new(Notify::new());
    tokio::select! {
        ended = take_requests(read, write, answers, seen, Arc::clone(&closed)) => ended,
        () = closed.notified() => Ok(()),
    }
}

async fn take_requests(
    mut read: ReadHalf<TlsStream<TcpStream>>,
    write: Writer,
    answers: Answers,
    seen: Seen,
    closed: Arc<Notify>,
) -> io::Result<()> {
    read.read_exact(&mut [0; PREFACE_LENGTH]).await?;
    write_frame(&write, kind::SETTINGS, 0, 0, &[]).await?;
    // Dropped with this connection, which ends all its answers.
    let mut answering = JoinSet::new();
    loop {
        let frame = read_frame(&mut read).await?;
        match frame.kind {
            kind::SETTINGS if frame.flags & flag::ACK == 0 => {
                write_frame(&write, kind::SETTINGS, flag::ACK, 0, &[]).await?;
            }
            kind::PING if frame.flags & flag::ACK == 0 => {
                write_frame(&write, kind::PING, flag::ACK, 0, &frame.payload).await?;
            }
            kind::PING => seen.send_modify(|seen| seen.pongs += 1),
            kind::RST_STREAM => seen.send_modify(|seen| seen.resets.push(number(&frame.payload))),
            kind::HEADERS | kind::DATA if frame.flags & flag::END_STREAM != 0 => {
                let place = seen.borrow().requests;
                seen.send_modify(|seen| seen.requests += 1);
                let steps = answers.get(place).or_else(|| answers.last()).cloned().unwrap_or_default();
                let (write, closed) = (Arc::clone(&write), Arc::clone(&closed));
                answering.spawn(async move {
                    if !answer(&write, frame.stream, steps).await.is_ok_and(|stays| stays) {
                        closed.notify_one();
                    }
                });
            }
            _ => {}
        }
    }
}

/// True when the connection stays.
async fn answer(write: &Writer, stream: u32, steps: Vec<Http2Step>) -> io::Result<bool> {
    for step in steps {
        match step {
            Http2Step::Head(status) => {
                write_frame(write, kind::HEADERS, flag::END_HEADERS, stream, &head(status)).await?;
            }
            Http2Step::Data(bytes) => write_frame(write, kind::DATA, 0, stream, &bytes).await?,
            Http2Step::End => write_frame(write, kind::DATA, flag::END_STREAM, stream, &[]).await?,
            Http2Step::Reset(code) => write_frame(write, kind::RST_STREAM, 0, stream, &code.to_be_bytes()).await?,
            Http2Step::GoAway(code) => {
                let payload = [stream.to_be_bytes(), code.to_be_bytes()].concat();
                write_frame(write, kind::GOAWAY, 0, 0, &payload).await?;
            }
            Http2Step::Pings(count) => {
                for ping in 0..count as u64 {
                    write_frame(write, kind::PING, 0, 0, &ping.to_be_bytes()).await?;
                }
            }
            Http2Step::Wait(gate) => gate.pass().await,
            Http2Step::Close => {
                write.lock().await.shutdown().await?;
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// `:status` and a content type, in HPACK without any compression (RFC 7541, 6.2.2): the names are those of the static
/// table, places 8 and 31.
fn head(status: u16) -> Vec<u8> {
    let mut block = vec![0x08];
    literal(&mut block, &status.to_string());
    block.extend([0x0F, 31 - 0x0F]);
    literal(&mut block, "text/event-stream");
    block
}

fn literal(block: &mut Vec<u8>, text: &str) {
    // All values here are shorter than the 127 bytes that one length byte can tell.
    block.push(text.len() as u8);
    block.extend_from_slice(text.as_bytes());
}

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

async fn read_frame(read: &mut ReadHalf<TlsStream<TcpStream>>) -> io::Result<Frame> {
    let mut head = [0; 9];
    read.read_exact(&mut head).await?;
    let [a, b, c, kind, flags, stream @ ..] = head;
    let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
    read.read_exact(&mut payload).await?;
    Ok(Frame { kind, flags, stream: u32::from_be_bytes(stream) & 0x7FFF_FFFF, payload })
}

async fn write_frame(write: &Writer, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
    let [_, a, b, c] = u32::try_from(payload.len()).map_err(io::Error::other)?.to_be_bytes();
    let mut frame = vec![a, b, c, kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend_from_slice(payload);
    let mut write = write.lock().await;
    write.write_all(&frame).await?;
    write.flush().await
}

fn number(payload: &[u8]) -> u32 {
    payload.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}
