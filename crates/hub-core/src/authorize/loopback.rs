//! The fixed address of this computer that an answer comes back to: bound to 127.0.0.1, open only while something is
//! waited for, and deaf to everything but the one request that a browser sends.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use hub_contract::authorize::COZE_PATH;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// A browser sends its request at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest head of a request, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;
/// Connections that are listened to at once; a browser opens one or two.
const MOST_AT_ONCE: usize = 8;

/// A listener that no answer came to yet.
#[derive(Debug)]
pub(super) struct Loopback {
    listener: TcpListener,
    port: u16,
}

/// What the browser shows in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// 授权成功
    Connected,
    /// The Hub has a question, or says what is wrong.
    LookAtTheHub,
    /// This is not the answer that is waited for.
    NotThisOne,
}

impl Loopback {
    /// Takes the first of these ports that is free; 0 is any.
    ///
    /// # Errors
    /// The last port's error.
    pub(super) async fn bind(ports: &[u16]) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        for port in ports {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).await {
                Ok(listener) => return Ok(Self { port: listener.local_addr()?.port(), listener }),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Hands every address that could be an answer to `take` until it is `over`; who talks then may finish.
    pub(super) async fn serve<F>(
        self,
        take: impl Fn(String) -> F + Send + Sync + 'static,
        over: impl Future<Output = ()> + Send,
    ) where
        F: Future<Output = Shown> + Send,
    {
        tokio::pin!(over);
        let (take, places) = (Arc::new(take), Arc::new(Semaphore::new(MOST_AT_ONCE)));
        let mut talks = tokio::task::JoinSet::new();
        loop {
            let next = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place, self.listener.accept().await)
            };
            let (Ok(place), Ok((stream, _))) = (tokio::select! {
                () = &mut over => break,
                next = next => next,
            }) else {
                continue;
            };
            let (take, port) = (Arc::clone(&take), self.port);
            while talks.try_join_next().is_some() {}
            talks.spawn(async move {
                let _place = place;
                let _ = talk(stream, port, take.as_ref()).await;
            });
        }
        drop(self.listener);
        while talks.join_next().await.is_some() {}
    }
}

async fn talk<F>(mut stream: TcpStream, port: u16, take: &(impl Fn(String) -> F + Sync)) -> io::Result<()>
where
    F: Future<Output = Shown>,
{
    let Ok(head) = tokio::time::timeout(PATIENCE, head(&mut stream)).await else { return Ok(()) };
    let reply = match asked(&head?, port) {
        Ok(address) => match take(address).await {
            Shown::NotThisOne => page("400 Bad Request", NOT_THIS_ONE),
            Shown::Connected => page("200 OK", CONNECTED),
            Shown::LookAtTheHub => page("200 OK", LOOK_AT_THE_HUB),
        },
        Err(status) => page(status, NOT_THIS_ONE),
    };
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await
}

/// Everything up to the empty line.
async fn head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let (mut head, mut piece) = (Vec::new(), [0; 2048]);
    while head.len() < LONGEST_HEAD && !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece).await? {
            0 => break,
            read => head.extend(piece.iter().take(read)),
        }
    }
    Ok(head)
}

/// The address that was asked for, if it can be an answer: `GET`, this path, and this host by its number. A page on
/// another site can make a browser come here, but under the site's own name (DNS rebinding).
///
/// # Errors
/// The status to answer with.
fn asked(head: &[u8], port: u16) -> Result<String, &'static str> {
    const BAD: &str = "400 Bad Request";
    let head = std::str::from_utf8(head).map_err(|_| BAD)?;
    let (head, _) = head.split_once("\r\n\r\n").ok_or(BAD)?;
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some("GET"), Some(target), Some("HTTP/1.1" | "HTTP/1.0"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(BAD);
    };
    let host = format!("127.0.0.1:{port}");
    let mut hosts = lines.filter_map(|line| line.split_once(':')).filter(|(name, _)| name.eq_ignore_ascii_case("host"));
    if hosts.next().map(|(_, value)| value.trim()) != Some(host.as_str()) || hosts.next().is_some() {
        return Err(BAD);
    }
    match target.split_once('?') {
        Some((path, _)) if path == COZE_PATH => Ok(format!("http://{host}{target}")),
        Some(_) => Err("404 Not Found"),
        None if target == COZE_PATH => Err(BAD),
        None => Err("404 Not Found"),
    }
}

// The core has no words for people (`hub-text` is for pages and terminals), but a browser that comes back here has to
// show something: these six sentences.
const CONNECTED: (&str, &str) =
    ("授权成功，可以关闭此页，回到 Hub。", "Authorized. You can close this page and go back to the Hub.");
const LOOK_AT_THE_HUB: (&str, &str) = ("已收到答复，请回到 Hub 查看。", "Received. Please go back to the Hub.");
const NOT_THIS_ONE: (&str, &str) = (
    "这不是 Hub 正在等待的授权。请回到 Hub，重新打开授权页。",
    "The Hub is not waiting for this one. Go back to the Hub and open the authorization page again.",
);

/// A page without a script, a picture or another address; nothing of the request stands in it.
fn page(status: &str, (zh, en): (&str, &str)) -> String {
    let body = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>Hub Desktop</title><h1>{zh}</h1>\
         <p lang=\"en\">{en}</p></html>"
    );
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         content-security-policy: default-src 'none'; frame-ancestors 'none'\r\nreferrer-policy: no-referrer\r\n\
         x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, headers: &str) -> Result<String, &'static str> {
        asked(format!("{line}\r\n{headers}\r\n\r\n").as_bytes(), 17643)
    }

    #[test]
    fn one_request_is_understood() {
        let here = "Host: 127.0.0.1:17643\r\nAccept: */*";
        let answer = "GET /oauth/coze?code=a&state=b HTTP/1.1";
        assert_eq!(of(answer, here).unwrap(), "http://127.0.0.1:17643/oauth/coze?code=a&state=b");
        for (line, headers, status) in [
            ("POST /oauth/coze?code=a&state=b HTTP/1.1", here, "400 Bad Request"),
            ("GET /oauth/coze HTTP/1.1", here, "400 Bad Request"),
            ("GET / HTTP/1.1", here, "404 Not Found"),
            ("GET /oauth/coze/x?code=a&state=b HTTP/1.1", here, "404 Not Found"),
            ("GET http://evil.example/oauth/coze?code=a HTTP/1.1", here, "404 Not Found"),
            (answer, "Host: evil.example:17643", "400 Bad Request"),
            (answer, "Host: localhost:17643", "400 Bad Request"),
            (answer, "Host: 127.0.0.1:17644", "400 Bad Request"),
            (answer, "Host: 127.0.0.1:17643\r\nHost: evil.example", "400 Bad Request"),
            (answer, "Accept: */*", "400 Bad Request"),
            ("GET /oauth/coze?code=a&state=b", here, "400 Bad Request"),
        ] {
            assert_eq!(of(line, headers).unwrap_err(), status, "{line} {headers}");
        }
        assert!(asked(b"GET \xff HTTP/1.1\r\n\r\n", 1).is_err());
    }

    #[tokio::test]
    async fn the_second_port_is_taken_when_the_first_is_busy() {
        let busy = Loopback::bind(&[0]).await.unwrap();
        let other = Loopback::bind(&[busy.port(), 0]).await.unwrap();
        assert_ne!(busy.port(), other.port());
        assert!(Loopback::bind(&[busy.port()]).await.is_err());
    }
}
