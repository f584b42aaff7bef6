//! HTTP/2, over TLS as the platforms have it.

use hub_contract::{ErrorCode, RunEvent};
use hub_platforms::{ChatSignal, Platforms};
use hub_sim::{Gate, Http2Server, Http2Step as Step};

use crate::dialects::{Dialect, speaking};
use crate::support::*;
use crate::times;
use crate::tls::Company;

const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const CANCEL: u32 = 8;

async fn start(company: &Company, answers: Vec<Vec<Step>>) -> Http2Server {
    let identity = company.ca.issue(&["127.0.0.1"]).unwrap();
    Http2Server::start(&identity, answers).await.unwrap()
}

async fn ask(platforms: &Platforms, company: &Company, dialect: &Dialect, server: &Http2Server) -> Asked {
    ask_of(platforms, company.endpoint(dialect, &server.base_url()), dialect.turn()).await
}

fn says(dialect: &Dialect, text: &str) -> Step {
    Step::Data(dialect.says(text).into())
}

/// A whole answer, and the text in it.
fn whole(dialect: &Dialect) -> Vec<Step> {
    vec![Step::Head(200), says(dialect, "whole"), Step::Data(dialect.ends().into()), Step::End]
}

#[tokio::test]
async fn s27_http2_is_spoken_where_it_is_offered_and_one_connection_holds_many_answers() {
    let company = Company::new();
    for dialect in speaking(27) {
        let server = start(&company, vec![whole(dialect)]).await;
        let platforms = platforms(limits());
        for _ in 0..3 {
            let asked = ask(&platforms, &company, dialect, &server).await;
            asked.stopped("whole");
            assert_eq!(asked.facts.http.as_deref(), Some("HTTP/2.0"));
        }
        assert_eq!((server.seen().connections, server.seen().requests), (1, 3));
    }
}

#[tokio::test]
async fn s27_a_goaway_lets_the_answer_end_and_the_next_question_gets_a_new_connection() {
    let company = Company::new();
    for dialect in speaking(27) {
        let mut leaving = whole(dialect);
        leaving.insert(2, Step::GoAway(NO_ERROR));
        let server = start(&company, vec![leaving, whole(dialect)]).await;
        let platforms = platforms(limits());
        ask(&platforms, &company, dialect, &server).await.stopped("whole");
        ask(&platforms, &company, dialect, &server).await.stopped("whole");
        assert_eq!((server.seen().connections, server.seen().requests), (2, 2));

        let gone = vec![Step::Head(200), says(dialect, "kept"), Step::GoAway(INTERNAL_ERROR), Step::Close];
        let server = start(&company, vec![gone, whole(dialect)]).await;
        let error = ask(&platforms, &company, dialect, &server).await;
        assert_eq!(error.truncated("kept").map(|error| error.code), Some(ErrorCode::Connect));
        ask(&platforms, &company, dialect, &server).await.stopped("whole");
        assert_eq!((server.seen().connections, server.seen().requests), (2, 2), "and nothing was sent twice");
    }
}

#[tokio::test]
async fn s27_a_reset_stream_keeps_the_text_and_a_reset_before_the_head_is_not_sent_again() {
    let company = Company::new();
    for dialect in speaking(27) {
        for code in [INTERNAL_ERROR, CANCEL] {
            let cut = vec![Step::Head(200), says(dialect, "kept"), Step::Reset(code)];
            let server = start(&company, vec![cut, whole(dialect)]).await;
            let platforms = platforms(limits());
            let asked = ask(&platforms, &company, dialect, &server).await;
            let error = asked.truncated("kept").expect("why");
            assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::Connect, Some("broke_off")));
            ask(&platforms, &company, dialect, &server).await.stopped("whole");
            assert_eq!(server.seen().requests, 2, "nothing was sent twice");

            let server = start(&company, vec![vec![Step::Reset(code)], whole(dialect)]).await;
            ask(&platforms, &company, dialect, &server).await.failed("", ErrorCode::Connect);
            assert_eq!(server.seen().requests, 1);
        }
    }
}

#[tokio::test]
async fn s27_a_flood_of_pings_disturbs_no_answer() {
    let company = Company::new();
    for dialect in speaking(27) {
        let mut flooded = whole(dialect);
        flooded.insert(2, Step::Pings(times(10_000)));
        let server = start(&company, vec![flooded]).await;
        ask(&platforms(limits()), &company, dialect, &server).await.stopped("whole");
    }
}

#[tokio::test]
async fn s27_stop_resets_the_stream_and_keeps_the_connection() {
    let company = Company::new();
    for dialect in speaking(27) {
        let gate = Gate::new();
        let held = vec![Step::Head(200), says(dialect, "kept"), Step::Wait(gate.clone())];
        let server = start(&company, vec![held, whole(dialect)]).await;
        let platforms = platforms(limits());
        let mut chat = platforms.chat(company.endpoint(dialect, &server.base_url()), dialect.turn());
        while !matches!(chat.next().await, Some(ChatSignal::Event(RunEvent::Text { .. }))) {}
        drop(chat);
        let seen = server.wait_for("the reset", |seen| !seen.resets.is_empty()).await.unwrap();
        assert_eq!((seen.resets, seen.ended), (vec![CANCEL], 0));
        ask(&platforms, &company, dialect, &server).await.stopped("whole");
        assert_eq!(server.seen().connections, 1);
    }
}
