//! What a scripted server answers.

use std::time::Duration;

use bytes::Bytes;

use crate::Gate;

/// One answer: a head, then actions that make up the body. Built in a chain:
/// `Reply::status(200).header("x-request-id", "r1").send("partial").wait(&gate).reset()`.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(crate) head: Option<Head>,
    pub(crate) before: Vec<Action>,
    pub(crate) body: Vec<Action>,
    pub(crate) framing: Framing,
    pub(crate) coding: Coding,
    pub(crate) piece: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) status_line: String,
    pub(crate) headers: Vec<(String, String)>,
}

/// One thing the server does.
#[derive(Debug, Clone)]
pub enum Action {
    /// Writes body bytes, compressed and framed as the reply says, and flushes them.
    Send(Bytes),
    /// Writes bytes as they are: neither compressed nor framed. For broken chunks and the like.
    SendRaw(Bytes),
    /// Does these so many times; `None` is until the client goes away.
    Repeat(Vec<Action>, Option<u64>),
    /// Pauses. Where the test can decide when to go on, use [`Action::Wait`].
    Delay(Duration),
    /// Waits for the test to open the gate.
    Wait(Gate),
    /// Ends the connection with a FIN, without what the framing would still want.
    Close,
    /// Ends the connection with an RST.
    Reset,
    /// Sends nothing more and keeps the connection until the client ends it.
    HoldOpen,
}

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Framing {
    /// `Content-Length` with the right number. A body with an endless repeat is sent chunked instead.
    #[default]
    ContentLength,
    /// `Transfer-Encoding: chunked`, one chunk per piece.
    Chunked,
    /// No framing header; the connection is closed after the body.
    UntilClose,
    /// `Content-Length` with this number, right or wrong. The connection is closed after the body if it is wrong.
    Declared(u64),
}

/// How the body is compressed; sets `Content-Encoding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Coding {
    /// Not at all.
    #[default]
    Identity,
    /// gzip (RFC 1952).
    Gzip,
    /// deflate, which in HTTP means the zlib format (RFC 1950).
    Deflate,
    /// Brotli (RFC 7932).
    Brotli,
}

impl Reply {
    /// An answer with that status, no headers of its own and an empty body.
    pub fn status(status: u16) -> Self {
        Self::status_line(format!("HTTP/1.1 {status} {}", reason(status)))
    }

    /// An answer with exactly that first line.
    pub fn status_line(line: impl Into<String>) -> Self {
        Self { head: Some(Head { status_line: line.into(), headers: Vec::new() }), ..Self::nothing() }
    }

    /// A JSON document.
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::status(status).header("content-type", "application/json").send(body.to_string())
    }

    /// Plain text.
    pub fn text(status: u16, body: impl Into<Bytes>) -> Self {
        Self::status(status).header("content-type", "text/plain; charset=utf-8").send(body)
    }

    /// An HTML page.
    pub fn html(status: u16, body: impl Into<Bytes>) -> Self {
        Self::status(status).header("content-type", "text/html; charset=utf-8").send(body)
    }

    /// A chunked event stream with one `data:` frame per item, each written by itself.
    pub fn sse<I>(data: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        data.into_iter().fold(Self::event_stream(), |reply, item| reply.send(format!("data: {}\n\n", item.as_ref())))
    }

    /// An event stream with exactly this body, as the transcripts of the wire documents give it.
    pub fn sse_body(body: impl Into<Bytes>) -> Self {
        Self::event_stream().send(body)
    }

    /// The head of a chunked event stream, to be followed by actions.
    pub fn event_stream() -> Self {
        Self::status(200).header("content-type", "text/event-stream; charset=utf-8").framing(Framing::Chunked)
    }

    /// A redirect.
    pub fn redirect(status: u16, location: impl Into<String>) -> Self {
        Self::status(status).header("location", location)
    }

    /// Exactly these bytes instead of an answer, then a FIN. Anything, valid HTTP or not.
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::nothing().then(Action::SendRaw(bytes.into()))
    }

    /// Not one byte: the request is read and the connection kept until the client ends it.
    pub fn silence() -> Self {
        Self::nothing().hold_open()
    }

    /// Not one byte, then a FIN. With `.reset()` an RST instead.
    pub fn nothing() -> Self {
        Self {
            head: None,
            before: Vec::new(),
            body: Vec::new(),
            framing: Framing::ContentLength,
            coding: Coding::Identity,
            piece: None,
        }
    }

    /// Adds a header. Framing and encoding headers are added by [`Reply::framing`] and [`Reply::coding`].
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let Some(head) = &mut self.head {
            head.headers.push((name.into(), value.into()));
        }
        self
    }

    /// Replaces every header of that name.
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Some(head) = &mut self.head {
            head.headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        }
        self.header(name, value)
    }

    /// Removes every header of that name.
    pub fn without_header(mut self, name: &str) -> Self {
        if let Some(head) = &mut self.head {
            head.headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        }
        self
    }

    /// How the end of the body is told.
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// How the body is compressed. Every send is flushed through the compressor.
    pub fn coding(mut self, coding: Coding) -> Self {
        self.coding = coding;
        self
    }

    /// Writes the body in pieces of at most so many bytes (after compression), each a write and, when chunked, a
    /// chunk of its own. 1 cuts every character and frame.
    pub fn pieces_of(mut self, bytes: usize) -> Self {
        self.piece = Some(bytes.max(1));
        self
    }

    /// Does this before the first byte of the head.
    pub fn before_head(mut self, action: Action) -> Self {
        self.before.push(action);
        self
    }

    /// Then this action.
    pub fn then(mut self, action: Action) -> Self {
        self.body.push(action);
        self
    }

    /// Then these body bytes.
    pub fn send(self, bytes: impl Into<Bytes>) -> Self {
        self.then(Action::Send(bytes.into()))
    }

    /// Then a pause.
    pub fn delay(self, pause: Duration) -> Self {
        self.then(Action::Delay(pause))
    }

    /// Then waits for the gate.
    pub fn wait(self, gate: &Gate) -> Self {
        self.then(Action::Wait(gate.clone()))
    }

    /// Then a FIN, whatever the framing still wants.
    pub fn close(self) -> Self {
        self.then(Action::Close)
    }

    /// Then an RST.
    pub fn reset(self) -> Self {
        self.then(Action::Reset)
    }

    /// Then nothing, with the connection kept open.
    pub fn hold_open(self) -> Self {
        self.then(Action::HoldOpen)
    }

    pub(crate) fn says(&self, name: &str, value: &str) -> bool {
        self.head.as_ref().is_some_and(|head| {
            head.headers.iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && v.eq_ignore_ascii_case(value))
        })
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}
