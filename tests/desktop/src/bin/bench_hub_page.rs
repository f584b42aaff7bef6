//! A large Hub in the window: `bench_hub_page DATA_DIR`, a directory that `bench_hub --fill` made. From a key in the
//! search field to the rows in the page, by the page's own clock.
#![cfg(unix)]

use anyhow::{Context, Result, ensure};
use hub_tests_core::figures::{Figures, median, percentile};
use hub_tests_desktop::{Keychain, Machine, MachineOptions, Start, field, link, region, row};
use serde_json::json;

const SEARCH: &str = "Search name, description, connection or ID";
const RUNS: usize = 100;

/// Types into a field as a person does, and waits until the rows are others; the last microtask after the page's own
/// changes ends the measure. Milliseconds of each run.
const FILTER: &str = r#"
const [label, runs, done] = arguments;
const field = document.querySelector(`input[aria-label="${label}"]`);
const page = document.querySelector('main');
const put = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
(async () => {
  for (let run = 0; run < runs; run++) {
    const text = run % 2 ? '' : `agent ${run * 17}`;
    const seen = new Promise((resolve) => {
      const observer = new MutationObserver(() => { observer.disconnect(); resolve(); });
      observer.observe(page, { childList: true, subtree: true, characterData: true });
    });
    performance.mark(`typed ${run}`);
    put.call(field, text);
    field.dispatchEvent(new InputEvent('input', { bubbles: true, data: text, inputType: 'insertText' }));
    await seen;
    performance.measure('filter', `typed ${run}`);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  }
  done(performance.getEntriesByName('filter').map((entry) => entry.duration));
})();
"#;

#[tokio::main]
async fn main() -> Result<()> {
    let data_dir = std::env::args_os().nth(1).context("bench_hub_page DATA_DIR")?.into();
    let machine = Machine::start(MachineOptions { keychain: Keychain::None, ..MachineOptions::default() }).await?;
    let start = Start { data_dir: Some(data_dir), vault: Some("session"), ..Start::default() };
    let window = machine.open(start).await?;
    window.click(&link("Agents").inside(region("Main navigation"))).await?;
    window.finds(&row("agent 0")).await?;
    window.finds(&field(SEARCH)).await?;
    let times = window.run_async(FILTER, vec![json!(SEARCH), json!(RUNS)]).await?;
    let times: Vec<f64> = serde_json::from_value(times).context("the page measured nothing")?;
    ensure!(times.len() == RUNS, "{} runs were measured", times.len());
    let mut figures = Figures::new("hub_page");
    figures.add("filter_and_commit_median_ms", median(&times), None);
    figures.add("filter_and_commit_p95_ms", percentile(&times, 0.95), Some(16.0));
    figures.print();
    machine.close(window).await
}
