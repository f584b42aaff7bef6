//! How long rows of the suite `streams` take, through the real transport over real sockets. Prints one JSON line; times
//! are in milliseconds, medians where nothing else is said.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench that fails must say so")]

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hub_contract::catalogue::API_KEY;
use hub_contract::id::ModelId;
use hub_contract::{PlatformId, RunEvent};
use hub_platforms::{ChatSignal, Endpoint, Limits, Network, Platforms, Proxy, Resolver, Resolving, Turn};
use hub_sim::{Recorded, Reply, ScriptedServer};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

const FINISH: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const DONE: &str = "data: [DONE]\n\n";
/// The host of S45.
const NAME: &str = "llm.example";

#[tokio::main]
async fn main() {
    hub_platforms::install_crypto();
    let mut figures = Map::new();
    let twenty_kilobytes = "返修率 ".repeat(2048);
    let megabyte = "x".repeat(1024 * 1024);
    for (name, runs, reply) in [
        ("s02_20_kb_in_single_bytes_ms", 15, Reply::sse_body(answer(&twenty_kilobytes)).pieces_of(1)),
        ("s18_line_of_1_mb_ms", 15, Reply::sse_body(answer(&megabyte))),
        ("s22_100000_texts_in_one_chunk_ms", 5, Reply::sse_body(says("x").repeat(100_000) + FINISH + DONE)),
    ] {
        let server = ScriptedServer::start(reply).await.unwrap();
        let platforms = Platforms::new(Limits::default());
        let mut times = Vec::new();
        for _ in 0..runs {
            let began = Instant::now();
            ask(&platforms, &server.base_url()).await;
            times.push(began.elapsed());
        }
        figures.insert(name.to_owned(), ms(quantile(&mut times, 50)));
    }

    let mut stops = stops(200).await;
    figures.insert("s58_stop_to_closed_socket_p50_ms".to_owned(), ms(quantile(&mut stops, 50)));
    figures.insert("s58_stop_to_closed_socket_p99_ms".to_owned(), ms(quantile(&mut stops, 99)));
    figures.insert("s45_dead_address_first_ms".to_owned(), ms(dead_address_first().await));
    let (alone, beside) = twenty_at_once().await;
    figures.insert("s60_20_at_once_ms".to_owned(), ms(alone));
    figures.insert("s60_20_at_once_with_a_fault_ms".to_owned(), ms(beside));
    println!("{}", json!({ "bench": "streams", "figures": figures }));
}

/// From Stop to the moment at which the server sees the connection end.
async fn stops(count: usize) -> Vec<Duration> {
    let server = ScriptedServer::start(Reply::sse_body(says("x")).hold_open()).await.unwrap();
    let platforms = Platforms::new(Limits::default());
    let mut times = Vec::new();
    for connection in 0..count {
        let mut chat = platforms.chat(endpoint(&server.base_url()), turn("stop me"));
        while !matches!(chat.next().await, Some(ChatSignal::Event(RunEvent::Text { .. }))) {}
        let began = Instant::now();
        drop(chat);
        let end = server.wait_for_end(connection).await.expect("closed");
        times.push(end.at.saturating_duration_since(began));
    }
    times
}

/// An answer from a host whose first address does not answer.
async fn dead_address_first() -> Duration {
    #[derive(Debug)]
    struct DeadFirst;
    impl Resolver for DeadFirst {
        fn resolve(&self, _: &str) -> Resolving {
            // Reserved for documentation (RFC 3849).
            let dead = IpAddr::V6(Ipv6Addr::new(0x2001, 0xDB8, 0, 0, 0, 0, 0, 1));
            Box::pin(async move { io::Result::Ok(vec![dead, IpAddr::V4(Ipv4Addr::LOCALHOST)]) })
        }
    }
    let server = ScriptedServer::start(Reply::sse_body(answer("a"))).await.unwrap();
    let platforms = Platforms::with_resolver(Limits::default(), Arc::new(DeadFirst));
    let began = Instant::now();
    ask(&platforms, &format!("http://{NAME}:{}", server.address().port())).await;
    began.elapsed()
}

/// Twenty answers at once, first all whole, then with one that is cut; the time of the slowest whole one.
async fn twenty_at_once() -> (Duration, Duration) {
    let text = "word ".repeat(2000);
    let server = ScriptedServer::start(move |request: &Recorded| {
        let whole = Reply::sse_body(says(&text) + FINISH + DONE).pieces_of(256);
        let broken = String::from_utf8_lossy(&request.body).contains("break");
        if broken { Reply::sse_body(says("begun")).reset() } else { whole }
    })
    .await
    .unwrap();
    let platforms = Platforms::new(Limits::default());
    let mut slowest = Vec::new();
    for broken in [None, Some(13)] {
        let began = Instant::now();
        let mut asked = tokio::task::JoinSet::new();
        for number in 0..20 {
            let breaks = broken == Some(number);
            let chat = platforms.chat(endpoint(&server.base_url()), turn(if breaks { "break" } else { "go on" }));
            asked.spawn(async move {
                let end = ended(chat).await;
                assert_eq!(matches!(end, RunEvent::Finished { .. }), !breaks, "{end:?}");
            });
        }
        while let Some(asked) = asked.join_next().await {
            asked.expect("no panic");
        }
        slowest.push(began.elapsed());
    }
    (slowest.first().copied().unwrap_or_default(), slowest.last().copied().unwrap_or_default())
}

async fn ask(platforms: &Platforms, server: &str) {
    let end = ended(platforms.chat(endpoint(server), turn("Hi"))).await;
    assert!(matches!(end, RunEvent::Finished { .. }), "{end:?}");
}

async fn ended(mut chat: hub_platforms::Chat) -> RunEvent {
    let mut end = None;
    while let Some(signal) = chat.next().await {
        if let ChatSignal::Event(event) = signal
            && event.ends_run()
        {
            end = Some(event);
        }
    }
    end.expect("a run ends")
}

fn endpoint(server: &str) -> Endpoint {
    Endpoint {
        platform: PlatformId::OpenaiCompatible,
        base_url: format!("{server}/v1"),
        fields: Default::default(),
        secrets: [(API_KEY.to_owned(), SecretString::from("sk-test-0123456789"))].into(),
        network: Network { proxy: Proxy::None, ca_file: None },
    }
}

fn turn(text: &str) -> Turn {
    Turn { model: Some(ModelId::from("demo")), text: text.to_owned(), ..Turn::default() }
}

fn says(text: &str) -> String {
    let text = json!(text);
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{text}}}}}]}}\n\n")
}

fn answer(text: &str) -> String {
    says(text) + FINISH + DONE
}

/// The time below which `percent` of them lie.
fn quantile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(place).copied().unwrap_or_default()
}

fn ms(time: Duration) -> Value {
    json!((time.as_secs_f64() * 1_000_000.0).round() / 1000.0)
}
