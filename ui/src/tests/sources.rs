//! Reads the sources that the checks look at.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file with its path relative to the package.
pub(super) struct Source {
    pub path: String,
    pub text: String,
}

/// Every file below a folder of the package that ends that way.
pub(super) fn sources(folder: &str, ending: &str) -> Vec<Source> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(&root.join(folder), ending, &root, &mut found);
    assert!(!found.is_empty(), "no {ending} file below {folder}");
    found
}

fn collect(folder: &Path, ending: &str, root: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, ending, root, found);
        } else if path.to_string_lossy().ends_with(ending) {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            found.push(Source { path, text });
        }
    }
}

#[test]
fn no_style_attribute_is_written_because_the_policy_blocks_it() {
    for source in sources("src", ".rs").iter().filter(|source| !source.path.contains("tests")) {
        for (number, line) in source.text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            assert!(!code.contains(" style="), "{}:{} writes a style attribute", source.path, number + 1);
        }
    }
}

#[test]
fn raw_colours_stand_only_among_the_tokens() {
    for source in sources("static/styles", ".css").iter().filter(|source| !source.path.ends_with("tokens.css")) {
        for (number, line) in source.text.lines().enumerate() {
            let raw = line.contains(": #") || line.contains(" #") && line.contains(';') || line.contains("rgba(");
            assert!(!raw, "{}:{} writes a raw colour: {line}", source.path, number + 1);
        }
    }
}

#[test]
fn every_style_sheet_is_linked_once() {
    let index = sources("static", "index.html").remove(0).text;
    for sheet in sources("static/styles", ".css") {
        let name = sheet.path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        assert_eq!(index.matches(&format!("/styles/{name}\"")).count(), 1, "{name}");
    }
}
