//! Access tokens that end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hub_contract::ErrorCode;
use hub_platforms::{Endpoint, Token, TokenSource};
use hub_sim::{Recorded, Reply, Responder};
use secrecy::{ExposeSecret, SecretString};

use crate::dialects::{Dialect, speaking};
use crate::support::*;

const OLD: &str = "test-token-that-ended";
const NEW: &str = "test-token-that-is-new";

/// Has the old token until somebody was refused with it.
#[derive(Debug, Default)]
struct Renewing {
    renewed: AtomicUsize,
}

impl TokenSource for Renewing {
    fn current(&self) -> Token<'_> {
        Box::pin(async { Ok(SecretString::from(OLD)) })
    }

    fn refresh(&self, refused: &SecretString) -> Token<'_> {
        assert_eq!(refused.expose_secret(), OLD);
        self.renewed.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(SecretString::from(NEW)) })
    }
}

/// Takes one token and refuses every other one, before any stream.
fn taking(token: &'static str, answer: String) -> impl Responder {
    let accepted = format!("Bearer {token}");
    move |request: &Recorded| match request.header("authorization") {
        Some(held) if held == accepted => Reply::sse_body(answer.clone()),
        _ => Reply::status(401).header("content-type", "application/json").send(r#"{"code":4100,"msg":"ended"}"#),
    }
}

fn authorised(dialect: &Dialect, server: &str) -> (Arc<Renewing>, Endpoint) {
    let source = Arc::new(Renewing::default());
    (Arc::clone(&source), Endpoint { secrets: Default::default(), token: Some(source), ..dialect.endpoint(server) })
}

#[tokio::test]
async fn s62_a_token_that_ended_is_renewed_once_and_the_question_asked_once_more() {
    for dialect in speaking(62) {
        let server = serve(taking(NEW, dialect.answer("a"))).await;
        let (source, endpoint) = authorised(dialect, &server.base_url());
        ask_of(&platforms(limits()), endpoint, dialect.turn()).await.stopped("a");
        assert_eq!(source.renewed.load(Ordering::SeqCst), 1);
        let held: Vec<_> =
            server.requests().iter().map(|seen| seen.header("authorization").map(str::to_owned)).collect();
        assert_eq!(held, [Some(format!("Bearer {OLD}")), Some(format!("Bearer {NEW}"))]);
    }
}

#[tokio::test]
async fn s62_a_new_token_that_is_refused_too_is_told() {
    for dialect in speaking(62) {
        let server = serve(taking("test-token-of-somebody-else", dialect.answer("a"))).await;
        let (source, endpoint) = authorised(dialect, &server.base_url());
        let asked = ask_of(&platforms(limits()), endpoint, dialect.turn()).await;
        asked.failed("", ErrorCode::BadCredential);
        assert_eq!((source.renewed.load(Ordering::SeqCst), server.requests().len()), (1, 2));
        let told = format!("{:?}", asked.events);
        assert!(!told.contains(OLD) && !told.contains(NEW), "{told}");
    }
}
