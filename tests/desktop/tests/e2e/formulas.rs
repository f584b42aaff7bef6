//! Formulas in an answer: their source while they come, then MathML; and their source again on the clipboard.

use anyhow::{Result, ensure};
use hub_sim::Gate;
use hub_tests_desktop::{Window, at_machine, button, field, until};

use crate::seed::{self, MODEL, in_halves};

const FIRST: &str = "等差数列的首项为 \\(a_1\\)、公差为 $d$，前 \\(n\\) 项和为：\n\n\\[\n\\begin{aligned}\nS_n &= \\sum_{k=1}^{n} a_k\n";
const SECOND: &str = "\\\\ &= \\frac{n}{2}\\left(2a_1 + (n - 1)d\\right)\n\\end{aligned}\n\\]\n\n\
It costs $5 and $6, so the mean is $\\bar{x} = \\frac{5 + 6}{2}$, and the roots of \\(ax^2 + bx + c = 0\\) are\n\n\
$$\nx_{1,2} = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}\n$$\n\n\
矩阵与分段函数：\n\n\
$$\nA = \\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}, \\quad f(x) = \\begin{cases} x^2 & x > 0 \\\\ 0 & \\text{否则} \\end{cases}, \\quad \\boxed{\\int_0^1 f(x)\\,dx = \\tfrac{1}{3}}\n$$\n\n\
$$\n\\overline{AB} + \\vec{v} = \\underbrace{a_1 + a_2 + \\cdots + a_n}_{n} + b_1 + b_2 + b_3 + b_4 + b_5 + b_6 + b_7 + b_8 + b_9 + b_{10} + b_{11} + b_{12} + b_{13} + b_{14} + b_{15} + b_{16}\n$$\n\n\
这里的 $\\unknown{x}$ 不认识，`$y$` 是代码。";
const DRAWN: u64 = 9;

async fn count(window: &Window, selector: &str) -> Result<u64> {
    let script = "return document.querySelectorAll(arguments[0]).length;";
    Ok(window.run(script, vec![selector.into()]).await?.as_u64().unwrap_or_default())
}

async fn sees_drawn(window: &Window, formulas: u64) -> Result<()> {
    until("the formulas to be drawn", async || Ok((count(window, ".prose math").await? == formulas).then_some(())))
        .await
}

/// Selects from the beginning to the end of the parts that match, and presses the keys for copying.
async fn copy(window: &Window, from: &str, to: &str) -> Result<()> {
    let script = "const [from, to] = [...arguments].map(part => document.querySelector(part)); const range = new Range(); \
         range.setStartBefore(from.firstChild); range.setEndAfter(to.lastChild); \
         const selection = getSelection(); document.activeElement.blur(); selection.removeAllRanges(); selection.addRange(range); return true;";
    window.run(script, vec![from.into(), to.into()]).await?;
    window.press("\u{E009}c").await
}

async fn pasted(window: &Window, text: &str) -> Result<()> {
    window.fill(&field("Message"), "").await?;
    window.type_into(&field("Message"), "\u{E009}v").await?;
    until("the copied text in the composer", async || {
        let value = window.value_of(&field("Message")).await?;
        Ok((value.trim() == text).then_some(()))
    })
    .await
}

#[tokio::test]
async fn formulas_of_an_answer_are_drawn_and_copied_as_latex() -> Result<()> {
    let test = "formulas_of_an_answer_are_drawn_and_copied_as_latex";
    at_machine(test, seed::without_keychain(), async |machine| {
        let (sim, gate) = (seed::openai().await?, Gate::new());
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        window.click(&button(MODEL).first()).await?;
        sim.next_reply(in_halves(FIRST, &gate, SECOND));
        window.fill(&field("Message"), "等差数列求和").await?;
        window.click(&button("Send")).await?;

        // Three are whole; the fourth has no end yet.
        sees_drawn(&window, 3).await?;
        window.sees("\\begin{aligned}").await?;
        gate.open();
        window.sees("是代码").await?;
        sees_drawn(&window, DRAWN).await?;
        window.finds(&button("Send")).await?;
        let text = window.text().await?;
        ensure!(text.contains("It costs $5 and $6, so"), "prices stay prices: {text}");
        ensure!(text.contains("\\unknown{x}") && text.contains("$y$"), "what is no formula is its source: {text}");
        ensure!(!text.contains("\\begin"), "no source of what is drawn: {text}");
        let foreign = ".prose math :is([style], [href], a, script), .prose [style]";
        ensure!(count(&window, foreign).await? == 0, "nothing that is not on the list");
        let wide = "const part = [...document.querySelectorAll('.prose .math.display')].pop(); \
             return part.scrollWidth > part.clientWidth && part.clientWidth <= part.closest('.prose').clientWidth;";
        ensure!(window.run(wide, vec![]).await? == true, "a wide one scrolls in itself");

        copy(&window, ".prose .math.display", ".prose .math.display").await?;
        let source = "\\begin{aligned}\nS_n &= \\sum_{k=1}^{n} a_k\n\\\\ &= \\frac{n}{2}\\left(2a_1 + (n - 1)d\\right)\n\\end{aligned}";
        pasted(&window, source).await?;
        copy(&window, ".prose p", ".prose p").await?;
        pasted(&window, "等差数列的首项为 $a_1$、公差为 $d$，前 $n$ 项和为：").await?;

        machine.keep_picture("formulas-light");
        let darken = "const done = arguments[0]; document.documentElement.dataset.theme = 'dark'; \
             requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
        window.run_async(darken, vec![]).await?;
        machine.keep_picture("formulas-dark");
        machine.close(window).await
    })
    .await
}
