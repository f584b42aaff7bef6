//! A browser as far as an authorization needs one: it opens an address and is sent on to another.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a server said.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Page {
    pub(crate) fn location(&self) -> Option<String> {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with("location:"))?;
        line.split_once(':').map(|(_, value)| value.trim().to_owned())
    }
}

/// Opens an address of this computer.
pub(crate) async fn open(url: &str) -> Page {
    let (host, target) = parts(url);
    ask(&host, &format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")).await.expect("an answer")
}

/// Sends exactly this; `None` when nobody listens or nothing comes back.
pub(crate) async fn ask(host: &str, request: &str) -> Option<Page> {
    let mut stream = TcpStream::connect(host).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Page { status, head: head.to_owned(), body: body.to_owned() })
}

/// Posts a document to the simulator, as another program would.
pub(crate) async fn post(url: &str, authorization: &str, body: &serde_json::Value) -> Page {
    let (host, target) = parts(url);
    let body = body.to_string();
    let request = format!(
        "POST {target} HTTP/1.1\r\nhost: {host}\r\nauthorization: {authorization}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    ask(&host, &request).await.expect("an answer")
}

/// What the relay page makes of the address that it was opened with.
pub(crate) fn relayed(location: &str) -> String {
    let (_, query) = location.split_once('?').expect("an answer has a query");
    format!("dev.hubdesktop.hub:/oauth/coze?{query}")
}

/// The value of a parameter.
pub(crate) fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, v)| v.to_owned())
}

fn parts(url: &str) -> (String, String) {
    let rest = url.strip_prefix("http://").expect("a plain address of this computer");
    let place = rest.find('/').unwrap_or(rest.len());
    let target = if place == rest.len() { "/" } else { &rest[place..] };
    (rest[..place].to_owned(), target.to_owned())
}
