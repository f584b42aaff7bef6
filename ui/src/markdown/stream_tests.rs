use std::rc::Rc;

use proptest::prelude::*;

use super::Document;
use hub_markdown::ast::Block;
use hub_markdown::parse;

/// Answers as models write them. None holds link definitions or footnotes, so the tree is right at every moment.
const CORPUS: &[&str] = &[
    "2026 年第三季度共出货 18,460 台，整体返修率 **1.83%**。三条产线中 B 线偏高：\n\n|产线|出货|返修率|\n|---|---:|---|\n|A 线 · 标准机|8,120|1.19%|\n|B 线|5,240|3.21%|\n\n口径按《返修统计办法》第 4 条。\n",
    "# 标题\n\n正文一\n正文二\n===\n\n- 一\n- 二\n  - 二之一\n    1. 甲\n    2. 乙\n\n  段落\n- 三\n\n收尾",
    "1. one\n\n   ```rust\n   fn main() {}\n   ```\n\n2. two\n\n\n3. three\n\nafter\n***\n* star\n+ plus\n",
    "```sql\n-- 口径\nSELECT 1;\n\n\n   \nFROM t\n```\nafter the fence\n\n~~~\nopen `fence`\n```\nstill code",
    "```\n",
    "````md\n```\ninner\n```\n````\n\n    indented\n\n    code\n\ntext",
    "> quote\nlazy\n>\n> - a\n> - b\n\n> another\n\n---\n\ntext\n---\n",
    "<div>\n<b>x</b>\n\n</div>\n\na <br> b & c &amp; d\n\n<!-- c\n\nd -->\nafter",
    "行内 `code`、$a_b$、**粗*斜*粗**、~~删~~、<https://example.com>、https://例子 https://example.com/路\n\n$$\n\\sum_i x_i\n$$\n",
    "| a | b |\n|---|\n| 1 | 2 |\n\n| a | b |\n|---|---|\n| 1 | `x \\| y` |\n| 2\nnot a row\n\nend",
    "text\n- list right after\n1. number\n#tag\n# head\n```\ncode\n```\ntext\n> quote\ntext",
    "- [x] 完成\n- [ ] 未完成\n\n*   wide\n\n    two\n\n-\n  empty\n",
    "one\r\ntwo\r\n\r\n```\r\ncode\r\n```\r\n\r\nthree\r\n",
    "\n\n   \n  leading blank lines\n\n\t- tab\n",
    "由 \\(a_1 + a_2\\) 与 $x$ 得：\n\\[\n\\begin{aligned}\nS &= \\frac{n}{2}(a_1 + a_n) \\\\[4pt]\n- b &= c\n\\end{aligned}\n\\]\n因此 **\\(S\\)**。\n\n$$\nf(x) = a\n+ b\n- c\n$$\n\n1. 单价 $5，比 $6 少\n2. \\[ x \\]\n\n> 引用\n>\n> \\[\n> y > 0\n> \\]\n",
    "It costs $5 and $6, `\\(code\\)`:\n\n```latex\n\\[ x \\]\n$$\n```\n\n\\[ never closed\n\n- list\n\n$$\nstill open\n- here",
    "🙂 emoji 👨‍👩‍👧‍👦 and \u{0} nul and \u{feff} mark\n\n\\[ x \\]\n",
];

fn tree(document: &Document) -> Vec<Block> {
    document.blocks().iter().map(|block| Block::clone(block)).collect()
}

fn whole(text: &str) -> Vec<Block> {
    parse(text).into_iter().map(|top| top.block).collect()
}

/// Ends of pieces of the given sizes, moved to where characters end.
fn cuts(text: &str, sizes: &[usize]) -> Vec<usize> {
    let mut cuts = Vec::new();
    let mut at = 0;
    for size in sizes.iter().cycle() {
        if at >= text.len() {
            break;
        }
        at = (at + size.max(&1)).min(text.len());
        while !text.is_char_boundary(at) {
            at += 1;
        }
        cuts.push(at);
    }
    cuts
}

fn stream(text: &str, sizes: &[usize], mut look: impl FnMut(&str, &Document)) -> Document {
    let mut document = Document::default();
    for cut in cuts(text, sizes) {
        document.set(&text[..cut], false);
        look(&text[..cut], &document);
    }
    document
}

#[test]
fn character_by_character_the_tree_is_always_that_of_the_text_so_far() {
    for text in CORPUS {
        let mut document = stream(text, &[1], |so_far, document| {
            assert_eq!(tree(document), whole(so_far), "after {so_far:?}");
        });
        document.set(text, true);
        assert_eq!(tree(&document), whole(text));
    }
}

#[test]
fn definitions_that_come_late_hold_after_the_end() {
    let text = "see [the paper][p] and [^1]\n\nmore\n\n[p]: https://example.com/p\n\n[^1]: a note\n";
    let mut document = stream(text, &[1], |_, _| ());
    assert_ne!(tree(&document), whole(text), "the first paragraph was finished before the definition came");
    document.set(text, true);
    assert_eq!(tree(&document), whole(text));
}

#[test]
fn a_finished_block_keeps_its_identity_to_the_end() {
    let text = "first\n\nsecond\n\n```\ncode\n```\n\nthird\n";
    let mut document = Document::default();
    document.set("first\n\nsec", false);
    let first = Rc::clone(&document.blocks()[0]);
    document.set(text, false);
    let code = Rc::clone(&document.blocks()[2]);
    document.set(text, true);
    assert!(Rc::ptr_eq(&first, &document.blocks()[0]));
    assert!(Rc::ptr_eq(&code, &document.blocks()[2]));
}

#[test]
fn a_replaced_text_starts_anew() {
    let mut document = Document::default();
    document.set("one\n\ntwo\n\nthree", false);
    document.set("one\n\nother", false);
    assert_eq!(tree(&document), whole("one\n\nother"));
    document.set("one\n\nother", true);
    document.set("one\n\nother\n\nmore", true);
    assert_eq!(tree(&document), whole("one\n\nother\n\nmore"));
}

#[test]
fn the_work_is_linear_in_the_text() {
    let section = "## 标题\n\n一段两百来字的正文，".to_owned()
        + &"说明口径与结论。".repeat(20)
        + "\n\n- a\n- b\n\n|a|b|\n|-|-|\n|1|2|\n\n";
    let parsed = |text: &str| {
        let mut document = stream(text, &[32], |_, _| ());
        document.set(text, true);
        document.parsed_bytes()
    };
    let (small, large) = (section.repeat(10), section.repeat(100));
    let (of_small, of_large) = (parsed(&small), parsed(&large));
    assert!(of_large < of_small * 11, "ten times the text took {of_small} -> {of_large} bytes");

    let line = "let value = compute(42); // 说明\n";
    let code = |lines: usize| format!("intro\n\n```rust\n{}", line.repeat(lines));
    let (of_small, of_large) = (parsed(&code(200)), parsed(&code(2000)));
    assert!(of_large < of_small * 11, "an open code block is not read again: {of_small} -> {of_large} bytes");
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(vec![
            "\n",
            "\n\n",
            "\n\n\n",
            " ",
            "  ",
            "    ",
            "\t",
            "- ",
            "-",
            "* ",
            "+ ",
            "1. ",
            "2) ",
            "10.",
            "> ",
            ">",
            "# ",
            "## ",
            "#",
            "---\n",
            "===\n",
            "***",
            "```",
            "```\n",
            "```rust\n",
            "````\n",
            "~~~\n",
            "|a|b|\n|-|-|\n",
            "|1|2|\n",
            "|",
            "**",
            "*",
            "_",
            "~~",
            "`",
            "$",
            "$$",
            "$$\n",
            "\\(",
            "\\)",
            "\\[",
            "\\[\n",
            "\\]",
            "$5",
            "\\\\",
            "<div>\n",
            "</div>\n",
            "<!--",
            "-->",
            "<br>",
            "<https://a.example>",
            "https://b.example/x",
            "&amp;",
            "\\",
            "(",
            ")",
            "字",
            "一句话。",
            "word",
            "text\n",
            "!",
            "\r\n",
        ])
        .prop_map(str::to_owned),
        "[a-z一-龥 ]{0,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_in_any_pieces_has_the_tree_of_the_whole(
        pieces in proptest::collection::vec(piece(), 0..24),
        sizes in proptest::collection::vec(1_usize..12, 1..6),
    ) {
        let text = pieces.concat();
        let mut document = stream(&text, &sizes, |_, _| ());
        prop_assert_eq!(tree(&document), whole(&text), "before the end");
        document.set(&text, true);
        prop_assert_eq!(tree(&document), whole(&text), "after the end");
    }

    #[test]
    fn no_text_panics(text in any::<String>(), cut in any::<prop::sample::Index>()) {
        let mut at = cut.index(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let mut document = Document::default();
        document.set(&text[..at], false);
        document.set(&text, true);
        prop_assert_eq!(tree(&document), whole(&text));
    }
}
