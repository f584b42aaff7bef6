//! The loopback address: one browser, one answer.

use hub_contract::authorize::{AuthorizeView, AuthorizeWay};
use tokio::net::TcpStream;

use crate::browser;
use crate::desk::{Desk, account, url};

#[tokio::test(flavor = "multi_thread")]
async fn o28_the_loopback_address_hears_one_answer_and_nothing_else() {
    let desk = Desk::new().await;
    let asked = url(&desk.begin(AuthorizeWay::Loopback).await);
    let redirect = redirect_of(&asked);
    let host = redirect.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    assert!(host.starts_with("127.0.0.1:"), "{host}");
    let state = browser::parameter(&asked, "state").unwrap();

    let good = format!("/oauth/coze?code=code_SIM_0001&state={state}");
    for (line, host_header, status) in [
        (format!("GET {good}"), "evil.example".to_owned(), 400),
        (format!("GET {good}"), host.replace("127.0.0.1", "localhost"), 400),
        (format!("POST {good}"), host.clone(), 400),
        ("GET /".to_owned(), host.clone(), 404),
        ("GET /favicon.ico".to_owned(), host.clone(), 404),
        (format!("GET /oauth/coze/{}", &good[11..]), host.clone(), 404),
        ("GET /oauth/coze".to_owned(), host.clone(), 400),
        ("GET /oauth/coze?code=code_SIM_0001".to_owned(), host.clone(), 400),
        ("GET /oauth/coze?code=code_SIM_0001&state=other".to_owned(), host.clone(), 400),
    ] {
        let request = format!("{line} HTTP/1.1\r\nhost: {host_header}\r\n\r\n");
        let page = browser::ask(&host, &request).await.unwrap_or_else(|| panic!("no answer to {line}"));
        assert_eq!(page.status, status, "{line} for {host_header}");
        assert!(!page.body.contains("code_SIM") && !page.body.contains(&state), "nothing of the request is shown");
    }
    assert!(matches!(desk.state().await, AuthorizeView::Pending { .. }), "all that changed nothing");
    assert_eq!(desk.codes_redeemed(), 0);

    desk.sim.platform().change(|options| options.redirects = vec![redirect]);
    let location = browser::open(&asked).await.location().expect("sent back");
    let page = browser::open(&location).await;
    assert!(
        page.status == 200 && page.body.contains("授权成功") && page.head.contains("default-src 'none'"),
        "{page:?}"
    );
    assert_eq!(account(desk.hub.authorize_ended(desk.connection.clone()).await.unwrap()).as_deref(), Some("李雷"));
    assert_closed(&host).await;
    assert_eq!(desk.codes_redeemed(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_closed_when_nothing_is_waited_for() {
    let desk = Desk::new().await;
    let host = host_of(&desk.begin(AuthorizeWay::Loopback).await);
    assert!(TcpStream::connect(&host).await.is_ok());
    desk.hub.authorize_cancel(desk.connection.clone()).await.unwrap();
    assert_closed(&host).await;
    assert_eq!(desk.state().await, AuthorizeView::Idle);

    // A second click gives the first address up before it takes one.
    let first = host_of(&desk.begin(AuthorizeWay::Loopback).await);
    let second = host_of(&desk.begin(AuthorizeWay::Loopback).await);
    if first != second {
        assert_closed(&first).await;
    }
    desk.hub.close().await;
}

fn host_of(view: &AuthorizeView) -> String {
    redirect_of(&url(view)).strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned()
}

fn redirect_of(url: &str) -> String {
    browser::parameter(url, "redirect_uri").unwrap().replace("%3A", ":").replace("%2F", "/")
}

/// Waits until nobody listens any more.
async fn assert_closed(host: &str) {
    let closed = async { while TcpStream::connect(host).await.is_ok() {} };
    tokio::time::timeout(std::time::Duration::from_secs(30), closed).await.expect("still open");
}
