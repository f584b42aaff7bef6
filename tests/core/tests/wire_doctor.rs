//! The connection doctor: a failure planted at each stage of the way, against simulated platforms.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::connection::{
    ConnectRequest, ConnectionState, ConnectionView, EditConnectionRequest, EnableModelsRequest, ProxyChoice,
    TestConnectionRequest, TestReport,
};
use hub_contract::deep_test::TestRemark::{
    KeyNotProven, NeedsInputs, NoName, NoProxy, NoStopCall, NobodyToAsk, NotEncrypted,
};
use hub_contract::deep_test::TestStepState::{Failed, NotReached, Passed, Skipped};
use hub_contract::deep_test::{TestRemark, TestStage, TestStepState};
use hub_contract::secret::SecretInput;
use hub_contract::settings::{ProxySetting, VaultMode};
use hub_contract::{ErrorCode, PlatformId};
use hub_core::{Hub, HubOptions};
use hub_platforms::Limits;
use hub_sim::dify::{Mode, TEST_KEY as DIFY_KEY};
use hub_sim::{
    DifyOptions, DifyPlatform, OpenAiOptions, OpenAiSim, Profile, ProxyKind, ProxyServer, Recorded, Reply, Responder,
    Scenario, ScriptedServer, TEST_KEY, TestCa,
};

/// The way to a simulator on this computer.
const NEAR: [(TestStepState, Option<TestRemark>); 4] =
    [(Skipped, Some(NoName)), (Passed, None), (Skipped, Some(NoProxy)), (Skipped, Some(NotEncrypted))];

#[tokio::test]
async fn a_sound_connection_passes_every_step_that_there_is() {
    let (sim, desk) = openai(TEST_KEY, &["gpt-demo"]).await;
    let report = desk.test().await;
    assert!(report.ok && report.error.is_none(), "{report:?}");
    assert_eq!(
        states(&report),
        [&NEAR[..], &[(Passed, None), (Passed, None), (Passed, None), (Skipped, Some(NoStopCall))]].concat()
    );
    for step in report.steps.iter().filter(|step| step.state == Passed) {
        assert!(step.ms.is_some(), "{step:?}");
    }
    assert!(report.models.is_some() && report.latency_ms.is_some());
    assert_eq!(sim.chats().len(), 1, "one short question where nothing can be stopped");
    assert!(desk.hub.conversations_list(Default::default()).await.unwrap().is_empty(), "nothing is kept of it");
    let view = desk.hub.connections_list(()).await.unwrap().remove(0);
    assert_eq!(view.state, ConnectionState::Ready);
    assert_eq!(view.last_test, Some(report), "the report stays with the connection");
}

#[tokio::test]
async fn where_a_platform_stops_answers_a_second_one_is_stopped() {
    let (server, desk) = dify(Mode::Chat, false).await;
    let report = desk.test().await;
    assert_eq!(states(&report), [&NEAR[..], &[(Passed, None); 4]].concat(), "{report:?}");
    let is_stop = |path: &str| path.starts_with("/v1/chat-messages/") && path.ends_with("/stop");
    assert_eq!(server.requests().iter().filter(|request| is_stop(&request.path)).count(), 1);
}

#[tokio::test]
async fn a_stop_call_that_fails_is_told_as_the_last_step() {
    let (_server, desk) = dify(Mode::Chat, true).await;
    let report = desk.test().await;
    assert_failed_at(&report, TestStage::Stop, &[ErrorCode::PlatformError]);
    assert_eq!(report.error.unwrap().detail.hint.as_deref(), Some("stop_unconfirmed"));
}

#[tokio::test]
async fn without_anybody_to_ask_it_says_what_is_missing() {
    let (sim, desk) = openai(TEST_KEY, &[]).await;
    let report = desk.test().await;
    assert!(report.ok);
    assert_eq!(states(&report)[5..], [(Skipped, Some(NobodyToAsk)); 3]);
    assert!(sim.chats().is_empty(), "nothing that costs was asked");

    let (server, desk) = dify(Mode::Workflow, false).await;
    assert_eq!(states(&desk.test().await)[5..], [(Skipped, Some(NeedsInputs)); 3]);
    assert!(server.requests().iter().all(|request| !request.path.ends_with("/run")), "a form is not run empty");
}

#[tokio::test]
async fn a_server_that_needs_no_key_leaves_the_key_unproven() {
    let sim = OpenAiSim::start(OpenAiOptions::new(Profile::Compatible)).await.unwrap();
    let desk = Desk::connect(PlatformId::OpenaiCompatible, &sim.base_url(), TEST_KEY).await;
    assert_eq!(states(&desk.test().await)[4], (Passed, Some(KeyNotProven)));
}

#[tokio::test]
async fn a_host_that_has_no_address_ends_at_its_name() {
    // A name that never resolves (RFC 6761, 6.4).
    let desk = Desk::connect(PlatformId::Openai, "https://no-such-host.invalid/v1", TEST_KEY).await;
    let report = desk.test().await;
    assert_failed_at(&report, TestStage::Dns, &[ErrorCode::Dns, ErrorCode::Offline]);
    assert_eq!(report.error.unwrap().detail.host.as_deref(), Some("no-such-host.invalid"));
}

#[tokio::test]
async fn a_port_where_nobody_listens_ends_at_the_connection() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let desk = Desk::connect(PlatformId::Openai, &format!("http://{free}/v1"), TEST_KEY).await;
    let report = desk.test().await;
    assert_failed_at(&report, TestStage::Connect, &[ErrorCode::Connect]);
    assert_eq!(report.error.unwrap().detail.platform, Some(PlatformId::Openai));
}

#[tokio::test]
async fn a_proxy_that_refuses_and_one_that_is_gone() {
    let sim = OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await.unwrap();
    let target = sim.base_url().trim_start_matches("http://").trim_end_matches("/v1").parse().unwrap();
    for (base, kind) in [
        ("http://llm.example/v1", ProxyKind::Http),
        ("https://llm.example/v1", ProxyKind::Http),
        ("http://llm.example/v1", ProxyKind::Socks5),
    ] {
        let refusing = ProxyServer::start(kind, Some("user:word"), target).await.unwrap();
        let desk = Desk::connect(PlatformId::Openai, base, TEST_KEY).await;
        desk.through(&refusing.url()).await;
        assert_failed_at(&desk.test().await, TestStage::Proxy, &[ErrorCode::Proxy]);
    }
    assert!(sim.requests().is_empty(), "nothing came through");

    let desk = Desk::connect(PlatformId::Openai, "http://llm.example/v1", TEST_KEY).await;
    desk.through("http://no-such-proxy.invalid:8080").await;
    let report = desk.test().await;
    assert_failed_at(&report, TestStage::Dns, &[ErrorCode::Dns, ErrorCode::Offline]);
    assert_eq!(report.error.unwrap().detail.host.as_deref(), Some("no-such-proxy.invalid"), "the proxy is to blame");

    let open = ProxyServer::start(ProxyKind::Http, None, target).await.unwrap();
    let desk = Desk::connect(PlatformId::Openai, "http://llm.example/v1", TEST_KEY).await;
    desk.through(&open.url()).await;
    let report = desk.test().await;
    assert_eq!(states(&report)[2..5], [(Passed, None), (Skipped, Some(NotEncrypted)), (Passed, None)], "{report:?}");
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_ends_at_tls_before_any_key() {
    let identity = TestCa::new().unwrap().issue(&["127.0.0.1"]).unwrap();
    let server = ScriptedServer::start_tls(&identity, Reply::status(200)).await.unwrap();
    let desk = Desk::connect(PlatformId::Openai, &format!("{}/v1", server.base_url()), TEST_KEY).await;
    assert_failed_at(&desk.test().await, TestStage::Tls, &[ErrorCode::Tls]);
    assert!(server.requests().is_empty());

    // A server that speaks no TLS at all.
    let plain = ScriptedServer::start(Reply::status(200)).await.unwrap();
    let address = plain.base_url().replace("http:", "https:");
    let desk = Desk::connect(PlatformId::Openai, &format!("{address}/v1"), TEST_KEY).await;
    assert_failed_at(&desk.test().await, TestStage::Tls, &[ErrorCode::Tls]);
}

#[tokio::test]
async fn a_wrong_key_ends_at_the_credential_and_a_missing_one_too() {
    let (sim, desk) = openai("sk-test-0000-not-accepted", &["gpt-demo"]).await;
    let report = desk.test().await;
    assert_failed_at(&report, TestStage::Credential, &[ErrorCode::BadCredential]);
    assert!(!format!("{report:?}").contains("not-accepted"), "the key is not told");
    assert!(sim.chats().is_empty());

    // Another address drops the key, so that none is there.
    let elsewhere = OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await.unwrap();
    desk.moved_to(&elsewhere.base_url()).await;
    assert_failed_at(&desk.test().await, TestStage::Credential, &[ErrorCode::CredentialMissing]);
    assert!(elsewhere.requests().is_empty(), "nothing is asked without a key");
}

#[tokio::test]
async fn a_question_that_is_refused_ends_at_the_first_token() {
    let (sim, desk) = openai(TEST_KEY, &["gpt-demo"]).await;
    sim.next(Scenario::NoBalance);
    let report = desk.test().await;
    assert_failed_at(&report, TestStage::FirstToken, &[ErrorCode::QuotaExhausted]);
    sim.next(Scenario::Empty);
    assert_failed_at(&desk.test().await, TestStage::FirstToken, &[ErrorCode::BadAnswer]);
    let view = desk.hub.connections_list(()).await.unwrap().remove(0);
    assert!(matches!(view.state, ConnectionState::Attention { .. }));
}

#[tokio::test]
async fn an_answer_that_is_cut_ends_at_the_stream() {
    let (sim, desk) = openai(TEST_KEY, &["gpt-demo"]).await;
    for (scenario, codes) in [
        (Scenario::Cut, [ErrorCode::Connect, ErrorCode::BadAnswer]),
        (Scenario::ErrorInStream, [ErrorCode::PlatformError, ErrorCode::Overloaded]),
    ] {
        sim.next(scenario);
        assert_failed_at(&desk.test().await, TestStage::Stream, &codes);
    }
}

/// Everything before the stage passed or had nothing to test, and nothing behind it was tried.
#[track_caller]
fn assert_failed_at(report: &TestReport, stage: TestStage, codes: &[ErrorCode]) {
    assert_eq!(report.steps.iter().map(|step| step.stage).collect::<Vec<_>>(), TestStage::ALL);
    let place = TestStage::ALL.iter().position(|known| *known == stage).unwrap();
    for (index, step) in report.steps.iter().enumerate() {
        match index {
            index if index < place => assert!(matches!(step.state, Passed | Skipped), "{report:#?}"),
            index if index == place => assert_eq!(step.state, Failed, "{report:#?}"),
            _ => assert_eq!(step.state, NotReached, "{report:#?}"),
        }
    }
    let error = report.error.as_ref().expect("why");
    assert!(!report.ok && codes.contains(&error.code), "{error:?}");
    assert_eq!(report.steps[place].error.as_ref(), Some(error));
}

fn states(report: &TestReport) -> Vec<(TestStepState, Option<TestRemark>)> {
    report.steps.iter().map(|step| (step.state, step.remark)).collect()
}

/// A Hub with one connection.
struct Desk {
    hub: Hub,
    connection: ConnectionView,
    _folder: tempfile::TempDir,
}

impl Desk {
    /// Saves the connection without a test.
    async fn connect(platform: PlatformId, base_url: &str, key: &str) -> Self {
        hub_core::install_crypto();
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits { repeat_wait: Duration::from_millis(1), ..Limits::default() };
        let options = HubOptions { vault: Some(VaultMode::Session), limits, ..HubOptions::new(folder.path(), "0.0.0") };
        let hub = Hub::open(options).await.unwrap();
        let request = ConnectRequest {
            proxy: None,
            platform,
            name: None,
            base_url: Some(base_url.to_owned()),
            fields: BTreeMap::new(),
            secrets: BTreeMap::from([("api_key".to_owned(), SecretInput::new(key))]),
            verify: false,
            allow_plain_http: true,
            as_typed: true,
        };
        let connection = hub.connection_add(request).await.unwrap();
        Self { hub, connection, _folder: folder }
    }

    async fn through(&self, proxy: &str) {
        let proxy = ProxySetting::Custom { url: proxy.to_owned(), user: String::new(), has_password: false };
        self.edit(None, Some(ProxyChoice::Own { proxy, password: None })).await;
    }

    async fn moved_to(&self, base_url: &str) {
        self.edit(Some(base_url.to_owned()), None).await;
    }

    async fn edit(&self, base_url: Option<String>, proxy: Option<ProxyChoice>) {
        let edit = EditConnectionRequest {
            id: self.connection.id.clone(),
            name: None,
            base_url,
            fields: BTreeMap::new(),
            secrets: BTreeMap::new(),
            proxy,
            allow_plain_http: None,
            as_typed: true,
            verify: false,
        };
        self.hub.connection_edit(edit).await.unwrap();
    }

    async fn test(&self) -> TestReport {
        let request = TestConnectionRequest { id: self.connection.id.clone(), deep: true };
        self.hub.connection_test(request).await.unwrap()
    }
}

async fn openai(key: &str, enabled: &[&str]) -> (OpenAiSim, Desk) {
    let sim = OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await.unwrap();
    let desk = Desk::connect(PlatformId::Openai, &sim.base_url(), key).await;
    let models = enabled.iter().map(|model| (*model).into()).collect();
    let enable = EnableModelsRequest { connection: desk.connection.id.clone(), models, enabled: true };
    desk.hub.models_enable(enable).await.unwrap();
    (sim, desk)
}

/// A Dify with one agent; `deaf` fails every call to stop.
async fn dify(mode: Mode, deaf: bool) -> (ScriptedServer, Desk) {
    let platform = Arc::new(DifyPlatform::new(DifyOptions::default()));
    let server = ScriptedServer::start(move |request: &Recorded| {
        if deaf && request.path.ends_with("/stop") {
            return Reply::text(500, "cannot stop");
        }
        platform.respond(request)
    })
    .await
    .unwrap();
    let key = DIFY_KEY.replace("chat", mode.short());
    let desk = Desk::connect(PlatformId::Dify, &format!("{}/v1", server.base_url()), &key).await;
    let source = AgentSource::Remote {
        connection: desk.connection.id.clone(),
        remote_id: None,
        workflow: mode == Mode::Workflow,
    };
    let add = AddAgentRequest {
        name: "Agent".to_owned(),
        group: None,
        description: String::new(),
        source,
        plans: Vec::new(),
        groups: Vec::new(),
    };
    desk.hub.agent_add(add).await.unwrap();
    (server, desk)
}
