//! The suite `redirects`: no credential and no prompt ever reaches an address that nobody confirmed. Two servers that
//! record every byte: the one that redirects, and the one that it redirects to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use hub_contract::catalogue::{self, API_KEY};
use hub_contract::id::ModelId;
use hub_contract::platform::ConnectedAs;
use hub_contract::run::RemoteIds;
use hub_contract::{ErrorCode, HubError, PlatformId, RunEvent};
use hub_platforms::{App, ChatSignal, Endpoint, Limits, Network, Platforms, Proxy, Resolver, Resolving, Turn};
use hub_sim::{Identity, Recorder, Reply, ScriptedServer};
use secrecy::SecretString;

const KEY: &str = "sk-test-must-stay-here";
const PROMPT: &str = "the prompt that must stay here";
/// The host that was confirmed, and one that was not. Both are this computer.
const HOST: &str = "llm.example";
const OTHER: &str = "other.example";
const CODES: [u16; 5] = [301, 302, 303, 307, 308];

/// The platforms that this version can talk to, each with the field of its key; each is asked in each way.
const PLATFORMS: &[(PlatformId, &str)] = &[
    (PlatformId::OpenaiCompatible, API_KEY),
    (PlatformId::Openai, API_KEY),
    (PlatformId::Siliconflow, API_KEY),
    (PlatformId::Deepseek, API_KEY),
    (PlatformId::Coze, "token"),
    (PlatformId::Appbuilder, API_KEY),
    (PlatformId::Dify, API_KEY),
    (PlatformId::Studio53, "secret"),
    (PlatformId::Yuanqi, "token"),
    (PlatformId::Fastgpt, API_KEY),
    (PlatformId::Bailian, API_KEY),
    (PlatformId::Ark, API_KEY),
];

/// Calls that a platform does not have, so that nothing is sent.
const NO_CALL: &[(PlatformId, Call)] = &[(PlatformId::Yuanqi, Call::Catalog), (PlatformId::Fastgpt, Call::Catalog)];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Test,
    Catalog,
    Chat,
}

/// Where a redirect leads, seen from the address that was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    OtherHost,
    OtherPort,
    OtherScheme,
    Loopback,
    File,
}

const ALL_TO: [To; 5] = [To::OtherHost, To::OtherPort, To::OtherScheme, To::Loopback, To::File];

/// Where redirects lead, and where nobody may come.
struct Places {
    /// Another port of the same host.
    near: Recorder,
    /// Another host.
    far: Recorder,
    file: tempfile::NamedTempFile,
}

impl Places {
    async fn new() -> Self {
        Self {
            near: Recorder::start().await.unwrap(),
            far: Recorder::start().await.unwrap(),
            file: tempfile::NamedTempFile::new().unwrap(),
        }
    }

    fn location(&self, to: To) -> String {
        match to {
            To::OtherHost => format!("http://{OTHER}:{}/v1", self.far.address().port()),
            To::OtherPort => format!("http://{HOST}:{}/v1", self.near.address().port()),
            To::OtherScheme => format!("https://{HOST}:{}/v1", self.near.address().port()),
            To::Loopback => format!("{}/v1", self.near.base_url()),
            To::File => format!("file://{}", self.file.path().display()),
        }
    }

    #[track_caller]
    fn saw_nothing(&self) {
        for recorder in [&self.near, &self.far] {
            assert_eq!((recorder.connections(), recorder.received()), (0, Vec::new()));
        }
    }
}

/// Five codes to five kinds of places, for three calls on four platforms.
#[tokio::test]
async fn no_byte_reaches_the_second_server() {
    hub_platforms::install_crypto();
    let places = Places::new().await;
    let mut calls = 0;
    for (platform, key) in PLATFORMS {
        let calls_of = |call: &Call| !NO_CALL.contains(&(*platform, *call));
        let asked: Vec<Call> = [Call::Test, Call::Catalog, Call::Chat].into_iter().filter(calls_of).collect();
        for code in CODES {
            for to in ALL_TO {
                let location = places.location(to);
                let server = ScriptedServer::start(Reply::redirect(code, location.clone())).await.unwrap();
                for call in &asked {
                    let error = make(*call, &keyed(*platform, key, &named(&server))).await;
                    assert_eq!(error.code, ErrorCode::Redirected, "{platform} {code} {to:?} {call:?}");
                    assert_eq!(error.detail.status, Some(code));
                    let told = error.detail.text.unwrap();
                    assert!(location.starts_with(&told) || told.starts_with("file://"), "{told}");
                    calls += 1;
                }
                let seen = server.requests();
                assert_eq!(seen.len(), asked.len(), "each call is made once: {seen:?}");
                assert!(seen.iter().all(|request| request.header("authorization") == Some(&format!("Bearer {KEY}"))));
                let question = String::from_utf8_lossy(&seen.last().unwrap().body).into_owned();
                assert!(question.contains(PROMPT), "the first server gets the question: {question}");
            }
        }
    }
    assert_eq!(calls, (PLATFORMS.len() * 3 - NO_CALL.len()) * CODES.len() * ALL_TO.len());
    places.saw_nothing();
}

/// From https to http is the downgrade that shows a key to everybody on the way.
#[tokio::test]
async fn no_byte_goes_from_https_to_http() {
    hub_platforms::install_crypto();
    let ca = hub_sim::TestCa::new().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), ca.pem()).unwrap();
    let identity: Identity = ca.issue(&[HOST]).unwrap();
    let places = Places::new().await;
    for code in CODES {
        let reply = Reply::redirect(code, places.location(To::OtherPort));
        let server = ScriptedServer::start_tls(&identity, reply).await.unwrap();
        let mut endpoint = endpoint(PlatformId::OpenaiCompatible, &named(&server));
        endpoint.network.ca_file = Some(file.path().to_owned());
        for call in [Call::Test, Call::Catalog, Call::Chat] {
            assert_eq!(make(call, &endpoint).await.code, ErrorCode::Redirected, "{code} {call:?}");
        }
        assert_eq!(server.requests().len(), 3);
    }
    places.saw_nothing();
}

/// A redirect with a body, one that names its own server, and one whose target would carry the key in its address.
#[tokio::test]
async fn no_redirect_is_followed_however_it_is_written() {
    hub_platforms::install_crypto();
    let places = Places::new().await;
    let far = places.location(To::OtherHost);
    let without_scheme = far.strip_prefix("http:").unwrap().to_owned();
    for location in [without_scheme, format!("{far}?key={KEY}#{KEY}"), format!(" {far}"), "/v1/elsewhere".to_owned()] {
        let reply = Reply::redirect(307, location.clone()).send(format!("<a href=\"{far}\">here</a>"));
        let server = ScriptedServer::start(reply).await.unwrap();
        for call in [Call::Test, Call::Catalog, Call::Chat] {
            let error = make(call, &endpoint(PlatformId::OpenaiCompatible, &named(&server))).await;
            assert_eq!(error.code, ErrorCode::Redirected, "{location} {call:?}");
            assert!(!format!("{error:?}").contains(KEY), "what stands behind the path is not told");
        }
        assert_eq!(server.requests().len(), 3, "{location}");
    }
    places.saw_nothing();
}

/// The recorders do see: the same call to them directly leaves key and prompt there.
#[tokio::test]
async fn a_call_that_is_meant_for_the_second_server_is_seen_there() {
    hub_platforms::install_crypto();
    let places = Places::new().await;
    for (recorder, host) in [(&places.near, HOST), (&places.far, OTHER), (&places.near, "127.0.0.1")] {
        let before = recorder.connections();
        let base = format!("http://{host}:{}", recorder.address().port());
        make(Call::Chat, &endpoint(PlatformId::OpenaiCompatible, &base)).await;
        assert_eq!(recorder.connections(), before + 1, "{host}");
        assert!(recorder.received_text(KEY) && recorder.received_text(PROMPT));
    }
}

/// Resolves every name to this computer.
#[derive(Debug)]
struct ThisComputer;

impl Resolver for ThisComputer {
    fn resolve(&self, _: &str) -> Resolving {
        Box::pin(async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) })
    }
}

/// A server under the name that was confirmed.
fn named(server: &ScriptedServer) -> String {
    server.base_url().replace("127.0.0.1", HOST)
}

/// Makes a call that cannot succeed.
async fn make(call: Call, endpoint: &Endpoint) -> HubError {
    let platforms = Platforms::with_resolver(Limits::default(), Arc::new(ThisComputer));
    match call {
        Call::Test => platforms.test(endpoint).await.expect_err("no success"),
        Call::Catalog => platforms.catalog(endpoint).await.expect_err("no success"),
        Call::Chat => {
            let turn = question(endpoint.platform);
            let mut chat = platforms.chat(endpoint.clone(), turn);
            let mut end = None;
            while let Some(signal) = chat.next().await {
                if let ChatSignal::Event(RunEvent::Failed { error } | RunEvent::Truncated { error: Some(error) }) =
                    signal
                {
                    end = Some(error);
                }
            }
            end.expect("it fails")
        }
    }
}

/// A question that is sent without any call before it.
fn question(platform: PlatformId) -> Turn {
    let asked = Turn { text: PROMPT.to_owned(), ..Turn::default() };
    if catalogue::spec(platform).connected_as == ConnectedAs::Models {
        return Turn { model: Some(ModelId::from("demo")), ..asked };
    }
    Turn {
        app: App { id: Some("app-1".to_owned()), mode: Some("chat".to_owned()), ..App::default() },
        remote: RemoteIds { conversation: Some("c-1".to_owned()), ..RemoteIds::default() },
        ..asked
    }
}

fn endpoint(platform: PlatformId, server: &str) -> Endpoint {
    keyed(platform, API_KEY, server)
}

fn keyed(platform: PlatformId, key: &str, server: &str) -> Endpoint {
    let fields = ["assistant_id", "app_id", "bot_id"].map(|field| (field.to_owned(), "app-1".to_owned()));
    Endpoint {
        platform,
        base_url: format!("{server}/v1"),
        fields: fields.into(),
        secrets: [(key.to_owned(), SecretString::from(KEY))].into(),
        token: None,
        network: Network { proxy: Proxy::None, ca_file: None },
    }
}
