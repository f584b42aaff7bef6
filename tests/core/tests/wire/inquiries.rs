//! The connection test and the model list.

use hub_contract::{ErrorCode, PlatformId};
use hub_platforms::Tested;
use hub_sim::{Coding, OpenAiOptions, OpenAiSim, Profile, Recorded, Reply, Script};
use serde_json::json;

use crate::support::*;

fn models(status: u16, body: &str) -> Reply {
    Reply::status(status).header("content-type", "application/json").send(body.to_owned())
}

/// Asks for a key, as most servers do.
fn guarded(request: &Recorded) -> Reply {
    if request.header("authorization") == Some(&format!("Bearer {KEY}")) {
        models(200, transcript!("t-oa-10.json"))
    } else {
        Reply::status(401).send(transcript!("t-oa-4.json"))
    }
}

async fn ids(body: &'static str) -> Vec<String> {
    let server = serve(models(200, body)).await;
    let items = platforms(limits()).catalog(&compatible(&server)).await.expect("a list");
    items.into_iter().map(|item| item.remote_id).collect()
}

#[tokio::test]
async fn t_oa_10_models_with_a_day_of_shutdown() {
    let server = serve(models(200, transcript!("t-oa-10.json"))).await;
    let items = platforms(limits()).catalog(&endpoint(PlatformId::Openai, &server.base_url())).await.expect("a list");
    assert_eq!(
        items.iter().map(|item| (item.remote_id.as_str(), item.chats)).collect::<Vec<_>>(),
        [("demo-gpt", true), ("demo-embedding", false)]
    );
    assert_eq!(items[1].shutdown_date.as_deref(), Some("2027-01-14"));
    assert_eq!((server.requests()[0].method.as_str(), server.requests()[0].path.as_str()), ("GET", "/models"));
}

#[tokio::test]
async fn t_sf_1_only_models_for_chats_are_asked_for() {
    let server = serve(models(200, transcript!("t-sf-1.json"))).await;
    let items =
        platforms(limits()).catalog(&endpoint(PlatformId::Siliconflow, &server.base_url())).await.expect("a list");
    assert_eq!(items[1].remote_id, "Pro/deepseek-ai/DeepSeek-V3");
    assert_eq!(server.requests()[0].query, "type=text&sub_type=chat");
}

#[tokio::test]
async fn q45_model_lists_in_every_shape() {
    assert_eq!(ids(transcript!("t-ds-6.json")).await, ["deepseek-v4-flash", "deepseek-v4-pro"]);
    assert_eq!(ids(transcript!("t-q-lc.json")).await, ["/models/demo.gguf"]);
    assert_eq!(ids(r#"{"object":"list","data":null}"#).await, Vec::<String>::new());
    assert_eq!(ids(r#"[{"id":"a"}]"#).await, ["a"]);
    assert_eq!(ids("\n\n{\"data\":[{\"id\":\"a\",\"created\":0}]}").await, ["a"]);
}

#[tokio::test]
async fn q37_a_compressed_list() {
    for coding in [Coding::Gzip, Coding::Deflate, Coding::Brotli] {
        let server = serve(models(200, transcript!("t-ds-6.json")).coding(coding)).await;
        assert_eq!(platforms(limits()).catalog(&compatible(&server)).await.expect("a list").len(), 2);
    }
}

#[tokio::test]
async fn q46_a_list_that_is_open_to_all_proves_no_key() {
    let server = serve(models(200, transcript!("t-q-lc.json"))).await;
    let tested = platforms(limits()).test(&compatible(&server)).await.expect("it answers");
    assert_eq!((tested.key_verified, tested.models), (Some(false), Some(1)));
    let asked: Vec<bool> = server.requests().iter().map(|request| request.header("authorization").is_some()).collect();
    assert_eq!(asked, [true, false]);

    let server = serve(guarded).await;
    let tested = platforms(limits()).test(&compatible(&server)).await.expect("it answers");
    assert_eq!(tested.key_verified, Some(true));

    let mut without_key = compatible(&server);
    without_key.secrets.clear();
    assert_eq!(platforms(limits()).test(&without_key).await.expect_err("guarded").code, ErrorCode::BadCredential);
    let server = serve(models(200, transcript!("t-q-lc.json"))).await;
    let open = hub_platforms::Endpoint { secrets: Default::default(), ..compatible(&server) };
    assert_eq!(platforms(limits()).test(&open).await.expect("it answers").key_verified, None);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn q47_a_server_without_a_list_is_proven_by_what_it_says_to_half_a_question() {
    let without_list = |status, body: &'static str| {
        Script::new()
            .always("/v1/models", Reply::text(404, "404 page not found"))
            .always("/v1/chat/completions", Reply::status(status).send(body))
    };
    let server = serve(without_list(422, r#"{"detail":"model is required"}"#)).await;
    let tested = platforms(limits()).test(&compatible(&server)).await.expect("the interface is there");
    assert!(matches!(tested, Tested { key_verified: None, models: None, .. }));
    let probe = server.requests()[1].json();
    assert_eq!(probe, json!({"model": "", "messages": []}), "nothing that could be run");

    let server = serve(without_list(401, r#"{"error":{"message":"no"}}"#)).await;
    assert_eq!(
        platforms(limits()).test(&compatible(&server)).await.expect_err("refused").code,
        ErrorCode::BadCredential
    );
    let server = serve(Reply::text(404, "404 page not found")).await;
    let error = platforms(limits()).test(&compatible(&server)).await.expect_err("nothing there");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::NotFound, Some("address_path")));
    let error = platforms(limits()).catalog(&compatible(&server)).await.expect_err("no list");
    assert_eq!(error.detail.hint.as_deref(), Some("models_unlisted"));
}

#[tokio::test]
async fn an_interface_below_v1_is_named_in_the_error() {
    for elsewhere in [Reply::text(404, "no"), Reply::html(200, "<html>App</html>"), Reply::text(405, "no")] {
        let script =
            Script::new().always("/api/v1/models", models(200, transcript!("t-ds-6.json"))).otherwise(elsewhere);
        let server = serve(script).await;
        let wrong = endpoint(PlatformId::OpenaiCompatible, &format!("{}/api", server.base_url()));
        let error = platforms(limits()).test(&wrong).await.expect_err("not below /api");
        assert_eq!(
            (error.detail.hint.as_deref(), error.detail.field.as_deref()),
            (Some("address_v1"), Some("base_url"))
        );
    }
}

#[tokio::test]
async fn t_q_34_a_wrong_path_that_answers_200() {
    let unexpected = Reply::status(200).send(transcript!("t-q-34.json"));
    let script = Script::new().always("/v1/models", models(200, transcript!("t-ds-6.json"))).otherwise(unexpected);
    let server = serve(script).await;
    let wrong = endpoint(PlatformId::OpenaiCompatible, &server.base_url());
    let error = platforms(limits()).test(&wrong).await.expect_err("not at the root");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::NotFound, Some("address_v1")));
}

#[tokio::test]
async fn a_page_where_a_list_should_be() {
    let server = serve(Reply::html(200, "<html><title>Router login</title></html>")).await;
    for error in [
        platforms(limits()).test(&compatible(&server)).await.expect_err("a page"),
        platforms(limits()).catalog(&compatible(&server)).await.expect_err("a page"),
    ] {
        assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::BadAnswer, Some("html")));
        assert_eq!(error.detail.text.as_deref(), Some("Router login"));
        assert_eq!(error.detail.host.as_deref(), Some("127.0.0.1"));
    }
}

#[tokio::test]
async fn t_sf_2_a_test_tells_the_platforms_own_error_and_is_not_repeated() {
    let server = serve(models(401, transcript!("t-sf-2.json"))).await;
    let error =
        platforms(limits()).test(&endpoint(PlatformId::Siliconflow, &server.base_url())).await.expect_err("refused");
    assert_eq!((error.code, error.detail.text.as_deref()), (ErrorCode::BadCredential, Some("Invalid token")));
    assert_eq!((error.detail.platform, error.detail.status), (Some(PlatformId::Siliconflow), Some(401)));

    let server = serve(models(429, transcript!("t-oa-5.json")).header("retry-after", "2")).await;
    let error = platforms(limits()).test(&endpoint(PlatformId::Openai, &server.base_url())).await.expect_err("refused");
    assert_eq!((error.code, error.detail.retry_after_ms), (ErrorCode::RateLimited, Some(2000)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_simulators_of_the_vendors_are_understood() {
    for (profile, platform) in [
        (Profile::OpenAi, PlatformId::Openai),
        (Profile::DeepSeek, PlatformId::Deepseek),
        (Profile::SiliconFlow, PlatformId::Siliconflow),
    ] {
        let key = "sk-test-of-this-vendor";
        let options = OpenAiOptions { tokens_per_second: None, ..OpenAiOptions::new(profile) }.with_key(key);
        let sim = OpenAiSim::start(options).await.expect("a free port");
        let mut endpoint = endpoint(platform, &sim.base_url());
        let wrong = platforms(limits()).test(&endpoint).await.expect_err("another key");
        assert_eq!(wrong.code, ErrorCode::BadCredential, "{platform}");
        endpoint.secrets.insert("api_key".to_owned(), secrecy::SecretString::from(key));
        let tested = platforms(limits()).test(&endpoint).await.expect("its own key");
        assert_eq!(tested.key_verified, Some(true), "{platform}");
        let items = platforms(limits()).catalog(&endpoint).await.expect("a list");
        let model = items.iter().find(|item| item.chats).expect("a model for chats");
        let turn = hub_platforms::Turn { model: Some(model.remote_id.as_str().into()), ..turn() };
        let asked = ask_of(&platforms(limits()), endpoint, turn).await;
        assert!(matches!(asked.end(), hub_contract::RunEvent::Finished { .. }), "{platform}: {:?}", asked.end());
        assert!(!asked.text().is_empty(), "{platform}");
    }
}
