//! The other ways in, and whose account it is in the end.

use hub_contract::authorize::{AuthorizeView, AuthorizeWay, FinishAuthorizeRequest};
use hub_contract::connection::ConnectionState;
use hub_sim::coze::{self, Consent};

use crate::browser;
use crate::desk::{Desk, account, failure, hint, url};

#[tokio::test]
async fn an_authorised_account_is_named_on_its_card() {
    let desk = Desk::new().await;
    assert!(matches!(desk.card().await.state, ConnectionState::CredentialMissing), "a client alone can call nothing");
    assert_eq!(account(desk.authorize().await).as_deref(), Some("李雷"));
    let card = desk.card().await;
    assert_eq!(card.authorized.unwrap().account.as_deref(), Some("李雷"));
    assert!(matches!(card.state, ConnectionState::Ready));
}

#[tokio::test]
async fn a_device_code_is_looked_at_until_the_person_has_decided() {
    let desk = Desk::new().await;
    let view = desk.begin(AuthorizeWay::Device).await;
    let AuthorizeView::Pending { user_code, url, .. } = &view else { panic!("it waits: {view:?}") };
    assert_eq!(user_code.as_deref(), Some("ABCD-1234"));
    assert!(url.ends_with("?user_code=ABCD-1234"), "{url}");
    desk.sim.platform().confirm_device();
    let ended = desk.hub.authorize_ended(desk.connection.clone()).await.unwrap();
    assert_eq!(account(ended).as_deref(), Some("李雷"));

    desk.begin(AuthorizeWay::Device).await;
    desk.sim.platform().deny_device();
    assert_eq!(failure(desk.hub.authorize_ended(desk.connection.clone()).await.unwrap()), "authorize_denied");
    desk.begin(AuthorizeWay::Device).await;
    desk.sim.platform().forget_device();
    assert_eq!(failure(desk.hub.authorize_ended(desk.connection.clone()).await.unwrap()), "authorize_expired");
    assert!(desk.test().await.ok, "the account of before is still connected");
}

#[tokio::test]
async fn a_device_that_is_given_up_is_not_looked_at_any_more() {
    let desk = Desk::new().await;
    desk.begin(AuthorizeWay::Device).await;
    desk.hub.authorize_cancel(desk.connection.clone()).await.unwrap();
    let looked = desk.exchanges("urn:ietf:params:oauth:grant-type:device_code");
    // Another device begins and ends meanwhile; nobody looks for the first one.
    desk.begin(AuthorizeWay::Device).await;
    desk.sim.platform().deny_device();
    desk.hub.authorize_ended(desk.connection.clone()).await.unwrap();
    assert_eq!(desk.exchanges("urn:ietf:params:oauth:grant-type:device_code") - looked, 1);
}

#[tokio::test]
async fn a_pasted_address_is_an_answer_like_any_other() {
    let desk = Desk::new().await;
    let asked = url(&desk.begin(AuthorizeWay::Paste).await);
    let redirect = browser::parameter(&asked, "redirect_uri").unwrap().replace("%3A", ":").replace("%2F", "/");
    desk.sim.platform().change(|options| options.redirects = vec![redirect]);
    let location = browser::open(&asked).await.location().unwrap();
    assert_eq!(hint(desk.paste("https://www.coze.cn/open").await), "authorize_foreign_link");
    assert_eq!(hint(desk.paste(&format!("{location}&state=x")).await), "authorize_malformed");
    assert_eq!(account(desk.paste(&location).await.unwrap()).as_deref(), Some("李雷"));
}

#[tokio::test]
async fn an_address_that_is_not_registered_is_refused_there() {
    let desk = Desk::new().await;
    desk.sim.platform().change(|options| options.redirects = vec![format!("{}/", crate::desk::RELAY)]);
    let page = browser::open(&url(&desk.begin(AuthorizeWay::DeepLink).await)).await;
    assert_eq!((page.status, page.location()), (400, None));
}

#[tokio::test]
async fn another_account_asks_before_it_takes_the_place() {
    let desk = Desk::new().await;
    account(desk.authorize().await);
    desk.sim.platform().change(|options| options.consent = Consent::AllowsAsStranger);
    let asked = AuthorizeView::OtherAccount { before: "李雷".to_owned(), now: "韩梅梅".to_owned() };
    assert_eq!(desk.authorize().await, asked);
    assert_eq!(desk.card().await.authorized.unwrap().account.as_deref(), Some("李雷"), "nothing is replaced yet");

    desk.hub.authorize_cancel(desk.connection.clone()).await.unwrap();
    assert_eq!(desk.state().await, AuthorizeView::Idle);
    assert!(desk.test().await.ok);
    assert_eq!(desk.card().await.authorized.unwrap().account.as_deref(), Some("李雷"));

    assert_eq!(desk.authorize().await, asked);
    let replace = FinishAuthorizeRequest { connection: desk.connection.clone(), address: None, replace: true };
    assert_eq!(account(desk.hub.authorize_finish(replace).await.unwrap()).as_deref(), Some("韩梅梅"));
    assert_eq!(desk.card().await.authorized.unwrap().account.as_deref(), Some("韩梅梅"));
}

#[tokio::test]
async fn saved_tokens_whose_list_fails_are_a_success_with_a_word_about_the_list() {
    let desk = Desk::new().await;
    desk.sim.platform().change(|options| options.closed_lists = true);
    let AuthorizeView::Connected { account, list_error } = desk.authorize().await else { panic!("it is connected") };
    assert_eq!(account.as_deref(), Some("李雷"));
    assert!(list_error.is_some());
    let card = desk.card().await;
    assert!(card.authorized.is_some() && matches!(card.state, ConnectionState::Attention { .. }));
    desk.sim.platform().change(|options| options.closed_lists = false);
    assert!(desk.test().await.ok, "retrying the list is enough");
}

#[tokio::test]
async fn an_account_that_is_not_named_is_connected_all_the_same() {
    let desk = Desk::new().await;
    desk.sim.platform().change(|options| options.hides_account = true);
    assert_eq!(account(desk.authorize().await), None);
    assert!(desk.test().await.ok);
}

#[tokio::test]
async fn a_client_without_its_secret_is_told_which_one_is_wrong() {
    let desk = Desk::with(coze::CLIENT, Some("wrong-secret-0000")).await;
    assert_eq!(failure(desk.authorize().await), "oauth_client");
}

#[tokio::test]
async fn removing_a_connection_ends_what_it_waits_for() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    let remove = serde_json::from_value(serde_json::json!({ "id": desk.connection })).unwrap();
    desk.hub.connection_remove(remove).await.unwrap();
    assert_eq!(hint(desk.hub.authorize_link(&link).await), "authorize_nothing_waits");
    assert_eq!(desk.codes_redeemed(), 0);
}
