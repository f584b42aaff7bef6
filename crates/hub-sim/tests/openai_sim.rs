//! The OpenAI family, asked over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::time::Duration;

use hub_sim::{Gate, OpenAiOptions, OpenAiSim, Profile, ReasoningIn, Reply, Scenario, SimModel, TEST_KEY, UsageIn};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

/// A platform, a client and the key it uses.
struct Bench {
    sim: OpenAiSim,
    client: reqwest::Client,
    key: Option<&'static str>,
    model: String,
}

impl Bench {
    async fn of(profile: Profile) -> Self {
        Self::with(OpenAiOptions::new(profile)).await
    }

    async fn with(options: OpenAiOptions) -> Self {
        // Fails when another test was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let redirect = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder().no_proxy().redirect(redirect).build().unwrap();
        let model = options.models[0].id.clone();
        let sim = OpenAiSim::start(options).await.unwrap();
        Self { sim, client, key: Some(TEST_KEY), model }
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.sim.base_url()));
        match self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
        .send()
        .await
        .unwrap()
    }

    /// Asks with a body to which the model is added if it has none.
    async fn post(&self, mut body: Value) -> Response {
        if body["model"].is_null() {
            body["model"] = self.model.as_str().into();
        }
        let request = self.client.post(format!("{}/chat/completions", self.sim.base_url())).json(&body);
        match self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
        .send()
        .await
        .unwrap()
    }

    async fn ask(&self, text: &str) -> Response {
        self.post(json!({ "messages": [{ "role": "user", "content": text }], "stream": true })).await
    }

    async fn stream(&self, text: &str) -> Stream {
        Stream::of(&self.ask(text).await.text().await.unwrap())
    }
}

/// A stream, taken apart in the simplest way.
struct Stream {
    body: String,
    chunks: Vec<Value>,
    done: bool,
}

impl Stream {
    fn of(body: &str) -> Self {
        let data: Vec<_> = body.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
        Self {
            body: body.to_owned(),
            chunks: data.iter().filter(|text| **text != "[DONE]").map(|t| serde_json::from_str(t).unwrap()).collect(),
            done: data.last() == Some(&"[DONE]"),
        }
    }

    fn joined(&self, field: &str) -> String {
        self.chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"][field].as_str()).collect()
    }

    fn finish(&self) -> Option<&str> {
        self.chunks.iter().find_map(|chunk| chunk["choices"][0]["finish_reason"].as_str())
    }
}

async fn refused(response: Response, status: u16) -> Value {
    assert_eq!(response.status(), StatusCode::from_u16(status).unwrap());
    let text = response.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

#[tokio::test]
async fn each_platform_lists_its_models_in_its_own_shape() {
    let openai: Value = Bench::of(Profile::OpenAi).await.get("/models").await.json().await.unwrap();
    assert_eq!(openai["object"], "list");
    let data = openai["data"].as_array().unwrap();
    assert!(data.iter().all(|item| item["created"].is_i64()));
    assert!(data.iter().any(|item| item["shutdown_date"] == "2027-01-14"));
    assert!(data.iter().any(|item| item["id"] == "text-embedding-demo"), "all kinds are mixed");

    let deepseek: Value = Bench::of(Profile::DeepSeek).await.get("/models").await.json().await.unwrap();
    assert!(deepseek["data"].as_array().unwrap().iter().all(|item| item.get("created").is_none()));

    let siliconflow = Bench::of(Profile::SiliconFlow).await;
    let all: Value = siliconflow.get("/models").await.json().await.unwrap();
    let chat: Value = siliconflow.get("/models?type=text&sub_type=chat").await.json().await.unwrap();
    let has = |list: &Value, id: &str| list["data"].as_array().unwrap().iter().any(|item| item["id"] == id);
    assert!(has(&all, "BAAI/bge-m3") && has(&all, "Kwai-Kolors/Kolors"));
    assert!(has(&chat, "Pro/deepseek-ai/DeepSeek-V3") && !has(&chat, "BAAI/bge-m3"));
    assert_eq!(chat["data"][0]["created"], 0);

    let mut compatible = Bench::of(Profile::Compatible).await;
    compatible.key = None;
    let list: Value = compatible.get("/models").await.json().await.unwrap();
    assert_eq!(list["models"].as_array().unwrap().len(), list["data"].as_array().unwrap().len());
}

#[tokio::test]
async fn a_wrong_key_is_refused_in_each_platforms_shape() {
    for profile in Profile::ALL {
        let mut bench = Bench::with(OpenAiOptions { keys: vec![TEST_KEY.into()], ..OpenAiOptions::new(profile) }).await;
        for key in [None, Some("sk-test-wrong"), Some("Bearer sk-test-0000-accepted")] {
            bench.key = key;
            let error = refused(bench.ask("hi").await, 401).await;
            match profile {
                Profile::OpenAi => {
                    assert_eq!(error["error"]["code"] == "invalid_api_key", key.is_some(), "{error}");
                }
                Profile::DeepSeek => assert_eq!(error["error"]["type"], "authentication_error"),
                Profile::SiliconFlow => assert_eq!(error, "Invalid token"),
                Profile::Compatible => assert_eq!(error["error"]["code"], 401),
            }
        }
        bench.key = None;
        let expected = if profile == Profile::Compatible { 200 } else { 401 };
        assert_eq!(bench.get("/models").await.status(), expected, "{profile:?}: the list without a key");
    }
}

#[tokio::test]
async fn an_answer_is_streamed_as_each_platform_streams_it() {
    for profile in Profile::ALL {
        let bench = Bench::of(profile).await;
        let stream = bench.stream("三条产线的返修率").await;
        assert!(stream.done, "{profile:?}");
        assert_eq!(stream.finish(), Some("stop"));
        assert!(stream.joined("content").contains("| B 线 · 重载机 | 5,240 |"), "{}", stream.body);
        assert!(stream.chunks.len() > 100, "small chunks");
        let (reasoning, field) = match profile {
            Profile::OpenAi => (false, "reasoning_content"),
            Profile::Compatible => (true, "reasoning"),
            Profile::DeepSeek | Profile::SiliconFlow => (true, "reasoning_content"),
        };
        assert_eq!(stream.joined(field).contains("先定季度"), reasoning, "{profile:?}");
        assert_eq!(stream.body.starts_with(": keep-alive\n\n"), profile == Profile::DeepSeek);
        assert_eq!(bench.stream("三条产线的返修率").await.joined("content"), stream.joined("content"), "deterministic");
    }
}

#[tokio::test]
async fn usage_stands_where_the_platform_puts_it() {
    let usages = |stream: &Stream| -> Vec<(bool, u64)> {
        let with_usage = stream.chunks.iter().filter(|chunk| chunk["usage"].is_object());
        with_usage
            .map(|chunk| (chunk["choices"] == json!([]), chunk["usage"]["completion_tokens"].as_u64().unwrap()))
            .collect()
    };

    let openai = Bench::of(Profile::OpenAi).await;
    assert!(usages(&openai.stream("sql").await).is_empty(), "not asked for");
    let body = json!({
        "messages": [{ "role": "user", "content": "sql" }], "stream": true, "stream_options": { "include_usage": true },
    });
    let stream = Stream::of(&openai.post(body.clone()).await.text().await.unwrap());
    let [(true, count)] = usages(&stream)[..] else { panic!("one chunk without choices") };
    assert_eq!(count as usize, stream.chunks.len() - 3, "one token for each chunk but the first and the last two");

    let deepseek = Bench::of(Profile::DeepSeek).await.stream("sql").await;
    assert!(matches!(usages(&deepseek)[..], [(false, count)] if count > 100));
    assert!(deepseek.chunks.last().unwrap()["usage"]["prompt_cache_miss_tokens"].as_u64() > Some(0));

    let siliconflow = usages(&Bench::of(Profile::SiliconFlow).await.stream("sql").await);
    assert!(siliconflow.len() > 100 && siliconflow.is_sorted_by_key(|(_, count)| *count), "a running total");

    openai.sim.change(|options| options.quirks.usage = UsageIn::Nowhere);
    assert!(usages(&Stream::of(&openai.post(body).await.text().await.unwrap())).is_empty());
}

#[tokio::test]
async fn a_whole_answer_comes_when_no_stream_is_asked_for() {
    for profile in Profile::ALL {
        let bench = Bench::of(profile).await;
        let text =
            bench.post(json!({ "messages": [{ "role": "user", "content": "sql" }] })).await.text().await.unwrap();
        assert_eq!(text.starts_with("\n\n\n"), profile == Profile::DeepSeek, "{profile:?}");
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["object"], "chat.completion");
        let message = &answer["choices"][0]["message"];
        assert!(message["content"].as_str().unwrap().contains("generate_series"));
        assert!(answer["usage"]["total_tokens"].as_u64() > Some(100));
    }
}

#[tokio::test]
async fn what_the_real_platforms_refuse_is_refused() {
    let bench = Bench::of(Profile::OpenAi).await;
    let user = |content: Value| json!({ "messages": [{ "role": "user", "content": content }] });
    let image = json!([{ "type": "image_url", "image_url": { "url": "data:image/png;base64,AAECAw==" } }]);
    let set = |mut body: Value, name: &str, value: Value| {
        body[name] = value;
        body
    };
    let cases = [
        ("no messages", json!({}), 400),
        ("an empty list", json!({ "messages": [] }), 400),
        ("an unknown role", json!({ "messages": [{ "role": "robot", "content": "hi" }] }), 400),
        ("empty content", user(json!(" \n")), 400),
        ("no content", user(Value::Null), 400),
        ("an empty list of parts", user(json!([])), 400),
        ("an unknown part", user(json!([{ "type": "smell" }])), 400),
        ("an image to a text model", set(user(image.clone()), "model", json!("gpt-demo-text")), 400),
        (
            "a broken image",
            user(json!([{ "type": "image_url", "image_url": { "url": "data:image/png;base64,A" } }])),
            400,
        ),
        ("an unknown model", set(user(json!("hi")), "model", json!("gpt-none")), 404),
        ("a model for something else", set(user(json!("hi")), "model", json!("whisper-demo")), 400),
        (
            "stream options without stream",
            set(user(json!("hi")), "stream_options", json!({ "include_usage": true })),
            400,
        ),
        ("a stream that is no boolean", set(user(json!("hi")), "stream", json!("true")), 400),
        ("a wrong temperature", set(user(json!("hi")), "temperature", json!(3)), 400),
        ("max_tokens of 0", set(user(json!("hi")), "max_tokens", json!(0)), 400),
        (
            "max_tokens to a reasoning model",
            set(set(user(json!("hi")), "model", json!("o-demo")), "max_tokens", json!(9)),
            400,
        ),
    ];
    for (what, body, status) in cases {
        let error = refused(bench.post(body).await, status).await;
        assert!(error["error"]["message"].is_string(), "{what}: {error}");
    }
    let seen = bench.post(user(image)).await.text().await.unwrap();
    assert!(seen.contains("image/png"), "an image to a model that sees: {seen}");
    assert_eq!(bench.get("/nothing").await.status(), 404);
    assert_eq!(bench.get("/chat/completions").await.status(), 405);
}

#[tokio::test]
async fn an_unknown_model_has_the_status_of_the_platform() {
    for (profile, status) in
        [(Profile::OpenAi, 404), (Profile::DeepSeek, 400), (Profile::SiliconFlow, 400), (Profile::Compatible, 200)]
    {
        let mut bench = Bench::of(profile).await;
        bench.model = "no-such-model".to_owned();
        let response = bench.ask("hi").await;
        assert_eq!(response.status().as_u16(), status, "{profile:?}");
        let text = response.text().await.unwrap();
        assert_eq!(text.contains("20012"), profile == Profile::SiliconFlow, "{text}");
    }
}

#[tokio::test]
async fn quirks_name_the_parameter_they_refuse() {
    let bench = Bench::of(Profile::Compatible).await;
    bench.sim.change(|options| {
        options.quirks.refuses_stream_options = true;
        options.quirks.refuses_max_tokens = true;
        options.quirks.refuses_max_completion_tokens = true;
        options.quirks.refuses_text_parts = true;
        options.quirks.no_done = true;
    });
    let base = json!({ "messages": [{ "role": "user", "content": "hi" }], "stream": true });
    for (name, value) in [("stream_options", json!({})), ("max_tokens", json!(5)), ("max_completion_tokens", json!(5))]
    {
        let mut body = base.clone();
        body[name] = value;
        let error = refused(bench.post(body).await, 400).await;
        assert!(error["error"]["message"].as_str().unwrap().contains(name), "{error}");
    }
    let parts = json!({ "messages": [{ "role": "user", "content": [{ "type": "text", "text": "hi" }] }] });
    refused(bench.post(parts).await, 400).await;
    let stream = bench.stream("hi").await;
    assert!(!stream.done && stream.finish() == Some("stop"));

    bench.sim.change(|options| options.quirks.no_list = true);
    assert_eq!(bench.get("/models").await.status(), 404);
}

#[tokio::test]
async fn failures_have_each_platforms_status() {
    // OpenAI, SiliconFlow, DeepSeek, Compatible
    let table = [
        ("sim:401", [401, 401, 401, 401]),
        ("sim:402", [429, 403, 402, 402]),
        ("sim:403", [403, 403, 403, 403]),
        ("sim:429", [429, 429, 429, 429]),
        ("sim:500", [500, 500, 500, 500]),
        ("sim:503", [503, 503, 503, 503]),
        ("sim:context", [400, 400, 400, 400]),
        ("sim:html", [502, 502, 502, 502]),
        ("sim:redirect", [307, 307, 307, 307]),
    ];
    for (profile, column) in Profile::ALL.into_iter().zip(0..) {
        let bench = Bench::of(profile).await;
        for (word, statuses) in table {
            let response = bench.ask(&format!("please {word}!")).await;
            assert_eq!(response.status(), statuses[column], "{profile:?} {word}");
            let retry_after = response.headers().get("retry-after").map(|value| value.to_str().unwrap());
            assert_eq!(retry_after, (word == "sim:429").then_some("1"), "{profile:?} {word}");
        }
    }
}

#[tokio::test]
async fn an_answer_can_break_in_the_middle() {
    for profile in Profile::ALL {
        let bench = Bench::of(profile).await;
        let whole = bench.stream("sql").await;
        let half = |text: &str| !text.is_empty() && whole.joined("content").starts_with(text);

        let error = bench.stream("sql sim:error").await;
        assert!(half(&error.joined("content")) && error.finish().is_none());
        assert_eq!(error.done, profile == Profile::Compatible, "vLLM says [DONE] after an error");
        let last = error.chunks.last().unwrap();
        assert!(last["error"].is_object() || last["code"] == 50000, "{last}");

        for word in ["sim:cut", "sim:reset"] {
            let mut response = bench.ask(&format!("sql {word}")).await;
            assert_eq!(response.status(), 200);
            let mut text = Vec::new();
            let ended = loop {
                match response.chunk().await {
                    Ok(Some(bytes)) => text.extend_from_slice(&bytes),
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            assert!(ended.is_err(), "{word}: the chunked body does not end");
        }

        let empty = bench.stream("sim:empty").await;
        assert_eq!((empty.chunks.len(), empty.done), (1, true));
        assert_eq!(bench.stream("sql sim:filtered").await.finish(), Some("content_filter"));
        assert_eq!(bench.stream("sql sim:length").await.finish(), Some("length"));
    }
}

#[tokio::test]
async fn busy_is_over_at_the_second_asking() {
    let bench = Bench::of(Profile::DeepSeek).await;
    for expected in [429, 200, 200] {
        assert_eq!(bench.ask("sim:busy one").await.status(), expected);
    }
    assert_eq!(bench.ask("sim:busy another").await.status(), 429);
}

#[tokio::test]
async fn a_test_chooses_what_comes_next() {
    let bench = Bench::of(Profile::OpenAi).await;
    let gate = Gate::new();
    bench.sim.next(Scenario::Text { text: "你好 there".into(), reasoning: None });
    bench.sim.next_reply(Reply::sse(["{\"own\":1}", "[DONE]"]));
    bench.sim.next(Scenario::Held(gate.clone()));
    assert_eq!(bench.stream("a").await.joined("content"), "你好 there");
    assert_eq!(bench.stream("b").await.chunks, [json!({ "own": 1 })]);

    let mut response = bench.ask("sql").await;
    gate.reached().await;
    let first = response.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"data: {"));
    gate.open();
    let mut rest = first.to_vec();
    while let Some(more) = response.chunk().await.unwrap() {
        rest.extend_from_slice(&more);
    }
    assert!(Stream::of(&String::from_utf8(rest).unwrap()).done);
    assert_eq!(
        bench.sim.chats().iter().map(|chat| chat["messages"][0]["content"].clone()).collect::<Vec<_>>(),
        ["a", "b", "sql"]
    );
}

#[tokio::test]
async fn stop_is_seen_as_the_socket_that_closes() {
    for word in ["sim:endless", "sim:stall", "sim:alive", "sim:silence"] {
        let bench = Bench::of(Profile::SiliconFlow).await;
        let asking = bench.ask(word);
        let response = match word {
            "sim:silence" => {
                // Nothing comes, so the request itself is dropped once the server has it.
                tokio::select! {
                    _ = asking => panic!("an answer"),
                    requests = bench.sim.wait_for_requests(1) => { requests.unwrap(); None }
                }
            }
            _ => Some(asking.await),
        };
        let connection = bench.sim.requests()[0].connection;
        assert!(bench.sim.connections()[connection].end.is_none());
        drop(response);
        assert!(bench.sim.wait_for_end(connection).await.unwrap().by.is_client(), "{word}");
    }
}

#[tokio::test]
async fn the_rate_paces_the_answer() {
    let mut options = OpenAiOptions::new(Profile::OpenAi);
    options.tokens_per_second = Some(200);
    options.first_token = Duration::from_millis(20);
    let bench = Bench::with(options).await;
    bench.sim.next(Scenario::Text { text: "one two three four five six seven eight nine ten".into(), reasoning: None });
    let started = std::time::Instant::now();
    assert_eq!(bench.stream("x").await.chunks.len(), 12);
    // Ten tokens of 5 ms and 20 ms before them; only the lower bound is certain.
    assert!(started.elapsed() >= Duration::from_millis(70));
}

#[tokio::test]
async fn think_tags_tools_refusals_and_echo() {
    let mut options = OpenAiOptions::new(Profile::Compatible);
    options.models = vec![SimModel::chat("tags").reasoning(ReasoningIn::ThinkTags)];
    let bench = Bench::with(options).await;
    let content = bench.stream("repair").await.joined("content");
    assert!(content.starts_with("<think>\n") && content.contains("\n</think>\n\nIn 2026 Q3"), "{content}");

    let openai = Bench::of(Profile::OpenAi).await;
    let tools = openai.stream("sim:tools").await;
    assert_eq!(tools.finish(), Some("tool_calls"));
    let names: Vec<_> = tools
        .chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"]["tool_calls"][0]["function"]["name"].as_str())
        .collect();
    assert_eq!(names, ["query_repair_orders", "query_line_ledger"]);
    assert_eq!(openai.stream("sim:refusal").await.joined("refusal"), "I can't help with that request.");

    let echo = openai
        .post(json!({
            "messages": [{ "role": "system", "content": "四个字吧" }, { "role": "user", "content": "sim:echo" }],
            "stream": true, "temperature": 0.5,
        }))
        .await;
    let echo = Stream::of(&echo.text().await.unwrap()).joined("content");
    let echo: Value = serde_json::from_str(echo.trim_start_matches("```json").trim_end_matches("```")).unwrap();
    assert_eq!(echo["messages"][0], json!({ "role": "system", "characters": 4 }));
    assert_eq!(echo["temperature"], 0.5);
}

#[tokio::test]
async fn account_calls_check_keys_cheaply() {
    let deepseek: Value = Bench::of(Profile::DeepSeek).await.get("/user/balance").await.json().await.unwrap();
    assert_eq!(deepseek["balance_infos"][0]["total_balance"], "88.60");
    let siliconflow: Value = Bench::of(Profile::SiliconFlow).await.get("/user/info").await.json().await.unwrap();
    assert_eq!(siliconflow["code"], 20000);
    assert_eq!(Bench::of(Profile::OpenAi).await.get("/user/info").await.status(), 404);
}
