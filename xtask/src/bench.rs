//! `cargo xtask bench`: figures, each beside a peer or a floor measured in the same run. A figure decides no test.
//!
//! Most benches are programs of the test package, built as shipped but without link-time optimisation. Each prints one
//! line of JSON to standard output and a line a figure for people to standard error.

mod hub_page;
mod size;
mod start;
mod ui;

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::args::BenchOptions;
use crate::progress::step;
use crate::setup::{self, Need};
use crate::{page, process, workspace};

/// How a bench is run.
#[derive(Debug, Clone, Copy)]
enum How {
    /// A program of `tests/core`, by its name.
    Program(&'static str),
    /// A bench target of a crate.
    Target(&'static str, &'static str),
    /// A large Hub in the core, then in the window.
    Hub,
    /// Sizes of what is shipped.
    Size,
    /// The window beside an empty one.
    Start,
    /// The page in another browser, then in the window.
    Ui,
}

const BENCHES: &[(&str, &str, How)] = &[
    ("sse", "the decoder beside other decoders", How::Program("bench_sse")),
    ("dialects", "decoder and dialect beside a bare JSON parser, for every dialect", How::Program("bench_dialects")),
    ("relay", "from the socket to the reader, beside a bare socket and curl", How::Program("bench_relay")),
    ("streams", "times of the S rows", How::Program("bench_streams")),
    ("store", "a million messages: open, list, search", How::Target("hub-store", "store")),
    ("hub", "2,000 agents, 200 groups, 5,000 members: who sees what, bundles out and in", How::Hub),
    ("size", "the page and the program as shipped", How::Size),
    (
        "ui",
        "a long answer in Chromium, ten times, and in the window: busy time, gaps, memory, first load, typing",
        How::Ui,
    ),
    ("start", "first paint and memory, beside an empty window", How::Start),
];

pub(crate) fn bench(options: &BenchOptions) -> Result<()> {
    if options.list {
        for (name, about, _) in BENCHES {
            println!("{name:<10} {about}");
        }
        return Ok(());
    }
    if let Some(unknown) = options.names.iter().find(|name| !BENCHES.iter().any(|(known, ..)| known == *name)) {
        bail!("there is no bench `{unknown}`; `cargo xtask bench --list` names them");
    }
    let wanted = |name: &str| options.names.is_empty() || options.names.iter().any(|asked| asked == name);
    for (name, _, how) in BENCHES.iter().filter(|(name, ..)| wanted(name)) {
        match how {
            How::Program(program) => step(&format!("Bench {name}"), || run_program(program))?,
            How::Target(package, bench) => step(&format!("Bench {name}"), || {
                process::run(process::cargo().args(["bench", "--package", package, "--bench", bench]))
            })?,
            How::Hub => step("Bench hub", || {
                run_program("bench_hub")?;
                build_page(options)?;
                setup::prepare(&[Need::Shell, Need::Screen, Need::Driver], options.consent)?;
                hub_page::measure()
            })?,
            How::Size => step("Bench size", || {
                build_page(options)?;
                size::measure()
            })?,
            How::Ui => step("Bench ui", || {
                build_page(options)?;
                setup::prepare(&[Need::Shell, Need::Screen, Need::Driver, Need::Chromium], options.consent)?;
                ui::measure()
            })?,
            How::Start => step("Bench start", || {
                build_page(options)?;
                setup::prepare(&[Need::Shell, Need::Screen], options.consent)?;
                start::measure()
            })?,
        }
    }
    Ok(())
}

/// Builds with the profile of benches.
fn cargo_bench_profile(what: &[&str]) -> Result<()> {
    process::run(process::cargo().args(["build", "--profile", "bench"]).args(what))
}

fn run_program(program: &str) -> Result<()> {
    cargo_bench_profile(&["--package", "hub-tests-core", "--package", "hub-cli", "--bin", program, "--bin", "hub"])?;
    let built = workspace::target_dir()?.join("release");
    let mut command = Command::new(built.join(program));
    command.env("HUB_BIN", built.join("hub")).current_dir(workspace::root());
    process::run(&mut command)
}

fn build_page(options: &BenchOptions) -> Result<()> {
    let toolchain = setup::prepare(&[Need::Page], options.consent)?.context("no toolchain for the page")?;
    page::build(&toolchain)
}

/// One figure as it goes into the line of JSON.
struct Figure {
    name: &'static str,
    value: f64,
    goal: Option<f64>,
}

/// Tells people on standard error and scripts on standard output.
fn print(bench: &str, figures: &[Figure]) {
    let mut members = Vec::new();
    for figure in figures {
        let value = (figure.value * 1000.0).round() / 1000.0;
        let goal = figure.goal.map(|goal| format!(",\"goal\":{goal},\"reached\":{}", value <= goal));
        eprintln!("{bench}: {} = {value}", figure.name);
        members.push(format!("\"{}\":{{\"value\":{value}{}}}", figure.name, goal.unwrap_or_default()));
    }
    println!("{{\"bench\":\"{bench}\",\"figures\":{{{}}}}}", members.join(","));
}
