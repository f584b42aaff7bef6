//! What the program adds between a platform's socket and the reader: `cargo xtask bench relay`.
//!
//! One Hub with a real store and real sockets, as `hub chat` and the window have it. The server holds its first text
//! back behind a gate; the clock runs from opening the gate to the event at the contract. Beside it a bare socket that
//! reads the same bytes, which is the floor. Then the processor time per MiB of a long stream, `hub chat` beside curl.

use std::collections::BTreeMap;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hub_contract::PlatformId;
use hub_contract::connection::{ConnectRequest, EnableModelsRequest};
use hub_contract::conversation::{SendRequest, Target};
use hub_contract::id::ModelId;
use hub_contract::run::{AttachRunRequest, RunEvent};
use hub_contract::settings::VaultMode;
use hub_core::{Hub, HubOptions};
use hub_sim::{Gate, Reply, ScriptedServer};
use hub_tests_core::figures::{Figures, median, percentile};
use hub_tests_core::hub_program;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const MODEL: &str = "demo";
/// How often the first text is measured.
const ROUNDS: usize = 100;
/// Text of the long stream, in bytes.
const LONG: usize = 4 * 1024 * 1024;
/// Text of one of its events, in bytes.
const PIECE: usize = 64;

#[tokio::main]
async fn main() -> Result<()> {
    hub_core::install_crypto();
    let mut figures = Figures::new("relay");
    let folder = tempfile::tempdir()?;

    let (floor, ours) = first_text(&folder.path().join("first")).await?;
    figures.add("bare_socket_median_ms", median(&floor), None);
    figures.add("first_text_median_ms", median(&ours), None);
    figures.add("first_text_p99_ms", percentile(&ours, 0.99), None);
    figures.add("added_to_first_text_median_ms", median(&ours) - median(&floor), Some(2.0));

    let (curl, hub) = processor_time(&folder.path().join("long")).await?;
    figures.add("curl_cpu_ms_per_mib", curl, None);
    figures.add("hub_cpu_ms_per_mib", hub, None);
    figures.add("hub_cpu_over_curl", hub / curl, None);
    figures.print();
    Ok(())
}

/// Milliseconds from the server's word to the reader: of a bare socket, and of the Hub.
async fn first_text(data_dir: &std::path::Path) -> Result<(Vec<f64>, Vec<f64>)> {
    let gates: Arc<Mutex<Vec<Gate>>> = Arc::default();
    let waiting = Arc::clone(&gates);
    let server = ScriptedServer::start(move |_: &hub_sim::Recorded| {
        let gate = Gate::new();
        waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(gate.clone());
        Reply::event_stream().send(": ready\n\n").wait(&gate).send(frame("A")).send(END)
    })
    .await?;
    let hub = Hub::open(HubOptions { vault: Some(VaultMode::Session), ..HubOptions::new(data_dir, "0.0.0") }).await?;
    let target = connected(&hub, &server.base_url()).await?;

    let (mut floor, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floor.push(bare(&server, &gates).await?);
        ours.push(relayed(&hub, &target, &gates).await?);
    }
    hub.close().await;
    Ok((floor, ours))
}

async fn bare(server: &ScriptedServer, gates: &Mutex<Vec<Gate>>) -> Result<f64> {
    let address = server.base_url().trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&address).await?;
    socket.set_nodelay(true)?;
    let request = format!("POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\ncontent-length: 2\r\n\r\n{{}}");
    socket.write_all(request.as_bytes()).await?;
    let mut seen = Vec::new();
    read_until(&mut socket, &mut seen, b": ready").await?;
    let began = open_next(gates).await?;
    read_until(&mut socket, &mut seen, b"delta").await?;
    Ok(millis(began))
}

async fn read_until(socket: &mut TcpStream, seen: &mut Vec<u8>, words: &[u8]) -> Result<()> {
    while !seen.windows(words.len()).any(|window| window == words) {
        ensure!(socket.read_buf(seen).await? > 0, "the server closed the connection");
    }
    Ok(())
}

async fn relayed(hub: &Hub, target: &Target, gates: &Mutex<Vec<Gate>>) -> Result<f64> {
    let sent = hub.chat_send(question(target.clone())).await?;
    let heard = Arc::new(Mutex::new(None));
    let attached = {
        let (hub, heard, run) = (hub.clone(), Arc::clone(&heard), sent.run.clone());
        tokio::spawn(async move {
            let request = AttachRunRequest { run, from_seq: 0 };
            hub.run_attach(request, |frame| {
                if matches!(frame.event, RunEvent::Text { .. }) {
                    let now = Instant::now();
                    heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(now);
                }
            })
            .await
        })
    };
    let began = open_next(gates).await?;
    attached.await??;
    let heard = heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    Ok(heard.context("no text came")?.duration_since(began).as_secs_f64() * 1000.0)
}

/// Opens the gate of the next request and says when.
async fn open_next(gates: &Mutex<Vec<Gate>>) -> Result<Instant> {
    let guard = Instant::now();
    loop {
        let gate = gates.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        if let Some(gate) = gate {
            // The server is at its gate when the comment before it has been written; give that its turn.
            tokio::time::sleep(Duration::from_millis(5)).await;
            let began = Instant::now();
            gate.open();
            return Ok(began);
        }
        ensure!(guard.elapsed().as_secs() < 30, "nobody asked");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Milliseconds of processor time per MiB of text: of curl, and of `hub chat`.
async fn processor_time(data_dir: &std::path::Path) -> Result<(f64, f64)> {
    let events: String = (0..LONG / PIECE).map(|_| frame(&"a".repeat(PIECE))).collect();
    let body = events + END;
    let server = ScriptedServer::start(Reply::event_stream().send(body)).await?;
    let hub =
        Hub::open(HubOptions { vault: Some(VaultMode::Passphrase), ..HubOptions::new(data_dir, "0.0.0") }).await?;
    let Target::Model { connection, model } = connected(&hub, &server.base_url()).await? else {
        anyhow::bail!("a model was asked for");
    };
    hub.close().await;
    drop(hub);

    let url = format!("{}/v1/chat/completions", server.base_url());
    let curl = cpu_of(Command::new("curl").args(["-sN", "-d", "{}", &url])).await?;
    let address = format!("{connection}/{model}");
    let chat = ["chat", "--json", "--vault", "session", "--model", &address, "--data-dir"];
    let hub = cpu_of(Command::new(hub_program()).args(chat).arg(data_dir).arg("Go on")).await?;
    let mib = LONG as f64 / (1024.0 * 1024.0);
    Ok((curl / mib, hub / mib))
}

/// Milliseconds of processor time that a program takes to its end.
async fn cpu_of(command: &mut Command) -> Result<f64> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut out = child.stdout.take().context("no output")?;
    let pid = child.id();
    let last = tokio::task::spawn_blocking(move || -> Result<f64> {
        let mut buffer = vec![0_u8; 256 * 1024];
        let mut cpu = 0.0_f64;
        while out.read(&mut buffer)? > 0 {
            cpu = cpu.max(cpu_so_far(pid).unwrap_or(0.0));
        }
        // The output is closed when the program ends; until it is waited for its times can still be read.
        Ok(cpu.max(cpu_so_far(pid).unwrap_or(0.0)))
    })
    .await??;
    let status = child.wait()?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(last)
}

/// User and system time of a process, from `/proc/<pid>/stat` (proc(5), fields 14 and 15, in ticks of 10 ms).
fn cpu_so_far(pid: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: f64 = fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?;
    Some(ticks * 10.0)
}

async fn connected(hub: &Hub, base_url: &str) -> Result<Target> {
    let request = ConnectRequest {
        platform: PlatformId::OpenaiCompatible,
        name: Some("bench".to_owned()),
        base_url: Some(format!("{base_url}/v1")),
        fields: BTreeMap::new(),
        secrets: BTreeMap::new(),
        proxy: None,
        verify: false,
        allow_plain_http: false,
        as_typed: false,
    };
    let connection = hub.connection_add(request).await?.id;
    let model = ModelId::from(MODEL);
    let enable = EnableModelsRequest { connection: connection.clone(), models: vec![model.clone()], enabled: true };
    hub.models_enable(enable).await?;
    Ok(Target::Model { connection, model })
}

fn question(target: Target) -> SendRequest {
    SendRequest {
        conversation: None,
        target: Some(target),
        parent: None,
        text: "Go on".to_owned(),
        attachments: Vec::new(),
        inputs: BTreeMap::new(),
        answer: BTreeMap::new(),
    }
}

fn frame(text: &str) -> String {
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n")
}

const END: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
