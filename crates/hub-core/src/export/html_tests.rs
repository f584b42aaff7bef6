use hub_contract::math::{MathAttribute, MathTag};

use super::*;

/// Every element that a file may hold, beside those of formulas.
const ELEMENTS: &[&str] = &[
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "br",
    "hr",
    "div",
    "span",
    "pre",
    "code",
    "figure",
    "figcaption",
    "blockquote",
    "ul",
    "ol",
    "li",
    "input",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "strong",
    "em",
    "s",
    "sup",
    "a",
];
/// Every attribute, beside those of formulas.
const ATTRIBUTES: &[&str] =
    &["charset", "http-equiv", "content", "class", "data-source", "start", "type", "disabled", "checked", "href"];

fn html(markdown: &str) -> String {
    let markdown = markdown.to_owned();
    let paint = move || {
        let mut out = String::new();
        Painter::new().markdown(&markdown, &mut out);
        out
    };
    std::thread::Builder::new().stack_size(64 * 1024 * 1024).spawn(paint).unwrap().join().unwrap()
}

/// The elements of a file with their attributes. Everything else in it is text.
fn elements(file: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    for piece in file.split('<').skip(1) {
        let inside = piece.split_once('>').expect("every element ends").0;
        if inside.starts_with('/') || inside == "!doctype html" {
            continue;
        }
        let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
        let mut attributes = Vec::new();
        while !rest.is_empty() {
            let end = rest.find([' ', '=']).unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            let (value, after) = match after.strip_prefix("=\"") {
                Some(after) => after.split_once('"').expect("every value ends"),
                None => ("", after),
            };
            attributes.push((key.to_owned(), value.to_owned()));
            rest = after.trim_start();
        }
        found.push((name.to_owned(), attributes));
    }
    found
}

/// Fails for what is on no list, and for whatever a browser would fetch or run.
fn only_what_is_allowed(file: &str) {
    for (name, attributes) in elements(file) {
        assert!(ELEMENTS.contains(&name.as_str()) || MathTag::of(&name).is_some(), "<{name}> in {file}");
        for (key, value) in attributes {
            assert!(ATTRIBUTES.contains(&key.as_str()) || MathAttribute::of(&key).is_some(), "{key} in {file}");
            assert!(key != "href" || name == "a" && openable(&value).is_some(), "{value} in {file}");
        }
    }
}

#[test]
fn markdown_is_rendered() {
    assert_eq!(html("**A** | b"), "<p><strong>A</strong> | b</p>\n");
    assert_eq!(
        html("|a|b|\n|-|-|\n|x|1|"),
        "<table><thead><tr><th>a</th><th class=\"num\">b</th></tr>\n</thead><tbody>\n\
         <tr><td>x</td><td class=\"num\">1</td></tr>\n</tbody></table>\n"
    );
    assert_eq!(
        html("3. a\n4. b\n   - [x] c\n"),
        "<ol start=\"3\">\n<li>a</li>\n<li>b\n<ul>\n<li><input type=\"checkbox\" disabled checked> c</li>\n</ul>\n\
         </li>\n</ol>\n"
    );
    assert_eq!(html("# a\n> ~~b~~\n\n---"), "<h3>a</h3>\n<blockquote>\n<p><s>b</s></p>\n</blockquote>\n<hr>\n");
    assert_eq!(
        html("见 https://a.example/x。"),
        "<p>见 <a href=\"https://a.example/x\">https://a.example/x</a>。</p>\n"
    );
}

#[test]
fn code_carries_the_name_of_its_language() {
    assert_eq!(
        html("```rust\nfn a<T>() {}\n```"),
        "<figure><figcaption>rust</figcaption><pre><code class=\"language-rust\">fn a&lt;T&gt;() {}</code></pre>\
         </figure>\n"
    );
    assert_eq!(html("```\nx\n```"), "<pre><code>x</code></pre>\n");
    only_what_is_allowed(&html("```\"onload=x><script>\nx\n```"));
}

#[test]
fn formulas_are_drawn_and_carry_their_source() {
    assert_eq!(
        html(r"由 $x$ 和 \(y\)。"),
        "<p>由 <span class=\"math\" data-source=\"x\"><math><mi>x</mi></math></span> 和 \
         <span class=\"math\" data-source=\"y\"><math><mi>y</mi></math></span>。</p>\n"
    );
    for text in ["$$\n\\frac{1}{2}\n$$", "\\[\n\\frac{1}{2}\n\\]"] {
        let file = html(text);
        assert!(
            file.starts_with("<p><span class=\"math display\" data-source=\"\\frac{1}{2}\"><math display=\"block\"")
        );
        assert!(file.contains("<mfrac><mn>1</mn><mn>2</mn></mfrac>"), "{file}");
    }
}

#[test]
fn prices_and_code_with_dollars_are_no_formulas() {
    for (text, file) in [
        ("from $5 to $6, US$7", "<p>from $5 to $6, US$7</p>\n"),
        ("`$x$` costs $5", "<p><code>$x$</code> costs $5</p>\n"),
        ("```\nA=$x$B\n```", "<pre><code>A=$x$B</code></pre>\n"),
    ] {
        assert_eq!(html(text), file);
    }
}

#[test]
fn a_formula_that_is_not_understood_is_its_source() {
    assert_eq!(html(r"a $\unknown{<b>}$"), "<p>a <code class=\"math\">\\unknown{&lt;b&gt;}</code></p>\n");
    assert_eq!(html("$$\\unknown\"$$"), "<p><code class=\"math display\">\\unknown&quot;</code></p>\n");
    // One that has no end, as a stopped answer leaves it.
    assert_eq!(html("\\[\nx <"), "<p><code class=\"math display\">\\[\nx &lt;</code></p>\n");
}

#[test]
fn a_file_has_a_most_of_formulas_and_says_the_rest_in_latex() {
    let mut painter = Painter::new();
    painter.formulas_left = 2;
    let mut out = String::new();
    painter.markdown("$a$ $b$ $c$", &mut out);
    assert_eq!((out.matches("<math>").count(), out.matches("<code class=\"math\">c</code>").count()), (2, 1));
}

#[test]
fn hostile_latex_makes_neither_markup_nor_requests() {
    let deep = format!("${}{}$", "{".repeat(4_000), "}".repeat(4_000));
    let roots = format!("$${}x$$", r"\sqrt".repeat(1_600));
    for text in [
        r"$\href{javascript:alert(1)}{x}$",
        r"$\url{https://evil.example/p.png}$",
        r"$\includegraphics{https://evil.example/p.png}$",
        r"$\text{<img src=x onerror=alert(1)>}$",
        r"$\text{</span><script>alert(1)</script>}$",
        r"$\style{background:url(https://evil.example)}{x}$",
        r#"$\class{"><script>}{x}$"#,
        r#"$\color{red" onload="x}{y}$"#,
        r#"$\unknown{" onclick="alert(1)}$"#,
        r"$\def\a{\a\a}\a$",
        r"$\newcommand{\b}{<iframe>}\b$",
        r"$\unicode{60}script\unicode{62}$",
        "$\u{202e}x$",
        "$a\\text{\u{0}}$",
        deep.as_str(),
        roots.as_str(),
    ] {
        let file = html(text);
        only_what_is_allowed(&file);
        assert!(!file.contains("<script") && !file.contains("<img") && !file.contains("<a "), "{file}");
    }
}

#[test]
fn nothing_in_a_message_becomes_markup_or_leads_astray() {
    assert_eq!(escape("<img src=x onerror='a'>"), "&lt;img src=x onerror=&#39;a&#39;&gt;");
    assert!(html("<script>alert(1)</script>").contains("&lt;script&gt;"));
    assert_eq!(html("a <b onclick=x>c</b>"), "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>\n");
    for url in ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///etc/passwd", "//host", "rel"] {
        assert_eq!(html(&format!("[words](<{url}>)")), format!("<p>words ({url})</p>\n"));
        assert_eq!(html(&format!("![words](<{url}>)")), "<p>words</p>\n");
    }
    let picture = html("![a plan](https://host.example/p.png)");
    assert_eq!(picture, "<p><a href=\"https://host.example/p.png\">a plan</a></p>\n");
    only_what_is_allowed(&html("[x](https://h.example/?a=\"><script>) [^1]\n\n[^1]: <img src=x>"));
}

#[test]
fn every_class_of_a_formula_has_a_style_and_styles_lead_nowhere() {
    for class in crate::formulas::all_classes() {
        assert!(STYLE.contains(&format!("math .{class}{{")), "{class} has no style");
    }
    assert!(!STYLE.contains("url(") && !STYLE.contains('@') && !STYLE.contains('<'));
}

#[test]
fn ten_thousand_quotes_are_no_trouble() {
    assert!(html(&(">".repeat(10_000) + " x")).contains('x'));
}
