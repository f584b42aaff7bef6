//! How long rows of the suite `streams` take, through the real transport over real sockets: `cargo xtask bench streams`.
//! Medians where nothing else is said.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use hub_contract::catalogue::API_KEY;
use hub_contract::id::ModelId;
use hub_contract::{PlatformId, RunEvent};
use hub_platforms::{Chat, ChatSignal, Endpoint, Limits, Network, Platforms, Proxy, Resolver, Resolving, Turn};
use hub_sim::{Recorded, Reply, ScriptedServer};
use hub_tests_core::figures::{Figures, median, percentile};
use secrecy::SecretString;
use serde_json::json;
use tokio::task::JoinSet;

const FINISH: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const DONE: &str = "data: [DONE]\n\n";
const RUNS: usize = 7;
const STOPS: usize = 200;
/// The host of S45.
const NAME: &str = "llm.example";

#[tokio::main]
async fn main() -> Result<()> {
    hub_platforms::install_crypto();
    let mut figures = Figures::new("streams");
    let twenty_kilobytes = "返修率 ".repeat(2048);
    let megabyte = "x".repeat(1024 * 1024);
    for (name, goal, reply) in [
        ("s02_20_kb_in_single_bytes_ms", 1000.0, Reply::sse_body(answer(&twenty_kilobytes)).pieces_of(1)),
        ("s18_line_of_1_mb_ms", 100.0, Reply::sse_body(answer(&megabyte))),
        ("s22_100000_texts_in_one_chunk_ms", 1000.0, Reply::sse_body(says("x").repeat(100_000) + FINISH + DONE)),
    ] {
        let server = ScriptedServer::start(reply).await?;
        let platforms = Platforms::new(Limits::default());
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let began = Instant::now();
            ask(&platforms, &server.base_url()).await?;
            times.push(millis(began));
        }
        figures.add(name, median(&times), Some(goal));
    }

    let stops = stops().await?;
    figures.add("s58_stop_to_closed_socket_median_ms", median(&stops), None);
    figures.add("s58_stop_to_closed_socket_p99_ms", percentile(&stops, 0.99), Some(200.0));
    figures.add("s45_dead_address_first_ms", dead_address_first().await?, Some(1000.0));
    figures.add("s60_20_at_once_ms", twenty_at_once(None).await?, None);
    figures.add("s60_20_at_once_with_one_cut_ms", twenty_at_once(Some(13)).await?, None);
    figures.print();
    Ok(())
}

/// From Stop to the moment at which the server sees the connection end, in milliseconds.
async fn stops() -> Result<Vec<f64>> {
    let server = ScriptedServer::start(Reply::sse_body(says("x")).hold_open()).await?;
    let platforms = Platforms::new(Limits::default());
    let mut times = Vec::new();
    for connection in 0..STOPS {
        let mut chat = platforms.chat(endpoint(&server.base_url()), turn("stop me"));
        while !matches!(chat.next().await, Some(ChatSignal::Event(RunEvent::Text { .. }))) {}
        let began = Instant::now();
        drop(chat);
        let end = server.wait_for_end(connection).await?;
        times.push(end.at.saturating_duration_since(began).as_secs_f64() * 1000.0);
    }
    Ok(times)
}

/// An answer from a host whose first address does not answer, in milliseconds.
async fn dead_address_first() -> Result<f64> {
    #[derive(Debug)]
    struct DeadFirst;
    impl Resolver for DeadFirst {
        fn resolve(&self, _: &str) -> Resolving {
            // Reserved for documentation (RFC 3849).
            let dead = IpAddr::V6(Ipv6Addr::new(0x2001, 0xDB8, 0, 0, 0, 0, 0, 1));
            Box::pin(async move { Ok(vec![dead, IpAddr::V4(Ipv4Addr::LOCALHOST)]) })
        }
    }
    let server = ScriptedServer::start(Reply::sse_body(answer("a"))).await?;
    let platforms = Platforms::with_resolver(Limits::default(), Arc::new(DeadFirst));
    let began = Instant::now();
    ask(&platforms, &format!("http://{NAME}:{}", server.address().port())).await?;
    Ok(millis(began))
}

/// Twenty answers at once, of which one may be cut; milliseconds until the last one has ended.
async fn twenty_at_once(broken: Option<usize>) -> Result<f64> {
    let text = "word ".repeat(2000);
    let server = ScriptedServer::start(move |request: &Recorded| {
        if String::from_utf8_lossy(&request.body).contains("break") {
            Reply::sse_body(says("begun")).reset()
        } else {
            Reply::sse_body(says(&text) + FINISH + DONE).pieces_of(256)
        }
    })
    .await?;
    let platforms = Platforms::new(Limits::default());
    let began = Instant::now();
    let mut asked = JoinSet::new();
    for number in 0..20 {
        let breaks = broken == Some(number);
        let chat = platforms.chat(endpoint(&server.base_url()), turn(if breaks { "break" } else { "go on" }));
        asked.spawn(async move {
            let end = ended(chat).await?;
            ensure!(matches!(end, RunEvent::Finished { .. }) != breaks, "answer {number}: {end:?}");
            Ok(())
        });
    }
    while let Some(asked) = asked.join_next().await {
        asked??;
    }
    Ok(millis(began))
}

async fn ask(platforms: &Platforms, server: &str) -> Result<()> {
    let end = ended(platforms.chat(endpoint(server), turn("Hi"))).await?;
    ensure!(matches!(end, RunEvent::Finished { .. }), "{end:?}");
    Ok(())
}

async fn ended(mut chat: Chat) -> Result<RunEvent> {
    let mut last = None;
    while let Some(signal) = chat.next().await {
        if let ChatSignal::Event(event) = signal {
            last = Some(event);
        }
    }
    last.context("a run ends")
}

fn endpoint(server: &str) -> Endpoint {
    Endpoint {
        platform: PlatformId::OpenaiCompatible,
        base_url: format!("{server}/v1"),
        fields: Default::default(),
        secrets: [(API_KEY.to_owned(), SecretString::from("sk-test-0123456789"))].into(),
        token: None,
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

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
