//! Certificates: right, wrong in every way, and a company's own. The servers are OpenSSL's `s_server`, so that another
//! implementation than ours is on the other side; what a chat needs beyond a handshake is the scripted server's.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hub_contract::ErrorCode;
use hub_platforms::{Endpoint, Limits};
use hub_sim::{Identity, Reply, ScriptedServer, TestCa, Validity};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::child;
use crate::dialects::{Dialect, speaking};
use crate::support::*;

/// A company with an authority of its own, and the file that it gives to its people.
pub(crate) struct Company {
    pub(crate) ca: TestCa,
    pub(crate) file: NamedTempFile,
}

impl Company {
    pub(crate) fn new() -> Self {
        let ca = TestCa::new().unwrap();
        let file = written(ca.pem());
        Self { ca, file }
    }

    /// A connection that trusts this company.
    pub(crate) fn endpoint(&self, dialect: &Dialect, server: &str) -> Endpoint {
        let mut endpoint = dialect.endpoint(server);
        endpoint.network.ca_file = Some(self.file.path().to_owned());
        endpoint
    }
}

#[tokio::test]
async fn s44_a_company_certificate_works_with_its_file_and_only_with_it() {
    let company = Company::new();
    for dialect in speaking(44) {
        let identity = company.ca.issue(&["127.0.0.1", "localhost"]).unwrap();
        let server = ScriptedServer::start_tls(&identity, Reply::sse_body(dialect.answer("a"))).await.unwrap();
        let asked = ask_of(&platforms(limits()), company.endpoint(dialect, &server.base_url()), dialect.turn()).await;
        asked.stopped("a");
        assert_eq!(asked.facts.http.as_deref(), Some("HTTP/1.1"), "where HTTP/2 is not offered");
        let by_name = server.base_url().replace("127.0.0.1", "localhost");
        ask_of(&platforms(limits()), company.endpoint(dialect, &by_name), dialect.turn()).await.stopped("a");

        let asked = dialect.ask_at(&server.base_url()).await;
        let error = asked.failed("", ErrorCode::Tls);
        assert_eq!((error.detail.host.as_deref(), error.detail.hint.as_deref()), (Some("127.0.0.1"), None));
        assert_eq!(server.requests().len(), 2, "no request reaches a server that is not trusted");
        assert_eq!(asked.facts.retries, 0, "a certificate does not become right by asking again");
    }
}

/// What the system trusts is trusted: here through the variable by which OpenSSL and others are told.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn s44_an_authority_of_the_system_is_trusted_without_a_file() {
    const NAME: &str = "tls::s44_an_authority_of_the_system_is_trusted_without_a_file";
    if let Some(task) = child::task() {
        let (name, server) = task.split_once(' ').unwrap();
        let dialect = speaking(44).find(|dialect| dialect.name == name).unwrap();
        return child::say("text", dialect.ask_at(server).await.text());
    }
    let company = Company::new();
    for dialect in speaking(44) {
        let identity = company.ca.issue(&["127.0.0.1"]).unwrap();
        let server = ScriptedServer::start_tls(&identity, Reply::sse_body(dialect.answer("a"))).await.unwrap();
        let mut command = child::command(NAME, &format!("{} {}", dialect.name, server.base_url()));
        command.env("SSL_CERT_FILE", company.file.path());
        assert_eq!(child::run(command).await["text"], "a");
    }
}

#[tokio::test]
async fn s44_each_wrong_certificate_is_told_in_its_own_words() {
    let company = Company::new();
    let other = TestCa::new().unwrap();
    let here = ["127.0.0.1"];
    for dialect in speaking(44) {
        for (identity, hint) in [
            (company.ca.issue_valid(&here, Validity::Past), Some("certificate_expired")),
            // What a computer sees whose clock is two days behind a new certificate.
            (company.ca.issue_valid(&here, Validity::Future), Some("certificate_expired")),
            (company.ca.issue(&["other.example"]), Some("certificate_name")),
            (Identity::self_signed(&here), None),
            (other.issue(&here), None),
        ] {
            let server = SServer::start(&identity.unwrap(), &[]);
            let endpoint = company.endpoint(dialect, &server.base_url());
            let error = platforms(limits()).test(&endpoint).await.expect_err("a wrong certificate");
            assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::Tls, hint), "{error:?}");
            let asked = ask_of(&platforms(limits()), endpoint, dialect.turn()).await;
            asked.failed("", ErrorCode::Tls);
        }
    }
}

#[tokio::test]
async fn s44_an_old_protocol_a_lost_handshake_and_no_tls_at_all() {
    let company = Company::new();
    let identity = company.ca.issue(&["127.0.0.1"]).unwrap();
    for dialect in speaking(44) {
        let old = SServer::start(&identity, &["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"]);
        let endpoint = company.endpoint(dialect, &old.base_url());
        let error = platforms(limits()).test(&endpoint).await.expect_err("TLS 1.1");
        assert_eq!(error.code, ErrorCode::Tls, "{error:?}");

        let now = SServer::start(&identity, &["-tls1_2"]);
        let endpoint = company.endpoint(dialect, &now.base_url());
        // It answers GET only; what else the test tries is given up soon.
        let second = Duration::from_secs(1);
        let soon = Limits { silence: second, silence_slow_start: second, connect: second, ..limits() };
        let error = platforms(soon).test(&endpoint).await.expect_err("a page of s_server");
        assert_ne!(error.code, ErrorCode::Tls, "TLS 1.2 is spoken: {error:?}");

        for (says, code) in [(None, ErrorCode::Connect), (Some("HTTP/1.1 400 Bad Request\r\n\r\n"), ErrorCode::Tls)] {
            let plain = server_without_tls(says).await;
            let endpoint = company.endpoint(dialect, &format!("https://{plain}"));
            let error = platforms(limits()).test(&endpoint).await.expect_err("no TLS");
            assert_eq!(error.code, code, "{error:?}");
        }
    }
}

/// Reads the beginning of each handshake, then says that in plain text, or resets the connection.
async fn server_without_tls(says: Option<&'static str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 4096]).await;
            match says {
                Some(says) => drop(socket.write_all(says.as_bytes()).await),
                None => drop(socket.set_zero_linger()),
            }
        }
    });
    address
}

/// OpenSSL's test server with a certificate, which answers every request with a page about itself.
struct SServer {
    process: Child,
    port: u16,
    _files: [NamedTempFile; 2],
}

impl SServer {
    fn start(identity: &Identity, further: &[&str]) -> Self {
        let (certificate, key) = (written(&identity.certificate), written(&identity.key));
        let mut command = Command::new("openssl");
        command.args(["s_server", "-accept", "127.0.0.1:0", "-www", "-cert"]).arg(certificate.path());
        command.arg("-key").arg(key.path()).args(further);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("openssl");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        // `ACCEPT 127.0.0.1:41234`
        let port = lines.find_map(|line| line.ok()?.strip_prefix("ACCEPT ")?.rsplit_once(':')?.1.parse().ok());
        // Reads on, or the server would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, port: port.expect("s_server tells its port"), _files: [certificate, key] }
    }

    fn base_url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }
}

impl Drop for SServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn written(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}
