//! The window beside an empty one built from the same versions: time to the first paint, memory at rest.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Figure, cargo_bench_profile, print};
use crate::headless::Shown;
use crate::sweeper::Sweeper;
use crate::{headless, workspace};

/// How often each is started; the middle one counts.
const ROUNDS: usize = 5;
/// Most that the window may take, as a multiple of the empty one.
const PAINT_GOAL: f64 = 1.5;
const MEMORY_GOAL: f64 = 1.25;

pub(super) fn measure() -> Result<()> {
    cargo_bench_profile(&["--workspace", "--features", "hub-desktop/custom-protocol", "--bin", "hub-desktop"])?;
    cargo_bench_profile(&["--package", "hub-tests-desktop", "--example", "empty_window"])?;
    let built = workspace::target_dir()?.join("release");
    let hub = sampled(|| {
        let data = workspace::target_dir()?.join("bench/start");
        // Empty each time: the first start of a new person.
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        let mut program = Command::new(built.join("hub-desktop"));
        program.arg("--data-dir").arg(&data).args(["--vault", "session"]);
        Ok(program)
    })?;
    let empty = sampled(|| Ok(Command::new(built.join("examples/empty_window"))))?;
    print(
        "start",
        &[
            Figure { name: "empty_first_paint_s", value: empty.seconds, goal: None },
            Figure { name: "first_paint_s", value: hub.seconds, goal: None },
            Figure { name: "first_paint_over_empty", value: hub.seconds / empty.seconds, goal: Some(PAINT_GOAL) },
            Figure { name: "empty_memory_mib", value: empty.memory_mib, goal: None },
            Figure { name: "memory_mib", value: hub.memory_mib, goal: None },
            Figure { name: "memory_over_empty", value: hub.memory_mib / empty.memory_mib, goal: Some(MEMORY_GOAL) },
        ],
    );
    Ok(())
}

/// The middle of several starts.
fn sampled(program: impl Fn() -> Result<Command>) -> Result<Shown> {
    let mut shown = Vec::new();
    for _ in 0..ROUNDS {
        let mut sweeper = Sweeper::start()?;
        shown.push(headless::show(&program()?, &mut sweeper)?);
    }
    ensure!(!shown.is_empty(), "nothing was started");
    let middle = |value: fn(&Shown) -> f64| {
        let mut values: Vec<f64> = shown.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().context("nothing was started")
    };
    Ok(Shown { seconds: middle(|shown| shown.seconds)?, memory_mib: middle(|shown| shown.memory_mib)? })
}
