use hub_contract::math::MathTag;

use super::*;

/// As the command does it, on a stack of its own.
fn read_on_its_stack(sources: &[&str]) -> Vec<Formula> {
    let formulas: Vec<_> =
        sources.iter().map(|source| FormulaSource { source: (*source).to_owned(), display: true }).collect();
    let read_all = move || formulas.iter().map(|formula| Reader::new().read(formula)).collect();
    std::thread::Builder::new().stack_size(STACK).spawn(read_all).unwrap().join().unwrap()
}

fn words(element: &MathElement) -> String {
    element.text.clone() + &element.children.iter().map(words).collect::<String>()
}

/// What a reader sees, without spaces and the signs that show nothing.
fn seen(element: &MathElement) -> String {
    words(element).chars().filter(|c| !c.is_whitespace() && !('\u{2061}'..='\u{2064}').contains(c)).collect()
}

fn holds(element: &MathElement, tag: MathTag) -> bool {
    element.tag == tag || element.children.iter().any(|child| holds(child, tag))
}

#[test]
fn what_models_write_is_understood() {
    let sources = [
        (r"\frac{-b \pm \sqrt{b^2 - 4ac}}{2a}", "−b±b2−4ac2a", MathTag::Mfrac),
        (r"\sum_{i=1}^{n} x_i \le \int_0^\infty e^{-t}\,dt", "∑i=1nxi≤∫0∞e−tdt", MathTag::Munderover),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "(1234)", MathTag::Mtable),
        (r"f(x) = \begin{cases} a & x > 0 \\ b & \text{否则} \end{cases}", "f(x)={ax>0b否则", MathTag::Mtext),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", "a=b=c", MathTag::Mtr),
        (r"\begin{align*} a &= b \\ &= c \end{align*}", "a=b=c", MathTag::Mtr),
        (r"\mathbb{R}^n \to \mathbb{R},\quad f(x) \approx \vec{y}", "ℝn→ℝ,f(x)≈y\u{20d7}", MathTag::Mover),
        (r"\left( \frac{\partial L}{\partial w} \right)", "(∂L∂w)", MathTag::Mfrac),
        (r"\text{返修率} = \frac{338}{18460} \times 100\% \approx 1.83\%", "返修率=33818460×100%≈1.83%", MathTag::Mn),
        (r"\boxed{x = 42}", "x=42", MathTag::Mtable),
        (r"\underbrace{a + b}_{n} \xrightarrow{k} \overline{AB}", "a+b⏟n→kAB\u{332}", MathTag::Munder),
        (r"\lim_{x \to 0} \frac{\sin x}{x} = 1 \tag{1}", "limx→0sinxx=1(1)", MathTag::Mtd),
        (r"P(A \mid B) = \dfrac{P(B \mid A)\,P(A)}{P(B)}", "P(A∣B)=P(B∣A)P(A)P(B)", MathTag::Mfrac),
        ("a + b\n+ c", "a+b+c", MathTag::Mi),
    ];
    let all = read_on_its_stack(&sources.map(|(source, ..)| source));
    for ((source, said, tag), formula) in sources.iter().zip(&all) {
        let formula = formula.as_ref().unwrap_or_else(|| panic!("{source} is not understood"));
        assert_eq!(formula.tag, MathTag::Math);
        assert_eq!(seen(formula), *said, "{source}");
        assert!(holds(formula, *tag), "{source} has no {tag:?}: {formula:?}");
    }
}

#[test]
fn what_means_nothing_or_too_much_stays_what_it_is() {
    let long = "x+".repeat(1024 * 1024);
    let (braces, many_braces) = (nested("{", "}", 150), nested("{", "}", 10_000));
    let (roots, fractions) = (r"\sqrt".repeat(1_600), r"\frac".repeat(1_600));
    let (spaced_roots, lefts) = (r"\sqrt ".repeat(1_300), r"\left. ".repeat(1_100));
    let (environments, bold) = (r"\begin{matrix} ".repeat(540), r"\bm".repeat(2_700));
    let (scripts, primes) = ("x^".repeat(4_000), "'".repeat(8_000));
    let sources = [
        (r"\frac{1}", "cut off"),
        (r"\unknown{x}", "an unknown command"),
        ("}", "a brace too many"),
        (r"\begin{pmatrix} 1", "an open environment"),
        (r"\left(", "an open parenthesis"),
        (r"\href{javascript:alert(1)}{x}", "a link"),
        (r"\url{https://example.com}", "an address"),
        (r"\includegraphics{https://example.com/x.png}", "a picture"),
        (r"\def\a{\a\a}\a", "a macro without an end"),
        (r"\newcommand{\a}{\a\a}\a", "a command without an end"),
        (r"\let\a\b \a", "another name"),
        (r"\text{\input{/etc/passwd}}", "a file"),
        ("a \u{202e} b", "another direction"),
        ("a \u{0} b", "nothing"),
        (&long, "2 MiB"),
        (&many_braces, "10,000 braces"),
        (&roots, "roots"),
        (&spaced_roots, "roots apart"),
        (&fractions, "fractions"),
        (&lefts, "fences"),
        (&environments, "environments"),
        (&bold, "bold of bold"),
        (&scripts, "scripts"),
    ];
    let all = read_on_its_stack(&sources.map(|(source, _)| source));
    assert_eq!(all.len(), sources.len());
    for ((_, what), formula) in sources.iter().zip(&all) {
        assert_eq!(*formula, None, "{what}");
    }
    // Whatever these are, they come to an end.
    assert_eq!(read_on_its_stack(&[&braces, &primes]).len(), 2);
    assert!(read_on_its_stack(&["x"])[0].is_some());
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    open.repeat(depth) + "x" + &close.repeat(depth)
}

#[test]
fn markup_in_a_formula_is_words() {
    let all = read_on_its_stack(&[r"\text{<script>alert(1)</script>} < y", r"\text{a\textbf{b}} \& \textbf{c}"]);
    assert_eq!(seen(all[0].as_ref().unwrap()), "<script>alert(1)</script><y");
    assert!(seen(all[1].as_ref().unwrap()).contains("&"));
}

#[test]
fn a_box_has_a_line_on_every_side() {
    let all = read_on_its_stack(&[r"\boxed{x}"]);
    let formula = format!("{:?}", all[0].as_ref().unwrap());
    for line in ["line-left", "line-right", "line-top", "line-bottom"] {
        assert!(formula.contains(line), "{line}: {formula}");
    }
}
