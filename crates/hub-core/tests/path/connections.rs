use std::collections::BTreeMap;

use hub_contract::connection::{
    ConnectRequest, ConnectionState, EditConnectionRequest, EnableModelsRequest, RemoveConnectionRequest,
    SetSecretRequest,
};
use hub_contract::secret::SecretInput;
use hub_contract::{ErrorCode, PlatformId};
use hub_sim::openai::TEST_KEY;
use hub_sim::{Recorder, Reply, Script, ScriptedServer};

use crate::home::Home;

#[tokio::test]
async fn a_tested_connection_is_ready_and_tells_only_the_hint_of_its_key() {
    let home = Home::new().await;
    let view = home.connect().await;
    assert_eq!(view.state, ConnectionState::Ready);
    let secret = &view.secrets["api_key"];
    assert!(secret.has_secret);
    let last4: String = TEST_KEY.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    assert_eq!(secret.hint.as_ref().unwrap().last4.as_deref(), Some(last4.as_str()));
    assert!(!serde_json::to_string(&view).unwrap().contains(TEST_KEY), "no reply carries the key");
}

#[tokio::test]
async fn the_platforms_own_name_in_either_language_gets_a_number_when_it_is_taken() {
    let home = Home::new().await;
    for (asked, named) in [
        (None, "深度求索"),
        (Some("DeepSeek"), "DeepSeek"),
        (Some("DeepSeek"), "DeepSeek 2"),
        (None, "深度求索 2"),
        (Some("Ours"), "Ours"),
    ] {
        let request = ConnectRequest { name: asked.map(str::to_owned), verify: false, ..home.request(TEST_KEY) };
        assert_eq!(home.hub.connection_add(request).await.unwrap().name, named, "{asked:?}");
    }
}

#[tokio::test]
async fn a_wrong_key_saves_nothing_and_names_the_platform() {
    let home = Home::new().await;
    let error = home.hub.connection_add(home.request("sk-test-wrong-key-000")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::BadCredential);
    assert_eq!(error.detail.platform, Some(PlatformId::Deepseek));
    assert!(home.hub.connections_list(()).await.unwrap().is_empty(), "a failed test saves nothing");
}

#[tokio::test]
async fn keys_that_cannot_be_right_are_refused_before_anything_is_sent() {
    let home = Home::new().await;
    for (key, hint) in [("", "key_empty"), ("sk-test\n-second-line", "key_newline"), ("sk test", "key_spaces")] {
        let error = home.hub.connection_add(home.request(key)).await.unwrap_err();
        assert_eq!(error.detail.hint.as_deref(), Some(hint));
        assert_eq!(error.detail.field.as_deref(), Some("api_key"));
    }
    assert!(home.sim.requests().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_key_pasted_with_a_newline_behind_it_works() {
    let home = Home::new().await;
    home.hub.connection_add(home.request(&format!("{TEST_KEY}\n"))).await.unwrap();
}

#[tokio::test]
async fn addresses_that_cannot_be_right_are_refused_with_their_own_hint() {
    let home = Home::new().await;
    for (address, hint) in [
        ("http://local host:1/v1", "address_spaces"),
        ("localhost:1/v1", "address_no_scheme"),
        ("http://user:pass@localhost:1/v1", "address_credentials"),
        ("http://example.com/v1", "address_plain_http"),
        ("ftp://localhost/v1", "address_other_scheme"),
    ] {
        let mut request = home.request(TEST_KEY);
        request.base_url = Some(address.to_owned());
        let error = home.hub.connection_add(request).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{address}");
        assert_eq!(error.detail.hint.as_deref(), Some(hint), "{address}");
        assert_eq!(error.detail.field.as_deref(), Some("base_url"), "{address}");
    }
}

#[tokio::test]
async fn a_server_that_answers_a_page_is_named_as_such() {
    let home = Home::new().await;
    let server =
        ScriptedServer::start(Script::new().otherwise(Reply::html(200, "<html>sign in</html>"))).await.unwrap();
    let mut request = home.request(TEST_KEY);
    request.base_url = Some(format!("{}/v1", server.base_url()));
    let error = home.hub.connection_add(request).await.unwrap_err();
    assert!(matches!(error.code, ErrorCode::NotStream | ErrorCode::BadAnswer), "{error}");
    assert!(!error.detail.text.unwrap_or_default().contains('<'), "markup is not shown");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_other_place_sees_nothing() {
    let home = Home::new().await;
    let elsewhere = Recorder::start().await.unwrap();
    let script = Script::new().otherwise(Reply::redirect(307, format!("{}/v1/models", elsewhere.base_url())));
    let server = ScriptedServer::start(script).await.unwrap();
    let mut request = home.request(TEST_KEY);
    request.base_url = Some(format!("{}/v1", server.base_url()));
    let error = home.hub.connection_add(request).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Redirected);
    assert_eq!(elsewhere.connections(), 0, "nobody went there");
}

#[tokio::test]
async fn another_origin_drops_the_key() {
    let home = Home::new().await;
    let view = home.connect().await;
    let other = Recorder::start().await.unwrap();
    let edited = home.hub.connection_edit(edit(&view.id, Some(other.base_url()))).await.unwrap();
    assert_eq!(edited.state, ConnectionState::CredentialMissing);
    assert!(!edited.secrets["api_key"].has_secret);

    let back = home.hub.connection_edit(edit(&view.id, Some(home.sim.base_url()))).await.unwrap();
    assert_eq!(back.state, ConnectionState::CredentialMissing, "the dropped key does not come back");
    assert_eq!(other.connections(), 0, "the other host never saw the key");
}

#[tokio::test]
async fn another_path_of_the_same_origin_keeps_the_key() {
    let home = Home::new().await;
    let view = home.connect().await;
    let mut request = edit(&view.id, Some(home.sim.base_url().replace("/v1", "/other/v1")));
    request.verify = false;
    let edited = home.hub.connection_edit(request).await.unwrap();
    assert!(edited.secrets["api_key"].has_secret);
}

#[tokio::test]
async fn a_replaced_key_is_tested_before_it_replaces() {
    let home = Home::new().await;
    let view = home.connect().await;
    let set = |key: &str| SetSecretRequest {
        id: view.id.clone(),
        field: "api_key".to_owned(),
        secret: SecretInput::new(key),
        verify: true,
    };
    let error = home.hub.connection_set_secret(set("sk-test-another-wrong")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::BadCredential);
    let test = hub_contract::connection::TestConnectionRequest { id: view.id.clone(), deep: false };
    assert!(home.hub.connection_test(test).await.unwrap().ok, "the old key is still there");
}

#[tokio::test]
async fn removing_a_connection_takes_its_models_and_keeps_its_conversations() {
    let home = Home::new().await;
    let target = home.ready().await;
    let sent = home.ask(&target, "hello").await.unwrap();
    home.events(&sent.run).await;
    let id = home.hub.connections_list(()).await.unwrap().remove(0).id;
    home.hub.connection_remove(RemoveConnectionRequest { id, agents: Default::default() }).await.unwrap();
    assert!(home.hub.models_list(()).await.unwrap().is_empty());
    let detail = home.show(&sent.conversation.id).await;
    assert!(!detail.conversation.usable, "it can be read but not continued");
    assert_eq!(detail.messages.len(), 2);
    let error = home.ask_again(&sent.conversation.id, "and now?").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn typed_in_models_are_kept_beside_the_listed_ones() {
    let home = Home::new().await;
    let view = home.connect().await;
    home.first_model(&view).await;
    let enable = |models: Vec<&str>, enabled| EnableModelsRequest {
        connection: view.id.clone(),
        models: models.into_iter().map(Into::into).collect(),
        enabled,
    };
    let models = home.hub.models_enable(enable(vec![" my/model:1 "], true)).await.unwrap();
    let typed = models.iter().find(|model| model.typed_in).expect("the typed-in model");
    assert_eq!(typed.id.as_str(), "my/model:1");
    assert!(typed.enabled);
    assert_eq!(home.hub.models_enable(enable(vec![""], true)).await.unwrap_err().code, ErrorCode::InvalidRequest);
}

fn edit(id: &hub_contract::id::ConnectionId, base_url: Option<String>) -> EditConnectionRequest {
    EditConnectionRequest {
        id: id.clone(),
        name: None,
        base_url,
        fields: BTreeMap::new(),
        secrets: BTreeMap::new(),
        proxy: None,
        allow_plain_http: None,
        as_typed: false,
        verify: true,
    }
}

#[tokio::test]
async fn coze_needs_a_token_or_a_client_before_anything_is_sent() {
    let home = Home::new().await;
    let form = |fields: &[(&str, &str)], secrets: &[(&str, &str)]| ConnectRequest {
        platform: PlatformId::Coze,
        name: None,
        base_url: None,
        fields: fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        secrets: secrets.iter().map(|(key, value)| ((*key).to_owned(), SecretInput::new(*value))).collect(),
        verify: false,
        proxy: None,
        allow_plain_http: false,
        as_typed: false,
    };
    for (secrets, field) in [(&[][..], "token"), (&[("client_secret", "secret-sim-0000")][..], "client_id")] {
        let refused = home.hub.connection_add(form(&[], secrets)).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
        let detail = refused.detail;
        assert_eq!((detail.hint.as_deref(), detail.field.as_deref()), (Some("token_or_client"), Some(field)));
    }
    home.hub.connection_add(form(&[], &[("token", "pat_test_0000")])).await.unwrap();
    home.hub.connection_add(form(&[("client_id", "client-sim")], &[])).await.unwrap();
}
