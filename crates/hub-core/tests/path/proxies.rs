//! A proxy of a connection's own. Hosts of this computer are never asked for from one, so the host here is a name that no
//! resolver knows.

use std::net::SocketAddr;

use hub_contract::ErrorCode;
use hub_contract::connection::{ConnectRequest, EditConnectionRequest, ProxyChoice, TestConnectionRequest};
use hub_contract::secret::SecretInput;
use hub_contract::settings::ProxySetting;
use hub_sim::openai::TEST_KEY;
use hub_sim::{ProxyKind, ProxyServer};

use crate::home::Home;

const PASSWORD: &str = "secret-of-the-proxy";

fn own(proxy: &ProxyServer, password: Option<&str>) -> Option<ProxyChoice> {
    let setting = ProxySetting::Custom { url: proxy.url(), user: "li".to_owned(), has_password: false };
    Some(ProxyChoice::Own { proxy: setting, password: password.map(SecretInput::new) })
}

fn upstream(home: &Home) -> SocketAddr {
    let address = home.sim.base_url();
    let host = address.trim_start_matches("http://").split('/').next().unwrap();
    host.parse().unwrap()
}

#[tokio::test]
async fn a_new_connection_is_tested_and_saved_through_its_own_proxy() {
    let home = Home::new().await;
    let proxy = ProxyServer::start(ProxyKind::Http, Some("li:secret-of-the-proxy"), upstream(&home)).await.unwrap();
    let request = |password| ConnectRequest {
        base_url: Some("http://llm.example/v1".to_owned()),
        allow_plain_http: true,
        proxy: own(&proxy, password),
        ..home.request(TEST_KEY)
    };
    let refused = home.hub.connection_try(request(Some("wrong"))).await.unwrap();
    assert_eq!(refused.error.map(|error| error.code), Some(ErrorCode::Proxy));
    assert!(home.hub.connection_try(request(Some(PASSWORD))).await.unwrap().ok, "nothing is saved for a test");
    assert!(home.hub.connections_list(()).await.unwrap().is_empty());

    let saved = home.hub.connection_add(request(Some(PASSWORD))).await.unwrap();
    assert!(matches!(saved.proxy, Some(ProxySetting::Custom { has_password: true, .. })), "{:?}", saved.proxy);
    assert!(!serde_json::to_string(&saved).unwrap().contains(PASSWORD));
    let id = saved.id.clone();
    assert!(home.hub.connection_test(TestConnectionRequest { id, deep: false }).await.unwrap().ok, "it was stored");
    assert!(proxy.seen().iter().all(|proxied| proxied.target.contains("llm.example")), "{:?}", proxy.seen());
}

#[tokio::test]
async fn a_proxy_that_fails_its_test_changes_nothing_and_a_password_stays_with_its_address() {
    let home = Home::new().await;
    let proxy = ProxyServer::start(ProxyKind::Http, Some("li:secret-of-the-proxy"), upstream(&home)).await.unwrap();
    let request = ConnectRequest {
        base_url: Some("http://llm.example/v1".to_owned()),
        allow_plain_http: true,
        proxy: own(&proxy, Some(PASSWORD)),
        ..home.request(TEST_KEY)
    };
    let saved = home.hub.connection_add(request).await.unwrap();
    let edit = |choice, verify| EditConnectionRequest {
        id: saved.id.clone(),
        name: None,
        base_url: None,
        fields: Default::default(),
        secrets: Default::default(),
        proxy: choice,
        allow_plain_http: None,
        as_typed: false,
        verify,
    };
    let refused = home.hub.connection_edit(edit(own(&proxy, Some("wrong")), true)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Proxy);
    let test = || home.hub.connection_test(TestConnectionRequest { id: saved.id.clone(), deep: false });
    assert!(test().await.unwrap().ok, "the stored password is still the right one");

    let kept = home.hub.connection_edit(edit(own(&proxy, None), true)).await.unwrap();
    assert!(matches!(kept.proxy, Some(ProxySetting::Custom { has_password: true, .. })), "{:?}", kept.proxy);
    let other = ProxyServer::start(ProxyKind::Http, None, upstream(&home)).await.unwrap();
    let moved = home.hub.connection_edit(edit(own(&other, None), true)).await.unwrap();
    assert!(matches!(moved.proxy, Some(ProxySetting::Custom { has_password: false, .. })), "{:?}", moved.proxy);
    assert!(test().await.unwrap().ok);
    assert!(other.seen().iter().all(|proxied| !format!("{proxied:?}").contains("c2VjcmV0")), "{:?}", other.seen());

    let inherited = home.hub.connection_edit(edit(Some(ProxyChoice::Hub), false)).await.unwrap();
    assert_eq!(inherited.proxy, None);
}
