//! No row is forgotten: each has a test, or for each dialect a reason why it cannot have one.

use crate::dialects::DIALECTS;

/// The rows of the table.
const ROWS: u8 = 64;

const SOURCES: &[&str] = &[
    include_str!("answers.rs"),
    include_str!("characters.rs"),
    include_str!("cuts.rs"),
    include_str!("events.rs"),
    include_str!("http2.rs"),
    include_str!("memory.rs"),
    include_str!("names.rs"),
    include_str!("proxies.rs"),
    include_str!("refusals.rs"),
    include_str!("runs.rs"),
    include_str!("secrets.rs"),
    include_str!("silence.rs"),
    include_str!("sizes.rs"),
    include_str!("tls.rs"),
    include_str!("tokens.rs"),
];

#[test]
fn every_row_has_a_test_or_a_reason_for_every_dialect() {
    let mut forgotten = Vec::new();
    for row in 1..=ROWS {
        let tests: Vec<&str> = SOURCES.iter().flat_map(|source| tests_of(source, row)).collect();
        for dialect in DIALECTS {
            let reason = dialect.left_out.iter().find(|(left_out, _)| *left_out == row).map(|(_, reason)| reason);
            let tested = tests.iter().any(|test| test.contains(&format!("speaking({row})")));
            match (reason, tested) {
                (None, false) => forgotten.push(format!("S{row} for {}: neither test nor reason", dialect.name)),
                (Some(reason), _) => assert!(reason.len() > 20, "S{row} for {}: say why", dialect.name),
                (None, true) => {}
            }
        }
    }
    assert!(forgotten.is_empty(), "{forgotten:#?}");
}

/// The tests of a row, each with its body.
fn tests_of(source: &'static str, row: u8) -> impl Iterator<Item = &'static str> {
    let name = format!("fn s{row:02}_");
    source.split("#[tokio::test").filter(move |test| test.contains(&name))
}
