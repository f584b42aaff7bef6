//! Questions against the simulator: bodies, interactive nodes, plugins, files, stops.

use std::collections::BTreeMap;

use hub_contract::run::{FinishReason, NeedInput, RemoteIds};
use hub_contract::{ErrorCode, PlatformId, RunEvent};
use hub_platforms::{App, Attachment, ChatSignal, Opinion, Platforms, Stopped, Turn};
use hub_sim::fastgpt::{FastGptOptions, FastGptSim, TEST_APP};
use hub_sim::{Reply, Script};
use serde_json::{Value, json};

use crate::support::*;
use crate::{app_of, sim, turn, with_key};

async fn ask(sim: &FastGptSim, text: &str) -> Asked {
    ask_of(&platforms(limits()), app_of(sim), Turn { text: text.to_owned(), ..turn() }).await
}

fn question_of(asked: &Asked) -> NeedInput {
    asked.finished("", FinishReason::NeedsInput);
    let question = asked.events.iter().find_map(|event| match event {
        RunEvent::NeedInput(question) => Some(question.clone()),
        _ => None,
    });
    question.expect("a question")
}

#[tokio::test]
async fn a_question_carries_its_conversation_and_only_the_last_message() {
    let sim = sim().await;
    let first = ask_of(
        &platforms(limits()),
        app_of(&sim),
        Turn { inputs: BTreeMap::from([("city".to_owned(), json!("X"))]), fresh_id: String::new(), ..turn() },
    )
    .await;
    let body = sim.requests()[0].json();
    assert_eq!(body["messages"], json!([{"role": "user", "content": "Hi"}]));
    assert_eq!(
        (&body["stream"], &body["detail"], &body["variables"]),
        (&json!(true), &json!(true), &json!({"city": "X"}))
    );
    assert_eq!(first.remote.conversation.as_deref(), body["chatId"].as_str());
    assert_eq!(first.remote.message.as_deref(), body["responseChatItemId"].as_str());
    assert!(body["chatId"].as_str().expect("named").len() > 20, "a name nobody else has");

    let turn = Turn { remote: first.remote.clone(), fresh_id: String::new(), ..turn() };
    let second = ask_of(&platforms(limits()), app_of(&sim), turn).await;
    assert_eq!(second.remote.conversation, first.remote.conversation);
    assert_ne!(second.remote.message, first.remote.message);
}

#[tokio::test]
async fn scenarios_of_the_simulator_on_both_ages_of_servers() {
    for older in [false, true] {
        let sim = FastGptSim::start(FastGptOptions { older, ..FastGptOptions::default() }).await.expect("a free port");
        let asked = ask(&sim, "sim:sources").await;
        assert!(
            asked
                .events
                .iter()
                .any(|event| matches!(event, RunEvent::Sources { items } if items[0].score == Some(0.8)))
        );
        assert_eq!(asked.usage(), Some((Some(8), Some(4), Some(12))));
        assert!(!asked.text().contains("Page 3"), "what was found is no answer");
        let asked = ask(&sim, "sim:tools").await;
        assert!(asked.steps().contains(&("tc1", "calc", "{\"a\":1}")));
        assert!(!ask(&sim, "sim:think").await.reasoning().is_empty());
        assert_eq!(ask(&sim, "sim:empty").await.notices(), ["empty_answer"]);
        let asked = ask(&sim, "sim:alive").await;
        assert_eq!(asked.truncated("").expect("why").detail.hint.as_deref(), Some("empty_answer"));
        let asked = ask(&sim, "sim:error").await;
        asked.failed(&asked.text(), ErrorCode::PlatformError);
        let asked = ask(&sim, "sim:cut").await;
        asked.truncated(&asked.text());
        ask(&sim, "sim:429").await.failed("", ErrorCode::RateLimited);
        ask(&sim, "sim:balance").await.failed("", ErrorCode::QuotaExhausted);
        ask(&sim, "sim:500").await.failed("", ErrorCode::PlatformError);
        let asked = ask_of(&platforms(limits()), with_key(&sim, "fastgpt-wrong"), turn()).await;
        let error = asked.failed("", ErrorCode::BadCredential);
        assert_eq!(error.detail.platform_code.as_deref(), Some("unAuthApiKey"));
    }
}

#[tokio::test]
async fn a_choice_is_answered_by_its_words_and_a_form_by_its_fields() {
    let sim = sim().await;
    let platforms = platforms(limits());
    for (text, answer, words) in [
        ("sim:select", vec![("choice", json!("Blue"))], "You said Blue"),
        ("sim:form", vec![("name", json!("Li")), ("count", json!(0))], "You said {\"count\":0,\"name\":\"Li\"}"),
    ] {
        let first = ask(&sim, text).await;
        let question = question_of(&first);
        let answer: BTreeMap<String, Value> =
            answer.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let turn =
            Turn { waits_for: Some(question), answer, remote: first.remote.clone(), text: String::new(), ..turn() };
        ask_of(&platforms, app_of(&sim), turn).await.stopped(words);
    }
    let form = question_of(&ask(&sim, "sim:form").await);
    let fields: Vec<_> =
        form.fields.iter().map(|field| (field.name.as_str(), field.kind.as_str(), field.required)).collect();
    assert_eq!(fields, [("name", "text", true), ("count", "number", false), ("size", "select", false)]);
}

#[tokio::test]
async fn a_plugin_takes_variables_and_gives_outputs() {
    let sim = sim().await;
    let mut endpoint = with_key(&sim, "fastgpt-test-plugin");
    endpoint.fields.insert("app_id".to_owned(), "65f000000000000000000002".to_owned());
    let turn = Turn {
        app: App::default(),
        text: String::new(),
        inputs: BTreeMap::from([("topic".to_owned(), json!("x"))]),
        ..turn()
    };
    let asked = ask_of(&platforms(limits()), endpoint.clone(), turn).await;
    asked.stopped("");
    let body = sim.requests().last().expect("asked").json();
    assert_eq!((&body["variables"], body.get("messages")), (&json!({"topic": "x"}), None));
    let outputs = asked.events.iter().find_map(|event| match event {
        RunEvent::Outputs { items } => Some(items.iter().map(|item| item.name.clone()).collect::<Vec<_>>()),
        _ => None,
    });
    let mut outputs = outputs.expect("outputs");
    outputs.sort();
    assert_eq!(outputs, ["count", "ok", "result"]);
    let info = platforms(limits()).app(&endpoint, &App::default()).await.expect("told");
    assert!(info.workflow && info.inputs[0].name == "topic" && info.inputs[0].required);
}

#[tokio::test]
async fn a_file_goes_to_the_store_without_the_key() {
    let sim = sim().await;
    let file = |name: &str, mime: &str| Attachment {
        name: name.to_owned(),
        mime: mime.to_owned(),
        bytes: b"%PDF".as_slice().into(),
        uploaded: None,
    };
    let turn = Turn { attachments: vec![file("a.pdf", "application/pdf"), file("p.png", "image/png")], ..turn() };
    let asked = ask_of(&platforms(limits()), app_of(&sim), turn.clone()).await;
    assert!(matches!(asked.end(), RunEvent::Finished { .. }), "{:?}", asked.end());
    let requests = sim.requests();
    let put = requests.iter().find(|request| request.method == "PUT").expect("stored");
    assert_eq!((put.header("authorization"), put.header("content-type")), (None, Some("application/pdf")));
    assert_eq!(put.body.as_ref(), b"%PDF");
    let content = requests.last().expect("asked").json()["messages"][0]["content"].clone();
    assert_eq!((&content[0]["type"], &content[1]["name"]), (&json!("text"), &json!("a.pdf")));
    assert!(content[1]["url"].as_str().expect("an address").contains("/store/"));
    assert!(content[2]["image_url"]["url"].as_str().expect("an image").starts_with("data:image/png;base64,"));

    let without = ask_of(&platforms(limits()), with_key(&sim, hub_sim::fastgpt::TEST_KEY), turn).await;
    let error = without.failed("", ErrorCode::UnsupportedFile);
    assert_eq!(
        (error.detail.hint.as_deref(), error.detail.field.as_deref()),
        (Some("file_upload_app_id"), Some("app_id"))
    );
}

#[tokio::test]
async fn stopping_needs_the_app_s_id() {
    let sim = sim().await;
    let platforms = platforms(limits());
    let turn = Turn { text: "sim:endless".to_owned(), ..turn() };
    let mut chat = platforms.chat(app_of(&sim), turn.clone());
    let mut remote = RemoteIds::default();
    let mut text = String::new();
    while text.is_empty() {
        match chat.next().await.expect("more") {
            ChatSignal::Remote(ids) => remote.merge(ids),
            ChatSignal::Event(RunEvent::Text { delta, .. }) => text.push_str(&delta),
            _ => {}
        }
    }
    let without = with_key(&sim, hub_sim::fastgpt::TEST_KEY);
    assert_eq!(platforms.stop(&without, &turn.asker(), &remote).await, Stopped::Unconfirmed);
    assert_eq!(platforms.stop(&app_of(&sim), &turn.asker(), &remote).await, Stopped::Confirmed);
    assert!(matches!(finish(chat).await.end(), RunEvent::Finished { .. }));
    let request = sim.requests().last().expect("stopped").json();
    assert_eq!(request, json!({"appId": TEST_APP, "chatId": "hub-1"}));
}

#[tokio::test]
async fn questions_to_go_on_with_only_where_the_app_offers_them() {
    let sim = sim().await;
    let asked = ask_of(&platforms(limits()), app_of(&sim), Turn { app: App::default(), ..turn() }).await;
    assert!(
        asked.events.iter().any(|event| matches!(event, RunEvent::Suggestions { questions } if questions.len() == 2))
    );
    let asked = ask(&sim, "Hi").await;
    assert!(!asked.events.iter().any(|event| matches!(event, RunEvent::Suggestions { .. })), "they cost a model call");
}

#[tokio::test]
async fn what_a_person_thinks_is_told() {
    let sim = sim().await;
    let platforms = platforms(limits());
    let remote = ask(&sim, "Hi").await.remote;
    for (helpful, name, value) in [(true, "userGoodFeedback", "yes"), (false, "userBadFeedback", "wrong")] {
        let opinion = Opinion { helpful: Some(helpful), reason: Some("wrong".to_owned()) };
        platforms.feedback(&app_of(&sim), &turn().asker(), &remote, &opinion).await.expect("taken");
        assert_eq!(sim.requests().last().expect("sent").json()[name], value);
    }
}

#[tokio::test]
async fn tests_and_what_the_app_tells() {
    let sim = sim().await;
    let platforms = platforms(limits());
    for endpoint in [app_of(&sim), with_key(&sim, hub_sim::fastgpt::TEST_KEY)] {
        assert_eq!(platforms.test(&endpoint).await.expect("it answers").key_verified, Some(true));
    }
    let error = platforms.test(&with_key(&sim, "fastgpt-wrong")).await.expect_err("refused");
    assert_eq!(error.code, ErrorCode::BadCredential);
    let info = platforms.app(&app_of(&sim), &App::default()).await.expect("told");
    assert_eq!(
        (info.opening.as_str(), info.suggestions.as_slice()),
        ("Hello", ["What can you do?".to_owned()].as_slice())
    );
    assert_eq!((info.inputs[0].name.as_str(), info.inputs[0].max_chars, info.workflow), ("city", Some(50), false));
    let items = platforms.catalog(&app_of(&sim)).await.expect("a list");
    assert_eq!((items.len(), items[0].remote_id.as_str()), (1, TEST_APP));
    let error = platforms.catalog(&with_key(&sim, hub_sim::fastgpt::TEST_KEY)).await.expect_err("no id");
    assert_eq!(error.detail.field.as_deref(), Some("app_id"));
}

#[tokio::test]
async fn an_answer_that_is_not_streamed_is_read_too() {
    let document = json!({"id": "", "model": "", "usage": {"prompt_tokens": 1}, "choices": [{"message": {"role": "assistant",
        "content": [{"type": "reasoning", "reasoning": {"content": "r"}}, {"type": "text", "text": {"content": "all"}}]},
        "finish_reason": "stop"}], "responseData": [{"moduleName": "AI", "inputTokens": 2, "outputTokens": 3}]});
    let server = serve(Script::new().otherwise(Reply::json(200, &document))).await;
    let endpoint = endpoint(PlatformId::Fastgpt, &format!("{}/api", server.base_url()));
    let asked = ask_of(&platforms(limits()), endpoint, turn()).await;
    asked.stopped("all");
    assert_eq!((asked.reasoning().as_str(), asked.usage()), ("r", Some((Some(2), Some(3), Some(5)))));
}

#[test]
fn pasted_addresses_end_at_the_interface() {
    for (typed, after) in [
        ("http://10.0.0.5:3000/api/v1/chat/completions", "http://10.0.0.5:3000/api"),
        ("http://10.0.0.5:3000/api/v1/", "http://10.0.0.5:3000/api"),
        ("https://cloud.fastgpt.cn/api", "https://cloud.fastgpt.cn/api"),
        ("http://h/tools/fastgpt/api", "http://h/tools/fastgpt/api"),
    ] {
        assert_eq!(Platforms::check_address(PlatformId::Fastgpt, typed, false).after, after, "{typed}");
    }
}
