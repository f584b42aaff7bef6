use hub_contract::math::{MathAttribute, MathTag};

use super::*;
use hub_markdown::parse;

fn inline(source: &str) -> FormulaSource {
    FormulaSource { source: source.to_owned(), display: false }
}

fn asked(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    parse(text).iter().for_each(|top| in_block(&top.block, &mut found));
    found.into_iter().map(|formula| formula.source).collect()
}

#[test]
fn formulas_are_found_wherever_they_stand() {
    let text =
        "# $a$\n\n> - **$b$** [\\(c\\)](https://a.example)\n\n|$d$|\n|-|\n|~~$e$~~|\n\n`$x$`\n\n[^1]: $f$\n\n$$\ng";
    assert_eq!(asked(text), ["a", "b", "c", "d", "e", "f"]);
}

#[test]
fn what_is_too_long_or_too_much_is_not_asked_for() {
    assert_eq!(asked(&format!("$a$ ${}$ $b$", "x".repeat(LONGEST_FORMULA + 1))), ["a", "b"]);
    assert_eq!(asked(&"$x$ ".repeat(10_000)).len(), MOST_OF_A_BLOCK);
}

#[test]
fn nothing_is_asked_for_twice_and_everybody_hears_of_it() {
    let mut wanted = Wanted::default();
    assert!(wanted.add(vec![inline("a"), inline("a"), inline("b")], Callback::noop()), "the first begins a request");
    assert!(!wanted.add(vec![inline("b"), inline("c")], Callback::noop()), "the others join it");
    let sent = std::mem::take(&mut wanted.next);
    assert_eq!(sent, [inline("a"), inline("b"), inline("c")]);
    assert!(!wanted.add(vec![inline("c")], Callback::noop()), "it is on its way");
    assert!(wanted.add(vec![inline("d")], Callback::noop()), "this one is not");
    assert_eq!(wanted.answered(&sent[..2]).len(), 1);
    assert_eq!(wanted.answered(&sent[2..]).len(), 2);
    assert_eq!(wanted.answered(&[inline("d")]).len(), 1);
    assert!(wanted.waiting.is_empty() && wanted.asked.is_empty());
}

#[test]
fn a_request_holds_no_more_than_the_core_takes() {
    assert_eq!(in_one_request(&vec![inline("x"); 10_000]), MOST_FORMULAS);
    let long = vec![inline(&"x".repeat(LONGEST_FORMULA)); 100];
    assert_eq!(in_one_request(&long), MOST_FORMULA_BYTES / LONGEST_FORMULA);
    assert_eq!(in_one_request(&[inline("x")]), 1);
}

#[test]
fn a_formula_is_drawn_when_it_is_read_and_is_its_source_otherwise() {
    let element = |tag, text: &str, children| MathElement {
        tag,
        attributes: vec![(MathAttribute::Display, "block".to_owned())],
        text: text.to_owned(),
        children,
    };
    let read = element(MathTag::Math, "", vec![element(MathTag::Mi, "x", Vec::new())]);
    let formulas = Formulas::from([(inline("x"), Some(Rc::new(read))), (inline(r"\y"), None)]);
    let drawn = |source: &str, display| format!("{:?}", formula(source, display, &formulas));
    assert!(drawn("x", false).contains("\"math\"") && drawn("x", false).contains("\"mi\""));
    for (source, display) in [("x", true), (r"\y", false), ("z", false)] {
        assert!(!drawn(source, display).contains("\"mi\""), "{source}");
    }
}
