//! The program ends between the click and the answer, or is there twice.

use std::fs;

use hub_contract::ErrorCode;
use hub_contract::authorize::{AuthorizeView, AuthorizeWay};
use hub_sim::coze;

use crate::browser;
use crate::desk::{Desk, account, hint, open, url};

/// That a link on the command line reaches this is shown in `e2e`.
#[tokio::test]
async fn o19_a_program_that_was_closed_goes_on_with_the_answer() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    let desk = desk.start_again().await;
    assert_eq!(desk.state().await, AuthorizeView::Idle, "the keychain is not asked before there is an answer");
    assert_eq!(account(desk.hub.authorize_link(&link).await.unwrap()).as_deref(), Some("李雷"));
    // And not a second time, whoever starts the program.
    let desk = desk.start_again().await;
    assert_eq!(hint(desk.hub.authorize_link(&link).await), "authorize_nothing_waits");
    assert_eq!(desk.codes_redeemed(), 1);
}

#[tokio::test]
async fn o20_without_what_was_waited_for_it_is_started_again() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    desk.hub.close().await;
    // Another person, or an older installation: the database is there, the secrets are not.
    fs::remove_file(desk.hub.data_dir().join("vault.bin")).unwrap();
    let desk = desk.start_again().await;
    assert_eq!(hint(desk.hub.authorize_link(&link).await), "authorize_nothing_waits");
    assert_eq!(desk.codes_redeemed(), 0);
    // The client's secret was there too; with it, everything can begin anew.
    let set = serde_json::from_value(serde_json::json!({
        "id": desk.connection, "field": "client_secret", "secret": coze::CLIENT_SECRET, "verify": false,
    }));
    desk.hub.connection_set_secret(set.unwrap()).await.unwrap();
    account(desk.authorize().await);
}

/// A second window without a session bus says that another one is open; that is `e2e`. Here: it takes nothing away, and
/// the first one can be brought the answer by pasting it.
#[tokio::test]
async fn o22_a_second_program_cannot_take_the_answer() {
    let desk = Desk::new().await;
    let view = desk.begin(AuthorizeWay::DeepLink).await;
    let location = browser::open(&url(&view)).await.location().unwrap();
    let second = open(&desk.folder, &desk.clock).await.expect_err("the data directory is taken");
    assert_eq!(second.code, ErrorCode::InstanceRunning);
    // As the browser's address bar has it: the relay page's own address.
    assert_eq!(account(desk.paste(&format!("  {location}\n")).await.unwrap()).as_deref(), Some("李雷"));
}

#[tokio::test]
async fn an_address_that_was_changed_meanwhile_gets_no_code() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    let other = crate::desk::sim().await;
    let edit: hub_contract::connection::EditConnectionRequest = serde_json::from_value(serde_json::json!({
        "id": desk.connection, "base_url": other.base_url(), "verify": false,
    }))
    .unwrap();
    desk.hub.connection_edit(edit).await.unwrap();
    assert_eq!(crate::desk::failure(desk.hub.authorize_link(&link).await.unwrap()), "authorize_start_again");
    assert!(other.requests().is_empty() && desk.codes_redeemed() == 0);
}
