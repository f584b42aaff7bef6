//! `cargo xtask test`: sets up, builds everything once, then runs suite after suite.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::args::TestOptions;
use crate::progress::step;
use crate::runner::{Counts, Runner};
use crate::setup::{self, Need};
use crate::suites::{self, SUITES, Suite, Takes};
use crate::{binaries, page, process, ui_suite};

/// A suite that runs longer hangs: minutes in CI's depth and in full.
const LIMIT_MINUTES: (u64, u64) = (30, 240);

pub(crate) fn test(options: &TestOptions) -> Result<()> {
    let targets = suites::integration_tests()?;
    if options.list {
        list(&targets);
        return Ok(());
    }
    let chosen = suites::choose(&options.suites)?;
    let mut report = Report::default();
    report.time("set-up", || prepare(&chosen, options))?;
    if chosen.iter().any(|suite| suite.takes == Takes::Lints) {
        report.lint();
    }
    if chosen.iter().any(|suite| suite.takes != Takes::Lints) {
        report.time("build", || step("Building everything once", || build(&chosen, &targets)))?;
        let runner = Runner::find();
        eprintln!("==> Tests are run by {}", runner.name());
        for suite in chosen.iter().filter(|suite| suite.takes != Takes::Lints) {
            report.run(suite, runner, &targets, options.full)?;
        }
    }
    report.close()
}

fn list(targets: &BTreeSet<String>) {
    for suite in SUITES {
        println!("{:10} {}", suite.name, suite.about);
        let named = suite.targets(targets);
        if !named.is_empty() {
            println!("{:10}   tests/{}", "", named.join(", tests/"));
        }
        if suite.takes == Takes::Picked {
            let words: Vec<_> = ui_suite::SHOWN.iter().map(|(word, _)| *word).collect();
            println!("{:10}   {}", "", words.join(", "));
        }
    }
}

fn prepare(chosen: &[&Suite], options: &TestOptions) -> Result<()> {
    let mut needs: Vec<Need> = chosen.iter().flat_map(|suite| suite.needs).copied().collect();
    // The shell embeds the page. With the page built first, the shell is compiled once for all suites.
    if options.suites.is_empty() {
        needs.push(Need::Page);
    }
    if chosen.iter().any(|suite| suite.takes == Takes::Lints) {
        setup::prepare_lints()?;
    }
    if let Some(toolchain) = setup::prepare(&needs, options.consent)? {
        page::build(&toolchain)?;
    }
    Ok(())
}

/// One cargo call for programs and tests together, so that every dependency is compiled with one set of features.
fn build(chosen: &[&Suite], targets: &BTreeSet<String>) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.arg("build").args(binaries::SELECTION);
    if chosen.iter().any(|suite| suite.takes == Takes::Rest) {
        cargo.args(["--lib", "--bins", "--tests"]);
    } else {
        let programs: BTreeSet<_> = chosen.iter().flat_map(|suite| suite.programs).collect();
        cargo.args(programs.into_iter().flat_map(|program| ["--bin", program]));
        cargo.args(chosen.iter().flat_map(|suite| selectors(suite, targets)));
        if chosen.iter().any(|suite| suite.takes == Takes::Picked) {
            cargo.args(ui_suite::TARGETS);
        }
    }
    process::run(&mut cargo)
}

/// The suite's tests as cargo is told them.
fn selectors(suite: &Suite, targets: &BTreeSet<String>) -> Vec<String> {
    let mut words = Vec::new();
    if suite.takes == Takes::Rest {
        words.extend(["--lib".to_owned(), "--bins".to_owned()]);
    }
    for target in suite.targets(targets) {
        words.extend(["--test".to_owned(), target.to_owned()]);
    }
    words
}

/// What was done, how long it took, and what came of it.
#[derive(Debug, Default)]
struct Report {
    rows: Vec<Row>,
    failures: Vec<String>,
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    time: Duration,
    counts: Option<Counts>,
}

impl Report {
    fn time(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let start = Instant::now();
        let done = work();
        self.rows.push(Row { name, time: start.elapsed(), counts: None });
        done
    }

    fn lint(&mut self) {
        let done = self.time("lint", || {
            step("Formatting", || process::run(process::cargo().args(["fmt", "--all", "--check"])))?;
            step("Lints", || {
                process::run(process::cargo().arg("clippy").args(binaries::SELECTION).args([
                    "--all-targets",
                    "--",
                    "--deny",
                    "warnings",
                ]))
            })
        });
        if let Err(error) = done {
            eprintln!("    {error:#}");
            self.failures.push("lint".to_owned());
        }
    }

    fn run(&mut self, suite: &Suite, runner: Runner, targets: &BTreeSet<String>, full: bool) -> Result<()> {
        eprintln!("==> Suite {}: {}", suite.name, suite.about);
        let calls = match suite.takes {
            Takes::Picked => ui_suite::calls(runner)?,
            _ => Vec::from_iter(Some(selectors(suite, targets)).filter(|selectors| !selectors.is_empty())),
        };
        if calls.is_empty() {
            self.rows.push(Row { name: suite.name, time: Duration::ZERO, counts: Some(Counts::default()) });
            self.failures.push(format!("{} (it has no tests)", suite.name));
            return Ok(());
        }
        let minutes = if full { LIMIT_MINUTES.1 } else { LIMIT_MINUTES.0 };
        let start = Instant::now();
        let (mut counts, mut success) = (Counts::default(), true);
        for selectors in calls {
            let outcome = runner.run(&selectors, suite.serial, full, Duration::from_secs(minutes * 60))?;
            counts.add(outcome.counts);
            success &= outcome.success;
        }
        self.rows.push(Row { name: suite.name, time: start.elapsed(), counts: Some(counts) });
        if counts.passed + counts.failed == 0 {
            self.failures.push(format!("{} (it ran no test)", suite.name));
        } else if !success || counts.failed > 0 {
            self.failures.push(suite.name.to_owned());
        }
        Ok(())
    }

    /// Minutes per suite, then the runner's counts added up as the last line.
    fn close(self) -> Result<()> {
        let mut all = Counts::default();
        println!("\n{:10} {:>8}  tests", "suite", "minutes");
        for row in &self.rows {
            let minutes = row.time.as_secs_f64() / 60.0;
            match row.counts {
                None => println!("{:10} {minutes:>8.1}", row.name),
                Some(counts) => {
                    all.add(counts);
                    println!(
                        "{:10} {minutes:>8.1}  {} passed, {} failed, {} skipped",
                        row.name, counts.passed, counts.failed, counts.skipped
                    );
                }
            }
        }
        let total: Duration = self.rows.iter().map(|row| row.time).sum();
        println!("{:10} {:>8.1}", "all", total.as_secs_f64() / 60.0);
        if !self.failures.is_empty() {
            println!("failed: {}", self.failures.join(", "));
        }
        if all != Counts::default() {
            println!("{} passed, {} failed, {} skipped", all.passed, all.failed, all.skipped);
        }
        if self.failures.is_empty() { Ok(()) } else { bail!("{} did not pass", self.failures.join(", ")) }
    }
}
