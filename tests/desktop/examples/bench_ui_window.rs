//! The page in the program's window: an answer of 2,000 lines into a conversation of 1,000 messages, slow and fast; the end
//! of a conversation of 10,000; typing behind 100 KB. Gaps are the page's own heartbeat, a commit is a batch of changes
//! that one observer is told together, and processor time is the kernel's.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hub_contract::PlatformId;
use hub_contract::connection::{ConnectRequest, EnableModelsRequest};
use hub_contract::conversation::Target;
use hub_contract::settings::VaultMode;
use hub_core::{Hub, HubOptions};
use hub_sim::ScriptedServer;
use hub_tests_core::conversations::{LONG, long_with};
use hub_tests_core::figures::{Figures, percentile};
use hub_tests_desktop::scripted::{Answer, MODEL};
use hub_tests_desktop::{Keychain, Machine, MachineOptions, Start, Window, field, link};
use serde_json::json;

const PASSPHRASE: &str = "a passphrase of a bench";
/// A token is a chunk.
const TOKENS: usize = 20_000;
const LINES: usize = 2_000;
const KEYS: usize = 100;

/// A beat with every frame's time to spare; changes of the page, as often as they come.
const LISTEN: &str = "
    const beat = window.hubBeat = { gap: 0, commits: 0, on: true };
    let last = performance.now();
    const tick = () => {
        const now = performance.now();
        beat.gap = Math.max(beat.gap, now - last);
        last = now;
        if (beat.on) setTimeout(tick, 4);
    };
    tick();
    new MutationObserver(() => beat.commits++)
        .observe(document.querySelector('main'), { childList: true, characterData: true, subtree: true });
";
const HEARD: &str = "window.hubBeat.on = false; return [window.hubBeat.gap, window.hubBeat.commits];";
const GROWS: &str = "return document.querySelector('article[aria-busy=\"true\"]') !== null;";

/// From a click on the conversation to its last answer in the page.
const OPEN: &str = "
    const [title, words, done] = arguments;
    const entry = [...document.querySelectorAll('a')].find(link => link.textContent.includes(title));
    const begin = performance.now();
    const look = () => {
        const shown = [...document.querySelectorAll('article')].at(-1)?.textContent.includes(words);
        if (shown) done(performance.now() - begin); else requestAnimationFrame(look);
    };
    entry.click();
    requestAnimationFrame(look);
";

/// Types behind a long text: each key with everything that the page does for it, layout included.
const TYPE: &str = "
    const [length, keys, done] = arguments;
    const field = document.querySelector('textarea');
    const put = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set;
    put.call(field, 'The quick brown fox. '.repeat(length / 21));
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    field.focus();
    const times = [];
    const type = () => requestAnimationFrame(() => {
        const begin = performance.now();
        document.execCommand('insertText', false, 'x');
        setTimeout(() => {
            field.getBoundingClientRect();
            times.push(performance.now() - begin);
            if (times.length < keys) type(); else done(times);
        }, 0);
    });
    setTimeout(type, 500);
";

#[tokio::main]
async fn main() -> Result<()> {
    let mut figures = Figures::new("ui_window");
    for rate in [200, 2_000] {
        answer(rate, &mut figures).await?;
    }
    long_conversation(&mut figures).await?;
    figures.print();
    Ok(())
}

/// An answer at so many tokens a second.
async fn answer(rate: u32, figures: &mut Figures) -> Result<()> {
    let model = ScriptedServer::start(Answer { lines: LINES, chunks: TOKENS, rate }.platform()).await?;
    let machine = machine().await?;
    let window = filled(&machine, &model, 1_000).await?;
    window.click(&link(LONG)).await?;
    window.sees("Answer 499.").await?;
    window.run(LISTEN, vec![]).await?;
    window.fill(&field("Message"), "At length, please").await?;
    window.type_into(&field("Message"), "\u{E007}").await?;
    let begin = Instant::now();
    let expected = Duration::from_secs_f64(TOKENS as f64 / f64::from(rate));
    let mut used = Vec::new();
    for tenth in [0.0, 0.1, 0.9, 1.0] {
        tokio::time::sleep(expected.mul_f64(tenth).saturating_sub(begin.elapsed())).await;
        used.push(window.page_seconds()?);
    }
    while window.run(GROWS, vec![]).await? == true {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let took = begin.elapsed().as_secs_f64();
    let (gap, commits): (f64, f64) = serde_json::from_value(window.run(HEARD, vec![]).await?)?;
    if let [start, first, ninth, tenth] = used.as_slice() {
        let ratio = (tenth - ninth) / (first - start).max(0.01);
        figures.add(&format!("at_{rate}_last_tenth_over_first"), ratio, Some(1.3));
    }
    figures.add(&format!("at_{rate}_largest_gap_ms"), gap, Some(50.0));
    figures.add(&format!("at_{rate}_commits_per_s"), commits / took, Some(30.0));
    figures.add(
        &format!("at_{rate}_processor_share"),
        (window.page_seconds()? - used.first().copied().unwrap_or_default()) / took,
        None,
    );
    machine.close(window).await
}

async fn long_conversation(figures: &mut Figures) -> Result<()> {
    let model = ScriptedServer::start(Answer::default().platform()).await?;
    let machine = machine().await?;
    let window = filled(&machine, &model, 10_000).await?;
    window.finds(&link(LONG)).await?;
    let opened = window.run_async(OPEN, vec![json!(LONG), json!("Answer 4999.")]).await?;
    figures.add("end_of_10000_messages_ms", opened.as_f64().context("it did not open")?, Some(150.0));
    let times = window.run_async(TYPE, vec![json!(100 * 1024), json!(KEYS)]).await?;
    let times: Vec<f64> = serde_json::from_value(times)?;
    figures.add("key_behind_100_kb_p95_ms", percentile(&times, 0.95), Some(16.0));
    machine.close(window).await
}

async fn machine() -> Result<Machine> {
    Machine::start(MachineOptions { keychain: Keychain::None, ..MachineOptions::default() }).await
}

/// A window on a Hub with the scripted model and a long conversation with it.
async fn filled(machine: &Machine, model: &ScriptedServer, messages: usize) -> Result<Window> {
    hub_core::install_crypto();
    let hub = Hub::open(HubOptions {
        vault: Some(VaultMode::Passphrase),
        passphrase: Some(PASSPHRASE.into()),
        ..HubOptions::new(machine.data_dir(), env!("CARGO_PKG_VERSION"))
    })
    .await?;
    let connection = hub
        .connection_add(ConnectRequest {
            platform: PlatformId::OpenaiCompatible,
            name: Some("Scripted".to_owned()),
            base_url: Some(format!("{}/v1", model.base_url())),
            fields: Default::default(),
            secrets: Default::default(),
            proxy: None,
            verify: true,
            allow_plain_http: false,
            as_typed: false,
        })
        .await?
        .id;
    let models = vec![MODEL.into()];
    hub.models_enable(EnableModelsRequest { connection: connection.clone(), models, enabled: true }).await?;
    hub.close().await;
    long_with(&machine.data_dir(), messages, Target::Model { connection, model: MODEL.into() }).await?;
    let start = Start { vault: Some("passphrase"), passphrase: Some(PASSPHRASE.to_owned()), ..Start::default() };
    machine.open(start).await
}
