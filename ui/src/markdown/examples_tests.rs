//! CommonMark's examples, those of the extensions, and what nobody should write: each becomes nodes of a short list, and
//! the same ones whether it comes whole or in pieces. The examples come with the Markdown library's own tests.

use std::path::PathBuf;
use std::rc::Rc;

use cargo_metadata::MetadataCommand;
use hub_contract::math::{MathAttribute, MathElement, MathTag};
use yew::Html;
use yew::virtual_dom::{VNode, VTag};

use super::math::{Formulas, in_block};
use super::stream::Document;
use super::view::drawn;
use hub_markdown::ast::{Block, Inline};
use hub_markdown::openable;
use hub_markdown::parse;

/// Every element that text can become, with its attributes. What it can be clicked for is a component of its own.
const ELEMENTS: &[(&str, &[&str])] = &[
    ("p", &["class"]),
    ("h3", &["class"]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("blockquote", &[]),
    ("ul", &[]),
    ("ol", &["start"]),
    ("li", &["class"]),
    ("input", &["type", "disabled"]),
    ("div", &["class", "tabindex"]),
    ("table", &["class"]),
    ("thead", &[]),
    ("tbody", &[]),
    ("tr", &[]),
    ("th", &["scope", "class"]),
    ("td", &["class"]),
    ("code", &["class"]),
    ("strong", &["class"]),
    ("em", &[]),
    ("s", &[]),
    ("sup", &["class"]),
    ("span", &["class", "tabindex", "data-source"]),
    ("math", &["display"]),
    ("mi", &["mathvariant"]),
    ("br", &[]),
    ("hr", &[]),
];
/// Every class of them.
const CLASSES: &[&str] =
    &["h-1", "task", "scroll", "table", "num", "c", "strong", "math", "display", "cite", "footnote", "as-written"];

fn whole(text: &str) -> Vec<Block> {
    parse(text).into_iter().map(|top| top.block).collect()
}

/// The tree of a text that came in pieces of about that size, before and after its end was known.
fn in_pieces(text: &str, size: usize) -> (Vec<Block>, Vec<Block>) {
    let tree = |document: &Document| document.blocks().iter().map(|block| Block::clone(block)).collect::<Vec<_>>();
    let mut document = Document::default();
    let mut at = 0;
    while at < text.len() {
        at = (at + size).min(text.len());
        while !text.is_char_boundary(at) {
            at += 1;
        }
        document.set(&text[..at], false);
    }
    let before = tree(&document);
    document.set(text, true);
    (before, tree(&document))
}

/// Fails for a node, an attribute, a class or a link that is not on the list.
fn only_what_is_allowed(text: &str) {
    for block in whole(text) {
        nodes(&drawn(&block, &Formulas::new()), text);
        nodes(&drawn(&block, &all_read(&block)), text);
        links(&block, text);
    }
}

/// The formulas of a block as if the core had read each as the same letter.
fn all_read(block: &Block) -> Formulas {
    let element = |tag, attribute, text: &str, children| MathElement {
        tag,
        attributes: vec![attribute],
        text: text.to_owned(),
        children,
    };
    let letter = element(MathTag::Mi, (MathAttribute::Mathvariant, "normal".to_owned()), "x", Vec::new());
    let read = element(MathTag::Math, (MathAttribute::Display, "block".to_owned()), "", vec![letter]);
    let read = Some(Rc::new(read));
    let mut asked = Vec::new();
    in_block(block, &mut asked);
    asked.into_iter().map(|formula| (formula, read.clone())).collect()
}

fn nodes(node: &Html, text: &str) {
    match node {
        VNode::VText(_) | VNode::VComp(_) => {}
        VNode::VList(list) => list.iter().for_each(|node| nodes(node, text)),
        VNode::VTag(tag) => {
            allowed(tag, text);
            tag.children().into_iter().for_each(|node| nodes(node, text));
        }
        other => panic!("{other:?} in {text:?}"),
    }
}

fn allowed(tag: &VTag, text: &str) {
    let found = ELEMENTS.iter().find(|(name, _)| *name == tag.tag());
    let (name, attributes) = found.unwrap_or_else(|| panic!("<{}> in {text:?}", tag.tag()));
    for (attribute, value) in tag.attributes.iter() {
        assert!(attributes.contains(&attribute), "{attribute} of <{name}> in {text:?}");
        if attribute == "class" {
            assert!(value.split_whitespace().all(|class| CLASSES.contains(&class)), "class {value} in {text:?}");
        }
    }
}

fn links(block: &Block, text: &str) {
    let all = |blocks: &[Block]| blocks.iter().for_each(|block| links(block, text));
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => inline_links(content, text),
        Block::Quote(content) | Block::Footnote { content, .. } => all(content),
        Block::List { items, .. } => items.iter().for_each(|item| all(&item.content)),
        Block::Table { head, rows, .. } => {
            head.iter().chain(rows.iter().flatten()).for_each(|cell| inline_links(cell, text));
        }
        Block::Code { .. } | Block::Html(_) | Block::Rule => {}
    }
}

fn inline_links(inlines: &[Inline], text: &str) {
    for inline in inlines {
        match inline {
            Inline::Link { url, content } => {
                assert!(openable(url).is_some(), "{url} in {text:?}");
                inline_links(content, text);
            }
            Inline::Strong(content) | Inline::Emphasis(content) | Inline::Strike(content) => {
                inline_links(content, text);
            }
            Inline::Text(_)
            | Inline::Code(_)
            | Inline::Image { .. }
            | Inline::Math { .. }
            | Inline::OpenMath(_)
            | Inline::FootnoteRef(_)
            | Inline::Break => {}
        }
    }
}

/// The Markdown of the examples in one of the library's test files.
fn examples(file: &str) -> Vec<String> {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).exec().expect("cargo knows the dependencies");
    let library = metadata.packages.iter().find(|package| package.name.as_str() == "pulldown-cmark");
    let folder = library.and_then(|library| library.manifest_path.parent()).expect("the library is a dependency");
    let source = std::fs::read_to_string(folder.join("tests/suite").join(file)).expect(file);
    source
        .split("let original = r##\"")
        .skip(1)
        .map(|rest| rest.split("\"##;").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn every_example_of_commonmark_and_of_the_extensions() {
    let sets = [
        ("spec.rs", 640),
        ("gfm_table.rs", 8),
        ("gfm_strikethrough.rs", 2),
        ("gfm_tasklist.rs", 2),
        ("table.rs", 20),
        ("strikethrough.rs", 10),
        ("footnotes.rs", 20),
        ("math.rs", 40),
        ("regression.rs", 200),
    ];
    for (file, least) in sets {
        let examples = examples(file);
        assert!(examples.len() >= least, "{file} has {} examples", examples.len());
        for text in examples {
            only_what_is_allowed(&text);
            let (before, after) = in_pieces(&text, 1);
            assert_eq!(after, whole(&text), "{file}: {text:?}");
            // Definitions of links and footnotes hold for what stands before them: only the end can tell.
            if !text.contains("]:") {
                assert_eq!(before, after, "{file}: {text:?}");
            }
        }
    }
}

#[test]
fn what_nobody_should_write_becomes_the_same_nodes_in_pieces_and_whole() {
    let row = "| 字 | `x` | **1** | <b>y</b> |\n";
    let inputs = [
        ("a line of 2 MiB", "字word <b> ".repeat(160 * 1024)),
        ("quotes in quotes", ">".repeat(10_000) + " inside"),
        ("quotes in quotes, spaced", "> ".repeat(10_000) + "inside"),
        ("lists in lists", (0..400).map(|level| format!("{}- x\n", " ".repeat(level))).collect()),
        ("emphasis in emphasis", "*a **b ".repeat(5_000)),
        ("brackets", "[".repeat(20_000) + &"](x)".repeat(20_000)),
        ("a table of 1 MB", "|a|b|c|d|\n|-|-|-|-|\n".to_owned() + &row.repeat(1024 * 1024 / row.len())),
        ("a wide table", "|a".repeat(5_000) + "|\n" + &"|-".repeat(5_000) + "|\n" + &"|1".repeat(5_000) + "|\n"),
        (
            "overrides of direction",
            "\u{202e}gpj.exe\u{202c} [\u{2066}x\u{2069}](https://a.example) \u{202e}".repeat(100),
        ),
        ("combining marks", "e".to_owned() + &"\u{301}".repeat(10_000)),
        ("a formula of 2 MiB", "\\[".to_owned() + &"x+".repeat(1024 * 1024) + "\\]"),
        ("a formula without an end", "$$\n".to_owned() + &"x +\n".repeat(100_000)),
        ("10,000 formulas", r"\(x\) 与 $y$，".repeat(5_000)),
        ("a formula of braces", "$".to_owned() + &"{".repeat(10_000) + &"}".repeat(10_000) + "$"),
        ("a formula that turns around", "$$\u{202e}x$$ \\[ \u{2066}\\href{javascript:alert(1)}{x} \\]".repeat(100)),
        ("bells and nulls", "\u{0}\u{7}\u{1b}[31m\u{feff}\u{fffd}\r".repeat(1_000)),
    ];
    for (what, text) in inputs {
        only_what_is_allowed(&text);
        let (before, after) = in_pieces(&text, 64 * 1024);
        let whole = whole(&text);
        assert!(after == whole, "{what}: the end");
        assert!(before == after, "{what}: before the end");
    }
}

#[test]
fn a_fence_that_is_cut_at_any_byte() {
    let text = "说明\n\n````md\n```sql\nSELECT 1; -- 字\n```\n````\n\n- item\n\n  ~~~html\n  <script>x</script>\n  ~~~\n\n~~~~ js\n</code>";
    for cut in (0..=text.len()).filter(|cut| text.is_char_boundary(*cut)) {
        let text = &text[..cut];
        only_what_is_allowed(text);
        let (before, after) = in_pieces(text, 1);
        assert_eq!((&before, &after), (&after, &whole(text)), "{text:?}");
    }
}

#[test]
fn links_that_lead_astray_are_words() {
    for url in [
        "javascript:alert(1)",
        "JaVaScRiPt&colon;alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "vbscript:x",
        "data:text/html;base64,PHNjcmlwdD4=",
        "file:///etc/passwd",
        "file://host/share",
        "\\\\host\\share",
        "tauri://localhost",
        "ipc://localhost/x",
        "blob:x",
        "//host.example",
        "https://",
    ] {
        for text in [
            format!("[words]({url})"),
            format!("[words](<{url}> \"title\")"),
            format!("<{url}>"),
            format!("[words][r]\n\n[r]: {url}"),
            format!("[![alt]({url})]({url})"),
        ] {
            only_what_is_allowed(&text);
        }
    }
}

#[test]
fn a_look_alike_shows_the_host_that_it_leads_to() {
    let text = "[https://bank.example](https://bank.example@evil.example/) and https://bank.example.evil.example";
    let mut hosts = Vec::new();
    for block in whole(text) {
        let Block::Paragraph(content) = block else { panic!("{block:?}") };
        for inline in content {
            if let Inline::Link { url, .. } = inline {
                hosts.push(super::host(&url));
            }
        }
    }
    assert_eq!(hosts, ["evil.example", "bank.example.evil.example"]);
}
