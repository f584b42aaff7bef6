//! Lines and events: every way to write them, and what is none.

use hub_contract::{ErrorCode, RunEvent};
use hub_sim::{Action, Gate, Reply};

use crate::dialects::speaking;
use crate::support::*;

#[tokio::test]
async fn s08_every_line_end_alone_and_mixed() {
    for dialect in speaking(8) {
        let body = dialect.says("a") + &dialect.answer("b");
        // One style an event: a lone CR before a lone LF would be one line end.
        let mut ends = ["\r", "\r\n", "\n"].iter().cycle();
        let mixed: String =
            body.split_inclusive("\n\n").map(|event| event.replace('\n', ends.next().unwrap())).collect();
        for body in [body.clone(), body.replace('\n', "\r\n"), body.replace('\n', "\r"), mixed] {
            dialect.ask_stream(body.clone()).await.stopped("ab");
            dialect.ask(Reply::sse_body(body).pieces_of(1)).await.stopped("ab");
        }
    }
}

#[tokio::test]
async fn s09_a_cr_and_its_lf_in_two_chunks_are_one_line_end() {
    for dialect in speaking(9) {
        let body = (dialect.says("a") + &dialect.answer("b")).replace('\n', "\r\n");
        let whole = dialect.ask_stream(body.clone()).await;
        let halves: Vec<&str> = body.split_inclusive('\r').collect();
        let cut = halves.iter().fold(Reply::event_stream(), |reply, half| reply.send((*half).to_owned()));
        let asked = dialect.ask(cut).await;
        asked.stopped("ab");
        assert_eq!(asked.events, whole.events, "no event more, none less");
        for ends in ["\n\n", "\r\r", "\r\n\n", "\n\r\n"] {
            let body = (dialect.says("a") + &dialect.answer("b")).replace("\n\n", ends);
            assert_eq!(dialect.ask(Reply::sse_body(body).pieces_of(1)).await.events, whole.events, "{ends:?}");
        }
    }
}

#[tokio::test]
async fn s10_an_event_without_a_blank_line_at_the_end_counts() {
    for dialect in speaking(10) {
        let whole = dialect.says("a") + &dialect.says("b");
        for cut in ["\n", "\n\n"] {
            let body = whole.strip_suffix(cut).unwrap();
            assert_eq!(dialect.ask_stream(body.to_owned()).await.truncated("ab"), None, "{cut:?}");
        }
        let body = dialect.answer("ab");
        dialect.ask_stream(body.trim_end().to_owned()).await.stopped("ab");
    }
}

#[tokio::test]
async fn s11_one_line_without_an_end_is_an_event_if_it_is_whole() {
    for dialect in speaking(11) {
        let said = (dialect.text)("\"a\"");
        if said.event.is_empty() {
            assert_eq!(dialect.ask_stream(format!("data: {}", said.data)).await.truncated("a"), None);
        }
        let half = &said.data[..said.data.len() / 2];
        let asked = dialect.ask_stream(format!("data: {half}")).await;
        assert_eq!(asked.truncated("").map(|error| error.code), Some(ErrorCode::BadAnswer));
        dialect.ask_stream("not a stream at all").await.failed("", ErrorCode::NotStream);
    }
}

#[tokio::test]
async fn s13_every_way_to_write_a_field() {
    for dialect in speaking(13) {
        for (colon, space) in [(":", ""), (":", " "), (":", "  ")] {
            let body: String = [(dialect.text)("\"a\""), (dialect.finish)()]
                .iter()
                .map(|said| {
                    let name = match said.event {
                        "" => String::new(),
                        event => format!("event{colon} {event}\n"),
                    };
                    format!("{name}data{colon}{space}{}\n\n", said.data)
                })
                .collect();
            dialect.ask_stream(body).await.stopped("a");
        }
        let body = format!("data\n\ndata:\n\ndata: \n\n\n\n{}data\n\n{}", dialect.says("a"), dialect.ends());
        dialect.ask_stream(body).await.stopped("a");
    }
}

#[tokio::test]
async fn s14_data_over_several_lines() {
    for dialect in speaking(14) {
        let spread = |said: crate::dialects::Said| {
            let value: serde_json::Value = serde_json::from_str(&said.data).unwrap();
            let lines = serde_json::to_string_pretty(&value).unwrap().replace('\n', "\ndata: ");
            crate::dialects::Said { data: lines, ..said }.frame()
        };
        let body = spread((dialect.text)("\"two\\nlines\"")) + &spread((dialect.finish)());
        dialect.ask_stream(body).await.stopped("two\nlines");
    }
}

#[tokio::test]
async fn s15_unknown_events_are_passed_over() {
    for dialect in speaking(15) {
        let strange = format!(
            "event: execute\ndata: {{\"command\":\"rm\"}}\n\nevent: message_delta_x\ndata: {{}}\n\nevent: {}\n\nwhat: is\n\n\
             event: ping\n\n: comment\n\n",
            "x".repeat(1024 * 1024)
        );
        let asked = dialect.ask_stream(format!("{strange}{}{strange}{}", dialect.says("a"), dialect.ends())).await;
        asked.stopped("a");
        let told = asked.events.iter().filter(|event| matches!(event, RunEvent::Text { .. })).count();
        assert_eq!(told, 1);
        let limits = hub_platforms::Limits { event_bytes: 64 * 1024, ..limits() };
        let server = serve(Reply::sse_body(format!("{}{strange}", dialect.says("a")))).await;
        let asked = ask_of(&platforms(limits), dialect.endpoint(&server.base_url()), dialect.turn()).await;
        assert_eq!(asked.failed("a", ErrorCode::TooLarge).detail.hint.as_deref(), Some("event_size"), "and capped");
    }
}

#[tokio::test]
async fn s16_ids_and_waits_of_any_kind_change_nothing() {
    for dialect in speaking(16) {
        let odd = "id: a\0b\nretry: 999999999999\nretry: abc\nretry:\nid\n";
        let body = format!("{odd}{}{odd}\n{}", dialect.says("a"), dialect.ends());
        let server = serve(Reply::sse_body(body)).await;
        dialect.ask_at(&server.base_url()).await.stopped("a");
        assert_eq!(server.requests().len(), 1, "an answer is never asked for again by the stream's own wish");
    }
}

#[tokio::test]
async fn s29_what_comes_behind_the_end_is_ignored() {
    for dialect in speaking(29) {
        let behind = format!("data: [DONE]\n\n{}{}", dialect.says("late"), dialect.fails("late"));
        let server = serve(Reply::sse_body(dialect.answer("a") + &behind)).await;
        dialect.ask_at(&server.base_url()).await.stopped("a");
        // It does not wait for more, however much there would be.
        let endless = Action::Repeat(vec![Action::Send(": more\n\n".into())], None);
        let server = serve(Reply::sse_body(dialect.answer("a") + "data: [DONE]\n\n").then(endless)).await;
        dialect.ask_at(&server.base_url()).await.stopped("a");
        assert!(server.wait_for_end(0).await.unwrap().by.is_client());
    }
}

#[tokio::test]
async fn s30_a_finished_answer_does_not_wait_for_the_connection_to_end() {
    for dialect in speaking(30) {
        let server = serve(Reply::sse_body(dialect.answer("a")).hold_open()).await;
        let limits = hub_platforms::Limits { grace: std::time::Duration::from_millis(20), ..limits() };
        ask_of(&platforms(limits), dialect.endpoint(&server.base_url()), dialect.turn()).await.stopped("a");
        assert!(server.wait_for_end(0).await.unwrap().by.is_client(), "closed by us");
    }
}

#[tokio::test]
async fn s31_every_way_to_write_the_end() {
    for dialect in speaking(31) {
        for end in dialect.finishes {
            // The connection stays open: only the words can end it, or the grace behind them.
            let limits = hub_platforms::Limits { grace: std::time::Duration::from_millis(20), ..limits() };
            let server = serve(Reply::sse_body(dialect.answer("a") + end).hold_open()).await;
            ask_of(&platforms(limits), dialect.endpoint(&server.base_url()), dialect.turn()).await.stopped("a");
        }
    }
}

#[tokio::test]
async fn s49_the_same_event_twice_is_two_events_where_nothing_tells_them_apart() {
    for dialect in speaking(49) {
        let body = dialect.says("ha") + &dialect.says("ha") + &dialect.answer("!");
        dialect.ask_stream(body).await.stopped("haha!");
    }
}

#[tokio::test]
async fn s09_a_delta_is_told_before_the_next_byte_comes() {
    for dialect in speaking(9) {
        let gate = Gate::new();
        let server = serve(Reply::event_stream().send(dialect.says("a")).wait(&gate).send(dialect.ends())).await;
        let mut chat = platforms(limits()).chat(dialect.endpoint(&server.base_url()), dialect.turn());
        loop {
            match chat.next().await {
                Some(hub_platforms::ChatSignal::Event(RunEvent::Text { delta, .. })) if delta == "a" => break,
                Some(_) => {}
                None => panic!("ended before its first text"),
            }
        }
        gate.open();
        finish(chat).await;
    }
}
