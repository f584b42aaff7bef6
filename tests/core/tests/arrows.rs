//! Rules of the house that the compiler does not check: which crate may use which, what the page may not contain, and
//! where `unsafe` may stand. docs/ARCHITECTURE.md says why.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

/// Every package of the workspace, whether it is shipped, and which others it may use. Tests may also use `hub-sim`.
const HOUSE: &[(&str, Shipped, &[&str])] = &[
    ("hub-contract", Shipped::Yes, &[]),
    ("hub-text", Shipped::Yes, &["hub-contract"]),
    ("hub-markdown", Shipped::Yes, &[]),
    ("hub-platforms", Shipped::Yes, &["hub-contract"]),
    ("hub-store", Shipped::Yes, &["hub-contract"]),
    ("hub-vault", Shipped::Yes, &["hub-contract"]),
    ("hub-core", Shipped::Yes, &["hub-contract", "hub-markdown", "hub-platforms", "hub-store", "hub-vault"]),
    ("hub-ui", Shipped::Yes, &["hub-contract", "hub-markdown", "hub-text"]),
    ("hub-desktop", Shipped::Yes, &["hub-contract", "hub-core", "hub-text"]),
    ("hub-cli", Shipped::Yes, &["hub-contract", "hub-core", "hub-text"]),
    ("hub-sim", Shipped::No, &[]),
    ("hub-demo", Shipped::No, &["hub-contract", "hub-core", "hub-text", "hub-sim"]),
    ("xtask", Shipped::No, &[]),
    ("xtask-bindgen", Shipped::No, &[]),
    (
        "hub-tests-core",
        Shipped::No,
        &["hub-contract", "hub-core", "hub-platforms", "hub-sim", "hub-store", "hub-text", "hub-vault"],
    ),
    (
        "hub-tests-desktop",
        Shipped::No,
        &["hub-contract", "hub-core", "hub-desktop", "hub-sim", "hub-tests-core", "hub-text"],
    ),
];

/// What opens a window.
const WINDOW: &[&str] = &["tauri", "wry", "tao", "webkit2gtk", "gtk"];
/// What does I/O.
const IO: &[&str] = &["tokio", "reqwest", "hyper", "rusqlite", "keyring", "tauri"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shipped {
    Yes,
    No,
}

#[test]
fn every_package_has_its_place() -> Result<()> {
    let drawn: BTreeSet<_> = HOUSE.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let metadata = metadata()?;
    let found: BTreeSet<_> = metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect();
    assert_eq!(found, drawn, "the workspace and the table in this test differ");
    Ok(())
}

#[test]
fn arrows_point_down() -> Result<()> {
    let metadata = metadata()?;
    let ours: BTreeSet<_> = HOUSE.iter().map(|(name, ..)| *name).collect();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let Some((name, _, allowed)) = HOUSE.iter().find(|(name, ..)| *name == package.name.as_str()) else {
            continue;
        };
        for dependency in &package.dependencies {
            let used = dependency.name.as_str();
            let for_tests = dependency.kind == DependencyKind::Development && used == "hub-sim";
            if ours.contains(used) && !allowed.contains(&used) && !for_tests {
                wrong.push(format!("{name} -> {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that do not point down: {wrong:?}");
    Ok(())
}

#[test]
fn simulators_are_in_no_shipped_program() -> Result<()> {
    let metadata = metadata()?;
    for (name, ..) in HOUSE.iter().filter(|(_, shipped, _)| *shipped == Shipped::Yes) {
        let reached = reached(&metadata, name, DependencyKind::Normal)?;
        assert!(!reached.contains("hub-sim"), "{name} is shipped and uses hub-sim");
    }
    Ok(())
}

#[test]
fn the_terminal_program_and_the_core_tests_have_no_window() -> Result<()> {
    let metadata = metadata()?;
    for (name, kind) in [("hub-cli", DependencyKind::Normal), ("hub-tests-core", DependencyKind::Development)] {
        let reached = reached(&metadata, name, kind)?;
        assert!(reached.contains("hub-core"), "{name} does not even reach hub-core: this test is blind");
        let window: Vec<_> = WINDOW.iter().filter(|window| reached.contains(**window)).collect();
        assert!(window.is_empty(), "{name} reaches {window:?}");
    }
    let shell = reached(&metadata, "hub-desktop", DependencyKind::Normal)?;
    assert!(shell.contains("tauri"), "hub-desktop does not reach tauri: this test is blind");
    Ok(())
}

#[test]
fn contract_texts_and_markdown_do_no_io() -> Result<()> {
    let metadata = metadata()?;
    for (name, uses) in [("hub-contract", "serde"), ("hub-text", "serde"), ("hub-markdown", "pulldown-cmark")] {
        let reached = reached(&metadata, name, DependencyKind::Normal)?;
        assert!(reached.contains(uses), "{name} does not even reach {uses}: this test is blind");
        let io: Vec<_> = IO.iter().filter(|io| reached.contains(**io)).collect();
        assert!(io.is_empty(), "{name} reaches {io:?}");
    }
    Ok(())
}

#[test]
fn the_page_has_no_inline_style_and_no_raw_html() -> Result<()> {
    let mut wrong = Vec::new();
    for file in sources(&["ui", "src-tauri", "crates"], "rs")? {
        let code = code_only(&read(&file)?);
        let in_page = file.starts_with(root()?.join("ui"));
        for (number, line) in code.lines().enumerate() {
            if has_raw_html(line) || in_page && has_inline_style(line) {
                wrong.push(format!("{}:{}", file.display(), number + 1));
            }
        }
    }
    for file in sources(&["ui"], "html")?.into_iter().chain(sources(&["ui"], "js")?) {
        let text = read(&file)?;
        for word in
            [" style=", "<style", "javascript:", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"]
        {
            if text.contains(word) {
                wrong.push(format!("{}: {word}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "the page's policy blocks inline styles, and raw HTML is never made: {wrong:#?}");
    Ok(())
}

#[test]
fn unsafe_stands_only_where_the_list_says() -> Result<()> {
    let root = root()?;
    let mut found = BTreeSet::new();
    for file in sources(&["crates", "src-tauri", "tests", "ui", "xtask"], "rs")? {
        if words(&code_only(&read(&file)?)).any(|word| word == "unsafe") {
            found.insert(file.strip_prefix(&root)?.to_string_lossy().into_owned());
        }
    }
    let list = read(&root.join("docs/unsafe-files.txt"))?;
    let mut listed = BTreeSet::new();
    for line in list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let (path, reason) = line.split_once(' ').with_context(|| format!("no reason given: {line}"))?;
        ensure!(!reason.trim().is_empty(), "no reason given: {line}");
        listed.insert(path.to_owned());
    }
    assert_eq!(found, listed, "left: files with unsafe; right: docs/unsafe-files.txt");
    Ok(())
}

#[test]
fn the_checks_see_what_they_look_for() {
    let seen = |source: &str| code_only(source);
    assert!(has_inline_style(&seen(r#"html! { <div class="a" style="width: 1px" /> }"#)));
    assert!(has_inline_style(&seen("html! { <div style={width} /> }")));
    assert!(!has_inline_style(&seen("let style = element.style(); // style=")));
    assert!(!has_inline_style(&seen(r#"let text = "style=";"#)));
    assert!(has_raw_html(&seen("node.set_inner_html(text)")));
    assert!(has_raw_html(&seen("Html::from_html_unchecked(text)")));
    assert!(!has_raw_html(&seen(r##"let s = r#"a "quoted" inner_html"#;"##)));
    assert!(words(&seen("fn a() { unsafe { b() } }")).any(|word| word == "unsafe"));
    assert!(words(&seen("let quote = '\"'; unsafe { b() } let c = '\"';")).any(|word| word == "unsafe"));
    assert!(words(&seen("fn a<'a>(x: &'a str) { unsafe { b(x) } }")).any(|word| word == "unsafe"));
    assert!(
        !words(&seen("/* unsafe */ #![deny(unsafe_code)] let p = \"'wasm-unsafe-eval' \\\" unsafe\";"))
            .any(|word| word == "unsafe")
    );
}

fn metadata() -> Result<Metadata> {
    // Without a platform, cargo would first fetch what only other systems use.
    let version = Command::new("rustc").arg("-vV").output()?;
    let version = String::from_utf8(version.stdout)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let options = ["--locked".to_owned(), "--filter-platform".to_owned(), host.to_owned()];
    Ok(MetadataCommand::new().manifest_path(root()?.join("Cargo.toml")).other_options(options).exec()?)
}

/// The names of all packages that end up in a build of `name`. `Development` adds its own tests' dependencies.
fn reached(metadata: &Metadata, name: &str, kind: DependencyKind) -> Result<BTreeSet<String>> {
    let graph = metadata.resolve.as_ref().context("no dependency graph")?;
    let nodes: BTreeMap<&PackageId, _> = graph.nodes.iter().map(|node| (&node.id, node)).collect();
    let start = metadata.workspace_packages().into_iter().find(|package| package.name.as_str() == name);
    let start = &start.with_context(|| format!("there is no package {name}"))?.id;
    let mut seen: BTreeSet<&PackageId> = BTreeSet::from([start]);
    let mut todo = vec![start];
    while let Some(id) = todo.pop() {
        let node = nodes.get(id).with_context(|| format!("{id} is not in the graph"))?;
        for edge in &node.deps {
            let tests_too = id == start && kind == DependencyKind::Development;
            let built = edge.dep_kinds.iter().any(|edge| edge.kind != DependencyKind::Development || tests_too);
            if built && seen.insert(&edge.pkg) {
                todo.push(&edge.pkg);
            }
        }
    }
    Ok(metadata
        .packages
        .iter()
        .filter(|package| seen.contains(&package.id))
        .map(|package| package.name.to_string())
        .collect())
}

fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here.ancestors().nth(2).context("the repository is two levels up")?.to_owned())
}

/// All files with this extension below the given folders of the repository.
fn sources(folders: &[&str], extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in folders {
        collect(&root()?.join(folder), extension, &mut found)?;
    }
    Ok(found)
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, extension, found)?;
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))
}

fn has_raw_html(line: &str) -> bool {
    let raw =
        ["inner_html", "set_inner_html", "outer_html", "set_outer_html", "insert_adjacent_html", "from_html_unchecked"];
    words(line).any(|word| raw.contains(&word))
}

/// rustfmt puts a space before every other `=`, so only an attribute of `html!` looks like this.
fn has_inline_style(line: &str) -> bool {
    line.match_indices("style=").any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|before| before.is_alphanumeric() || before == '_' || before == '-')
    })
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|character: char| !character.is_alphanumeric() && character != '_')
}

/// Rust source with comments and the contents of literals left out; lines stay lines.
fn code_only(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(character) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            raw_string(rest)
        } else if character == '"' {
            quoted(rest, '"')
        } else if character == '\'' && is_character_literal(rest) {
            quoted(rest, '\'')
        } else {
            0
        };
        let (left_out, next) = rest.split_at(if skipped == 0 { character.len_utf8() } else { skipped });
        if skipped == 0 {
            code.push_str(left_out);
        } else {
            code.extend(left_out.chars().filter(|character| *character == '\n'));
        }
        rest = next;
    }
    code
}

/// The length of the raw string at the start; 0 for a raw identifier.
fn raw_string(text: &str) -> usize {
    let hashes = text.chars().skip(1).take_while(|character| *character == '#').count();
    let open = hashes + 2;
    if text.chars().nth(hashes + 1) != Some('"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    text.get(open..).and_then(|body| body.find(&close)).map_or(text.len(), |end| open + end + close.len())
}

/// The length of the literal at the start, up to and with its closing quote.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if !escaped && character == quote {
            return at + character.len_utf8();
        }
        escaped = !escaped && character == '\\';
    }
    text.len()
}

/// A lifetime has no closing quote after its first character.
fn is_character_literal(text: &str) -> bool {
    let mut characters = text.chars().skip(1);
    characters.next() == Some('\\') || characters.next() == Some('\'')
}
