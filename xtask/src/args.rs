//! The command line, read by hand: a parser crate would cost more compile time than the rest of this program.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::setup::Consent;

pub(crate) const HELP: &str = "\
cargo xtask run  [--demo] [--lang zh-CN|en] [--release] [--headless DIR] [--yes] [-- ARGS...]
    Builds the page and the shell and opens the window. ARGS go to the program.
    --demo      a scratch Hub with made-up data and simulated platforms; no key needed, nothing left behind
    --headless  no display needed: the window opens in Xvfb, its picture is written to DIR
cargo xtask test [SUITE...] [--full] [--list] [--yes]
    Runs every suite, or the named ones. --full runs the counts as written in the issues, not CI's share of them.
cargo xtask ui   [--serve PORT [--lang zh-CN|en] [--lines N] [--chunks K] [--rate R]] [--yes]
    Builds the page (ui/ to dist/) alone.
    --serve     shows it in a plain browser of this computer: the demo's data behind a bridge over HTTP, and a model
                that answers with N source lines as K chunks at R a second (1,000, 4,346 and 100)
cargo xtask tour DIR [--stream] [--yes]
    A picture of every page and state of the demo, with checks on text and targets; --stream adds one streamed answer.

cargo xtask bench [NAME...] [--list] [--json] [--yes]
    Figures beside a peer or a floor, one line of JSON a bench on standard output.

--yes (or CI=true) installs missing system packages without asking.
Later: fuzz, soak, dist, windows.";

/// What was asked for.
#[derive(Debug, PartialEq)]
pub(crate) enum Task {
    Help,
    Run(RunOptions),
    Test(TestOptions),
    Ui { consent: Consent, serve: Option<ServeOptions> },
    Tour(TourOptions),
    Bench(BenchOptions),
}

#[derive(Debug, PartialEq)]
pub(crate) struct RunOptions {
    pub(crate) consent: Consent,
    pub(crate) demo: bool,
    pub(crate) release: bool,
    /// Where the picture of a window without a display goes.
    pub(crate) headless: Option<PathBuf>,
    /// Language of the demo's data and window.
    pub(crate) lang: String,
    /// For the program itself.
    pub(crate) rest: Vec<String>,
}

/// The page in a plain browser.
#[derive(Debug, PartialEq)]
pub(crate) struct ServeOptions {
    pub(crate) port: u16,
    /// Language of the demo's data.
    pub(crate) lang: String,
    /// For the server: what its scripted answer is like.
    pub(crate) answer: Vec<String>,
}

#[derive(Debug, PartialEq)]
pub(crate) struct TestOptions {
    pub(crate) consent: Consent,
    pub(crate) full: bool,
    pub(crate) list: bool,
    /// Names of suites; none means all.
    pub(crate) suites: Vec<String>,
}

#[derive(Debug, PartialEq)]
pub(crate) struct TourOptions {
    pub(crate) consent: Consent,
    pub(crate) dir: PathBuf,
    pub(crate) stream: bool,
}

#[derive(Debug, PartialEq)]
pub(crate) struct BenchOptions {
    pub(crate) consent: Consent,
    pub(crate) list: bool,
    /// Names of benches; none means all.
    pub(crate) names: Vec<String>,
}

/// Reads the words after `cargo xtask`.
pub(crate) fn parse(words: Vec<String>) -> Result<Task> {
    let mut words = Words(words);
    if words.flag("--help") || words.flag("-h") {
        return Ok(Task::Help);
    }
    let Some(name) = words.next() else {
        return Ok(Task::Help);
    };
    let rest = words.after_dashes();
    let consent = Consent::from_flag(words.flag("--yes"));
    let task = match name.as_str() {
        "help" => Task::Help,
        "run" => Task::Run(RunOptions {
            consent,
            demo: words.flag("--demo"),
            release: words.flag("--release"),
            headless: words.value("--headless")?.map(PathBuf::from),
            lang: language(words.value("--lang")?)?,
            rest: rest.clone().unwrap_or_default(),
        }),
        "test" => Task::Test(TestOptions {
            consent,
            full: words.flag("--full"),
            list: words.flag("--list"),
            suites: words.positional(),
        }),
        "ui" => Task::Ui { consent, serve: serve(&mut words)? },
        "bench" => {
            // The figures are always JSON; the flag is what scripts expect to say.
            let _ = words.flag("--json");
            Task::Bench(BenchOptions { consent, list: words.flag("--list"), names: words.positional() })
        }
        "tour" => {
            let stream = words.flag("--stream");
            let Some(dir) = words.next_positional() else { bail!("tour needs the directory for its pictures") };
            Task::Tour(TourOptions { consent, dir: dir.into(), stream })
        }
        other => bail!("there is no command `{other}`"),
    };
    if rest.is_some() && name != "run" {
        bail!("only run hands arguments on after `--`");
    }
    match words.next() {
        None => Ok(task),
        Some(word) => bail!("`{name}` does not take `{word}`"),
    }
}

fn serve(words: &mut Words) -> Result<Option<ServeOptions>> {
    let Some(port) = words.value("--serve")? else { return Ok(None) };
    let port = port.parse().with_context(|| format!("--serve takes a port, not `{port}`"))?;
    let lang = language(words.value("--lang")?)?;
    let mut answer = Vec::new();
    for name in ["--lines", "--chunks", "--rate"] {
        if let Some(number) = words.value(name)? {
            ensure!(number.parse::<u32>().is_ok(), "{name} takes a number, not `{number}`");
            answer.extend([name.to_owned(), number]);
        }
    }
    Ok(Some(ServeOptions { port, lang, answer }))
}

fn language(value: Option<String>) -> Result<String> {
    match value.as_deref() {
        None => Ok("zh-CN".to_owned()),
        Some("zh-CN" | "en") => Ok(value.unwrap_or_default()),
        Some(other) => bail!("--lang is zh-CN or en, not `{other}`"),
    }
}

/// Words not yet understood.
struct Words(Vec<String>);

impl Words {
    fn next(&mut self) -> Option<String> {
        if self.0.is_empty() { None } else { Some(self.0.remove(0)) }
    }

    fn flag(&mut self, name: &str) -> bool {
        let end = self.0.iter().position(|word| word == "--").unwrap_or(self.0.len());
        let found = self.0.iter().take(end).position(|word| word == name);
        if let Some(at) = found {
            self.0.remove(at);
        }
        found.is_some()
    }

    fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.0.remove(at);
        match self.0.get(at) {
            Some(value) if !value.starts_with("--") => Ok(Some(self.0.remove(at))),
            _ => bail!("{name} needs a value"),
        }
    }

    fn next_positional(&mut self) -> Option<String> {
        let at = self.0.iter().position(|word| !word.starts_with('-'))?;
        Some(self.0.remove(at))
    }

    fn positional(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.next_positional()).collect()
    }

    fn after_dashes(&mut self) -> Option<Vec<String>> {
        let at = self.0.iter().position(|word| word == "--")?;
        let rest = self.0.split_off(at);
        Some(rest.into_iter().skip(1).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Task> {
        parse(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn run_takes_its_options_in_any_order_and_hands_the_rest_on() {
        let Task::Run(options) = read("run --headless out --yes --demo -- --data-dir --yes").unwrap() else {
            panic!("not run")
        };
        assert_eq!(options.headless, Some(PathBuf::from("out")));
        assert!(options.demo && !options.release);
        assert_eq!(options.consent, Consent::Given);
        assert_eq!(options.rest, ["--data-dir", "--yes"]);
    }

    #[test]
    fn suites_are_positional() {
        let Task::Test(options) = read("test wire --full storage").unwrap() else { panic!("not test") };
        assert_eq!(options.suites, ["wire", "storage"]);
        assert!(options.full);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in [
            "walk",
            "run --fast",
            "run --headless",
            "run --headless --demo",
            "test --headless x",
            "tour",
            "ui x",
            "ui --serve",
            "ui --serve here",
            "ui --serve 8080 --lines many",
            "ui --lines 10",
            "run --lang de",
            "test -- x",
        ] {
            assert!(read(line).is_err(), "`{line}` was accepted");
        }
    }
}
