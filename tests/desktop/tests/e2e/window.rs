//! The window itself: that it opens and ends, what its page may do, and what is left when its process dies.

use anyhow::{Context, Result, ensure};
use hub_tests_desktop::{Machine, MachineOptions, Start, at_machine, button, heading, until};

use crate::seed::{self, rail};

#[tokio::test]
async fn the_window_opens_and_closes() -> Result<()> {
    at_machine("the_window_opens_and_closes", MachineOptions::default(), async |machine| {
        let window = machine.open(Start::default()).await?;
        window.sees("Where to begin?").await?;
        ensure!(window.is_running());
        machine.close(window).await?;
        ensure!(!machine.data_dir().join("starting").exists(), "the start reached its first paint");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_page_comes_back_when_its_process_dies() -> Result<()> {
    at_machine("the_page_comes_back_when_its_process_dies", seed::without_keychain(), async |machine| {
        let mut window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        window.click(&button("Look around first")).await?;
        window.click(&rail("Platforms")).await?;
        window.finds(&heading("Platform access")).await?;
        for _ in 0..2 {
            window.kill_page().await?;
            window.finds(&heading("Platform access")).await?;
        }
        window.click(&rail("Members")).await?;
        window.finds(&heading("Members")).await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn a_page_that_stops_by_its_own_fault_says_so_and_can_be_loaded_again() -> Result<()> {
    let test = "a_page_that_stops_by_its_own_fault_says_so_and_can_be_loaded_again";
    at_machine(test, seed::without_keychain(), async |machine| {
        let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        window.click(&button("Look around first")).await?;
        window.finds(&rail("Members")).await?;
        // Nothing can be drawn any more, which no page survives.
        window.run("Node.prototype.insertBefore = () => { throw new Error('broken'); };", vec![]).await?;
        window.click(&rail("Members")).await?;
        window.sees("The page stopped by a fault of its own.").await?;
        machine.keep_picture("page-stopped");
        window.sees(" < ").await.context("the functions it stopped in")?;
        window.click(&button("Reload")).await?;
        window.click(&rail("Members")).await?;
        window.finds(&heading("Members")).await?;
        window.sees_no_more("The page stopped").await?;
        machine.close(window).await
    })
    .await
}

/// Asks the browser itself: a forbidden picture makes it report the policy it enforces.
const EFFECTIVE_POLICY: &str = "
    const done = arguments[arguments.length - 1];
    addEventListener('securitypolicyviolation', event => done(event.originalPolicy), { once: true });
    new Image().src = 'https://forbidden.invalid/pixel.png';
";

#[tokio::test]
async fn the_running_window_enforces_the_golden_policy() -> Result<()> {
    at_machine("the_running_window_enforces_the_golden_policy", seed::without_keychain(), async |machine| {
        let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        window.sees("Where to begin?").await?;
        let enforced = window.run_async(EFFECTIVE_POLICY, vec![]).await?;
        let enforced = enforced.as_str().context("no policy is enforced")?;
        let golden = include_str!("../../golden/csp.txt");
        ensure!(directives(enforced) == directives(golden), "enforced: {enforced}\ngolden: {golden}");
        Ok(())
    })
    .await
}

/// The directives with their sources, both sorted. The build adds the hash of each script file and nonces to the
/// policy; they only name what `'self'` allows anyway.
fn directives(policy: &str) -> Vec<(String, Vec<String>)> {
    let mut directives: Vec<_> = policy
        .split(';')
        .filter_map(|directive| {
            let mut words = directive.split_whitespace().map(str::to_owned);
            let name = words.next()?;
            let mut sources: Vec<_> =
                words.filter(|source| !source.starts_with("'sha256-") && !source.starts_with("'nonce-")).collect();
            sources.sort();
            Some((name, sources))
        })
        .collect();
    directives.sort();
    directives
}

const WATCH: &str = "
    window.violations = [];
    addEventListener('securitypolicyviolation', event => {
        violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
    addEventListener('error', event => violations.push(`error ${event.message}`));
    addEventListener('unhandledrejection', event => violations.push(`unhandled ${event.reason}`));
";

#[tokio::test]
async fn no_page_breaks_the_policy() -> Result<()> {
    at_machine("no_page_breaks_the_policy", seed::without_keychain(), async |machine| walk(machine).await).await
}

async fn walk(machine: &Machine) -> Result<()> {
    let sim = seed::openai().await?;
    let window = machine.open(seed::connected(machine, &sim).await?).await?;
    window.finds(&rail("Platforms")).await?;
    window.run(WATCH, vec![]).await?;
    for page in ["Platforms", "Agents", "Members", "Settings", "Chat"] {
        window.click(&rail(page).first()).await?;
        until("the page to be current", async || {
            let script = "return document.querySelector('nav [aria-current]')?.innerText.trim();";
            Ok((window.run(script, vec![]).await? == page).then_some(()))
        })
        .await?;
    }
    let seen = window.run("return violations;", vec![]).await?;
    ensure!(seen.as_array().is_some_and(Vec::is_empty), "{seen}");
    Ok(())
}

#[tokio::test]
async fn the_page_can_neither_leave_nor_reach_out() -> Result<()> {
    at_machine("the_page_can_neither_leave_nor_reach_out", seed::without_keychain(), async |machine| {
        let elsewhere = hub_sim::Recorder::start().await?;
        let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
        window.sees("Where to begin?").await?;
        let reach = "
            const [address, done] = arguments;
            const tries = [];
            tries.push(fetch(address + '/fetch').then(() => 'fetched', () => 'refused'));
            tries.push(new Promise(over => {
                const image = new Image();
                image.onload = () => over('shown');
                image.onerror = () => over('refused');
                image.src = address + '/image.png';
            }));
            tries.push(new Promise(over => {
                try {
                    const socket = new WebSocket(address.replace('http', 'ws'));
                    socket.onopen = () => over('opened');
                    socket.onerror = () => over('refused');
                } catch { over('refused'); }
            }));
            try { tries.push(eval('\"evaluated\"')); } catch { tries.push('refused'); }
            window.open(address + '/window');
            location.href = address + '/page';
            Promise.all(tries).then(done);
        ";
        let tried = window.run_async(reach, vec![elsewhere.base_url().into()]).await?;
        ensure!(tried == serde_json::json!(["refused", "refused", "refused", "refused"]), "{tried}");
        window.click(&button("Look around first")).await?;
        window.sees("No platform is connected yet").await?;
        ensure!(elsewhere.connections() == 0, "something reached the address: {:?}", elsewhere.received());
        Ok(())
    })
    .await
}
