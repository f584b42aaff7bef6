//! Links of the program's scheme: the one that is waited for, and all others.

use std::ffi::OsString;

use hub_contract::authorize::{AuthorizeView, AuthorizeWay};

use crate::browser;
use crate::desk::{Desk, MINUTE, account, failure, hint, url};

#[tokio::test]
async fn o01_a_link_out_of_the_blue_does_nothing() {
    let desk = Desk::new().await;
    let link = "dev.hubdesktop.hub:/oauth/coze?code=code_SIM_0001&state=anything";
    assert_eq!(hint(desk.hub.authorize_link(link).await), "authorize_nothing_waits");
    assert!(desk.sim.requests().is_empty(), "no call was made");
    assert_eq!(desk.state().await, AuthorizeView::Idle);
}

#[tokio::test]
async fn o02_a_wrong_state_is_refused_and_the_right_one_is_still_waited_for() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    let state = browser::parameter(&link, "state").unwrap();
    let last = if state.ends_with('A') { "B" } else { "A" };
    let wrong = link.replace(&state, &format!("{}{last}", &state[..state.len() - 1]));
    assert_eq!(hint(desk.hub.authorize_link(&wrong).await), "authorize_other_browser");
    assert!(matches!(desk.state().await, AuthorizeView::Pending { .. }));
    assert_eq!(account(desk.hub.authorize_link(&link).await.unwrap()).as_deref(), Some("李雷"));
}

#[tokio::test]
async fn o03_a_missing_or_doubled_state_is_an_error() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    let (state, code) = (browser::parameter(&link, "state").unwrap(), browser::parameter(&link, "code").unwrap());
    for query in [
        format!("code={code}"),
        format!("code={code}&state={state}&state=other"),
        format!("code={code}&state=other&state={state}"),
        format!("code={code}&state[]={state}"),
        format!("code={code}&code=other&state={state}"),
    ] {
        let link = format!("dev.hubdesktop.hub:/oauth/coze?{query}");
        assert_eq!(hint(desk.hub.authorize_link(&link).await), "authorize_malformed", "{query}");
    }
    assert_eq!(desk.codes_redeemed(), 0);
}

#[tokio::test]
async fn o04_the_same_link_twice_is_one_exchange() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    let (first, second) = tokio::join!(desk.hub.authorize_link(&link), desk.hub.authorize_link(&link));
    let believed = [&first, &second].into_iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((believed, desk.codes_redeemed()), (1, 1));
    assert_eq!(hint(desk.hub.authorize_link(&link).await), "authorize_nothing_waits");
    assert_eq!(desk.codes_redeemed(), 1);
}

#[tokio::test]
async fn o05_a_late_answer_is_told_to_start_again() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    desk.clock.pass(11 * MINUTE);
    assert_eq!(hint(desk.hub.authorize_link(&link).await), "authorize_expired");
    assert_eq!(failure(desk.state().await), "authorize_expired");
    assert_eq!(desk.codes_redeemed(), 0);
    // The verifier is gone for good: a clock that goes back brings nothing back, not even after another start.
    desk.clock.pass(-11 * MINUTE);
    let desk = desk.start_again().await;
    assert!(hint(desk.hub.authorize_link(&link).await).starts_with("authorize_"));
    assert_eq!(desk.codes_redeemed(), 0);
}

#[tokio::test]
async fn o07_the_path_of_another_platform_is_refused_before_any_call() {
    let desk = Desk::new().await;
    let link = desk.link().await.replace("/oauth/coze", "/oauth/dify");
    assert_eq!(hint(desk.hub.authorize_link(&link).await), "authorize_foreign_link");
    assert_eq!(desk.codes_redeemed(), 0);
}

#[tokio::test]
async fn o08_an_answer_in_another_name_is_refused() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    let other = format!("{link}&iss=https%3A%2F%2Fwww.evil.example");
    assert_eq!(hint(desk.hub.authorize_link(&other).await), "authorize_other_address");
    assert_eq!(desk.codes_redeemed(), 0);
    let own = format!("{link}&iss={}", desk.sim.base_url().replace(':', "%3A").replace('/', "%2F"));
    account(desk.hub.authorize_link(&own).await.unwrap());
}

#[tokio::test]
async fn o21_a_second_click_takes_the_place_of_the_first() {
    let desk = Desk::new().await;
    let first = desk.link().await;
    let second = desk.link().await;
    assert_eq!(hint(desk.hub.authorize_link(&first).await), "authorize_other_browser");
    account(desk.hub.authorize_link(&second).await.unwrap());
    assert_eq!(desk.codes_redeemed(), 1);
}

/// That the window stays quick is shown in `e2e`; here that a flood costs nothing and hides no answer for good.
#[tokio::test]
async fn o23_a_flood_of_links_costs_nothing() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    for n in 0..1000 {
        let flood = format!("dev.hubdesktop.hub:/oauth/coze?code=c{n}&state=s{n}");
        assert!(desk.hub.authorize_link(&flood).await.is_err());
    }
    assert_eq!(desk.codes_redeemed(), 0);
    assert_eq!(hint(desk.hub.authorize_link(&link).await), "authorize_malformed", "not looked at while it floods");
    desk.clock.pass(10 * 1000);
    account(desk.hub.authorize_link(&link).await.unwrap());
}

#[tokio::test]
async fn o24_hostile_links_are_refused_whole() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    let query = link.split_once('?').unwrap().1.to_owned();
    let long = format!("{link}&x={}", "a".repeat(1 << 20));
    for hostile in [
        long,
        format!("{link}\0"),
        format!("{link}%00"),
        format!("{link}\r\nx: y"),
        format!("{link}%0d%0a"),
        format!("{link}%23"),
        format!("{link}#fragment"),
        format!("{link}%"),
        format!("dev.hubdesktop.hub://例子.example/oauth/coze?{query}"),
        format!("dev.hubdesktop.hub://user:pass@host/oauth/coze?{query}"),
        format!("dev.hubdesktop.hub:/oauth/coze/more?{query}"),
        format!("dev.hubdesktop.hub:/oauth/../oauth/coze?{query}"),
        format!("DEV.HUBDESKTOP.HUB:/oauth/coze?{query}"),
        format!("https://relay.example/oauth/coze?{query}"),
        String::new(),
    ] {
        // A minute apart, so that none is left out as a flood.
        desk.clock.pass(10 * 1000);
        let shown: String = hostile.chars().take(80).collect();
        assert!(desk.hub.authorize_link(&hostile).await.is_err(), "{shown}");
    }
    assert_eq!(desk.codes_redeemed(), 0);
}

/// The window's arguments are read with this function; that flags inside a link are no flags of the program is in its own
/// tests (src-tauri/src/arguments.rs).
#[test]
fn o25_a_link_is_a_link_only_when_it_is_alone() {
    let link = "dev.hubdesktop.hub:/oauth/coze?code=a&state=b";
    let of = |arguments: &[&str]| hub_core::link_in(&arguments.iter().map(OsString::from).collect::<Vec<_>>());
    assert_eq!(of(&[link]).as_deref(), Some(link));
    for other in [&[link, "--flag"][..], &["--flag", link], &[link, link], &[], &["--help"], &["https://a.example/"]] {
        assert_eq!(of(other), None, "{other:?}");
    }
    assert_eq!(of(&["dev.hubdesktop.hub.evil:/oauth/coze?code=a&state=b"]), None);
}

#[tokio::test]
async fn o26_links_can_ask_for_nothing_else() {
    let desk = Desk::new().await;
    desk.begin(AuthorizeWay::DeepLink).await;
    let before = (desk.card().await, desk.hub.settings_read(()).await.unwrap());
    for action in ["import?config=x", "provider?baseUrl=https%3A%2F%2Fevil.example", "oauth?code=a&state=b", "?a=b"] {
        let link = format!("dev.hubdesktop.hub:/{action}");
        assert_eq!(hint(desk.hub.authorize_link(&link).await), "authorize_foreign_link", "{action}");
    }
    assert_eq!((desk.card().await, desk.hub.settings_read(()).await.unwrap()), before);
    assert!(desk.sim.requests().is_empty());
}

/// That the window offers to copy the address when no browser opens is in `e2e`: the core hands it out either way, and
/// again when the person asks to open it once more.
#[tokio::test]
async fn o27_the_address_is_told_whether_or_not_a_browser_opens() {
    let desk = Desk::new().await;
    let begun = url(&desk.begin(AuthorizeWay::DeepLink).await);
    assert_eq!(url(&desk.state().await), begun);
    assert_eq!(browser::open(&begun).await.status, 302);
}
