//! The net holds: what is planted is caught.

use anyhow::{Result, ensure};
use hub_tests_desktop::{Axe, Keychain, MachineOptions, Start, at_machine, button};

const UNNAMED_BUTTON: &str = "
    const planted = document.createElement('button');
    planted.id = 'planted-button';
    planted.append(document.createElementNS('http://www.w3.org/2000/svg', 'svg'));
    document.querySelector('main').append(planted);
";
const FAINT_TEXT: &str = "
    const planted = document.createElement('p');
    planted.id = 'planted-text';
    planted.textContent = 'Hardly to be read';
    document.querySelector('main').append(planted);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('#planted-text { color: #bbb; background: #fff; }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
";

#[tokio::test]
async fn a_planted_button_without_a_name_and_faint_text_are_caught() -> Result<()> {
    let test = "a_planted_button_without_a_name_and_faint_text_are_caught";
    let options = MachineOptions { keychain: Keychain::None, ..MachineOptions::default() };
    at_machine(test, options, async |machine| {
        let axe = Axe::from_environment()?;
        let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        window.finds(&button("Look around first, connect later")).await?;
        ensure!(axe.ask(&window).await?.is_empty(), "the page has faults before anything is planted");
        for (script, rule, place) in
            [(UNNAMED_BUTTON, "button-name", "#planted-button"), (FAINT_TEXT, "color-contrast", "#planted-text")]
        {
            window.run(script, vec![]).await?;
            let faults = axe.ask(&window).await?;
            let caught = faults.iter().any(|fault| fault.kind == rule && fault.place == place);
            ensure!(caught, "{rule} at {place} was not caught: {faults:?}");
        }
        machine.close(window).await
    })
    .await
}
