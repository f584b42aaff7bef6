//! Decoder and dialect together, from the bytes of a stream to signals, beside serde_json parsing the same payload lines
//! into borrowed values, in one run: `cargo xtask bench dialects`. Medians; a ratio of 2 is half as fast.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use anyhow::{Result, ensure};
use hub_contract::catalogue::API_KEY;
use hub_contract::id::ModelId;
use hub_contract::run::RemoteIds;
use hub_contract::{PlatformId, RunEvent};
use hub_platforms::{App, ChatSignal, Endpoint, Limits, Network, Proxy, Turn, replay};
use hub_tests_core::borrowed::Borrowed;
use hub_tests_core::figures::{Figures, median};
use secrecy::SecretString;

/// As the transport hands them over.
const PIECE: usize = 16 * 1024;
const EVENTS: usize = 20_000;
const RUNS: usize = 15;
/// The slowest that a dialect should be, as a multiple of the parser's time.
const GOAL: f64 = 2.0;

/// How a platform writes a piece of text and the end, with all that really stands around it (wire documents).
struct Voice {
    platform: PlatformId,
    /// A workflow's run, which some platforms write differently.
    workflow: bool,
    /// Before each payload: event names and the field's own, with `@` for the event's number.
    event: &'static str,
    /// A payload with `#` for the text.
    text: &'static str,
    end: (&'static str, &'static str),
}

const VOICES: &[Voice] = &[
    Voice {
        platform: PlatformId::Openai,
        workflow: false,
        event: "data: ",
        text: r##"{"id":"chatcmpl-0001","object":"chat.completion.chunk","created":1760000000,"model":"demo-gpt","system_fingerprint":"fp_0","choices":[{"index":0,"delta":{"content":"#"},"logprobs":null,"finish_reason":null}],"usage":null}"##,
        end: ("data: ", r#"{"id":"chatcmpl-0001","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#),
    },
    Voice {
        platform: PlatformId::Coze,
        workflow: false,
        event: "event:conversation.message.delta\ndata:",
        text: r##"{"id":"m-0001","conversation_id":"8001","bot_id":"7001","role":"assistant","type":"answer","content":"#","content_type":"text","chat_id":"9001","section_id":"8001","created_at":1760000000}"##,
        end: (
            "event:conversation.chat.completed\ndata:",
            r#"{"id":"9001","conversation_id":"8001","status":"completed"}"#,
        ),
    },
    Voice {
        platform: PlatformId::Coze,
        workflow: true,
        event: "id: @\nevent: Message\ndata: ",
        text: r##"{"content":"#","content_type":"text","node_is_finish":false,"node_seq_id":"1","node_title":"Out","node_id":"900001","usage":{"token_count":7,"input_count":3,"output_count":4}}"##,
        end: ("id: @\nevent: Done\ndata: ", r#"{"debug_url":"https://example.invalid/run?x=1"}"#),
    },
    Voice {
        platform: PlatformId::Appbuilder,
        workflow: false,
        event: "data: ",
        text: r##"{"request_id":"r-0001","date":"2026-11-01T00:00:00Z","answer":"#","conversation_id":"c-1","message_id":"m-1","is_completion":false,"content":[{"event_code":0,"event_message":"","event_type":"ChatAgent","event_id":"1","event_status":"running","content_type":"text","outputs":{"text":"#"}}]}"##,
        end: (
            "data: ",
            r#"{"request_id":"r-0001","answer":"","conversation_id":"c-1","message_id":"m-1","is_completion":true,"content":[]}"#,
        ),
    },
    Voice {
        platform: PlatformId::Dify,
        workflow: false,
        event: "data: ",
        text: r##"{"event":"message","conversation_id":"45701982-8118-4bc5-8e9b-64562b4555f2","message_id":"9da23599-e713-473b-982c-4328d4f5c78a","created_at":1760000000,"task_id":"c3800678-a077-43df-a102-53f23ed20b88","id":"9da23599-e713-473b-982c-4328d4f5c78a","answer":"#","from_variable_selector":null}"##,
        end: ("data: ", r#"{"event":"message_end","message_id":"9da23599-e713-473b-982c-4328d4f5c78a","metadata":{}}"#),
    },
    Voice {
        platform: PlatformId::Dify,
        workflow: true,
        event: "data: ",
        text: r##"{"event":"text_chunk","task_id":"c3800678-a077-43df-a102-53f23ed20b88","workflow_run_id":"45701982-8118-4bc5-8e9b-64562b4555f2","data":{"text":"#","from_variable_selector":["1721365917005","text"]}}"##,
        end: (
            "data: ",
            r#"{"event":"workflow_finished","task_id":"c3800678-a077-43df-a102-53f23ed20b88","workflow_run_id":"45701982-8118-4bc5-8e9b-64562b4555f2","data":{"status":"succeeded","outputs":{}}}"#,
        ),
    },
    Voice {
        platform: PlatformId::Studio53,
        workflow: false,
        event: "data: ",
        text: r##"{"event":"message","conversation_id":"cv-1","message_id":"ms-1","created_at":1760000000,"answer":"#"}"##,
        end: ("data: ", r#"{"event":"message_end","message_id":"ms-1","metadata":{}}"#),
    },
    Voice {
        platform: PlatformId::Yuanqi,
        workflow: false,
        event: "data: ",
        text: r##"{"id":"y-0001","created":1760000000,"choices":[{"index":0,"finish_reason":"","moderation_level":"0","delta":{"role":"assistant","content":"#","time_cost":7}}],"assistant_id":"as-demo-0001","usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}"##,
        end: ("data: ", r#"{"id":"y-0001","choices":[{"index":0,"finish_reason":"stop","delta":{}}]}"#),
    },
    Voice {
        platform: PlatformId::Fastgpt,
        workflow: false,
        event: "event: answer\ndata: ",
        text: r##"{"id":"","object":"","created":0,"model":"","choices":[{"delta":{"role":"assistant","content":"#"},"index":0,"finish_reason":null}]}"##,
        end: (
            "event: answer\ndata: ",
            r#"{"id":"","object":"","created":0,"model":"","choices":[{"delta":{},"index":0,"finish_reason":"stop"}]}"#,
        ),
    },
    Voice {
        platform: PlatformId::Bailian,
        workflow: false,
        event: "id:1\nevent:result\n:HTTP_STATUS/200\ndata:",
        text: r##"{"output":{"session_id":"s-100","finish_reason":"null","text":"#"},"usage":{"models":[{"model_id":"demo-qwen","input_tokens":40,"output_tokens":8}]},"request_id":"r-bl-0001"}"##,
        end: (
            "id:1\nevent:result\n:HTTP_STATUS/200\ndata:",
            r#"{"output":{"session_id":"s-100","finish_reason":"stop","text":""},"request_id":"r-bl-0001"}"#,
        ),
    },
    Voice {
        platform: PlatformId::Ark,
        workflow: false,
        event: "data: ",
        text: r##"{"id":"ark-0001","object":"chat.completion.chunk","created":1760000100,"model":"bot-20260101-demo","choices":[{"index":0,"delta":{"role":"assistant","content":"#"},"finish_reason":null}]}"##,
        end: ("data: ", r#"{"id":"ark-0001","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#),
    },
];

fn main() -> Result<()> {
    let mut figures = Figures::new("dialects");
    let only: Vec<String> = std::env::args().skip(1).collect();
    for voice in VOICES.iter().filter(|voice| only.is_empty() || only.contains(&voice.platform.to_string())) {
        let payloads = payloads(voice);
        let body = body(voice, &payloads);
        let (endpoint, turn) = asked(voice);
        let name = if voice.workflow { format!("{}_workflow", voice.platform) } else { voice.platform.to_string() };
        let read = || -> Result<()> {
            let (mut texts, mut last) = (0, None);
            replay::stream(&endpoint, &turn, Limits::default().event_bytes, body.chunks(PIECE), |signal| {
                texts += usize::from(matches!(&signal, ChatSignal::Event(RunEvent::Text { .. })));
                last = Some(signal);
            });
            ensure!(texts == EVENTS, "{name}: every text is told");
            let ended = matches!(&last, Some(ChatSignal::Event(RunEvent::Finished { .. })));
            ensure!(ended, "{name}: the answer is complete: {last:?}");
            Ok(())
        };
        let parse = || -> Result<()> {
            for payload in &payloads {
                black_box(serde_json::from_str::<Borrowed<'_>>(black_box(payload))?);
            }
            Ok(())
        };
        // Alternating, so that a machine that slows down slows both.
        let (mut ours, mut parser) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            ours.push(time(read)?);
            parser.push(time(parse)?);
        }
        let (ours, parser) = (median(&ours), median(&parser));
        figures.add(&format!("{name}_ms"), ours, None);
        figures.add(&format!("{name}_serde_json_ms"), parser, None);
        figures.add(&format!("{name}_to_serde_json"), ours / parser, Some(GOAL));
    }
    figures.print();
    Ok(())
}

fn payloads(voice: &Voice) -> Vec<String> {
    // Words of several lengths and scripts, none of which begins like the text so far.
    let words = ["返修率", " is", " 1.83%", "，比上季", "度低", " with", " notes", "。"];
    (0..EVENTS).zip(words.iter().cycle()).map(|(_, word)| voice.text.replace('#', word)).collect()
}

fn body(voice: &Voice, payloads: &[String]) -> Vec<u8> {
    let mut body = String::new();
    let numbered = |event: &str, number: usize| event.replace('@', &number.to_string());
    for (number, payload) in payloads.iter().enumerate() {
        body += &format!("{}{payload}\n\n", numbered(voice.event, number));
    }
    body += &format!("{}{}\n\n", numbered(voice.end.0, payloads.len()), voice.end.1);
    body.into_bytes()
}

fn asked(voice: &Voice) -> (Endpoint, Turn) {
    let platform = voice.platform;
    let endpoint = Endpoint {
        platform,
        base_url: "http://127.0.0.1".to_owned(),
        fields: BTreeMap::new(),
        secrets: BTreeMap::from([(API_KEY.to_owned(), SecretString::from("sk-test-0123456789"))]),
        token: None,
        network: Network { proxy: Proxy::None, ca_file: None },
    };
    let turn = match platform {
        PlatformId::Openai => Turn { model: Some(ModelId::from("demo-gpt")), ..Turn::default() },
        _ => Turn {
            app: App {
                id: Some("app-1".to_owned()),
                mode: Some(if voice.workflow { "workflow" } else { "chat" }.to_owned()),
                workflow: voice.workflow,
            },
            remote: RemoteIds { conversation: Some("c-1".to_owned()), ..RemoteIds::default() },
            ..Turn::default()
        },
    };
    (endpoint, turn)
}

/// Milliseconds.
fn time(work: impl Fn() -> Result<()>) -> Result<f64> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}
