use crate::ast::{Block, Inline, plain};
use crate::parse::parse;

fn blocks(text: &str) -> Vec<Block> {
    parse(text).into_iter().map(|top| top.block).collect()
}

/// What stands in a block, every formula written out as what it is.
fn said(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => words(content, &mut out),
            Block::Quote(content) | Block::Footnote { content, .. } => out.push_str(&format!("({})", said(content))),
            Block::List { items, .. } => {
                items.iter().for_each(|item| out.push_str(&format!("<li>{}", said(&item.content))));
            }
            Block::Table { head, rows, .. } => {
                head.iter().chain(rows.iter().flatten()).for_each(|cell| {
                    out.push('|');
                    words(cell, &mut out);
                });
            }
            Block::Code { text, .. } | Block::Html(text) => out.push_str(&format!("<code>{text}")),
            Block::Rule => out.push_str("<hr>"),
        }
    }
    out
}

fn words(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Math { source, display: false } => out.push_str(&format!("⟨{source}⟩")),
            Inline::Math { source, display: true } => out.push_str(&format!("⟪{source}⟫")),
            Inline::OpenMath(text) => out.push_str(&format!("…{text}…")),
            Inline::Strong(content) | Inline::Emphasis(content) | Inline::Link { content, .. } => {
                out.push('*');
                words(content, out);
                out.push('*');
            }
            Inline::Break => out.push('\n'),
            other => out.push_str(&plain(std::slice::from_ref(other))),
        }
    }
}

#[test]
fn all_four_ways_to_write_one() {
    for (text, expected) in [
        ("a $x$ b", "a ⟨x⟩ b"),
        ("a $$x$$ b", "a ⟪x⟫ b"),
        (r"a \(x\) b", "a ⟨x⟩ b"),
        (r"a \[x\] b", "a ⟪x⟫ b"),
        ("$$\nx\n$$", "⟪x⟫"),
        ("\\[\nx\n\\]", "⟪x⟫"),
        ("  \\[ x \\] , then", "⟪x⟫ , then"),
        ("设 \\( x_1 * x_2 * y_1 \\)。", "设 ⟨x_1 * x_2 * y_1⟩。"),
        (r"\(\{a\} \\ \%\)", r"⟨\{a\} \\ \%⟩"),
        ("**所以 \\(x\\)** 和 [\\(y\\)](https://a.example)", "*所以 ⟨x⟩* 和 *⟨y⟩*"),
        ("# 由 \\(x\\)", "由 ⟨x⟩"),
        ("|a|b|\n|-|-|\n|\\(x\\)|$y$|", "|a|b|⟨x⟩|⟨y⟩"),
        ("- 一：\n  \\[\n  x\n  \\]\n- 二 \\(y\\)", "<li>一：\n⟪x⟫<li>二 ⟨y⟩"),
    ] {
        assert_eq!(said(&blocks(text)), expected, "{text}");
    }
}

#[test]
fn lines_of_a_formula_are_no_blocks() {
    for (text, expected) in [
        ("\\[\nf = a\n+ b\n- c\n=\nd\n\\]\nend", "⟪f = a\n+ b\n- c\n=\nd⟫\nend"),
        ("so:\n$$\na\n1. b\n> c\n# d\n$$", "so:\n⟪a\n1. b\n> c\n# d⟫"),
        ("> \\[\n> y\n> = 0\n> \\]", "(⟪y\n = 0⟫)"),
        (r"\[ a \text{ if \(b\) and $c$} \]", r"⟪a \text{ if \(b\) and $c$}⟫"),
        (r"\[ a \\[4pt] b \]", r"⟪a \\[4pt] b⟫"),
    ] {
        assert_eq!(said(&blocks(text)), expected, "{text}");
    }
}

#[test]
fn prices_are_no_formulas() {
    for text in [
        "It costs $5 and $6.",
        "from $5 to $6, or US$7",
        "单价从$5涨到$6",
        "单价$5，折后$4。",
        "$5-$6",
        "about $20 (A$30)",
        "$5 or A$ per piece, B$",
        "it costs $5",
    ] {
        assert_eq!(said(&blocks(text)), text);
    }
    assert_eq!(said(&blocks("$5-$6 where $x$ and $2x$, **$7**–$8")), "$5-$6 where ⟨x⟩ and ⟨2x⟩, *$7*–$8");
}

#[test]
fn code_and_addresses_are_no_formulas() {
    for (text, expected) in [
        ("`\\(x\\)` and `$x$`", "\\(x\\) and $x$"),
        ("```\n\\[ x \\]\n$$\n```", "<code>\\[ x \\]\n$$"),
        ("    \\[ x \\]", "<code>\\[ x \\]"),
        ("<div>\n\\[ x \\]\n</div>", "<code><div>\n\\[ x \\]\n</div>"),
        ("\\( `a \\)` b \\)", "⟨`a \\)` b⟩"),
        ("<https://a.example/\\(x\\)>", "*https://a.example/\\(x\\)*"),
        ("\\[ a\n```\n\\]\n```", "[ a<code>\\]"),
    ] {
        assert_eq!(said(&blocks(text)), expected, "{text}");
    }
    // A formula where an address would be: the words stay, whatever they are.
    let text = r"[x](\(b c\)) and [y](https://a.example/\(b\))";
    assert!(said(&blocks(text)).contains('y'), "{text}");
}

#[test]
fn what_has_no_end_is_no_formula() {
    for (text, expected) in [
        (r"a \(x and \[y", "a (x and [y"),
        (r"a \) and \]", "a ) and ]"),
        ("\\(x\n\ny\\)", "(xy)"),
        ("\\[ x\n\n- y \\]", "[ x<li>y ]"),
        ("- \\(x\n- y\\)", "<li>(x<li>y)"),
        (r"\(\) and \[ \]", "() and [ ]"),
        (r"a \(x and \(y\)", "a (x and ⟨y⟩"),
        (r"\\(x\\)", r"\(x\)"),
        (r"\\[x\\]", r"\[x\]"),
    ] {
        assert_eq!(said(&blocks(text)), expected, "{text}");
    }
}

#[test]
fn one_that_still_comes_is_shown_as_it_is_written() {
    for (text, expected) in [
        ("so:\n\\[\na\n+ b\n", "so:\n…\\[\na\n+ b…"),
        ("$$\na_1 * b *", "…$$\na_1 * b *…"),
        ("\\[", "…\\[…"),
        ("\\[\na\n\n", "[\na"),
    ] {
        assert_eq!(said(&blocks(text)), expected, "{text}");
    }
}

#[test]
fn many_and_unclosed_ones_take_no_longer_than_their_length() {
    let started = std::time::Instant::now();
    for text in [
        "\\[\n".repeat(100_000),
        "\\[\n".repeat(100_000) + "\n\n",
        "$$\na\n\n".repeat(50_000),
        "x \\[ ".repeat(200_000),
        "x $$ y\n".repeat(100_001),
        "\\( ".repeat(200_000),
        "\\)".repeat(200_000),
        r"\(x\) ".repeat(10_000),
        "$x$ ".repeat(10_000),
        "$5-$6 ".repeat(50_000),
        "\\[".to_owned() + &"x+".repeat(1024 * 1024) + "\\]",
        "> ".repeat(10_000) + "\\(x\\)",
    ] {
        assert!(!blocks(&text).is_empty());
    }
    // A guard against work that grows with the square: that would take minutes.
    assert!(started.elapsed().as_secs() < 30);
}
