//! Runs tests and reads the runner's own counts. cargo-nextest is used where it is installed (a process and a time
//! limit for each test); else `cargo test`.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::{binaries, process, workspace};

/// How many tests did what, in the runner's own words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// How a suite ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) counts: Counts,
    pub(crate) success: bool,
}

/// What runs the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runner {
    Nextest,
    CargoTest,
}

impl Runner {
    pub(crate) fn find() -> Self {
        if process::found("cargo-nextest") { Self::Nextest } else { Self::CargoTest }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nextest => "cargo nextest",
            Self::CargoTest => {
                "cargo test (cargo-nextest is not installed, so a hanging test is only ended by its suite's limit)"
            }
        }
    }

    /// Runs the test targets named by `selectors`. `limit` guards the whole of it.
    pub(crate) fn run(self, selectors: &[String], serial: bool, full: bool, limit: Duration) -> Result<Outcome> {
        let mut command = self.command(selectors, serial, full);
        binaries::announce(&mut command)?;
        // Where a failed test leaves its pictures.
        command.env("HUB_TEST_SHOTS", workspace::target_dir()?.join("test-shots"));
        if full {
            command.env("HUB_TEST_FULL", "1");
        }
        eprintln!("    $ {}", process::spell(&command));
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let readers = [
            follow(child.stdout.take().context("no output")?, self),
            follow(child.stderr.take().context("no output")?, self),
        ];
        let status = process::poll(limit, || Ok(child.try_wait()?))?;
        if status.is_none() {
            eprintln!("    still running after {} minutes: ended", limit.as_secs() / 60);
            child.kill()?;
            child.wait()?;
        }
        let mut counts = Counts::default();
        if status.is_some() {
            for reader in readers {
                counts.add(reader.join().unwrap_or_default());
            }
        }
        Ok(Outcome { counts, success: status.is_some_and(|status| status.success()) })
    }

    fn command(self, selectors: &[String], serial: bool, full: bool) -> Command {
        let mut command = process::cargo();
        match self {
            Self::Nextest => {
                command.args(["nextest", "run", "--no-fail-fast", "--no-tests", "fail"]);
                command.args(["--profile", if full { "full" } else { "default" }]);
            }
            Self::CargoTest => {
                command.args(["test", "--no-fail-fast"]);
                if serial {
                    command.env("RUST_TEST_THREADS", "1");
                }
            }
        }
        command.args(binaries::SELECTION).args(selectors);
        command
    }

    /// The counts that one line of output states.
    fn read(self, line: &str) -> Option<Counts> {
        let (summary, separator) = match self {
            // Summary [   0.104s] 12 tests run: 11 passed (1 slow), 1 failed, 3 skipped
            Self::Nextest => (line.trim_start().strip_prefix("Summary [")?.split_once(" run: ")?.1, ','),
            // test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
            Self::CargoTest => (line.strip_prefix("test result: ")?.split_once(". ")?.1, ';'),
        };
        let mut counts = Counts::default();
        for part in summary.split(separator) {
            let mut words = part.split_whitespace();
            let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else {
                continue;
            };
            match words.collect::<Vec<_>>().join(" ").as_str() {
                what if what.starts_with("passed") => counts.passed += number,
                what if what.starts_with("failed") => counts.failed += number,
                "timed out" | "exec failed" => counts.failed += number,
                "ignored" => counts.skipped += number,
                // What nextest calls skipped are mostly the other suites' tests.
                _ => {}
            }
        }
        Some(counts)
    }
}

/// Shows the output as it comes and adds up the counts in it.
fn follow(output: impl Read + Send + 'static, runner: Runner) -> thread::JoinHandle<Counts> {
    thread::spawn(move || {
        let mut counts = Counts::default();
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            if let Some(more) = runner.read(&line) {
                counts.add(more);
            }
        }
        counts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextests_summary_is_read() {
        let read = |line| Runner::Nextest.read(line);
        assert_eq!(
            read("     Summary [   0.104s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped"),
            Some(Counts { passed: 10, failed: 2, skipped: 0 })
        );
        assert_eq!(
            read("     Summary [   0.004s] 1 test run: 1 passed, 0 skipped"),
            Some(Counts { passed: 1, failed: 0, skipped: 0 })
        );
        assert_eq!(read("        PASS [   0.004s] (1/1) Summary tests::x"), None);
    }

    #[test]
    fn cargo_tests_result_is_read() {
        let line = "test result: FAILED. 5 passed; 2 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.00s";
        assert_eq!(Runner::CargoTest.read(line), Some(Counts { passed: 5, failed: 2, skipped: 1 }));
        assert_eq!(Runner::CargoTest.read("test tests::test_result ... ok"), None);
    }
}
