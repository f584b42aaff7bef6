//! Reads requests. Strict enough to notice a client that writes nonsense, small enough to be read at one sitting.

use std::io;
use std::time::Instant;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::log::{Log, Recorded};

/// Longest head that is read, in bytes.
const MAX_HEAD: usize = 256 * 1024;
/// Longest body that is read, in bytes.
const MAX_BODY: usize = 256 * 1024 * 1024;

/// Reads one request after the other from a connection.
pub(crate) struct RequestReader<R> {
    socket: R,
    buffer: BytesMut,
    connection: usize,
    log: Log,
}

impl<R: AsyncRead + Unpin> RequestReader<R> {
    pub(crate) fn new(socket: R, connection: usize, log: Log) -> Self {
        Self { socket, buffer: BytesMut::new(), connection, log }
    }

    /// The next request; `None` when the client closed between requests or in one. `InvalidData` means that it wrote
    /// something that is not HTTP/1.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Recorded>> {
        let Some(head) = self.head().await? else {
            return Ok(None);
        };
        let Some(body) = self.body(&head).await? else {
            return Ok(None);
        };
        let (path, query) = split_target(&head.target);
        Ok(Some(Recorded {
            connection: self.connection,
            method: head.method,
            path,
            query,
            target: head.target,
            headers: head.headers,
            body,
            at: Instant::now(),
        }))
    }

    /// Reads until there is nothing more to come.
    pub(crate) async fn until_closed(&mut self) -> io::Result<()> {
        while self.fill().await? {
            self.buffer.clear();
        }
        Ok(())
    }

    async fn head(&mut self) -> io::Result<Option<Head>> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                let head = self.buffer.split_to(end);
                self.buffer.advance(4);
                return Head::parse(&head).map(Some);
            }
            if self.buffer.len() > MAX_HEAD || not_http(&self.buffer) {
                return Err(invalid("not an HTTP/1 request"));
            }
            if !self.fill().await? {
                return Ok(None);
            }
        }
    }

    async fn body(&mut self, head: &Head) -> io::Result<Option<Bytes>> {
        if head.value("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            return self.chunked().await;
        }
        let length = match head.value("content-length") {
            Some(text) => text.parse().map_err(|_| invalid("content-length is not a number"))?,
            None => 0,
        };
        self.take(length).await
    }

    async fn chunked(&mut self) -> io::Result<Option<Bytes>> {
        let mut body = BytesMut::new();
        loop {
            let Some(line) = self.line().await? else {
                return Ok(None);
            };
            let digits = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(digits, 16).map_err(|_| invalid("chunk size is not a number"))?;
            if size == 0 {
                break;
            }
            let Some(chunk) = self.take(size).await? else {
                return Ok(None);
            };
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY {
                return Err(invalid("body too large"));
            }
            if self.line().await?.is_none() {
                return Ok(None);
            }
        }
        // Trailers, up to the empty line.
        loop {
            match self.line().await? {
                None => return Ok(None),
                Some(line) if line.is_empty() => return Ok(Some(body.freeze())),
                Some(_) => {}
            }
        }
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n") {
                let line = self.buffer.split_to(end);
                self.buffer.advance(2);
                return Ok(Some(String::from_utf8_lossy(&line).into_owned()));
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(invalid("line too long"));
            }
            if !self.fill().await? {
                return Ok(None);
            }
        }
    }

    async fn take(&mut self, length: usize) -> io::Result<Option<Bytes>> {
        if length > MAX_BODY {
            return Err(invalid("body too large"));
        }
        while self.buffer.len() < length {
            if !self.fill().await? {
                return Ok(None);
            }
        }
        Ok(Some(self.buffer.split_to(length).freeze()))
    }

    async fn fill(&mut self) -> io::Result<bool> {
        let count = self.socket.read_buf(&mut self.buffer).await?;
        self.log.received(self.connection, count);
        Ok(count > 0)
    }
}

struct Head {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
}

impl Head {
    fn parse(bytes: &[u8]) -> io::Result<Self> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(invalid("request line has not three words"));
        };
        if !version.starts_with("HTTP/1.") {
            return Err(invalid("not HTTP/1"));
        }
        let headers = lines
            .map(|line| {
                let (name, value) = line.split_once(':').ok_or_else(|| invalid("header without a colon"))?;
                Ok((name.to_owned(), value.trim().to_owned()))
            })
            .collect::<io::Result<_>>()?;
        Ok(Self { method: method.to_owned(), target: target.to_owned(), headers })
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(present, _)| present.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Path and query of a target in origin form (`/a?b`) or absolute form (`http://host/a?b`).
fn split_target(target: &str) -> (String, String) {
    let origin = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => target,
    };
    let (path, query) = origin.split_once('?').unwrap_or((origin, ""));
    (path.to_owned(), query.to_owned())
}

/// A TLS hello or other bytes that can be no method: noticed at once, because no `\r\n\r\n` may ever come.
fn not_http(start: &[u8]) -> bool {
    start.first().is_some_and(|byte| !byte.is_ascii_alphabetic())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn invalid(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
