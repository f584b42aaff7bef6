//! Every page.

use anyhow::{Context, Result, ensure};
use hub_contract::platform::Language;
use hub_tests_core::namespaces::is_administered;
use hub_tests_desktop::Axe;
use hub_tests_desktop::tour::{Faults, Look, Part, administered, tour};

/// Asks at every stop of a part; so many there must be at least, or the tour has lost some.
async fn ask(part: Part, at_least: usize) -> Result<()> {
    let look = Look::Rules(Axe::from_environment()?);
    let full = std::env::var_os("HUB_TEST_FULL").is_some_and(|set| set == "1");
    let languages: &[Language] = if full { &[Language::En, Language::ZhCn] } else { &[Language::En] };
    for language in languages {
        let mut faults = Faults::default();
        tour(part, *language, &look, &mut faults).await?;
        let stops = faults.stops();
        ensure!(stops >= at_least, "the rules were asked {stops} times only");
        ensure!(faults.is_empty(), "at {stops} stops:\n{faults}");
    }
    Ok(())
}

#[tokio::test]
async fn somebody_who_has_nothing_yet() -> Result<()> {
    ask(Part::First, 14).await
}

#[tokio::test]
async fn somebody_who_has_used_it_for_weeks() -> Result<()> {
    ask(Part::Filled, 120).await
}

#[tokio::test]
async fn who_hands_out_and_who_takes_over() -> Result<()> {
    ask(Part::Bundles, 20).await
}

#[tokio::test]
async fn who_lets_the_hub_into_an_account() -> Result<()> {
    ask(Part::Authorize, 14).await
}

#[tokio::test]
async fn who_is_administered() -> Result<()> {
    if is_administered() {
        return ask(Part::Policy, 8).await;
    }
    let Some(mut command) = administered() else { return Ok(()) };
    command.arg(std::env::current_exe()?).args(["--exact", "pages::who_is_administered", "--nocapture"]);
    let status = command.status().context("unshare")?;
    ensure!(status.success(), "the test failed on a computer with a policy");
    Ok(())
}
