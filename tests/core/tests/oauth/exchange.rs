//! From the answer to tokens: who can redeem a code, and what happens when that fails.

use hub_contract::ErrorCode;
use hub_contract::authorize::{AuthorizeView, AuthorizeWay};
use hub_sim::coze::{self, Consent};
use hub_sim::{Recorder, Reply, Script, ScriptedServer};
use serde_json::json;

use crate::browser;
use crate::desk::{Desk, account, connect, failure, url};

const TOKEN: &str = "/api/permission/oauth2/token";

#[tokio::test]
async fn o06_a_code_of_somebody_else_cannot_be_redeemed_here() {
    let (desk, attacker) = (Desk::new().await, "code_of_another_account");
    let link = desk.link().await;
    let code = browser::parameter(&link, "code").unwrap();
    let injected = desk.hub.authorize_link(&link.replace(&code, attacker)).await.unwrap();
    assert_eq!(failure(injected), "authorize_code_refused");
    assert!(desk.card().await.authorized.is_none());

    // A real code, but one that was asked for with another verifier: what an attacker gets for an account of their own.
    let first = desk.link().await;
    let second = desk.link().await;
    let code = |link: &str| browser::parameter(link, "code").unwrap();
    let injected = desk.hub.authorize_link(&second.replace(&code(&second), &code(&first))).await.unwrap();
    assert_eq!(failure(injected), "authorize_code_refused");
    assert!(desk.card().await.authorized.is_none());
}

#[tokio::test]
async fn o09_a_refusal_is_told_in_our_words_and_theirs_are_plain() {
    let desk = Desk::new().await;
    desk.sim.platform().change(|options| options.consent = Consent::Denies);
    let AuthorizeView::Failed { error } = desk.authorize().await else { panic!("it was denied") };
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::Reauthorize, Some("authorize_denied")));
    assert_eq!(error.detail.text.as_deref(), Some("<script>alert(1)</script> sim: no"), "text, and shown as text");
    assert_eq!(desk.codes_redeemed(), 0);

    let hostile = format!("%E2%80%AE%1B%5B31m{}", "x".repeat(500));
    let url = url(&desk.begin(AuthorizeWay::DeepLink).await);
    let state = browser::parameter(&url, "state").unwrap();
    let link = format!("dev.hubdesktop.hub:/oauth/coze?error=server_error&error_description={hostile}&state={state}");
    let AuthorizeView::Failed { error } = desk.hub.authorize_link(&link).await.unwrap() else { panic!("an error") };
    let text = error.detail.text.unwrap();
    assert_eq!(error.detail.hint.as_deref(), Some("authorize_refused"));
    assert!(text.chars().count() <= 200 && !text.contains(['\u{202E}', '\u{1B}']), "{text:?}");
}

#[tokio::test]
async fn o10_whoever_catches_the_code_cannot_redeem_it() {
    let desk = Desk::with(coze::PKCE_CLIENT, None).await;
    let link = desk.link().await;
    let stolen = json!({
        "grant_type": "authorization_code", "client_id": coze::PKCE_CLIENT, "redirect_uri": crate::desk::RELAY,
        "code": browser::parameter(&link, "code").unwrap(),
    });
    let refused = browser::post(&format!("{}{TOKEN}", desk.sim.base_url()), "", &stolen).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(refused.body.contains("invalid_grant"), "{}", refused.body);

    // Without a thief the same client needs no secret.
    let desk = Desk::with(coze::PKCE_CLIENT, None).await;
    assert_eq!(account(desk.authorize().await).as_deref(), Some("李雷"));
    let exchange = &desk.sim.requests_to(TOKEN)[0];
    assert_eq!(exchange.header("authorization"), None);
}

#[tokio::test]
async fn o11_the_challenge_is_s256_or_there_is_none() {
    for (client, secret) in [(coze::CLIENT, Some(coze::CLIENT_SECRET)), (coze::PKCE_CLIENT, None)] {
        let desk = Desk::with(client, secret).await;
        let url = url(&desk.begin(AuthorizeWay::DeepLink).await);
        assert_eq!(browser::parameter(&url, "code_challenge_method").as_deref(), Some("S256"));
        assert_eq!(browser::parameter(&url, "code_challenge").unwrap().len(), 43);
    }
    // The switch for web clients leaves it out; a client without a secret cannot be talked out of it.
    for (client, secret, challenge) in
        [(coze::CLIENT, Some(coze::CLIENT_SECRET), false), (coze::PKCE_CLIENT, None, true)]
    {
        let desk = Desk::with(client, secret).await;
        let request = hub_contract::authorize::AuthorizeRequest {
            connection: desk.connection.clone(),
            way: AuthorizeWay::DeepLink,
            without_pkce: true,
        };
        let url = url(&desk.hub.authorize_begin(request).await.unwrap());
        assert_eq!(url.contains("code_challenge="), challenge, "{client}");
        let link = browser::relayed(&browser::open(&url).await.location().unwrap());
        account(desk.hub.authorize_link(&link).await.unwrap());
    }
}

#[tokio::test]
async fn o12_a_redirect_of_the_token_endpoint_is_not_followed() {
    let desk = Desk::new().await;
    let far = Recorder::start().await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        let script = Script::new().otherwise(Reply::redirect(status, format!("{}/token", far.base_url())));
        let (view, server) = exchanged_at(&desk, script).await;
        let AuthorizeView::Failed { error } = view else { panic!("{status} is no token") };
        assert_eq!(error.code, ErrorCode::Redirected, "{status}");
        assert_eq!(server.requests().len(), 1);
    }
    assert_eq!(far.received().len(), 0, "neither code nor verifier nor secret went there");
}

#[tokio::test]
async fn o13_an_exchange_that_fails_is_not_tried_again() {
    let desk = Desk::new().await;
    for reply in [
        Reply::text(500, "oops"),
        Reply::text(503, "later").header("retry-after", "0"),
        Reply::nothing().reset(),
        Reply::nothing().close(),
    ] {
        let (view, server) = exchanged_at(&desk, Script::new().otherwise(reply)).await;
        assert_eq!(failure(view), "authorize_exchange_lost");
        assert_eq!(server.requests().len(), 1, "a code is good once");
    }
}

#[tokio::test]
async fn o17_whatever_expires_in_says() {
    let desk = Desk::new().await;
    for says in [
        json!(4_000_000_000_u64),
        json!(900),
        json!(0),
        json!(-1),
        json!("900"),
        json!("soon"),
        json!(1e20),
        json!(null),
        json!(true),
        json!({ "seconds": 900 }),
        json!(u64::MAX),
    ] {
        desk.sim.platform().change(|options| options.expires_in = Some(says.clone()));
        account(desk.authorize().await);
        assert!(desk.test().await.ok, "{says}");
        // Whatever was understood, a refusal tells the rest.
        desk.sim.platform().expire_token();
        assert!(desk.test().await.ok, "{says}");
    }
}

#[tokio::test]
async fn o16_a_page_instead_of_a_token_is_an_error_and_the_old_token_stays() {
    let desk = Desk::new().await;
    account(desk.authorize().await);
    let script = Script::new().otherwise(Reply::html(200, "<html><title>Sign in</title></html>"));
    let (view, _server) = exchanged_at(&desk, script).await;
    let AuthorizeView::Failed { error } = view else { panic!("a page is no token") };
    assert_eq!(error.code, ErrorCode::BadAnswer);
    assert!(desk.test().await.ok, "what was authorised before goes on");
}

/// Another connection of the Hub whose platform answers the exchange with a script.
async fn exchanged_at(desk: &Desk, script: Script) -> (AuthorizeView, ScriptedServer) {
    let server = ScriptedServer::start(script).await.unwrap();
    let connection = connect(&desk.hub, &server.base_url(), coze::CLIENT, Some(coze::CLIENT_SECRET)).await;
    let request = hub_contract::authorize::AuthorizeRequest {
        connection: connection.clone(),
        way: AuthorizeWay::DeepLink,
        without_pkce: false,
    };
    let url = url(&desk.hub.authorize_begin(request).await.unwrap());
    let state = browser::parameter(&url, "state").unwrap();
    let link = format!("dev.hubdesktop.hub:/oauth/coze?code=code_SIM_0001&state={state}");
    let view = desk.hub.authorize_link(&link).await.unwrap();
    desk.clock.pass(10 * 1000);
    (view, server)
}
