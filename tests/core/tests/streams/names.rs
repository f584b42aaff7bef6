//! Host names, through a resolver of the test.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hub_contract::ErrorCode;
use hub_platforms::{Endpoint, Limits, Platforms, Resolver, Resolving};
use hub_sim::Reply;

use crate::dialects::{Dialect, speaking};
use crate::support::*;

/// What a name resolves to.
#[derive(Debug, Clone)]
enum Answer {
    Addresses(Vec<IpAddr>),
    /// As NXDOMAIN and SERVFAIL reach a program.
    Fails(&'static str),
    Never,
}

#[derive(Debug)]
struct Names {
    answers: HashMap<&'static str, Answer>,
    asked: AtomicUsize,
}

impl Resolver for Names {
    fn resolve(&self, host: &str) -> Resolving {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.get(host).cloned();
        Box::pin(async move {
            match answer {
                Some(Answer::Addresses(addresses)) => Ok(addresses),
                Some(Answer::Fails(why)) => Err(io::Error::other(why)),
                Some(Answer::Never) => std::future::pending().await,
                None => Err(io::Error::other("the test names no such host")),
            }
        })
    }
}

const NAME: &str = "llm.example";

fn resolving(answer: Answer, limits: Limits) -> (Arc<Names>, Platforms) {
    platforms(limits);
    let names = Arc::new(Names { answers: HashMap::from([(NAME, answer)]), asked: AtomicUsize::new(0) });
    (Arc::clone(&names), Platforms::with_resolver(limits, names))
}

fn endpoint(dialect: &Dialect, port: u16) -> Endpoint {
    dialect.endpoint(&format!("http://{NAME}:{port}"))
}

#[tokio::test]
async fn s45_a_name_that_does_not_resolve_is_told_with_its_host() {
    for dialect in speaking(45) {
        for why in ["failed to lookup address information: Name or service not known", "Temporary failure"] {
            let (names, platforms) = resolving(Answer::Fails(why), limits());
            let asked = ask_of(&platforms, endpoint(dialect, 80), dialect.turn()).await;
            let error = match asked.end() {
                hub_contract::RunEvent::Failed { error } => error,
                other => panic!("{other:?}"),
            };
            assert!(matches!(error.code, ErrorCode::Dns | ErrorCode::Offline), "{error:?}");
            assert_eq!((error.detail.host.as_deref(), error.detail.text.as_deref()), (Some(NAME), Some(why)));
            assert_eq!(names.asked.load(Ordering::SeqCst), 3, "nothing was sent, so it is tried twice more");
        }
        let (_, platforms) = resolving(Answer::Addresses(Vec::new()), limits());
        let error = platforms.test(&endpoint(dialect, 80)).await.expect_err("no address");
        assert!(matches!(error.code, ErrorCode::Dns | ErrorCode::Connect), "{error:?}");
    }
}

#[tokio::test]
async fn s45_an_address_that_is_none_refuses() {
    for dialect in speaking(45) {
        // What a filtering resolver answers. Nobody listens on a port that was free a moment ago.
        let (_, platforms) = resolving(Answer::Addresses(vec![Ipv4Addr::UNSPECIFIED.into()]), limits());
        let asked = ask_of(&platforms, endpoint(dialect, free_port()), dialect.turn()).await;
        asked.failed("", ErrorCode::Connect);
    }
}

#[tokio::test]
async fn s45_a_resolver_that_takes_too_long_is_given_up() {
    for dialect in speaking(45) {
        let short = Limits { connect: Duration::from_millis(100), repeats: 0, ..limits() };
        let (_, platforms) = resolving(Answer::Never, short);
        let asked = ask_of(&platforms, endpoint(dialect, 80), dialect.turn()).await;
        asked.failed("", ErrorCode::Connect);
    }
}

#[tokio::test]
async fn s45_a_dead_address_before_a_good_one_is_passed_over() {
    for dialect in speaking(45) {
        let server = serve(Reply::sse_body(dialect.answer("a"))).await;
        let good = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for dead in [
            // Refused at once: the server listens on IPv4 only.
            IpAddr::V6(Ipv6Addr::LOCALHOST),
            // No way there, or one on which nothing comes back (RFC 3849).
            IpAddr::V6(Ipv6Addr::new(0x2001, 0xDB8, 0, 0, 0, 0, 0, 1)),
        ] {
            let (_, platforms) = resolving(Answer::Addresses(vec![dead, good]), limits());
            let asked = ask_of(&platforms, endpoint(dialect, server.address().port()), dialect.turn()).await;
            asked.stopped("a");
            assert_eq!(asked.facts.retries, 0, "it is one attempt");
        }
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
