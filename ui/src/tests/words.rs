//! Compares the text keys that the page uses with those that have words.

use std::collections::BTreeSet;

use hub_contract::platform::Language;
use hub_text::Texts;

use super::sources::sources;

/// Areas whose keys the page must use. Errors are looked up by code, and `cli` is the terminal's.
const AREAS: [&str; 8] = ["common", "platforms", "models", "agents", "people", "settings", "chat", "bundles"];

/// The calls that take a literal key. A line break may stand before the key.
const CALLS: [&str; 4] = ["t.get(", "t.with(", "texts.get(", "texts.with("];

#[test]
fn every_key_that_is_used_has_words() {
    let missing: Vec<String> = [Language::ZhCn, Language::En]
        .into_iter()
        .flat_map(|language| {
            let texts = Texts::new(language);
            used().into_iter().filter(move |key| texts.find(key, &[]).is_none())
        })
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_key_that_has_words_is_used() {
    let written: String = ["src", "../src-tauri/src", "../crates"]
        .into_iter()
        .flat_map(|folder| sources(folder, ".rs"))
        .map(|source| source.text)
        .collect();
    let used = used();
    // A key may also be chosen in a table and looked up later: then it stands somewhere as a literal.
    // Notices are looked up by the code that the core sends.
    let is_written = |key: &str| written.contains(&format!("\"{key}\""));
    let is_used = |key: &String| {
        used.contains(key)
            || is_written(key)
            || key.strip_prefix("notice-").is_some_and(|code| is_written(&code.replace('-', "_")))
    };
    let unused: Vec<String> = declared().into_iter().filter(|key| !is_used(key)).collect();
    assert_eq!(unused, Vec::<String>::new());
}

#[test]
fn keys_are_found_across_a_line_break_and_not_in_longer_names() {
    let source =
        "t.get(\"one\"); t.with(\n    \"two\", &[]); list.get(\"three\"); at.get(\"four\"); (texts.get(\"five\"))";
    assert_eq!(keys_in(source), ["five", "one", "two"].map(str::to_owned).into());
}

fn used() -> BTreeSet<String> {
    sources("src", ".rs")
        .iter()
        .filter(|source| !source.path.ends_with("words.rs"))
        .flat_map(|source| keys_in(&source.text))
        .collect()
}

fn keys_in(source: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for call in CALLS {
        for (start, _) in source.match_indices(call) {
            let before = source[..start].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let argument = source[start + call.len()..].trim_start();
            if let Some(key) = argument.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                keys.insert(key.to_owned());
            }
        }
    }
    keys
}

/// The keys of the page's areas. Both languages have the same ones, which `hub-text` tests.
fn declared() -> BTreeSet<String> {
    let files = sources("../crates/hub-text/texts/en", ".ftl");
    let own = files.iter().filter(|file| AREAS.iter().any(|area| file.path.ends_with(&format!("{area}.ftl"))));
    own.flat_map(|file| file.text.lines())
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" ="))
        .map(|(key, _)| key.to_owned())
        .collect()
}
