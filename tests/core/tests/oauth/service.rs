//! A service app: no browser, a private key. The key is made for the test by `openssl`.

use std::process::{Command, Stdio};

use hub_contract::connection::{ConnectRequest, ConnectionState, TestConnectionRequest};
use hub_contract::{ErrorCode, HubError};
use hub_core::Hub;
use hub_sim::coze::{self, CozeOptions, CozeSim};
use serde_json::json;

use crate::desk::Desk;

const TOKEN: &str = "/api/permission/oauth2/token";

#[tokio::test]
async fn a_service_app_signs_for_its_tokens() {
    let (pem, public) = key();
    let sim = CozeSim::start(CozeOptions { service_key: Some(public), ..CozeOptions::default() }).await.unwrap();
    let desk = Desk::new().await;
    // As a form leaves it that has one line only.
    let pem = pem.replace('\n', " ");
    let connection = connect(&desk.hub, &sim, &pem).await.unwrap();
    assert_eq!(sim.requests_to(TOKEN).len(), 1, "one assertion for the test and what follows");
    let test = || desk.hub.connection_test(TestConnectionRequest { id: connection.clone(), deep: false });
    assert!(test().await.unwrap().ok);
    sim.platform().expire_token();
    assert!(test().await.unwrap().ok);
    assert_eq!(sim.requests_to(TOKEN).len(), 2, "a refused token is signed for anew, once");
    let card = desk.hub.connections_list(()).await.unwrap().into_iter().find(|card| card.id == connection).unwrap();
    assert!(matches!(card.state, ConnectionState::Ready));
}

#[tokio::test]
async fn another_key_is_refused_and_no_key_is_told() {
    let ((pem, _), (_, other)) = (key(), key());
    let sim = CozeSim::start(CozeOptions { service_key: Some(other), ..CozeOptions::default() }).await.unwrap();
    let desk = Desk::new().await;
    let refused = connect(&desk.hub, &sim, &pem).await.unwrap_err();
    assert_eq!((refused.code, refused.detail.hint.as_deref()), (ErrorCode::BadCredential, Some("oauth_client")));
    let no_key = connect(&desk.hub, &sim, "-----BEGIN PRIVATE KEY-----").await.unwrap_err();
    assert_eq!((no_key.code, no_key.detail.hint.as_deref()), (ErrorCode::BadCredential, Some("private_key")));
    assert_eq!(sim.requests_to(TOKEN).len(), 1, "what is no key is never used");
}

async fn connect(hub: &Hub, sim: &CozeSim, pem: &str) -> Result<hub_contract::id::ConnectionId, HubError> {
    let request: ConnectRequest = serde_json::from_value(json!({
        "platform": "coze", "base_url": sim.base_url(), "secrets": { "private_key": pem },
        "fields": { "client_id": coze::SERVICE, "key_id": coze::SERVICE_KEY_ID },
    }))
    .unwrap();
    Ok(hub.connection_add(request).await?.id)
}

/// A new private key as PEM, and its public one as the platform has it.
fn key() -> (String, Vec<u8>) {
    let pem = openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], b"");
    let public = openssl(&["rsa", "-RSAPublicKey_out", "-outform", "DER"], &pem);
    (String::from_utf8(pem).unwrap(), public)
}

fn openssl(arguments: &[&str], stdin: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl");
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "openssl {arguments:?}");
    output.stdout
}
