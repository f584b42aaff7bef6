//! What a hand does while something else goes on: an input method at work, text that grows under the wheel and under a
//! selection, pictures that are dragged in.

use anyhow::{Context, Result, ensure};
use hub_sim::{Gate, Scenario};
use hub_tests_desktop::{at_machine, button, field, until};
use serde_json::json;

use crate::seed::{self, MODEL, in_halves};

const ENTER: &str = "\u{E007}";

/// Events of an input method in one task, as engines send them; tells whether all of them were left to the text area.
/// `begin` and `end` are its own, `taken` is Enter while it is at work, `late` Enter with code 229 that says it is not
/// composing, and `bare` Enter that gives no sign at all.
const INPUT_METHOD: &str = "
    const area = document.querySelector('.composer .text');
    area.focus();
    const press = (init) => area.dispatchEvent(new KeyboardEvent('keydown',
        { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, ...init }));
    const events = {
        begin: () => area.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true })),
        end: () => area.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true })),
        taken: () => press({ keyCode: 229, which: 229, isComposing: true }),
        late: () => press({ keyCode: 229, which: 229 }),
        bare: () => press({ keyCode: 13, which: 13 }),
    };
    return arguments[0].map((name) => events[name]()).every((left) => left);
";

/// How far the view is from its end, and from its beginning.
const PLACE: &str = "const view = document.querySelector('.view'); return [view.scrollHeight - view.clientHeight - view.scrollTop, \
     view.scrollTop];";
/// A turn of the wheel, away from the end: the event, then what the engine does with it.
const WHEEL: &str = "
    const view = document.querySelector('.view');
    view.dispatchEvent(new WheelEvent('wheel', { deltaY: -arguments[0], bubbles: true }));
    view.scrollTop -= arguments[0];
";
/// Selects words of the last paragraph, which still grows.
const SELECT: &str = "
    const texts = document.createTreeWalker([...document.querySelectorAll('.prose p')].at(-1), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const at = texts.currentNode.data.indexOf(arguments[0]);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(texts.currentNode, at);
        range.setEnd(texts.currentNode, at + arguments[0].length);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        return true;
    }
    return false;
";
const SELECTED: &str = "return getSelection().toString();";
const FRAMES: &str = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));";
/// A picture, by its bytes and its name, on its way into the composer by the event that `arguments[2]` names; tells
/// whether the page took it.
const PICTURE: &str = "
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(arguments[0])], arguments[1], { type: 'image/png' }));
    const init = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data };
    const Kind = arguments[2] === 'paste' ? ClipboardEvent : DragEvent;
    return !document.querySelector('.composer .text').dispatchEvent(new Kind(arguments[2], init));
";
const IS_OVER: &str = "return document.querySelector('.composer').classList.contains('is-over');";

#[tokio::test]
async fn an_enter_of_the_input_method_never_sends_in_either_order() -> Result<()> {
    let test = "an_enter_of_the_input_method_never_sends_in_either_order";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        window.click(&button(MODEL).first()).await?;
        // Chromium's order, WebKit's, and WebKit's without the code. Each in one task, as the engine has it.
        let orders = [
            ("why ", ["begin", "taken", "end"]),
            ("did ", ["begin", "end", "late"]),
            ("it ", ["begin", "end", "bare"]),
        ];
        for (typed, order) in orders {
            window.type_into(&field("Message"), typed).await?;
            let left = window.run(INPUT_METHOD, vec![json!(order)]).await?;
            ensure!(left == true, "{order:?}: the page took a key of the input method");
        }
        sim.next(Scenario::Text { text: "Because of the seals.".into(), reasoning: None });
        window.type_into(&field("Message"), &format!("rise{ENTER}")).await?;
        window.sees("Because of the seals.").await?;
        let chats = sim.chats();
        let asked = chats.first().and_then(|chat| chat["messages"].as_array()?.last()).context("a question came")?;
        ensure!(chats.len() == 1 && asked["content"] == "why did it rise", "one question, whole: {chats:?}");
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn growing_text_leaves_the_wheel_and_the_selection_to_the_person() -> Result<()> {
    let test = "growing_text_leaves_the_wheel_and_the_selection_to_the_person";
    at_machine(test, seed::without_keychain(), async |machine| {
        let (sim, gate) = (seed::openai().await?, Gate::new());
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        window.click(&button(MODEL).first()).await?;
        let words = "the seals of line B were changed in August";
        let lines: String = (0..80).map(|number| format!("Line {number} of the log.\n\n")).collect();
        let first = format!("{lines}So {words}, and since then {}", "the rate has gone up week after week, ".repeat(4));
        let more: String = (0..80).map(|number| format!("\n\nLater line {number}.")).collect();
        sim.next_reply(in_halves(&first, &gate, &format!("as it still does.{more}")));
        window.fill(&field("Message"), "Why?").await?;
        window.click(&button("Send")).await?;
        window.sees(words).await?;
        let place = async || -> Result<(f64, f64)> {
            let place = window.run(PLACE, vec![]).await?;
            let number = |index: usize| place.get(index).and_then(serde_json::Value::as_f64).context("no number");
            Ok((number(0)?, number(1)?))
        };
        until("the view to follow what grows", async || Ok((place().await?.0 < 2.0).then_some(()))).await?;
        ensure!(place().await?.1 > 400.0, "the text is longer than the view");

        ensure!(window.run(SELECT, vec![json!(words)]).await? == true, "the words stand in one piece");
        window.run(WHEEL, vec![json!(200)]).await?;
        window.finds(&button("Jump to latest")).await?;
        let before = place().await?;
        gate.open();
        window.sees("Later line 79.").await?;
        window.finds(&button("Send")).await?;
        window.run_async(FRAMES, vec![]).await?;
        let after = place().await?;
        ensure!((after.1 - before.1).abs() < 2.0, "the view stays where the person put it: {before:?}, {after:?}");
        ensure!(after.0 > before.0 + 400.0, "the text grew below it: {before:?}, {after:?}");
        ensure!(window.run(SELECTED, vec![]).await? == words, "the selection stays");

        window.click(&button("Jump to latest")).await?;
        until("the end of the answer", async || Ok((place().await?.0 < 2.0).then_some(()))).await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn pictures_that_are_dragged_in_or_pasted_go_along_with_the_question() -> Result<()> {
    let test = "pictures_that_are_dragged_in_or_pasted_go_along_with_the_question";
    at_machine(test, seed::without_keychain(), async |machine| {
        let sim = seed::openai().await?;
        let window = machine.open(seed::connected(machine, &sim).await?).await?;
        window.click(&button(MODEL).first()).await?;
        let picture = json!(machine.picture_now((40, 40))?);
        let hand = async |name: &str, event: &str| -> Result<()> {
            let taken = window.run(PICTURE, vec![picture.clone(), json!(name), json!(event)]).await?;
            ensure!(taken == true, "{event}: the composer takes it, or the window would go to the file");
            Ok(())
        };
        let is_over = async || -> Result<bool> { Ok(window.run(IS_OVER, vec![]).await? == true) };
        hand("seal.png", "dragover").await?;
        until("the composer to offer itself", async || Ok(is_over().await?.then_some(()))).await?;
        hand("seal.png", "drop").await?;
        window.sees("seal.png").await?;
        until("the offer to end", async || Ok((!is_over().await?).then_some(()))).await?;
        hand("ring.png", "paste").await?;
        window.sees("ring.png").await?;

        sim.next(Scenario::Text { text: "A seal.".into(), reasoning: None });
        window.fill(&field("Message"), "What is this?").await?;
        window.click(&button("Send")).await?;
        window.sees("A seal.").await?;
        let sent = sim.chats().pop().context("a question came")?.to_string();
        ensure!(sent.matches("data:image/png;base64,").count() == 2, "both went along");
        machine.close(window).await
    })
    .await
}
