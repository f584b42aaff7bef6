//! `hub` with every platform: connected, tested, listed, asked; a question that is answered and an opinion that is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends there"
)]

use std::io::Write;
use std::process::{Command, Stdio};

use hub_contract::PlatformId;
use hub_sim::{
    AppBuilderOptions, AppBuilderPlatform, ArkOptions, ArkPlatform, BailianOptions, BailianPlatform, CozeOptions,
    CozePlatform, DifyOptions, DifyPlatform, FastGptOptions, FastGptPlatform, OpenAiOptions, OpenAiPlatform, Profile,
    Router, ScriptedServer, Studio53Options, Studio53Platform, TEST_KEY, YuanqiOptions, YuanqiPlatform, ark, bailian,
};
use hub_sim::{appbuilder, coze, dify, fastgpt, studio53, yuanqi};
use hub_tests_core::hub_program;
use serde_json::Value;

/// A platform as a person connects it.
struct Known {
    platform: PlatformId,
    /// Below the server.
    path: &'static str,
    secret: &'static str,
    field: Option<String>,
    ask: Ask,
}

enum Ask {
    /// The first model of its list.
    Model,
    /// The app with that id, or the one that the key means.
    App(Option<&'static str>),
}

fn known(platform: PlatformId) -> Known {
    let one = |path, secret, ask| Known { platform, path, secret, field: None, ask };
    match platform {
        PlatformId::Coze => one("/coze", TEST_KEY, Ask::App(Some(coze::BOT))),
        PlatformId::Appbuilder => one("/appbuilder/v2", TEST_KEY, Ask::App(Some(appbuilder::APP))),
        PlatformId::Dify => one("/dify/v1", dify::TEST_KEY, Ask::App(None)),
        PlatformId::Studio53 => one("/studio53", studio53::TEST_SECRET, Ask::App(Some("b-1"))),
        PlatformId::Yuanqi => Known {
            field: Some(format!("assistant_id={}", yuanqi::ASSISTANT)),
            ..one("/yuanqi/openapi/v1/agent", TEST_KEY, Ask::App(None))
        },
        PlatformId::Fastgpt => Known {
            field: Some(format!("app_id={}", fastgpt::TEST_APP)),
            ..one("/fastgpt/api", fastgpt::TEST_KEY, Ask::App(None))
        },
        PlatformId::Bailian => one("/bailian/api/v1", TEST_KEY, Ask::App(Some(bailian::AGENT))),
        PlatformId::Ark => one("/ark/api/v3", TEST_KEY, Ask::App(Some(ark::BOT))),
        PlatformId::Openai => one("/openai/v1", TEST_KEY, Ask::Model),
        PlatformId::Siliconflow => one("/siliconflow/v1", TEST_KEY, Ask::Model),
        PlatformId::Deepseek => one("/deepseek/v1", TEST_KEY, Ask::Model),
        PlatformId::OpenaiCompatible => one("/compatible/v1", TEST_KEY, Ask::Model),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_platform_is_connected_tested_listed_and_asked() {
    let server = ScriptedServer::start(platforms()).await.unwrap();
    let hub = TestHub::new();
    for platform in PlatformId::ALL {
        let known = known(*platform);
        let whom = hub.ready(&known, &server.base_url());
        let tested = hub.run(&["connections", "test", platform.as_str(), "--json"], "").ok().last();
        assert_eq!(tested["ok"], true, "{platform}");
        let listed = hub.run(&["catalog", platform.as_str(), "--json"], "");
        match platform {
            // One token is one agent, and nothing lists them; Ark's host for answers has no list of models.
            PlatformId::Yuanqi | PlatformId::Ark => assert_eq!(listed.status, 1, "{platform}"),
            _ => assert!(!listed.ok().objects().is_empty(), "{platform}"),
        }
        let mut chat = vec!["chat", &whom[0], &whom[1], "--json", "返修率为什么上升？"];
        // Its bot asks for this beside the question.
        chat.extend(["--input", "input=B"].into_iter().filter(|_| *platform == PlatformId::Studio53));
        let asked = hub.run(&chat, "").ok();
        let mut types: Vec<String> = asked.objects().iter().map(|event| event["type"].to_string()).collect();
        types.dedup();
        eprintln!("{platform}: {}", types.join(" "));
        assert_eq!(types.first().map(String::as_str), Some("\"started\""), "{platform}");
        assert!(types.iter().any(|kind| kind == "\"text\""), "{platform}: {types:?}");
        assert_eq!(types.last().map(String::as_str), Some("\"finished\""), "{platform}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_answer_waits_for_is_answered_and_an_opinion_is_told() {
    let server = ScriptedServer::start(platforms()).await.unwrap();
    let hub = TestHub::new();
    let whom = hub.ready(&known(PlatformId::Coze), &server.base_url());
    let agent = whom[1].as_str();
    let asked = hub.run(&["chat", "--agent", agent, "--json", "sim:ask"], "").ok().objects();
    let need = asked.iter().find(|event| event["type"] == "need_input").expect("it waits");
    assert_eq!(need["fields"][0]["name"], "call_1");
    let conversation = asked[0]["conversation"].as_str().unwrap();
    let answered =
        hub.run(&["chat", "--conversation", conversation, "--answer", "call_1=blue", "--json", ""], "").ok().objects();
    let text: String = answered.iter().filter_map(|event| event["delta"].as_str()).collect();
    assert_eq!(text, "收到：blue");

    let shown = hub.run(&["conversations", "show", conversation, "--json"], "").ok().last();
    let message = shown["messages"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    hub.run(&["feedback", &message, "up", "--reason", "清楚"], "").ok();
    let told = server.requests().into_iter().find(|request| request.path.ends_with("/feedback")).expect("Coze is told");
    assert_eq!(told.json()["feedback_type"], "like");
    let nobody = hub.run(&["feedback", "nobody", "down", "--json"], "");
    assert_eq!((nobody.status, nobody.last()["error"]["code"].as_str()), (1, Some("not_found")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_icon_comes_from_the_platform_or_a_file_and_goes() {
    let server = ScriptedServer::start(platforms()).await.unwrap();
    let hub = TestHub::new();
    let whom = hub.ready(&known(PlatformId::Coze), &server.base_url());
    let agent = whom[1].as_str();
    let icon = |arguments: &[&str]| {
        let line: Vec<&str> = ["agents", "edit", agent].iter().chain(arguments).chain(&["--json"]).copied().collect();
        hub.run(&line, "").ok().last()["icon"].clone()
    };
    let own = icon(&[]);
    assert!(own.as_str().is_some_and(|icon| icon.starts_with("data:image/png;base64,")), "{own}");
    let file = hub.0.path().join("logo.webp");
    std::fs::write(&file, hub_sim::icons::picture("logo", image::ImageFormat::WebP)).unwrap();
    let logo = icon(&["--icon", file.to_str().unwrap()]);
    assert!(logo.is_string() && logo != own);
    assert_eq!(icon(&["--no-icon"]), Value::Null);
    assert_eq!(icon(&["--icon-from-platform"]), own);
    std::fs::write(&file, "<svg/>").unwrap();
    let refused = hub.run(&["agents", "edit", agent, "--icon", file.to_str().unwrap(), "--json"], "");
    assert_eq!((refused.status, refused.last()["error"]["code"].as_str()), (1, Some("unsupported_file")));
}

/// All simulators on one server.
fn platforms() -> Router {
    let keys = vec![TEST_KEY.to_owned()];
    let assistants = vec![(yuanqi::ASSISTANT.to_owned(), TEST_KEY.to_owned())];
    let router = Profile::ALL.into_iter().fold(Router::new(), |router, profile| {
        router.mount(&format!("/{}", profile.name()), OpenAiPlatform::new(OpenAiOptions::new(profile)))
    });
    router
        .mount("/coze", CozePlatform::new(CozeOptions::default()))
        .mount("/appbuilder", AppBuilderPlatform::new(AppBuilderOptions::default()))
        .mount("/dify", DifyPlatform::new(DifyOptions::default()))
        .mount("/studio53", Studio53Platform::new(Studio53Options::default()))
        .mount("/fastgpt", FastGptPlatform::new(FastGptOptions::default()))
        .mount("/yuanqi", YuanqiPlatform::new(YuanqiOptions { assistants, ..YuanqiOptions::default() }))
        .mount("/bailian", BailianPlatform::new(BailianOptions { keys: keys.clone(), ..BailianOptions::default() }))
        .mount("/ark", ArkPlatform::new(ArkOptions { keys, ..ArkOptions::default() }))
}

/// A Hub in a folder of its own.
struct TestHub(tempfile::TempDir);

impl TestHub {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Connects it under its own id and enables somebody; says how `hub chat` names them.
    fn ready(&self, known: &Known, server: &str) -> [String; 2] {
        let (name, address) = (known.platform.as_str(), format!("{server}{}", known.path));
        let mut connect = vec!["connect", name, "--name", name, "--base-url", &address, "--secret-stdin"];
        connect.extend(known.field.as_deref().map(|field| ["--field", field]).into_iter().flatten());
        self.run(&connect, known.secret).ok();
        match &known.ask {
            Ask::Model => {
                let listed = self.run(&["catalog", name, "--json"], "").ok().objects();
                let model = listed.iter().find(|item| item["chats"] == true).expect("a model that chats");
                let model = model["remote_id"].as_str().unwrap();
                self.run(&["models", "enable", name, model], "").ok();
                ["--model".to_owned(), format!("{name}/{model}")]
            }
            Ask::App(remote_id) => {
                let mut add = vec!["agents", "add", "--connection", name, "--name", name, "--json"];
                add.extend(remote_id.map(|id| ["--remote-id", id]).into_iter().flatten());
                let agent = self.run(&add, "").ok().last();
                ["--agent".to_owned(), agent["id"].as_str().unwrap().to_owned()]
            }
        }
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Ran {
        let mut command = Command::new(hub_program());
        command.arg("--data-dir").arg(self.0.path().join("hub")).args(["--vault", "passphrase"]).args(arguments);
        command.env_clear().env("LANG", "en_US.UTF-8").env("HOME", self.0.path()).env("TZ", "UTC");
        command.env("HUB_PASSPHRASE", "correct horse");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A program that does not read its stdin closes it; that is no fault.
        drop(child.stdin.take().unwrap().write_all(stdin.as_bytes()));
        let output = child.wait_with_output().unwrap();
        Ran {
            line: arguments.join(" "),
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// What a run of `hub` left.
struct Ran {
    line: String,
    status: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn ok(self) -> Self {
        assert_eq!(self.status, 0, "hub {}: {}{}", self.line, self.stderr, self.stdout);
        self
    }

    fn objects(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    fn last(&self) -> Value {
        self.objects().pop().expect("a line of JSON")
    }
}
