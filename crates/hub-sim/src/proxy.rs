//! Proxies of every kind. Whatever host is asked for, the way ends at one server of the test, so that hosts which no
//! test computer can reach are reached.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::tls::Identity;

/// Longest head of a request that is read, in bytes.
const HEAD_MAX: usize = 64 * 1024;

/// What a proxy speaks.
#[derive(Debug, Clone)]
pub enum ProxyKind {
    /// HTTP: CONNECT for https, forwarding for http.
    Http,
    /// The same inside TLS.
    Https(Identity),
    /// SOCKS 5 (RFC 1928), with user name and password where they are asked for (RFC 1929).
    Socks5,
}

/// A proxy on 127.0.0.1.
#[derive(Debug)]
pub struct ProxyServer {
    scheme: &'static str,
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Proxied>>>,
    accept_loop: JoinHandle<()>,
}

/// One connection through a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxied {
    /// `host:port` of a tunnel, the whole URL of a forwarded request.
    pub target: String,
    /// The login as it came: `Basic …` of HTTP, `user:password` of SOCKS; absent when there was none.
    pub login: Option<String>,
    /// Whether it was let through.
    pub let_through: bool,
}

impl ProxyServer {
    /// Starts on a free port and leads to `upstream`. With `login` (`user:password`) nobody else is let through.
    ///
    /// # Errors
    /// The socket's, and those of an identity that is none.
    pub async fn start(kind: ProxyKind, login: Option<&str>, upstream: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (scheme, tls) = match &kind {
            ProxyKind::Http => ("http", None),
            ProxyKind::Https(identity) => ("https", Some(identity.acceptor(&["http/1.1"])?)),
            ProxyKind::Socks5 => ("socks5h", None),
        };
        let seen = Arc::default();
        let way = Way {
            socks: matches!(kind, ProxyKind::Socks5),
            login: login.map(str::to_owned),
            upstream,
            seen: Arc::clone(&seen),
        };
        let accept_loop = tokio::spawn(accept(listener, tls, Arc::new(way)));
        Ok(Self { scheme, address, seen, accept_loop })
    }

    /// `http://127.0.0.1:PORT`, `https://…` or `socks5h://…`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Who came through, or wanted to.
    pub fn seen(&self) -> Vec<Proxied> {
        lock(&self.seen).clone()
    }
}

impl Drop for ProxyServer {
    fn drop(&mut self) {
        self.accept_loop.abort();
    }
}

/// What every connection needs to know.
struct Way {
    socks: bool,
    login: Option<String>,
    upstream: SocketAddr,
    seen: Arc<Mutex<Vec<Proxied>>>,
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, way: Arc<Way>) {
    let mut connections: JoinSet<io::Result<()>> = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((socket, _)) = accepted else { continue };
                let (tls, way) = (tls.clone(), Arc::clone(&way));
                connections.spawn(async move {
                    match tls {
                        Some(tls) => serve(tls.accept(socket).await?, &way).await,
                        None => serve(socket, &way).await,
                    }
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(mut client: impl AsyncRead + AsyncWrite + Unpin, way: &Way) -> io::Result<()> {
    if way.socks { socks(&mut client, way).await } else { http(&mut client, way).await }
}

async fn http(client: &mut (impl AsyncRead + AsyncWrite + Unpin), way: &Way) -> io::Result<()> {
    let (head, begun) = read_head(client).await?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let login = lines.clone().find_map(|line| header(line, "proxy-authorization"));
    let wanted = way.login.as_ref().map(|login| format!("Basic {}", STANDARD.encode(login)));
    let let_through = wanted.is_none() || login == wanted;
    way.saw(Proxied { target: target.to_owned(), login, let_through });
    if !let_through {
        let page = "<html><h1>407 Please sign in</h1></html>";
        let answer = format!(
            "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"p\"\r\n\
             content-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
            page.len()
        );
        client.write_all(answer.as_bytes()).await?;
        return client.shutdown().await;
    }
    let mut server = TcpStream::connect(way.upstream).await?;
    if method == "CONNECT" {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
        client.flush().await?;
    } else {
        let kept: Vec<&str> = head.split("\r\n").filter(|line| header(line, "proxy-authorization").is_none()).collect();
        server.write_all(kept.join("\r\n").as_bytes()).await?;
    }
    server.write_all(&begun).await?;
    copy_bidirectional(client, &mut server).await.map(drop)
}

async fn socks(client: &mut (impl AsyncRead + AsyncWrite + Unpin), way: &Way) -> io::Result<()> {
    const VERSION: u8 = 5;
    const OPEN: u8 = 0;
    const PASSWORD: u8 = 2;
    const REFUSED: u8 = 0xFF;

    let _version = client.read_u8().await?;
    let offered = counted(client).await?;
    let method = if way.login.is_some() { PASSWORD } else { OPEN };
    if !offered.contains(&method) {
        way.saw(Proxied { target: String::new(), login: None, let_through: false });
        return client.write_all(&[VERSION, REFUSED]).await;
    }
    client.write_all(&[VERSION, method]).await?;
    let mut login = None;
    if method == PASSWORD {
        let _version = client.read_u8().await?;
        let (user, password) = (counted(client).await?, counted(client).await?);
        let said = format!("{}:{}", String::from_utf8_lossy(&user), String::from_utf8_lossy(&password));
        let right = way.login.as_ref() == Some(&said);
        login = Some(said.clone());
        client.write_all(&[1, u8::from(!right)]).await?;
        if !right {
            way.saw(Proxied { target: String::new(), login, let_through: false });
            return Ok(());
        }
    }
    let mut request = [0; 4];
    client.read_exact(&mut request).await?;
    let host = match request {
        [.., 1] => {
            let mut ip = [0; 4];
            client.read_exact(&mut ip).await?;
            Ipv4Addr::from(ip).to_string()
        }
        [.., 3] => String::from_utf8_lossy(&counted(client).await?).into_owned(),
        _ => return Err(io::Error::from(io::ErrorKind::Unsupported)),
    };
    let port = client.read_u16().await?;
    way.saw(Proxied { target: format!("{host}:{port}"), login, let_through: true });
    let mut server = TcpStream::connect(way.upstream).await?;
    client.write_all(&[VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(client, &mut server).await.map(drop)
}

impl Way {
    fn saw(&self, proxied: Proxied) {
        lock(&self.seen).push(proxied);
    }
}

/// The head with its blank line, and what came behind it.
async fn read_head(client: &mut (impl AsyncRead + Unpin)) -> io::Result<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let behind = read.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&read).into_owned(), behind));
        }
        if read.len() > HEAD_MAX || client.read_buf(&mut read).await? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
    }
}

/// Bytes behind the one that counts them.
async fn counted(client: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(client.read_u8().await?)];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}

fn header(line: &str, name: &str) -> Option<String> {
    let (present, value) = line.split_once(':')?;
    present.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
