//! `docs/complaints.md` names thirty complaints and, for each, tests that answer it. They have to be there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::PathBuf;

/// What stands in the place of tests where there is none, with the reason behind it.
const NONE: &str = "No test: ";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Whether a test that is run has that name.
fn has_test(source: &str, name: &str) -> bool {
    let Some((before, _)) = source.split_once(&format!("fn {name}(")) else { return false };
    // The first piece is what stands before the name on its own line.
    let lines = before.rsplit('\n').skip(1).map(str::trim);
    let attributes: Vec<_> = lines.take_while(|line| line.starts_with("#[")).collect();
    attributes.iter().any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
        && !attributes.iter().any(|line| line.starts_with("#[ignore"))
}

#[test]
fn every_complaint_has_tests_that_are_there_or_a_reason() {
    let document = std::fs::read_to_string(root().join("docs/complaints.md")).expect("docs/complaints.md is there");
    let rows: Vec<Vec<&str>> = document
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| |"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), 30, "thirty complaints");
    for (row, number) in rows.iter().zip(1..) {
        let [at, complaint, here, tests] = row.as_slice() else { panic!("four columns in row {number}") };
        assert_eq!(*at, number.to_string(), "{complaint}");
        assert!(!complaint.is_empty() && !here.is_empty(), "row {number}");
        if let Some(reason) = tests.strip_prefix(NONE) {
            assert!(!reason.trim().is_empty() && !tests.contains("::"), "row {number} has a reason or tests");
            continue;
        }
        let named: Vec<_> = tests.split('`').filter(|piece| !piece.trim().is_empty()).collect();
        assert!(!named.is_empty(), "row {number} names no test");
        for test in named {
            let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("row {number}: {test} is no test"));
            let source = std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert!(has_test(&source, name), "row {number}: no test in {file} that runs is called {name}");
        }
    }
}

#[test]
fn a_test_that_is_gone_or_not_run_is_missed() {
    let source = "#[test]\nfn runs() {}\n#[tokio::test]\n#[ignore = \"x\"]\nasync fn sleeps() {}\nfn helps() {}\n";
    assert!(has_test(source, "runs"));
    for missed in ["sleeps", "helps", "run", "is_gone"] {
        assert!(!has_test(source, missed), "{missed}");
    }
}
