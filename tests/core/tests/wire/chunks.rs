//! Quirks of chunks: what they may lack, repeat, spell differently or come cut into.

use hub_contract::ErrorCode;
use hub_contract::run::FinishReason;
use hub_sim::{Coding, Framing, Gate, Reply};

use crate::support::*;

const STOP: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;

/// A chunk with that delta.
fn delta(delta: &str) -> String {
    format!(r#"{{"choices":[{{"index":0,"delta":{delta},"finish_reason":null}}]}}"#)
}

fn says(text: &str) -> String {
    delta(&serde_json::json!({ "content": text }).to_string())
}

async fn ask_deltas(deltas: &[&str]) -> Asked {
    let chunks: Vec<String> = deltas.iter().map(|text| delta(text)).chain([STOP.to_owned()]).collect();
    ask_chunks(&chunks.iter().map(String::as_str).collect::<Vec<_>>()).await
}

#[tokio::test]
async fn q01_without_done_a_finish_reason_is_enough() {
    let body = transcript!("t-oa-1.sse").replace("data: [DONE]\n\n", "");
    let asked = ask_stream(&body).await;
    asked.stopped("Hello 世界 🌏");
    assert_eq!(asked.usage(), Some((Some(9), Some(4), Some(13))));
}

#[tokio::test]
async fn q02_without_a_finish_reason_the_answer_is_cut_off() {
    let three: String = transcript!("t-oa-1.sse").split_inclusive("\n\n").take(3).collect();
    assert_eq!(ask_stream(&three).await.truncated("Hello 世界 🌏"), None);
    let done = format!("{three}data: [DONE]\n\n");
    assert_eq!(ask_stream(&done).await.truncated("Hello 世界 🌏"), None, "[DONE] proves nothing");
    let cut = format!("{three}data: {{\"choices\":[{{\"ind");
    assert_eq!(ask_stream(&cut).await.truncated("Hello 世界 🌏"), None, "half a frame is no other failure");
}

#[tokio::test]
async fn q03_an_answer_that_never_begins_is_no_empty_success() {
    let asked = ask_chunks(&[&delta(r#"{"role":"assistant"}"#)]).await;
    let error = asked.truncated("").expect("why");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::BadAnswer, Some("empty_answer")));
    let asked = ask(Reply::event_stream()).await;
    assert_eq!(asked.truncated("").and_then(|error| error.detail.hint.as_deref()), Some("empty_answer"));
    let asked = ask_chunks(&[STOP]).await;
    asked.stopped("");
    assert_eq!(asked.notices(), ["empty_answer"], "finished, but told that nothing came");
}

#[tokio::test]
async fn q04_q23_nothing_makes_no_event() {
    let asked = ask_deltas(&[
        r#"{"role":"assistant","content":null}"#,
        r#"{"role":""}"#,
        r#"{"role":null,"content":""}"#,
        "{}",
        "null",
        r#"{"role":"assistant","content":"a"}"#,
        r#"{"role":"assistant","content":"b"}"#,
    ])
    .await;
    asked.stopped("ab");
    assert_eq!(asked.events.len(), 3, "{:?}", asked.events);
}

#[tokio::test]
async fn q05_q08_chunks_without_choices_are_passed_over() {
    let chunks = [r#"{"choices":[]}"#, r#"{"choices":null}"#, r#"{"id":"x"}"#, &says("a"), STOP];
    ask_chunks(&chunks).await.stopped("a");
}

#[tokio::test]
async fn q06_q07_q09_usage_in_every_place_and_the_last_one_holds() {
    let counts = r#"{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}"#;
    for chunk in [
        format!(r#"{{"choices":[],"usage":{counts}}}"#),
        format!(r#"{{"usage":{counts}}}"#),
        format!(r#"{{"choices":[{{"index":0,"delta":{{}},"usage":{counts}}}]}}"#),
        format!(r#"{{"choices":[],"x_groq":{{"usage":{counts}}}}}"#),
    ] {
        let early = r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":9,"total_tokens":9}}"#;
        let asked = ask_chunks(&[early, &says("a"), STOP, &chunk]).await;
        asked.stopped("a");
        assert_eq!(asked.usage(), Some((Some(1), Some(2), Some(3))), "{chunk}");
    }
}

#[tokio::test]
async fn q10_q11_reasoning_in_every_spelling_counts_once() {
    for spelling in [
        r#"{"reasoning_content":"a"}"#,
        r#"{"reasoning":"a"}"#,
        r#"{"reasoning":"a","reasoning_content":"a"}"#,
        r#"{"reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a"}]}"#,
        r#"{"reasoning_details":[{"type":"reasoning.text","text":"a"}]}"#,
        r#"{"content":null,"reasoning_content":"a","reasoning":null}"#,
    ] {
        let asked = ask_deltas(&[spelling, r#"{"content":"b"}"#]).await;
        asked.stopped("b");
        assert_eq!(asked.reasoning(), "a", "{spelling}");
    }
}

#[tokio::test]
async fn q12_a_think_tag_that_never_closes_is_shown_in_the_end() {
    let asked = ask_chunks(&[&says("<th"), &says("ink>plan</thi"), &says("nk>answer"), STOP]).await;
    asked.stopped("answer");
    assert_eq!(asked.reasoning(), "plan");
    let asked = ask_chunks(&[&says("<think>only"), &says(" this"), STOP]).await;
    asked.stopped("only this");
    assert_eq!(asked.reasoning(), "only this");
}

#[tokio::test]
async fn q13_tags_inside_an_answer_stay_text() {
    ask_chunks(&[&says("In `<think>` and"), &says(" `</think>` tags"), STOP])
        .await
        .stopped("In `<think>` and `</think>` tags");
}

#[tokio::test]
async fn q14_a_closing_tag_alone_ends_the_thoughts() {
    let asked = ask_chunks(&[&says("pl"), &says("an</th"), &says("ink>answer"), STOP]).await;
    asked.stopped("answer");
    assert_eq!(asked.reasoning(), "plan");
}

#[tokio::test]
async fn q24_q25_an_empty_finish_reason_is_none_and_text_beside_one_comes_first() {
    let chunks = [
        r#"{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":""}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]}"#,
    ];
    ask_chunks(&chunks).await.stopped("ab");
    ask_chunks(&chunks[..1]).await.truncated("a");
}

#[tokio::test]
async fn q26_finish_reasons_of_every_vendor() {
    let finish =
        |reason: &str| format!(r#"{{"choices":[{{"index":0,"delta":{{"content":"a"}},"finish_reason":"{reason}"}}]}}"#);
    for (reason, expected) in [
        ("stop", FinishReason::Stop),
        ("eos", FinishReason::Stop),
        ("something_new", FinishReason::Stop),
        ("length", FinishReason::Length),
        ("model_length", FinishReason::Length),
        ("content_filter", FinishReason::Filtered),
        ("sensitive", FinishReason::Filtered),
    ] {
        ask_chunks(&[&finish(reason)]).await.finished("a", expected);
    }
    for (reason, code) in [
        ("error", ErrorCode::PlatformError),
        ("network_error", ErrorCode::PlatformError),
        ("insufficient_system_resource", ErrorCode::Overloaded),
    ] {
        let asked = ask_chunks(&[&finish(reason)]).await;
        assert_eq!(asked.failed("a", code).detail.platform_code.as_deref(), Some(reason));
    }
}

#[tokio::test]
async fn q27_q28_text_behind_the_first_of_two_finishes_is_kept() {
    let length = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#;
    ask_chunks(&[&says("a"), STOP, &says("b"), length]).await.stopped("ab");
}

#[tokio::test]
async fn q35_a_whole_completion_although_a_stream_was_asked() {
    let body = r#"{"object":"chat.completion","id":"c1","choices":[{"index":0,"message":{"role":"assistant",
        "content":"whole","reasoning_content":"why"},"finish_reason":"stop"}],"usage":{"total_tokens":3}}"#;
    let asked = ask(Reply::status(200).header("content-type", "application/json").send(body)).await;
    asked.stopped("whole");
    assert_eq!((asked.reasoning().as_str(), asked.usage()), ("why", Some((None, None, Some(3)))));
    let unfinished = body.replace("\"stop\"", "null");
    ask(Reply::status(200).send(unfinished)).await.truncated("whole");
}

#[tokio::test]
async fn q36_a_stream_under_any_content_type() {
    for content_type in ["text/plain", "application/json", "application/x-ndjson", "application/octet-stream"] {
        let reply = Reply::event_stream().with_header("content-type", content_type).send(transcript!("t-oa-1.sse"));
        ask(reply).await.stopped("Hello 世界 🌏");
    }
    let reply = Reply::event_stream().without_header("content-type").send(transcript!("t-oa-1.sse"));
    ask(reply).await.stopped("Hello 世界 🌏");
}

#[tokio::test]
async fn q37_compressed_streams() {
    for coding in [Coding::Gzip, Coding::Deflate, Coding::Brotli] {
        for pieces in [1, 4096] {
            let asked = ask(Reply::sse_body(transcript!("t-oa-1.sse")).coding(coding).pieces_of(pieces)).await;
            asked.stopped("Hello 世界 🌏");
        }
    }
}

#[tokio::test]
async fn q38_q39_line_ends_a_mark_and_single_bytes() {
    let body = transcript!("t-oa-1.sse");
    for body in [body.to_owned(), body.replace('\n', "\r\n"), body.replace('\n', "\r"), format!("\u{FEFF}{body}")] {
        ask_stream(&body).await.stopped("Hello 世界 🌏");
        ask(Reply::sse_body(body).pieces_of(1)).await.stopped("Hello 世界 🌏");
    }
}

#[tokio::test]
async fn q38_every_framing_of_the_body() {
    for framing in [Framing::ContentLength, Framing::Chunked, Framing::UntilClose] {
        ask(Reply::sse_body(transcript!("t-oa-1.sse")).framing(framing)).await.stopped("Hello 世界 🌏");
    }
}

#[tokio::test]
async fn q40_fields_that_are_no_data() {
    let body = format!("retry: 3000\n\nid: 1\ndata:{}\n\ndata: \n\ndata:\n\nevent: ping\n\ndata:{STOP}\n\n", says("a"));
    ask_stream(&body).await.stopped("a");
}

#[tokio::test]
async fn q41_a_frame_of_ten_megabytes_is_refused_and_the_text_kept() {
    let reply = Reply::sse([says("kept"), says(&"x".repeat(10 * 1024 * 1024)), STOP.to_owned()]);
    let asked = ask(reply).await;
    assert_eq!(asked.failed("kept", ErrorCode::TooLarge).detail.hint.as_deref(), Some("event_size"));
    let large = "x".repeat(1024 * 1024);
    ask_chunks(&[&says(&large), STOP]).await.stopped(&large);
}

#[tokio::test]
async fn q52_q53_numbers_as_texts_and_keys_that_nobody_knows() {
    let chunk = r#"{"zzz":[1],"usage":{"prompt_tokens":"3","completion_tokens":4.0},"created":"1760",
        "choices":[{"finish_reason":null,"delta":{"content":"a","x":{}},"index":"0","y":1}]}"#
        .replace('\n', " ");
    let asked =
        ask_chunks(&[&chunk, r#"{"choices":[{"index":0.0,"delta":{"content":"b"},"finish_reason":"stop"}]}"#]).await;
    asked.stopped("ab");
    assert_eq!(asked.usage(), Some((Some(3), Some(4), None)));
}

#[tokio::test]
async fn only_the_first_choice_is_read() {
    let second = r#"{"choices":[{"index":1,"delta":{"content":"other"},"finish_reason":"stop"}]}"#;
    ask_chunks(&[&says("a"), second]).await.truncated("a");
    ask_chunks(&[&says("a"), second, STOP]).await.stopped("a");
}

#[tokio::test]
async fn p08_done_in_quotes() {
    ask_stream(&format!("data: {}\n\ndata: {STOP}\n\ndata:\"[DONE]\"\n\n", says("a"))).await.stopped("a");
}

#[tokio::test]
async fn p14_data_that_is_no_object() {
    let body = format!("data: null\n\ndata: 123\n\ndata: [1]\n\ndata: pong\n\ndata: {}\n\ndata: {STOP}\n\n", says("a"));
    ask_stream(&body).await.stopped("a");
}

#[tokio::test]
async fn p15_s54_surrogates_cut_between_deltas() {
    ask_deltas(&[r#"{"content":"a\ud83d"}"#, r#"{"content":"\ude00b"}"#]).await.stopped("a😀b");
    ask_deltas(&[r#"{"content":"a\ud83d"}"#, r#"{"content":"b"}"#]).await.stopped("a\u{FFFD}b");
    let asked =
        ask_deltas(&[r#"{"reasoning":"\ud83d"}"#, r#"{"reasoning":"\ude00"}"#, r#"{"content":"a\ud83d"}"#]).await;
    asked.stopped("a\u{FFFD}");
    assert_eq!(asked.reasoning(), "😀");
}

#[tokio::test]
async fn s30_after_the_finish_an_open_connection_is_not_waited_for() {
    let limits = hub_platforms::Limits { grace: std::time::Duration::from_millis(50), ..limits() };
    let server = serve(Reply::sse([says("a"), STOP.to_owned()]).hold_open()).await;
    ask_of(&platforms(limits), compatible(&server), turn()).await.stopped("a");
    let end = server.wait_for_end(0).await.expect("the client leaves");
    assert!(end.by.is_client());
}

#[tokio::test]
async fn s30_within_the_grace_counts_still_come() {
    let gate = Gate::new();
    let usage = r#"data: {"choices":[],"usage":{"total_tokens":7}}"#;
    let server = serve(Reply::sse([says("a"), STOP.to_owned()]).wait(&gate).send(format!("{usage}\n\n"))).await;
    let limits = hub_platforms::Limits { grace: std::time::Duration::from_secs(30), ..limits() };
    let mut chat = platforms(limits).chat(compatible(&server), turn());
    while let Some(signal) = chat.next().await {
        if matches!(signal, hub_platforms::ChatSignal::Event(hub_contract::RunEvent::Text { .. })) {
            gate.open();
            break;
        }
    }
    let asked = finish(chat).await;
    assert_eq!(asked.usage(), Some((None, None, Some(7))));
}
