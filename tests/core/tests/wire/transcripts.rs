//! The transcripts of the wire document, each with what it says must come of it.

use hub_contract::run::FinishReason;
use hub_contract::{ErrorCode, PlatformId};
use hub_sim::{Framing, Reply, Script};

use crate::support::*;

/// A stream of that vendor at its own address below the server.
async fn of_vendor(platform: PlatformId, body: &'static str) -> Asked {
    let server = serve(Reply::sse_body(body)).await;
    let asked = ask_of(&platforms(limits()), endpoint(platform, &format!("{}/v1", server.base_url())), turn()).await;
    assert_eq!(server.requests()[0].path, "/v1/chat/completions");
    asked
}

#[tokio::test]
async fn t_oa_1_text_with_usage_and_padding() {
    let asked = of_vendor(PlatformId::Openai, transcript!("t-oa-1.sse")).await;
    asked.stopped("Hello 世界 🌏");
    assert_eq!(asked.usage(), Some((Some(9), Some(4), Some(13))));
    assert_eq!(asked.remote.message.as_deref(), Some("chatcmpl-01"));
    assert_eq!((asked.facts.method.as_str(), asked.facts.status), ("POST", Some(200)));
    assert!(asked.facts.url.ends_with("/v1/chat/completions") && asked.facts.first_byte_ms.is_some());
}

#[tokio::test]
async fn t_oa_2_two_interleaved_tool_calls() {
    let asked = of_vendor(PlatformId::Openai, transcript!("t-oa-2.sse")).await;
    asked.stopped("");
    assert_eq!(
        asked.steps(),
        [("call_a", "get_time", "{\"tz\":\"UTC\"}"), ("call_b", "get_weather", "{\"city\":\"Oslo\"}")]
    );
}

#[tokio::test]
async fn t_oa_3_a_refusal_is_an_answer() {
    of_vendor(PlatformId::Openai, transcript!("t-oa-3.sse")).await.stopped("I can't help with that.");
}

#[tokio::test]
async fn t_oa_4_a_wrong_key_is_told_without_the_key() {
    let reply = Reply::status(401).header("x-request-id", "req_demo4").send(transcript!("t-oa-4.json"));
    let server = serve(reply).await;
    let asked = ask_of(&platforms(limits()), compatible(&server), turn()).await;
    let detail = &asked.failed("", ErrorCode::BadCredential).detail;
    assert_eq!(detail.text.as_deref(), Some("demo: the key sk-… is wrong"));
    assert_eq!(detail.platform_code.as_deref(), Some("invalid_api_key"));
    assert_eq!((detail.status, detail.request_id.as_deref()), (Some(401), Some("req_demo4")));
    assert_eq!((detail.platform, detail.host.as_deref()), (Some(PlatformId::OpenaiCompatible), Some("127.0.0.1")));
    assert_eq!(server.requests().len(), 1, "a wrong key is not sent again");
}

#[tokio::test]
async fn t_oa_5_a_rate_limit_is_waited_for_and_asked_again() {
    let limited = Reply::status(429).header("retry-after-ms", "5").send(transcript!("t-oa-5.json"));
    let server = serve(Script::new().next(limited).otherwise(Reply::sse_body(transcript!("t-oa-1.sse")))).await;
    let asked = ask_of(&platforms(limits()), compatible(&server), turn()).await;
    asked.stopped("Hello 世界 🌏");
    assert_eq!((asked.notices(), asked.facts.retries), (vec!["repeating"], 1));
    assert_eq!(server.requests()[0].body, server.requests()[1].body);
}

#[tokio::test]
async fn t_oa_5_a_rate_limit_is_given_up_after_two_repeats() {
    let server = serve(Reply::status(429).header("retry-after-ms", "2000").send(transcript!("t-oa-5.json"))).await;
    let limits = hub_platforms::Limits { repeat_wait_max: std::time::Duration::from_secs(1), ..limits() };
    let asked = ask_of(&platforms(limits), compatible(&server), turn()).await;
    let error = asked.failed("", ErrorCode::RateLimited);
    assert_eq!(error.detail.retry_after_ms, Some(2000));
    assert_eq!(server.requests().len(), 1, "a wait longer than the limit is left to the person");

    let server = serve(Reply::status(429).send(transcript!("t-oa-5.json"))).await;
    ask_of(&platforms(crate::support::limits()), compatible(&server), turn()).await.failed("", ErrorCode::RateLimited);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn t_oa_5b_no_quota_is_not_asked_again() {
    let server = serve(Reply::status(429).send(transcript!("t-oa-5b.json"))).await;
    ask_of(&platforms(limits()), compatible(&server), turn()).await.failed("", ErrorCode::QuotaExhausted);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn t_oa_6_a_failure_inside_the_stream_keeps_the_text() {
    let asked = of_vendor(PlatformId::Openai, transcript!("t-oa-6.sse")).await;
    let error = asked.failed("Half an ans", ErrorCode::PlatformError);
    assert_eq!(error.detail.text.as_deref(), Some("demo: server broke off"));
}

#[tokio::test]
async fn t_ds_1_reasoning_after_keep_alives() {
    let asked = of_vendor(PlatformId::Deepseek, transcript!("t-ds-1.sse")).await;
    asked.stopped("9.9 更大");
    assert_eq!(asked.reasoning(), "9.11 与 9.9 比较");
    let usage = asked.full_usage().expect("counts");
    assert_eq!((usage.input, usage.output, usage.reasoning, usage.cached), (Some(14), Some(30), Some(22), Some(0)));
}

#[tokio::test]
async fn t_ds_3_no_balance() {
    let asked = ask(Reply::status(402).send(transcript!("t-ds-3.json"))).await;
    let error = asked.failed("", ErrorCode::QuotaExhausted);
    assert_eq!(error.detail.text.as_deref(), Some("Insufficient Balance"));
}

#[tokio::test]
async fn t_ds_4_a_document_behind_empty_lines() {
    let reply = Reply::status(200)
        .header("content-type", "application/json")
        .framing(Framing::Chunked)
        .send("\n")
        .send("\n\n")
        .send(transcript!("t-ds-4.json"));
    let asked = ask(reply).await;
    asked.stopped("ok");
    assert_eq!(asked.usage(), Some((Some(3), Some(1), Some(4))));
}

#[tokio::test]
async fn t_ds_5_an_error_as_octet_stream() {
    let reply = Reply::status(400).header("content-type", "application/octet-stream").send(transcript!("t-ds-5.json"));
    let asked = ask(reply).await;
    let error = asked.failed("", ErrorCode::InvalidRequest);
    assert_eq!(error.detail.text.as_deref(), Some("demo: reasoning_content of the tool turn is missing"));
}

#[tokio::test]
async fn t_ds_7_an_end_for_lack_of_resources_keeps_the_text() {
    let body = transcript!("t-ds-1.sse").replace("\"stop\"", "\"insufficient_system_resource\"");
    let asked = ask_stream(&body).await;
    asked.failed("9.9 更大", ErrorCode::Overloaded);
    assert_eq!(asked.reasoning(), "9.11 与 9.9 比较");
}

#[tokio::test]
async fn t_sf_2_to_5_errors_of_another_shape() {
    for (status, body, code, requests) in [
        (401, transcript!("t-sf-2.json"), ErrorCode::BadCredential, 1),
        (400, transcript!("t-sf-3.json"), ErrorCode::NotFound, 1),
        (429, transcript!("t-sf-4.json"), ErrorCode::RateLimited, 3),
        (503, transcript!("t-sf-5.json"), ErrorCode::Overloaded, 3),
    ] {
        let server = serve(Reply::status(status).header("content-type", "application/json").send(body)).await;
        let endpoint = endpoint(PlatformId::Siliconflow, &format!("{}/v1", server.base_url()));
        let asked = ask_of(&platforms(limits()), endpoint, turn()).await;
        let error = asked.failed("", code);
        assert!(error.detail.text.is_some(), "{body}");
        assert_eq!(server.requests().len(), requests, "{body}");
    }
}

#[tokio::test]
async fn t_sf_7_running_totals_are_not_added_up() {
    let asked = of_vendor(PlatformId::Siliconflow, transcript!("t-sf-7.sse")).await;
    asked.stopped("答案是 4");
    assert_eq!(asked.reasoning(), "想一下");
    assert_eq!(asked.usage(), Some((Some(10), Some(6), Some(16))));
}

#[tokio::test]
async fn t_q_12_think_tags_cut_across_chunks() {
    let asked = ask_stream(transcript!("t-q-12.sse")).await;
    asked.stopped("答案 a<b 成立");
    assert_eq!(asked.reasoning(), "先想一想");
}

#[tokio::test]
async fn t_q_16_two_calls_at_one_index() {
    let asked = ask_stream(transcript!("t-q-16.sse")).await;
    asked.stopped("");
    assert_eq!(asked.steps(), [("c1", "f", "{\"a\":1}"), ("c2", "g", "{\"b\":2}")]);
}

#[tokio::test]
async fn t_q_29_done_after_an_error_is_no_success() {
    ask_stream(transcript!("t-q-29.sse")).await.failed("part", ErrorCode::PlatformError);
}

#[tokio::test]
async fn t_q_32_a_field_named_error() {
    let asked = ask_stream(transcript!("t-q-32.sse")).await;
    let error = asked.failed("", ErrorCode::TooLarge);
    assert_eq!(error.detail.text.as_deref(), Some("demo: prompt larger than context"));
}

#[tokio::test]
async fn t_q_34_a_wrong_path_that_answers_200() {
    let reply =
        Reply::status(200).header("content-type", "application/json; charset=utf-8").send(transcript!("t-q-34.json"));
    let asked = ask(reply).await;
    assert_eq!(asked.failed("", ErrorCode::NotFound).detail.hint.as_deref(), Some("address_path"));
}

#[tokio::test]
async fn t_q_34b_the_provider_behind_breaks_off() {
    let asked = ask_stream(transcript!("t-q-34b.sse")).await;
    let error = asked.failed("abc", ErrorCode::PlatformError);
    assert_eq!(
        (error.detail.platform_code.as_deref(), error.detail.text.as_deref()),
        (Some("502"), Some("Provider disconnected"))
    );
}

#[tokio::test]
async fn t_q_05_the_first_chunk_of_azure() {
    let asked = ask_stream(transcript!("t-q-05.sse")).await;
    asked.stopped("ok");
    assert_eq!(asked.remote.message.as_deref(), Some("chatcmpl-az"));
}

#[tokio::test]
async fn t_q_mm_a_failure_inside_200() {
    let asked = ask(Reply::status(200).send(transcript!("t-q-mm.json"))).await;
    let error = asked.failed("", ErrorCode::QuotaExhausted);
    assert_eq!(
        (error.detail.platform_code.as_deref(), error.detail.text.as_deref()),
        (Some("1008"), Some("insufficient balance"))
    );
}

#[tokio::test]
async fn t_q_zp_a_balance_problem_as_429_is_not_asked_again() {
    let server = serve(Reply::status(429).send(transcript!("t-q-zp.json"))).await;
    ask_of(&platforms(limits()), compatible(&server), turn()).await.failed("", ErrorCode::QuotaExhausted);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn t_q_ol_thinking_and_a_whole_tool_call() {
    let asked = ask_stream(transcript!("t-q-ol.sse")).await;
    asked.finished("", FinishReason::Stop);
    assert_eq!(asked.reasoning(), "need time");
    assert_eq!(asked.steps(), [("call_z1", "get_time", "{\"tz\":\"UTC\"}")]);
    assert!(asked.notices().is_empty(), "a tool call is no empty answer");
}

#[tokio::test]
async fn t_ark_3_a_bare_error_line() {
    let asked = ask_stream(transcript!("t-ark-3.sse")).await;
    let error = asked.failed("部分", ErrorCode::PlatformError);
    assert_eq!(error.detail.platform_code.as_deref(), Some("InternalServiceError"));
}

#[tokio::test]
async fn t_bl_9_empty_ids_and_a_chunk_without_finish_reason() {
    let asked = ask_stream(transcript!("t-bl-9.sse")).await;
    asked.stopped("");
    assert_eq!(asked.steps(), [("call_q1", "get_weather", "{\"city\":\"杭州\"}")]);
    assert_eq!(asked.usage(), Some((Some(90), Some(15), Some(105))));
}
