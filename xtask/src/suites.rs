//! The one table of test suites, and which test targets belong to which.
//!
//! An integration test (a file or folder in some package's tests/) belongs to the suite it is named after: `wire.rs` and
//! `wire_cuts.rs` to `wire`. Every other test, unit tests included, belongs to `unit`. So no test can be forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::setup::Need;
use crate::workspace;

/// A set of tests that is run, timed and counted together.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) takes: Takes,
    /// What the machine must have for it.
    pub(crate) needs: &'static [Need],
    /// The programs that its tests start.
    pub(crate) programs: &'static [&'static str],
    /// One test at a time: they share a keychain or the machine's screen and time.
    pub(crate) serial: bool,
}

/// What a suite consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Formatting and lints: nothing is run.
    Lints,
    /// Unit tests, and integration tests that no other suite is named after.
    Rest,
    /// Integration tests named after the suite.
    Named,
    /// Tests that belong to the suites before it, picked out of them (`ui_suite`). They run where the suite is named;
    /// where all suites run they have run already.
    Picked,
}

/// In the order in which they are run.
pub(crate) const SUITES: &[Suite] = &[
    Suite {
        name: "lint",
        about: "rustfmt, and clippy without a warning",
        takes: Takes::Lints,
        needs: &[Need::Shell],
        programs: &[],
        serial: false,
    },
    Suite {
        name: "unit",
        about: "every crate's own tests, the page's run natively; which crate may use which",
        takes: Takes::Rest,
        needs: &[Need::Shell],
        programs: &["hub", "hub-sim"],
        serial: false,
    },
    Suite {
        name: "ipc",
        about: "every command on Tauri's mock runtime, and what the page may not call",
        takes: Takes::Named,
        needs: &[Need::Shell, Need::Page],
        programs: &[],
        serial: false,
    },
    Suite {
        name: "wire",
        about: "platform dialects, streams and cuts against the simulators",
        takes: Takes::Named,
        needs: &[],
        programs: &["hub", "hub-sim"],
        serial: false,
    },
    Suite {
        name: "sdk",
        about: "clients that others wrote, from a registry, drive the simulators",
        takes: Takes::Named,
        needs: &[Need::Clients],
        programs: &["hub-sim"],
        serial: false,
    },
    Suite {
        name: "streams",
        about: "rows S1 to S64: every hostile and careless stream, TLS, proxies, memory, Stop",
        takes: Takes::Named,
        needs: &[],
        programs: &[],
        serial: false,
    },
    Suite {
        name: "redirects",
        about: "no byte of a key or prompt reaches an address that nobody confirmed",
        takes: Takes::Named,
        needs: &[],
        programs: &[],
        serial: false,
    },
    Suite {
        name: "oauth",
        about: "rows O1 to O30: letting the Hub into an account, against the simulator's authorization server",
        takes: Takes::Named,
        needs: &[],
        programs: &["hub"],
        serial: false,
    },
    Suite {
        name: "storage",
        about: "database, search, backup, damage, two instances",
        takes: Takes::Named,
        needs: &[],
        programs: &["hub", "hub-sim"],
        serial: false,
    },
    Suite {
        name: "access",
        about: "every path to an agent asks the one rule",
        takes: Takes::Named,
        needs: &[],
        programs: &["hub", "hub-sim"],
        serial: false,
    },
    Suite {
        name: "bundle",
        about: "rows B1 to B18: bundles signed, locked, forged, old, for somebody else, killed half-way",
        takes: Takes::Named,
        needs: &[],
        programs: &["hub", "hub-sim"],
        serial: false,
    },
    Suite {
        name: "keychain",
        about: "a real gnome-keyring: unlocked, locked, absent, without a collection",
        takes: Takes::Named,
        needs: &[Need::Keyring],
        programs: &["hub", "hub-sim"],
        serial: true,
    },
    Suite {
        name: "e2e",
        about: "the real program in a real window, through WebKitWebDriver",
        takes: Takes::Named,
        needs: &[Need::Shell, Need::Page, Need::Screen, Need::Keyring, Need::Driver],
        programs: &["hub-desktop", "hub", "hub-sim", "hub-demo"],
        serial: true,
    },
    Suite {
        name: "a11y",
        about: "axe-core on every page of the tour, in the real window and both themes",
        takes: Takes::Named,
        needs: &[Need::Shell, Need::Page, Need::Screen, Need::Keyring, Need::Driver, Need::Axe],
        programs: &["hub-desktop", "hub", "hub-sim", "hub-demo"],
        serial: true,
    },
    Suite {
        name: "ui",
        about: "of unit and e2e, what the page does; runs only when it is named",
        takes: Takes::Picked,
        needs: &[Need::Shell, Need::Page, Need::Screen, Need::Keyring, Need::Driver],
        programs: &["hub-desktop", "hub", "hub-sim", "hub-demo"],
        serial: true,
    },
];

/// The named suites in the table's order; no name means all, every test once.
pub(crate) fn choose(names: &[String]) -> Result<Vec<&'static Suite>> {
    if let Some(unknown) = names.iter().find(|name| !SUITES.iter().any(|suite| suite.name == **name)) {
        let known: Vec<_> = SUITES.iter().map(|suite| suite.name).collect();
        bail!("there is no suite `{unknown}`; there are {}", known.join(", "));
    }
    let is_chosen = |suite: &&Suite| match names {
        [] => suite.takes != Takes::Picked,
        names => names.iter().any(|name| name == suite.name),
    };
    Ok(SUITES.iter().filter(is_chosen).collect())
}

impl Suite {
    /// The integration tests that belong to it, out of all there are.
    pub(crate) fn targets<'a>(&self, all: &'a BTreeSet<String>) -> Vec<&'a str> {
        all.iter().map(String::as_str).filter(|target| owner(target) == self.name).collect()
    }
}

fn owner(target: &str) -> &'static str {
    let named = |suite: &&Suite| {
        let rest = target.strip_prefix(suite.name);
        suite.takes == Takes::Named && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    SUITES.iter().find(named).map_or("unit", |suite| suite.name)
}

/// The names of all integration tests of the workspace.
pub(crate) fn integration_tests() -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let root = workspace::root();
    for group in ["crates", "tests", "xtask"] {
        for package in fs::read_dir(root.join(group))? {
            collect(&package?.path().join("tests"), &mut names)?;
        }
    }
    for package in ["ui", "xtask"] {
        collect(&root.join(package).join("tests"), &mut names)?;
    }
    Ok(names)
}

/// Cargo's own rule: `tests/NAME.rs` or `tests/NAME/main.rs`.
fn collect(tests: &Path, names: &mut BTreeSet<String>) -> Result<()> {
    if !tests.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(tests)? {
        let path = entry?.path();
        let is_test = path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").is_file();
        if let Some(name) = path.file_stem().filter(|_| is_test) {
            names.insert(name.to_string_lossy().into_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_belongs_to_the_suite_it_is_named_after_and_else_to_unit() {
        assert_eq!(owner("wire"), "wire");
        assert_eq!(owner("wire_cuts"), "wire");
        assert_eq!(owner("wireless"), "unit");
        assert_eq!(owner("arrows"), "unit");
        assert_eq!(owner("lint"), "unit");
    }

    #[test]
    fn an_unknown_suite_is_refused_and_order_is_the_tables() {
        assert!(choose(&["nothing".to_owned()]).is_err());
        let names: Vec<_> =
            choose(&["storage".to_owned(), "wire".to_owned()]).unwrap().iter().map(|suite| suite.name).collect();
        assert_eq!(names, ["wire", "storage"]);
    }

    #[test]
    fn without_names_every_suite_runs_but_the_one_whose_tests_have_run_in_others() {
        let all: Vec<_> = choose(&[]).unwrap().iter().map(|suite| suite.name).collect();
        assert_eq!(all.len(), SUITES.len() - 1);
        assert!(!all.contains(&"ui") && all.contains(&"unit") && all.contains(&"e2e"));
        assert_eq!(choose(&["ui".to_owned()]).unwrap()[0].takes, Takes::Picked);
        assert_eq!(owner("ui_something"), "unit", "a test named after it belongs to a suite that runs");
    }
}
