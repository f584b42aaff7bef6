//! The page in Chromium: `bench_ui_browser ADDRESS TURNS`, of a page server with its scripted model. The figures are those
//! that web builds of other clients were measured by: long tasks by the page's own observer, the rest by the browser's
//! DevTools protocol and the kernel.
#![cfg(unix)]

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fantoccini::{Client, Locator};
use hub_tests_core::figures::Figures;
use hub_tests_desktop::Chromium;
use serde_json::{Value, json};

const ENTER: &str = "\u{E007}";
const MIB: f64 = 1024.0 * 1024.0;
/// An answer that takes longer has stopped.
const LONGEST_TURN: Duration = Duration::from_secs(300);
/// How often the page is looked at while an answer grows; each look costs it a little.
const LOOK: Duration = Duration::from_millis(500);

/// Runs before the page's own scripts: notes when the composer can be seen, and every task of more than 50 ms.
const WATCH: &str = "
    window.hubSeen = { composer: null, tasks: [] };
    new PerformanceObserver(list => {
        for (const task of list.getEntries()) window.hubSeen.tasks.push(task.duration);
    }).observe({ entryTypes: ['longtask'] });
    const look = () => {
        if (document.querySelector('textarea')?.getClientRects().length) window.hubSeen.composer = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
";
const COMPOSER: &str = "return window.hubSeen.composer;";
const TASKS: &str = "return window.hubSeen.tasks.splice(0);";
/// The page itself is a resource too.
const TRANSFERRED: &str = "
    const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return entries.filter(entry => !entry.name.includes('/bridge/')).reduce((sum, entry) => sum + entry.transferSize, 0);
";
const GROWS: &str = "return document.querySelector('article[aria-busy=\"true\"]') !== null;";

/// What one answer cost.
struct Turn {
    busy_s: f64,
    longest_task_ms: f64,
    renderer_mib: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let address = words.next().context("bench_ui_browser ADDRESS TURNS")?;
    let turns: usize = words.next().context("bench_ui_browser ADDRESS TURNS")?.parse()?;
    let browser = Chromium::start().await?;
    browser.tell("Performance.enable", json!({})).await?;
    browser.tell("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await?;
    browser.page.goto(&address).await?;
    let composer = number(&browser.page, COMPOSER).await?;
    let transferred = number(&browser.page, TRANSFERRED).await?;
    browser.page.execute(TASKS, vec![]).await?;

    let mut figures = Figures::new("ui_browser");
    figures.add("composer_visible_cold_ms", composer, Some(1_000.0));
    figures.add("transferred_mib", transferred / MIB, Some(2.0));
    for number in 1..=turns {
        let turn = ask(&browser, number).await?;
        eprintln!("turn {number}: {:.2} s busy, {:.1} MiB", turn.busy_s, turn.renderer_mib);
        if number == 1 || number == turns {
            figures.add(&format!("turn_{number}_busy_s"), turn.busy_s, Some(3.0));
            figures.add(&format!("turn_{number}_longest_task_ms"), turn.longest_task_ms, Some(100.0));
            figures.add(&format!("turn_{number}_renderer_mib"), turn.renderer_mib, Some(200.0));
        }
    }
    figures.print();
    Ok(())
}

/// Asks once and waits for the whole answer.
async fn ask(browser: &Chromium, number: usize) -> Result<Turn> {
    let before = browser.metric("TaskDuration").await?;
    let composer = browser.page.wait().for_element(Locator::Css("textarea")).await?;
    composer.send_keys(&format!("Question {number}{ENTER}")).await?;
    let begin = Instant::now();
    let mut renderer_mib = f64::MIN;
    let mut began = false;
    loop {
        tokio::time::sleep(LOOK).await;
        renderer_mib = renderer_mib.max(browser.renderer_mib()?);
        let grows = browser.page.execute(GROWS, vec![]).await? == true;
        if began && !grows {
            break;
        }
        began |= grows;
        ensure!(begin.elapsed() < LONGEST_TURN, "the answer of turn {number} does not end");
    }
    let busy_s = browser.metric("TaskDuration").await? - before;
    let tasks: Vec<f64> = serde_json::from_value(browser.page.execute(TASKS, vec![]).await?)?;
    // The browser tells no task of less than 50 ms.
    let longest_task_ms = tasks.into_iter().fold(0.0, f64::max);
    Ok(Turn { busy_s, longest_task_ms, renderer_mib })
}

/// What a script answers, once it is a number.
async fn number(page: &Client, script: &str) -> Result<f64> {
    let begin = Instant::now();
    loop {
        let answer: Value = page.execute(script, vec![]).await?;
        if let Some(number) = answer.as_f64() {
            return Ok(number);
        }
        ensure!(begin.elapsed() < LONGEST_TURN, "the page does not say: {script}");
        tokio::time::sleep(LOOK).await;
    }
}
