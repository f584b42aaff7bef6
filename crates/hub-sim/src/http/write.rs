//! Writes replies, right or wrong, as the script says.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::encode::Encoder;
use super::log::{Log, Recorded};
use crate::{Action, Framing, Reply};

/// What becomes of the connection after a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    KeepAlive,
    Close,
    Reset,
}

/// Writes a whole reply. Waits in it end only by the script; the caller watches for the client's leaving.
pub(crate) async fn write_reply<W: AsyncWrite + Unpin>(
    socket: &mut W,
    reply: &Reply,
    request: &Recorded,
    log: &Log,
) -> io::Result<After> {
    let length = match reply.framing {
        Framing::ContentLength => body_length(reply)?,
        Framing::Declared(length) => Some(length),
        Framing::Chunked | Framing::UntilClose => None,
    };
    let chunked = reply.framing == Framing::Chunked || (reply.framing == Framing::ContentLength && length.is_none());
    let body = BodyWriter {
        encoder: Encoder::new(reply.coding),
        piece: reply.piece.unwrap_or(usize::MAX),
        chunked: chunked && reply.head.is_some(),
        length: 0,
        socket,
        connection: request.connection,
        log,
    };
    body.write(reply, request, length).await
}

struct BodyWriter<'a, W> {
    encoder: Encoder,
    piece: usize,
    chunked: bool,
    /// Encoded body bytes so far.
    length: u64,
    socket: &'a mut W,
    connection: usize,
    log: &'a Log,
}

impl<W: AsyncWrite + Unpin> BodyWriter<'_, W> {
    async fn write(mut self, reply: &Reply, request: &Recorded, length: Option<u64>) -> io::Result<After> {
        for action in walk(&reply.before) {
            if let Some(end) = self.act(action).await? {
                return Ok(end);
            }
        }
        if reply.head.is_some() {
            self.raw(head_bytes(reply, length, self.chunked).as_bytes()).await?;
        }
        if request.method != "HEAD" {
            for action in walk(&reply.body) {
                if let Some(end) = self.act(action).await? {
                    return Ok(end);
                }
            }
            let rest = std::mem::replace(&mut self.encoder, Encoder::Identity).finish()?;
            self.framed(&rest).await?;
            if self.chunked {
                self.raw(b"0\r\n\r\n").await?;
            }
        }
        let told = self.chunked || length.is_some_and(|length| length == self.length || request.method == "HEAD");
        let wanted = request.header("connection").is_none_or(|value| !value.eq_ignore_ascii_case("close"));
        let keep = reply.head.is_some() && told && wanted && !reply.says("connection", "close");
        Ok(if keep { After::KeepAlive } else { After::Close })
    }

    async fn act(&mut self, action: &Action) -> io::Result<Option<After>> {
        match action {
            Action::Send(bytes) => {
                let encoded = self.encoder.encode(bytes)?;
                self.framed(&encoded).await?;
            }
            Action::SendRaw(bytes) => {
                for piece in bytes.chunks(self.piece) {
                    self.raw(piece).await?;
                }
            }
            // `walk` has unrolled it.
            Action::Repeat(..) => {}
            Action::Delay(pause) => tokio::time::sleep(*pause).await,
            Action::Wait(gate) => gate.pass().await,
            Action::Close => return Ok(Some(After::Close)),
            Action::Reset => return Ok(Some(After::Reset)),
            Action::HoldOpen => std::future::pending().await,
        }
        Ok(None)
    }

    async fn framed(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(self.piece) {
            self.length += piece.len() as u64;
            if self.chunked {
                // One write: a chunk's size line and its data must not become two packets.
                let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
                chunk.extend_from_slice(piece);
                chunk.extend_from_slice(b"\r\n");
                self.raw(&chunk).await?;
            } else {
                self.raw(piece).await?;
            }
        }
        Ok(())
    }

    async fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.socket.write_all(bytes).await?;
        self.socket.flush().await?;
        self.log.sent(self.connection, bytes.len());
        if self.piece != usize::MAX {
            // Gives the client a chance to read this piece before the next one joins it in the socket.
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

fn head_bytes(reply: &Reply, length: Option<u64>, chunked: bool) -> String {
    let Some(head) = &reply.head else {
        return String::new();
    };
    let mut text = format!("{}\r\n", head.status_line);
    for (name, value) in &head.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(coding) = reply.coding.name() {
        text.push_str(&format!("content-encoding: {coding}\r\n"));
    }
    if chunked {
        text.push_str("transfer-encoding: chunked\r\n");
    } else if let Some(length) = length {
        text.push_str(&format!("content-length: {length}\r\n"));
    } else {
        text.push_str("connection: close\r\n");
    }
    text.push_str("\r\n");
    text
}

/// The length of the encoded body, found by encoding it once; `None` for an endless one.
fn body_length(reply: &Reply) -> io::Result<Option<u64>> {
    if has_endless(&reply.body) {
        return Ok(None);
    }
    let mut encoder = Encoder::new(reply.coding);
    let mut length = 0;
    for action in walk(&reply.body) {
        if let Action::Send(bytes) = action {
            length += encoder.encode(bytes)?.len() as u64;
        }
    }
    Ok(Some(length + encoder.finish()?.len() as u64))
}

fn has_endless(actions: &[Action]) -> bool {
    actions.iter().any(|action| match action {
        Action::Repeat(_, None) => true,
        Action::Repeat(inner, Some(_)) => has_endless(inner),
        _ => false,
    })
}

/// The actions with repeats unrolled.
fn walk(actions: &[Action]) -> Box<dyn Iterator<Item = &Action> + Send + '_> {
    Box::new(actions.iter().flat_map(|action| -> Box<dyn Iterator<Item = &Action> + Send + '_> {
        match action {
            Action::Repeat(inner, Some(times)) => Box::new((0..*times).flat_map(move |_| walk(inner))),
            Action::Repeat(inner, None) => Box::new(std::iter::repeat(()).flat_map(move |()| walk(inner))),
            other => Box::new(std::iter::once(other)),
        }
    }))
}
