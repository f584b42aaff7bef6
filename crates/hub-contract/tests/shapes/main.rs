//! How every type of the contract looks as JSON: one stored snapshot a type, of a full example and of a minimal one.
//! A changed snapshot is a changed contract: pages, terminals and stored messages read it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod agents;
mod comparisons;
mod connections;
mod conversations;
mod errors;
mod math;
mod past_runs;
mod people;
mod runs;
mod settings;
mod whole_hub;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Compares the examples with the snapshot of their type, and reads each back.
fn shape<T: Serialize + DeserializeOwned + PartialEq + Debug>(examples: &[T]) {
    for example in examples {
        let json = serde_json::to_string(example).unwrap();
        let back: T = serde_json::from_str(&json).unwrap();
        assert_eq!(back, *example, "what is written can be read: {json}");
    }
    let path = std::any::type_name::<T>();
    insta::assert_json_snapshot!(path.rsplit("::").next().unwrap(), examples);
}

/// The same for a type whose every variant is one word.
fn words<T: Serialize + DeserializeOwned + PartialEq + Debug>(all: &[T]) {
    assert!(all.iter().all(|word| serde_json::to_value(word).unwrap().is_string()));
    shape(all);
}

#[test]
fn every_type_that_crosses_has_a_snapshot() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut crossing = BTreeSet::new();
    for file in std::fs::read_dir(root.join("src")).unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        crossing.extend(crossing_types(&source));
    }
    assert!(crossing.len() > 90, "the sources are read as written: {crossing:?}");
    let stored: BTreeSet<String> = std::fs::read_dir(root.join("tests/shapes/snapshots"))
        .unwrap()
        .filter_map(|file| {
            let name = file.unwrap().file_name().into_string().unwrap();
            Some(name.strip_prefix("shapes__")?.strip_suffix(".snap")?.to_owned())
        })
        .collect();
    assert_eq!(stored, crossing, "left: snapshots, right: types that are both written and read");
}

/// The types of a source file that derive both halves of serde.
fn crossing_types(source: &str) -> Vec<String> {
    let mut derives = "";
    let mut types = Vec::new();
    for line in source.lines() {
        if line.starts_with("#[derive(") {
            derives = line;
        }
        let name = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "));
        if let Some(name) = name.filter(|_| derives.contains("Deserialize")) {
            types.push(name.chars().take_while(char::is_ascii_alphanumeric).collect());
        }
        if line.starts_with('}') {
            derives = "";
        }
    }
    types
}
